"""Judging a concern: hide whom it names, understand what is left, and write it down sealed."""

from collections.abc import Mapping

from bot import alike, corrections, hiding, originals
from bot.privacy import Masked
from bot.understanding import Reader, Understanding
from storage.concerns import Concern
from storage.ledger import Ledger

KEPT_KINDS = ("thanks", "off_topic")


def understand(ledger: Ledger, reader: Reader, concern: Concern, known: Mapping[str, str]) -> Understanding:
    """Judge what is left of a concern when it is masked as people want it."""
    put_right = hiding.by_hand(ledger, concern)
    text, examples = originals.words(ledger, concern), corrections.examples(ledger, reader)
    return reader.understand(text, examples, keep=put_right.keep, add=put_right.add, known=known)


def judge(
    ledger: Ledger, reader: Reader, concern: Concern, known: Mapping[str, str] | None = None
) -> Understanding:
    """Judge a concern as it reads now, and write down what was understood."""
    understanding = understand(ledger, reader, concern, known or {})
    _write_down(ledger, reader, concern, understanding)
    return understanding


def follow_masks(ledger: Ledger, reader: Reader, concern: Concern, known: Mapping[str, str]) -> None:
    """Let a concern's words, the reason and what similar ones are found by follow its masks; labels stay."""
    _write_words(ledger, reader, concern, understand(ledger, reader, concern, known))


def is_to_keep(concern: Concern) -> bool:
    """Say whether there is nothing to be done: thanks and chatter are kept, and are no topic."""
    is_nothing = concern.kind in KEPT_KINDS and not concern.is_abstained
    return is_nothing and concern.urgency in ("none", "normal")


def _write_down(ledger: Ledger, reader: Reader, concern: Concern, understanding: Understanding) -> None:
    concern.theme = understanding.theme
    concern.second_theme = understanding.second_theme
    concern.confidence = understanding.confidence
    concern.is_abstained = understanding.abstained
    concern.urgency = understanding.urgency
    concern.kind = understanding.kind
    concern.lines = ",".join(understanding.lines)
    _write_words(ledger, reader, concern, understanding)


def _write_words(ledger: Ledger, reader: Reader, concern: Concern, understanding: Understanding) -> None:
    text = understanding.masked_text
    hiding.write_down(ledger, concern, Masked(text, understanding.masks))
    concern.because_sealed = ledger.seal(concern.key_id, understanding.because)
    concern.signature_sealed = alike.seal_signature(ledger, reader, concern.key_id, text, understanding)
    ledger.session.add(concern)
