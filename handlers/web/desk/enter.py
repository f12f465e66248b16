"""Coming in (入口): a one-time link, one button, and out again.

Showing the link does not use it up: LINE, Slack and mail programs fetch links for their previews, and would
otherwise stand in the officer's place.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot import passes
from handlers.web.desk.court import ROOT, VISIT_COOKIE, bare, council_and_token, read_form, set_cookie, sorry
from handlers.web.desk.visit import Desk
from storage.ledger import NoSuchCouncil, council_codes, open_ledger

DOOR_COOKIE = "kizuki_door"
DOOR_SECONDS = 3_600
OPEN_TO_ALL = ("/enter/{token}", "/static/{name}")


def routes(desk: Desk) -> Sequence[Route]:
    """Give the door: the page with the button, the button, and the way out."""

    async def door(request: Request) -> Response:
        return _door(desk, request)

    async def press(request: Request) -> Response:
        form = await read_form(request) or {}
        return await run_in_threadpool(_kindly, desk, _enter, request, form.get("mark", ("",))[0])

    async def leave(request: Request) -> Response:
        form = await read_form(request) or {}
        return await run_in_threadpool(_kindly, desk, _leave, request, form.get("mark", ("",))[0])

    return (
        Route("/enter/{token}", door, methods=["GET"], name="door"),
        Route("/enter/{token}", press, methods=["POST"], name="enter"),
        Route("/leave", leave, methods=["POST"], name="leave"),
    )


def _door(desk: Desk, request: Request) -> Response:
    handle = secrets.token_urlsafe(18)
    token = request.path_params["token"]
    html = desk.templates.get_template("enter.html").render(token=token, mark=desk.mark("door", handle))
    shown = HTMLResponse(html)
    set_cookie(desk, shown, DOOR_COOKIE, handle, DOOR_SECONDS, f"{ROOT}/enter")
    return shown


def _enter(desk: Desk, request: Request, mark: str) -> Response:
    handle = request.cookies.get(DOOR_COOKIE, "")
    if not handle or not hmac.compare_digest(mark.encode(), desk.mark("door", handle).encode()):
        return bare(desk, "desk.error.door_again", 403)
    opened = _open_visit(desk, request.path_params["token"])
    if opened is None:
        return bare(desk, "desk.error.used_link", 410)
    inside = RedirectResponse(f"{ROOT}/", 303)
    set_cookie(desk, inside, VISIT_COOKIE, opened, passes.VISIT_HOURS * 3_600)
    inside.delete_cookie(DOOR_COOKIE, path=f"{ROOT}/enter")
    return inside


def _open_visit(desk: Desk, token: str) -> str | None:
    """Find the council whose link this is; the cookie then names it."""
    for code in council_codes(desk.database):
        with open_ledger(desk.database, desk.keyring, code, desk.now()) as ledger:
            visit = passes.open_visit(ledger, token)
        if visit is not None:
            return f"{code}.{visit}"
    return None


def _leave(desk: Desk, request: Request, mark: str) -> Response:
    council, token = council_and_token(request)
    if not hmac.compare_digest(mark.encode(), desk.mark("form", token).encode()):
        return bare(desk, "desk.error.not_from_here", 403)
    try:
        with open_ledger(desk.database, desk.keyring, council, desk.now()) as ledger:
            passes.end_visit(ledger, token)
    except NoSuchCouncil:
        pass  # a cookie of long ago: there is nothing to end
    gone = bare(desk, "desk.error.left", 200)
    gone.delete_cookie(VISIT_COOKIE, path=ROOT)
    return gone


def _kindly(desk: Desk, act: Callable[[Desk, Request, str], Response], request: Request, mark: str) -> Response:
    try:
        return act(desk, request, mark)
    except Exception as error:  # the door's own error page
        return sorry(desk, error)
