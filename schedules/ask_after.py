"""Asks those who wrote that somebody is not to be seen how it went on (その後どうですか)."""

from bot import asking_after
from storage.ledger import Ledger


def run(ledger: Ledger) -> str:
    """Ask whoever is to be asked; says how many."""
    return f"asked {asking_after.ask(ledger)}"
