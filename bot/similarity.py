"""Whether two messages are about the same matter: the same trouble of the same place and person.

What two readings share and where they part (`bot.similarity_features`), how near their sentence vectors lie under
a metric learned from pairs, and what the words of one find in the other (`bot.beside`) are weighed together.
Learned with hard pairs (other park, other person, offer against need, solved against unsolved), since plain
nearness of vectors takes exactly those for the same. Without the language model readings alone decide.
Rebuilt by `python -m bot.similarity_learning`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.beside import Beside, Words
from bot.encoder.running import Encoder, Sense
from bot.ngrams import readable
from bot.similarity_features import compared
from bot.similarity_reading import Reading, read

Vector = NDArray[np.float32]
Floats = NDArray[np.float64]

MODEL_FILE: Final = Path(__file__).parent / "model" / "similarity.npz"
SHORTLIST: Final = 16
_MARK: Final = b"K4"
_LENGTHS: Final = struct.Struct("<HHHHHH")


@dataclass(frozen=True)
class SameMatter:
    """The judgement on two messages; `score` is how likely they are the same matter, 0 to 1."""

    same_matter: bool
    score: float


@dataclass(frozen=True)
class Head:
    """One fitted model: the numbers it reads, how they are scaled, what each weighs."""

    middle: Floats
    spread: Floats
    weights: Floats
    threshold: float

    def odds(self, values: Floats) -> float:
        """How likely the pair is one matter, as a logarithm of odds."""
        return float(((values - self.middle) / self.spread) @ self.weights[:-1] + self.weights[-1])


@dataclass(frozen=True)
class Model:
    """What was learned: a head for readings alone, and nets that hold two texts beside each other."""

    names: tuple[str, ...]
    alone: Head
    beside: Beside
    threshold: float
    grams: Mapping[int, float]
    mean: Floats
    metric: Floats


@dataclass(frozen=True)
class Signature:
    """What is computed once for a text: its reading and, where the language model runs, its vector and words.

    About eight kilobytes as bytes. It tells much about the text, so it is sealed like the text.
    """

    reading: Reading
    vector: Vector | None = None
    words: Words | None = None

    def __bytes__(self) -> bytes:
        """Lay the signature out for storage; the vector is kept in half precision."""
        kept = {key: _plain(value) for key, value in asdict(self.reading).items() if key not in _ARRAYS}
        header = json.dumps(kept, separators=(",", ":")).encode()
        pieces = np.array(sorted(self.reading.pieces), dtype="<u4").tobytes()
        grams = np.array(sorted(self.reading.grams), dtype="<u4").tobytes()
        vector = b"" if self.vector is None else self.vector.astype("<f2").tobytes()
        words = b"" if self.words is None else self.words.tobytes()
        parts = (header, pieces, grams, vector, words)
        width = 0 if self.words is None else self.words.shape[1]
        return _MARK + _LENGTHS.pack(*map(len, parts), width) + b"".join(parts)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Signature:
        """Read a stored signature back.

        Raises:
            ValueError: the bytes are from another version; compute it anew from the text.

        """
        if stored[:2] != _MARK:
            raise ValueError("a signature of another version")
        parts, start = [], 2 + _LENGTHS.size
        *lengths, width = _LENGTHS.unpack_from(stored, 2)
        for length in lengths:
            parts.append(stored[start : start + length])
            start += length
        kept: dict[str, Any] = {key: _frozen(value) for key, value in json.loads(parts[0]).items()}
        kept["pieces"], kept["grams"] = (frozenset(np.frombuffer(part, "<u4").tolist()) for part in parts[1:3])
        vector = np.frombuffer(parts[3], "<f2").astype(np.float32) if parts[3] else None
        words = np.frombuffer(parts[4], np.int8).reshape(-1, width) if parts[4] else None
        return cls(Reading(**kept), vector, words)


_ARRAYS: Final = frozenset({"pieces", "grams", "by_kind"})


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _frozen(value: object) -> object:
    return frozenset(value) if isinstance(value, list) else value


class Matcher:
    """Compares messages; cheap to make, holds nothing of what it has read."""

    def __init__(self, encoder: Encoder | None) -> None:
        """Take the language model; without it readings alone decide, less surely."""
        self._encoder = encoder
        self._model = load_model()

    def same_matter(self, a: str, b: str) -> SameMatter:
        """Whether two texts, raw or masked, are about the same matter; the order does not count."""
        return self.compare(self.vector(a), self.vector(b))

    def vector(self, text: str, known: Sense | None = None) -> Signature:
        """All that is computed once for a text. Of its words only the first 500 characters are read.

        `known`: what the language model made of `readable(text)`, where it has read it already.
        """
        reading = read(text)
        if self._encoder is None or not reading.grams:
            return Signature(reading)
        sense = self._encoder.sense(readable(text)) if known is None else known
        return Signature(reading, sense.vector, self._model.beside.words(sense))

    def compare(self, a: Signature, b: Signature) -> SameMatter:
        """Judge two signatures. Where one lacks its vector, readings alone decide."""
        if not a.reading.grams or not b.reading.grams:
            return SameMatter(False, 0.0)
        if a.reading == b.reading and _written_alike(a, b):
            return SameMatter(True, 1.0)
        odds, threshold = self._odds(a, b)
        likely = float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))
        return SameMatter(likely >= threshold, round(likely, 4))

    def most_similar(
        self, own: Signature, others: Sequence[tuple[int, Signature]], limit: int
    ) -> list[tuple[int, SameMatter]]:
        """The likeliest of many, best first, ties by number.

        A quick look over all (vectors and shared letters) leaves a shortlist, which is compared in
        full: a thousand take some ten milliseconds.
        """
        if not others or limit < 1:
            return []
        quick = self._quick(own, [signature for _, signature in others])
        order = np.argsort(-quick, kind="stable")[: max(SHORTLIST, limit)]
        judged = [(others[place][0], self.compare(own, others[place][1])) for place in order]
        return sorted(judged, key=lambda found: (-found[1].score, found[0]))[:limit]

    def _quick(self, own: Signature, others: Sequence[Signature]) -> Floats:
        grams = own.reading.grams
        shared = np.array([len(grams & other.reading.grams) for other in others], dtype=np.float64)
        sizes = np.array([len(other.reading.grams) for other in others], dtype=np.float64)
        near = 2 * shared / (sizes + len(grams) + 1)
        if own.vector is None:
            return near
        blank = np.zeros_like(own.vector)
        vectors = np.stack([blank if other.vector is None else other.vector for other in others])
        mean = self._model.mean.astype(np.float32)
        centred = vectors - mean
        norms = np.linalg.norm(centred, axis=1) + 1e-6
        cosines: Floats = (centred @ _centred(own.vector, mean) / norms).astype(np.float64)
        return near + cosines

    def _odds(self, a: Signature, b: Signature) -> tuple[float, float]:
        """How likely one matter is, as a logarithm of odds, and from what chance on it is said."""
        found = compared(a.reading, b.reading, self._model.grams)
        facts = np.array([found[name] for name in self._model.names])
        if a.vector is None or b.vector is None or a.words is None or b.words is None:
            return self._model.alone.odds(facts), self._model.alone.threshold
        near = nearness(a.vector, b.vector, self._model.mean, self._model.metric, found["languages_apart"])
        return self._model.beside.odds(a.words, b.words, [*facts, *near]), self._model.threshold


def _written_alike(a: Signature, b: Signature) -> bool:
    if a.vector is None or b.vector is None:
        return True
    return bool(np.abs(a.vector - b.vector).max() < 0.02)


def _centred(vector: NDArray[np.floating], mean: NDArray[np.floating]) -> Floats:
    moved = np.asarray(vector - mean, dtype=np.float64)
    return moved / (float(np.linalg.norm(moved)) + 1e-9)


def nearness(a: Vector, b: Vector, mean: Floats, metric: Floats, languages_apart: float) -> Floats:
    """How near two vectors lie: plain, centred, by the learned metric; across languages once more."""
    first, second = _centred(a, mean), _centred(b, mean)
    plain, centred = float(a @ b), float(first @ second)
    here, there = first @ metric, second @ metric
    turn = float(here @ there) / (float(np.linalg.norm(here) * np.linalg.norm(there)) + 1e-9)
    apart = float(np.linalg.norm(here - there))
    values = [plain, centred, turn, apart]
    return np.array([*values, *(value * languages_apart for value in values[1:])])


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Load what was learned, once a process; a megabyte."""
    with np.load(MODEL_FILE, allow_pickle=False) as kept:
        alone = Head(
            kept["alone_middle"].astype(np.float64),
            kept["alone_spread"].astype(np.float64),
            kept["alone_weights"].astype(np.float64),
            float(kept["alone_threshold"]),
        )
        return Model(
            tuple(kept["names"].tolist()),
            alone,
            Beside.of(kept),
            float(kept["threshold"]),
            dict(zip(kept["grams"].tolist(), kept["gram_weights"].astype(np.float64).tolist(), strict=True)),
            kept["mean"].astype(np.float64),
            kept["metric"].astype(np.float64),
        )
