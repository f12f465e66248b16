"""Alerts: an emergency never waits; somebody must say that they have seen it, or it climbs to the next."""

from datetime import timedelta

from sqlmodel import col

from bot import outbox, people, threads
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.people import Person
from storage.topics import Alert, Topic

CLIMB_MINUTES = 10
ROUNDS = 3  # after so many rounds through everybody on duty, the desk alone keeps showing it


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


def climbing(ledger: Ledger) -> list[Alert]:
    """List the alerts that still climb: everybody on duty is told three times, then the desk keeps showing it."""
    last = max(len(people.on_duty(ledger)), 1) * ROUNDS
    return [alert for alert in waiting(ledger) if alert.level < last]


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


def _tell_level(ledger: Ledger, alert: Alert, topic: Topic) -> None:
    duty = people.on_duty(ledger)
    if duty:
        _tell(ledger, alert, topic, duty[(alert.level - 1) % len(duty)])
    text = phrase("alert.thread", number=topic.number)
    dedupe = f"alert_thread:{alert.id}:{alert.level}"
    threads.say(ledger, topic, text, dedupe, choices=_choices(topic), is_urgent=True)


def _tell(ledger: Ledger, alert: Alert, topic: Topic, person: Person) -> None:
    say = Say("text", text=phrase("alert.duty", number=topic.number), choices=_choices(topic))
    outbox.tell(ledger, person, say, f"alert:{alert.id}:{alert.level}", is_urgent=True)


def _choices(topic: Topic) -> tuple[Choice, ...]:
    n = topic.number
    return (
        Choice(phrase("alert.seen"), f"見ました {n}", "primary"),
        Choice(phrase("alert.going"), f"向かいます {n}", "primary"),
    )
