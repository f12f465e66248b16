"""The year in figures (地区社協状況書): how many concerns, on what, and what became of them. No text, no person.

A cell of one or two tells a neighbour who it was, so it is shown as 数件; and a sum over such cells says only
"at least", or the hidden cell could be worked out by taking the others from it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from bot import dates, themes
from bot.concerns import TAKEN_BACK
from bot.documents.paper import Note, Paper, Section, Table
from bot.texts import phrase
from storage.concerns import Concern
from storage.ledger import Ledger
from storage.meetings import Choice, Decision, Meeting, Stage
from storage.topics import Status, Topic

FEWEST = 3
GONE = (Status.WITHDRAWN, Status.MERGED)


def figures_paper(ledger: Ledger) -> Paper:
    """Compose the figures of the fiscal year in which we are, up to now."""
    today = dates.jst(ledger.now).date()
    first, last = dates.fiscal_year_days(today)
    return Paper(
        title=phrase("yearly.title"),
        lines=(f"{dates.fiscal_year_label(today)} {ledger.council.name}",),
        meta=((phrase("yearly.as_of"), dates.wareki(today)),),
        sections=(
            _section("themes", _by_theme(ledger, first, last)),
            _section("statuses", _by_status(ledger, first, last)),
            _section("decisions", _by_choice(ledger, first, last)),
            Section(
                phrase("yearly.meetings"),
                (Note(phrase("yearly.held", count=_held(ledger, first, last))),),
            ),
        ),
        footer=phrase("yearly.footer"),
    )


def cell(count: int) -> str:
    """Write a count so that nobody can be found behind it."""
    return phrase("yearly.few") if 0 < count < FEWEST else phrase("yearly.count", count=count)


def total(counts: Iterable[int]) -> str:
    """Write a sum from which no hidden cell can be worked out."""
    known = list(counts)
    shown = sum(count for count in known if count >= FEWEST)
    if shown == sum(known):
        return cell(shown)
    return phrase("yearly.at_least", count=shown) if shown else phrase("yearly.few")


def _section(name: str, rows: Mapping[str, int]) -> Section:
    table = Table(
        (phrase(f"yearly.{name}_column"), phrase("yearly.count_column")),
        (
            *((label, cell(count)) for label, count in rows.items()),
            (phrase("yearly.total"), total(rows.values())),
        ),
        (3, 1),
    )
    return Section(phrase(f"yearly.{name}"), (table,))


def _by_theme(ledger: Ledger, first: date, last: date) -> dict[str, int]:
    of_year = ledger.all(
        Concern, *_between(Concern.received_at, first, last), col(Concern.status).not_in(TAKEN_BACK)
    )
    found = Counter(concern.theme for concern in of_year)
    return {themes.label(code): found[code] for code in themes.codes()}


def _by_status(ledger: Ledger, first: date, last: date) -> dict[str, int]:
    of_year = ledger.all(Topic, *_between(Topic.opened_at, first, last), col(Topic.status).not_in(GONE))
    found = Counter(topic.status for topic in of_year)
    return {phrase(f"status.{status}"): found[status] for status in Status if status not in GONE}


def _by_choice(ledger: Ledger, first: date, last: date) -> dict[str, int]:
    found = Counter(decision.choice for decision in ledger.all(Decision, *_between(Decision.at, first, last)))
    return {phrase(f"decision.{choice}"): found[choice] for choice in Choice}


def _held(ledger: Ledger, first: date, last: date) -> int:
    return ledger.count(Meeting, *_between(Meeting.starts_at, first, last), col(Meeting.status) == Stage.HELD)


def _between(column: Any, first: date, last: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    begin: datetime = dates.at(first, time())
    return col(column) >= begin, col(column) < dates.at(last + timedelta(days=1), time())
