"""Held words: what the month's pushes do not pay for waits for the person's next message.

LINE's reply is free and takes five messages, so that what waited goes before the answer in the same call. That
call works once: when it is not known whether it arrived, all of it counts as arrived, or none of it.
"""

from collections.abc import Sequence

from sqlmodel import col

from bot import budget, outbox
from bot.messages import Say
from storage.ledger import Ledger, id_of
from storage.outbox import Delivery, OutboxRow

BUDGET = "budget"
MOST = 4  # beside the answer itself


def hold(ledger: Ledger, row: OutboxRow) -> None:
    """Let a row wait for the person's next message, or for next month's pushes, whichever comes first."""
    row.next_at = budget.next_month(ledger.now)
    row.reason = BUDGET
    row.tries = 0
    row.attempted_at = None  # nothing has left
    ledger.session.add(row)


def take_along(ledger: Ledger, row: OutboxRow) -> tuple[Say, ...]:
    """Give what goes along with this answer, oldest first; an earlier attempt's choice stays the same."""
    before = _with(ledger, row)
    chosen = before if row.attempted_at is not None else _waiting_for(ledger, row)[:MOST]
    told = []
    for held in chosen:
        say = outbox.open_say(ledger, held)
        if say is not None:
            held.reason = _mark(row)
            ledger.session.add(held)
            told.append(say)
    return tuple(told)


def arrived(ledger: Ledger, row: OutboxRow) -> None:
    """Count as said what went along with this answer."""
    for held in _with(ledger, row):
        held.status = Delivery.SENT
        held.sent_at = ledger.now
        held.reason = None
        held.payload_sealed = None
        ledger.session.add(held)


def stayed(ledger: Ledger, row: OutboxRow) -> None:
    """Let what did not go along wait on."""
    for held in _with(ledger, row):
        held.reason = BUDGET
        ledger.session.add(held)


def count(ledger: Ledger) -> int:
    """Count what waits for a person's next message."""
    return ledger.count(OutboxRow, col(OutboxRow.status) == Delivery.WAITING, col(OutboxRow.reason) == BUDGET)


def _waiting_for(ledger: Ledger, row: OutboxRow) -> Sequence[OutboxRow]:
    return ledger.all(
        OutboxRow,
        col(OutboxRow.status) == Delivery.WAITING,
        col(OutboxRow.reason) == BUDGET,
        col(OutboxRow.kind) == "text",
        col(OutboxRow.destination) == row.destination,
        col(OutboxRow.id) != row.id,
        by=col(OutboxRow.id),
    )


def _with(ledger: Ledger, row: OutboxRow) -> list[OutboxRow]:
    return ledger.all(
        OutboxRow,
        col(OutboxRow.status) == Delivery.WAITING,
        col(OutboxRow.reason) == _mark(row),
        by=col(OutboxRow.id),
    )


def _mark(row: OutboxRow) -> str:
    return f"with:{id_of(row)}"
