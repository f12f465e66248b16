"""The year's figures: a line a month for the status report (状況書), and commissioners' counts (活動記録)."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class MonthlyFigure(SQLModel, table=True):
    """One count of one month: watch (見守り訪問世帯), salon, support, meal."""

    __tablename__ = "monthly_figures"
    __table_args__ = (UniqueConstraint("council_id", "month", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    month: str = Field(max_length=7)  # 2026-11
    code: str = Field(max_length=16)
    count: int
    at: datetime
    by_id: int | None = Field(default=None, foreign_key="people.id")


class Activity(SQLModel, table=True):
    """A commissioner's count of one month in the official sheet: field (分野) 1 to 4, content (内容) 1 to 14.

    `other` holds the sheet's further counts by code (調査, 行事, 訪問 …); then field and content are 0.
    """

    __tablename__ = "activities"
    __table_args__ = (UniqueConstraint("council_id", "person_id", "month", "field", "content", "other"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    person_id: int = Field(foreign_key="people.id", index=True)
    month: str = Field(max_length=7)
    field: int = 0
    content: int = 0
    other: str = Field(default="", max_length=16)
    count: int
    at: datetime
