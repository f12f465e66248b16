"""Delivery (送れなかったもの): what could not be said, for a person to see and to send again."""

from datetime import timedelta

from sqlmodel import col

from bot import proposals
from storage.ledger import Ledger
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
