"""What a general sentence counts (件数): sealed cases, of which nothing is told but how many there are."""

from sqlmodel import col

from bot.texts import phrase
from storage.general import Case, General
from storage.ledger import Ledger, id_of
from storage.people import Person, Role
from storage.topics import Status, Topic

FEW = 3
# a general topic that is over counts no further cases
OVER = (Status.RESOLVED, Status.WITHDRAWN, Status.MERGED)


def count(ledger: Ledger, topic: Topic) -> int:
    """Count the cases behind a general topic."""
    general = of_topic(ledger, topic)
    return ledger.count(Case, col(Case.general_id) == general.id) if general else 0


def told(ledger: Ledger, topic: Topic) -> str:
    """Give the count as it may be told: under three it could point to a house (数件)."""
    found = count(ledger, topic)
    return phrase("general.number_count", count=found) if found >= FEW else phrase("paper.few")


def of_topic(ledger: Ledger, topic: Topic) -> General | None:
    """Give the general sentence that a general topic tells."""
    return ledger.first(General, col(General.topic_id) == topic.id) if topic.is_general else None


def of_case(ledger: Ledger, topic: Topic) -> General | None:
    """Give the general sentence that a sealed case stands behind, be it approved or only proposed."""
    case = ledger.first(Case, col(Case.topic_id) == topic.id, by=col(Case.id).desc())
    return ledger.by_id(General, case.general_id) if case else None


def topic_of(ledger: Ledger, general: General | None) -> Topic | None:
    """Give the topic of a general sentence; None while nobody has approved it."""
    return ledger.first(Topic, col(Topic.id) == general.topic_id) if general and general.topic_id else None


def cases(ledger: Ledger, topic: Topic) -> list[Topic]:
    """List the sealed topics behind a general topic, in the order in which they were counted."""
    general = of_topic(ledger, topic)
    rows = ledger.all(Case, col(Case.general_id) == general.id) if general else []
    return [ledger.by_id(Topic, row.topic_id) for row in rows]


def cares(topic: Topic, person: Person) -> bool:
    """Say whether somebody may speak for a sealed case: whoever looks after it, and the secretariat."""
    is_carer = topic.assignee_id is not None and topic.assignee_id == person.id
    return is_carer or person.role == Role.SECRETARIAT


def may_see_cases(ledger: Ledger, topic: Topic, person: Person) -> list[Topic]:
    """List the cases behind a general topic that somebody may know of: their own, or all for the secretariat."""
    return [case for case in cases(ledger, topic) if cares(case, person)]


def like(ledger: Ledger, topic: Topic) -> list[Topic]:
    """List the general topics to which a sealed case may belong: the same theme, newest first."""
    if topic.is_unsorted:
        return []
    same = (col(Topic.is_general).is_(True), col(Topic.theme) == topic.theme, col(Topic.status).not_in(OVER))
    return ledger.all(Topic, *same, by=col(Topic.id).desc())


def leave(ledger: Ledger, topic: Topic) -> Topic | None:
    """Count a case no more; give the general topic that counts one less.

    A sentence that was only proposed for it is destroyed: it was nobody's yet.
    """
    general = of_case(ledger, topic)
    if general is None:
        return None
    for row in ledger.all(Case, col(Case.topic_id) == topic.id):
        ledger.session.delete(row)
    ledger.session.flush()
    told_by = topic_of(ledger, general)
    if told_by is None:
        destroy(ledger, general)
    return told_by


def destroy(ledger: Ledger, general: General) -> None:
    """Make a general sentence unreadable for ever."""
    general.words_sealed = b""
    ledger.session.add(general)
    ledger.destroy_key(general.key_id)


def count_in(ledger: Ledger, general: General, topic: Topic, by: Person) -> None:
    """Count a sealed case with a general sentence."""
    ledger.add(
        Case(
            council_id=ledger.council_id,
            general_id=id_of(general),
            topic_id=id_of(topic),
            at=ledger.now,
            by_id=by.id,
        )
    )
