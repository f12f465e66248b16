"""Writes the next board meetings down by the council's rule, so that there is always one to prepare."""

from bot import meetings
from storage.ledger import Ledger


def run(ledger: Ledger) -> str:
    """Plan ahead; says how many meetings are to come."""
    return f"planned {len(meetings.plan(ledger))}"
