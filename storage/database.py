"""The database: one engine, one writer at a time on SQLite, and transactions that commit or leave no trace."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from storage.paths import sqlite_path
from storage.pragmas import BUSY_MS, pragmas


class Database:
    """Holds the engine and hands out transactions.

    SQLite before 3.51.3 can corrupt a WAL database when two connections write or checkpoint at once
    (sqlite.org/wal.html#walresetbug), and Debian 12 ships 3.40.1: so one connection writes, under one lock
    that the intake shares, and the connections that only read neither write nor checkpoint.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.writing = threading.RLock()
        if self.is_sqlite:
            _make_folder(url)
            self._writer = _sqlite_engine(url, may_write=True)
            self._reader = self._writer if is_in_memory(url) else _sqlite_engine(url, may_write=False)
        else:
            self._writer = self._reader = create_engine(
                url, hide_parameters=True, pool_size=10, pool_pre_ping=True, pool_timeout=5
            )

    @property
    def engine(self) -> Engine:
        """The engine that may write."""
        return self._writer

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction that commits at the end of the block, or rolls back if the block raises.

        On SQLite it begins IMMEDIATE: with the driver's default, two processes that read and then write
        lose updates without an error.
        """
        with (
            self._lock(),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a view of the database that changes nothing."""
        if self._reader is self._writer and self.is_sqlite:
            with self.transaction() as session:
                yield session
            return
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Close every connection; on SQLite the WAL is folded back into the file first."""
        if self.is_sqlite:
            self._reader.dispose()
            with self.writing:
                self._writer.dispose()
        else:
            self._writer.dispose()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        if self.is_sqlite:
            with self.writing:
                yield
        else:
            yield


def is_in_memory(url: str) -> bool:
    """Say whether the database lives in memory only (tests)."""
    return url.startswith("sqlite") and make_url(url).database in (None, "", ":memory:")


def _make_folder(url: str) -> None:
    path = sqlite_path(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def _sqlite_engine(url: str, *, may_write: bool) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,  # an error must not print what a neighbour wrote
        poolclass=QueuePool,
        pool_size=1 if may_write else 4,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in pragmas(may_write=may_write):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if may_write else "BEGIN")

    return engine
