"""The clock: each slot once, whatever the machine, the hour and the trouble."""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot import meeting_changes, meetings
from schedules import clock
from schedules.clock import Clock, NoSuchJob, run_due, run_now
from schedules.timetable import TIMETABLE, Job, daily
from storage.ledger import Ledger
from storage.meetings import Meeting, Stage
from storage.outbox import OutboxRow
from storage.people import Person, Role
from storage.slots import Pulse, Slot
from tests.conftest import Town

ROOT = Path(__file__).resolve().parents[2]
DAILY = ("ask_after", "compile_agenda", "ping_commissioners", "plan_meetings", "tidy")


def run(town: Town) -> int:
    return run_due(town.database, town.keyring, town.now)


def slots(town: Town) -> list[tuple[str, datetime, str]]:
    with town.database.reading() as session:
        return [(s.job, s.due_at, s.outcome) for s in session.exec(select(Slot).order_by(col(Slot.id)))]


def jst(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


@pytest.fixture
def tomorrow(town: Town) -> Town:
    """A town whose council is a day old, at ten in the morning."""
    town.now += timedelta(days=1)
    return town


def test_each_job_runs_once_a_day(tomorrow: Town) -> None:
    assert [run(tomorrow), run(tomorrow)] == [len(DAILY), 0]
    assert sorted(job for job, *_ in slots(tomorrow)) == sorted(DAILY)

    tomorrow.now += timedelta(days=1)
    assert run(tomorrow) == len(DAILY)


def test_a_new_council_owes_nothing_from_before_it_was(town: Town) -> None:
    assert run(town) == 0


def test_after_three_days_down_the_newest_slot_runs_once(tomorrow: Town) -> None:
    run(tomorrow)
    tomorrow.now += timedelta(days=3)
    run(tomorrow)
    run(tomorrow)

    assert Counter(job for job, *_ in slots(tomorrow) if job in DAILY) == dict.fromkeys(DAILY, 2)


def test_a_ping_that_is_too_late_is_dropped_and_noted(town: Town) -> None:
    town.join("Uminsei", Role.COMMISSIONER)
    town.hear("Uminsei", "向かいのおばあさんを最近見かけません。心配です")
    town.settle()
    town.now = jst(11, 13, 18)  # down since the tenth; the ping was due at half past nine
    run(town)

    outcome = {job: outcome for job, _, outcome in slots(town)}
    assert outcome["ping_commissioners"] == "stale"
    assert outcome["compile_agenda"] != "stale"
    with town.ledger() as ledger:
        assert not any(r.dedupe.startswith("bundle:") for r in ledger.all(OutboxRow))


def test_a_ping_goes_out_at_its_hour_in_japan(tomorrow: Town) -> None:
    tomorrow.join("Uminsei", Role.COMMISSIONER)
    tomorrow.hear("Uminsei", "向かいのおばあさんを最近見かけません。心配です")
    tomorrow.settle()
    tomorrow.now = jst(11, 12, 9, 29)
    run(tomorrow)
    assert not _bundles(tomorrow)

    tomorrow.now = jst(11, 12, 9, 30)
    run(tomorrow)
    assert _bundles(tomorrow) == 1


def _bundles(town: Town) -> int:
    with town.ledger() as ledger:
        return ledger.count(OutboxRow, col(OutboxRow.dedupe).startswith("bundle:"))


def test_the_zone_of_the_machine_is_of_no_matter(town: Town) -> None:
    ask = (
        "from datetime import UTC, datetime\nfrom schedules.timetable import daily, Job\n"
        "class L: now = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)\n"
        "print(Job('x', lambda l: '', daily(9)).newest_slot(L()).astimezone(UTC))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", ask], cwd=ROOT, env={**os.environ, "TZ": zone}, capture_output=True, check=True
        ).stdout
        for zone in ("America/New_York", "Pacific/Kiritimati")
    }
    assert said == {b"2026-11-12 00:00:00+00:00\n"}


@pytest.mark.parametrize("down", [timedelta(hours=1), timedelta(days=3), timedelta(days=40)])
def test_after_any_downtime_each_job_catches_up_once(tomorrow: Town, down: timedelta) -> None:
    run(tomorrow)
    tomorrow.now += down
    run(tomorrow)
    assert run(tomorrow) == 0

    ran = Counter(job for job, *_ in slots(tomorrow))
    assert {ran[job] for job in DAILY} == {1 if down < timedelta(days=1) else 2}


def test_a_clock_that_jumps_forward_runs_the_newest_slot_alone(tomorrow: Town, jobs: list[Job]) -> None:
    ran: list[datetime] = []
    jobs.append(Job("each", lambda ledger: ran.append(ledger.now) or "ok", daily(9)))
    run(tomorrow)
    tomorrow.now += timedelta(days=400)
    run(tomorrow)
    tomorrow.now -= timedelta(days=400)  # somebody mends the clock
    for _ in range(3):
        run(tomorrow)
        tomorrow.now += timedelta(days=1)

    assert len(ran) == len(set(ran)) == 4


def test_a_job_of_some_days_runs_on_those_alone(tomorrow: Town, jobs: list[Job]) -> None:
    ran: list[str] = []

    def note(ledger: Ledger) -> str:
        ran.append(f"{ledger.now + timedelta(hours=9):%m-%d}")
        return "ok"

    jobs.append(Job("monthly", note, daily(8), days=lambda day: day.day == 29))
    tomorrow.now = datetime(2027, 12, 30, 0, 0, tzinfo=UTC)
    for _ in range(95):
        run(tomorrow)
        tomorrow.now += timedelta(days=1)

    assert ran == ["01-29", "02-29", "03-29"]
    assert slots(tomorrow)[0][2] == "stale"  # the one before the first day was a day late


def test_a_leap_day_is_a_day_like_any_other(tomorrow: Town) -> None:
    for day in (28, 29, 30):
        tomorrow.now = datetime(2028, 2, 28, 1, 0, tzinfo=UTC) + timedelta(days=day - 28)
        run(tomorrow)
    tidied = [due + timedelta(hours=9) for job, due, _ in slots(tomorrow) if job == "tidy"]
    assert [f"{due:%m-%d}" for due in tidied] == ["02-28", "02-29", "03-01"]


def test_a_ping_time_within_the_night_waits_for_its_end(tomorrow: Town) -> None:
    """A bundle that never left would be a ping lost."""
    tomorrow.join("Uminsei", Role.COMMISSIONER)
    tomorrow.hear("Uminsei", "向かいのおばあさんを最近見かけません。心配です")
    tomorrow.settle()
    with tomorrow.ledger() as ledger:
        ledger.council.ping_time, ledger.council.quiet_until = "07:00", "10:30"
        ledger.session.add(ledger.council)
    tomorrow.now = jst(11, 12, 10, 29)
    run(tomorrow)
    assert not _bundles(tomorrow)
    tomorrow.now = jst(11, 12, 10, 30)
    run(tomorrow)
    assert _bundles(tomorrow) == 1


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_the_slots_are_japanese_wherever_the_machine_stands(zone: str, tmp_path: Path) -> None:
    ask = (
        "from datetime import UTC, datetime\n"
        "from sqlmodel import select\n"
        "from bot import councils\n"
        "from schedules.clock import run_due\n"
        "from schedules.timetable import Job, daily\n"
        "from storage.database import Database\n"
        "from storage.schema import migrate\n"
        "from storage.sealing import Keyring\n"
        "from storage.slots import Slot\n"
        f"database = Database('sqlite:///{tmp_path / 'kizuki.db'}')\n"
        "migrate(database)\n"
        "councils.ensure(database, 'main', datetime(2026, 3, 1, tzinfo=UTC), None)\n"
        "job = Job('x', lambda ledger: 'ok', daily(9))\n"
        "for hour in range(0, 96):\n"  # over the nights on which American clocks change
        "    now = datetime(2026, 3, 6 + hour // 24, hour % 24, 30, tzinfo=UTC)\n"
        "    run_due(database, Keyring(b'0' * 32), now, [job])\n"
        "with database.reading() as session:\n"
        "    print([s.due_at.isoformat() for s in session.exec(select(Slot))])\n"
    )
    env = {**os.environ, "TZ": zone, "KIZUKI_LOG_LEVEL": "error"}
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=env, capture_output=True, check=True, text=True
    )
    assert done.stdout.splitlines()[-1] == str([f"2026-03-0{day}T00:00:00+00:00" for day in (6, 7, 8, 9)])


def test_a_clock_that_jumps_back_runs_nothing_twice(tomorrow: Town) -> None:
    run(tomorrow)
    tomorrow.now -= timedelta(hours=2)
    again = run(tomorrow)
    tomorrow.now += timedelta(hours=2)
    run(tomorrow)

    keys = [(job, due) for job, due, _ in slots(tomorrow)]
    assert len(keys) == len(set(keys))
    assert again <= 2  # yesterday's ping and agenda, which were never run


@pytest.fixture
def jobs() -> Iterator[list[Job]]:
    """The clock's own timetable, for a test to put its jobs on."""
    before = clock.TIMETABLE
    own: list[Job] = []
    clock.TIMETABLE = own  # type: ignore[assignment]
    yield own
    clock.TIMETABLE = before


def test_a_failing_job_stays_due_and_holds_up_nobody(tomorrow: Town, jobs: list[Job]) -> None:
    ran: list[str] = []

    def fail(ledger: Ledger) -> str:
        ledger.journal(None, "half done", "x")
        ran.append("bad")
        if len(ran) < 3:
            raise ValueError
        return "ok"

    jobs += [Job("bad", fail, daily(3)), Job("good", lambda ledger: ran.append("good") or "ok", daily(3))]
    run(tomorrow)
    assert [job for job, *_ in slots(tomorrow)] == ["good"]
    run(tomorrow)

    assert ran == ["bad", "good", "bad"] + ["bad"] * (ran.count("bad") - 2)
    tomorrow.now += timedelta(seconds=5)
    run(tomorrow)
    assert [job for job, *_ in slots(tomorrow)] == ["good", "bad"]


@pytest.mark.parametrize("hands", [4])
def test_each_slot_runs_once_over_many_clocks(both_towns: Town, jobs: list[Job], hands: int) -> None:
    town = both_towns
    ran: list[str] = []
    jobs += [
        Job(f"job{n}", lambda ledger, n=n: ran.append(f"{n}@{ledger.now:%d}") or "ok", daily(n)) for n in range(4)
    ]
    days = 4
    together = threading.Barrier(hands)

    def tick() -> None:
        for day in range(1, days + 1):
            together.wait()
            run_due(town.database, town.keyring, town.now + timedelta(days=day))

    clocks = [threading.Thread(target=tick) for _ in range(hands)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()

    assert len(slots(town)) == 4 * days
    assert {outcome for *_, outcome in slots(town)} == {"ok"}
    if town.database.is_sqlite:  # on PostgreSQL the loser's work is rolled back with its claim
        assert len(ran) == 4 * days


def test_the_draft_is_shown_once_and_follows_a_moved_meeting(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    run_now(town.database, town.keyring, "main", town.now, "plan_meetings")
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        meeting_changes.move(ledger, meeting, meeting.starts_at + timedelta(days=7), ledger.one(Person))
    found = []
    for day in (10, 11, 12, 17, 18, 19):
        town.now = jst(11, day, 9, 5)
        run(town)
        found.append(sum("下書き" in say.text for say in town.words("Uofficer")))

    assert found == [0, 0, 0, 0, 1, 1]  # seven days before the twenty-fifth, and once


def test_the_end_of_the_fiscal_year_passes_in_order(town: Town) -> None:
    for day in range(0, 200, 10):
        town.now = jst(11, 10, 10) + timedelta(days=day)
        run(town)
        with town.ledger() as ledger:
            for meeting in ledger.all(Meeting, col(Meeting.starts_at) < ledger.now):
                meeting.status = Stage.HELD
                ledger.session.add(meeting)

    with town.ledger() as ledger:
        keys = [(m.fiscal_year, m.number) for m in ledger.all(Meeting, by=col(Meeting.starts_at))]
    assert keys == [(2026, n) for n in range(1, 5)] + [(2027, n) for n in range(1, len(keys) - 3)]
    assert len(keys) > 6


def test_every_job_runs_at_a_persons_word(town: Town) -> None:
    for job in TIMETABLE:
        assert run_now(town.database, town.keyring, "main", town.now, job.name)
    with pytest.raises(NoSuchJob):
        run_now(town.database, town.keyring, "main", town.now, "brew_tea")


def test_no_outcome_is_longer_than_its_column(town: Town) -> None:
    for job in TIMETABLE:
        with town.ledger() as ledger:
            assert len(job.run(ledger)) <= 64


def test_the_ticking_clock_leaves_its_pulse_and_stops(tomorrow: Town) -> None:
    woken = threading.Event()
    ticking = Clock(tomorrow.database, tomorrow.keyring, lambda: tomorrow.now, woken.set)
    ticking.start()
    assert woken.wait(10)
    assert ticking.is_alive()
    ticking.stop()

    assert not ticking.is_alive()
    assert len(slots(tomorrow)) == len(DAILY)
    with tomorrow.database.reading() as session:
        assert session.get(Pulse, "clock") is not None


def test_a_database_that_is_away_does_not_stop_the_clock(tomorrow: Town) -> None:
    with tomorrow.database.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE slots RENAME TO away")
    ticking = Clock(tomorrow.database, tomorrow.keyring, lambda: tomorrow.now, lambda: None)
    assert ticking.tick() == 0

    with tomorrow.database.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE away RENAME TO slots")
    assert ticking.tick() == len(DAILY)
