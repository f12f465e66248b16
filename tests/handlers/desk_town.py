"""A council's desk, with somebody sitting at it."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from httpx import Response
from sqlmodel import col
from starlette.applications import Starlette
from starlette.routing import Mount

from bot import passes, people
from bot.settings import Settings
from bot.understanding import Reader
from handlers.web import desk
from storage.people import Person, Role
from tests.conftest import Town

PUBLIC_URL = "http://testserver"
_MARK = re.compile(r'name="mark" value="([0-9a-f]+)"')


class Browser:
    """A browser at the one port, with its cookies."""

    def __init__(self, app: Any, base_url: str = PUBLIC_URL) -> None:
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url=base_url, follow_redirects=True
        )

    def request(self, method: str, path: str, **more: Any) -> Response:
        """Ask for something, and follow where it leads."""
        return asyncio.run(self._client.request(method, path, **more))

    def get(self, path: str, **more: Any) -> Response:
        """Open an address."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> Response:
        """Send a form."""
        return self.request("POST", path, **more)


@dataclass
class Office:
    """The desk of a town, as the one port serves it, and how often it woke the courier."""

    town: Town
    reader: Callable[[], Reader] | None = None
    public_url: str = PUBLIC_URL
    woken: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = Starlette(
            routes=[
                Mount(
                    "/desk",
                    desk.build(
                        self.town.database,
                        self.town.keyring,
                        Settings(public_url=self.public_url),
                        lambda: self.town.now,
                        lambda: self.woken.append(1),
                        self.reader or (lambda: self.town.reader),
                    ),
                )
            ]
        )

    def link(self, user: str) -> str:
        """Make a one-time link for somebody."""
        with self.town.ledger() as ledger:
            person = people.find(ledger, f"line:{user}")
            assert person is not None
            return passes.make_link(ledger, person, "")

    def visitor(self, user: str, role: Role, **more: Any) -> "Visitor":
        """Let somebody join, and come in by their link."""
        self.town.join(user, role, name=more.pop("name", user), **more)
        return self.enter(user)

    def enter(self, user: str) -> "Visitor":
        """Let somebody come in by a new link."""
        visitor = Visitor(Browser(self.app, self.public_url))
        link = self.link(user)
        mark = _MARK.search(visitor.client.get(link).text)
        assert mark is not None
        assert visitor.client.post(link, data={"mark": mark[1]}).status_code == 200
        return visitor

    def ref(self, user: str) -> str:
        """Give the short sign of somebody."""
        with self.town.ledger() as ledger:
            person = people.find(ledger, f"line:{user}")
            assert person is not None
            return ledger.one(Person, col(Person.id) == person.id).ref


@dataclass
class Visitor:
    """A browser in which somebody reads and presses."""

    client: Browser

    def see(self, path: str) -> str:
        """Open a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def get(self, path: str) -> Response:
        """Open a page."""
        return self.client.get(f"/desk{path}")

    def press(self, path: str, back: str = "/desk/", **fields: Any) -> Response:
        """Press a button as a browser does; it lands where the page says."""
        return self.client.post(f"/desk{path}", data={"mark": self.mark(), "back": back, **fields})

    def mark(self) -> str:
        """Give the mark that this visit's forms carry."""
        found = _MARK.search(self.see("/"))
        assert found is not None
        return found[1]
