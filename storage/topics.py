"""Topics (話題): what the council talks about, one or more concerns on the same matter."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import JSON, Column, Field, SQLModel


class Status(StrEnum):
    """Where a topic stands on the arrow (気づき, 共有, 検討, 対応, and back to whoever noticed)."""

    SHARED = "shared"  # 共有
    CONSIDERING = "considering"  # 検討: asked onto the agenda
    CARRIED_OVER = "carried_over"  # 継続審議
    TAKEN_HOME = "taken_home"  # 持ち帰り
    ACTING = "acting"  # 対応中
    WATCHING = "watching"  # 様子を見る
    REFERRED = "referred"  # 専門機関へ
    DECLINED = "declined"  # 今回はできない
    RESOLVED = "resolved"  # 解決
    WITHDRAWN = "withdrawn"  # 取り下げ
    MERGED = "merged"  # まとめた


class Topic(SQLModel, table=True):
    """One matter. Its heading is an officer's words, or else the masked text of its first concern."""

    __tablename__ = "topics"
    __table_args__ = (
        UniqueConstraint("council_id", "number"),
        # the agenda asks for the open ones among many years of closed ones; SQLite takes this index only
        # for a question in these very words
        Index(
            "topics_open",
            "council_id",
            "status",
            sqlite_where=text("is_open IS 1"),
            postgresql_where=text("is_open IS true"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    number: int  # the receipt number of the concern that opened it
    key_id: int = Field(foreign_key="keys.id")
    heading_sealed: bytes | None = None
    theme: str
    is_unsorted: bool = False  # the classifier abstained and no person has said the theme yet
    urgency: str
    status: str = Status.SHARED
    is_open: bool = True  # still to come before the board
    is_restricted: bool = False  # the text stays off the shared channel (虐待防止法 7条)
    assignee_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    seen_by_id: int | None = Field(default=None, foreign_key="people.id")
    seen_at: datetime | None = None
    later_until: datetime | None = None  # あとで
    opened_at: datetime
    changed_at: datetime
    times_carried: int = 0
    times_reopened: int = 0  # 再: a writer said 「まだ」, or it came back
    may_leave: bool = False  # 地区: every writer agreed that it may be told in the district
    is_general: bool = False  # 個別から全体へ: stands for sealed cases, of which it tells the number alone
    merged_into_id: int | None = Field(default=None, foreign_key="topics.id")
    channel: str | None = None  # where its thread is, without the platform's scheme
    root_id: int | None = None  # the outbox row that opened the thread


class Note(SQLModel, table=True):
    """What was said in a thread (追記), masked like a concern."""

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("council_id", "message"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    topic_id: int = Field(foreign_key="topics.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="people.id")
    key_id: int = Field(foreign_key="keys.id")
    masked_sealed: bytes
    names_sealed: bytes | None = None  # JSON {name: letter}, under the note's own key
    message: str = Field(max_length=40)
    at: datetime
    unsent_at: datetime | None = None


class Merge(SQLModel, table=True):
    """Two topics put together by a person, with what is needed to part them again."""

    __tablename__ = "merges"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    from_id: int = Field(foreign_key="topics.id")
    into_id: int = Field(foreign_key="topics.id")
    concern_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    status_before: str
    by_id: int | None = Field(default=None, foreign_key="people.id")
    at: datetime
    undone_at: datetime | None = None


class Alert(SQLModel, table=True):
    """An urgent concern that somebody must acknowledge; unanswered, it climbs to the next on duty."""

    __tablename__ = "alerts"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    topic_id: int = Field(foreign_key="topics.id", unique=True)
    level: int = 1
    raised_at: datetime
    climbs_at: datetime
    seen_at: datetime | None = None
    seen_by_id: int | None = Field(default=None, foreign_key="people.id")


class TakeHome(SQLModel, table=True):
    """A topic that an organisation took home (持ち帰り), with its answer (回答)."""

    __tablename__ = "take_homes"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    topic_id: int = Field(foreign_key="topics.id", index=True)
    meeting_id: int = Field(foreign_key="meetings.id")
    organisation_id: int | None = Field(default=None, foreign_key="organisations.id")
    due_on: date | None = None
    asked_at: datetime | None = None  # when its card went to the organisation (持ち帰り便)
    key_id: int = Field(foreign_key="keys.id")
    answer_sealed: bytes | None = None
    answered_at: datetime | None = None


class Fruit(SQLModel, table=True):
    """What came of a topic (実った便り), in two lines for its writers and for the circular (回覧板)."""

    __tablename__ = "fruits"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    topic_id: int = Field(foreign_key="topics.id", index=True)
    key_id: int = Field(foreign_key="keys.id")
    words_sealed: bytes
    at: datetime
    by_id: int | None = Field(default=None, foreign_key="people.id")
    is_in_circular: bool = True
