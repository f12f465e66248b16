"""Meetings of the board (役員会), the order paper (次第) and what was decided."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import JSON, Column, Field, SQLModel


class Stage(StrEnum):
    """How far a meeting has come. A held meeting's paper is history."""

    PLANNED = "planned"
    DRAFTED = "drafted"
    APPROVED = "approved"
    HELD = "held"
    CANCELLED = "cancelled"  # 休会: it keeps its month, and gives its number back


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


class Kind(StrEnum):
    """What meets. Topics come before the board alone; the others have their own lines."""

    BOARD = "board"  # 役員会
    ASSEMBLY = "assembly"  # 総会
    SECTION = "section"  # 部会


class Rule(SQLModel, table=True):
    """When an assembly or a section (部会) meets; the board's own rule stands in the council's record."""

    __tablename__ = "meeting_rules"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    kind: str
    name: str = Field(max_length=40)  # 見守り部会; names are local, so they are data
    months: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # empty: every month
    week: int = 3
    weekday: int = 2
    time: str = "19:00"  # Asia/Tokyo
    minutes: int = 90
    place: str = Field(default="", max_length=80)
    invited_roles: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    invited_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    ended_at: datetime | None = None


class Meeting(SQLModel, table=True):
    """One meeting, numbered within its fiscal year; `name` tells the sections (部会) apart."""

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("council_id", "kind", "name", "fiscal_year", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    kind: str = Kind.BOARD
    name: str = Field(default="", max_length=40)
    rule_id: int | None = Field(default=None, foreign_key="meeting_rules.id")
    fiscal_year: int
    number: int
    starts_at: datetime = Field(index=True)
    minutes: int = 90
    place: str = Field(default="", max_length=80)
    status: str = Stage.PLANNED
    compiled_at: datetime | None = None
    approved_at: datetime | None = None
    approved_by_id: int | None = Field(default=None, foreign_key="people.id")
    circulated_at: datetime | None = None  # when the approved paper went round
    opened_at: datetime | None = None  # 開会
    item_id: int | None = None  # the line that is talked over now
    item_since: datetime | None = None
    held_at: datetime | None = None
    changes: int = 0  # counted up at every change, for the calendar feed (SEQUENCE)


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
    spent_seconds: int = 0  # how long it was talked over
    brought_by_id: int | None = Field(default=None, foreign_key="people.id")  # 持ち寄り
    talk_sealed: bytes | None = None  # JSON: what was written on it in the meeting, before or without a decision
    done_at: datetime | None = None  # a report, notice or line of its own that was ticked off


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
    # 持ち帰り: each of these gets its own homework when the meeting ends; the first stands in organisation_id
    organisation_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    charge_sealed: bytes | None = None  # 担当: who does it, in the board's words
    due_on: date | None = None
    at: datetime
    by_id: int | None = Field(default=None, foreign_key="people.id")


class Presence(StrEnum):
    """Whether somebody is at a meeting."""

    EXCUSED = "excused"  # has said beforehand that they cannot come
    PRESENT = "present"
    ABSENT = "absent"


class Attendance(SQLModel, table=True):
    """One invited person at one meeting (出欠)."""

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    person_id: int = Field(foreign_key="people.id", index=True)
    presence: str
    at: datetime


class MeetingDeed(SQLModel, table=True):
    """One tap or line of words in a meeting, under the id that its device gave it: sent twice, it counts once.

    Of two for the same field the later stands, whichever arrives first.
    """

    __tablename__ = "meeting_deeds"
    __table_args__ = (
        UniqueConstraint("meeting_id", "uid"),
        Index("meeting_deeds_of_field", "meeting_id", "field", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    uid: str = Field(max_length=36)
    field: str = Field(max_length=40)  # choice:12, presence:PABC123
    at: datetime  # when it was done, by the council's clock
    kept_chars: int = 0  # so many characters of somebody else's words stand before the device's own
    by_id: int | None = Field(default=None, foreign_key="people.id")


class BringIn(SQLModel, table=True):
    """The one question before a meeting (持ち寄り): is there anything to bring in, or nothing (特になし)."""

    __tablename__ = "bring_ins"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    person_id: int = Field(foreign_key="people.id", index=True)
    asked_at: datetime
    answered_at: datetime | None = None
    has_something: bool = False
