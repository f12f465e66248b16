"""The schema: what the tables say and what the migrations make are the same, on either database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from bot import councils
from storage import schema, schema_version
from storage.database import Database
from storage.schema import METADATA, SchemaTooNew, migrate
from storage.topics import Topic
from tests.conftest import _fresh_postgres


def test_the_tables_are_what_the_migrations_make(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_a_current_database_is_left_alone(database: Database) -> None:
    assert migrate(database) is False
    assert schema.version(database) == schema_version.HEAD
    assert schema_version.is_current(database.url)


def test_an_empty_database_is_brought_up_to_date(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'kizuki.db'}")
    assert schema.version(database) is None

    assert migrate(database) is True

    assert schema.version(database) == schema_version.HEAD
    database.close()


def test_a_database_of_a_newer_kizuki_is_refused_untouched(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaTooNew, match="Update the program"):
        migrate(database)

    assert schema.version(database) == "9999"


def test_asking_for_the_version_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "kizuki.db"

    assert schema_version.read(f"sqlite:///{path}") is None
    assert not path.exists()


def test_the_open_topics_are_found_by_their_index(database: Database) -> None:
    """Among many years of closed ones: SQLite takes a partial index only for a question in its very words."""
    query = select(Topic.id).where(col(Topic.council_id) == 1, col(Topic.is_open).is_(True))
    plain = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    with database.engine.connect() as connection:
        if database.is_sqlite:
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {plain}")).all()
        else:
            connection.execute(text("SET enable_seqscan = off"))
            plan = connection.execute(text(f"EXPLAIN {plain}")).all()

    assert "topics_open" in str(plan)


def test_several_processes_that_start_at_once_lay_one_database_out(postgres_url: str) -> None:
    url = _fresh_postgres(postgres_url)

    def start(_: int) -> None:
        database = Database(url)
        migrate(database)
        councils.ensure(database, "main", datetime.now(UTC))
        database.close()

    with ThreadPoolExecutor(6) as hands:
        list(hands.map(start, range(6)))

    database = Database(url)
    with database.transaction() as session:
        assert session.execute(text("SELECT code FROM councils")).all() == [("main",)]
    database.close()


def test_what_an_earlier_kizuki_wrote_is_still_there_after_the_update(database: Database, tmp_path: Path) -> None:
    old = Database(_emptied(database, tmp_path))
    schema.upgrade(old, "0001")
    _write_as_before(old)

    assert migrate(old) is True

    with old.transaction() as session:
        assert session.execute(text("SELECT number, kind, name FROM meetings")).all() == [(1, "board", "")]
        assert session.execute(text("SELECT heading_sealed FROM agenda_items")).scalar() == b"x"
        with pytest.raises(IntegrityError):
            session.execute(text("UPDATE agenda_items SET meeting_id = 99"))
        session.rollback()
    old.close()


def _emptied(database: Database, tmp_path: Path) -> str:
    if database.is_sqlite:
        return f"sqlite:///{tmp_path / 'old.db'}"
    with database.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return database.url


def _write_as_before(database: Database) -> None:
    moment = "'2026-11-10 01:00:00.000000'"
    with database.transaction() as session:
        for statement in (
            "INSERT INTO councils (id, code, name, created_at, seats, meeting_week, meeting_weekday, "
            "meeting_time, "
            "meeting_minutes, meeting_place, lead_days, ping_time, rest_weekends, theme_channels, push_reserve) "
            f"VALUES (1, 'main', 'みどり', {moment}, 0, 3, 2, '19:00', 90, '', 7, '09:30', true, '{{}}', 20)",
            "INSERT INTO meetings (id, council_id, fiscal_year, number, starts_at, minutes, place, status) "
            f"VALUES (1, 1, 2026, 1, {moment}, 90, '', 'held')",
            "INSERT INTO agenda_items (id, council_id, meeting_id, section, position, minutes, is_hidden, "
            "is_late, "
            "is_placed, is_timed, heading_sealed) "
            "VALUES (1, 1, 1, 'notice', 1, 2, false, false, false, false, :sealed)",
        ):
            session.execute(text(statement), {"sealed": b"x"} if ":sealed" in statement else {})
