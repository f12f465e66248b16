"""The curtain: what every answer of the desk tells the browser, so that nothing is kept, framed or run."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
# the one page with a script, and the worker that keeps it where reception fails: our own files, nobody else's
_SCRIPTED = re.compile(r"/desk/(?:meeting(?:/\d+)?|static/meeting-sw\.js)")
SCRIPTED_POLICY = f"{_POLICY}; script-src 'self'; connect-src 'self'; worker-src 'self'"


class Curtain:
    """Draws the curtain around an application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with the headers of every page."""

        async def drawn(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if _SCRIPTED.fullmatch(scope["path"]):
                    headers["Content-Security-Policy"] = SCRIPTED_POLICY
            await send(message)

        await self.app(scope, receive, drawn)
