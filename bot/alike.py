"""Alike: which topics may be about the same matter. It is proposed in the thread, and a person decides."""

import base64

from sqlmodel import col

from bot import threads
from bot.messages import Choice
from bot.outbox import About
from bot.texts import phrase
from bot.understanding import Reader, Understanding
from storage.concerns import Concern, Standing
from storage.ledger import Ledger, id_of
from storage.topics import Topic

AT_MOST = 3


def propose(ledger: Ledger, reader: Reader, topic: Topic, concern: Concern) -> None:
    """Propose, in the thread, to put together what may be the same matter. A person decides.

    The proposal carries the other's words and goes when they are taken back. What is handled apart is not
    compared before everybody's eyes.
    """
    for other in similar(ledger, reader, topic, concern) if not topic.is_restricted else ():
        theirs = next(iter(threads.voices(ledger, other)), concern)
        threads.say(
            ledger,
            topic,
            phrase("thread.similar", number=other.number, heading=threads.heading(ledger, other, 24)),
            f"similar:{topic.id}:{other.id}",
            choices=(
                Choice(phrase("thread.merge"), f"まとめる {topic.number} {other.number}", "primary"),
                Choice(phrase("thread.apart"), f"別の話 {topic.number} {other.number}"),
            ),
            about=About(theirs.id, topic.id, theirs.key_id),
        )


def similar(ledger: Ledger, reader: Reader, topic: Topic, concern: Concern) -> list[Topic]:
    """List open topics that may be about the same matter, likeliest first."""
    own = signature(ledger, concern)
    if own is None:
        return []
    others = [
        (c.topic_id, kept)
        for c in _open_voices(ledger, topic)
        if (kept := signature(ledger, c)) and c.topic_id is not None
    ]
    found = reader.alike(own, others, AT_MOST)
    return [ledger.by_id(Topic, topic_id) for topic_id in dict.fromkeys(found)]


def seal_signature(ledger: Ledger, reader: Reader, key_id: int, text: str, read: Understanding) -> bytes | None:
    """Keep what similar topics are found by, under the concern's own key."""
    made = reader.signature(text, read)
    return ledger.seal(key_id, base64.b64encode(made).decode()) if made else None


def signature(ledger: Ledger, concern: Concern) -> bytes | None:
    """Open what a concern is found by."""
    opened = ledger.unseal(concern.key_id, concern.signature_sealed)
    return base64.b64decode(opened) if opened else None


def _open_voices(ledger: Ledger, topic: Topic) -> list[Concern]:
    live = [id_of(t) for t in ledger.all(Topic, col(Topic.is_open).is_(True), col(Topic.id) != topic.id)]
    return ledger.all(Concern, col(Concern.topic_id).in_(live), col(Concern.status) == Standing.SHARED)
