"""Concerns that wait for whoever looks after them; what is in hand is asked about once a week."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from bot import alerts
from bot.messages import Choice
from bot.reminders.kind import Cause, Due, Kind, Line, columns, tail
from bot.reminders.topic_lines import told
from bot.texts import phrase
from storage.ledger import Ledger
from storage.people import Person
from storage.topics import Status, Topic

ACTING_DAYS = 7
WAITING = (Status.SHARED, Status.CONSIDERING, Status.CARRIED_OVER)


def topics_for(ledger: Ledger, person: Person) -> list[Topic]:
    """List the topics that wait for a person, oldest first: not settled, not put off."""
    own = ledger.all(
        Topic, col(Topic.assignee_id) == person.id, _is_open(), by=(col(Topic.opened_at), col(Topic.id))
    )
    return [t for t in own if _due_at(t.status, t.opened_at, t.changed_at, t.later_until) <= ledger.now]


def _causes(ledger: Ledger) -> Iterator[Cause]:
    when = (col(Topic.status), col(Topic.opened_at), col(Topic.changed_at), col(Topic.later_until))
    query = select(col(Topic.assignee_id), col(Topic.number), *when).where(
        col(Topic.council_id) == ledger.council_id,
        col(Topic.assignee_id).is_not(None),
        _is_open(),
        col(Topic.id).not_in([alert.topic_id for alert in alerts.waiting(ledger)]),  # said as urgent
    )
    for assignee, number, *moments in columns(ledger, query):
        yield Cause(assignee, f"topic:{number}", _due_at(*moments))


def _is_open() -> ColumnElement[bool]:
    return col(Topic.status).in_([*WAITING, Status.ACTING])


def _due_at(status: str, opened_at: datetime, changed_at: datetime, later_until: datetime | None) -> datetime:
    begins = changed_at + timedelta(days=ACTING_DAYS) if status == Status.ACTING else opened_at
    return max(begins, later_until) if later_until else begins


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    numbers = [int(tail(reminder.subject)) for reminder in those]
    found = told(ledger, numbers)
    return [Line(found[n].line(ledger.now), str(n), _choices(n)) for n in numbers]


def _choices(number: int) -> tuple[Choice, ...]:
    return (
        Choice(phrase("ping.done"), f"済 {number}"),
        Choice(phrase("ping.later"), f"あとで {number}"),
        Choice(phrase("ping.other"), f"代わって {number}"),
    )


KIND = Kind("waiting", 50, _causes, _lay, again_days=1, grows=True)
