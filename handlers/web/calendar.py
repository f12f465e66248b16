"""The calendar feed: what a telephone gets that follows a council's meetings. The address is the key."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot import calendar
from bot.documents.calendar import Entry, ics
from bot.texts import phrase
from storage.database import Database
from storage.ledger import open_ledger
from storage.sealing import Keyring

KEEP = "private, max-age=3600"
MEDIA_TYPE = "text/calendar; charset=utf-8"


def build(database: Database, keyring: Keyring, public_url: str, now: Callable[[], datetime]) -> ASGIApp:
    """Build the feed, to be mounted at /calendar: `GET /{token}.ics`."""

    def look_up(given: str) -> tuple[str, list[Entry]] | None:
        with database.reading() as session:
            code = calendar.code_of(session, keyring, given)
        if code is None:
            return None
        with open_ledger(database, keyring, code, now(), writing=False) as ledger:
            return ledger.council.name, calendar.entries(ledger, public_url)

    async def feed(request: Request) -> Response:
        found = await run_in_threadpool(look_up, request.path_params["token"])
        if found is None:
            return PlainTextResponse(phrase("schedule.no_such_calendar"), 404)
        return _answer(request, *found)

    return Starlette(routes=[Route("/{token}.ics", feed, methods=["GET"])])


def _answer(request: Request, name: str, entries: list[Entry]) -> Response:
    """Give the file, or say that the one at hand is still right: telephones ask every few hours."""
    body = ics(name, entries)
    changed = max((entry.changed_at for entry in entries), default=datetime(2020, 1, 1, tzinfo=UTC))
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": mark,
        "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True),
        "Cache-Control": KEEP,
    }
    if _is_still_right(request, mark, changed):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


def _is_still_right(request: Request, mark: str, changed: datetime) -> bool:
    """Say whether what the telephone has is the newest; the mark counts more than the time (RFC 9110, 13.1.3)."""
    marks = request.headers.get("if-none-match")
    if marks is not None:
        return marks.strip() == "*" or mark in [each.strip().removeprefix("W/") for each in marks.split(",")]
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and changed.replace(microsecond=0) <= since
