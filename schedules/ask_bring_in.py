"""Asks organisations and commissioners once before a board meeting what they bring in (持ち寄り)."""

from bot import bring_in
from storage.ledger import Ledger


def run(ledger: Ledger) -> str:
    """Ask for the next meeting when its day has come; says how many were asked."""
    due, meeting = bring_in.due_at(ledger), bring_in.to_come(ledger)
    if due is None or meeting is None or due > ledger.now:
        return "not yet"
    return f"asked {bring_in.ask(ledger, meeting)}"
