"""The front door of the platforms: verify, make durable, answer. Nothing else happens before the answer.

LINE waits two seconds and Slack three; both send again what was not answered with 200. So 200 means that the
events are on disk, and 503 comes in time when they are not.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import structlog

from storage.intake import Event, GroupCommit, NotStored
from storage.sealing import Keyring

log = structlog.get_logger("intake")

MAX_BODY = 1_048_576
PATIENCE_SECONDS = 1.4

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class TooLarge(Exception):
    """The body is larger than any event of a platform."""


@dataclass(frozen=True)
class RawEvent:
    """One event as the platform sent it."""

    event_id: str
    body: bytes
    is_prompt: bool = False


class Door:
    """Seals events and waits until they are durable.

    While one commit is under way, the requests that come in meanwhile gather for the next: the loop and the
    disk meet once a commit, and not once a request.
    """

    def __init__(
        self, commit: GroupCommit, keyring: Keyring, now: Callable[[], datetime], wake: Callable[[], None]
    ) -> None:
        self._commit = commit
        self._keyring = keyring
        self._now = now
        self._wake = wake
        # by event loop: Socket Mode hears in a loop of its own
        self._gatherings: WeakKeyDictionary[asyncio.AbstractEventLoop, Gathering] = WeakKeyDictionary()

    async def hear(self, account: str, events: Sequence[RawEvent]) -> None:
        """Make events durable. Raises NotStored within 1.5 s when that is not possible."""
        if not events:
            return
        now = self._now()
        seal = self._keyring.seal_passing
        rows = [Event(account, e.event_id[:128], seal(e.body), now, e.is_prompt) for e in events]
        loop = asyncio.get_running_loop()
        durable: asyncio.Future[None] = loop.create_future()
        here = self._gatherings.setdefault(loop, Gathering())
        here.waiting.append((rows, durable))
        if here.carrying is None or here.carrying.done():
            here.carrying = loop.create_task(self._carry(here))
        await durable

    async def _carry(self, here: "Gathering") -> None:
        while here.waiting:
            batch, here.waiting = here.waiting, []
            failure = await self._store([row for rows, _ in batch for row in rows])
            if failure is None:
                self._wake()
            elif str(failure) == "timeout":
                batch, here.waiting = [*batch, *here.waiting], []  # those would wait behind it too long
            for _, durable in batch:
                _answer(durable, failure)

    async def _store(self, rows: Sequence[Event]) -> NotStored | None:
        future = asyncio.wrap_future(self._commit.put(rows))
        await asyncio.wait({future}, timeout=PATIENCE_SECONDS)
        failure: BaseException | None = future.exception() if future.done() else NotStored("timeout")
        if failure is None:
            return None
        log.warning("not_stored", reason=str(failure), events=len(rows))
        return failure if isinstance(failure, NotStored) else NotStored(type(failure).__name__)


Waiting = tuple[Sequence[Event], "asyncio.Future[None]"]


@dataclass
class Gathering:
    """The requests of one event loop that wait for the next commit."""

    waiting: list[Waiting] = field(default_factory=list)
    carrying: "asyncio.Task[None] | None" = None


def _answer(durable: "asyncio.Future[None]", failure: NotStored | None) -> None:
    if durable.done():
        return  # whoever asked has hung up
    if failure is None:
        durable.set_result(None)
    else:
        durable.set_exception(failure)


async def read_body(receive: Receive) -> bytes:
    """Read the whole body. Raises TooLarge beyond 1 MiB."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        if len(body) > MAX_BODY:
            break
        message = await receive()
        body += message.get("body", b"")
    if len(body) > MAX_BODY:
        raise TooLarge
    return body


def header(scope: Scope, name: bytes) -> str:
    """Give one header of the request, empty when it is missing."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


async def respond(send: Send, status: int, body: bytes = b"", content_type: bytes = b"application/json") -> None:
    """Answer a platform."""
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def digest_id(body: bytes) -> str:
    """Give an identity to what brings none, so that the same bytes are one event."""
    return f"sha256:{hashlib.sha256(body).hexdigest()[:48]}"


def is_same(expected: str, given: str) -> bool:
    """Compare signatures in constant time, whatever characters were sent."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
