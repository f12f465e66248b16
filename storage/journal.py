"""The journal (操作記録): who did what and who looked at what, in codes, never in words."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class JournalEntry(SQLModel, table=True):
    """One act. `subject` is like `topic:12`; `detail` carries codes only."""

    __tablename__ = "journal"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    at: datetime
    actor_id: int | None = Field(default=None, foreign_key="people.id")
    action: str = Field(max_length=40)
    subject: str = Field(max_length=40, index=True)
    detail: str = Field(default="", max_length=120)
