"""Reminders (お知らせ): for whom, why, from when, until what; one bundle per person and day carries them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class Fate(StrEnum):
    """What has become of a reminder."""

    OPEN = "open"
    DONE = "done"  # the person said so, or the thing was settled
    HANDED_ON = "handed_on"  # to a deputy, who has a reminder of their own
    STALE = "stale"  # its time was over before it could be of use


class Reminder(SQLModel, table=True):
    """One reason to write to one person. `subject` is like `topic:12`, `home:3`, `meeting:7`."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("council_id", "person_id", "kind", "subject"),
        Index("reminders_due", "council_id", "fate", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    person_id: int = Field(foreign_key="people.id", index=True)
    kind: str = Field(max_length=24)
    subject: str = Field(max_length=40)
    due_at: datetime  # not before; snoozing moves it
    until: datetime | None = None  # after this it is of no use
    fate: str = Fate.OPEN
    made_at: datetime
    told_on: date | None = None  # the last day whose bundle carried it (Asia/Tokyo)
    times_told: int = 0
    ended_at: datetime | None = None
    handed_to_id: int | None = Field(default=None, foreign_key="people.id")
