"""個別から全体へ: a case that only its commissioner knows becomes a trouble that the board can talk over.

A commissioner keeps secret what they learn of somebody (民生委員法 15条), and so the commonest troubles never
reach the board. What may reach it is a sentence in which nobody is recognised, approved word by word by whoever
keeps the case, and how many cases stand behind it. The cases themselves stay sealed.
"""

import hashlib
from dataclasses import dataclass

from bot import agenda, counted, generalising, people, threads, topics
from bot.answerable import Answerable
from storage.concerns import Concern
from storage.general import General
from storage.ledger import Ledger, id_of
from storage.people import Person
from storage.topics import Topic

WORDS_CHARS = 100
SEALS = 900_000
FIRST_SEAL = 100_000


class NotSealed(Answerable):
    """The topic is not one that is kept apart: the board reads it anyway."""

    key = "general.not_sealed"


class Changed(Answerable):
    """Other words were approved than those that stand now."""

    key = "general.changed"


class CountedAlready(Answerable):
    """The case stands behind a general topic already."""

    key = "general.counted_already"


class NoSuchGeneral(Answerable):
    """The number names no general topic."""

    key = "general.no_such"


class Over(Answerable):
    """The general topic is over."""

    key = "general.over"


class Empty(Answerable):
    """Nothing is left of the words."""

    key = "general.empty"


@dataclass(frozen=True)
class Proposal:
    """The exact words that would be told, and the number that stands for exactly them."""

    words: str
    seal: int
    kinds: str = ""


def suggestions(ledger: Ledger, topic: Topic) -> list[str]:
    """Give sentences for a case, made of the phrase book's words alone, the likeliest first."""
    text = " ".join(threads.masked(ledger, concern) for concern in threads.voices(ledger, topic))
    return generalising.suggest(topic.theme, text)


def proposal(ledger: Ledger, topic: Topic, by: Person) -> Proposal:
    """Give what stands proposed for a case; at first, the likeliest sentence. Raises as `propose` does."""
    return standing(ledger, topic, by) or propose(ledger, topic, suggestions(ledger, topic)[0], by)


def standing(ledger: Ledger, topic: Topic, by: Person) -> Proposal | None:
    """Give what somebody proposed for a case before; None when nobody did. Raises as `propose` does."""
    require(ledger, topic, by)
    _require_uncounted(ledger, topic)
    general = counted.of_case(ledger, topic)
    words = ledger.unseal(general.key_id, general.words_sealed) if general else None
    return Proposal(words, _seal(general, words)) if general and words else None


def propose(ledger: Ledger, topic: Topic, words: str, by: Person) -> Proposal:
    """Propose words for a case, in general terms, to be shown to whoever approves them; told nowhere yet.

    Raises NotSealed, NotYours, CountedAlready, Empty.
    """
    require(ledger, topic, by)
    _require_uncounted(ledger, topic)
    softened = generalising.soften(words[: 3 * WORDS_CHARS])
    shown = softened.text[:WORDS_CHARS]
    if not shown:
        raise Empty
    general = counted.of_case(ledger, topic) or _new(ledger, topic, by)
    general.words_sealed = ledger.seal(general.key_id, shown)
    general.proposed_at = ledger.now
    ledger.session.add(general)
    ledger.journal(by.id, "general_propose", f"topic:{topic.number}")
    return Proposal(shown, _seal(general, shown), softened.kinds)


def approve(ledger: Ledger, topic: Topic, seal: int, by: Person) -> Topic:
    """Put the very words that were shown before the board, as a topic of their own. Gives that topic.

    `seal` stands for the words: when they are others by now, they must be looked at again. Raises Changed, and
    as `propose` does.
    """
    require(ledger, topic, by)
    _require_uncounted(ledger, topic)
    general = counted.of_case(ledger, topic)
    words = ledger.unseal(general.key_id, general.words_sealed) if general else None
    if general is None or words is None or _seal(general, words) != seal:
        raise Changed(number=topic.number)
    made = _open(ledger, general, words)
    general.topic_id = id_of(made)
    general.approved_at = ledger.now
    general.approved_by_id = by.id
    ledger.session.add(general)
    ledger.session.flush()
    threads.open_thread(ledger, made)
    # nothing here says which case: the journal is read by others too
    ledger.journal(by.id, "general_approve", f"topic:{made.number}", made.theme)
    agenda.renew(ledger)
    return made


def add(ledger: Ledger, told: Topic, topic: Topic, by: Person) -> Topic:
    """Count a sealed case with a general topic: only the number rises. Gives the general topic.

    `told` may also be a case that stands behind it. Raises NoSuchGeneral, Over, and as `propose` does.
    """
    require(ledger, topic, by)
    _require_uncounted(ledger, topic)
    home = told if told.is_general else counted.topic_of(ledger, counted.of_case(ledger, told))
    general = counted.of_topic(ledger, home) if home else None
    if home is None or general is None or not (told.is_general or counted.cares(told, by)):
        raise NoSuchGeneral(number=told.number)
    if home.status in counted.OVER:
        raise Over(number=home.number)
    counted.leave(ledger, topic)  # what was only proposed
    counted.count_in(ledger, general, topic, by)
    ledger.journal(by.id, "general_add", f"topic:{home.number}")
    threads.refresh(ledger, home)
    return home


def take_out(ledger: Ledger, topic: Topic, by: Person) -> None:
    """Count a case no more; the last one takes the general topic with it, unless the board has decided on it."""
    require(ledger, topic, by)
    told = counted.topic_of(ledger, counted.of_case(ledger, topic))
    if told is None:
        raise NoSuchGeneral(number=topic.number)
    ledger.journal(by.id, "general_take_out", f"topic:{told.number}")
    topics.case_gone(ledger, topic)


def require(ledger: Ledger, topic: Topic, by: Person) -> None:
    """Let pass whoever keeps a sealed case. Raises NotYours, NotSealed."""
    if not counted.cares(topic, by):
        raise people.NotYours
    if not topic.is_restricted or topic.status in topics.ENDS:
        raise NotSealed(number=topic.number)


def _require_uncounted(ledger: Ledger, topic: Topic) -> None:
    told = counted.topic_of(ledger, counted.of_case(ledger, topic))
    if told is not None:
        raise CountedAlready(number=topic.number, general=told.number)


def _new(ledger: Ledger, topic: Topic, by: Person) -> General:
    key_id = ledger.new_key()
    general = ledger.add(
        General(
            council_id=ledger.council_id,
            theme=topic.theme,
            key_id=key_id,
            words_sealed=ledger.seal(key_id, ""),
            proposed_at=ledger.now,
        )
    )
    counted.count_in(ledger, general, topic, by)
    return general


def _open(ledger: Ledger, general: General, words: str) -> Topic:
    """Make the topic, under the sentence's own key. Nobody looks after it: a carer would tell whose it is."""
    return ledger.add(
        Topic(
            council_id=ledger.council_id,
            number=ledger.next_number(Concern, Topic),
            key_id=general.key_id,
            heading_sealed=ledger.seal(general.key_id, words),
            theme=general.theme,
            urgency="normal",
            is_general=True,
            opened_at=ledger.now,
            changed_at=ledger.now,
        )
    )


def _seal(general: General, words: str) -> int:
    """Give six digits that stand for exactly these words, short enough to be typed."""
    digest = hashlib.sha256(f"{general.id}|{words}".encode()).digest()
    return FIRST_SEAL + int.from_bytes(digest[:8]) % SEALS
