"""The ledger (台帳): one council's records in one transaction.

Every query is filtered by council here, so that no caller can forget it and read a neighbour's street.
"""

import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.councils import Council
from storage.database import Database
from storage.journal import JournalEntry
from storage.keys import Key
from storage.sealing import Keyring

Row = TypeVar("Row", bound=SQLModel)
Condition = ColumnElement[bool] | bool

# no 0/O, 1/I/L: refs and codes are read aloud on the telephone
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class NoSuchRecord(LookupError):
    """The number names no record of this council."""


class NoSuchCouncil(LookupError):
    """No council has this code."""


class Ledger:
    """What one council remembers, at one moment, inside one transaction."""

    def __init__(self, session: Session, keyring: Keyring, council: Council, now: datetime) -> None:
        self.session = session
        self.keyring = keyring
        self.council = council
        self.now = now

    @property
    def council_id(self) -> int:
        """The council whose records these are."""
        return id_of(self.council)

    # --- reading -------------------------------------------------------------------------------

    def select(self, model: type[Row], *conditions: Condition) -> SelectOfScalar[Row]:
        """Begin a query over this council's rows of one kind."""
        return select(model).where(
            _council_column(model) == self.council_id, *[_as_clause(c) for c in conditions]
        )

    def all(
        self, model: type[Row], *conditions: Condition, by: Any = None, limit: int | None = None
    ) -> list[Row]:
        """List this council's rows, ordered by id unless `by` says otherwise."""
        order = by if isinstance(by, tuple) else (by,) if by is not None else (_id_column(model),)
        query = self.select(model, *conditions).order_by(*order)
        return list(self.session.exec(query.limit(limit) if limit is not None else query))

    def first(self, model: type[Row], *conditions: Condition, by: Any = None) -> Row | None:
        """Give the first match, or None."""
        rows = self.all(model, *conditions, by=by, limit=1)
        return rows[0] if rows else None

    def one(self, model: type[Row], *conditions: Condition) -> Row:
        """Give the match. Raises NoSuchRecord."""
        row = self.first(model, *conditions)
        if row is None:
            raise NoSuchRecord(model.__name__)
        return row

    def by_id(self, model: type[Row], id_: int | None) -> Row:
        """Give the row with this id if it is this council's. Raises NoSuchRecord."""
        return self.one(model, _id_column(model) == id_)

    def count(self, model: type[Row], *conditions: Condition) -> int:
        """Count this council's rows."""
        query = (
            select(func.count())
            .select_from(model)
            .where(_council_column(model) == self.council_id, *[_as_clause(c) for c in conditions])
        )
        return self.session.exec(query).one()

    # --- writing -------------------------------------------------------------------------------

    def add(self, row: Row) -> Row:
        """Write a row and give it back with its id. Its council must be this one."""
        if getattr(row, "council_id", self.council_id) != self.council_id:
            raise NoSuchRecord(type(row).__name__)
        self.session.add(row)
        self.session.flush()
        return row

    def journal(self, actor_id: int | None, action: str, subject: str, detail: str = "") -> None:
        """Record who did what, in the same transaction as the deed."""
        self.session.add(
            JournalEntry(
                council_id=self.council_id,
                at=self.now,
                actor_id=actor_id,
                action=action,
                subject=subject,
                detail=detail[:120],
            )
        )

    def next_number(self, *models: type[SQLModel]) -> int:
        """Give the council's next running number (受付番号), above those of all these kinds of rows.

        On PostgreSQL the council's row is held until the commit: two workers that take the same number
        would make one of them fail and a neighbour hear an apology. SQLite has one writer anyway.
        """
        self.session.exec(select(Council.id).where(col(Council.id) == self.council_id).with_for_update())
        return max(self._highest(model) for model in models) + 1

    def _highest(self, model: type[SQLModel]) -> int:
        number = getattr(model, "number")  # noqa: B009 - mypy does not know the column on the type
        highest = self.session.exec(
            select(func.max(number)).where(_council_column(model) == self.council_id)
        ).one()
        return int(highest or 0)

    # --- sealing -------------------------------------------------------------------------------

    def new_key(self) -> int:
        """Make a data key for a concern, a note or a person, and give its id."""
        key = Key(wrapped=self.keyring.new_key())
        self.session.add(key)
        self.session.flush()
        return id_of(key)

    def seal(self, key_id: int, text: str) -> bytes:
        """Seal a text under a data key. Raises NoSuchRecord when that key has been destroyed."""
        wrapped = self._wrapped(key_id)
        if wrapped is None:
            raise NoSuchRecord("key")
        return self.keyring.seal(text, wrapped)

    def unseal(self, key_id: int | None, sealed: bytes | None) -> str | None:
        """Open a sealed text; None when there is none or its key has been destroyed."""
        wrapped = self._wrapped(key_id) if sealed is not None else None
        if sealed is None or wrapped is None:
            return None
        return self.keyring.unseal(sealed, wrapped)

    def destroy_key(self, key_id: int) -> None:
        """Make everything sealed under this key unreadable for ever."""
        key = self.session.get(Key, key_id)
        if key is not None and key.wrapped is not None:
            key.wrapped = None
            key.destroyed_at = self.now
            self.session.add(key)
            self.session.flush()

    def blind(self, text: str) -> str:
        """Give the blind index of an address or message id within this council."""
        return self.keyring.blind(f"{self.council_id}|{text}")

    def _wrapped(self, key_id: int | None) -> bytes | None:
        key = self.session.get(Key, key_id) if key_id is not None else None
        return key.wrapped if key is not None else None


@contextmanager
def open_ledger(
    database: Database, keyring: Keyring, code: str, now: datetime, *, writing: bool = True
) -> Iterator[Ledger]:
    """Open one council's ledger; all of the block is committed, or nothing of it.

    Raises NoSuchCouncil.
    """
    with database.transaction() if writing else database.reading() as session:
        yield ledger_in(session, keyring, code, now)


def ledger_in(session: Session, keyring: Keyring, code: str, now: datetime) -> Ledger:
    """Open one council's ledger inside a transaction that is already open. Raises NoSuchCouncil."""
    council = session.exec(select(Council).where(Council.code == code)).first()
    if council is None:
        raise NoSuchCouncil(code)
    return Ledger(session, keyring, council, now)


def council_codes(database: Database) -> list[str]:
    """List the councils of this installation."""
    with database.reading() as session:
        return list(session.exec(select(Council.code).order_by(col(Council.id))))


def id_of(row: Any) -> int:
    """Give the id of a stored row; it has one once it has been flushed."""
    if row.id is None:
        raise NoSuchRecord(type(row).__name__)
    return int(row.id)


def spoken_code(length: int) -> str:
    """Make a random code of letters and digits that cannot be confused."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def new_retry_key() -> str:
    """Make the identity that a platform sees on every attempt of one row."""
    return str(uuid.uuid4())


def _council_column(model: type[SQLModel]) -> Any:
    return model.id if model is Council else getattr(model, "council_id")  # noqa: B009


def _id_column(model: type[SQLModel]) -> Any:
    return getattr(model, "id")  # noqa: B009 - mypy does not know the column on the type


def _as_clause(condition: Condition) -> Any:
    return condition


Rows = Sequence[Row]
