"""The state of one council in numbers, without a word of what anybody wrote."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from bot import alerts, budget, closures, held, proposals
from storage.concerns import Concern
from storage.inbox import InboxRow, Received
from storage.ledger import Ledger
from storage.outbox import Delivery, OutboxRow
from storage.schema_version import HEAD
from storage.slots import Slot
from storage.topics import Topic

LATE_SECONDS = 300


def report(ledger: Ledger) -> dict[str, Any]:
    """Count what waits, what failed, where concerns and topics stand, and whether all is well."""
    inbox, outbox = _by_status(ledger, InboxRow), _by_status(ledger, OutboxRow)
    return {
        "council": ledger.council.code,
        "schema": HEAD,
        "inbox": {
            "waiting": inbox.get(Received.WAITING, 0),
            "not_understood": inbox.get(Received.UNKNOWN, 0),
            "set_aside": inbox.get(Received.ASIDE, 0),
        },
        "outbox": {
            "waiting": outbox.get(Delivery.WAITING, 0),
            "failed": outbox.get(Delivery.FAILED, 0),
            "sent": outbox.get(Delivery.SENT, 0),
        },
        "concerns": _by_status(ledger, Concern),
        "topics": _by_status(ledger, Topic),
        "alerts_waiting": len(alerts.waiting(ledger)),
        "pushes": {"used": budget.used(ledger), "left": budget.left(ledger), "waiting": held.count(ledger)},
        "closed": sorted(c.scheme for c in closures.present(ledger)),
        "jobs": _last_runs(ledger),
        "healthy": is_healthy(ledger),
    }


def is_healthy(ledger: Ledger) -> bool:
    """Say whether nothing is stuck: no event set aside, no word that could not be said, no long queue."""
    stuck = ledger.session.exec(
        select(func.count()).select_from(InboxRow).where(_own(ledger), col(InboxRow.status) == Received.ASIDE)
    ).one()
    failed = ledger.count(OutboxRow, col(OutboxRow.status) == Delivery.FAILED)
    oldest = ledger.session.exec(
        select(func.min(InboxRow.received_at)).where(_own(ledger), col(InboxRow.status) == Received.WAITING)
    ).one()
    is_late = oldest is not None and (ledger.now - oldest).total_seconds() > LATE_SECONDS
    unsaid = ledger.count(
        OutboxRow,
        col(OutboxRow.status) == Delivery.WAITING,
        col(OutboxRow.kind) != proposals.KIND,  # nobody waits for a proposal
        col(OutboxRow.next_at) < ledger.now - timedelta(seconds=LATE_SECONDS),
    )
    return not (stuck or failed or is_late or unsaid or closures.present(ledger))


def _by_status(ledger: Ledger, model: Any) -> dict[str, int]:
    mine = _own(ledger) if model is InboxRow else col(model.council_id) == ledger.council_id
    rows = ledger.session.exec(select(model.status, func.count()).where(mine).group_by(model.status))
    return {str(status): int(count) for status, count in rows}


def _own(ledger: Ledger) -> Any:
    return col(InboxRow.account).endswith(f":{ledger.council.code}", autoescape=True)


def _last_runs(ledger: Ledger) -> dict[str, dict[str, str]]:
    newest = (
        select(Slot.job, func.max(Slot.id).label("id"))
        .where(col(Slot.council_id) == ledger.council_id)
        .group_by(Slot.job)
        .subquery()
    )
    rows = ledger.session.exec(select(Slot).join(newest, col(Slot.id) == newest.c.id))
    return {row.job: {"at": row.due_at.isoformat(), "outcome": row.outcome} for row in rows}
