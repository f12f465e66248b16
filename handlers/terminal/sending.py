"""Watches what a job had to say leave, while a person sits before the terminal."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from bot.texts import phrase
from handlers.terminal.calling import Call
from handlers.terminal.screen import Bar, aside
from storage.outbox import Delivery, OutboxRow
from storage.slots import Pulse

LOOK_SECONDS = 0.5
QUIET = timedelta(seconds=20)  # the courier beats every second while it serves


def newest_row(call: Call) -> int:
    """Give the last thing that was put into the outbox so far."""
    with call.ledger(writing=False) as ledger:
        return int(ledger.session.connection().execute(select(func.max(col(OutboxRow.id)))).scalar() or 0)


def watch(call: Call, after: int, bar: Bar) -> None:
    """Show how much of what came into the outbox after this row has left, until all has or nobody serves.

    Leaving with Ctrl-C stops the watching alone: what waits is sent all the same.
    """
    try:
        while not _is_over(call, after, bar):
            time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        aside("")


def _is_over(call: Call, after: int, bar: Bar) -> bool:
    mine = col(OutboxRow.id) > after
    with call.ledger(writing=False) as ledger:
        found = _counts(ledger.session.connection(), mine)
        pulse = ledger.session.get(Pulse, "courier")
    whole, waiting = sum(found.values()), found.get(Delivery.WAITING, 0)
    if not whole:
        return True
    bar.show(whole - waiting, whole)
    is_served = pulse is not None and datetime.now(UTC) - pulse.at < QUIET
    if waiting and not is_served:
        aside(phrase("terminal.not_serving", count=waiting))
    return not waiting or not is_served


def _counts(connection: Any, mine: Any) -> dict[str, int]:
    query = select(col(OutboxRow.status), func.count()).where(mine).group_by(col(OutboxRow.status))
    return {status: int(count) for status, count in connection.execute(query)}
