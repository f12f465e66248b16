"""Agreement (一致のめやす): how often people kept what the machine proposed, month by month.

For the officers to see how far they can lean on it. It counts proposals, never people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import col, select

from bot import corrections, dates
from storage.concerns import Concern, Correction, Standing
from storage.ledger import Ledger

MONTHS = 6


@dataclass(frozen=True)
class Month:
    """One month's shared concerns, and of how many each proposal was kept."""

    first: date
    concerns: int
    unsorted: int
    """Left to people from the start; they are no proposal of a theme."""
    theme: int
    urgency: int
    masking: int

    @property
    def proposed(self) -> int:
        """For how many a theme was proposed."""
        return self.concerns - self.unsorted


def months(ledger: Ledger, count: int = MONTHS) -> list[Month]:
    """Reckon the last months, this one first, by the day a concern came in (Japanese time)."""
    firsts = _firsts(dates.jst(ledger.now).date(), count)
    since = dates.at(firsts[-1], time())
    changed = _changed(ledger, since)
    by_month: dict[date, list[tuple[int, bool]]] = {first: [] for first in firsts}
    for id_, received, is_abstained in _concerns(ledger, since):
        by_month[dates.jst(received).date().replace(day=1)].append((id_, is_abstained))
    return [_month(first, rows, changed) for first, rows in by_month.items()]


def _month(first: date, rows: Iterable[tuple[int, bool]], changed: dict[str, set[int]]) -> Month:
    ids = {id_ for id_, _ in rows}
    unsorted = {id_ for id_, is_abstained in rows if is_abstained} | (ids & changed[corrections.UNSURE])
    return Month(
        first,
        concerns=len(ids),
        unsorted=len(unsorted),
        theme=len(ids - unsorted - changed[corrections.THEME]),
        urgency=len(ids - changed[corrections.URGENCY]),
        masking=len(ids - changed[corrections.MASK]),
    )


def _concerns(ledger: Ledger, since: datetime) -> list[tuple[int, datetime, bool]]:
    """Read three columns only: the sealed words of half a year are not wanted here."""
    found = ledger.session.exec(
        select(col(Concern.id), col(Concern.received_at), col(Concern.is_abstained)).where(
            col(Concern.council_id) == ledger.council_id,
            col(Concern.status) == Standing.SHARED,
            col(Concern.received_at) >= since,
            col(Concern.received_at) <= ledger.now,
        )
    )
    return [(int(id_ or 0), received, is_abstained) for id_, received, is_abstained in found]


def _changed(ledger: Ledger, since: datetime) -> dict[str, set[int]]:
    """Say of which concerns people changed what; changed and changed back is kept."""
    spans: dict[tuple[str, int], tuple[str, str]] = {}
    changed: dict[str, set[int]] = {corrections.UNSURE: set(), corrections.MASK: set()}
    for row in ledger.all(Correction, col(Correction.at) >= since, col(Correction.taken_back_at).is_(None)):
        if row.was.startswith(corrections.UNSURE):
            changed[corrections.UNSURE].add(row.concern_id)
        elif row.what == corrections.MASK:
            changed[corrections.MASK].add(row.concern_id)
        else:
            first, _ = spans.get((row.what, row.concern_id), (row.was, ""))
            spans[row.what, row.concern_id] = (first, row.became)
    for what in (corrections.THEME, corrections.URGENCY):
        changed[what] = {id_ for (kind, id_), (was, became) in spans.items() if kind == what and was != became}
    return changed


def _firsts(today: date, count: int) -> list[date]:
    """Give the first days of the last months, newest first."""
    last = today.year * 12 + today.month - 1
    return [date((last - back) // 12, (last - back) % 12 + 1, 1) for back in range(count)]
