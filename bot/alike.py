"""Alike: what a concern is found by when another may be about the same matter; sealed like its words."""

import base64

from bot.understanding import Reader
from storage.concerns import Concern
from storage.ledger import Ledger


def seal_signature(ledger: Ledger, reader: Reader, key_id: int, text: str) -> bytes | None:
    """Keep what similar topics are found by, under the concern's own key."""
    made = reader.signature(text)
    return ledger.seal(key_id, base64.b64encode(made).decode()) if made else None


def signature(ledger: Ledger, concern: Concern) -> bytes | None:
    """Open what a concern is found by."""
    opened = ledger.unseal(concern.key_id, concern.signature_sealed)
    return base64.b64decode(opened) if opened else None
