"""Meetings of the board (役員会), the order paper (次第) and what was decided."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class Stage(StrEnum):
    """How far a meeting has come. A held meeting's paper is history."""

    PLANNED = "planned"
    DRAFTED = "drafted"
    APPROVED = "approved"
    HELD = "held"


class Section(StrEnum):
    """The parts of the order paper, in their order: people's troubles stand before notices."""

    TAKEN_HOME = "taken_home"
    CARRIED_OVER = "carried_over"
    NEW = "new"
    REPORT = "report"
    NOTICE = "notice"


class Choice(StrEnum):
    """What a board can decide on a topic."""

    ACT = "act"  # 対応する
    WATCH = "watch"  # 様子を見る
    REFER = "refer"  # 専門機関へ
    TAKE_HOME = "take_home"  # 持ち帰り
    CARRY_OVER = "carry_over"  # 次回へ
    DECLINE = "decline"  # 今回はできない


class Meeting(SQLModel, table=True):
    """One board meeting, numbered within its fiscal year."""

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("council_id", "fiscal_year", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    fiscal_year: int
    number: int
    starts_at: datetime = Field(index=True)
    minutes: int = 90
    place: str = Field(default="", max_length=80)
    status: str = Stage.PLANNED
    compiled_at: datetime | None = None
    approved_at: datetime | None = None
    approved_by_id: int | None = Field(default=None, foreign_key="people.id")
    held_at: datetime | None = None


class Item(SQLModel, table=True):
    """One line of the order paper. What an officer moved, hid, timed or reworded keeps the officer's choice."""

    __tablename__ = "agenda_items"
    __table_args__ = (
        UniqueConstraint("meeting_id", "topic_id"),
        Index("agenda_items_of_meeting", "meeting_id", "position"),
    )

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    topic_id: int | None = Field(default=None, foreign_key="topics.id", index=True)
    section: str
    position: int
    minutes: int
    is_hidden: bool = False
    is_late: bool = False  # 追加: came after the paper was approved
    is_placed: bool = False  # moved by hand
    is_timed: bool = False  # minutes set by hand
    key_id: int | None = Field(default=None, foreign_key="keys.id")
    heading_sealed: bytes | None = None  # an officer's wording, or the text of a report or notice


class Decision(SQLModel, table=True):
    """What the board decided on a topic, and in which words."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("meeting_id", "topic_id"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    topic_id: int = Field(foreign_key="topics.id", index=True)
    choice: str
    key_id: int = Field(foreign_key="keys.id")
    words_sealed: bytes | None = None
    organisation_id: int | None = Field(default=None, foreign_key="organisations.id")
    due_on: date | None = None
    at: datetime
    by_id: int | None = Field(default=None, foreign_key="people.id")
