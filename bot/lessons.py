"""The sentences that Kizuki learns from (bot/training), read and turned into numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot import ngrams, privacy, urgency
from bot.classifier import CALM, KINDS, Floats
from bot.embedding import Embed
from bot.themes import codes
from bot.urgency import URGENCIES

TRAINING = Path(__file__).parent / "training"
LABELS = {"theme": codes(), "urgency": URGENCIES, "kind": KINDS, "calm": CALM}
HEADER = "theme\tsecond\turgency\tkind\tregister\tflags\ttext"
_MARKED = re.compile(r"\{[a-z_]+:([^{}]*)\}")
_BLOCK = 20  # neighbouring lines are often about one situation and must not be parted


@dataclass(frozen=True)
class Sentence:
    """One labelled sentence of the training material."""

    theme: str
    second: str | None
    urgency: str
    kind: str
    register: str
    flags: frozenset[str]
    text: str
    group: str


def read_sentences(folder: Path = TRAINING) -> list[Sentence]:
    """All sentences of a folder of .tsv files, in the order of file names and lines.

    Raises:
        ValueError: a line does not fit the form; the sentence names file and line.

    """
    read: list[Sentence] = []
    for path in sorted(folder.glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if not lines or lines[0] != HEADER:
            continue  # pairs of sentences and other material lie in the same folder
        for number, line in enumerate(lines[1:], 2):
            if line.strip() and not line.startswith("#"):
                read.append(_sentence(line, path.stem, number))
    return read


def plain(marked: str) -> str:
    """The sentence as a person would type it, without the marks around personal information."""
    return _MARKED.sub(r"\1", marked).replace("\\n", "\n").replace("\\t", " ")


def _sentence(line: str, stem: str, number: int) -> Sentence:
    cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
    if len(cells) != 7:
        raise ValueError(f"{stem}.tsv, line {number}: seven columns are needed")
    theme, second, danger, kind, register, flags, text = (cell.strip() for cell in cells)
    for value, known in ((theme, codes()), (danger, URGENCIES), (kind, KINDS)):
        if value not in known:
            raise ValueError(f"{stem}.tsv, line {number}: {value!r} is no known label")
    return Sentence(
        theme=theme,
        second=second if second in codes() else None,
        urgency=danger,
        kind=kind,
        register=register,
        flags=frozenset(flag.strip() for flag in flags.split(",")) - {"-", ""},
        text=plain(text),
        group=f"{stem}-{number // _BLOCK}",
    )


@dataclass(frozen=True)
class Matter:
    """The training material as numbers, one row a sentence."""

    buckets: list[NDArray[np.int64]]
    values: list[Floats]
    words: Floats
    vectors: Floats | None
    targets: Floats
    importance: Floats

    def part(self, rows: Sequence[int]) -> Matter:
        """Some of the sentences."""
        return Matter(
            [self.buckets[row] for row in rows],
            [self.values[row] for row in rows],
            self.words[rows],
            None if self.vectors is None else self.vectors[rows],
            self.targets[rows],
            self.importance[rows],
        )


def numbers(sentences: Sequence[Sentence], embed: Embed | None) -> Matter:
    """Sentences as features and targets, masked as they will be when Kizuki runs."""
    masked = [privacy.mask(sentence.text).text for sentence in sentences]
    flats = [ngrams.normalised(text) for text in masked]
    weighted = [ngrams.weights(ngrams.grams(flat)) for flat in flats]
    return Matter(
        buckets=[buckets for buckets, _ in weighted],
        values=[values for _, values in weighted],
        words=np.array([urgency.features(urgency.read(flat)) for flat in flats]),
        vectors=None if embed is None else np.array([embed(ngrams.readable(text)) for text in masked]),
        targets=np.array([_target(sentence) for sentence in sentences], dtype=np.float32),
        importance=np.ones(len(sentences), dtype=np.float32),
    )


def _target(sentence: Sentence) -> list[float]:
    """A second theme is a third of the truth: the scorer and the council accept both."""
    theme = dict.fromkeys(LABELS["theme"], 0.0)
    theme[sentence.theme] = 1.0
    if sentence.second and sentence.second != sentence.theme:
        theme[sentence.theme], theme[sentence.second] = 0.67, 0.33
    danger = [float(code == sentence.urgency) for code in URGENCIES]
    kind = [float(code == sentence.kind) for code in KINDS]
    near = float("near_miss" in sentence.flags)
    return [*theme.values(), *danger, *kind, 1.0 - near, near]
