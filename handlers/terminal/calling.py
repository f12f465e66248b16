"""One call of a command: what was typed, the settings, and the doors to what the other rooms do."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from bot import settings as settings_
from bot.bootstrap import ROOT
from bot.settings import Settings
from bot.texts import phrase

if TYPE_CHECKING:
    from argparse import Namespace

    from storage.ledger import Ledger

COUNCIL = "main"


class Serve(Protocol):
    """Serves until a signal ends it."""

    def __call__(self, settings: Settings, role: str = "all", *, practice: bool = False) -> int:
        """Give the exit status."""


def environment_at_home() -> dict[str, str]:
    """Read the environment and the `.env` that lies beside the program, wherever the command is typed."""
    return settings_.read_environment(ROOT)


@dataclass(frozen=True)
class Plugs:
    """What the plug board hands to the terminal, which may not import the other rooms itself."""

    serve: Serve
    run_job: Callable[..., str]  # settings, job, time, and what is told of the progress
    platforms: Callable[[Settings, Any], Mapping[str, Any]]
    try_mail: Callable[[Settings], str]  # the code of what is wrong with the mail server; empty when nothing is
    environment: Callable[[], Mapping[str, str]] = environment_at_home
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


class WrongUsage(Exception):
    """The command was not written as it should be; the message is one kind sentence."""


class SchemaTooOld(Exception):
    """The database is of an older version; a person decides when it is brought up to date."""


@dataclass(frozen=True)
class Call:
    """One call. Settings are read when they are first needed: reading a text needs none."""

    words: "Namespace"
    plugs: Plugs

    @cached_property
    def settings(self) -> Settings:
        """The settings, with relative places beside the program. Raises BadSettings.

        With `--practice` they lead to the practice town that was opened last.
        """
        found = at_home(settings_.load(self.plugs.environment()))
        return in_practice(found) if self.is_practice else found

    @property
    def is_practice(self) -> bool:
        """Whether the command is about the practice town's council."""
        return bool(getattr(self.words, "in_practice", False))

    @contextmanager
    def ledger(self, *, writing: bool) -> "Iterator[Ledger]":
        """Open the council's ledger; on a first call the database and the master key are made.

        Raises MasterKeyMissing, SchemaTooNew, SchemaTooOld.
        """
        # the tables take half a second, which `--help`, `classify` and a refusal need not wait for
        from storage.database import Database  # noqa: PLC0415
        from storage.ledger import open_ledger  # noqa: PLC0415

        now = self.plugs.now()
        database = Database(self.settings.database_url)
        try:
            keyring = prepare(self.settings, database, now)
            moment = later_of(database, now) if self.is_practice else now
            with open_ledger(database, keyring, COUNCIL, moment, writing=writing) as ledger:
                yield ledger
        finally:
            database.close()


def at_home(settings: Settings) -> Settings:
    """Let relative places be beside the program, not wherever the command was typed.

    With another port and no public address, links lead to that port.
    """
    prefix = "sqlite:///"
    url = settings.database_url
    if url.startswith(prefix) and not url.startswith((f"{prefix}/", f"{prefix}:memory:")) and url != prefix:
        url = f"{prefix}{ROOT / url.removeprefix(prefix)}"
    public = settings.public_url if settings.public_url != Settings.public_url else here(settings)
    return replace(settings, database_url=url, key_file=ROOT / settings.key_file.expanduser(), public_url=public)


def here(settings: Settings) -> str:
    """Give the address by which this machine reaches itself."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def in_practice(settings: Settings) -> Settings:
    """Point at the practice town's council. Raises WrongUsage when no town has been opened yet."""
    database = settings.practice_folder / "town.db"
    if not database.exists():
        raise WrongUsage(phrase("terminal.no_town"))
    return replace(
        settings,
        database_url=f"sqlite:///{database}",
        key_file=settings.practice_folder / "key",
        public_url=here(settings),
    )


def later_of(database: Any, now: datetime) -> datetime:
    """Give the practice town's time, which its clock may have moved on, from the last beat of its clock."""
    from sqlmodel import col, select  # noqa: PLC0415 - as above

    from storage.slots import Pulse  # noqa: PLC0415 - as above

    with database.reading() as session:
        beats = session.exec(select(Pulse.at).order_by(col(Pulse.at).desc()).limit(1)).all()
    latest: datetime = max([now, *beats])
    return latest


def prepare(settings: Settings, database: Any, now: datetime) -> Any:
    """Make database, council and master key where nothing is there yet; give the keyring."""
    from bot import councils  # noqa: PLC0415 - as above
    from storage import schema, schema_version  # noqa: PLC0415 - as above
    from storage.sealing import Keyring  # noqa: PLC0415 - as above

    master = master_key(settings)
    version = schema_version.read(settings.database_url)
    if version is not None and version < schema_version.HEAD:
        raise SchemaTooOld
    if version != schema_version.HEAD:
        schema.migrate(database)
    if not has_council(database):
        councils.ensure(database, COUNCIL, now, settings.slack_council_channel)
    return Keyring(master)


def has_council(database: Any) -> bool:
    """Say whether the council is written down, so that a look changes nothing."""
    from storage.ledger import council_codes  # noqa: PLC0415 - as above

    return COUNCIL in council_codes(database)


def master_key(settings: Settings) -> bytes:
    """Read the master key; make one only where nothing has been sealed under another.

    Raises MasterKeyMissing.
    """
    from storage import sealed, sealing  # noqa: PLC0415 - the ciphers take 0.1 s

    if settings.key_file.exists() or sealed.has_sealed(settings.database_url):
        return sealing.read_key(settings.key_file)
    return sealing.read_or_make_key(settings.key_file)
