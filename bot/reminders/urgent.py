"""Urgent concerns that nobody has acknowledged: alerts climb of their own, the bundle says it once more."""

from collections.abc import Iterator, Sequence

from sqlmodel import col

from bot import alerts, people
from bot.messages import Choice
from bot.reminders.kind import Cause, Due, Kind, Line, tail
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.topics import Topic


def _causes(ledger: Ledger) -> Iterator[Cause]:
    raised = {alert.topic_id: alert for alert in alerts.waiting(ledger)}
    if not raised:
        return
    board = [id_of(person) for person in people.on_duty(ledger)]
    for topic in ledger.all(Topic, col(Topic.id).in_(list(raised))):
        for person_id in dict.fromkeys([*board, *([topic.assignee_id] if topic.assignee_id else [])]):
            yield Cause(person_id, f"topic:{topic.number}", raised[id_of(topic)].raised_at)


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    return [_line(tail(reminder.subject)) for reminder in those]


def _line(number: str) -> Line:
    choices = (
        Choice(phrase("alert.seen"), f"見ました {number}", "primary"),
        Choice(phrase("alert.going"), f"向かいます {number}", "primary"),
    )
    return Line(phrase("reminder.urgent", number=number), number, choices)


KIND = Kind("urgent", 0, _causes, _lay, again_days=1)
