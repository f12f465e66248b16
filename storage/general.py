"""From the one to the many (個別から全体へ): a sealed case as a sentence that its commissioner approved."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class General(SQLModel, table=True):
    """A general sentence under which sealed cases are counted; it has a topic of its own once it is approved."""

    __tablename__ = "generals"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    topic_id: int | None = Field(default=None, foreign_key="topics.id", index=True)
    theme: str
    key_id: int = Field(foreign_key="keys.id")
    words_sealed: bytes
    proposed_at: datetime
    approved_at: datetime | None = None
    approved_by_id: int | None = Field(default=None, foreign_key="people.id")


class Case(SQLModel, table=True):
    """One sealed case (its topic) that a general sentence counts. Nothing of it leaves but the count."""

    __tablename__ = "general_cases"
    __table_args__ = (UniqueConstraint("general_id", "topic_id"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    general_id: int = Field(foreign_key="generals.id")
    topic_id: int = Field(foreign_key="topics.id", index=True)
    at: datetime
    by_id: int | None = Field(default=None, foreign_key="people.id")
