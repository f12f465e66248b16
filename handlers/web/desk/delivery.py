"""送れなかったもの: what could not be said to somebody, and one button to say it again."""

from typing import Any

from sqlmodel import col

from bot import budget, closures, dates, delivery, held
from bot.texts import book, phrase
from handlers.web.desk.view import who
from handlers.web.desk.visit import Done, Outcome, Page, Shown, Visit
from storage.ledger import Ledger, NoSuchRecord, id_of
from storage.outbox import Closure, Delivery, OutboxRow
from storage.people import Person


def show(visit: Visit) -> Outcome:
    """Show what failed and what has waited long, without its words."""
    ledger = visit.ledger
    return Shown(
        "delivery.html",
        {
            "failed": [_row(ledger, row) for row in delivery.failed(ledger)],
            "late": [_row(ledger, row) for row in delivery.late(ledger)],
            "closed": [_closed(closure) for closure in closures.present(ledger)],
            "pushes": _pushes(ledger),
            "is_low": budget.is_low(ledger),
            "held": held.count(ledger),
        },
    )


def try_now(visit: Visit) -> Outcome:
    """Let the next word try at once what somebody has mended."""
    closure = visit.ledger.by_id(Closure, visit.number("closure"))
    closures.try_now(visit.ledger, closure, visit.person)
    return Done("closure.tried")


def _closed(closure: Closure) -> dict[str, Any]:
    room = "room" if closure.destination else "platform"
    return {
        "id": closure.id,
        "where": phrase(f"closure.{room}.{closure.scheme}"),
        "since": dates.spoken(closure.since),
        "why": closures.why(closure),
        "code": closure.reason,
    }


def _pushes(ledger: Ledger) -> str:
    used, quota = budget.used(ledger), budget.quota(ledger)
    if quota >= budget.UNLIMITED:
        return phrase("budget.unlimited", used=used)
    return phrase("budget.line", used=used, quota=quota, left=budget.left(ledger))


def send_again(visit: Visit) -> Outcome:
    """Send a failed row once more."""
    row = visit.ledger.one(
        OutboxRow, col(OutboxRow.id) == visit.number("row"), col(OutboxRow.status) == Delivery.FAILED
    )
    if row.payload_sealed is None:
        raise NoSuchRecord("OutboxRow")
    delivery.send_again(visit.ledger, row, id_of(visit.person))
    return Done("desk.said.sent_again")


def _row(ledger: Ledger, row: OutboxRow) -> dict[str, Any]:
    person = ledger.first(Person, col(Person.id) == row.person_id) if row.person_id else None
    return {
        "id": row.id,
        "when": dates.spoken(row.created_at),
        "kind": _named("kind", row.kind),
        "to": who(ledger, person) if person else phrase("desk.delivery.somebody"),
        "platform": row.scheme,
        "reason": _named("reason", row.reason or ""),
        "code": row.reason or "",
        "can_again": row.payload_sealed is not None,
    }


def _named(area: str, code: str) -> str:
    """Give a code in words, where there are words for it."""
    words = book()
    return words.get(f"desk.delivery.{area}.{code}") or words[f"desk.delivery.{area}.other"]


PAGES = (
    Page("GET", "/delivery", show, "send_again"),
    Page("POST", "/delivery/{row:int}/again", send_again, "send_again"),
    Page("POST", "/delivery/closed/{closure:int}/try", try_now, "send_again"),
)
