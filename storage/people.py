"""The people of a council, found by their platform address without the address being readable."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import JSON, Column, Field, SQLModel

UNPROVEN = "mail-unproven"  # the scheme of a mail address whose owner has not shown yet that it is theirs


class Role(StrEnum):
    """What a person is to the council. Residents need no registration."""

    RESIDENT = "resident"
    COMMISSIONER = "commissioner"
    OFFICER = "officer"
    SECRETARIAT = "secretariat"
    ORGANISATION = "organisation"


class Person(SQLModel, table=True):
    """Somebody who writes or is written to. `ref` names them in logs and commands, nothing else does."""

    __tablename__ = "people"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    ref: str = Field(max_length=12, unique=True)
    role: str = Role.RESIDENT
    key_id: int = Field(foreign_key="keys.id")
    name_sealed: bytes | None = None  # what the officers call them; never taken from a platform
    organisation_id: int | None = Field(default=None, foreign_key="organisations.id")
    themes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    duty_rank: int | None = None  # urgent alerts climb 1, 2, 3 …
    away_until: date | None = None  # 休みます: the first day on which they are back
    deputy_id: int | None = Field(default=None, foreign_key="people.id")  # who takes over meanwhile
    way: str | None = Field(default=None, max_length=16)  # how papers reach them: line, slack, mailto, paper
    post_sealed: bytes | None = None  # paper: where it is to be dropped, as the officers say it
    term_ends_on: date | None = None  # 任期
    created_at: datetime
    erased_at: datetime | None = None


class Address(SQLModel, table=True):
    """One way to reach a person: `line:U…` or `slack:U…`, sealed, with a blind index."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("council_id", "blind"),)

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    person_id: int = Field(foreign_key="people.id", index=True)
    scheme: str = Field(max_length=16)
    blind: str = Field(max_length=40)
    sealed: bytes
    is_reachable: bool = True  # False while the person has blocked the account
    heard_at: datetime  # last word from there; decides where an answer goes


class Invite(SQLModel, table=True):
    """A join code (参加コード), kept only as an index, good once and for a limited time."""

    __tablename__ = "invites"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    blind: str = Field(max_length=40, unique=True)
    role: str
    organisation_id: int | None = Field(default=None, foreign_key="organisations.id")
    person_id: int | None = Field(default=None, foreign_key="people.id")  # set: joins an existing person
    expires_at: datetime
    used_at: datetime | None = None


class Pass(SQLModel, table=True):
    """A one-time link to the officers' pages, or the visit that it opened."""

    __tablename__ = "passes"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id")
    person_id: int = Field(foreign_key="people.id", index=True)
    kind: str = Field(max_length=8)  # link | visit
    blind: str = Field(max_length=40, unique=True)
    expires_at: datetime
    used_at: datetime | None = None
