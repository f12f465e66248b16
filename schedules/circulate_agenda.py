"""Sends the approved paper round before the board meets, or asks the officers once more to approve it."""

from bot import circulation
from storage.ledger import Ledger


def run(ledger: Ledger) -> str:
    """Do what is due for the papers to come; says what."""
    return circulation.go_on(ledger)
