"""How a call to the Messaging API is read and refused."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from handlers.practice.faults import Rule, Trouble
from handlers.practice.line_limits import Detail

UNAUTHORIZED = (
    "Authentication failed due to the following reason: invalid token. "
    "Confirm that the access token in the authorization header is valid."
)


class Refused(Exception):
    """LINE's answer when it says no."""

    def __init__(
        self,
        status: int,
        message: str,
        details: list[Detail] | None = None,
        *,
        more: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Keep what the answer will say."""
        super().__init__(message)
        self.status = status
        self.body = {"message": message} | ({"details": details} if details else {}) | (more or {})
        self.headers = headers or {}


@dataclass
class Asked:
    """A call on its way through: what was sent, by which id LINE will speak of it."""

    request: Request
    request_id: str
    body: dict[str, Any]
    raw: bytes


Answer = dict[str, Any] | Response
Handler = Callable[[Asked], Awaitable[Answer]]


class Holes(dict[str, Any]):
    """Path parameters by name, so that a fault can name "message/push" or one message's content."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def loosely(raw: bytes) -> dict[str, Any]:
    """The body as far as it is an object, before anything is refused."""
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def check(problems: Iterable[Detail]) -> None:
    """Refuse a body that has problems, with all of them at once."""
    details = list(problems)
    if details:
        raise Refused(400, f"The request body has {len(details)} error(s)", details)


def one_problem(message: str, where: str) -> Refused:
    """A body with a single problem."""
    return Refused(400, "The request body has 1 error(s)", [{"message": message, "property": where}])


def refusal(rule: Rule) -> Response:
    """How LINE says no when a trouble has been ordered."""
    if rule.trouble is Trouble.RATE_LIMITED:
        said = "The API rate limit has been exceeded. Try again later."
        return JSONResponse({"message": said}, 429, {"Retry-After": str(rule.retry_after_seconds)})
    if rule.trouble is Trouble.TOKEN_REVOKED:
        return JSONResponse({"message": UNAUTHORIZED}, 401)
    return JSONResponse({"message": "Access to this API is not available for your account"}, 403)
