"""The desk (役員のページ): the officers' pages, rendered on the server, usable without any script."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot import dates, themes
from bot.settings import Settings
from bot.texts import phrase
from bot.understanding import Reader, load_reader
from handlers.web.desk import (
    agenda,
    contact,
    corrections,
    council,
    delivery,
    enter,
    figures,
    fruits,
    general,
    kept,
    means,
    meeting,
    minutes,
    more,
    original,
    people,
    posting,
    reach,
    reminders,
    reports,
    schedule,
    today,
    topic,
    topics,
    tray,
)
from handlers.web.desk.court import ROOT, bare, route
from handlers.web.desk.curtain import Curtain
from handlers.web.desk.visit import Desk, Page
from storage.database import Database
from storage.sealing import Keyring

_HERE = Path(__file__).parent
_STATIC = {
    "desk.css": "text/css",
    "meeting.css": "text/css",
    "meeting.js": "text/javascript",
    "meeting-sw.js": "text/javascript",
}
PAGES: tuple[Page, ...] = (
    *today.PAGES,
    *topics.PAGES,
    *topic.PAGES,
    *original.PAGES,
    *reach.PAGES,
    *general.PAGES,
    *agenda.PAGES,
    *meeting.PAGES,
    *means.PAGES,
    *minutes.PAGES,
    *reports.PAGES,
    *posting.PAGES,
    *contact.PAGES,
    *tray.PAGES,
    *delivery.PAGES,
    *fruits.PAGES,
    *figures.PAGES,
    *kept.PAGES,
    *corrections.PAGES,
    *people.PAGES,
    *reminders.PAGES,
    *schedule.PAGES,
    *council.PAGES,
    *more.PAGES,
)


def build(
    database: Database,
    keyring: Keyring,
    settings: Settings,
    now: Callable[[], datetime],
    wake: Callable[[], None],
    reader: Callable[[], Reader] | None = None,
) -> ASGIApp:
    """Build the desk, to be mounted at /desk. `wake` is called after every change, so that the courier runs.

    `reader` gives the process's own reader; without it one is loaded when a page first needs it.
    """
    desk = Desk(database, keyring, settings, now, wake, reader or Once(load_reader), _templates())

    async def not_here(request: Request, _error: Exception) -> Response:
        return bare(desk, "desk.error.not_here", 404)

    routes: Sequence[BaseRoute] = (
        *enter.routes(desk),
        Route("/static/{name}", _static, name="static"),
        *(route(desk, page) for page in PAGES),
    )
    return Curtain(Starlette(routes=routes, exception_handlers={HTTPException: not_here}))


class Once:
    """Something costly that is made when it is first wanted, by one thread."""

    def __init__(self, make: Callable[[], Reader]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Reader | None = None

    def __call__(self) -> Reader:
        """Give it."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        p=phrase,
        t=lambda key, **values: phrase(f"desk.{key}", **values),
        at=lambda path: ROOT + path,
        themes=themes.themes(),
        theme_label=themes.label,
    )
    made.filters.update(
        day=lambda moment: dates.wareki(dates.jst(moment).date()),
        spoken=dates.spoken,
        due=dates.wareki,
    )
    return made


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404)
    # the meeting's worker keeps that page for when reception fails; it reaches no other
    reach = {"Service-Worker-Allowed": f"{ROOT}/meeting"} if name == "meeting-sw.js" else None
    return FileResponse(_HERE / "static" / name, media_type=_STATIC[name], headers=reach)
