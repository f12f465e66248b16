"""The durable front door: events of all requests that wait at this moment go in by one commit (group commit).

Below the ORM on purpose: this path decides whether a platform hears 200 within its two or three seconds,
and a process that only receives needs neither SQLModel nor a model of the language.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from storage.pragmas import pragmas

BATCH = 1_000
AT_ONCE = 500  # rows of one statement; SQLite takes 32,766 values
BUSY_SECONDS = 1.2  # under LINE's two seconds, so that 503 comes in time

_COLUMNS = "account, event_id, body_sealed, received_at, is_prompt, status, tries, next_at"
_POSTGRES = (
    f"INSERT INTO inbox ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, 'waiting', 0, %s) "  # noqa: S608
    "ON CONFLICT (account, event_id) DO NOTHING"
)


class NotStored(Exception):
    """The events could not be made durable: the platform must hear 503 and send them again."""


@dataclass(frozen=True)
class Event:
    """One event as it goes into the inbox; `body` is already sealed."""

    account: str
    event_id: str
    body: bytes
    received_at: datetime
    is_prompt: bool = False


class Store(Protocol):
    """Where a batch of events becomes durable."""

    def write(self, events: Sequence[Event]) -> None:
        """Commit all events, ignoring those already there. Raises any driver's error."""

    def is_ready(self) -> bool:
        """Say whether the database takes a write now."""

    def close(self) -> None:
        """Let go of the connection."""


class SqliteStore:
    """Writes events into the SQLite file, under the lock that the process's other writer shares."""

    def __init__(self, path: Path, lock: Callable[[], AbstractContextManager[Any] | None]) -> None:
        self._path = path
        self._lock = lock
        self._own_lock = threading.Lock()  # a check of readiness must not meet a write on one connection
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def write(self, events: Sequence[Event]) -> None:
        """Commit all events. On an error the connection is opened afresh the next time."""
        with self._lock() or nullcontext(), self._own_lock:
            try:
                self._insert(self._open(), events)
            except sqlite3.Error:
                self.close()
                raise

    def is_ready(self) -> bool:
        """Say whether the file is there and takes a write now."""
        with self._lock() or nullcontext(), self._own_lock:
            try:
                connection = self._open()
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            except sqlite3.Error:
                self.close()
                raise
        return True

    def close(self) -> None:
        """Close the connection; a transaction that is still open is rolled back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        file = self._look()
        if self._connection is not None and file != self._file:
            self.close()  # it would go on writing into the file that was moved away or replaced
        if self._connection is None:
            if file is None:
                # sqlite would make an empty file in place of one that went away
                raise sqlite3.OperationalError("the database file is not there")
            connection = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            for pragma in pragmas(may_write=True):
                connection.execute(pragma)
            connection.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
            self._connection, self._file = connection, file
        return self._connection

    def _insert(self, connection: sqlite3.Connection, events: Sequence[Event]) -> None:
        """One statement is one transaction, and one turn without the interpreter's lock instead of one a row."""
        if len(events) <= AT_ONCE:
            connection.execute(_sqlite_insert(len(events)), _sqlite_values(events))
            return
        connection.execute("BEGIN IMMEDIATE")
        for start in range(0, len(events), AT_ONCE):
            some = events[start : start + AT_ONCE]
            connection.execute(_sqlite_insert(len(some)), _sqlite_values(some))
        connection.execute("COMMIT")

    def _look(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


class PostgresStore:
    """Writes events into PostgreSQL; `connect` opens a psycopg connection in autocommit mode."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._connection: Any = None

    def write(self, events: Sequence[Event]) -> None:
        """Commit all events. On an error the connection is opened afresh the next time."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = self._connect()
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.executemany(_POSTGRES, [_postgres_values(event) for event in events])
        except Exception:
            self.close()
            raise

    def is_ready(self) -> bool:
        """Say whether the server is there and takes writes (it is no read-only copy)."""
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            return not cursor.fetchone()[0]

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class GroupCommit:
    """Collects the events of concurrent requests and makes them durable together, from one thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: queue.SimpleQueue[tuple[Sequence[Event], Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._thread.start()

    def put(self, events: Sequence[Event]) -> "Future[None]":
        """Hand over a request's events; the future ends when they are durable or raises NotStored."""
        future: Future[None] = Future()
        self._waiting.put((events, future))
        if not self._thread.is_alive():
            self._refuse_rest()
        return future

    def close(self) -> None:
        """Commit what still waits, then stop."""
        self._waiting.put(None)
        self._thread.join(timeout=5)
        self._store.close()

    def _run(self) -> None:
        while True:
            batch, is_last = self._next_batch()
            if batch:
                self._commit(batch)
            if is_last:
                self._refuse_rest()
                return

    def _next_batch(self) -> tuple[list[tuple[Sequence[Event], "Future[None]"]], bool]:
        batch = []
        item = self._waiting.get()
        while item is not None:
            batch.append(item)
            if len(batch) >= BATCH or self._waiting.empty():
                return batch, False
            item = self._waiting.get()
        return batch, True

    def _commit(self, batch: list[tuple[Sequence[Event], "Future[None]"]]) -> None:
        # a request that ran out of patience has cancelled its future; from here on none can
        heard = [future for _, future in batch if future.set_running_or_notify_cancel()]
        try:
            self._store.write([event for events, _ in batch for event in events])
        except Exception as error:  # whatever the driver raised, the platform must send again
            failure = NotStored(type(error).__name__)
            failure.__cause__ = error
            for future in heard:
                future.set_exception(failure)
            return
        for future in heard:
            future.set_result(None)

    def _refuse_rest(self) -> None:
        """Tell whoever comes after the end at once, instead of letting them wait."""
        while True:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return
            if item is not None and item[1].set_running_or_notify_cancel():
                item[1].set_exception(NotStored("closed"))


@cache
def _sqlite_insert(rows: int) -> str:
    values = ", ".join(["(?, ?, ?, ?, ?, 'waiting', 0, ?)"] * rows)
    return f"INSERT INTO inbox ({_COLUMNS}) VALUES {values} ON CONFLICT (account, event_id) DO NOTHING"  # noqa: S608


def _sqlite_values(events: Sequence[Event]) -> list[Any]:
    values: list[Any] = []
    for event in events:
        # the form in which SQLModel stores and reads an aware time in SQLite
        moment = event.received_at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        values += (event.account, event.event_id, event.body, moment, event.is_prompt, moment)
    return values


def _postgres_values(event: Event) -> tuple[Any, ...]:
    return (
        event.account,
        event.event_id,
        event.body,
        event.received_at,
        event.is_prompt,
        event.received_at,
    )
