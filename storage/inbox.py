"""The inbox (受信控え): every event, durable before the platform hears 200, worked off row by row."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Received(StrEnum):
    """What has become of an event."""

    WAITING = "waiting"
    DONE = "done"
    UNKNOWN = "unknown"  # not understood: a person sees it in the tray
    ASIDE = "aside"  # failed too often: a person sees it


class InboxRow(SQLModel, table=True):
    """One event of a platform, sealed. The body is emptied once it has been worked off."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("account", "event_id"),
        Index(
            "inbox_waiting",
            "next_at",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(max_length=64)  # scheme:council, e.g. line:main
    event_id: str = Field(max_length=128)
    body_sealed: bytes | None = None
    received_at: datetime
    is_prompt: bool = False  # a person waits before an open screen (a modal within 3 s)
    status: str = Received.WAITING
    tries: int = 0
    next_at: datetime
    lease_until: datetime | None = None
    reason: str | None = Field(default=None, max_length=64)
