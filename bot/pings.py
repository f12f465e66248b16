"""Pings (お知らせ): one kind bundle a day of what waits for a commissioner, and nothing that is settled."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from bot import dates, outbox, people, rest, threads
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.ledger import Ledger
from storage.outbox import Delivery, OutboxRow
from storage.people import Person, Role
from storage.topics import Status, Topic

AT_MOST = 4  # three choices each; LINE shows thirteen at most
LATER_DAYS = 3
ACTING_DAYS = 7  # what is in hand is asked about once a week
WAITING = (Status.SHARED, Status.CONSIDERING, Status.CARRIED_OVER)


def send_bundles(ledger: Ledger) -> int:
    """Put today's bundle for each commissioner into the outbox; say how many there were.

    Nothing on a day of rest: what waits, waits until the next working morning.
    """
    today = dates.jst(ledger.now).date()
    if dates.is_quiet(ledger.now, rest.rules(ledger.council)):
        return 0
    sent = 0
    for person in people.with_role(ledger, Role.COMMISSIONER):
        _drop_stale(ledger, person)
        say = None if people.is_away(person, today) else bundle(ledger, person)
        if say is not None and outbox.tell(ledger, person, say, f"bundle:{person.id}:{today}"):
            sent += 1
    return sent


def _drop_stale(ledger: Ledger, person: Person) -> None:
    """Take back a bundle of an earlier day that could not be sent: today's says what still waits."""
    ledger.session.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.council_id) == ledger.council_id,
            col(OutboxRow.status) == Delivery.WAITING,
            col(OutboxRow.dedupe).startswith(f"bundle:{person.id}:"),
        )
        .values(status=Delivery.CANCELLED, reason="stale")
    )


def bundle(ledger: Ledger, person: Person) -> Say | None:
    """Lay out what waits for a person, oldest first; None when nothing does."""
    waiting = waiting_for(ledger, person)
    if not waiting:
        return None
    shown = waiting[:AT_MOST]
    lines = [_line(ledger, topic) for topic in shown]
    if len(waiting) > len(shown):
        lines.append(phrase("ping.more", count=len(waiting) - len(shown)))
    text = "\n".join((phrase("ping.opening", count=len(waiting)), *lines, phrase("ping.closing")))
    return Say("text", text=text, choices=tuple(c for topic in shown for c in _choices(topic, len(shown))))


def waiting_for(ledger: Ledger, person: Person) -> list[Topic]:
    """List the topics that wait for a person: not settled, not put off, and what is in hand once a week."""
    own = ledger.all(
        Topic,
        col(Topic.assignee_id) == person.id,
        col(Topic.status).in_([*WAITING, Status.ACTING]),
        by=(col(Topic.opened_at), col(Topic.id)),
    )
    return [topic for topic in own if _is_due(ledger, topic)]


def put_off(ledger: Ledger, topic: Topic, by: Person) -> None:
    """Ask again in three days (あとで)."""
    topic.later_until = ledger.now + timedelta(days=LATER_DAYS)
    ledger.session.add(topic)
    ledger.journal(by.id, "put_off", f"topic:{topic.number}")


def _is_due(ledger: Ledger, topic: Topic) -> bool:
    if topic.later_until is not None and topic.later_until > ledger.now:
        return False
    if topic.status == Status.ACTING:
        return topic.changed_at <= ledger.now - timedelta(days=ACTING_DAYS)
    return True


def _line(ledger: Ledger, topic: Topic) -> str:
    return phrase(
        "ping.line",
        number=topic.number,
        theme=threads.theme_label(topic),
        heading=threads.heading(ledger, topic, 24),
        age=dates.ago(topic.opened_at, ledger.now),
    )


def _choices(topic: Topic, shown: int) -> tuple[Choice, ...]:
    n = topic.number
    mark = f" {n}" if shown > 1 else ""
    return (
        Choice(phrase("ping.done") + mark, f"済 {n}"),
        Choice(phrase("ping.later") + mark, f"あとで {n}"),
        Choice(phrase("ping.other") + mark, f"代わって {n}"),
    )
