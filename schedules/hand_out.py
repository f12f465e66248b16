"""Goes on with what is on its way to absentees: writes it, notes that it arrived, or lets it go by hand."""

from bot import handouts
from storage.ledger import Ledger


def run(ledger: Ledger) -> str:
    """Do what is due; says what."""
    return handouts.go_on(ledger)
