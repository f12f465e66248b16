"""The plug board: the one place where all four rooms meet. Nobody imports it.

Before anything else it hands over to the bootstrap, which needs Python's own library alone. What a command
does not need is not imported: a process that only receives starts in half a second and stays under 90 MB,
while the tables, the language model and the platforms' SDKs cost seconds and 150 MB. Hence, here and only
here, imports inside functions.
"""

# ruff: noqa: PLC0415
import gc
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot import bootstrap

if TYPE_CHECKING:
    from bot.messages import Platform
    from bot.settings import Settings
    from handlers.web.health import Checks
    from storage.database import Database
    from storage.intake import GroupCommit, Store
    from storage.sealing import Keyring

SHUTDOWN_SECONDS = 2
COUNCIL = "main"


def main() -> int:
    """Set up if need be, then do what the command line asks for."""
    arguments = sys.argv[1:]
    try:
        bootstrap.enter(arguments)
    except bootstrap.CannotSetUp as stop:
        print(stop, file=sys.stderr)
        return 1
    if arguments[:1] == ["install"]:
        return 0
    if arguments[:1] == ["test"]:
        return bootstrap.check_everything(arguments[1:])
    from handlers.terminal import command_line

    plugs = command_line.Plugs(serve=serve, run_job=run_job, platforms=connect_all, try_mail=try_mail)
    status: int = command_line.run(arguments, plugs)
    return status


def try_mail(settings: "Settings") -> str:
    """Log in at the mail server for the check-up, without sending anything; give the code of what is wrong."""
    from handlers import mail

    return mail.try_login(settings)


def serve(settings: "Settings", role: str = "all", *, practice: bool = False) -> int:
    """Serve until a signal ends it: one port, and in this process the parts that `role` names.

    Raises AlreadyServing, and OSError when the port is taken, before anything else happens.
    """
    from storage.only_one import OnlyOne
    from storage.paths import sqlite_path

    with ExitStack() as stack:
        port = stack.enter_context(_bind(settings))
        if practice:
            from handlers.practice import town

            settings = town.prepare(settings)
        path = sqlite_path(settings.database_url)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            stack.enter_context(OnlyOne(path))
        return _serve_on(port, settings, role, practice=practice)


def _serve_on(port: socket.socket, settings: "Settings", role: str, *, practice: bool) -> int:
    from storage.sealing import Keyring, read_or_make_key

    keyring = Keyring(read_or_make_key(settings.key_file))
    house = House(settings, keyring, _clock_of(practice=practice), role, practice=practice)
    try:
        house.start()
        _listen(port, house.front(_open_town(house) if practice else ()))
    finally:
        house.stop()
    return 0


def _open_town(house: "House") -> Sequence[Any]:
    from handlers.practice import town

    return town.open_town(
        town.House(
            settings=house.settings,
            database=house.open_database(),
            keyring=house.keyring,
            now=house.now,
            bench=house.bench,
            bag=house.bag,
            tick=house.clock.tick,
            advance=house.advance,
        )
    )


class House:
    """The parts of one running process, put together in the order in which they need each other."""

    def __init__(
        self, settings: "Settings", keyring: "Keyring", now: Any, role: str, *, practice: bool = False
    ) -> None:
        self.settings = settings
        self.keyring = keyring
        self.now = now
        self.role = role
        self.practice = practice
        self.platforms: dict[str, Platform] = {}
        self.database: Database | None = None
        self.commit: GroupCommit | None = None
        self._parts: list[Any] = []
        self.worker: Any = None
        self.couriers: list[Any] = []
        self.clock: Any = None
        self.bench: Any = None
        self.bag: Any = None

    def start(self) -> None:
        """Bring the schema up to date, then start what this role needs."""
        from handlers.intake import Door
        from storage import intake

        store = self._open_store()
        self.commit = intake.GroupCommit(store)
        self._store = store
        self.door = Door(self.commit, self.keyring, self.now, self.wake_worker)
        self.platforms = connect_all(self.settings, self.door.hear)
        if self.role in ("all", "worker"):
            self._start_worker()
        if self.role in ("all", "clock"):
            self._start_clock()
        for platform in self.platforms.values():
            if self.role in ("all", "web"):
                platform.start()

    def stop(self) -> None:
        """Stop in the opposite order: first hearing, then working, then writing."""
        for platform in self.platforms.values():
            platform.stop()
        for part in reversed(self._parts):
            part.stop()
        if self.commit is not None:
            self.commit.close()
        if self.database is not None:
            self.database.close()

    def wake_worker(self) -> None:
        """Say that something has come in."""
        if self.worker is not None:
            self.worker.wake()

    def wake_courier(self) -> None:
        """Say that something waits to be said."""
        for carrier in self.couriers:
            carrier.wake()

    def advance(self) -> datetime:
        """Let the practice clock jump to what is due next, and do it; give the new time."""
        from schedules.clock import next_moment
        from storage.ledger import open_ledger

        with open_ledger(self.open_database(), self.keyring, COUNCIL, self.now(), writing=False) as ledger:
            moment = next_moment(ledger)
        self.now.jump_to(moment)  # the practice clock alone can
        self.wake_worker()
        self.clock.tick()
        self.wake_courier()
        return moment

    def open_database(self) -> "Database":
        """Give the tables; a process that only receives opens them when somebody visits the pages."""
        if self.database is None:
            from storage.database import Database

            self.database = Database(self.settings.database_url)
        return self.database

    def front(self, practice: Sequence[Any]) -> Any:
        """Give the application behind the one port."""
        from handlers.web import front

        routes = [route for platform in self.platforms.values() for route in platform.routes]
        return front.build(routes, self._checks(), self._desk, practice, self._calendar)

    def _open_store(self) -> "Store":
        from storage import paths, schema_version

        if not schema_version.is_current(self.settings.database_url):
            from storage import schema

            schema.migrate(self.open_database())
        if self.role != "web":
            from bot import councils

            database = self.open_database()
            councils.ensure(database, COUNCIL, self.now(), self.settings.slack_council_channel)
        return paths.open_store(self.settings.database_url, self._write_lock)

    def _write_lock(self) -> Any:
        return self.database.writing if self.database is not None else None

    def _start_worker(self) -> None:
        from datetime import timedelta

        from bot import conversation, courier, proposals, worker
        from bot.understanding import load_reader

        database = self.open_database()
        settling = timedelta(seconds=self.settings.settling_seconds)
        reader = load_reader(has_adviser=self.settings.has_adviser)
        setting = conversation.Setting(reader, settling, self.settings.public_url)
        self.bench = worker.Bench(database, self.keyring, self.platforms, setting, self.now, self.wake_courier)
        pause = timedelta() if self.practice else courier.CHANNEL_PAUSE
        voices = {scheme: p for scheme, p in self.platforms.items() if scheme != proposals.SCHEME}
        self.bag = courier.Bag(database, self.keyring, voices, self.now, pause)
        self.worker = worker.Worker(self.bench)
        for platform in self.platforms.values():
            self._start_courier(platform, hands=2 if platform.scheme in ("line", "slack") else 1)
        self._start(self.worker)

    def _start_courier(self, platform: "Platform", hands: int) -> None:
        """Let each platform have a courier of its own, so that one that hangs never holds up another's words."""
        from dataclasses import replace

        from bot import courier

        carrier = courier.Courier(replace(self.bag, platforms={platform.scheme: platform}), hands)
        self.couriers.append(carrier)
        self._start(carrier)

    def _start_clock(self) -> None:
        from schedules.clock import Clock

        self.clock = Clock(self.open_database(), self.keyring, self.now, self.wake_courier)
        self._start(self.clock)

    def _start(self, part: Any) -> None:
        part.start()
        self._parts.append(part)

    def _desk(self) -> Any:
        from handlers.web import desk

        reader = (lambda: self.bench.setting.reader) if self.bench is not None else None
        return desk.build(self.open_database(), self.keyring, self.settings, self.now, self.wake_courier, reader)

    def _calendar(self) -> Any:
        from handlers.web import calendar

        return calendar.build(self.open_database(), self.keyring, self.settings.public_url, self.now)

    def _checks(self) -> "Checks":
        from handlers.web.health import Checks

        ready: dict[str, Callable[[], bool]] = {"database": self._store.is_ready}
        if self.worker is not None:
            ready["worker"] = self.worker.is_alive
            ready["courier"] = lambda: all(carrier.is_alive() for carrier in self.couriers)
        if self.clock is not None:
            ready["clock"] = self.clock.is_alive
        return Checks(ready, self._metrics)

    def _metrics(self) -> bytes:
        from handlers.web import metrics

        page: bytes = metrics.page(self.open_database(), self.keyring, self.now())
        return page


def connect_all(settings: "Settings", hear: Any) -> "dict[str, Platform]":
    """Connect every platform that is configured."""
    from handlers.platforms import CONNECT

    found = [connect(settings, hear) for connect in CONNECT]
    return {platform.scheme: platform for platform in found if platform is not None}


def run_job(
    settings: "Settings", name: str, at: datetime | None, progress: Callable[[int, int], None] | None = None
) -> str:
    """Run one job now, or as if it were another time."""
    from schedules import clock
    from storage.database import Database
    from storage.sealing import Keyring, read_key

    database = Database(settings.database_url)
    try:
        keyring = Keyring(read_key(settings.key_file))
        return clock.run_now(database, keyring, COUNCIL, at or datetime.now(UTC), name, progress)
    finally:
        database.close()


def _clock_of(*, practice: bool) -> Callable[[], datetime]:
    if practice:
        from handlers.practice.clock import PracticeClock

        clock: Callable[[], datetime] = PracticeClock()
        return clock
    return lambda: datetime.now(UTC)


def _bind(settings: "Settings") -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    port = socket.socket(family, socket.SOCK_STREAM)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        port.bind((settings.host, settings.port))
    except OSError:
        port.close()
        raise
    return port


def _listen(port: socket.socket, app: Any) -> None:
    import uvicorn

    gc.freeze()  # what was imported stays for good: the collector need not walk it at every turn
    # after a graceful end uvicorn raises the signal again; what is left to stop must still be stopped
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,  # nothing here trusts an address that a request names for itself
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[port])


if __name__ == "__main__":
    sys.exit(main())
