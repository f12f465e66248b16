"""How long an agenda takes to compile over many years of closed topics."""

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import insert
from sqlmodel import select

from bot import agenda, meetings
from storage.councils import Council
from storage.database import Database
from storage.keys import Key
from storage.ledger import open_ledger
from storage.schema import migrate
from storage.sealing import Keyring
from storage.topics import Topic

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
STORED, OPEN = 100_000, 200
LIMIT_MS = 30


def measure(is_quick: bool) -> list[tuple[str, str, str, bool]]:
    """Compile afresh several times; beside it, reading all topics and picking the open ones in Python."""
    with tempfile.TemporaryDirectory() as name:
        database = Database(f"sqlite:///{Path(name) / 'kizuki.db'}")
        migrate(database)
        keyring = Keyring(os.urandom(32))
        _fill(database)
        times = [_compile_ms(database, keyring, month) for month in range(3 if is_quick else 9)]
        naive = _read_all_ms(database)
        database.close()
    ours = median(times)
    text = f"{ours:.1f} ms ({naive / ours:,.0f} times quicker than reading all)"
    return [(f"agenda over {STORED:,} topics, {OPEN} open", text, f"under {LIMIT_MS} ms", ours < LIMIT_MS)]


def _fill(database: Database) -> None:
    with database.transaction() as session:
        session.add(Council(code="main", name="council", created_at=NOW - timedelta(days=4000)))
        session.add(Key(wrapped=b"x"))
        session.flush()
        session.execute(insert(Topic), [_topic(number) for number in range(1, STORED + 1)])


def _topic(number: int) -> dict[str, object]:
    is_open = number % (STORED // OPEN) == 0
    opened = NOW - timedelta(minutes=STORED - number)
    return {
        "council_id": 1,
        "number": number,
        "key_id": 1,
        "theme": "children",
        "is_unsorted": False,
        "is_restricted": False,
        "urgency": "soon" if number % 3 == 0 else "normal",
        "status": "shared" if is_open else "resolved",
        "is_open": is_open,
        "opened_at": opened,
        "changed_at": opened,
        "times_carried": 0,
    }


def _compile_ms(database: Database, keyring: Keyring, month: int) -> float:
    with open_ledger(database, keyring, "main", NOW) as ledger:
        meeting = meetings.add(ledger, NOW + timedelta(days=8 + 30 * month))
        ledger.session.flush()
        begin = time.perf_counter()
        items = agenda.compile_agenda(ledger, meeting)
        took = (time.perf_counter() - begin) * 1000
        assert len(items) == OPEN
    return took


def _read_all_ms(database: Database) -> float:
    begin = time.perf_counter()
    with database.reading() as session:
        assert sum(1 for topic in session.exec(select(Topic)) if topic.is_open) == OPEN
    return (time.perf_counter() - begin) * 1000
