"""The front door: 200 means that it is on disk."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.database import Database
from storage.inbox import InboxRow
from storage.intake import BATCH, Event, GroupCommit, NotStored, SqliteStore, Store
from storage.paths import open_store, sqlite_path
from tests.conftest import MORNING


def event(number: int, account: str = "line:main") -> Event:
    return Event(account, f"e{number}", b"sealed", MORNING)


def stored(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(InboxRow.event_id).order_by(col(InboxRow.id))))


@pytest.fixture
def commit(database: Database) -> Iterator[GroupCommit]:
    commit = GroupCommit(open_store(database.url, lambda: database.writing if database.is_sqlite else None))
    yield commit
    commit.close()


class Slow:
    """A disk that lets the test say when it is done, and counts its commits."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.go = threading.Event()
        self.begun = threading.Event()

    def write(self, events: Sequence[Event]) -> None:
        self.begun.set()
        self.go.wait(5)
        self.batches.append([e.event_id for e in events])

    def is_ready(self) -> bool:
        return True

    def close(self) -> None:
        pass


def test_events_are_durable_once_the_future_ends(database: Database, commit: GroupCommit) -> None:
    futures = [commit.put([event(i), event(i + 100)]) for i in range(20)]
    for future in futures:
        future.result(5)

    assert sorted(stored(database)) == sorted(f"e{n}" for i in range(20) for n in (i, i + 100))


def test_the_same_event_any_number_of_times_is_one_row(database: Database, commit: GroupCommit) -> None:
    for _ in range(3):
        commit.put([event(1), event(1)]).result(5)
    commit.put([event(1, "slack:main")]).result(5)

    assert stored(database) == ["e1", "e1"]


def test_the_stored_time_reads_as_it_was_heard(database: Database, commit: GroupCommit) -> None:
    commit.put([event(1)]).result(5)

    with database.reading() as session:
        row = session.exec(select(InboxRow)).one()
        assert (row.received_at, row.next_at, row.status, row.tries) == (MORNING, MORNING, "waiting", 0)


def test_requests_that_wait_together_share_one_commit() -> None:
    disk = Slow()
    commit = GroupCommit(disk)
    first = commit.put([event(0)])
    disk.begun.wait(5)
    others = [commit.put([event(i)]) for i in range(1, 30)]
    disk.go.set()
    for future in (first, *others):
        future.result(5)
    commit.close()

    assert [len(batch) for batch in disk.batches] == [1, 29]


def test_a_commit_never_grows_without_bound() -> None:
    disk = Slow()
    commit = GroupCommit(disk)
    commit.put([event(0)])
    disk.begun.wait(5)
    last = [commit.put([event(i)]) for i in range(1, BATCH + 5)][-1]
    disk.go.set()
    last.result(5)
    commit.close()

    assert max(len(batch) for batch in disk.batches) == BATCH


def test_a_request_that_ran_out_of_patience_does_not_stop_the_door() -> None:
    """Its future is cancelled by the server's time-out; those who come later must still be heard."""
    disk = Slow()
    commit = GroupCommit(disk)

    async def be_impatient() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.wrap_future(commit.put([event(1)])), 0.05)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.wrap_future(commit.put([event(2)])), 0.05)

    asyncio.run(be_impatient())
    disk.go.set()

    commit.put([event(3)]).result(5)
    commit.close()
    assert sorted(e for batch in disk.batches for e in batch) == ["e1", "e2", "e3"]


def test_ending_commits_what_waits_and_refuses_what_comes_later(database: Database) -> None:
    commit = GroupCommit(open_store(database.url, lambda: database.writing if database.is_sqlite else None))
    futures = [commit.put([event(i)]) for i in range(50)]
    commit.close()

    assert [future.exception(0) for future in futures] == [None] * 50
    assert len(stored(database)) == 50
    with pytest.raises(NotStored):
        commit.put([event(99)]).result(1)


def test_a_file_that_went_away_is_never_answered_with_success(sqlite: Database) -> None:
    path = sqlite_path(sqlite.url)
    assert path is not None
    sqlite.close()
    commit = GroupCommit(SqliteStore(path, lambda: None))
    commit.put([event(1)]).result(5)
    away = path.with_name("away.db")

    _move(path, away)
    with pytest.raises(NotStored):
        commit.put([event(2)]).result(5)
    assert not path.exists()

    _move(away, path)
    commit.put([event(3)]).result(5)
    commit.close()
    assert stored(sqlite) == ["e1", "e3"]


def _move(path: Path, to: Path) -> None:
    for ending in ("-wal", "-shm", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(to.with_name(to.name + ending))


def test_a_locked_database_is_told_in_time_and_heard_again_later(sqlite: Database) -> None:
    path = sqlite_path(sqlite.url)
    assert path is not None
    commit = GroupCommit(SqliteStore(path, lambda: None))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    begun = time.monotonic()
    with pytest.raises(NotStored):
        commit.put([event(1)]).result(5)
    assert time.monotonic() - begun < 1.5

    other.execute("ROLLBACK")
    other.close()
    commit.put([event(1)]).result(5)
    commit.close()
    assert stored(sqlite) == ["e1"]


def test_asking_whether_it_is_ready_never_disturbs_a_commit(sqlite: Database) -> None:
    path = sqlite_path(sqlite.url)
    assert path is not None
    store: Store = SqliteStore(path, lambda: None)
    commit = GroupCommit(store)
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            store.is_ready()

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    futures: list[Future[None]] = [commit.put([event(i)]) for i in range(200)]
    errors = [future.exception(10) for future in futures]
    over.set()
    for thread in asking:
        thread.join()
    commit.close()

    assert errors == [None] * 200
    assert len(stored(sqlite)) == 200


def test_a_server_that_is_away_is_told_as_not_stored(tmp_path: Path) -> None:
    commit = GroupCommit(open_store("postgresql+psycopg://nobody@127.0.0.1:9/none", lambda: None))

    with pytest.raises(NotStored):
        commit.put([event(1)]).result(5)
    commit.close()
