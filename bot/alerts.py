"""Alerts: an emergency never waits; somebody must say that they have seen it, or it climbs to the next.

Whoever looks after the neighbour (担当) is told together with the first on duty, then the others on duty in their
order (副, 会長 …), round by round; each by every way they have, since nobody knows which of them works tonight.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from bot import dates, outbox, people, threads, topics
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.journal import JournalEntry
from storage.ledger import Ledger, id_of
from storage.people import Person, Role
from storage.topics import Alert, Status, Topic

CLIMB_MINUTES = 10
ROUNDS = 3  # after so many rounds through everybody on duty, the desk alone keeps showing it
GOING = "going"


@dataclass(frozen=True)
class Going:
    """Who said that they are on their way, and when."""

    person_id: int | None
    at: datetime


def sound(ledger: Ledger, topic: Topic) -> Alert:
    """Alert the first on duty, without the text: only that there is something, and where to look."""
    found = ledger.first(Alert, col(Alert.topic_id) == topic.id)
    if found is not None:
        return found
    alert = ledger.add(
        Alert(
            council_id=ledger.council_id,
            topic_id=id_of(topic),
            raised_at=ledger.now,
            climbs_at=ledger.now + timedelta(minutes=CLIMB_MINUTES),
        )
    )
    ledger.journal(None, "alert", f"topic:{topic.number}", "1")
    _tell_level(ledger, alert, topic)
    return alert


def waiting(ledger: Ledger) -> list[Alert]:
    """List the alerts that nobody has acknowledged, oldest first."""
    return ledger.all(Alert, col(Alert.seen_at).is_(None))


def rungs(ledger: Ledger, topic: Topic) -> list[list[Person]]:
    """Give who is told at each level: the carer and the first on duty together, then the others one by one."""
    ladder = [[person] for person in people.on_duty(ledger)]
    carer = _carer(ledger, topic)
    if carer is None or any(carer.id == person.id for rung in ladder[:1] for person in rung):
        return ladder
    return [[carer, *(ladder[0] if ladder else ())], *ladder[1:]]


def climbing(ledger: Ledger) -> list[Alert]:
    """List the alerts that still climb: everybody on duty is told three times, then the desk keeps showing it."""
    raised = waiting(ledger)
    last = max(len(people.on_duty(ledger)), 1) * ROUNDS if raised else 0
    return [alert for alert in raised if alert.level < last]


def keepers(ledger: Ledger) -> list[Person]:
    """Give who keeps in mind what nobody has acknowledged: the first officer on duty, and the first secretary."""
    present = people.on_duty(ledger)
    of_role = ([p for p in present if p.role == role] for role in (Role.OFFICER, Role.SECRETARIAT))
    return [person for those in of_role for person in those[:1]]


def unreceived(ledger: Ledger) -> list[Alert]:
    """List the alerts that have climbed through everybody on duty and that nobody has acknowledged yet."""
    still = {id_of(alert) for alert in climbing(ledger)}
    return [alert for alert in waiting(ledger) if alert.id not in still]


def climb(ledger: Ledger) -> int:
    """Let each alert that was not acknowledged in time climb to the next on duty; say how many did."""
    late = [a for a in climbing(ledger) if a.climbs_at <= ledger.now]
    for alert in late:
        alert.level += 1
        alert.climbs_at = ledger.now + timedelta(minutes=CLIMB_MINUTES)
        ledger.session.add(alert)
        topic = ledger.by_id(Topic, alert.topic_id)
        ledger.journal(None, "alert", f"topic:{topic.number}", str(alert.level))
        _tell_level(ledger, alert, topic)
    return len(late)


def go(ledger: Ledger, topic: Topic, by: Person) -> None:
    """Note that somebody is on their way (向かいます): who and when stands in the journal and in the thread.

    It says more than 「見ました」: whoever reads it next knows that a neighbour is being looked after.
    """
    ledger.journal(by.id, GOING, f"topic:{topic.number}")
    topics.see(ledger, topic, by)
    if topic.status != Status.ACTING:
        topics.act(ledger, topic, by)
    who = people.name_of(ledger, by) or phrase(f"role.{by.role}")
    text = phrase("alert.is_going", who=who, at=dates.digital(ledger.now))
    threads.say(ledger, topic, text, f"going:{topic.id}:{by.id}:{ledger.now:%Y%m%d%H%M}")


def going(ledger: Ledger, topic: Topic) -> list[Going]:
    """List who went, first to last."""
    said = ledger.all(
        JournalEntry, col(JournalEntry.action) == GOING, col(JournalEntry.subject) == f"topic:{topic.number}"
    )
    return [Going(entry.actor_id, entry.at) for entry in said]


def _carer(ledger: Ledger, topic: Topic) -> Person | None:
    """Give the commissioner who looks after a topic, unless they are away or cannot be reached."""
    found = ledger.first(Person, col(Person.id) == topic.assignee_id) if topic.assignee_id else None
    if found is None or found.role != Role.COMMISSIONER or found.erased_at is not None:
        return None
    if people.is_away(found, dates.jst(ledger.now).date()) or not people.reachable(ledger, [found]):
        return None
    return found


def _tell_level(ledger: Ledger, alert: Alert, topic: Topic) -> None:
    ladder = rungs(ledger, topic)
    place = (alert.level - 1) % len(ladder) if ladder else 0
    for person in ladder[place] if ladder else ():
        _tell(ledger, alert, topic, person)
    text = phrase("alert.thread", number=topic.number)
    dedupe = f"alert_thread:{alert.id}:{alert.level}"
    threads.say(ledger, topic, text, dedupe, choices=_choices(topic), is_urgent=True)


def _tell(ledger: Ledger, alert: Alert, topic: Topic, person: Person) -> None:
    say = Say("text", text=phrase("alert.duty", number=topic.number), choices=_choices(topic))
    outbox.tell_by_every_way(ledger, person, say, f"alert:{alert.id}:{alert.level}:{person.id}")


def _choices(topic: Topic) -> tuple[Choice, ...]:
    n = topic.number
    return (
        Choice(phrase("alert.seen"), f"見ました {n}", "primary"),
        Choice(phrase("alert.going"), f"向かいます {n}", "primary"),
    )
