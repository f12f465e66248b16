"""How long the daily bundles of thousands of commissioners take to compute and to queue."""

import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import col

from bot import councils
from bot.reminders import bundles
from storage.concerns import Concern
from storage.database import Database
from storage.keys import Key
from storage.ledger import open_ledger
from storage.outbox import OutboxRow
from storage.people import Address, Person, Role
from storage.schema import migrate
from storage.sealing import Keyring
from storage.topics import Topic

NOW = datetime(
    2026, 11, 5, 1, 0, tzinfo=UTC
)  # a Thursday, ten in the morning in Japan, in the days for the record
COMMISSIONERS, EACH = 5_000, 3
LIMIT_SECONDS = 3
TEXT = "向かいのおばあさんを最近見かけません。雨戸も閉まったままで、新聞がたまっています"


def row() -> tuple[str, str, str, bool]:
    """Queue the bundles of a day; each has concerns that wait and the month's record to ask for."""
    with tempfile.TemporaryDirectory() as name:
        database = Database(f"sqlite:///{Path(name) / 'kizuki.db'}")
        migrate(database)
        keyring = Keyring(os.urandom(32))
        councils.ensure(database, "main", NOW - timedelta(days=400), None)
        _fill(database, keyring)
        seconds, sent = _queue(database, keyring)
        database.close()
    is_met = seconds < LIMIT_SECONDS and sent == COMMISSIONERS
    name = f"{COMMISSIONERS:,} commissioners' bundles computed and queued"
    return name, f"{sent:,} of {EACH + 1} reminders each in {seconds:.1f} s", f"under {LIMIT_SECONDS} s", is_met


def _queue(database: Database, keyring: Keyring) -> tuple[float, int]:
    gc.collect()
    gc.freeze()  # as the serving process does after its imports
    begin = time.perf_counter()
    with open_ledger(database, keyring, "main", NOW) as ledger:
        bundles.send(ledger, _progress())
    seconds = time.perf_counter() - begin
    with open_ledger(database, keyring, "main", NOW, writing=False) as ledger:
        return seconds, ledger.count(OutboxRow, col(OutboxRow.dedupe).startswith("bundle:"))


def _progress() -> Callable[[int, int], None]:
    def show(done: int, whole: int) -> None:
        sys.stderr.write(f"\r{done:,}/{whole:,}" + ("\r" if done == whole else ""))

    return show if sys.stderr.isatty() else bundles.silent


def _fill(database: Database, keyring: Keyring) -> None:
    people = range(1, COMMISSIONERS + 1)
    topics = range(1, COMMISSIONERS * EACH + 1)
    wrapped = [keyring.new_key() for _ in range(COMMISSIONERS * (1 + EACH))]
    with database.transaction() as session:
        connection = session.connection()
        connection.execute(insert(Key), [{"id": n, "wrapped": key} for n, key in enumerate(wrapped, 1)])
        connection.execute(insert(Person), [_person(n) for n in people])
        connection.execute(insert(Address), [_address(keyring, wrapped[n - 1], n) for n in people])
        connection.execute(insert(Topic), [_topic(n) for n in topics])
        connection.execute(
            insert(Concern), [_concern(keyring, wrapped[COMMISSIONERS + n - 1], n) for n in topics]
        )


def _person(n: int) -> dict[str, object]:
    own = {"ref": f"P{n}", "role": Role.COMMISSIONER, "themes": []}
    return {"id": n, "council_id": 1, "key_id": n, "created_at": NOW - timedelta(days=300), **own}


def _address(keyring: Keyring, wrapped: bytes, n: int) -> dict[str, object]:
    sealed = keyring.seal(f"line:U{n:032x}", wrapped)
    own = {"scheme": "line", "blind": f"b{n}", "sealed": sealed, "is_reachable": True, "heard_at": NOW}
    return {"council_id": 1, "person_id": n, **own}


def _topic(n: int) -> dict[str, object]:
    opened = NOW - timedelta(minutes=n)
    place = {"id": n, "council_id": 1, "number": n, "key_id": COMMISSIONERS + n, "assignee_id": _whose(n)}
    own = {"theme": "elderly_watch", "is_unsorted": False, "urgency": "normal", "status": "shared"}
    flags = {"is_open": True, "is_restricted": False, "may_leave": False, "is_general": False}
    counts = {"times_carried": 0, "times_reopened": 0}
    return {**place, **own, **flags, **counts, "opened_at": opened, "changed_at": opened}


def _concern(keyring: Keyring, wrapped: bytes, n: int) -> dict[str, object]:
    place = {"council_id": 1, "number": n, "topic_id": n, "writer_id": _whose(n), "key_id": COMMISSIONERS + n}
    words = {"masked_sealed": keyring.seal(TEXT, wrapped), "because_sealed": b"", "masks_sealed": b""}
    read = {"theme": "elderly_watch", "kind": "concern", "confidence": 1.0, "is_abstained": False}
    way = {"status": "shared", "reach": "board", "scheme": "line", "lines": "", "urgency": "normal"}
    return {**place, **words, **read, **way, "received_at": NOW}


def _whose(n: int) -> int:
    return (n - 1) % COMMISSIONERS + 1
