"""Who may enter the practice town: this very machine, by its own name, from its own page.

It can speak as anybody and move the clock, so it must not be reachable from the street: not from another
address, not through a name that somebody else points here (DNS rebinding), not from another site's page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

Page = Callable[[Request], Awaitable[Response]]

_OWN_NAMES = {"localhost", "127.0.0.1", "::1"}
_NOT_HERE = "練習の町は、Kizuki を動かしているコンピューターの中からだけ使えます。"
_NOT_FROM_THERE = "練習の町のページから操作してください。"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def is_local(request: Request) -> bool:
    """Say whether a request comes from this machine, and asks for it by its own name."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    return _is_loopback(request.client.host if request.client else "") and _names_this_machine(request)


def comes_from_own_page(request: Request) -> bool:
    """Say whether a browser sent this from a page of ours; a request that does not say is refused."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None and origin is None:
        return False
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return site in (None, "same-origin") and origin in (None, own)


def guarded(page: Page) -> Page:
    """Let a page be seen only from this machine, and changed only from our own pages."""

    async def behind_the_gate(request: Request) -> Response:
        if not is_local(request):
            return PlainTextResponse(_NOT_HERE, 403)
        if request.method not in ("GET", "HEAD") and not comes_from_own_page(request):
            return PlainTextResponse(_NOT_FROM_THERE, 403)
        response = await page(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return behind_the_gate


class LocalOnly:
    """The same for a mounted app: the stand-ins' own APIs, which are guarded by their tokens besides."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from this machine."""
        if scope["type"] == "http" and not is_local(Request(scope)):
            await PlainTextResponse(_NOT_HERE, 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


def _names_this_machine(request: Request) -> bool:
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname in _OWN_NAMES
    except ValueError:
        return False
