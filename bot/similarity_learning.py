"""Builds the artefact of the matcher from the tellings in bot/training: `python -m bot.similarity_learning`.

Needs torch (for `bot.beside_learning`) and half an hour of one core. One situation in ten is held back: on those,
which nothing has learned, the limits are chosen and the figures printed. Then bot/model/similarity.npz is
written; the same input gives the same file on one machine.
"""

from __future__ import annotations

import dataclasses
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.beside import Beside
from bot.beside_learning import Lessons, learn
from bot.embedding import load_embedding
from bot.encoder.running import Encoder, Sense
from bot.ngrams import readable
from bot.similarity import MODEL_FILE, Floats, Head, nearness
from bot.similarity_features import compared
from bot.similarity_reading import Reading, read
from bot.tellings import Pair, read_pairs

INNER_PARTS: Final = 5
METRIC_DIMENSIONS: Final = 48
METRIC_SMOOTHING: Final = 3.0
METRIC_KEEPS_VARIANCE: Final = 0.1
DECAY: Final = 5.0
AS_GOOD: Final = 0.01
FORGETTINGS: Final = 3
FORGET_SHARE: Final = 0.4

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Material:
    """The pairs, what their readings share (a table for each forgetting), what the model made of each text."""

    pairs: tuple[Pair, ...]
    names: tuple[str, ...]
    tables: tuple[Floats, ...]
    texts: dict[str, int]
    senses: tuple[Sense, ...]
    mean: Floats
    grams: dict[int, float]

    @cached_property
    def same(self) -> Floats:
        """1 where a pair is the same matter, else 0."""
        return np.array([pair.same for pair in self.pairs], dtype=np.float64)

    @cached_property
    def situations(self) -> Ints:
        """The situation of each pair, counted in the order of the files; its pairs are never parted."""
        numbers = {name: place for place, name in enumerate(dict.fromkeys(p.situation for p in self.pairs))}
        return np.array([numbers[pair.situation] for pair in self.pairs])

    @cached_property
    def sides(self) -> Ints:
        """The two texts of each pair, by number."""
        return np.array([[self.texts[pair.a], self.texts[pair.b]] for pair in self.pairs])


def prepare(pairs: Sequence[Pair], encoder: Encoder) -> Material:
    """Read every text once.

    The words a matcher knows will always miss some, while those who wrote the pairs also wrote the words. So each
    pair is also seen with part of its meanings forgotten, lest the model trust them too far.
    """
    texts = {text: place for place, text in enumerate(sorted({text for p in pairs for text in (p.a, p.b)}))}
    readings = {text: read(text) for text in texts}
    grams = _gram_weights(list(readings.values()))
    random = np.random.default_rng(5)
    plain = [compared(readings[pair.a], readings[pair.b], grams) for pair in pairs]
    names = tuple(plain[0])
    found = [plain] + [
        [compared(_forget(readings[p.a], random), _forget(readings[p.b], random), grams) for p in pairs]
        for _ in range(FORGETTINGS)
    ]
    tables = tuple(np.array([[row[name] for name in names] for row in table]) for table in found)
    senses = tuple(_small(encoder.sense(readable(text))) for text in texts)
    mean = np.mean([sense.vector for sense in senses], axis=0).astype(np.float64)
    return Material(tuple(pairs), names, tables, texts, senses, mean, grams)


def _small(sense: Sense) -> Sense:
    rows = sense.rows if len(sense.rows) else np.zeros((1, sense.rows.shape[1]))
    return dataclasses.replace(sense, rows=rows.astype(np.float16))


def _gram_weights(readings: Sequence[Reading]) -> dict[int, float]:
    seen = Counter(gram for reading in readings for gram in reading.grams)
    return {
        gram: math.log((len(readings) + 1) / (count + 1)) for gram, count in sorted(seen.items()) if count > 2
    }


def _forget(reading: Reading, random: np.random.Generator) -> Reading:
    kept = frozenset(m for m in sorted(reading.meanings) if random.random() > FORGET_SHARE)
    return dataclasses.replace(reading, meanings=kept, by_kind={})


def near(material: Material, learned: Ints) -> tuple[Floats, Floats]:
    """How near the vectors of each pair lie, and the metric for that.

    The metric flatters the pairs it was learned from; so each of them is seen through one that was learned
    without its situation.
    """
    metric = learn_metric(material, learned)
    found = _near(material, np.arange(len(material.pairs)), metric)
    groups = material.situations[learned] % INNER_PARTS
    for group in range(INNER_PARTS):
        other = learn_metric(material, learned[groups != group])
        found[learned[groups == group]] = _near(material, learned[groups == group], other)
    return found, metric


def learn_metric(material: Material, rows: Ints) -> Floats:
    """Directions in which different matters lie apart and tellings of one matter lie close."""
    vectors = _unit(np.array([sense.vector for sense in material.senses]) - material.mean)
    first, second = (vectors[material.sides[rows, side]] for side in (0, 1))
    same = material.same[rows] == 1
    hard = np.array([material.pairs[row].type != "unrelated" for row in rows])
    apart = first - second
    within = apart[same].T @ apart[same] / same.sum()
    between = apart[~same & hard].T @ apart[~same & hard] / (~same & hard).sum()
    between += METRIC_KEEPS_VARIANCE * first.T @ first / len(first)
    within += METRIC_SMOOTHING * np.trace(within) / len(within) * np.eye(len(within))
    inverse = np.linalg.inv(np.linalg.cholesky(within))
    _, axes = np.linalg.eigh(inverse @ between @ inverse.T)
    return np.asarray(inverse.T @ axes[:, ::-1][:, :METRIC_DIMENSIONS])


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9))


def _near(material: Material, rows: Ints, metric: Floats) -> Floats:
    crossing = material.tables[0][:, material.names.index("languages_apart")]
    found = []
    for row in rows:
        first, second = (material.senses[text].vector for text in material.sides[row])
        found.append(nearness(first, second, material.mean, metric, crossing[row]))
    return np.array(found)


def _logistic(values: Floats, answers: Floats, copies: int) -> Head:
    """Ridge-penalised logistic regression by Newton's method; copies of one pair count as one pair."""
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    table = np.hstack([(values - middle) / spread, np.ones((len(values), 1))])
    weights = np.zeros(table.shape[1])
    penalty = np.full(table.shape[1], DECAY)
    penalty[-1] = 1e-6
    for _ in range(60):
        guess = 1 / (1 + np.exp(-np.clip(table @ weights, -30, 30)))
        slope = table.T @ (guess - answers) / copies + penalty * weights
        bend = (table * (guess * (1 - guess))[:, None]).T @ table / copies + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return Head(middle, spread, weights, 0.5)


def f1(found: Floats, same: Floats, threshold: float) -> float:
    """The harmonic mean of precision and recall of "same matter" at a threshold."""
    said = found >= threshold
    right = float((said & (same == 1)).sum())
    return 2 * right / max(1.0, float(said.sum() + same.sum()))


def best_threshold(odds: Floats, same: Floats, times: Ints, as_good: float = 0.0) -> float:
    """The threshold with the best F1, smoothed over its neighbours against chance.

    Of thresholds that are as good (F1 smaller by no more than `as_good`) the lowest: a proposal that is wrong
    costs an officer one look, a matter that is not recognised gets a second thread.
    """
    found, same = np.repeat(_likely(odds), times), np.repeat(same, times)
    steps = np.arange(0.2, 0.66, 0.01)
    scores = np.array([f1(found, same, step) for step in steps])
    smooth = np.convolve(np.pad(scores, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    return round(float(steps[int(np.flatnonzero(smooth >= smooth.max() - as_good)[0])]), 2)


def _likely(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def report(title: str, odds: Floats, pairs: Sequence[Pair], threshold: float) -> None:
    """Print F1 and the share of right answers for each type."""
    found, same = _likely(odds), np.array([pair.same for pair in pairs], dtype=np.float64)
    score = f1(found, same, threshold)
    sys.stdout.write(f"{title}: F1 {score:.3f} over {len(pairs)} held pairs, threshold {threshold}\n")
    for kind in sorted({pair.type for pair in pairs}):
        rows = np.array([pair.type == kind for pair in pairs])
        right = ((found[rows] >= threshold) == (same[rows] == 1)).mean()
        sys.stdout.write(f"  {kind:15s} {right:.3f} of {int(rows.sum())}\n")


def build(encoder: Encoder) -> dict[str, NDArray[np.generic]]:
    """Learn from what is not held, choose limits and report on what is; returns the artefact's arrays."""
    material = prepare(read_pairs(), encoder)
    learned = np.flatnonzero([not pair.is_held for pair in material.pairs])
    often = np.repeat(learned, [material.pairs[row].times for row in learned])
    held = np.flatnonzero([pair.is_held and pair.type != "unrelated" for pair in material.pairs])
    pairs, same = [material.pairs[row] for row in held], material.same[held]
    times = np.array([pair.times for pair in pairs])

    copies = len(material.tables)
    alone = _logistic(
        np.vstack([table[often] for table in material.tables]),
        np.concatenate([material.same[often]] * copies),
        copies,
    )
    odds = np.array([alone.odds(material.tables[0][row]) for row in held])
    alone = dataclasses.replace(alone, threshold=best_threshold(odds, same, times))
    report("readings alone", odds, pairs, alone.threshold)

    nearness_of, metric = near(material, learned)
    facts = np.stack([np.hstack([table, nearness_of]) for table in material.tables]).astype(np.float32)
    rows = [sense.rows.astype(np.float16) for sense in material.senses]
    answers = material.same[often].astype(np.float32)
    nets = learn(Lessons(rows, material.sides[often], facts[:, often], answers))
    beside = Beside.of(nets)
    words = {text: beside.words(material.senses[text]) for text in set(material.sides[held].ravel().tolist())}
    sides = material.sides[held].tolist()
    odds = np.array(
        [beside.odds(words[a], words[b], facts[0, row]) for row, (a, b) in zip(held, sides, strict=True)]
    )
    threshold = best_threshold(odds, same, times, AS_GOOD)
    report("held beside each other", odds, pairs, threshold)
    return {
        "names": np.array(material.names),
        "grams": np.array(list(material.grams), dtype=np.uint32),
        "gram_weights": np.array(list(material.grams.values()), dtype=np.float16),
        "mean": material.mean.astype(np.float32),
        "metric": metric.astype(np.float32),
        "alone_middle": alone.middle,
        "alone_spread": alone.spread,
        "alone_weights": alone.weights,
        "alone_threshold": np.array(alone.threshold),
        "threshold": np.array(threshold),
        **{name: _kept(name, array) for name, array in nets.items()},
    }


def _kept(name: str, array: NDArray[np.float32]) -> NDArray[np.generic]:
    """Half precision is enough for the nets' matrices; the scaling of facts spans more than it holds."""
    return array.astype(np.float32 if name in ("beside_middle", "beside_spread") else np.float16)


def main() -> None:
    """Write the artefact anew."""
    encoder = load_embedding()
    if encoder is None:
        raise SystemExit("The language model does not run here; the artefact is built where it does.")
    kept = build(encoder)
    with MODEL_FILE.open("wb") as out:
        np.savez_compressed(out, **kept)  # type: ignore[arg-type]
    sys.stdout.write(f"{MODEL_FILE.name}: {MODEL_FILE.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
