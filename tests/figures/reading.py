"""How long it takes to understand one message, and what the understanding costs in memory."""

import csv

from bot.evaluation import speed_figures
from bot.lessons import HEADER, plain
from tests.figures.serving import ROOT

LENGTH = range(36, 45)


def measure(is_quick: bool) -> list[tuple[str, str, str, bool]]:
    """Read in a process of its own that is held on one core (`bot.pace`), with the language model."""
    texts = _sentences()[: 30 if is_quick else 100]
    return [
        (f"understanding: {figure.name}", figure.shown, figure.wanted, bool(figure.kept))
        for figure in speed_figures(texts, use_model=True)
    ]


def _sentences() -> list[str]:
    """Sentences of some 40 characters, from what Kizuki learns from."""
    found = []
    for path in sorted((ROOT / "bot" / "training").glob("*.tsv")):
        with path.open(encoding="utf-8") as lines:
            if lines.readline().rstrip("\n") == HEADER:
                rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
                found += [plain(row[6]) for row in rows if len(row) == 7 and len(row[6]) in LENGTH]
    return found
