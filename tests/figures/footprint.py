"""How much memory Kizuki holds when nothing happens, and how soon it is ready."""

import tempfile
import time
from pathlib import Path
from statistics import median

from tests.figures.serving import environment, free_port, memory_mb, served

LIMITS = {"all": (250, 3.0), "web": (90, 1.5)}


def measure(is_quick: bool) -> list[tuple[str, str, str, bool]]:
    """Start each role several times on a database that is there already."""
    rows = []
    for role, (mb_limit, s_limit) in LIMITS.items():
        with tempfile.TemporaryDirectory() as name:
            seconds, mb = _starts(Path(name), role, 2 if is_quick else 5)
        rows.append(
            (f"idle memory of serve --role {role}", f"{mb:.0f} MB", f"under {mb_limit} MB", mb < mb_limit)
        )
        rows.append(
            (f"start to /readyz, --role {role}", f"{seconds:.2f} s", f"under {s_limit} s", seconds < s_limit)
        )
    return rows


def _starts(folder: Path, role: str, times: int) -> tuple[float, float]:
    seconds, memory = [], []
    with served(environment(folder, free_port()), "--role", role):
        pass  # the first start makes database and key
    for _ in range(times):
        with served(environment(folder, free_port()), "--role", role) as (process, took):
            time.sleep(3)
            seconds.append(took)
            memory.append(memory_mb(process.pid))
    return median(seconds), median(memory)
