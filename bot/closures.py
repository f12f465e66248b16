"""Closures: a platform or room through which nothing gets until somebody mends it.

A revoked token, an archived channel, a bot that was removed: the courier stops there, keeps what waits, tries one
word every ten minutes, and an officer is told by another way, since this one is the one that does not work.
"""

from datetime import timedelta
from typing import Any

from sqlmodel import col, or_, select

from bot import outbox, people
from bot.messages import Say, SendFailed
from bot.texts import phrase
from storage.ledger import Ledger
from storage.outbox import Closure, OutboxRow
from storage.people import Person

PROBE = timedelta(minutes=10)
TOLD_AT_MOST = 2
OTHER_WAYS = ("mailto", "slack", "line")  # free ones first


def close(ledger: Ledger, row: OutboxRow, failure: SendFailed) -> Closure:
    """Note that nothing gets through here any more, and tell an officer by another way."""
    destination = row.destination if failure.closes == "room" else ""
    found = ledger.first(Closure, col(Closure.scheme) == row.scheme, col(Closure.destination) == destination)
    closure = found or Closure(
        council_id=ledger.council_id,
        scheme=row.scheme,
        destination=destination,
        reason="",
        since=ledger.now,
        probe_at=ledger.now,
    )
    if closure.ended_at is not None:
        closure.since, closure.ended_at, closure.told_at = ledger.now, None, None
    closure.reason = failure.reason[:64]
    closure.probe_at = ledger.now + PROBE
    ledger.add(closure)
    if closure.told_at is None:
        _tell(ledger, closure)
    return closure


def probe(ledger: Ledger, row: OutboxRow) -> None:
    """Note that this row tries whether it is open again, so that no other one does for a while."""
    for closure in _around(ledger, row):
        closure.probe_at = ledger.now + PROBE
        ledger.session.add(closure)


def opened(ledger: Ledger, row: OutboxRow) -> None:
    """Note that a word got through: what waited may follow."""
    for closure in _around(ledger, row):
        closure.ended_at = ledger.now
        ledger.session.add(closure)
        ledger.journal(None, "open_again", f"platform:{closure.scheme}")


def present(ledger: Ledger) -> list[Closure]:
    """List what is closed now, longest first."""
    return ledger.all(Closure, col(Closure.ended_at).is_(None), by=col(Closure.since))


def try_now(ledger: Ledger, closure: Closure, by: Person) -> None:
    """Let the next word try at once, at the word of somebody who has mended it."""
    closure.probe_at = ledger.now
    ledger.session.add(closure)
    ledger.journal(by.id, "try_closed", f"platform:{closure.scheme}")


def holds(now: Any) -> Any:
    """Give the condition under which an outbox row stands before a closed door."""
    return (
        select(Closure.id)
        .where(
            col(Closure.council_id) == col(OutboxRow.council_id),
            col(Closure.scheme) == col(OutboxRow.scheme),
            or_(col(Closure.destination) == "", col(Closure.destination) == col(OutboxRow.destination)),
            col(Closure.ended_at).is_(None),
            col(Closure.probe_at) > now,
        )
        .exists()
    )


def _around(ledger: Ledger, row: OutboxRow) -> list[Closure]:
    return ledger.all(
        Closure,
        col(Closure.scheme) == row.scheme,
        col(Closure.destination).in_(["", row.destination]),
        col(Closure.ended_at).is_(None),
    )


def _tell(ledger: Ledger, closure: Closure) -> None:
    closure.told_at = ledger.now
    ledger.session.add(closure)
    ledger.journal(None, "closed", f"platform:{closure.scheme}", closure.reason)
    where = phrase(f"closure.{'room' if closure.destination else 'platform'}.{closure.scheme}")
    say = Say("text", text=phrase("closure.told", where=where, why=why(closure)))
    for person in people.on_duty(ledger)[:TOLD_AT_MOST]:
        by = next((w for w in OTHER_WAYS if w != closure.scheme and outbox.way_to(ledger, person, w)), None)
        if by is not None:
            dedupe = f"closure:{closure.id}:{closure.since.isoformat()}:{person.id}"
            outbox.tell(ledger, person, say, dedupe, by=by)


def why(closure: Closure) -> str:
    """Say what is to be mended, in words for the secretariat."""
    if closure.scheme == "mailto":
        return phrase("closure.why.mail")
    return phrase("closure.why.room" if closure.destination else "closure.why.platform")
