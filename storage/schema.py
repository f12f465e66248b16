"""The schema: where it stands, and how it is brought up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from storage import (
    concerns,
    councils,
    general,
    inbox,
    journal,
    keys,
    means,
    meetings,
    minutes,
    outbox,
    people,
    reminders,
    slots,
    topics,
    yearly,
)
from storage.database import Database
from storage.schema_version import HEAD

# named so that every table is known before the first query
TABLES = (
    concerns, councils, general, inbox, journal, keys, means, meetings, minutes, outbox, people, reminders, slots,
    topics, yearly,
)  # fmt: skip
METADATA = SQLModel.metadata
_MIGRATING = 0x6B697A756B69  # the number under which PostgreSQL lets one process migrate


class SchemaTooNew(Exception):
    """The database was written by a newer Kizuki."""


def version(database: Database) -> str | None:
    """Give the schema version of the database, None when it is empty."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(database: Database) -> bool:
    """Bring the schema up to date; say whether anything had to be done.

    Raises SchemaTooNew when the database comes from a newer version.
    """
    with _one_at_a_time(database):
        current = version(database)
        if current == HEAD:
            return False
        if current is not None and current > HEAD:
            told = f"The database has schema {current}; this program knows {HEAD}. Update the program."
            raise SchemaTooNew(told)
        if current is None and _is_empty(database):
            _lay_out(database)
            return True
        upgrade(database)
        return True


def upgrade(database: Database, to: str = "head") -> None:
    """Walk the revisions up to the newest, or to the one named."""
    # alembic costs 0.8 s and 40 MB, and is needed only when the schema has changed
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.writing, database.engine.connect() as connection, _tables_may_move(database, connection):
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()


@contextmanager
def _tables_may_move(database: Database, connection: Connection) -> Iterator[None]:
    """Let a table be laid anew while others point to it: SQLite can change little in place.

    Foreign keys rest meanwhile, which SQLite allows only outside a transaction (sqlite.org/lang_altertable.html).
    """
    if not database.is_sqlite:
        yield
        return
    driver = connection.connection.dbapi_connection
    assert driver is not None  # noqa: S101 - a connection that is open has its driver's
    driver.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.cursor().execute("PRAGMA foreign_keys=ON")


@contextmanager
def _one_at_a_time(database: Database) -> Iterator[None]:
    """Let one process lay the tables out, however many start at once; on SQLite one serves anyway."""
    if database.is_sqlite:
        yield
        return
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATING})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATING})


def _is_empty(database: Database) -> bool:
    with database.engine.connect() as connection:
        return not inspect(connection).get_table_names()


def _lay_out(database: Database) -> None:
    """Lay a new database out at once; a test promises that the revisions lead to the very same."""
    with database.writing, database.engine.begin() as connection:
        METADATA.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
