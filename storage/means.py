"""Local means (使えるもの帳): what the neighbourhood has and when: stores, kitchens, salons, grants."""

from datetime import date, datetime

from sqlmodel import JSON, Column, Field, SQLModel


class Means(SQLModel, table=True):
    """One thing that can help, with its dates. It names places and organisations, never persons."""

    __tablename__ = "means"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    name: str = Field(max_length=80)
    note: str = Field(default="", max_length=200)
    organisation_id: int | None = Field(default=None, foreign_key="organisations.id")
    themes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    months: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # empty: all year
    usable_from: date | None = None
    usable_until: date | None = None  # 備蓄品の入替, the end of a grant's term
    added_at: datetime
    ended_at: datetime | None = None
