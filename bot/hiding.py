"""Hiding: what the room sees of a concern, with the masks that people added or lifted by hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlmodel import col

from bot import corrections, originals
from bot.privacy import Mask, Masked, mask
from bot.widths import fold
from storage.concerns import Concern, Correction
from storage.ledger import Ledger, id_of

OPEN = "open"
LABEL = "〔伏せ字〕"
# what a person may say that they hide; a name gets the letter of that person
KINDS = ("name", "address", "phone", "other")


@dataclass(frozen=True)
class Hand:
    """One mask that a person added, or lifted, and where its words stand now (nowhere, once they are gone)."""

    correction: Correction
    words: str
    spans: tuple[tuple[int, int], ...]

    @property
    def is_lifted(self) -> bool:
        """Whether the words are shown rather than hidden."""
        return self.correction.became == OPEN


@dataclass(frozen=True)
class ByHand:
    """What people put right about a concern's masks: places that are shown, and masks that they drew."""

    keep: tuple[tuple[int, int], ...]
    add: tuple[Mask, ...]


def by_hand(ledger: Ledger, concern: Concern) -> ByHand:
    """Gather what people lifted and added, as masking takes it."""
    those = hands(ledger, concern)
    return ByHand(
        keep=tuple(span for hand in those if hand.is_lifted for span in hand.spans),
        add=tuple(_drawn(hand, *span) for hand in those if not hand.is_lifted for span in hand.spans),
    )


def reletter(ledger: Ledger, concern: Concern, known: Mapping[str, str]) -> None:
    """Leave hidden what is hidden, and give the persons in it the letters of the topic it has come to."""
    hidden = [replace(m, label="") if m.kind == "name" else m for m in originals.masks(ledger, concern)]
    keep = by_hand(ledger, concern).keep
    write_down(ledger, concern, mask(originals.words(ledger, concern), keep, hidden, known))


def write_down(ledger: Ledger, concern: Concern, drawn: Masked) -> None:
    """Seal the masked text and the places of its masks under the concern's key."""
    rows = [[m.start, m.end, m.kind, m.label] for m in drawn.masks]
    concern.masked_sealed = ledger.seal(concern.key_id, drawn.text)
    concern.masks_sealed = ledger.seal(concern.key_id, json.dumps(rows, ensure_ascii=False))
    ledger.session.add(concern)


def hands(ledger: Ledger, concern: Concern) -> list[Hand]:
    """List what people put right about a concern's masks and have not taken back, oldest first."""
    text = originals.words(ledger, concern)
    mine = (col(Correction.concern_id) == concern.id, col(Correction.what) == corrections.MASK)
    found = []
    for row in ledger.all(Correction, *mine, col(Correction.taken_back_at).is_(None)):
        start, end, words = json.loads(ledger.unseal(concern.key_id, row.words_sealed) or '[0, 0, ""]')
        spans = places(words, text)
        if row.became == OPEN:  # one place was opened, not every place of the word
            spans = sorted(spans, key=lambda span: abs(span[0] - start) + abs(span[1] - end))[:1]
        found.append(Hand(row, words, tuple(spans)))
    return found


def places(words: str, text: str) -> list[tuple[int, int]]:
    """Find where words stand in a text, whatever their width."""
    wanted, folded = fold(words.strip()).text, fold(text)
    found: list[tuple[int, int]] = []
    place = folded.text.find(wanted) if wanted else -1
    while place >= 0:
        found.append(folded.original(place, place + len(wanted)))
        place = folded.text.find(wanted, place + len(wanted))
    return found


def seal_words(ledger: Ledger, concern: Concern, start: int, end: int, words: str) -> bytes:
    """Seal what a hand hid or showed under the concern's key, so that it is gone with it."""
    return ledger.seal(concern.key_id, json.dumps([start, end, words], ensure_ascii=False))


def move_hands(ledger: Ledger, piece: Concern, whole: Concern) -> None:
    """Let what was hidden or shown by hand in a parted piece count in the whole message again."""
    for hand in hands(ledger, piece):
        hand.correction.concern_id = id_of(whole)
        hand.correction.words_sealed = seal_words(ledger, whole, *(hand.spans or ((0, 0),))[0], hand.words)
        ledger.session.add(hand.correction)
    ledger.session.flush()


def _drawn(hand: Hand, start: int, end: int) -> Mask:
    kind = hand.correction.became
    return Mask(start, end, kind, LABEL if kind == "other" else "")
