"""お知らせ: what waits for the visitor besides concerns, with the same three words as in chat."""

from typing import Any

from bot import people
from bot.reminders import book, bundles
from bot.texts import phrase
from handlers.web.desk.visit import Done, Outcome, Page, Visit

ELSEWHERE = ("waiting", "urgent", "urgent_weekly")  # which the page shows by themselves
AT_MOST = 12


def rows(visit: Visit) -> list[dict[str, Any]]:
    """Give the visitor's reminders as the page of today shows them."""
    waiting = [r for r in book.waiting(visit.ledger, visit.person) if r.kind not in ELSEWHERE][:AT_MOST]
    lines = bundles.lay(visit.ledger, waiting)
    return [_row(reminder, lines[reminder.id or 0].text) for reminder in waiting]


def _row(reminder: Any, text: str) -> dict[str, Any]:
    kind = book.kind_of(reminder)
    return {
        "number": reminder.id,
        "text": text.removeprefix("・"),
        "may_be_done": kind.may_be_done,
        "may_go": not kind.is_personal,
    }


def end(visit: Visit) -> Outcome:
    """済: the visitor's word that it is done."""
    number = visit.number("number")
    book.end(visit.ledger, book.find(visit.ledger, number, visit.person), visit.person)
    return Done("reminder.was_done", {"number": number})


def put_off(visit: Visit) -> Outcome:
    """あとで: say it again in three days."""
    number = visit.number("number")
    book.put_off(visit.ledger, book.find(visit.ledger, number, visit.person), visit.person)
    return Done("reminder.was_put_off", {"number": number, "days": book.LATER_DAYS})


def hand_on(visit: Visit) -> Outcome:
    """代わって: let the deputy, or the next who can, take it over."""
    number = visit.number("number")
    other = book.hand_on(visit.ledger, book.find(visit.ledger, number, visit.person), visit.person)
    name = people.name_of(visit.ledger, other) or phrase(f"role.{other.role}")
    return Done("reminder.was_handed_on", {"number": number, "name": name})


_ONE = "/reminders/{number:int}"
PAGES = (
    Page("POST", f"{_ONE}/done", end),
    Page("POST", f"{_ONE}/later", put_off),
    Page("POST", f"{_ONE}/other", hand_on),
)
