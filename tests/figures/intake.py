"""How many durable answers a second the intake gives, beside a plain handler, in turns."""

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.figures.serving import ROOT, SECRET, environment, free_port, served

CONNECTIONS = 16
TIMES = 15


def measure(is_quick: bool) -> list[tuple[str, str, str, bool]]:
    """Load both in turns; the ratio is the median of the pairs."""
    rounds, seconds = (2, 2.0) if is_quick else (5, 4.0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port, base_port = free_port(), free_port()
        with served(environment(folder, port), "--role", "web"), _baseline(folder, base_port):
            load(port, 0.5), load(base_port, 0.5)
            pairs = [(load(port, seconds), load(base_port, seconds)) for _ in range(rounds)]
        kept = sqlite3.connect(folder / "kizuki.db").execute("SELECT count(*) FROM inbox").fetchone()[0]
    answered = sum(pair[0]["answered"] for pair in pairs)
    ratio = median(ours["a_second"] / base["a_second"] for ours, base in pairs)
    ours, base = (median(pair[i]["a_second"] for pair in pairs) for i in (0, 1))
    rows = [
        (
            f"durable answers a second, {CONNECTIONS} connections",
            f"{ours:,.0f} / {base:,.0f} = {ratio:.1f} times a plain handler",
            f"at least {TIMES} times",
            ratio >= TIMES,
        )
    ]
    is_kept = kept >= answered
    return [*rows, ("of those answered with 200, on disk", f"{kept:,} of {answered:,}", "all", is_kept)]


def load(port: int, seconds: float) -> dict[str, float]:
    """Load one server from a process of its own."""
    command = [sys.executable, "-m", "tests.figures.load", str(port), SECRET, str(CONNECTIONS), str(seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=seconds + 30)
    counted: dict[str, float] = json.loads(done.stdout)
    return counted


@contextmanager
def _baseline(folder: Path, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.figures.baseline", str(folder / "plain.db"), str(port), SECRET]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        time.sleep(2.5)
        yield
    finally:
        process.terminate()
        process.wait(10)
