"""Whether two messages are about the same matter: the same trouble of the same place and person.

A small logistic model weighs what two readings share and where they part, together with the
nearness of their sentence vectors under a metric learned from pairs. It was trained with hard
pairs (other park, other person, offer against need, solved against unsolved), since plain
nearness of vectors takes exactly those for the same.
Rebuilt by `python -m bot.similarity_learning`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.encoder.running import Sense
from bot.ngrams import readable
from bot.similarity_features import compared
from bot.similarity_reading import Reading, read

Vector = NDArray[np.float32]
Floats = NDArray[np.float64]
Embed = Callable[[str], Vector]

MODEL_FILE: Final = Path(__file__).parent / "model" / "similarity.npz"
SHORTLIST: Final = 16
_MARK: Final = b"K3"
_LENGTHS: Final = struct.Struct("<HHHH")


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

    def probability(self, values: Floats) -> float:
        """How likely the pair is one matter, 0 to 1."""
        drawn = float(((values - self.middle) / self.spread) @ self.weights[:-1] + self.weights[-1])
        return float(1 / (1 + np.exp(-np.clip(drawn, -30, 30))))


@dataclass(frozen=True)
class Model:
    """What was learned: one head for readings alone, one for readings with vectors."""

    names: tuple[str, ...]
    alone: Head
    with_vectors: Head
    grams: Mapping[int, float]
    mean: Floats
    metric: Floats


@dataclass(frozen=True)
class Signature:
    """What is computed once for a text: its reading and, where an embedding runs, its vector.

    About two kilobytes as bytes. It tells much about the text, so it is sealed like the text.
    """

    reading: Reading
    vector: Vector | None = None

    def __bytes__(self) -> bytes:
        """Lay the signature out for storage; the vector is kept in half precision."""
        kept = {key: _plain(value) for key, value in asdict(self.reading).items() if key not in _ARRAYS}
        header = json.dumps(kept, separators=(",", ":")).encode()
        pieces = np.array(sorted(self.reading.pieces), dtype="<u4").tobytes()
        grams = np.array(sorted(self.reading.grams), dtype="<u4").tobytes()
        vector = b"" if self.vector is None else self.vector.astype("<f2").tobytes()
        lengths = _LENGTHS.pack(len(header), len(pieces), len(grams), len(vector))
        return _MARK + lengths + header + pieces + grams + vector

    @classmethod
    def from_bytes(cls, stored: bytes) -> Signature:
        """Read a stored signature back.

        Raises:
            ValueError: the bytes are from another version; compute it anew from the text.

        """
        if stored[:2] != _MARK:
            raise ValueError("a signature of another version")
        parts, start = [], 2 + _LENGTHS.size
        for length in _LENGTHS.unpack_from(stored, 2):
            parts.append(stored[start : start + length])
            start += length
        kept: dict[str, Any] = {key: _frozen(value) for key, value in json.loads(parts[0]).items()}
        kept["pieces"], kept["grams"] = (frozenset(np.frombuffer(part, "<u4").tolist()) for part in parts[1:3])
        vector = np.frombuffer(parts[3], "<f2").astype(np.float32) if parts[3] else None
        return cls(Reading(**kept), vector)


_ARRAYS: Final = frozenset({"pieces", "grams", "by_kind"})


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _frozen(value: object) -> object:
    return frozenset(value) if isinstance(value, list) else value


class Matcher:
    """Compares messages; cheap to make, holds nothing of what it has read."""

    def __init__(self, embed: Embed | None) -> None:
        """Take what turns a sentence into a vector; without it readings alone decide, less surely."""
        self._embed = embed
        self._model = load_model()

    def same_matter(self, a: str, b: str) -> SameMatter:
        """Whether two texts, raw or masked, are about the same matter; the order does not count."""
        return self.compare(self.vector(a), self.vector(b))

    def vector(self, text: str, known: Sense | None = None) -> Signature:
        """All that is computed once for a text. Of its words only the first 500 characters are read.

        `known`: what the language model made of `readable(text)`, where it has read it already.
        """
        reading = read(text)
        if self._embed is None or not reading.grams:
            return Signature(reading)
        vector = self._embed(readable(text)) if known is None else known.vector
        return Signature(reading, np.asarray(vector, dtype=np.float32))

    def compare(self, a: Signature, b: Signature) -> SameMatter:
        """Judge two signatures. Where one lacks its vector, readings alone decide."""
        if not a.reading.grams or not b.reading.grams:
            return SameMatter(False, 0.0)
        if a.reading == b.reading and _written_alike(a, b):
            return SameMatter(True, 1.0)
        head, values = self._values(a, b)
        score = head.probability(values)
        return SameMatter(score >= head.threshold, round(score, 4))

    def most_similar(
        self, own: Signature, others: Sequence[tuple[int, Signature]], limit: int
    ) -> list[tuple[int, SameMatter]]:
        """The likeliest of many, best first, ties by number.

        A quick look over all (vectors and shared letters) leaves a shortlist, which is compared in
        full: a thousand take a few milliseconds.
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

    def _values(self, a: Signature, b: Signature) -> tuple[Head, Floats]:
        found = compared(a.reading, b.reading, self._model.grams)
        read_values = np.array([found[name] for name in self._model.names])
        if a.vector is None or b.vector is None:
            return self._model.alone, read_values
        near = nearness(a.vector, b.vector, self._model.mean, self._model.metric, found["languages_apart"])
        return self._model.with_vectors, np.concatenate([read_values, near])


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
    """Load what was learned, once a process; some 200 kB."""
    with np.load(MODEL_FILE, allow_pickle=False) as kept:
        heads = [
            Head(
                kept[f"{name}_middle"].astype(np.float64),
                kept[f"{name}_spread"].astype(np.float64),
                kept[f"{name}_weights"].astype(np.float64),
                float(kept[f"{name}_threshold"]),
            )
            for name in ("alone", "with_vectors")
        ]
        return Model(
            tuple(kept["names"].tolist()),
            heads[0],
            heads[1],
            dict(zip(kept["grams"].tolist(), kept["gram_weights"].astype(np.float64).tolist(), strict=True)),
            kept["mean"].astype(np.float64),
            kept["metric"].astype(np.float64),
        )
