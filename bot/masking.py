"""Masking by hand (伏せ字): whoever may read an original adds what must not be seen, or shows what may be.

Kept as corrections whose words are sealed under the concern's key, so that they outlive an edit of the message
and die with it.
"""

from bot import corrections, hiding, judging, letters, originals, threads, topics
from bot.answerable import Answerable
from bot.privacy import Mask
from bot.understanding import Reader
from storage.concerns import Concern, Correction, Standing
from storage.ledger import Ledger
from storage.people import Person
from storage.topics import Topic


class NoSuchMask(Answerable):
    """Nothing is hidden at that place any more, or the words do not stand in the original."""

    key = "desk.original.not_there"


def lift(ledger: Ledger, reader: Reader, concern: Concern, mask: Mask, by: Person) -> None:
    """Show what was hidden at one place. What a person had hidden there by hand is simply taken back."""
    _require(ledger, concern, by)
    if mask not in originals.masks(ledger, concern):
        raise NoSuchMask
    drawn = [hand for hand in hiding.hands(ledger, concern) if not hand.is_lifted and _touches(hand, mask)]
    for hand in drawn:
        corrections.take_back(ledger, hand.correction, by)
    if not drawn:
        words = originals.words(ledger, concern)[mask.start : mask.end]
        sealed = hiding.seal_words(ledger, concern, mask.start, mask.end, words)
        corrections.keep(ledger, concern, corrections.MASK, mask.kind, hiding.OPEN, by, sealed)
    ledger.journal(by.id, "lift_mask", f"concern:{concern.number}", mask.kind)
    _use(ledger, reader, concern)


def add(ledger: Ledger, reader: Reader, concern: Concern, words: str, by: Person, kind: str = "other") -> None:
    """Hide words wherever they stand in a concern. A name gets the letter of that person in the topic."""
    _require(ledger, concern, by)
    found = hiding.places(words, originals.words(ledger, concern))
    if not found or kind not in hiding.KINDS:
        raise NoSuchMask
    sealed = hiding.seal_words(ledger, concern, *found[0], words.strip())
    corrections.keep(ledger, concern, corrections.MASK, hiding.OPEN, kind, by, sealed)
    ledger.journal(by.id, "add_mask", f"concern:{concern.number}", kind)
    _use(ledger, reader, concern)


def take_back(ledger: Ledger, reader: Reader, correction: Correction, by: Person) -> None:
    """Let a mask be again as it was found."""
    concern = ledger.by_id(Concern, correction.concern_id)
    _require(ledger, concern, by)
    if correction.taken_back_at is None:
        corrections.take_back(ledger, correction, by)
        _use(ledger, reader, concern)


def _require(ledger: Ledger, concern: Concern, by: Person) -> None:
    """Let pass whoever may read the original, once the concern is shared and stands still."""
    topics.require_original(ledger, concern, by)
    if concern.status != Standing.SHARED:
        raise NoSuchMask


def _use(ledger: Ledger, reader: Reader, concern: Concern) -> None:
    """Let the thread, the reason and what similar topics are found by follow the new masks at once."""
    topic = ledger.by_id(Topic, concern.topic_id)
    judging.follow_masks(ledger, reader, concern, letters.known(ledger, topic))
    ledger.session.flush()
    threads.rewrite(ledger, topic, concern)


def _touches(hand: hiding.Hand, mask: Mask) -> bool:
    return any(start < mask.end and mask.start < end for start, end in hand.spans)
