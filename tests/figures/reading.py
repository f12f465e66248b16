"""How long it takes to understand one message, and what the understanding costs in memory."""

import json
import subprocess
import sys

from tests.figures.serving import ROOT

_PROBE = """
import json, os, resource, time
os.environ.setdefault("OMP_NUM_THREADS", "1")
from statistics import median
def rss():
    for row in open("/proc/self/status"):
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) / 1024
before = rss()
begin = time.perf_counter()
from bot.understanding import load_reader
imported = time.perf_counter()
reader = load_reader()
reader.understand("最初のひとこと")
loaded = time.perf_counter()
short = "夏休みの間、昼ごはんを食べていない子が近所にいるようで、とても心配しています。"[:40]
texts = [f"{short}{n}" for n in range(TIMES)]
def spent(text):
    begin = time.perf_counter()
    reader.understand(text)
    return (time.perf_counter() - begin) * 1000
times = [spent(text) for text in texts]
hostile = ["佐藤" * 2500, "3-" * 2500, "あ" * 5000, "(" * 5000]
hostile += ["1" * 5000, "🏠" * 5000, "ー" * 5000, "090-" * 1250]
from bot import privacy, urgency
def words_ms(text):
    begin = time.perf_counter()
    urgency.read(privacy.mask(text).text)
    return (time.perf_counter() - begin) * 1000
words = median(words_ms(text) for text in texts)
worst = max(spent(text) for text in hostile * 3)
found = {"ms": median(times), "worst": worst, "load": loaded - imported, "mb": rss() - before, "words": words}
print(json.dumps(found))
"""


def measure(is_quick: bool) -> list[tuple[str, str, str, bool]]:
    """Read in a process of its own, on whatever one core gives."""
    probe = _PROBE.replace("TIMES", "30" if is_quick else "200")
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, check=True, timeout=300)
    found = json.loads(done.stdout)
    return [
        ("understanding 40 characters, median", f"{found['ms']:.1f} ms", "at most 25 ms", found["ms"] <= 25),
        ("masking and urgency words alone", f"{found['words']:.2f} ms", "at most 1 ms", found["words"] <= 1),
        (
            "understanding 5,000 hostile characters, worst",
            f"{found['worst']:.0f} ms",
            "at most 150 ms",
            found["worst"] <= 150,
        ),
        ("loading the reader", f"{found['load']:.2f} s", "at most 1 s", found["load"] <= 1),
        (
            "memory of the reader over a bare process",
            f"{found['mb']:.0f} MB",
            "at most 180 MB",
            found["mb"] <= 180,
        ),
    ]
