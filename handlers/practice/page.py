"""The practice page: a phone, a council channel and a clock on one sheet.

Every deed goes to a stand-in, and from there to Kizuki's own webhooks; nothing here knows what Kizuki does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from handlers.practice.deeds import Deed, PhoneDeeds, SlackDeeds
from handlers.practice.gate import guarded
from handlers.practice.line_platform import LinePlatform
from handlers.practice.slack_platform import NotFilledIn, SlackPlatform
from handlers.practice.view import PracticePerson, clock_view, line_view, slack_view

__all__ = ["PracticePerson", "practice_routes"]

_HERE = Path(__file__).parent
_STATIC = {"practice.css": "text/css", "practice.js": "text/javascript", "blocks.js": "text/javascript"}
_NOT_REACHED = "届きませんでした。Kizuki が応答していません（{status}）。"
_NOT_THERE = "そのボタンや投稿は、もうありません。"


def practice_routes(
    line: LinePlatform,
    slack: SlackPlatform,
    advance: Callable[[], Awaitable[str]],
    now: Callable[[], datetime],
    people: Sequence[PracticePerson],
    desk_link: Callable[[str], str],
) -> list[Route]:
    """The routes under /practice, for this machine only.

    `advance` moves the clock to the next job and says what happened; `desk_link` gives the officers'
    page for the person of that key.
    """
    page = PracticePage(line, slack, advance, now, people, desk_link)
    table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("GET", "", page.show),
        ("GET", "/state.json", page.state),
        ("GET", "/static/{name}", page.static),
        ("GET", "/desk/{key}", page.desk),
        ("POST", "/line/{user}/{deed}", page.on_the_phone),
        ("POST", "/slack/{user}/{deed}", page.in_slack),
        ("POST", "/clock/next", page.next),
    ]
    return [Route(f"/practice{path}", guarded(answer), methods=[verb]) for verb, path, answer in table]


class PracticePage:
    """Answers the page's requests."""

    def __init__(
        self,
        line: LinePlatform,
        slack: SlackPlatform,
        advance: Callable[[], Awaitable[str]],
        now: Callable[[], datetime],
        people: Sequence[PracticePerson],
        desk_link: Callable[[str], str],
    ) -> None:
        """Show these stand-ins to these people."""
        self.line, self.slack = line, slack
        self.now, self.people = now, people
        self._advance, self._desk_link = advance, desk_link
        self._clock = asyncio.Lock()
        self._templates = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True)
        self._said = ""

    async def show(self, request: Request) -> Response:
        """The page itself; what it shows comes by `state`."""
        on_line = [person for person in self.people if person.line_id]
        in_slack = [person for person in self.people if person.slack_id]
        desk = next((person for person in self.people if person.uses_desk), None)
        template = self._templates.get_template("practice.html")
        return HTMLResponse(template.render(on_line=on_line, in_slack=in_slack, desk=desk))

    async def state(self, request: Request) -> Response:
        """Everything that is to be seen, or only that nothing has changed since `version`."""
        version = f"{self.line.version}.{self.slack.version}"
        clock = clock_view(self.now(), self._said)
        if request.query_params.get("version") == version:
            return JSONResponse({"version": version, "clock": clock})
        return JSONResponse(
            {
                "version": version,
                "clock": clock,
                "line": line_view(self.line, self.people),
                "slack": slack_view(self.slack, self.people),
            }
        )

    async def static(self, request: Request) -> Response:
        """The style and the script."""
        name = request.path_params["name"]
        if name not in _STATIC:
            return Response(status_code=404)
        return FileResponse(_HERE / "static" / name, media_type=_STATIC[name])

    async def desk(self, request: Request) -> Response:
        """Off to the officers' pages, signed in."""
        key = request.path_params["key"]
        if not any(person.key == key and person.uses_desk for person in self.people):
            return Response(status_code=404)
        return RedirectResponse(await asyncio.to_thread(self._desk_link, key), 303)

    async def next(self, request: Request) -> Response:
        """Move the clock on; two hands on it at once move it one after the other."""
        async with self._clock:
            self._said = await self._advance()
        return JSONResponse({"said": self._said})

    async def on_the_phone(self, request: Request) -> Response:
        """One deed with LINE."""
        user = request.path_params["user"]
        if user not in {person.line_id for person in self.people}:
            return Response(status_code=404)
        return await _done(PhoneDeeds(self.line, user).named(), request)

    async def in_slack(self, request: Request) -> Response:
        """One deed in Slack."""
        user = request.path_params["user"]
        if user not in {person.slack_id for person in self.people}:
            return Response(status_code=404)
        return await _done(SlackDeeds(self.slack, user).named(), request)


async def _done(deeds: dict[str, Deed], request: Request) -> Response:
    """Do it, and say what a person can do about it when it went wrong."""
    deed = deeds.get(request.path_params["deed"])
    if deed is None:
        return Response(status_code=404)
    try:
        asked = await request.json()
        status = await deed(asked if isinstance(asked, dict) else {})
    except NotFilledIn as missing:
        return JSONResponse({"said": "", "errors": missing.errors}, 422)
    except (LookupError, TypeError, ValueError):
        return JSONResponse({"said": _NOT_THERE}, 409)
    if not 200 <= status < 300:
        return JSONResponse({"said": _NOT_REACHED.format(status=status or "時間切れ")}, 502)
    return JSONResponse({"said": ""})
