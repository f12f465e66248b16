"""What a page works with: the desk it stands on, the visit it answers, and the outcomes it can have."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jinja2 import Environment
from starlette.requests import Request

from bot import people
from bot.answerable import Answerable
from bot.documents.paper import Paper, printable
from bot.settings import Settings
from bot.understanding import Reader
from storage.database import Database
from storage.ledger import Ledger
from storage.people import Person
from storage.sealing import Keyring


class NotLookedAt(Answerable):
    """A form lacks what it asks for."""

    key = "desk.form.blank"


class NotADay(Answerable):
    """A form names a day that is none."""

    key = "desk.form.date"


@dataclass(frozen=True)
class Desk:
    """What every page stands on."""

    database: Database
    keyring: Keyring
    settings: Settings
    now: Callable[[], datetime]
    wake: Callable[[], None]
    reader: Callable[[], Reader]
    templates: Environment

    @property
    def is_secure(self) -> bool:
        """Whether cookies may travel over https alone."""
        return self.settings.public_url.startswith("https")

    def mark(self, purpose: str, token: str) -> str:
        """Make the mark that a form carries, so that no other site can press its buttons."""
        text = f"desk|{purpose}|{token}".encode()
        return hmac.new(self.keyring.signing.encode(), text, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Visit:
    """One request of somebody who may be here, within one transaction."""

    desk: Desk
    ledger: Ledger
    person: Person
    request: Request
    form: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def may(self, deed: str) -> bool:
        """Say whether the visitor's role allows a deed."""
        return people.may(self.person, deed)

    def number(self, name: str) -> int:
        """Give a number of the address."""
        return int(self.request.path_params[name])

    def asked(self, name: str) -> str:
        """Give what the address asks after the question mark."""
        return printable(self.request.query_params.get(name, "")).strip()

    def text(self, name: str) -> str:
        """Give one answer of the form; empty when it was left blank."""
        return self.form.get(name, ("",))[0].strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """Give all answers that were ticked."""
        return self.form.get(name, ())

    def wanted(self, name: str) -> str:
        """Give one answer that must not be blank. Raises NotLookedAt."""
        found = self.text(name)
        if not found:
            raise NotLookedAt
        return found

    def day(self, name: str) -> date | None:
        """Give one answer that is a day, None when it was left blank. Raises NotADay."""
        written = self.text(name)
        try:
            return date.fromisoformat(written) if written else None
        except ValueError as error:
            raise NotADay from error

    def whole(self, name: str, low: int, high: int) -> int:
        """Give one answer that must be a whole number in these bounds. Raises NotLookedAt."""
        found = self.text(name)
        if not re.fullmatch(r"[0-9]{1,6}", found) or not low <= int(found) <= high:
            raise NotLookedAt("desk.form.number", low=low, high=high)
        return int(found)


@dataclass(frozen=True)
class Shown:
    """A page to show."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """Something was done: go back to the page, or to another, and say so there."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    to: str | None = None


@dataclass(frozen=True)
class Go:
    """Another page is meant."""

    to: str


@dataclass(frozen=True)
class Printed:
    """A paper to take away, in the format of this ending."""

    paper: Paper
    ending: str


@dataclass(frozen=True)
class Told:
    """Plain values for a page's own script."""

    values: Mapping[str, Any]


Outcome = Shown | Done | Go | Printed | Told


@dataclass(frozen=True)
class Page:
    """One address of the desk: who may come, and what happens. `deed` is a row of `people.MAY`."""

    method: str
    path: str
    act: Callable[[Visit], Outcome]
    deed: str = "enter_desk"
