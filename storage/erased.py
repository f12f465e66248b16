"""The list of destroyed data keys beside the master key, so that no backup brings back what was taken back.

Withdrawing and erasing destroy a data key. A backup from before still holds it, so the list lies outside the
database, next to the master key, and is applied to whatever is restored (個人情報保護法 22条: what is no
longer needed is erased without delay, wherever it lies). It holds numbers, no key and no text.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from storage.pragmas import pragmas

NOBODY = "-"


def list_of(key_file: Path) -> Path:
    """Give where the list of this master key lies."""
    return key_file.with_name(key_file.name + ".erased")


def identity(connection: sqlite3.Connection) -> str:
    """Name the installation, the same in each of its backups; one master key may serve several databases."""
    row = connection.execute("SELECT code, created_at FROM councils ORDER BY id LIMIT 1").fetchone()
    return hashlib.sha256(f"{row[0]}|{row[1]}".encode()).hexdigest()[:16] if row else NOBODY


def destroyed(connection: sqlite3.Connection) -> set[int]:
    """List the data keys that were destroyed in a database."""
    return {row[0] for row in connection.execute("SELECT id FROM keys WHERE wrapped IS NULL")}


def read(path: Path, installation: str) -> set[int]:
    """Read which keys of an installation were destroyed; a line cut off by a power failure is passed over."""
    if not path.exists():
        return set()
    rows = (line.split() for line in path.read_text(encoding="ascii", errors="replace").splitlines())
    return {int(row[1]) for row in rows if len(row) == 2 and row[0] == installation and row[1].isdecimal()}


def remember(path: Path, installation: str, keys: Iterable[int]) -> None:
    """Write down keys that are not on the list yet, durable before this returns."""
    new = sorted(set(keys) - read(path, installation))
    if not new:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n" + "".join(f"{installation} {key}\n" for key in new))
        file.flush()
        os.fsync(file.fileno())


def remember_from(database: Path, path: Path) -> None:
    """Write down what has been destroyed in a database by now."""
    with closing(sqlite3.connect(database)) as connection:
        for pragma in pragmas(may_write=False):
            connection.execute(pragma)
        remember(path, identity(connection), destroyed(connection))
