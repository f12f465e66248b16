"""その後どうですか: a commissioner is asked in the bundle whether somebody was seen; residents by themselves."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlmodel import col

from bot import topics
from bot.messages import Choice
from bot.reminders.kind import Cause, Due, Kind, Line, columns, tail
from bot.reminders.topic_lines import told
from bot.texts import phrase
from storage.concerns import Concern, Standing
from storage.ledger import Ledger
from storage.people import Person, Role
from storage.topics import Topic


def _causes(ledger: Ledger) -> Iterator[Cause]:
    asked = select(col(Concern.writer_id), col(Concern.number), col(Concern.ask_after_at)).where(
        col(Concern.council_id) == ledger.council_id,
        col(Concern.ask_after_at).is_not(None),
        col(Concern.status) == Standing.SHARED,
        col(Concern.topic_id).in_(select(col(Topic.id)).where(col(Topic.status).not_in(topics.ENDS))),
        col(Concern.writer_id).in_(select(col(Person.id)).where(col(Person.role) == Role.COMMISSIONER)),
    )
    for writer_id, number, at in columns(ledger, asked):
        yield Cause(writer_id, f"concern:{number}", at)


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    numbers = [int(tail(reminder.subject)) for reminder in those]
    query = (
        select(col(Concern.number), col(Topic.number))
        .join(Topic, col(Topic.id) == col(Concern.topic_id))
        .where(col(Concern.council_id) == ledger.council_id, col(Concern.number).in_(numbers))
    )
    topic_of = {number: topic for number, topic in columns(ledger, query)}  # noqa: C416 - rows, not pairs
    words = told(ledger, topic_of.values())
    return [_line(n, words[topic_of[n]].heading if n in topic_of else "") for n in numbers]


def _line(number: int, heading: str) -> Line:
    choices = (
        Choice(phrase("reminder.seen_again"), f"見かけた {number}"),
        Choice(phrase("reminder.not_yet"), f"まだ {number}"),
        Choice(phrase("reminder.unknown"), f"わからない {number}"),
    )
    return Line(phrase("reminder.asking_after", number=number, heading=heading), str(number), choices)


KIND = Kind("asking", 40, _causes, _lay, is_personal=True)
