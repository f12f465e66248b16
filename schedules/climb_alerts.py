"""Lets an urgent alert that nobody acknowledged climb to the next on duty."""

from bot import alerts
from storage.ledger import Ledger


def run(ledger: Ledger) -> str:
    """Climb what is late; says how many."""
    return f"climbed {alerts.climb(ledger)}"
