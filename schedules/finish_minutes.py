"""Makes minutes final once their days for corrections are over, or asks the officers to settle what was said."""

from bot import minutes
from storage.ledger import Ledger


def run(ledger: Ledger) -> str:
    """Do what is due; says what."""
    return minutes.finish_due(ledger)
