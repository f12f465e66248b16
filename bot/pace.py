"""How fast Kizuki reads and what reading costs in memory: `python -m bot.pace`, in a process of its own.

The figures hold for one core and one thread, whatever the machine has: that is what a council's small
computer gives while it does other things as well.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

USUAL = 40
MOST_USUAL = 100
LONG = 5_000
ROUNDS = 2
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# What is heavy for one part or another: names that touch, signs without a name, rows of numbers, marks that
# join, letters that no list knows. Each is repeated to 5,000 characters; some are also stirred together.
HOSTILE = (
    *("佐藤", "山田花子漢字町", "田中さんの", "ちゃん", "様", "先生", "佐々木健太", "会長", "子", "小", "孫の"),
    *("1", "十", "1-1-1-", "1丁目", "第1ハイツ", "小学校1年1組", "昭和", "090-", "(03)", "〒", "ぜろ", "口座1"),
    *("さん", "です", "と申します。", "名前は", "の", "さとう", "タナカ", "ー", "たすけてください", "火事だ!"),
    *("@", "a@a.", "Mr. ", "Tanaka ", "Abcdefghij", "line", "a1 ", "<tel:119|", "<@", "김", "阿姨", "。ab"),
    *("か\u0301", "ｶﾞﾊﾟ", "😀﷽ﾊﾟ\u0301", "👨‍👩‍👧", "\u200b", "\n", " ", "(", "080-1234-5678 佐藤さん死にたい助けて"),
)


@dataclass(frozen=True)
class Pace:
    """What was measured: milliseconds for one message, seconds to load, megabytes over a bare process."""

    usual_ms: float
    words_ms: float
    hostile_ms: float
    hostile_runs: int
    load_s: float
    memory_mb: float


def measure(texts: Sequence[str], use_model: bool) -> Pace:
    """Measure in a new process that is held on one core.

    Args:
        texts: real messages; those nearest to 40 characters are timed.
        use_model: False measures reading by characters alone.

    """
    usual = sorted((text for text in texts if text.strip()), key=lambda text: abs(len(text) - USUAL))
    asked = json.dumps({"usual": usual[:MOST_USUAL], "use_model": use_model})
    done = subprocess.run(
        [sys.executable, "-m", "bot.pace"],
        input=asked,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, **_ONE_THREAD, "PYTHONUTF8": "1"},
    )
    return Pace(**json.loads(done.stdout))


def hostile_texts() -> list[str]:
    """Texts of 5,000 characters that somebody could send to keep the machine busy; always the same."""
    stirred = random.Random(5)  # noqa: S311 - the same texts every time
    repeated = [(piece * LONG)[:LONG] for piece in HOSTILE]
    return repeated + ["".join(stirred.choices(HOSTILE, k=LONG))[:LONG] for _ in range(10)]


def main() -> None:
    """Measure here: the question is read as JSON, the answer is printed as JSON."""
    asked = json.loads(sys.stdin.read())
    _hold_on_one_core()
    before, begun = _resident_mb(), time.perf_counter()
    # imported here, since what loading costs is measured
    from bot import privacy, urgency  # noqa: PLC0415
    from bot.understanding import load_reader  # noqa: PLC0415

    reader = load_reader(use_model=asked["use_model"])
    reader.understand("となりの人が心配です。")
    loaded = time.perf_counter() - begun
    usual = [_ms(reader.understand, text) for text in asked["usual"]]
    words = [_ms(lambda text: urgency.read(privacy.mask(text).text), text) for text in asked["usual"]]
    hostile = [_ms(reader.understand, text) for text in hostile_texts() for _ in range(ROUNDS)]
    found = Pace(
        usual_ms=median(usual or [0.0]),
        words_ms=median(words or [0.0]),
        hostile_ms=_quantile(hostile, 0.999),
        hostile_runs=len(hostile),
        load_s=loaded,
        memory_mb=_resident_mb() - before,
    )
    sys.stdout.write(json.dumps(vars(found)))


def _hold_on_one_core() -> None:
    """Before anything counts the cores; where a process cannot be held (not Linux), one thread must do."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _resident_mb() -> float:
    """Memory of this process, with what is mapped from files; 0 where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    (row,) = [row for row in status.read_text(encoding="utf-8").splitlines() if row.startswith("VmRSS:")]
    return int(row.split()[1]) / 1024


def _ms(read: Callable[[str], object], text: str) -> float:
    """What the core worked for it: another process that takes its turn in between is not counted."""
    begun = time.process_time()
    read(text)
    return 1000 * (time.process_time() - begun)


def _quantile(taken: Sequence[float], share: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(share * len(taken)))]


if __name__ == "__main__":
    main()
