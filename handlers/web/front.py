"""The one port: platforms first and fast, then health, then the officers' pages.

The pages are built when somebody first opens one, so that a process that only receives stays small.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from handlers.web import health


class Later:
    """An application that is built at its first request."""

    def __init__(self, build: Callable[[], ASGIApp]) -> None:
        self._build = build
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Build once, then pass on."""
        if self._app is None:
            self._app = self._build()
        await self._app(scope, receive, send)


class Front:
    """Sends webhooks straight to their platform, everything else to the pages."""

    def __init__(self, direct: Mapping[str, Any], rest: Starlette) -> None:
        self._direct = direct
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and (webhook := self._direct.get(scope["path"])) is not None:
            await webhook(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


def build(
    platform_routes: Sequence[tuple[str, Any]],
    checks: health.Checks,
    desk: Callable[[], ASGIApp],
    practice: Sequence[Any] = (),
    calendar: Callable[[], ASGIApp] | None = None,
) -> Front:
    """Put the one port together."""
    direct = {path: app for path, app in platform_routes if "{" not in path}
    patterns = [Route(path, _as_endpoint(app)) for path, app in platform_routes if "{" in path]
    routes = [
        Route("/", _home(bool(practice))),
        *health.routes(checks),
        *patterns,
        *practice,
        Mount("/desk", Later(desk)),
        *([Mount("/calendar", Later(calendar))] if calendar else []),
    ]
    return Front(direct, Starlette(routes=routes))


def _as_endpoint(app: Any) -> Any:
    class Endpoint:
        """Starlette takes an instance as an ASGI application only behind a class."""

        def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
            self._call = app(scope, receive, send)

        def __await__(self) -> Any:
            return self._call.__await__()

    return Endpoint


def _home(has_practice: bool) -> Callable[[Request], Any]:
    async def home(request: Request) -> Response:
        if has_practice:
            return RedirectResponse("/practice")
        return PlainTextResponse("Kizuki")

    return home
