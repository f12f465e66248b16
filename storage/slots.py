"""Slots: the record of which job ran for which council at which due time, so that each runs once."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Slot(SQLModel, table=True):
    """One due run of one job. The row is the claim: whoever inserts it runs it."""

    __tablename__ = "slots"
    __table_args__ = (UniqueConstraint("job", "council_id", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    job: str = Field(max_length=40)
    council_id: int = Field(foreign_key="councils.id", index=True)
    due_at: datetime
    claimed_at: datetime
    finished_at: datetime | None = None
    outcome: str = Field(default="running", max_length=64)


class Pulse(SQLModel, table=True):
    """The heartbeat of the worker, courier and clock, so that /readyz can tell from any process."""

    __tablename__ = "pulses"

    name: str = Field(primary_key=True, max_length=40)
    at: datetime
