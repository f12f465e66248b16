"""From a database address to a file or a connection, without the ORM."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from storage.intake import PostgresStore, SqliteStore, Store

CONNECT_SECONDS = 2


def sqlite_path(url: str) -> Path | None:
    """Give the file of a SQLite database, None for PostgreSQL or memory."""
    prefix = "sqlite:///"
    if not url.startswith(prefix):
        return None
    name = unquote(url[len(prefix) :].split("?", 1)[0])
    return None if name in ("", ":memory:") else Path(name)


def open_postgres(url: str) -> Any:
    """Open a psycopg connection in autocommit mode, giving up after two seconds."""
    import psycopg  # noqa: PLC0415 - 250 ms and 27 MB that a SQLite installation never needs

    return psycopg.connect(
        url.replace("postgresql+psycopg://", "postgresql://", 1),
        autocommit=True,
        connect_timeout=CONNECT_SECONDS,
        options="-c statement_timeout=1200",
    )


def open_store(url: str, lock: Callable[[], AbstractContextManager[Any] | None]) -> Store:
    """Give where the intake writes; `lock` names the lock of the process's other SQLite writer, if any."""
    path = sqlite_path(url)
    if path is None:
        return PostgresStore(lambda: open_postgres(url))
    return SqliteStore(path, lock)
