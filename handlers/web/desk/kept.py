"""気づきのまま: what was kept as thanks or chatter. A person may know better and make a topic of it."""

from typing import Any

from sqlmodel import col

from bot import concerns, dates
from bot.texts import phrase
from handlers.web.desk.visit import Done, Outcome, Page, Shown, Visit
from storage.concerns import Concern, Standing
from storage.ledger import Ledger

AT_MOST = 60


def show(visit: Visit) -> Outcome:
    """Show what was kept, newest first."""
    ledger = visit.ledger
    found = ledger.all(Concern, col(Concern.status) == Standing.KEPT, by=col(Concern.id).desc(), limit=AT_MOST)
    return Shown("kept.html", {"rows": [_row(ledger, concern) for concern in found], "at_most": AT_MOST})


def share(visit: Visit) -> Outcome:
    """Make a topic of it after all."""
    concern = concerns.find(visit.ledger, visit.number("number"))
    concerns.share_anyway(visit.ledger, visit.desk.reader(), concern, visit.person)
    return Done("desk.said.shared", {"number": concern.number})


def _row(ledger: Ledger, concern: Concern) -> dict[str, Any]:
    return {
        "number": concern.number,
        "text": concerns.masked(ledger, concern) or "",
        "kind": phrase(f"desk.kept.{'thanks' if concern.kind == 'thanks' else 'other'}"),
        "day": dates.wareki(dates.jst(concern.received_at).date()),
    }


PAGES = (
    Page("GET", "/kept", show, "sort"),
    Page("POST", "/kept/{number:int}/share", share, "sort"),
)
