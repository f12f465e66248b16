"""Whether the schema is current, asked without the ORM, since every start asks it."""

import sqlite3
from typing import Any

from storage.paths import open_postgres, sqlite_path

HEAD = "0002"
_QUERY = "SELECT version_num FROM alembic_version"


def is_current(url: str) -> bool:
    """Say whether the database is there and has this program's schema. Raises when it cannot be reached."""
    return read(url) == HEAD


def read(url: str) -> str | None:
    """Give the schema version of a database, None when it is empty or not there."""
    path = sqlite_path(url)
    if path is None:
        with open_postgres(url) as connection:
            return _of_postgres(connection)
    if not path.exists():
        return None
    with sqlite3.connect(path, timeout=5) as connection:
        try:
            row = connection.execute(_QUERY).fetchone()
        except sqlite3.OperationalError:
            return None
    return str(row[0]) if row else None


def _of_postgres(connection: Any) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('alembic_version')")
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute(_QUERY)
        row = cursor.fetchone()
    return str(row[0]) if row else None
