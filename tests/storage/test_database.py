"""One transaction commits whole or leaves no trace, also beside others."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import select

from storage.councils import Council
from storage.database import Database
from storage.journal import JournalEntry
from storage.only_one import AlreadyServing, OnlyOne
from storage.schema import migrate
from tests.conftest import MORNING

ROOT = Path(__file__).resolve().parents[2]
COUNT_UP = """
import sys
from sqlmodel import select
from storage.councils import Council
from storage.database import Database
database = Database(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with database.transaction() as session:
        council = session.exec(select(Council).with_for_update()).one()
        council.seats += 1
        session.add(council)
database.close()
"""


@pytest.fixture
def counted(database: Database) -> Database:
    with database.transaction() as session:
        session.add(Council(code="main", name="みどり地区社協", created_at=MORNING))
    return database


def seats(database: Database) -> int:
    with database.reading() as session:
        return session.exec(select(Council.seats)).one()


def test_reading_and_then_writing_from_many_threads_loses_nothing(counted: Database) -> None:
    def count_up() -> None:
        for _ in range(25):
            with counted.transaction() as session:
                council = session.exec(select(Council).with_for_update()).one()
                council.seats += 1
                session.add(council)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seats(counted) == 100


def test_reading_and_then_writing_from_two_processes_loses_nothing(counted: Database) -> None:
    """With the driver's own BEGIN, SQLite loses such updates without an error."""
    run = [sys.executable, "-c", COUNT_UP, counted.url, "40"]
    processes = [subprocess.Popen(run, cwd=ROOT) for _ in range(2)]

    assert [process.wait(60) for process in processes] == [0, 0]
    assert seats(counted) == 80


def test_a_block_that_raises_leaves_no_trace(counted: Database) -> None:
    def fail() -> None:
        with counted.transaction() as session:
            session.add(JournalEntry(council_id=1, at=MORNING, action="x", subject="x"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with counted.reading() as session:
        assert session.exec(select(JournalEntry)).all() == []


def test_a_view_changes_nothing(sqlite: Database) -> None:
    with sqlite.reading() as session:
        session.add(Council(code="x", name="x", created_at=MORNING))
        with pytest.raises(OperationalError):
            session.commit()


def test_an_error_does_not_print_what_a_neighbour_wrote(counted: Database) -> None:
    again = Council(code="main", name="山田さんのこと", created_at=MORNING)
    with pytest.raises(IntegrityError) as caught, counted.transaction() as session:
        session.add(again)

    assert "山田さん" not in str(caught.value)


def test_deleted_words_do_not_linger_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "kizuki.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    words = "取り下げたことば" * 40
    with database.transaction() as session:
        session.add(Council(code="main", name=words, created_at=MORNING))
    _fold(path)
    assert words.encode() in path.read_bytes()

    with database.transaction() as session:
        session.delete(session.exec(select(Council)).one())
    database.close()

    assert words[:20].encode() not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


def _fold(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def test_every_writing_connection_is_durable_and_checks_its_references(sqlite: Database) -> None:
    wanted = {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "journal_mode": "wal"}
    with sqlite.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}

    assert found == wanted


def test_a_second_serving_process_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "kizuki.db"
    serve = f"from pathlib import *\nfrom storage.only_one import *\nOnlyOne(Path({str(path)!r})).__enter__()"
    with OnlyOne(path):
        second = subprocess.run(
            [sys.executable, "-c", serve], cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert "already running" in second.stderr
    with OnlyOne(path):  # and it is free again
        pass


def test_a_killed_process_frees_the_database(tmp_path: Path) -> None:
    path = tmp_path / "kizuki.db"
    serve = (
        f"import time\nfrom pathlib import Path\nfrom storage.only_one import OnlyOne\n"
        f"OnlyOne(Path({str(path)!r})).__enter__()\nprint('up', flush=True)\ntime.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", serve], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    with pytest.raises(AlreadyServing, match=str(process.pid)), OnlyOne(path):
        pass

    process.kill()
    process.wait()
    process.stdout.close()

    with OnlyOne(path):
        pass
