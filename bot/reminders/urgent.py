"""Urgent concerns that nobody has acknowledged: alerts climb of their own, the bundle says it again and again.

Whoever is told the same every morning stops reading it. So everybody on duty hears of it on three mornings; from
then on it comes once a week, to the leader of the officers and the secretariat alone, until somebody says that
they have seen it. Nothing is forgotten: the officers' page shows it on top to everybody all the while.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from bot import alerts, dates, people
from bot.messages import Choice
from bot.reminders.kind import Cause, Due, Kind, Line, columns, tail
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.reminders import Reminder
from storage.topics import Alert, Topic

DAILY, WEEKLY = "urgent", "urgent_weekly"
MORNINGS = 3
WEEK_DAYS = 7


def _everybody(ledger: Ledger) -> Iterator[Cause]:
    """On the first mornings: all on duty, and whoever looks after the topic."""
    raised = alerts.waiting(ledger)
    if not raised:
        return
    calm = _calm(ledger)
    board = [id_of(person) for person in people.on_duty(ledger)]
    for alert, topic in _topics(ledger, raised):
        if _subject(topic) not in calm:
            for person_id in dict.fromkeys([*board, *([topic.assignee_id] if topic.assignee_id else [])]):
                yield Cause(person_id, _subject(topic), alert.raised_at)


def _keepers(ledger: Ledger) -> Iterator[Cause]:
    """Afterwards: the leader of the officers and the secretariat, a week after it was said last."""
    raised = alerts.waiting(ledger)
    calm = _calm(ledger) if raised else {}
    if not calm:
        return
    keepers = [id_of(person) for person in alerts.keepers(ledger)]
    for _, topic in _topics(ledger, raised):
        if (due_at := calm.get(_subject(topic))) is not None:
            for person_id in keepers:
                yield Cause(person_id, _subject(topic), due_at)


def _topics(ledger: Ledger, raised: Sequence[Alert]) -> Iterator[tuple[Alert, Topic]]:
    of_topic = {alert.topic_id: alert for alert in raised}
    for topic in ledger.all(Topic, col(Topic.id).in_(list(of_topic))):
        yield of_topic[id_of(topic)], topic


def _calm(ledger: Ledger) -> Mapping[str, datetime]:
    """Give what was said on so many mornings, with the day on which it is due for the keepers.

    What the keepers have already stays calm when the rows of the first mornings are tidied away.
    """
    kept = (
        select(col(Reminder.subject), func.min(col(Reminder.due_at)))
        .where(col(Reminder.council_id) == ledger.council_id, col(Reminder.kind) == WEEKLY)
        .group_by(col(Reminder.subject))
    )
    said = (
        select(col(Reminder.subject), func.max(col(Reminder.told_on)))
        .where(col(Reminder.council_id) == ledger.council_id, col(Reminder.kind) == DAILY)
        .group_by(col(Reminder.subject))
        .having(func.max(col(Reminder.times_told)) >= MORNINGS)
    )
    fresh = {subject: _a_week_after(last) for subject, last in columns(ledger, said) if last is not None}
    return {**dict(columns(ledger, kept)), **fresh}


def _a_week_after(day: date) -> datetime:
    return dates.at(day + timedelta(days=WEEK_DAYS), time())


def _subject(topic: Topic) -> str:
    return f"topic:{topic.number}"


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    return [_line("reminder.urgent", tail(reminder.subject)) for reminder in those]


def _lay_weekly(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    return [_line("reminder.urgent_weekly", tail(reminder.subject)) for reminder in those]


def _line(key: str, number: str) -> Line:
    choices = (
        Choice(phrase("alert.seen"), f"見ました {number}", "primary"),
        Choice(phrase("alert.going"), f"向かいます {number}", "primary"),
    )
    return Line(phrase(key, number=number), number, choices)


KIND = Kind(DAILY, 0, _everybody, _lay, again_days=1)
WEEKLY_KIND = Kind(WEEKLY, 0, _keepers, _lay_weekly, again_days=WEEK_DAYS)
