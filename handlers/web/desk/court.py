"""The court before every page: who comes, what they may do, and what is said on the way out.

Each page is a plain function from a Visit to an Outcome; everything that protects it stands here, once, so
that a new page cannot forget it: the visit, the role, the form's token, one transaction, kind errors.
"""

import base64
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot import alerts, documents, passes, people
from bot.answerable import Answerable
from bot.documents.paper import printable
from bot.documents.readings import with_readings
from bot.texts import phrase
from handlers.web.desk.visit import Desk, Done, Go, Outcome, Page, Printed, Shown, Told, Visit
from storage.ledger import NoSuchCouncil, NoSuchRecord, open_ledger
from storage.sealing import WrongMasterKey

ROOT = "/desk"
VISIT_COOKIE = "kizuki_visit"  # council.token
SAID_COOKIE = "kizuki_said"  # what the next page says first, sealed
FORM_BYTES = 64 * 1024
HIGHEST_NUMBER = 2**31 - 1
SAID_SECONDS = 120
_WAY_BACK = re.compile(r"/desk(?:/[\w\-./?=&%#]*)?\Z", re.ASCII)
log = structlog.get_logger("desk")


def route(desk: Desk, page: Page) -> Route:
    """Put a page behind the court."""

    async def endpoint(request: Request) -> Response:
        form = await read_form(request) if page.method == "POST" else {}
        if form is None:
            return bare(desk, "desk.error.too_long", 413)
        return await run_in_threadpool(_receive, desk, page, request, form)

    return Route(page.path, endpoint, methods=[page.method], name=f"{page.method} {page.path}")


async def read_form(request: Request) -> dict[str, tuple[str, ...]] | None:
    """Read a form's answers, cleaned of what no paper can show; None when it is too long to be one."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES:
            return None
    found: dict[str, tuple[str, ...]] = {}
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return None
    for name, value in pairs:
        found[name] = (*found.get(name, ()), printable(value))
    return found


def bare(desk: Desk, key: str, status: int, **values: object) -> HTMLResponse:
    """Show a page with nothing but kind words and a way on; it needs no visit."""
    html = desk.templates.get_template("bare.html").render(
        title=phrase(f"{key}.title"), words=phrase(f"{key}.words", **values), status=status
    )
    return HTMLResponse(html, status)


def sorry(desk: Desk, error: Exception) -> Response:
    """Say that something went wrong with us; the log knows the number and the kind, never the words."""
    number = secrets.token_hex(3)
    log.error("page_failed", number=number, error=type(error).__name__)
    return bare(desk, "desk.error.broken", 500, number=number)


def set_cookie(desk: Desk, response: Response, name: str, value: str, seconds: int, path: str = ROOT) -> None:
    """Give the browser something to bring back, out of reach of any script."""
    response.set_cookie(
        name, value, max_age=seconds, path=path, httponly=True, samesite="lax", secure=desk.is_secure
    )


def say_next(desk: Desk, response: Response, key: str, values: Mapping[str, Any], tone: str) -> None:
    """Let the next page begin with a sentence. It is sealed: a join code can be in it."""
    raw = json.dumps({"key": key, "values": dict(values), "tone": tone}, ensure_ascii=False)
    sealed = base64.urlsafe_b64encode(desk.keyring.seal_passing(raw.encode())).decode()
    set_cookie(desk, response, SAID_COOKIE, sealed, SAID_SECONDS)


def council_and_token(request: Request) -> tuple[str, str]:
    """Give the council and the visit that the browser brings; empty when it brings none."""
    council, _, token = request.cookies.get(VISIT_COOKIE, "").partition(".")
    return council, token


def _receive(desk: Desk, page: Page, request: Request, form: Mapping[str, tuple[str, ...]]) -> Response:
    try:
        return _admit(desk, page, request, form)
    except Answerable as reason:
        return _refused(desk, page, form, reason)
    except (NoSuchRecord, NoSuchCouncil):
        return bare(desk, "desk.error.not_here", 404)
    except Exception as error:  # the one place where a page's failure is caught
        return sorry(desk, error)


def _admit(desk: Desk, page: Page, request: Request, form: Mapping[str, tuple[str, ...]]) -> Response:
    council, token = council_and_token(request)
    if not token:
        return bare(desk, "desk.error.no_visit", 401)
    writing = page.method == "POST"
    with _ledger(desk, council, writing=writing) as ledger:
        person = passes.visitor(ledger, token)
        if person is None:
            return bare(desk, "desk.error.no_visit", 401)
        if writing and not hmac.compare_digest(
            form.get("mark", ("",))[0].encode(), desk.mark("form", token).encode()
        ):
            return bare(desk, "desk.error.not_from_here", 403)
        if not people.may(person, page.deed):
            return bare(desk, "desk.error.not_yours", 403)
        if any(isinstance(n, int) and n > HIGHEST_NUMBER for n in request.path_params.values()):
            return bare(desk, "desk.error.not_here", 404)
        visit = Visit(desk, ledger, person, request, form)
        outcome = page.act(visit)
        frame = _frame(visit, token) if isinstance(outcome, Shown) else {}
    return _leave(desk, outcome, frame, request, form)


def _ledger(desk: Desk, council: str, *, writing: bool) -> Any:
    return open_ledger(desk.database, desk.keyring, council, desk.now(), writing=writing)


def _leave(
    desk: Desk, outcome: Outcome, frame: Mapping[str, Any], request: Request, form: Mapping[str, tuple[str, ...]]
) -> Response:
    """Turn the outcome into an answer, after the transaction is over."""
    if request.method == "POST":
        desk.wake()
    if isinstance(outcome, Done):
        back = RedirectResponse(ROOT + outcome.to if outcome.to is not None else _way_back(form), 303)
        say_next(desk, back, outcome.key, outcome.values, "good")
        return back
    if isinstance(outcome, Go):
        return RedirectResponse(ROOT + outcome.to, 303)
    if isinstance(outcome, Printed):
        return _print(outcome, readings=request.query_params.get("readings") == "1")
    if isinstance(outcome, Told):
        return JSONResponse({**outcome.values, "mark": desk.mark("form", council_and_token(request)[1])})
    template = desk.templates.get_template(outcome.template)
    shown = HTMLResponse(template.render(**frame, **outcome.values, said=_said(desk, request)))
    if SAID_COOKIE in request.cookies:
        shown.delete_cookie(SAID_COOKIE, path=ROOT)
    return shown


def _print(outcome: Printed, *, readings: bool) -> Response:
    """Make the file; with `?readings=1` furigana stand above the council's words (PDF and HTML)."""
    if outcome.ending not in documents.FORMATS:
        raise NoSuchRecord(outcome.ending)
    paper = with_readings(outcome.paper) if readings else outcome.paper
    body = documents.FORMATS[outcome.ending](paper)
    name = documents.file_name(outcome.paper, outcome.ending)
    response = Response(body, media_type=documents.MEDIA_TYPES[outcome.ending])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response


def _refused(desk: Desk, page: Page, form: Mapping[str, tuple[str, ...]], reason: Answerable) -> Response:
    """Say kindly why it cannot be: on the page the person came from, or on one of its own."""
    if page.method == "GET":
        html = desk.templates.get_template("bare.html").render(
            title=phrase("desk.error.answer.title"), words=phrase(reason.key, **reason.values), status=404
        )
        return HTMLResponse(html, 403 if isinstance(reason, people.NotYours) else 404)
    back = RedirectResponse(_way_back(form), 303)
    say_next(desk, back, reason.key, reason.values, "sorry")
    return back


def _way_back(form: Mapping[str, tuple[str, ...]]) -> str:
    wanted = form.get("back", ("",))[0]
    return wanted if _WAY_BACK.match(wanted) else ROOT + "/"


def _frame(visit: Visit, token: str) -> dict[str, Any]:
    """Give what stands around every page."""
    request, ledger = visit.request, visit.ledger
    query = f"?{request.url.query}" if request.url.query else ""
    path = request.url.path if request.method == "GET" else visit.text("back") or ROOT + "/"
    return {
        "council": ledger.council.name,
        "who": people.name_of(ledger, visit.person) or phrase(f"role.{visit.person.role}"),
        "role": phrase(f"role.{visit.person.role}"),
        "mark": visit.desk.mark("form", token),
        "here": path + query,
        "may": visit.may,
        "alerts": len(alerts.waiting(ledger)),
    }


def _said(desk: Desk, request: Request) -> dict[str, str] | None:
    sealed = request.cookies.get(SAID_COOKIE, "")
    if not sealed:
        return None
    try:
        raw = json.loads(desk.keyring.unseal_passing(base64.urlsafe_b64decode(sealed)))
    except (ValueError, WrongMasterKey):
        return None
    return {"words": phrase(raw["key"], **raw["values"]), "tone": raw["tone"]}
