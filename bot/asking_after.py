"""その後どうですか: whoever wrote that somebody is not to be seen is asked after three days whether they were.

A neighbour who is not seen is the commonest sign of 孤立死, and the one thing that only the writer can say
later is whether the person was seen again. Asked twice at most: a question too many makes people stop writing.
"""

from datetime import timedelta

from sqlmodel import col

from bot import dates, ngrams, outbox, people, rest, threads, topics, urgency
from bot.answerable import Answerable
from bot.messages import Choice, Say
from bot.outbox import About
from bot.texts import phrase
from storage.concerns import Concern, Standing
from storage.journal import JournalEntry
from storage.ledger import Ledger
from storage.people import Person, Role
from storage.topics import Topic

AFTER = timedelta(days=3)
MOST_TIMES = 2
UNSEEN = frozenset({"unseen", "missing"})
ASKED = "ask_after"
SEEN, STILL, UNKNOWN = "seen", "still", "unknown"


class NotAsked(Answerable):
    """Nobody asked how this went on."""

    key = "after.not_asked"


def plan(ledger: Ledger, concern: Concern) -> None:
    """Write down when the writer is to be asked, if the concern says that somebody is not to be seen."""
    is_unseen = bool(UNSEEN & set(_situations(ledger, concern))) and concern.kind == "concern"
    concern.ask_after_at = ledger.now + AFTER if is_unseen else None
    ledger.session.add(concern)


def due(ledger: Ledger) -> list[Concern]:
    """List the concerns whose writer is to be asked now; nobody is asked of what is settled."""
    found = ledger.all(
        Concern,
        col(Concern.ask_after_at) <= ledger.now,
        col(Concern.status) == Standing.SHARED,
        by=(col(Concern.ask_after_at), col(Concern.id)),
    )
    return [c for c in found if _still_matters(ledger, c) and not _is_in_bundle(ledger, c)]


def ask(ledger: Ledger) -> int:
    """Ask everybody who is to be asked now, each by the way on which they wrote; say how many."""
    asked = 0
    for concern in due(ledger):
        concern.ask_after_at = None
        concern.asked_after_at = ledger.now
        concern.seen_again = None
        ledger.session.add(concern)
        ledger.journal(None, ASKED, f"concern:{concern.number}")
        for writer in people.writers(ledger, [concern.writer_id]):
            asked += _tell(ledger, writer, concern)
    return asked


def answer(ledger: Ledger, concern: Concern, said: str) -> None:
    """Take the writer's answer into the thread. Whether the matter is settled, a person decides.

    「まだ」 brings the topic before whoever looks after it again, and the writer is asked once more.
    Raises NotAsked.
    """
    _require_asked(ledger, concern)
    concern.ask_after_at = None
    concern.seen_again = said
    if said == STILL and _times_asked(ledger, concern) < MOST_TIMES:
        concern.ask_after_at = ledger.now + AFTER
    ledger.session.add(concern)
    ledger.journal(concern.writer_id, "seen_again", f"concern:{concern.number}", said)
    topic = ledger.first(Topic, col(Topic.id) == concern.topic_id)
    if topic is not None:
        _follow(ledger, topic, concern, said)


def is_asked(ledger: Ledger, concern: Concern) -> bool:
    """Say whether the writer was asked how it went on and has not answered yet."""
    is_due = concern.ask_after_at is not None and concern.ask_after_at <= ledger.now
    return is_due or (concern.asked_after_at is not None and concern.seen_again is None)


def _require_asked(ledger: Ledger, concern: Concern) -> None:
    """Note a question that stood in a commissioner's bundle; raise NotAsked when there was none."""
    if concern.ask_after_at is not None and concern.ask_after_at <= ledger.now:
        concern.asked_after_at = ledger.now
        ledger.journal(None, ASKED, f"concern:{concern.number}")
    if concern.asked_after_at is None or concern.status != Standing.SHARED:
        raise NotAsked(number=concern.number)


def _follow(ledger: Ledger, topic: Topic, concern: Concern, said: str) -> None:
    if said == STILL:
        topic.later_until = None
        ledger.session.add(topic)
    choices = (Choice(phrase("thread.resolved"), f"済 {topic.number}"),) if said == SEEN else ()
    text = phrase(f"after.thread.{said}", number=concern.number)
    threads.say(ledger, topic, text, f"after:{concern.id}:{ledger.now.isoformat()}", choices=choices)
    if said == STILL:
        _tell_carer(ledger, topic, concern)


def _tell_carer(ledger: Ledger, topic: Topic, concern: Concern) -> None:
    """Tell whoever looks after the topic, or the first on duty, on the next waking hour."""
    carers = people.writers(ledger, [topic.assignee_id]) if topic.assignee_id else people.on_duty(ledger)[:1]
    morning = dates.wake(ledger.now, rest.rules(ledger.council))
    choices = (
        Choice(phrase("alert.seen"), f"見ました {topic.number}"),
        Choice(phrase("alert.going"), f"向かいます {topic.number}", "primary"),
    )
    for carer in [c for c in carers if c.id != concern.writer_id]:
        say = Say("text", text=phrase("after.carer", number=topic.number), choices=choices)
        outbox.tell(ledger, carer, say, f"after_carer:{concern.id}:{ledger.now.date()}", not_before=morning)


def _tell(ledger: Ledger, writer: Person, concern: Concern) -> bool:
    n = concern.number
    say = Say(
        "text",
        text=phrase("after.question", number=n, day=dates.month_day(dates.jst(concern.received_at).date())),
        choices=(
            Choice(phrase("after.seen"), f"見かけた {n}"),
            Choice(phrase("after.still"), f"まだ {n}"),
            Choice(phrase("after.unknown"), f"わからない {n}"),
        ),
    )
    morning = dates.wake(ledger.now, rest.rules(ledger.council))
    about = About(concern_id=concern.id, topic_id=concern.topic_id)
    dedupe = f"after_ask:{concern.id}:{_times_asked(ledger, concern)}"
    return outbox.tell(ledger, writer, say, dedupe, about=about, not_before=morning) is not None


def _situations(ledger: Ledger, concern: Concern) -> tuple[str, ...]:
    """Read the masked words again: what takes the danger away (a drill, a film) takes the question away too."""
    reading = urgency.read(ngrams.normalised(threads.masked(ledger, concern)))
    softened = reading.softeners & (urgency.SOFTENING - {"past", "doubt"})
    return () if softened or concern.urgency == "none" else reading.situations


def _still_matters(ledger: Ledger, concern: Concern) -> bool:
    topic = ledger.first(Topic, col(Topic.id) == concern.topic_id)
    return topic is not None and topic.status not in topics.ENDS


def _is_in_bundle(ledger: Ledger, concern: Concern) -> bool:
    """Commissioners are asked in the day's bundle, which already waits for them."""
    return ledger.by_id(Person, concern.writer_id).role == Role.COMMISSIONER


def _times_asked(ledger: Ledger, concern: Concern) -> int:
    ledger.session.flush()
    mine = col(JournalEntry.subject) == f"concern:{concern.number}"
    return ledger.count(JournalEntry, col(JournalEntry.action) == ASKED, mine)
