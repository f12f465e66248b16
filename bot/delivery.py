"""Delivery (送れなかったもの): what could not be said, for a person to see and to send again."""

from datetime import timedelta

from sqlmodel import col

from bot import proposals
from storage.ledger import Ledger, new_retry_key
from storage.outbox import Delivery, OutboxRow

LATE = timedelta(minutes=15)


def failed(ledger: Ledger, limit: int = 100) -> list[OutboxRow]:
    """List what was given up, newest first."""
    return ledger.all(
        OutboxRow, col(OutboxRow.status) == Delivery.FAILED, by=col(OutboxRow.id).desc(), limit=limit
    )


def late(ledger: Ledger, limit: int = 100) -> list[OutboxRow]:
    """List what should have left by now and still waits, oldest first."""
    return ledger.all(
        OutboxRow,
        col(OutboxRow.status) == Delivery.WAITING,
        col(OutboxRow.kind) != proposals.KIND,
        col(OutboxRow.tries) > 0,
        col(OutboxRow.created_at) < ledger.now - LATE,
        limit=limit,
    )


def count_failed(ledger: Ledger) -> int:
    """Count what was given up."""
    return ledger.count(OutboxRow, col(OutboxRow.status) == Delivery.FAILED)


def send_again(ledger: Ledger, row: OutboxRow, by_id: int) -> None:
    """Send a failed row once more, at a person's word, under a new identity. What did not fail stays as it is."""
    if row.status != Delivery.FAILED:
        return
    row.retry_key = new_retry_key()  # LINE forgets the old one after 24 hours
    row.attempted_at = None
    row.lease_until = None
    row.status = Delivery.WAITING
    row.next_at = ledger.now
    row.created_at = ledger.now
    row.tries = 0
    row.reason = None
    ledger.session.add(row)
    ledger.journal(by_id, "send_again", f"outbox:{row.id}")
