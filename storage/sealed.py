"""Whether a database holds anything that only the master key opens; asked without the ORM, at each start."""

import sqlite3
from contextlib import closing

from storage.paths import open_postgres, sqlite_path

_QUERY = "SELECT EXISTS (SELECT 1 FROM keys WHERE wrapped IS NOT NULL)"


def has_sealed(url: str) -> bool:
    """Say whether a new master key would leave sealed text behind that nobody can open."""
    path = sqlite_path(url)
    if path is None:
        with open_postgres(url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('keys')")
            if cursor.fetchone()[0] is None:
                return False
            cursor.execute(_QUERY)
            return bool(cursor.fetchone()[0])
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=5)) as connection:
        has_table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'keys'").fetchone()
        return bool(has_table and connection.execute(_QUERY).fetchone()[0])
