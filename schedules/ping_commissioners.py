"""Sends each person with a duty one bundle a day of what waits for them, and nothing on a day of rest."""

from bot.reminders import bundles
from storage.ledger import Ledger


def run(ledger: Ledger, progress: bundles.Progress = bundles.silent) -> str:
    """Send today's bundles; says how many."""
    return f"bundles {bundles.send(ledger, progress)}"
