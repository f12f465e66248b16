"""Backups: the whole database in one file, and the way back.

SQLite's own backup copies a database that is in use, page by page and consistent, which copying the file
would not be (sqlite.org/backup.html). A restore refuses while somebody serves, refuses what is no database
of Kizuki, and takes out again what has been erased since.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from storage import erased
from storage.only_one import OnlyOne
from storage.paths import sqlite_path
from storage.pragmas import pragmas
from storage.schema import SchemaTooNew
from storage.schema_version import HEAD
from storage.sealing import Keyring

NEEDED_TABLES = {"alembic_version", "councils", "keys", "people", "concerns"}


class NotOnPostgres(Exception):
    """PostgreSQL has its own tools, which know more than we do: pg_dump and pg_restore."""


class NoDatabase(Exception):
    """There is nothing yet to be kept."""


class NotABackup(Exception):
    """The file is no database of Kizuki, or it is damaged."""


class WouldOverwrite(Exception):
    """The backup would be written over the database itself."""


def backup(url: str, target: Path, erased_list: Path) -> int:
    """Write the database into one file with mode 0600, whole or not at all; give its size in bytes.

    Works beside a serving process. The master key is not in it, so the file alone opens nothing.
    Raises NotOnPostgres, NoDatabase, WouldOverwrite, OSError.
    """
    source = _file_of(url)
    if not source.exists():
        raise NoDatabase
    if target.exists() and target.samefile(source):
        raise WouldOverwrite
    with closing(_open_for_reading(source)) as connection, _draft(target) as draft:
        _copy(connection, draft)
        _remember(connection, erased_list)
    return target.stat().st_size


def restore(url: str, source: Path, keyring: Keyring, erased_list: Path) -> int:
    """Put a backup in the database's place; give how many erased keys it would have brought back.

    The database in place is asked first what was destroyed in it. Refuses before anything is changed.
    Raises NotOnPostgres, NotABackup, SchemaTooNew, WrongMasterKey, AlreadyServing, OSError.
    """
    path = _file_of(url)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with OnlyOne(path):
        if path.exists() and source.exists() and path.samefile(source):
            raise WouldOverwrite
        with closing(_open_backup(source)) as connection, _draft(path) as draft:
            _require_usable(connection, keyring)
            highest = _remember_replaced(path, erased_list)
            _copy(connection, draft)
            gone = _erase_again(draft, erased_list, highest)
            _fold_log(path)
    return gone


def _file_of(url: str) -> Path:
    path = sqlite_path(url)
    if path is None:
        raise NotOnPostgres
    return path


def _open_for_reading(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    for pragma in pragmas(may_write=False):
        connection.execute(pragma)
    return connection


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """Give a file beside the target, which takes its name, durably, once the block has ended well."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield draft
        _sync(draft)
        draft.replace(target)
        _sync(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def _copy(source: sqlite3.Connection, draft: Path) -> None:
    with closing(sqlite3.connect(draft)) as copy:
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- before a restore ---------------------------------------------------------------------------------


def _open_backup(source: Path) -> sqlite3.Connection:
    """Open a file that should be a backup. Raises NotABackup, and OSError when it is not there."""
    source.stat()
    connection = sqlite3.connect(source)
    try:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        is_whole = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.DatabaseError as error:
        connection.close()
        raise NotABackup from error
    if not is_whole or not tables >= NEEDED_TABLES:
        connection.close()
        raise NotABackup
    return connection


def _require_usable(connection: sqlite3.Connection, keyring: Keyring) -> None:
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise NotABackup
    if row[0] > HEAD:
        raise SchemaTooNew(f"The backup has schema {row[0]}; this program knows {HEAD}.")
    key = connection.execute("SELECT wrapped FROM keys WHERE wrapped IS NOT NULL LIMIT 1").fetchone()
    if key is not None:
        keyring.seal("", key[0])  # raises WrongMasterKey


def _remember_replaced(path: Path, erased_list: Path) -> int:
    """Write down what was destroyed in the database that is replaced; give its highest key number."""
    if not path.exists():
        return 0
    try:
        with closing(_open_for_reading(path)) as connection:
            _remember(connection, erased_list)
            return int(connection.execute("SELECT max(id) FROM keys").fetchone()[0] or 0)
    except sqlite3.DatabaseError:
        return 0  # damaged, which is why it is replaced; the list has what earlier backups wrote down


def _remember(connection: sqlite3.Connection, erased_list: Path) -> None:
    erased.remember(erased_list, erased.identity(connection), erased.destroyed(connection))


def _fold_log(path: Path) -> None:
    """Empty the log of the database that is replaced, so that it is not read into the new one."""
    if path.exists():
        try:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.DatabaseError:
            pass  # damaged; its log goes in any case
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


# --- erasing again --------------------------------------------------------------------------------------


def _erase_again(draft: Path, erased_list: Path, highest: int) -> int:
    """Destroy in a restored copy what has been destroyed since, and everything that hung on it."""
    with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        copy.execute("PRAGMA secure_delete=ON")
        listed = erased.read(erased_list, erased.identity(copy))
        alive = {row[0] for row in copy.execute("SELECT id FROM keys WHERE wrapped IS NOT NULL")}
        gone = sorted(listed & alive)
        copy.execute("BEGIN IMMEDIATE")
        _keep_numbers_apart(copy, max([highest, *listed]))
        copy.execute("CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY)")
        copy.executemany("INSERT INTO gone VALUES (?)", [(key,) for key in gone])
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        for statement in _STATEMENTS:
            copy.execute(statement, {"now": now})
        copy.execute("COMMIT")
        copy.execute("VACUUM")
    return len(gone)


def _keep_numbers_apart(copy: sqlite3.Connection, highest: int) -> None:
    """Let new keys begin above every number that was ever given out, or the list would hit the wrong ones."""
    known = copy.execute("SELECT max(id) FROM keys").fetchone()[0] or 0
    if highest > known:
        copy.execute("INSERT INTO keys (id, wrapped) VALUES (?, NULL)", (highest,))


_STATEMENTS = (
    "UPDATE outbox SET status = CASE status WHEN 'sent' THEN 'sent' ELSE 'cancelled' END, payload_sealed = NULL, "
    "destination = 'erased', destination_sealed = x'', reply_sealed = NULL WHERE destination IN (SELECT blind "
    "FROM addresses WHERE person_id IN (SELECT id FROM people WHERE key_id IN temp.gone))",
    "UPDATE outbox SET status = CASE status WHEN 'sent' THEN 'sent' ELSE 'cancelled' END, payload_sealed = NULL "
    "WHERE key_id IN temp.gone OR person_id IN (SELECT id FROM people WHERE key_id IN temp.gone)",
    "DELETE FROM addresses WHERE person_id IN (SELECT id FROM people WHERE key_id IN temp.gone)",
    "DELETE FROM passes WHERE person_id IN (SELECT id FROM people WHERE key_id IN temp.gone)",
    "UPDATE people SET erased_at = :now, name_sealed = NULL, duty_rank = NULL WHERE key_id IN temp.gone",
    "UPDATE concern_parts SET text_sealed = x'', content_sealed = NULL, unsent_at = :now "
    "WHERE concern_id IN (SELECT id FROM concerns WHERE key_id IN temp.gone)",
    "UPDATE concerns SET status = 'withdrawn', closed_at = :now, settles_at = NULL, signature_sealed = NULL "
    "WHERE key_id IN temp.gone",
    "UPDATE notes SET masked_sealed = x'', unsent_at = :now WHERE key_id IN temp.gone",
    "UPDATE topics SET status = 'withdrawn', is_open = 0, heading_sealed = NULL WHERE status <> 'merged' "
    "AND id IN (SELECT topic_id FROM concerns WHERE key_id IN temp.gone) AND NOT EXISTS (SELECT 1 FROM concerns "
    "WHERE topic_id = topics.id AND status NOT IN ('withdrawn', 'unsent'))",
    "DELETE FROM general_cases WHERE topic_id IN (SELECT id FROM topics WHERE status = 'withdrawn')",
    "UPDATE generals SET words_sealed = x'' WHERE key_id IN temp.gone",
    "UPDATE topics SET status = 'withdrawn', is_open = 0, heading_sealed = NULL WHERE is_general AND status IN "
    "('shared', 'considering') AND NOT EXISTS (SELECT 1 FROM general_cases JOIN generals ON generals.id = "
    "general_cases.general_id WHERE generals.topic_id = topics.id)",
    "UPDATE minutes_words SET sealed = x'' WHERE key_id IN temp.gone",
    "UPDATE amendments SET words_sealed = x'' WHERE key_id IN temp.gone",
    "UPDATE handouts SET answer_sealed = NULL WHERE key_id IN temp.gone",
    "UPDATE keys SET wrapped = NULL, destroyed_at = :now WHERE id IN temp.gone",
)
