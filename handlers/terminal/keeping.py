"""`run`, `migrate`, `backup` and `restore`: what whoever keeps the machine does by hand."""

from pathlib import Path

from bot.texts import phrase
from handlers.terminal import sending
from handlers.terminal.calling import Call, WrongUsage, prepare
from handlers.terminal.screen import Bar, aside, ask, is_watched, tell
from storage import backup as backup_
from storage import erased, schema
from storage.database import Database
from storage.paths import sqlite_path
from storage.schema_version import HEAD
from storage.sealing import Keyring, read_key


def run_job(call: Call) -> int:
    """Run one job of the timetable now, or as if it were another time."""
    name = call.words.job
    with call.ledger(writing=False):
        pass  # on a first call, database and key are made
    before = sending.newest_row(call) if is_watched() else 0
    bar = (Bar(phrase("terminal.queueing")).show,) if is_watched() else ()
    try:
        outcome = call.plugs.run_job(call.settings, name, call.words.at, *bar)
    except LookupError as error:  # the timetable, which the terminal does not know, has no such job
        if error.args != (name,):
            raise
        raise WrongUsage(phrase("terminal.no_such_job", job=name)) from error
    tell(phrase("terminal.job_ran", job=name, outcome=outcome))
    if is_watched():
        sending.watch(call, before, Bar(phrase("terminal.sending")))
    return 0


def migrate(call: Call) -> int:
    """Bring the database up to date."""
    database = Database(call.settings.database_url)
    try:
        changed = schema.migrate(database)
        prepare(call.settings, database, call.plugs.now())
    finally:
        database.close()
    tell(phrase("terminal.migrated" if changed else "terminal.nothing_to_migrate", version=HEAD))
    return 0


def backup(call: Call) -> int:
    """Write the whole database into one file."""
    target: Path = call.words.file
    size = backup_.backup(call.settings.database_url, target, erased.list_of(call.settings.key_file))
    tell(phrase("terminal.backed_up", file=target, kilobytes=max(1, size // 1024), key=call.settings.key_file))
    return 0


def restore(call: Call) -> int:
    """Put a backup in the database's place; what was erased since stays erased."""
    settings, source = call.settings, call.words.file
    source.stat()
    if not call.words.yes and _would_replace(call) and ask(phrase("terminal.restore_ask")) != "はい":
        aside(phrase("terminal.restore_not"))
        return 1
    keyring = Keyring(read_key(settings.key_file))
    gone = backup_.restore(settings.database_url, source, keyring, erased.list_of(settings.key_file))
    database = Database(settings.database_url)
    try:
        schema.migrate(database)
    finally:
        database.close()
    tell(phrase("terminal.restored", file=source))
    if gone:
        tell(phrase("terminal.restored_without", count=gone))
    return 0


def _would_replace(call: Call) -> bool:
    """Ask only where a person sits: a script knows what it does."""
    path = sqlite_path(call.settings.database_url)
    return is_watched() and path is not None and path.exists()
