"""Who looks after a topic: a commissioner who is there, for its theme, with the fewest topics in their care."""

from collections.abc import Sequence

from sqlmodel import col

from bot import dates, people
from storage.concerns import Concern
from storage.ledger import Ledger, id_of
from storage.people import Person, Role
from storage.topics import Topic

# neighbours' quarrels, streets and the council's own affairs are not a commissioner's to carry
FOR_OFFICERS = ("mobility_environment", "community_life", "disaster", "other")


def first(ledger: Ledger, topic: Topic, concern: Concern) -> int | None:
    """Give who looks after a new topic: the commissioner who wrote it, or one who can; None: the officers do."""
    writer = ledger.by_id(Person, concern.writer_id)
    if writer.role == Role.COMMISSIONER:
        return id_of(writer)
    if topic.is_unsorted or topic.theme in FOR_OFFICERS:
        return None
    found = _least_busy(ledger, _fitting(ledger, people.with_role(ledger, Role.COMMISSIONER), topic))
    return found.id if found else None


def other(ledger: Ledger, topic: Topic, than: Person) -> Person | None:
    """Give another commissioner who can look after a topic; None when there is no other."""
    others = [p for p in people.with_role(ledger, Role.COMMISSIONER) if p.id != than.id]
    return _least_busy(ledger, _fitting(ledger, others, topic))


def _fitting(ledger: Ledger, those: Sequence[Person], topic: Topic) -> list[Person]:
    present = [p for p in people.reachable(ledger, those) if not people.is_away(p, dates.jst(ledger.now).date())]
    named = [p for p in present if topic.theme in p.themes]
    return named or [p for p in present if not p.themes] or present


def _least_busy(ledger: Ledger, those: Sequence[Person]) -> Person | None:
    busy = {
        p.id: ledger.count(Topic, col(Topic.assignee_id) == p.id, col(Topic.is_open).is_(True)) for p in those
    }
    return min(those, key=lambda p: (busy[p.id], id_of(p)), default=None)
