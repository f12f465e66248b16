"""地区社協状況書: the year's figures for the ward council's hearing, from a line a month and what was held.

The form itself is not public; the four counts are those that the city's leaflet sums over all councils, and
the state of the meetings (話し合いの場の状況) stands beside them.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlmodel import col

from bot import attendance, dates, meetings, monthly
from bot.documents.paper import Chart, Note, Paper, Section, Table
from bot.texts import phrase
from storage.ledger import Ledger
from storage.meetings import Meeting, Stage


def status_paper(ledger: Ledger, day: date) -> Paper:
    """Compose the status report of the fiscal year that the day lies in: table, chart and meetings."""
    first, last = dates.fiscal_year_days(day)
    counts = monthly.of_year(ledger, first)
    return Paper(
        title=phrase("status_report.title"),
        lines=(f"{dates.fiscal_year_label(day)} {ledger.council.name}",),
        meta=((phrase("yearly.as_of"), dates.wareki_short(dates.jst(ledger.now).date())),),
        sections=(_table(counts, f"{day:%Y-%m}"), *_charts(counts), _meetings(ledger, first, last)),
        footer=phrase("status_report.footer"),
        large=False,
    )


def _table(counts: dict[str, dict[str, int]], this_month: str) -> Section:
    header = (phrase("monthly.month"), *(_header(code) for code in monthly.CODES))
    rows = [
        (monthly.spoken(month), *(str(found[code]) if code in found else "" for code in monthly.CODES))
        for month, found in counts.items()
    ]
    sums = [sum(found.get(code, 0) for found in counts.values()) for code in monthly.CODES]
    rows.append((phrase("yearly.total"), *map(str, sums)))
    missing = [monthly.spoken(month) for month, found in counts.items() if not found and month <= this_month]
    note = (Note(phrase("status_report.missing", months="・".join(missing))),) if missing else ()
    return Section(phrase("status_report.counts"), (Table(header, tuple(rows), (2, 3, 3, 3, 3)), *note))


def _header(code: str) -> str:
    return f"{monthly.label(code)}（{monthly.unit(code)}）"


def _charts(counts: dict[str, dict[str, int]]) -> Sequence[Section]:
    """Draw each count by the months that were written; one that nobody has written needs no chart."""
    drawn = []
    for code in monthly.CODES:
        bars = tuple((monthly.spoken(month), found[code]) for month, found in counts.items() if code in found)
        if any(count for _, count in bars):
            drawn.append(Section("", (Chart(monthly.label(code), bars, monthly.unit(code)),)))
    return drawn


def _meetings(ledger: Ledger, first: date, last: date) -> Section:
    held = ledger.all(
        Meeting,
        col(Meeting.status) == Stage.HELD,
        col(Meeting.starts_at) >= dates.at(first, time()),
        col(Meeting.starts_at) < dates.at(last + timedelta(days=1), time()),
        by=(col(Meeting.starts_at), col(Meeting.id)),
    )
    rows = tuple(_held(ledger, meeting) for meeting in held)
    came = sum(attendance.counts(ledger, meeting).present for meeting in held)
    header = (phrase("status_report.day"), phrase("status_report.meeting"), phrase("status_report.attended"))
    blocks = (Table(header, rows, (3, 4, 2)),) if rows else ()
    note = Note(phrase("status_report.held", count=len(held), people=came))
    return Section(phrase("status_report.meetings"), (*blocks, note))


def _held(ledger: Ledger, meeting: Meeting) -> tuple[str, str, str]:
    day = dates.jst(meeting.starts_at).date()
    here = attendance.counts(ledger, meeting).present
    return dates.wareki_short(day), meetings.label(meeting), f"{here}人" if here else ""
