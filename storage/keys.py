"""Data keys, wrapped. A destroyed key makes what it sealed unreadable everywhere."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Key(SQLModel, table=True):
    """One data key under the master key; `wrapped` is emptied when the key is destroyed."""

    __tablename__ = "keys"

    id: int | None = Field(default=None, primary_key=True)
    wrapped: bytes | None
    destroyed_at: datetime | None = None
