"""The schema: what the tables say and what the migrations make are the same, on either database."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import col, select

from storage import schema, schema_version
from storage.database import Database
from storage.schema import METADATA, SchemaTooNew, migrate
from storage.topics import Topic


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
