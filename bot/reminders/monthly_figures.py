"""The month's figures for the status report (状況書): the secretariat is asked in the next month's first days."""

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta

from sqlmodel import col

from bot import dates, people
from bot.reminders.kind import Cause, Due, Kind, Line, by_number, month_before, tail
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.people import Role
from storage.yearly import MonthlyFigure

DAYS = 10  # from the first to the tenth
AGAIN_DAYS = 7


def window(ledger: Ledger) -> tuple[str, date] | None:
    """Give the month to be written down and the first day for it; None on the other days of a month.

    A council owes nothing for the months before it was.
    """
    today = dates.jst(ledger.now).date()
    month = month_before(today)
    if today.day > DAYS or month < f"{dates.jst(ledger.council.created_at):%Y-%m}":
        return None
    return month, today.replace(day=1)


def spoken_month(month: str) -> str:
    """Give a month as one says it: 10月 for 2026-10."""
    return f"{int(month[5:])}月"


def _causes(ledger: Ledger) -> Iterator[Cause]:
    found = window(ledger)
    if found is None or ledger.count(MonthlyFigure, col(MonthlyFigure.month) == found[0]):
        return
    month, first = found
    for person in people.with_role(ledger, Role.SECRETARIAT):
        until = dates.at(first + timedelta(days=DAYS), time())
        yield Cause(id_of(person), f"figures:{month}", dates.at(first, time()), until)


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    return [
        by_number(KIND, r, phrase("reminder.monthly_figures", month=spoken_month(tail(r.subject)))) for r in those
    ]


KIND = Kind("figures", 60, _causes, _lay, again_days=AGAIN_DAYS, may_be_done=True)
