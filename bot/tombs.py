"""Tombstones: what is known of a message before it is heard, since platforms promise no order.

Taken back before it came: it is never kept. Changed before it came: it is read as it was changed to.
"""

from sqlmodel import col

from storage.concerns import Tombstone
from storage.ledger import Ledger


def find(ledger: Ledger, message: str) -> Tombstone | None:
    """Give what is known of a message (its blind index) before it is heard."""
    return ledger.first(Tombstone, col(Tombstone.message) == message)


def bury(ledger: Ledger, message: str) -> None:
    """Note that a message was taken back, whatever it was changed to before."""
    tomb = find(ledger, message) or Tombstone(council_id=ledger.council_id, message=message, at=ledger.now)
    tomb.words_sealed = None
    ledger.add(tomb)


def keep_words(ledger: Ledger, message: str, text: str) -> None:
    """Keep the words to which a message was changed; one that was taken back stays taken back."""
    known = find(ledger, message)
    if known is not None and known.words_sealed is None:
        return
    tomb = known or Tombstone(council_id=ledger.council_id, message=message, at=ledger.now)
    tomb.words_sealed = ledger.keyring.seal_passing(text.encode("utf-8", "surrogatepass"))
    ledger.add(tomb)


def take_words(ledger: Ledger, tomb: Tombstone) -> str:
    """Give the words that were kept, and keep them no longer: they are sealed with the concern from now on."""
    words = ledger.keyring.unseal_passing(tomb.words_sealed or b"").decode("utf-8", "surrogatepass")
    ledger.session.delete(tomb)
    ledger.session.flush()
    return words
