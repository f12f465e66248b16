"""The commissioners' own record of the month (活動記録): asked for once, in the first days of the next month."""

from collections.abc import Iterator, Sequence
from datetime import time, timedelta

from sqlalchemy import select
from sqlmodel import col

from bot import dates
from bot.reminders.kind import Cause, Due, Kind, Line, by_number, columns, tail
from bot.reminders.monthly_figures import DAYS, spoken_month, window
from bot.texts import phrase
from storage.ledger import Ledger
from storage.people import Person, Role
from storage.yearly import Activity


def _causes(ledger: Ledger) -> Iterator[Cause]:
    found = window(ledger)
    if found is None:
        return
    month, first = found
    begins, until = dates.at(first, time()), dates.at(first + timedelta(days=DAYS), time())
    recorded = select(col(Activity.person_id)).where(
        col(Activity.council_id) == ledger.council_id, col(Activity.month) == month
    )
    missing = select(col(Person.id)).where(
        col(Person.council_id) == ledger.council_id,
        col(Person.role) == Role.COMMISSIONER,
        col(Person.created_at) < begins,  # whoever is new was not there that month
        col(Person.erased_at).is_(None),
        col(Person.id).not_in(recorded),
    )
    for (person_id,) in columns(ledger, missing):
        yield Cause(person_id, f"activity:{month}", begins, until)


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    return [
        by_number(KIND, r, phrase("reminder.activity_record", month=spoken_month(tail(r.subject)))) for r in those
    ]


KIND = Kind("activity", 60, _causes, _lay, is_personal=True, may_be_done=True)
