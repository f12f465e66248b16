"""Writes bundles that still wait to be sent anew, so that none says what was settled or taken back meanwhile."""

from bot.reminders import freshening
from storage.ledger import Ledger


def run(ledger: Ledger) -> str:
    """Freshen what waits; says how many."""
    return f"freshened {freshening.freshen(ledger)}"
