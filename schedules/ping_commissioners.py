"""Sends each commissioner one bundle a day of what waits, and nothing on a day of rest."""

from bot import pings
from storage.ledger import Ledger


def run(ledger: Ledger) -> str:
    """Send today's bundles; says how many."""
    return f"bundles {pings.send_bundles(ledger)}"
