"""The tellings that Kizuki learns from which messages are one matter (bot/training), read as pairs."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, groupby
from pathlib import Path
from typing import Final

TRAINING: Final = Path(__file__).parent / "training"
PAIRS: Final = ["text_a", "text_b", "same", "type", "situation"]
MATTERS: Final = ["situation", "type", "text"]
SAME: Final = "same"
OFTEN: Final = {"pairs-": 3, "matters_short_": 2, "matters_same_noun-": 2, "matters_languages-": 2}
HELD: Final = 10  # in a hundred groups


@dataclass(frozen=True)
class Pair:
    """Two tellings, whether they are one matter, and the situation that they were written for."""

    a: str
    b: str
    same: bool
    type: str
    situation: str

    @property
    def is_held(self) -> bool:
        """Nothing learns from this pair: it tells how much what was learned may be trusted."""
        return is_held_back(self.situation)

    @property
    def times(self) -> int:
        """How often it counts.

        Short everyday tellings are what a council hears; far words and turns teach what is hard and are met
        seldom. Counted alike, they made every negation look like another matter.
        """
        return next((times for stem, times in OFTEN.items() if self.situation.startswith(stem)), 1)


def is_held_back(group: str) -> bool:
    """Say whether a group of the material, a situation or neighbouring lines, is kept to measure by."""
    return zlib.crc32(group.encode()) % 100 < HELD


def read_pairs(folder: Path = TRAINING) -> tuple[Pair, ...]:
    """All pairs of a folder's .tsv files, in the order of file names and lines.

    A file of pairs gives them as they stand. A file of matters gives every two tellings of one matter, and beside
    two of them each telling of another matter that sounds like it: so there are about two pairs that are not
    the same for one that is, as among the messages that a council has to tell apart.

    Raises:
        ValueError: a line does not fit the form; the sentence names the file.

    """
    found: dict[frozenset[str], Pair] = {}
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if rows.fieldnames == PAIRS:
                pairs: Iterable[Pair] = [_pair(row, path) for row in rows]
            elif rows.fieldnames == MATTERS:
                pairs = _paired(rows, path)
            else:
                continue  # sentences lie in the same folder
            for pair in pairs:
                found.setdefault(frozenset((pair.a, pair.b)), pair)
    return tuple(found.values())


def _pair(row: dict[str, str], path: Path) -> Pair:
    if None in row.values() or None in row:
        raise ValueError(f"{path.name}: five columns are needed: {row}")
    situation = f"{path.stem}-{row['situation']}"
    return Pair(row["text_a"], row["text_b"], row["same"] == "1", row["type"], situation)


def _paired(rows: csv.DictReader[str], path: Path) -> Iterator[Pair]:
    for number, group in groupby(rows, lambda row: row["situation"]):
        tellings = list(group)
        if any(None in row.values() or None in row for row in tellings):
            raise ValueError(f"{path.name}, situation {number}: three columns are needed")
        situation = f"{path.stem}-{number}"
        own = [row["text"] for row in tellings if row["type"] == SAME]
        others = [row for row in tellings if row["type"] != SAME]
        for first, second in combinations(own, 2):
            yield Pair(first, second, True, "paraphrase", situation)
        for place, other in enumerate(others):
            for first in dict.fromkeys((own[place % len(own)], own[(place + 1) % len(own)])):
                yield Pair(first, other["text"], False, other["type"], situation)
