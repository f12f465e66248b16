"""The outbox (送信待ち): the only way the bot speaks, so that a word is neither lost nor said twice."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Delivery(StrEnum):
    """What has become of a row."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # a person sees it and can send it again
    CANCELLED = "cancelled"  # no longer to be said (withdrawn, stale)


class OutboxRow(SQLModel, table=True):
    """One thing to say or do on a platform. Rows to one destination leave in their order."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("council_id", "dedupe"),
        Index(
            "outbox_waiting",
            "next_at",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("outbox_of_concern", "concern_id"),
        Index("outbox_sent_hash", "sent_hash"),
        Index("outbox_paced", "destination", "sent_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    person_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    destination: str = Field(max_length=40)  # blind index, for order and pacing
    destination_sealed: bytes
    scheme: str = Field(max_length=16)
    kind: str = Field(max_length=16)
    key_id: int | None = Field(default=None, foreign_key="keys.id")  # a concern's key, if it carries its words
    payload_sealed: bytes | None
    concern_id: int | None = Field(default=None, foreign_key="concerns.id")
    topic_id: int | None = Field(default=None, foreign_key="topics.id", index=True)
    under_id: int | None = None  # the row that opened the thread
    target_id: int | None = None  # the row that this one replaces or deletes
    reply_sealed: bytes | None = None  # LINE's reply token: free, once, within a minute
    reply_until: datetime | None = None
    retry_key: str = Field(max_length=36)
    dedupe: str = Field(max_length=96)
    is_urgent: bool = False
    status: str = Delivery.WAITING
    created_at: datetime
    next_at: datetime
    tries: int = 0
    lease_until: datetime | None = None
    attempted_at: datetime | None = None  # the first attempt; set and committed before the call
    sent_at: datetime | None = None
    sent_ref: str | None = Field(default=None, max_length=128)
    sent_hash: str | None = Field(default=None, max_length=40)
    reason: str | None = Field(default=None, max_length=64)
    instead_of_id: int | None = None  # the row that could not go its own way


class PushCount(SQLModel, table=True):
    """Pushes used in one month; LINE's free plan has 200, counted per recipient."""

    __tablename__ = "push_counts"
    __table_args__ = (UniqueConstraint("council_id", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    month: str = Field(max_length=7)  # 2026-11, Asia/Tokyo
    used: int = 0
    warned_at: datetime | None = None  # when the officers were told that it runs low


class Closure(SQLModel, table=True):
    """A platform or room through which nothing gets (token revoked, channel archived, bot removed).

    The courier stops there and keeps the backlog; an officer is told by another way.
    """

    __tablename__ = "closures"
    __table_args__ = (UniqueConstraint("council_id", "scheme", "destination"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    scheme: str = Field(max_length=16)
    destination: str = Field(default="", max_length=40)  # blind index of a room; empty: the whole platform
    reason: str = Field(max_length=64)
    since: datetime
    probe_at: datetime  # when one word is tried again, to see whether it is open
    told_at: datetime | None = None
    ended_at: datetime | None = None
