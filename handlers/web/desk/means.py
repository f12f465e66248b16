"""使えるもの帳: what the neighbourhood has and when, by theme, what ends soon first."""

from datetime import date
from typing import Any

from bot import means, organisations, themes
from bot.means import Wanted
from handlers.web.desk.visit import Done, NotLookedAt, Outcome, Page, Shown, Visit
from storage.ledger import Ledger, id_of
from storage.means import Means

MONTHS = tuple(range(1, 13))


def show(visit: Visit) -> Outcome:
    """Show what there is: first what ends soon, so that its use can be talked over, then theme by theme."""
    ledger = visit.ledger
    day = means.today(ledger)
    found = means.all_of(ledger)
    urgent = [m for m in found if means.is_ending(m, day) or means.is_over(m, day)]
    return Shown(
        "means.html",
        {
            "ending": [_line(ledger, m, day) for m in urgent],
            "groups": _groups(ledger, found, day),
            "organisations": organisations.all_of(ledger),
            "months": MONTHS,
        },
    )


def _groups(ledger: Ledger, found: list[Means], day: date) -> list[dict[str, Any]]:
    """Give the means by theme, in the order of every menu; those without a theme last."""
    groups = [(themes.label(code), [m for m in found if code in m.themes]) for code in themes.codes()]
    groups.append(("", [m for m in found if not m.themes]))
    return [{"label": label, "lines": [_line(ledger, m, day) for m in those]} for label, those in groups if those]


def _line(ledger: Ledger, known: Means, day: date) -> dict[str, Any]:
    names = {id_of(each): each.name for each in organisations.all_of(ledger)}
    return {
        "id": known.id,
        "name": known.name,
        "note": known.note,
        "when": means.when_words(known, day),
        "is_ending": means.is_ending(known, day),
        "is_over": means.is_over(known, day),
        "organisation": names.get(known.organisation_id or 0, ""),
        "known": known,
    }


def show_one(visit: Visit) -> Outcome:
    """Show one means with its form."""
    ledger = visit.ledger
    found = means.find(ledger, visit.number("means"))
    return Shown(
        "means_one.html",
        {
            "line": _line(ledger, found, means.today(ledger)),
            "organisations": organisations.all_of(ledger),
            "months": MONTHS,
        },
    )


def add(visit: Visit) -> Outcome:
    """Write a means down."""
    means.add(visit.ledger, _wanted(visit), visit.person)
    return Done("desk.said.saved", to="/means")


def change(visit: Visit) -> Outcome:
    """Write a means anew."""
    found = means.find(visit.ledger, visit.number("means"))
    means.change(visit.ledger, found, _wanted(visit), visit.person)
    return Done("desk.said.saved", to="/means")


def end(visit: Visit) -> Outcome:
    """Take a means out of the book."""
    found = means.find(visit.ledger, visit.number("means"))
    means.end(visit.ledger, found, visit.person)
    return Done("means.ended", {"name": found.name}, "/means")


def _wanted(visit: Visit) -> Wanted:
    chosen = visit.texts("themes")
    months = visit.texts("months")
    if any(code not in themes.codes() for code in chosen) or any(not m.isdecimal() for m in months):
        raise NotLookedAt
    return Wanted(
        visit.wanted("name"),
        visit.text("note"),
        tuple(chosen),
        tuple(int(month) for month in months),
        visit.day("usable_from"),
        visit.day("usable_until"),
        _organisation(visit),
    )


def _organisation(visit: Visit) -> int | None:
    if not visit.text("organisation"):
        return None
    return id_of(organisations.find(visit.ledger, visit.whole("organisation", 1, 999_999)))


_ONE = "/means/{means:int}"
PAGES = (
    Page("GET", "/means", show, "read_masked"),
    Page("POST", "/means", add, "discuss"),
    Page("GET", _ONE, show_one, "discuss"),
    Page("POST", _ONE, change, "discuss"),
    Page("POST", f"{_ONE}/end", end, "discuss"),
)
