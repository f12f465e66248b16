"""Tidies up what has served its purpose, so that the database does not grow without bound."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from bot import own_mail
from bot.proposals import KIND
from storage.concerns import Tombstone
from storage.inbox import InboxRow, Received
from storage.ledger import Ledger
from storage.outbox import Delivery, OutboxRow
from storage.people import UNPROVEN, Address, Pass
from storage.reminders import Reminder
from storage.slots import Slot

INBOX_DAYS = 30  # far longer than any platform redelivers
OUTBOX_DAYS = 400  # a thread's first message is still edited a year later
SLOT_DAYS = 60
REMINDER_DAYS = 60
EARLY_DAYS = 7  # a change whose message never came
ASK_DAYS = 2  # a question that nobody is connected for: the model was switched off


def run(ledger: Ledger) -> str:
    """Delete old rows that only served delivery; says how many."""
    now = ledger.now
    gone = _delete(
        ledger,
        InboxRow,
        col(InboxRow.status) == Received.DONE,
        col(InboxRow.account).like(f"%:{ledger.council.code}"),
        col(InboxRow.received_at) < now - timedelta(days=INBOX_DAYS),
    )
    gone += _delete(
        ledger,
        OutboxRow,
        col(OutboxRow.council_id) == ledger.council_id,
        col(OutboxRow.status).in_([Delivery.SENT, Delivery.CANCELLED]),
        col(OutboxRow.created_at) < now - timedelta(days=OUTBOX_DAYS),
    )
    gone += _delete(
        ledger,
        OutboxRow,
        col(OutboxRow.council_id) == ledger.council_id,
        col(OutboxRow.kind) == KIND,
        col(OutboxRow.status) == Delivery.WAITING,
        col(OutboxRow.created_at) < now - timedelta(days=ASK_DAYS),
    )
    gone += _delete(
        ledger, Pass, col(Pass.council_id) == ledger.council_id, col(Pass.expires_at) < now - timedelta(days=1)
    )
    gone += _delete(
        ledger,
        Address,
        col(Address.council_id) == ledger.council_id,
        col(Address.scheme) == UNPROVEN,
        col(Address.heard_at) < now - timedelta(hours=own_mail.CODE_HOURS),
    )
    gone += _delete(
        ledger,
        Slot,
        col(Slot.council_id) == ledger.council_id,
        col(Slot.due_at) < now - timedelta(days=SLOT_DAYS),
    )
    gone += _delete(
        ledger,
        Reminder,
        col(Reminder.council_id) == ledger.council_id,
        col(Reminder.ended_at) < now - timedelta(days=REMINDER_DAYS),
        col(Reminder.until) < now,  # its cause has gone: otherwise it would be said again
    )
    gone += _delete(
        ledger,
        Tombstone,
        col(Tombstone.council_id) == ledger.council_id,
        col(Tombstone.words_sealed).is_not(None),
        col(Tombstone.at) < now - timedelta(days=EARLY_DAYS),
    )
    return f"deleted {gone}"


def _delete(ledger: Ledger, model: Any, *conditions: Any) -> int:
    done: Any = ledger.session.exec(delete(model).where(*conditions))
    return int(done.rowcount or 0)
