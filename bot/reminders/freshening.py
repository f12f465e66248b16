"""Bundles that wait to be sent are written anew, so that none says what was settled or taken back meanwhile.

Most leave within seconds. But a month's pushes can be used up, or a platform be away for a day: what waits then
must not keep a neighbour's words after they were taken back, nor ask for what is done.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlmodel import col

from bot.reminders import book, bundles, posting
from bot.reminders.kind import columns
from storage.ledger import Ledger
from storage.outbox import Delivery, OutboxRow
from storage.reminders import Fate, Reminder
from storage.topics import Topic

PAUSE = timedelta(minutes=10)


def due_at(ledger: Ledger) -> datetime | None:
    """Give when the waiting bundles are to be looked at again: at once when a topic changed, or after a while."""
    oldest = columns(ledger, select(func.min(col(OutboxRow.created_at))).where(*_waiting(ledger)))[0][0]
    if oldest is None:
        return None
    newest = select(func.max(col(Topic.changed_at))).where(col(Topic.council_id) == ledger.council_id)
    changed: datetime | None = columns(ledger, newest)[0][0]
    written: datetime = oldest
    return changed if changed is not None and changed >= written else written + PAUSE


def freshen(ledger: Ledger) -> int:
    """Write the waiting bundles anew; take back those of which nothing is left. Says how many there were."""
    query = select(col(OutboxRow.id), col(OutboxRow.person_id), col(OutboxRow.dedupe)).where(*_waiting(ledger))
    rows = columns(ledger, query)
    if not rows:
        return 0
    book.refresh(ledger)
    for id_, person_id, dedupe in rows:
        _write(ledger, id_, person_id, date.fromisoformat(dedupe.rsplit(":", 1)[1]))
    return len(rows)


def _write(ledger: Ledger, id_: int, person_id: int, day: date) -> None:
    told = (col(Reminder.person_id) == person_id, col(Reminder.told_on) == day)
    left = book.in_order(ledger.all(Reminder, *told, col(Reminder.fate) == Fate.OPEN))
    say = bundles.compose(ledger, left)
    values: dict[str, object] = (
        {"payload_sealed": posting.seal(ledger, say), "created_at": ledger.now}
        if say is not None
        else {"payload_sealed": None, "status": Delivery.CANCELLED, "reason": "settled"}
    )
    still = (col(OutboxRow.id) == id_, *_waiting(ledger))
    ledger.session.connection().execute(update(OutboxRow).where(*still).values(values))


def _waiting(ledger: Ledger) -> tuple[ColumnElement[bool], ...]:
    """Bundles that nobody has tried to send: what was tried may have arrived, and keeps its words."""
    return (
        col(OutboxRow.council_id) == ledger.council_id,
        col(OutboxRow.status) == Delivery.WAITING,
        col(OutboxRow.dedupe).startswith(posting.PREFIX),
        col(OutboxRow.attempted_at).is_(None),
        col(OutboxRow.lease_until).is_(None) | (col(OutboxRow.lease_until) < ledger.now),
    )
