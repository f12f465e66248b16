"""The worker: takes each stored event, lets the conversation decide, and commits the whole effect at once.

A row that fails is tried again with back-off, then set aside where a person sees it. It never blocks the
others. If the program dies anywhere, the row says what is left to do.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import concerns, conversation
from bot.messages import Incoming, Platform, Say
from bot.outbox import answer
from bot.texts import phrase
from storage.database import Database
from storage.inbox import InboxRow, Received
from storage.ledger import NoSuchCouncil, council_codes, id_of, ledger_in, open_ledger
from storage.sealing import Keyring
from storage.slots import Pulse

log = structlog.get_logger("worker")

LEASE = timedelta(seconds=60)
BACK_OFF = tuple(timedelta(seconds=s) for s in (2, 10, 60, 300, 1800))
APOLOGISE_AT = 2  # the second failure: what heals within two seconds needs no word, and no push
IDLE_SECONDS = 1.0
PULSE_SECONDS = 10


@dataclass(frozen=True)
class Bench:
    """What the worker works with."""

    database: Database
    keyring: Keyring
    platforms: Mapping[str, Platform]
    setting: conversation.Setting
    now: Callable[[], datetime]
    said: Callable[[], None] = lambda: None  # wakes the courier


class Worker:
    """Works off the inbox in its own thread, woken by the intake, and settles what has waited long enough."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to work; what an earlier process left half done on SQLite is free again at once."""
        if self._bench.database.is_sqlite:
            _free_leases(self._bench.database)
        self._thread.start()

    def is_alive(self) -> bool:
        """Say whether the thread still works."""
        return self._thread.is_alive()

    def wake(self) -> None:
        """Say that something has come in."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the row in hand, then stop."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=1.5)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                busy = work_off(self._bench, until=self._stop.is_set)
                settle_due(self._bench)
                beat(self._bench.database, "worker", self._bench.now())
            except Exception as error:  # the database is away: wait and try again
                log.error("worker_waits", error=type(error).__name__)
                busy = False
                self._stop.wait(IDLE_SECONDS)
            if not busy:
                self._wake.wait(IDLE_SECONDS)


def work_off(bench: Bench, until: Callable[[], bool] = lambda: False) -> bool:
    """Work off all rows that are due; say whether there were any."""
    any_done = False
    while not until():
        row = _claim(bench)
        if row is None:
            return any_done
        any_done = True
        _work(bench, row)
        bench.said()
    return any_done


def settle_due(bench: Bench) -> int:
    """Share the concerns whose settling time is over, each in its own transaction; say how many."""
    settled = 0
    for code in council_codes(bench.database):
        with open_ledger(bench.database, bench.keyring, code, bench.now(), writing=False) as ledger:
            due = [id_of(concern) for concern in concerns.due(ledger)]
        for concern_id in due:
            settled += _settle(bench, code, concern_id)
    return settled


def beat(database: Database, name: str, now: datetime) -> None:
    """Let other processes see that this part is alive."""
    with database.reading() as session:
        last = session.get(Pulse, name)
        if last is not None and abs((now - last.at).total_seconds()) < PULSE_SECONDS:
            return
    with database.transaction() as session:
        session.merge(Pulse(name=name, at=now))


def _settle(bench: Bench, code: str, concern_id: int) -> int:
    try:
        with open_ledger(bench.database, bench.keyring, code, bench.now()) as ledger:
            found = [c for c in concerns.due(ledger) if c.id == concern_id]
            for concern in found:
                concerns.settle(ledger, bench.setting.reader, concern)
                conversation.share_if_urgent(ledger, bench.setting.reader, concern)
        bench.said()
        return len(found)
    except Exception as error:  # one concern must not hold up the others; it stays due
        log.error("settling_failed", concern=concern_id, error=type(error).__name__)
        return 0


def _claim(bench: Bench) -> InboxRow | None:
    """Take the next row by a lease: a person before an open screen first, then in order."""
    now = bench.now()
    with bench.database.reading() as session:
        if session.exec(_due(now)).first() is None:
            return None
    with bench.database.transaction() as session:
        row: InboxRow | None = session.exec(_due(now).with_for_update(skip_locked=True)).first()
        if row is not None:
            row.lease_until = now + LEASE
            session.add(row)
        return row


def _due(now: datetime) -> SelectOfScalar[InboxRow]:
    return (
        select(InboxRow)
        .where(
            col(InboxRow.status) == Received.WAITING,
            col(InboxRow.next_at) <= now,
            or_(col(InboxRow.lease_until).is_(None), col(InboxRow.lease_until) < now),
        )
        .order_by(col(InboxRow.is_prompt).desc(), col(InboxRow.id))
        .limit(1)
    )


def _work(bench: Bench, row: InboxRow) -> None:
    try:
        heard = _read(bench, row)
        with bench.database.transaction() as session:
            if not _is_still_ours(session, row):
                return
            for incoming in heard or ():
                ledger = ledger_in(session, bench.keyring, incoming.council, bench.now())
                conversation.take(ledger, incoming, bench.setting)
            _finish(session, row, Received.UNKNOWN if heard is None else Received.DONE)
    except Exception as error:  # whatever it was, the row is tried again and then set aside
        log.error("event_failed", row=row.id, tries=row.tries + 1, error=type(error).__name__)
        _put_back(bench, row, type(error).__name__)


def _is_still_ours(session: Session, row: InboxRow) -> bool:
    """Hold the row to the commit; False when the lease ran out and another worker has taken it over."""
    held: Any = session.exec(
        update(InboxRow)
        .where(
            col(InboxRow.id) == row.id,
            col(InboxRow.status) == Received.WAITING,
            col(InboxRow.lease_until) == row.lease_until,
        )
        .values(lease_until=row.lease_until)
    )
    return bool(held.rowcount)


def _read(bench: Bench, row: InboxRow) -> list[Incoming] | None:
    scheme = row.account.split(":", 1)[0]
    platform = bench.platforms.get(scheme)
    if platform is None:
        raise LookupError(f"no platform {scheme}")
    body = bench.keyring.unseal_passing(row.body_sealed or b"")
    heard = platform.read(row.account, row.event_id, body, row.received_at)
    return None if heard is None else list(heard)


def _finish(session: Session, row: InboxRow, status: Received) -> None:
    """Mark the row; its body goes at once, unless a person still has to look at it."""
    session.exec(
        update(InboxRow)
        .where(col(InboxRow.id) == row.id)
        .values(
            status=status,
            lease_until=None,
            body_sealed=row.body_sealed if status == Received.UNKNOWN else None,
        )
    )


def _put_back(bench: Bench, row: InboxRow, reason: str) -> None:
    tries = row.tries + 1
    is_last = tries > len(BACK_OFF)
    next_at = bench.now() if is_last else bench.now() + BACK_OFF[tries - 1]
    with bench.database.transaction() as session:
        session.exec(
            update(InboxRow)
            .where(col(InboxRow.id) == row.id, col(InboxRow.lease_until) == row.lease_until)
            .values(
                tries=tries,
                next_at=next_at,
                lease_until=None,
                status=Received.ASIDE if is_last else Received.WAITING,
                reason=reason[:64],
            )
        )
    if tries == APOLOGISE_AT:
        _apologise(bench, row)


def _apologise(bench: Bench, row: InboxRow) -> None:
    """Tell whoever wrote, once, that something went wrong with us, and that their words are kept."""
    try:
        heard = _read(bench, row)
    except Exception:  # it could not be read at all: the tray shows it
        return
    for incoming in heard or ():
        if incoming.kind not in ("text", "picture", "voice", "place") or not incoming.is_private:
            continue
        try:
            with open_ledger(bench.database, bench.keyring, incoming.council, bench.now()) as ledger:
                text = phrase("chat.our_fault", number=row.id)
                answer(ledger, incoming, Say("text", text=text), "our_fault")
        except NoSuchCouncil:
            return


def _free_leases(database: Database) -> None:
    with database.transaction() as session:
        session.exec(update(InboxRow).values(lease_until=None).where(col(InboxRow.lease_until).is_not(None)))
