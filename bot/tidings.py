"""Tidings: whoever noticed something hears what came of it, so that the arrow comes back to them (矢印の循環)."""

from collections.abc import Iterable, Sequence

from sqlalchemy import or_
from sqlmodel import col

from bot import apart, counted, dates, outbox, people, rest, themes
from bot.messages import Choice, Say
from bot.outbox import About
from bot.privacy import mask
from bot.texts import phrase
from storage.concerns import Concern, Standing
from storage.journal import JournalEntry
from storage.ledger import Ledger
from storage.meetings import Decision, Meeting
from storage.topics import Topic

TOLD = "told_on_agenda"
DANGER = "abuse_safety"


def on_agenda(ledger: Ledger, meeting: Meeting, topics: Iterable[Topic]) -> None:
    """Tell each writer that their concern will be talked over, and when. Nothing of the text is repeated.

    Each concern is told of once a meeting, however often its paper is approved.
    """
    when = dates.spoken(meeting.starts_at)
    for writer, numbers in _numbers_by_writer(ledger, topics).items():
        new = [n for n in numbers if not _was_told(ledger, meeting, n)]
        if not new:
            continue
        listed = "、".join(str(n) for n in new)
        for number in new:
            ledger.journal(None, TOLD, f"concern:{number}", f"meeting:{meeting.id}")
        text = phrase("tidings.on_agenda", numbers=listed, when=when)
        _tell(ledger, writer, text, f"on_agenda:{meeting.id}:{writer}:{listed}")


def decided(ledger: Ledger, meeting: Meeting, decisions: Iterable[Decision]) -> None:
    """Tell each writer, in words for a person, what the board decided; every writer of a merged topic hears."""
    lines: dict[int, list[str]] = {}
    for decision in decisions:
        topic = ledger.by_id(Topic, decision.topic_id)
        for writer, numbers in _numbers_by_writer(ledger, [topic]).items():
            lines.setdefault(writer, []).extend(_outcome(ledger, decision, n) for n in numbers)
        for person, line in _of_cases(ledger, topic, decision).items():
            lines.setdefault(person, []).append(line)
    for writer, outcomes in lines.items():
        text = "\n\n".join((phrase("tidings.decided"), *outcomes, phrase("tidings.thanks")))
        _tell(ledger, writer, text, f"decided:{meeting.id}:{writer}")


def _carers(ledger: Ledger, topic: Topic) -> set[int]:
    """Give who keeps the cases behind a general topic."""
    return {case.assignee_id for case in counted.cases(ledger, topic) if case.assignee_id is not None}


def _of_cases(ledger: Ledger, topic: Topic, decision: Decision) -> dict[int, str]:
    """Give what is told, kindly, to the writers of the cases behind a general topic.

    A writer who kept a concern to themselves hears that the like of it was talked over, in general words. Where
    somebody may be in danger nothing is sent that others could read over a shoulder (虐待防止法 7条).
    """
    found: dict[int, str] = {}
    outcome = phrase(f"general.choice.{decision.choice}")
    for case in counted.cases(ledger, topic):
        is_told = apart.is_kept(ledger, case) and not _is_of_danger(ledger, case)
        for writer, numbers in (_numbers_by_writer(ledger, [case]) if is_told else {}).items():
            found.setdefault(writer, phrase("general.to_writer", number=numbers[0], outcome=outcome))
    carers = _carers(ledger, topic)
    return {person: words for person, words in found.items() if person not in carers}


def _is_of_danger(ledger: Ledger, topic: Topic) -> bool:
    danger = or_(col(Concern.theme) == DANGER, col(Concern.second_theme) == DANGER)
    return topic.theme == DANGER or ledger.count(Concern, col(Concern.topic_id) == topic.id, danger) > 0


def _was_told(ledger: Ledger, meeting: Meeting, number: int) -> bool:
    return bool(
        ledger.count(
            JournalEntry,
            col(JournalEntry.subject) == f"concern:{number}",
            col(JournalEntry.action) == TOLD,
            col(JournalEntry.detail) == f"meeting:{meeting.id}",
        )
    )


def resolved(ledger: Ledger, topic: Topic) -> None:
    """Tell each writer that what they noticed is settled."""
    for writer, numbers in _numbers_by_writer(ledger, [topic]).items():
        listed = "、".join(str(n) for n in numbers)
        turn = topic.changed_at.isoformat()
        text = phrase("tidings.resolved", numbers=listed)
        _tell(ledger, writer, text, f"resolved:{topic.id}:{writer}:{turn}", _not_yet(topic, numbers))


def fruit(ledger: Ledger, topic: Topic, fruit_id: int, words: str) -> None:
    """Tell every writer in two lines what came of their concern (実った便り), and let them say 「まだ」."""
    for writer, numbers in _numbers_by_writer(ledger, [topic]).items():
        listed = "、".join(str(n) for n in numbers)
        told = (phrase("fruit.told", number=listed, words=words), phrase("fruit.thanks"))
        _tell(ledger, writer, "\n".join(told), f"fruit:{fruit_id}:{writer}", _not_yet(topic, numbers))


def reopened(ledger: Ledger, topic: Topic, but: Concern) -> None:
    """Tell the other writers that a topic comes before the board again; whoever said so hears it at once."""
    for writer, numbers in _numbers_by_writer(ledger, [topic]).items():
        if writer != but.writer_id:
            text = phrase("reopened.others", numbers="、".join(str(n) for n in numbers))
            _tell(ledger, writer, text, f"reopened:{topic.id}:{topic.times_reopened}:{writer}")


def _not_yet(topic: Topic, numbers: Sequence[int]) -> tuple[Choice, ...]:
    """Let a writer say 「まだ」; whoever keeps sealed cases says it in the room."""
    if topic.is_general:
        return ()
    return tuple(Choice(phrase("reopened.button"), f"まだ {number}") for number in numbers[:1])


def parted(ledger: Ledger, first: Concern, others: Sequence[Concern]) -> None:
    """Tell a writer, by number and theme, that one message became several concerns, and let them mend it."""
    pieces = (first, *others)
    lines = [phrase("receipt.parted_line", number=c.number, theme=_theme(c)) for c in pieces]
    choices = (
        Choice(phrase("receipt.join"), f"ひとつに {first.number}"),
        *(Choice(phrase("receipt.change_theme", number=c.number), f"テーマ {c.number}") for c in pieces),
    )
    say = Say("text", text="\n".join((phrase("receipt.parted"), *lines)), choices=choices)
    not_before = dates.wake(ledger.now, rest.rules(ledger.council))
    about = About(concern_id=first.id)
    for writer in people.writers(ledger, [first.writer_id]):
        outbox.tell(ledger, writer, say, f"parted:{first.id}", about=about, not_before=not_before)


def _theme(concern: Concern) -> str:
    return phrase("thread.unsorted") if concern.is_abstained else themes.label(concern.theme)


def _outcome(ledger: Ledger, decision: Decision, number: int) -> str:
    line = phrase(f"tidings.choice.{decision.choice}", number=number)
    # no name leaves the board with its answer
    words = mask(ledger.unseal(decision.key_id, decision.words_sealed) or "").text
    return f"{line}\n{phrase('tidings.words', words=words)}" if words else line


def _numbers_by_writer(ledger: Ledger, topics: Iterable[Topic]) -> dict[int, list[int]]:
    """Give who is told of topics, and by which numbers: of a general one, whoever keeps a case behind it."""
    those = list(topics)
    ids = [topic.id for topic in those]
    found: dict[int, list[int]] = {}
    for topic in those:
        for carer in _carers(ledger, topic):
            found.setdefault(carer, []).append(topic.number)
    for concern in ledger.all(Concern, col(Concern.topic_id).in_(ids), col(Concern.status) == Standing.SHARED):
        numbers = found.setdefault(concern.writer_id, [])
        numbers.append(concern.number)
    return found


def _tell(ledger: Ledger, writer_id: int, text: str, dedupe: str, choices: tuple[Choice, ...] = ()) -> None:
    not_before = dates.wake(ledger.now, rest.rules(ledger.council))
    for writer in people.writers(ledger, [writer_id]):
        outbox.tell(ledger, writer, Say("text", text=text, choices=choices), dedupe, not_before=not_before)
