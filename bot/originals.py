"""Originals (原文): what a neighbour wrote. Who may read one is decided, and journalled, by the callers."""

import json
from collections.abc import Sequence

from sqlmodel import col

from bot import splitting
from bot.ngrams import clean
from bot.privacy import Mask
from storage.concerns import Concern, Part
from storage.ledger import Ledger


def parts(ledger: Ledger, concern: Concern) -> Sequence[Part]:
    """List the messages of a concern that were not taken back, oldest first."""
    return ledger.all(Part, col(Part.concern_id) == concern.id, col(Part.unsent_at).is_(None))


def words(ledger: Ledger, concern: Concern) -> str:
    """Give a concern's own words; of a message that was parted, the piece that became this concern.

    Without characters that cannot be read, so that the places of masks fit.
    """
    piece = ledger.unseal(concern.key_id, concern.piece_sealed)
    return piece if piece is not None else whole(ledger, concern)


def whole(ledger: Ledger, concern: Concern) -> str:
    """Give all that a concern's messages say, even when other concerns were parted from it."""
    texts = [ledger.unseal(concern.key_id, part.text_sealed) for part in parts(ledger, concern)]
    return clean("\n".join(text for text in texts if text))


def masks(ledger: Ledger, concern: Concern) -> list[Mask]:
    """Give what is masked, as places in the concern's own words."""
    raw = ledger.unseal(concern.key_id, concern.masks_sealed)
    return [Mask(*row) for row in json.loads(raw)] if raw else []


def has_pictures(ledger: Ledger, concern: Concern) -> bool:
    """Say whether pictures or voice messages belong to the concern."""
    return any(part.is_picture for part in parts(ledger, concern))


def take_out(ledger: Ledger, concern: Concern, words: str) -> None:
    """Take the sentences of a piece that was taken back out of the message's original, message by message."""
    for part in parts(ledger, concern):
        text = ledger.unseal(concern.key_id, part.text_sealed)
        if text:
            left = [sentence for sentence, _ in splitting.parts(clean(text)) if sentence not in words]
            part.text_sealed = ledger.seal(concern.key_id, "\n".join(left))
            ledger.session.add(part)
