"""Minutes (議事録): the frozen record of a meeting, its corrections, and how each absentee got it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class Record(SQLModel, table=True):
    """The minutes of one meeting: open for corrections for some days, then final, numbered and immutable.

    The paper is frozen as JSON under a key of its own; what is a neighbour's words stands in `MinutesWords`
    under the concern's key, so that taking back reaches the minutes too.
    """

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("council_id", "fiscal_year", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    meeting_id: int = Field(foreign_key="meetings.id", unique=True)
    key_id: int = Field(foreign_key="keys.id")
    approved_at: datetime | None = None  # an officer's word; nothing goes round without it
    approved_by_id: int | None = Field(default=None, foreign_key="people.id")
    corrections_until: datetime | None = None
    final_at: datetime | None = None
    fiscal_year: int | None = None
    number: int | None = None  # within the fiscal year, given when it becomes final
    paper_sealed: bytes | None = None  # JSON of the Paper, frozen when it becomes final
    digest: str | None = Field(default=None, max_length=64)  # SHA-256 of the frozen paper


class Words(SQLModel, table=True):
    """A line in final minutes that is a neighbour's words, a name or what was brought in, under its own key."""

    __tablename__ = "minutes_words"
    __table_args__ = (UniqueConstraint("record_id", "place"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    record_id: int = Field(foreign_key="minutes.id")
    place: str = Field(max_length=24)  # the name under which the frozen paper points here
    key_id: int = Field(foreign_key="keys.id")
    sealed: bytes


class Amendment(SQLModel, table=True):
    """A correction (訂正あり) while the minutes are open, or an addendum (追記) once they are final."""

    __tablename__ = "amendments"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    record_id: int = Field(foreign_key="minutes.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="people.id")
    key_id: int = Field(foreign_key="keys.id")
    words_sealed: bytes
    is_addendum: bool = False
    at: datetime
    settled_at: datetime | None = None  # an officer has taken it up, or answered it
    settled_by_id: int | None = Field(default=None, foreign_key="people.id")


class Way(StrEnum):
    """How something reaches a person."""

    LINE = "line"
    SLACK = "slack"
    MAIL = "mailto"
    PAPER = "paper"


class Handout(SQLModel, table=True):
    """What one person gets of one paper (欠席者便, 次第), by which way, and what they answered in one line."""

    __tablename__ = "handouts"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id", "what"),
        Index("handouts_to_post", "council_id", "way", "delivered_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    meeting_id: int = Field(foreign_key="meetings.id")
    person_id: int = Field(foreign_key="people.id", index=True)
    what: str = Field(max_length=16)  # minutes | agenda
    way: str = Field(max_length=16)
    made_at: datetime
    post_on: date | None = None  # paper: the day on whose posting list it stands
    delivered_at: datetime | None = None  # お渡し済み
    delivered_by_id: int | None = Field(default=None, foreign_key="people.id")
    key_id: int | None = Field(default=None, foreign_key="keys.id")
    answer_sealed: bytes | None = None
    answered_at: datetime | None = None


class Report(SQLModel, table=True):
    """One of the two reports of a month (二枚の報告), which leaves only when an officer has checked it."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("meeting_id", "to"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    to: str = Field(max_length=16)  # federation | committee
    key_id: int = Field(foreign_key="keys.id")
    words_sealed: bytes | None = None  # an officer's own sentence at the top
    made_at: datetime
    checked_at: datetime | None = None
    checked_by_id: int | None = Field(default=None, foreign_key="people.id")
