"""The month's pushes: LINE's free plan has 200 for the whole council, counted per person who gets one.

The ledger of a month counts what left here; what LINE itself has counted is asked for and taken over, since other
programs of the account push too. Free ways (a reply, Slack, mail) are used first; some are kept for alarms.
"""

from datetime import datetime, timedelta

from sqlmodel import col

from bot import dates, outbox, people
from bot.messages import Allowance, Say
from bot.texts import phrase
from storage.ledger import Ledger
from storage.outbox import OutboxRow, PushCount

DEFAULT_QUOTA = 200  # LINE's free plan
UNLIMITED = 1_000_000
WARN_PERCENT = 70
FRESH = timedelta(hours=6)  # how long LINE's own figures are good


def used(ledger: Ledger) -> int:
    """Give how many pushes the council has used this month (Asia/Tokyo)."""
    found = ledger.first(PushCount, col(PushCount.month) == _month(ledger.now))
    return found.used if found else 0


def quota(ledger: Ledger) -> int:
    """Give how many pushes the council has a month: LINE's own figure, or the free plan's."""
    return DEFAULT_QUOTA if ledger.council.push_quota is None else ledger.council.push_quota


def left(ledger: Ledger) -> int:
    """Give how many pushes are left this month."""
    return max(quota(ledger) - used(ledger), 0)


def is_low(ledger: Ledger) -> bool:
    """Say whether the month's pushes run low."""
    return used(ledger) * 100 >= quota(ledger) * WARN_PERCENT


def may_push(ledger: Ledger, row: OutboxRow) -> bool:
    """Say whether a row may be pushed: what is kept for alarms is for alarms alone.

    An ordinary answer that came too late for its free reply does not use it up.
    """
    may_use_reserve = row.is_urgent and (row.reply_sealed is None or row.dedupe.startswith(outbox.EMERGENCY))
    return left(ledger) > (0 if may_use_reserve else ledger.council.push_reserve)


def count(ledger: Ledger, pushes: int) -> None:
    """Write down pushes that left, and tell the officers once a month when they run low."""
    row = _row(ledger)
    row.used += pushes
    _warn(ledger, row)


def spend_all(ledger: Ledger) -> None:
    """Take over LINE's word that the month's pushes are used up (429, "You have reached your monthly limit.")."""
    row = _row(ledger)
    row.used = max(row.used, quota(ledger))
    _warn(ledger, row)


def take_over(ledger: Ledger, allowance: Allowance) -> None:
    """Take over LINE's own figures of this month."""
    council = ledger.council
    council.push_quota = UNLIMITED if allowance.quota is None else allowance.quota
    council.push_consumed = allowance.used
    council.push_asked_at = ledger.now
    ledger.session.add(council)
    row = _row(ledger)
    row.used = max(row.used, allowance.used)
    _warn(ledger, row)


def is_stale(ledger: Ledger) -> bool:
    """Say whether LINE is to be asked again: every six hours, and at once in a new month."""
    asked = ledger.council.push_asked_at
    return asked is None or ledger.now - asked >= FRESH or _month(asked) != _month(ledger.now)


def next_month(now: datetime) -> datetime:
    """Give when the next month's pushes begin: at nine on its first day (Asia/Tokyo)."""
    first = dates.jst(now).replace(day=1, hour=9, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def _row(ledger: Ledger) -> PushCount:
    month = _month(ledger.now)
    found = ledger.first(PushCount, col(PushCount.month) == month)
    return found or ledger.add(PushCount(council_id=ledger.council_id, month=month))


def _warn(ledger: Ledger, row: PushCount) -> None:
    ledger.session.add(row)
    ledger.session.flush()
    if row.warned_at is not None or not is_low(ledger):
        return
    row.warned_at = ledger.now
    ledger.session.add(row)
    text = phrase("budget.low", used=row.used, quota=quota(ledger), left=left(ledger))
    for person in people.on_duty(ledger)[:1]:
        outbox.tell(ledger, person, Say("text", text=text), f"budget:{row.month}:{person.id}")


def _month(now: datetime) -> str:
    return f"{dates.jst(now):%Y-%m}"
