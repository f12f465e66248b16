"""The clock: asks the database what is due, and runs it once.

APScheduler ticks; the record is the table of slots. The claim and the effect of a job are one transaction:
of any number of processes one wins, and a job that dies leaves nothing half done and is due again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from bot.worker import beat
from schedules.timetable import TIMETABLE, Job
from storage.concerns import Concern, Standing
from storage.database import Database
from storage.ledger import Ledger, council_codes, ledger_in, open_ledger
from storage.meetings import Meeting
from storage.outbox import Delivery, OutboxRow
from storage.sealing import Keyring
from storage.slots import Slot

log = structlog.get_logger("clock")

TICK_SECONDS = 5


class NoSuchJob(LookupError):
    """No job of the timetable has this name."""


class Clock:
    """Ticks in its own thread and lets what is due run."""

    def __init__(
        self, database: Database, keyring: Keyring, now: Callable[[], datetime], wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._now = now
        self._wake = wake
        # grace is one second by default, and a late tick would be dropped
        self._ticker: Any = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin to tick, at once."""
        self._ticker.add_job(
            self.tick, "interval", seconds=TICK_SECONDS, next_run_time=datetime.now().astimezone()
        )
        self._ticker.start()

    def is_alive(self) -> bool:
        """Say whether the clock ticks."""
        return bool(self._ticker.running)

    def stop(self) -> None:
        """Let the job in hand end, then stop."""
        if self._ticker.running:
            self._ticker.shutdown(wait=True)

    def tick(self) -> int:
        """Run everything that is due; say how many jobs ran. The database being away is no reason to die."""
        try:
            ran = run_due(self._database, self._keyring, self._now())
            beat(self._database, "clock", self._now())
        except Exception as error:  # the next tick asks again
            log.error("tick_failed", error=type(error).__name__)
            return 0
        if ran:
            self._wake()
        return ran


def run_due(database: Database, keyring: Keyring, now: datetime, timetable: Sequence[Job] | None = None) -> int:
    """Run what is due for every council; say how many jobs ran."""
    jobs = TIMETABLE if timetable is None else timetable
    ran = 0
    for code in council_codes(database):
        with open_ledger(database, keyring, code, now, writing=False) as ledger:
            due = [(job, slot) for job in jobs if (slot := _due_slot(ledger, job)) is not None]
        for job, slot in due:
            ran += _run_once(database, keyring, code, now, job, slot)
    return ran


def run_now(
    database: Database,
    keyring: Keyring,
    code: str,
    now: datetime,
    name: str,
    progress: Callable[[int, int], None] | None = None,
) -> str:
    """Run one job at a person's word, whatever the timetable says. Raises NoSuchJob.

    `progress` is told how much of how much is done, by jobs that take a while.
    """
    job = next((job for job in TIMETABLE if job.name == name), None)
    if job is None:
        raise NoSuchJob(name)
    with open_ledger(database, keyring, code, now) as ledger:
        return job.run(ledger, progress) if progress and job.shows_progress else job.run(ledger)


def next_moment(ledger: Ledger) -> datetime:
    """Give when something is due next: a job, a concern that settles, or words that wait for the morning."""
    moments = [slot for job in TIMETABLE if job.name != "tidy" and (slot := job.next_slot(ledger))]
    settling = ledger.first(Concern, col(Concern.status) == Standing.SETTLING, by=col(Concern.settles_at))
    held = ledger.first(OutboxRow, col(OutboxRow.status) == Delivery.WAITING, by=col(OutboxRow.next_at))
    meeting = ledger.first(Meeting, col(Meeting.starts_at) > ledger.now, by=col(Meeting.starts_at))
    later = [
        moment
        for moment in (
            settling.settles_at if settling else None,
            held.next_at if held else None,
            meeting.starts_at if meeting else None,
        )
        if moment is not None
    ]
    return min([m for m in (*moments, *later) if m > ledger.now], default=ledger.now + timedelta(days=1))


def _due_slot(ledger: Ledger, job: Job) -> datetime | None:
    slot = job.newest_slot(ledger)
    if slot is None or slot <= ledger.council.created_at:
        return None
    if ledger.first(Slot, col(Slot.job) == job.name, col(Slot.due_at) == slot):
        return None
    return slot


def _run_once(database: Database, keyring: Keyring, code: str, now: datetime, job: Job, slot: datetime) -> bool:
    try:
        with database.transaction() as session:
            ledger = ledger_in(session, keyring, code, now)
            row = _claim(ledger, job, slot)
            if row is None:
                return False
            is_stale = now - slot > job.fresh_for
            row.outcome = "stale" if is_stale else job.run(ledger)
            row.finished_at = now
            session.add(row)
    except Exception as error:  # one job must not hold up the others; its slot is still due
        log.error("job_failed", job=job.name, error=type(error).__name__)
        return False
    log.info("job_ran", job=job.name, outcome=row.outcome)
    return True


def _claim(ledger: Ledger, job: Job, slot: datetime) -> Slot | None:
    """Take the slot for this process; None when another one was first."""
    if ledger.session.exec(select(Slot).where(_is(ledger, job, slot))).first() is not None:
        return None
    row = Slot(job=job.name, council_id=ledger.council_id, due_at=slot, claimed_at=ledger.now)
    try:
        with ledger.session.begin_nested():  # on PostgreSQL this waits for the other's commit
            return ledger.add(row)
    except IntegrityError:
        return None


def _is(ledger: Ledger, job: Job, slot: datetime) -> Any:
    return (col(Slot.job) == job.name) & (col(Slot.council_id) == ledger.council_id) & (col(Slot.due_at) == slot)
