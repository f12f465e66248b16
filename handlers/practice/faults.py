"""Troubles on demand: what the two platforms do on a bad day, so that the courier can be tried."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send


class Trouble(StrEnum):
    """One way in which a call to a platform goes wrong; BEFORE and AFTER say whether it took effect."""

    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    RATE_LIMITED = "rate_limited"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of a trouble, not a secret
    CHANNEL_ARCHIVED = "channel_archived"


_TOOK_EFFECT = {Trouble.DROP_AFTER, Trouble.HANG_AFTER, Trouble.ERROR_AFTER}
_REFUSED = {Trouble.RATE_LIMITED, Trouble.TOKEN_REVOKED, Trouble.CHANNEL_ARCHIVED}


@dataclass
class Rule:
    """Strike calls whose method fits the pattern; `times` None means until it is removed."""

    trouble: Trouble
    method: str = "*"
    to: str | None = None
    times: int | None = None
    probability: float = 1.0
    retry_after_seconds: int = 1
    hang_seconds: float = 60.0

    def fits(self, method: str, to: str | None) -> bool:
        """Say whether this rule is about such a call."""
        return self.times != 0 and fnmatchcase(method, self.method) and self.to in (None, to)


@dataclass
class Faults:
    """The rules in force, tried in the order they were added; the first that strikes is used.

    Chance is drawn from a seeded generator, so that a run with troubles can be repeated.
    """

    seed: int = 0
    rules: list[Rule] = field(default_factory=list)
    struck: list[tuple[str, Trouble]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start the generator that decides the rules with a probability."""
        self._chance = random.Random(self.seed)  # noqa: S311 - repeatable on purpose

    def add(
        self,
        trouble: Trouble,
        method: str = "*",
        *,
        to: str | None = None,
        times: int | None = None,
        probability: float = 1.0,
        retry_after_seconds: int = 1,
        hang_seconds: float = 60.0,
    ) -> Rule:
        """Make calls go wrong from now on.

        `method` is Slack's ("chat.postMessage") or the path after /v2/bot/ at LINE
        ("message/push"), and `*` stands for any part; `to` narrows it to one channel (Slack) or
        one person or group (LINE); `times` None goes on until `remove` or `clear`.
        """
        rule = Rule(trouble, method, to, times, probability, retry_after_seconds, hang_seconds)
        self.rules.append(rule)
        return rule

    def remove(self, rule: Rule) -> None:
        """Let calls go well again, as far as this rule is concerned."""
        self.rules.remove(rule)

    def clear(self) -> None:
        """End every trouble."""
        self.rules.clear()

    def strike(self, method: str, to: str | None = None) -> Rule | None:
        """Say which rule, if any, this call falls to, and count it."""
        for rule in self.rules:
            if rule.fits(method, to) and self._chance.random() < rule.probability:
                if rule.times is not None:
                    rule.times -= 1
                self.struck.append((method, rule.trouble))
                return rule
        return None


async def answer_through(
    rule: Rule | None,
    accept: Callable[[], Awaitable[Response]],
    refuse: Callable[[Rule], Response],
) -> Response:
    """Answer a call as the trouble wants it: `accept` lets it take effect, `refuse` says no politely."""
    if rule is None:
        return await accept()
    if rule.trouble in _REFUSED:
        return refuse(rule)
    if rule.trouble in _TOOK_EFFECT:
        await accept()
    if rule.trouble in (Trouble.DROP_BEFORE, Trouble.DROP_AFTER):
        return Dropped()
    if rule.trouble in (Trouble.HANG_BEFORE, Trouble.HANG_AFTER):
        return Hanging(rule.hang_seconds)
    return PlainTextResponse("Internal Server Error", status_code=500)


class Dropped(Response):
    """Close the connection without a word, as a failing load balancer does."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut the line; a server whose line cannot be reached gets half an answer instead."""
        line = getattr(getattr(receive, "__self__", None), "transport", None)
        if line is None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            return
        line.abort()
        await asyncio.sleep(0.01)  # the server must notice, or it would answer 500 for us


class Hanging(Dropped):
    """Keep the caller waiting, then cut the line."""

    def __init__(self, seconds: float) -> None:
        """Remember how long to keep silent."""
        super().__init__()
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait until the caller gives up or the time is over."""
        try:
            async with asyncio.timeout(self.seconds):
                while (await receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            await super().__call__(scope, receive, send)
