"""Kept apart (個別に対応): what is not for the whole room, and for whom it is.

Two reasons keep a topic off the shared thread and every paper: somebody may be in danger (虐待防止法 7条), or its
writer lets it go no further than whoever looks after it (出してよい言葉). The writer's word weighs more: it keeps
the board out too.
"""

from sqlalchemy import ColumnElement
from sqlmodel import col

from bot import people
from storage.concerns import Concern, Standing
from storage.ledger import Ledger
from storage.people import Person, Role
from storage.topics import Topic

CHARGE, BOARD, DISTRICT = "charge", "board", "district"


def is_kept(ledger: Ledger, topic: Topic) -> bool:
    """Say whether a topic is kept apart because its writer wants it so (担当だけ)."""
    return topic.is_restricted and ledger.count(Concern, *_told(topic), col(Concern.reach) == CHARGE) > 0


def may_read(ledger: Ledger, topic: Topic, person: Person) -> bool:
    """Say whether the words of a topic are for this person of the room.

    What is handled apart is for the board and whoever looks after it; what its writer keeps, for the secretariat,
    whoever looks after it, and the writer.
    """
    if not topic.is_restricted or (topic.assignee_id is not None and topic.assignee_id == person.id):
        return True
    if not is_kept(ledger, topic):
        return person.role in people.BOARD
    return person.role == Role.SECRETARIAT or _is_writer(ledger, topic, person)


def measure(ledger: Ledger, topic: Topic) -> None:
    """Let a topic be told in the district only while every writer of it agrees (地区)."""
    ledger.session.flush()
    count = ledger.count(Concern, *_told(topic))
    agreed = ledger.count(Concern, *_told(topic), col(Concern.reach) == DISTRICT)
    topic.may_leave = count > 0 and agreed == count
    ledger.session.add(topic)


def _is_writer(ledger: Ledger, topic: Topic, person: Person) -> bool:
    return ledger.count(Concern, *_told(topic), col(Concern.writer_id) == person.id) > 0


def _told(topic: Topic) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Concern.topic_id) == topic.id, col(Concern.status) == Standing.SHARED
