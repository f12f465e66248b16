"""Terms that end (任期): the secretariat hears it 60 and 14 days before, everybody of one day in one line.

Commissioners are replaced together every three years (民生委員法 10条), so a line each would make forty.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta

from sqlalchemy import select
from sqlmodel import col

from bot import dates, people
from bot.reminders.kind import Cause, Due, Kind, Line, by_number, columns, newest_step, tail
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.people import Person, Role

DAYS_BEFORE = (60, 14)


def _causes(ledger: Ledger) -> Iterator[Cause]:
    secretariat = people.with_role(ledger, Role.SECRETARIAT)
    today = dates.jst(ledger.now).date()
    for day in _ending(ledger):
        if today > day:
            continue
        due_at = newest_step(ledger.now, *(day - timedelta(days=n) for n in DAYS_BEFORE))
        for person in secretariat:
            yield Cause(id_of(person), f"term:{day}", due_at, dates.at(day + timedelta(days=1), time()))


def _ending(ledger: Ledger) -> Counter[date]:
    """Count whose term ends on which day."""
    query = select(col(Person.term_ends_on)).where(
        col(Person.council_id) == ledger.council_id,
        col(Person.term_ends_on).is_not(None),
        col(Person.role) != Role.RESIDENT,
        col(Person.erased_at).is_(None),
    )
    return Counter(day for (day,) in columns(ledger, query))


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    ending, today = _ending(ledger), dates.jst(ledger.now).date()
    return [_line(reminder, ending, today) for reminder in those]


def _line(reminder: Due, ending: Counter[date], today: date) -> Line:
    day = date.fromisoformat(tail(reminder.subject))
    words = phrase(
        "reminder.term_ending", day=dates.wareki_short(day), count=ending[day], days=(day - today).days
    )
    return by_number(KIND, reminder, words)


KIND = Kind("term", 70, _causes, _lay, may_be_done=True)
