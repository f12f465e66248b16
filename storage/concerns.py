"""Concerns (気づき): one person's message, sealed, with the masked text beside the original."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class Standing(StrEnum):
    """Where one concern stands; its topic carries the rest of the way."""

    SETTLING = "settling"
    SHARED = "shared"
    KEPT = "kept"  # thanks, greetings: kept, not made a topic
    WITHDRAWN = "withdrawn"
    UNSENT = "unsent"


class Concern(SQLModel, table=True):
    """What a neighbour noticed. Everything readable is sealed under the concern's own key."""

    __tablename__ = "concerns"
    __table_args__ = (
        UniqueConstraint("council_id", "number"),
        Index("concerns_settling", "council_id", "settles_at"),
        Index("concerns_of_writer", "writer_id", "id"),
        Index("concerns_to_ask_after", "council_id", "ask_after_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    number: int  # 受付番号
    topic_id: int | None = Field(default=None, foreign_key="topics.id", index=True)
    split_from_id: int | None = Field(default=None, foreign_key="concerns.id")  # one message, several matters
    writer_id: int = Field(foreign_key="people.id")
    key_id: int = Field(foreign_key="keys.id")
    masked_sealed: bytes
    because_sealed: bytes
    masks_sealed: bytes  # JSON: [[start, end, kind, label], …] into the original
    signature_sealed: bytes | None = None  # what similar topics are found by
    piece_sealed: bytes | None = None  # its own words, when a message was parted into several matters
    theme: str
    second_theme: str | None = None
    confidence: float
    is_abstained: bool
    urgency: str
    kind: str
    lines: str = ""  # codes of the emergency numbers given, comma separated
    status: str = Standing.SETTLING
    reach: str = "board"  # how far it may go (出してよい言葉): charge 担当だけ, board 役員会, district 地区
    wording_sealed: bytes | None = None  # the words in which its writer lets it go further
    ask_after_at: datetime | None = None  # その後どうですか: when its writer is asked
    asked_after_at: datetime | None = None
    seen_again: str | None = None  # the answer: seen 見かけた, still まだ, unknown わからない
    scheme: str = Field(max_length=16)  # line, slack, desk
    received_at: datetime
    settles_at: datetime | None = None
    closed_at: datetime | None = None


class Part(SQLModel, table=True):
    """One message of a concern: what came in three messages is taken back message by message."""

    __tablename__ = "concern_parts"
    __table_args__ = (UniqueConstraint("council_id", "message"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    concern_id: int = Field(foreign_key="concerns.id", index=True)
    message: str = Field(max_length=40)  # blind index of the platform's message id
    text_sealed: bytes  # the original, under the concern's key
    is_picture: bool = False
    content_sealed: bytes | None = None  # a picture or voice message, once fetched
    content_type: str | None = None
    unsent_at: datetime | None = None


class Tombstone(SQLModel, table=True):
    """A message that was taken back, or changed, before it was heard: platforms give no order.

    Without words it was taken back; with words it is to be read as they say, once it is heard.
    """

    __tablename__ = "tombstones"
    __table_args__ = (UniqueConstraint("council_id", "message"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    message: str = Field(max_length=40)
    words_sealed: bytes | None = None  # sealed in passing, until the message is heard
    at: datetime


class Correction(SQLModel, table=True):
    """An officer's or writer's better judgement, kept as an example from which the council's own sense grows.

    `was` and `became` are codes, never words: a theme ("?" before it while it was unsorted), an urgency, or
    the kind of a mask ("open" where nothing is hidden).
    """

    __tablename__ = "corrections"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    concern_id: int = Field(foreign_key="concerns.id")
    what: str = Field(max_length=16)  # theme | urgency | mask
    was: str
    became: str
    words_sealed: bytes | None = None  # mask: JSON [start, end, words], under the concern's key
    by_id: int | None = Field(default=None, foreign_key="people.id")
    at: datetime
    taken_back_at: datetime | None = None
