"""Builds the artefact of the matcher from bot/training/pairs.tsv: `python -m bot.similarity_learning`.

Prints a cross-validation whose parts share no situation, with and without the embedding, then fits on everything
and writes bot/model/similarity.npz. The same input gives the same file on one machine; nothing is random but for
fixed seeds.
"""

from __future__ import annotations

import dataclasses
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.embedding import Embed, load_embedding
from bot.ngrams import readable
from bot.similarity import MODEL_FILE, Floats, Head, nearness
from bot.similarity_features import compared
from bot.similarity_reading import Reading, read
from bot.tellings import Pair, read_pairs

PARTS: Final = 6
INNER_PARTS: Final = 5
METRIC_DIMENSIONS: Final = 48
METRIC_SMOOTHING: Final = 3.0
METRIC_KEEPS_VARIANCE: Final = 0.1
DECAY: Final = 5.0
FORGETTINGS: Final = 3
FORGET_SHARE: Final = 0.4

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Material:
    """The pairs with everything that does not change from fit to fit."""

    pairs: tuple[Pair, ...]
    names: tuple[str, ...]
    values: tuple[Floats, ...]
    first: Floats | None
    second: Floats | None
    mean: Floats
    grams: dict[int, float]

    @property
    def same(self) -> Floats:
        """1 where a pair is the same matter, else 0."""
        return np.array([pair.same for pair in self.pairs], dtype=np.float64)

    @property
    def situations(self) -> Ints:
        """The situation of each pair, counted in the order of the files; its pairs are never parted."""
        numbers = {name: place for place, name in enumerate(dict.fromkeys(p.situation for p in self.pairs))}
        return np.array([numbers[pair.situation] for pair in self.pairs])


@dataclass(frozen=True)
class Fitted:
    """A head with the metric that its vectors are measured by."""

    head: Head
    metric: Floats


def prepare(pairs: Sequence[Pair], embed: Embed | None, like: Material | None = None) -> Material:
    """Read and embed every text once.

    The words a matcher knows will always miss some, while those who wrote the pairs also wrote the words. So each
    pair is also seen with part of its meanings forgotten, lest the model trust them too far.
    """
    texts = sorted({text for pair in pairs for text in (pair.a, pair.b)})
    readings = {text: read(text) for text in texts}
    grams = like.grams if like else _gram_weights(list(readings.values()))
    random = np.random.default_rng(5)
    plain = [compared(readings[pair.a], readings[pair.b], grams) for pair in pairs]
    names = tuple(plain[0])
    tables = [plain] + [
        [compared(_forget(readings[p.a], random), _forget(readings[p.b], random), grams) for p in pairs]
        for _ in range(0 if like else FORGETTINGS)
    ]
    values = tuple(np.array([[row[name] for name in names] for row in table]) for table in tables)
    if embed is None:
        return Material(tuple(pairs), names, values, None, None, np.zeros(1), grams)
    vectors = {text: embed(readable(text)).astype(np.float64) for text in texts}
    mean = like.mean if like else np.mean([vectors[text] for text in texts], axis=0)
    first, second = (
        np.array([vectors[text] for text in side]) for side in zip(*((p.a, p.b) for p in pairs), strict=True)
    )
    return Material(tuple(pairs), names, values, first, second, mean, grams)


def _gram_weights(readings: Sequence[Reading]) -> dict[int, float]:
    seen = Counter(gram for reading in readings for gram in reading.grams)
    return {
        gram: math.log((len(readings) + 1) / (count + 1)) for gram, count in sorted(seen.items()) if count > 2
    }


def _forget(reading: Reading, random: np.random.Generator) -> Reading:
    kept = frozenset(m for m in sorted(reading.meanings) if random.random() > FORGET_SHARE)
    return dataclasses.replace(reading, meanings=kept, by_kind={})


def fit(material: Material, rows: Ints) -> Fitted:
    """Fit one head on some of the pairs.

    The metric flatters the pairs it was learned from; so the head sees each pair through a metric
    that was learned without its situation.
    """
    groups = material.situations[rows] % INNER_PARTS
    metric = learn_metric(material, rows)
    tables, answers = [], []
    for group in range(INNER_PARTS):
        held = rows[groups == group]
        near = _near(material, held, learn_metric(material, rows[groups != group]))
        for values in material.values:
            tables.append(np.hstack([values[held], near]))
            answers.append(material.same[held])
    return Fitted(_logistic(np.vstack(tables), np.concatenate(answers), len(material.values)), metric)


def learn_metric(material: Material, rows: Ints) -> Floats:
    """Directions in which different matters lie apart and tellings of one matter lie close."""
    if material.first is None or material.second is None:
        return np.zeros((1, 1))
    first, second = _unit(material.first[rows] - material.mean), _unit(material.second[rows] - material.mean)
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
    first, second = material.first, material.second
    if first is None or second is None:
        return np.zeros((len(rows), 0))
    crossing = material.values[0][:, material.names.index("languages_apart")]
    return np.array(
        [
            nearness(
                first[row].astype(np.float32),
                second[row].astype(np.float32),
                material.mean,
                metric,
                crossing[row],
            )
            for row in rows
        ]
    )


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


def predict(fitted: Fitted, material: Material, rows: Ints) -> Floats:
    """How likely each of some pairs is the same matter."""
    table = np.hstack([material.values[0][rows], _near(material, rows, fitted.metric)])
    return np.array([fitted.head.probability(row) for row in table])


def cross_validated(material: Material) -> Floats:
    """A probability for every pair from a fit that saw nothing of its situation.

    The parts are stretches of the file: what was written in one go is alike in style and subject,
    and a figure from scattered parts promises more than unseen messages will keep.
    """
    situations = material.situations
    parts = situations * PARTS // (situations.max() + 1)
    found = np.zeros(len(material.pairs))
    for part in range(PARTS):
        held = np.flatnonzero(parts == part)
        found[held] = predict(fit(material, np.flatnonzero(parts != part)), material, held)
    return found


def f1(found: Floats, same: Floats, threshold: float) -> float:
    """The harmonic mean of precision and recall of "same matter" at a threshold."""
    said = found >= threshold
    right = float((said & (same == 1)).sum())
    return 2 * right / max(1.0, float(said.sum() + same.sum()))


def best_threshold(found: Floats, material: Material) -> float:
    """The threshold with the best F1 over the hard pairs, smoothed over its neighbours against chance."""
    hard = np.array([pair.type != "unrelated" for pair in material.pairs])
    steps = np.arange(0.25, 0.66, 0.01)
    scores = np.array([f1(found[hard], material.same[hard], step) for step in steps])
    smooth = np.convolve(np.pad(scores, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    return round(float(steps[int(smooth.argmax())]), 2)


def report(title: str, found: Floats, material: Material, threshold: float) -> None:
    """Print F1 over the hard pairs and the share of right answers for each type."""
    hard = np.array([pair.type != "unrelated" for pair in material.pairs])
    score = f1(found[hard], material.same[hard], threshold)
    sys.stdout.write(f"{title}: F1 {score:.3f} over {int(hard.sum())} hard pairs, threshold {threshold}\n")
    for kind in sorted({pair.type for pair in material.pairs}):
        rows = np.array([pair.type == kind for pair in material.pairs])
        right = ((found[rows] >= threshold) == (material.same[rows] == 1)).mean()
        sys.stdout.write(f"  {kind:15s} {right:.3f} of {int(rows.sum())}\n")


def learn(embed: Embed | None) -> tuple[Material, Fitted, float]:
    """Cross-validate, report, and fit on everything."""
    material = prepare(read_pairs(), embed)
    found = cross_validated(material)
    threshold = best_threshold(found, material)
    report("readings alone" if embed is None else "with vectors", found, material, threshold)
    return material, fit(material, np.arange(len(material.pairs))), threshold


def main() -> None:
    """Write the artefact anew."""
    embed = load_embedding()
    if embed is None:
        raise SystemExit("The embedding does not run here; the artefact is built where it does.")
    alone_material, alone, alone_threshold = learn(None)
    material, fitted, threshold = learn(embed)
    kept: dict[str, NDArray[np.generic]] = {
        "names": np.array(material.names),
        "grams": np.array(list(material.grams), dtype=np.uint32),
        "gram_weights": np.array(list(material.grams.values()), dtype=np.float16),
        "mean": material.mean.astype(np.float32),
        "metric": fitted.metric.astype(np.float32),
    }
    for name, head, limit in (
        ("alone", alone.head, alone_threshold),
        ("with_vectors", fitted.head, threshold),
    ):
        kept[f"{name}_middle"], kept[f"{name}_spread"] = head.middle, head.spread
        kept[f"{name}_weights"], kept[f"{name}_threshold"] = head.weights, np.array(limit)
    with MODEL_FILE.open("wb") as out:
        np.savez_compressed(out, **kept)  # type: ignore[arg-type]
    sys.stdout.write(
        f"{MODEL_FILE.name}: {MODEL_FILE.stat().st_size // 1024} kB from {len(alone_material.pairs)} pairs\n"
    )


if __name__ == "__main__":
    main()
