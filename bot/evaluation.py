"""How well Kizuki reads: every figure that was promised, for any labelled file."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.pace import measure
from bot.themes import codes
from bot.understanding import Reader, Understanding

Gold = dict[str, Any]
_LOOSE = re.compile(r"[\s\-‐‑‒–—―−ー－()（）・,.，．、。/／]")


@dataclass(frozen=True)
class Figure:
    """One promised figure: what was reached and what has to be reached."""

    name: str
    reached: float | None
    promised: float
    at_most: bool = False
    unit: str = "%"

    @property
    def kept(self) -> bool | None:
        """Whether the promise is kept; None when the file holds nothing to measure it by."""
        if self.reached is None:
            return None
        return self.reached <= self.promised if self.at_most else self.reached >= self.promised

    @property
    def shown(self) -> str:
        """What was reached, with its unit."""
        return "-" if self.reached is None else self._shown(self.reached)

    @property
    def wanted(self) -> str:
        """What was promised, with its unit."""
        return f"{'<=' if self.at_most else '>='} {self._shown(self.promised)}"

    def line(self) -> str:
        """The figure as one line of the table."""
        mark = {True: "ok", False: "NOT REACHED", None: "nothing to measure"}[self.kept]
        return f"  {self.name:<58} {self.shown:>9}   {self.wanted:<12} {mark}"

    def _shown(self, value: float) -> str:
        return f"{100 * value:.1f} %" if self.unit == "%" else f"{value:.3g}{self.unit}"


def report(
    gold_path: Path,
    reader: Reader,
    pairs_path: Path | None = None,
    errors_by_register: bool = False,
    *,
    timed: bool = True,
) -> str:
    """All promised figures for one labelled file, with what was read wrongly when asked for.

    Args:
        gold_path: JSON lines with text, theme, second_theme, urgency, kind, pii, near_miss, register.
        reader: with or without the language model; measure both.
        pairs_path: JSON lines with text_a, text_b, same_matter.
        errors_by_register: lists every message that was read wrongly, by register. Shows text, so
            it is for labelled files of invented messages alone.
        timed: False leaves out time and memory, which take half a minute to measure.
    """
    gold = _lines(gold_path)
    found = [reader.understand(row["text"]) for row in gold]
    pairs = _lines(pairs_path) if pairs_path else []
    figures = [
        *theme_figures(gold, found),
        *urgency_figures(gold, found),
        *masking_figures(gold, found),
        *kind_figures(gold, found),
        *pair_figures(pairs, reader),
        *(speed_figures([row["text"] for row in gold], reader.has_model) if timed else ()),
    ]
    head = f"{len(gold)} messages, {'with' if reader.has_model else 'without'} the language model"
    listed = _errors(gold, found) if errors_by_register else []
    return "\n".join([head, *(figure.line() for figure in figures), *listed])


def theme_figures(gold: Sequence[Gold], found: Sequence[Understanding]) -> list[Figure]:
    """Theme of concerns; the second theme is as good as the first."""
    rows = [(g, f) for g, f in zip(gold, found, strict=True) if g["kind"] == "concern"]
    answered = [(g, f) for g, f in rows if not f.abstained]
    right = sum(_hit(g, f) for g, f in answered)
    return [
        Figure("theme, when it answers", _share(right, len(answered)), 0.85),
        Figure("theme, share answered", _share(len(answered), len(rows)), 0.85),
        Figure("theme, macro-F1 over all concerns", _macro_f1(rows), 0.72, unit=""),
    ]


def urgency_figures(gold: Sequence[Gold], found: Sequence[Understanding]) -> list[Figure]:
    """Emergencies caught, false alarms, and what only sounds alarming."""
    rows = [(g["urgency"], f.urgency, bool(g.get("near_miss"))) for g, f in zip(gold, found, strict=True)]
    real = [said for truth, said, _ in rows if truth == "emergency"]
    alarms = [truth for truth, said, _ in rows if said == "emergency"]
    near = [said for _, said, is_near in rows if is_near]
    return [
        Figure("emergency read as emergency or soon", _share_of(real, ("emergency", "soon")), 0.97),
        Figure("emergency read as emergency", _share_of(real, ("emergency",)), 0.85),
        Figure("precision of emergency", _share_of(alarms, ("emergency",)), 0.75),
        Figure("near-misses read as urgent", _share_of(near, ("emergency", "soon")), 0.08, at_most=True),
    ]


def masking_figures(gold: Sequence[Gold], found: Sequence[Understanding]) -> list[Figure]:
    """Personal information gone, and other text that was masked with it."""
    items = gone = other = removed = 0
    for row, read in zip(gold, found, strict=True):
        masked = _norm(read.masked_text)
        items += len(row["pii"])
        gone += sum(piece not in read.masked_text and _norm(piece) not in masked for piece in row["pii"])
        inside = {place for span in row["pii_spans"] for place in range(span[0], span[1])}
        kept = _kept(row["text"], read.masked_text)
        outside = [i for i, ch in enumerate(row["text"]) if i not in inside and not ch.isspace()]
        other += len(outside)
        removed += sum(place not in kept for place in outside)
    return [
        Figure("personal information gone", _share(gone, items), 0.98),
        Figure("other text masked", _share(removed, other), 0.04, at_most=True),
    ]


def kind_figures(gold: Sequence[Gold], found: Sequence[Understanding]) -> list[Figure]:
    """Concern, question, thanks, offer or off topic."""
    right = sum(g["kind"] == f.kind for g, f in zip(gold, found, strict=True))
    return [Figure("kind", _share(right, len(gold)), 0.88)]


def pair_figures(pairs: Sequence[Gold], reader: Reader) -> list[Figure]:
    """Same matter, over pairs with hard negatives."""
    if not pairs:
        return []
    said = [reader.same_matter(row["text_a"], row["text_b"]).same_matter for row in pairs]
    truth = [bool(row["same_matter"]) for row in pairs]
    both = sum(a and b for a, b in zip(said, truth, strict=True))
    return [Figure("same matter, F1", _f1(both, sum(said) - both, sum(truth) - both), 0.85, unit="")]


def speed_figures(texts: Sequence[str], use_model: bool) -> list[Figure]:
    """Time, loading and memory on one core with one thread; see `pace`.

    Of a few hundred hostile readings the 99.9th percentile is the slowest, and it is called so.
    """
    pace = measure(texts, use_model)
    hostile = f"5,000 hostile characters, slowest of {pace.hostile_runs}"
    return [
        Figure("40 characters, median", pace.usual_ms, 25, at_most=True, unit=" ms"),
        Figure("masking and words of danger alone, median", pace.words_ms, 1, at_most=True, unit=" ms"),
        Figure(hostile, pace.hostile_ms, 150, at_most=True, unit=" ms"),
        Figure("loading, up to the first reading", pace.load_s, 1, at_most=True, unit=" s"),
        Figure("memory over a bare process", pace.memory_mb, 180, at_most=True, unit=" MB"),
    ]


def _errors(gold: Sequence[Gold], found: Sequence[Understanding]) -> list[str]:
    """What was read wrongly, register by register, the most troubled register first."""
    wrong: dict[str, list[str]] = defaultdict(list)
    seen = Counter(str(row.get("register")) for row in gold)
    for row, read in zip(gold, found, strict=True):
        if slips := _slips(row, read):
            wrong[str(row.get("register"))].append(f"    {'; '.join(slips)}: {row['text'][:60]!r}")
    order = sorted(wrong, key=lambda register: -len(wrong[register]) / seen[register])
    return [
        line
        for register in order
        for line in (f"\n  {register} ({len(wrong[register])} of {seen[register]})", *wrong[register])
    ]


def _slips(row: Gold, read: Understanding) -> list[str]:
    slips = []
    if row["kind"] == "concern" and read.abstained:
        slips.append(f"theme {row['theme']} left open")
    elif row["kind"] == "concern" and not _hit(row, read):
        slips.append(f"theme {row['theme']} read as {read.theme}")
    if row["urgency"] != read.urgency:
        slips.append(f"urgency {row['urgency']} read as {read.urgency}")
    if row["kind"] != read.kind:
        slips.append(f"kind {row['kind']} read as {read.kind}")
    leaks = [piece for piece in row["pii"] if _norm(piece) in _norm(read.masked_text)]
    return slips + [f"not masked {piece}" for piece in leaks]


def _hit(row: Gold, read: Understanding) -> bool:
    return read.theme in (row["theme"], row.get("second_theme"))


def _macro_f1(rows: Sequence[tuple[Gold, Understanding]]) -> float | None:
    """Mean F1 over themes that occur; what was left open counts as missed."""
    hits, missed, extra = Counter[str](), Counter[str](), Counter[str]()
    for row, read in rows:
        if not read.abstained and _hit(row, read):
            hits[row["theme"]] += 1
        else:
            missed[row["theme"]] += 1
            extra.update([] if read.abstained else [read.theme])
    occur = [theme for theme in codes() if hits[theme] + missed[theme]]
    return sum(_f1(hits[t], extra[t], missed[t]) for t in occur) / len(occur) if occur else None


def _f1(right: int, extra: int, missed: int) -> float:
    return 2 * right / (2 * right + extra + missed) if right else 0.0


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _share_of(values: Sequence[str], wanted: tuple[str, ...]) -> float | None:
    return _share(sum(value in wanted for value in values), len(values))


def _norm(text: str) -> str:
    return _LOOSE.sub("", unicodedata.normalize("NFKC", text).lower())


def _kept(text: str, masked: str) -> set[int]:
    """Places of a text that survive in its masked form, by alignment."""
    blocks = difflib.SequenceMatcher(None, text, masked, autojunk=False).get_matching_blocks()
    return {place for block in blocks for place in range(block.a, block.a + block.size)}


def _lines(path: Path) -> list[Gold]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [row for row in rows if isinstance(row, dict)]
