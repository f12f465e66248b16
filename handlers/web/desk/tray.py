"""受け取れなかったもの: events that Kizuki could not understand or work off, for a person to look at."""

from typing import Any

from bot import dates, inbox_tray
from handlers.web.desk.visit import Done, Outcome, Page, Shown, Visit
from storage.inbox import InboxRow, Received

BODY_CHARS = 5_000


def show(visit: Visit) -> Outcome:
    """Show the tray: when, from where and why; what came stays closed."""
    return Shown("tray.html", {"rows": [_row(row) for row in inbox_tray.waiting(visit.ledger)]})


def look(visit: Visit) -> Outcome:
    """Open one body for the secretariat, as plain text; that they looked is journalled."""
    row = inbox_tray.find(visit.ledger, visit.number("row"))
    body = inbox_tray.read(visit.ledger, row, visit.person)
    return Shown("tray_body.html", {"row": _row(row), "body": body[:BODY_CHARS]})


def settle(visit: Visit) -> Outcome:
    """Put a row away."""
    inbox_tray.settle(visit.ledger, inbox_tray.find(visit.ledger, visit.number("row")), visit.person)
    return Done("desk.said.settled", to="/tray")


def try_again(visit: Visit) -> Outcome:
    """Let a row be worked off once more."""
    inbox_tray.try_again(visit.ledger, inbox_tray.find(visit.ledger, visit.number("row")), visit.person)
    return Done("desk.said.tried", to="/tray")


def _row(row: InboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "when": f"{dates.spoken(row.received_at)}（{dates.digital(row.received_at)}）",
        "platform": row.account.split(":", 1)[0],
        "why": "aside" if row.status == Received.ASIDE else "unknown",
        "reason": row.reason or "",
        "has_body": row.body_sealed is not None,
    }


PAGES = (
    Page("GET", "/tray", show, "edit_agenda"),
    Page("POST", "/tray/{row:int}/look", look, "read_original"),
    Page("POST", "/tray/{row:int}/settle", settle, "edit_agenda"),
    Page("POST", "/tray/{row:int}/again", try_again, "edit_agenda"),
)
