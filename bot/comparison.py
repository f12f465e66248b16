"""Ways of reading, compared on sentences that none of them has learned: `python -m bot.comparison`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.classifier import KINDS, Floats, calmed, floats
from bot.embedding import load_embedding
from bot.learning import (
    char_logits,
    danger_limits,
    folds,
    levels,
    log_softmax,
    probabilities,
    spans,
    train_chars,
    train_nets,
)
from bot.lessons import LABELS, Matter, Sentence, numbers, read_sentences
from bot.urgency import URGENCIES, by_words, read

ANSWERED = 0.85
Judge = Callable[[Matter, Matter], Floats]


def by_chars(known: Matter, unknown: Matter) -> Floats:
    """Softmax regression over character n-grams and words of danger: needs no model at all."""
    return log_softmax(char_logits(train_chars(known), unknown))


def by_nets(known: Matter, unknown: Matter) -> Floats:
    """Small nets over sentence vectors and words of danger."""
    vectors, words = unknown.vectors, unknown.words
    return log_softmax(train_nets(known).logits(floats(vectors), words))


def by_line(known: Matter, unknown: Matter) -> Floats:
    """Softmax regression over sentence vectors and words of danger: what the first trial had."""
    entry, other = (np.concatenate([_centred(known, part), part.words], axis=1) for part in (known, unknown))
    weights = np.zeros((entry.shape[1], known.targets.shape[1]), dtype=np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, 301):
        error = np.exp(log_softmax(entry @ weights)) - known.targets
        slope = entry.T @ error / len(entry) + np.float32(3e-3) * weights
        mean += np.float32(0.1) * (slope - mean)
        square += np.float32(0.01) * (slope**2 - square)
        even = np.sqrt(square / (1 - 0.99**step)) + 1e-8
        weights -= floats((0.05 - 0.00015 * step) * (mean / (1 - 0.9**step)) / even)
    return log_softmax(floats(other @ weights))


def by_neighbours(known: Matter, unknown: Matter) -> Floats:
    """The eight nearest sentences by centred cosine, the nearer the stronger."""
    entry, other = (_long_as_one(_centred(known, part)) for part in (known, unknown))
    rows = []
    for likeness in other @ entry.T:
        near = np.argsort(-likeness)[:8]
        pull = np.exp(8 * likeness[near])
        rows.append(np.log(pull @ known.targets[near] / pull.sum() + 0.02))
    return log_softmax(floats(rows))


def by_centres(known: Matter, unknown: Matter) -> Floats:
    """The nearest mean vector of each label."""
    entry, other = (_long_as_one(_centred(known, part)) for part in (known, unknown))
    centres = _long_as_one(floats(known.targets.T @ entry))
    return log_softmax(floats(12 * other @ centres.T))


def compare() -> Iterator[str]:
    """One line for each way of reading, out of five folds; neighbouring sentences stay together."""
    sentences = read_sentences()
    matter = numbers(sentences, load_embedding())
    where = folds(sentences)
    yield f"{len(sentences)} sentences, five folds"
    yield HEAD
    yield _words_alone(sentences)
    chars = _unseen(by_chars, matter, where)
    yield _line("character n-grams", chars, sentences)
    for name, judge in (
        ("vectors, nearest centre", by_centres),
        ("vectors, eight nearest", by_neighbours),
        ("vectors, softmax regression", by_line),
    ):
        yield _line(name, _unseen(judge, matter, where), sentences)
    nets = _unseen(by_nets, matter, where)
    yield _line("vectors, small nets", nets, sentences)
    yield _line("n-grams and nets together (chosen)", floats(0.4 * chars + 0.7 * nets), sentences)


HEAD = (
    "| way of reading | theme | theme when 85 % answered | emergency at least soon | emergency "
    "| precision of emergency | near-misses urgent | kind |\n|---|---|---|---|---|---|---|---|"
)


def _unseen(judge: Judge, matter: Matter, where: NDArray[np.int64]) -> Floats:
    found = np.zeros_like(matter.targets)
    for fold in range(int(where.max()) + 1):
        others, tested = np.flatnonzero(where != fold), np.flatnonzero(where == fold)
        found[tested] = judge(matter.part(others.tolist()), matter.part(tested.tolist()))
    return found


def _line(name: str, logs: Floats, sentences: Sequence[Sentence]) -> str:
    """One row of the table; limits of urgency are chosen for each way by the same rule."""
    theme, danger, kind, calm = spans()
    concerns = np.array([sentence.kind == "concern" for sentence in sentences])
    said = [LABELS["theme"][place] for place in logs[:, theme].argmax(axis=1)]
    right = np.array([said[i] in (s.theme, s.second) for i, s in enumerate(sentences)])[concerns]
    sure = np.argsort(-probabilities(logs[:, theme]).max(axis=1)[concerns], kind="stable")
    answered = right[sure[: int(ANSWERED * len(sure))]]
    chances = calmed(probabilities(logs[:, danger]), probabilities(logs[:, calm]))
    said_urgent = levels(chances, *danger_limits(chances, sentences))
    kinds = logs[:, kind].argmax(axis=1) == [KINDS.index(s.kind) for s in sentences]
    return _row(name, [right.mean(), answered.mean(), *_danger(said_urgent, sentences), kinds.mean()])


def _words_alone(sentences: Sequence[Sentence]) -> str:
    found = [URGENCIES.index(by_words(read(sentence.text.lower()))) for sentence in sentences]
    return _row("words of danger alone", [None, None, *_danger(np.array(found), sentences), None])


def _danger(said: NDArray[np.int64], sentences: Sequence[Sentence]) -> list[float]:
    truth = np.array([URGENCIES.index(sentence.urgency) for sentence in sentences])
    calm = np.array(["near_miss" in sentence.flags for sentence in sentences]) & (truth > 1)
    real = truth == 0
    return [
        float((said[real] < 2).mean()),
        float((said[real] == 0).mean()),
        float(real[said == 0].mean()),
        float((said[calm] < 2).mean()),
    ]


def _row(name: str, values: Sequence[float | None]) -> str:
    shown = ("-" if value is None else f"{100 * value:.1f}" for value in values)
    return f"| {name} | {' | '.join(shown)} |"


def _centred(known: Matter, part: Matter) -> Floats:
    vectors, centre = floats(part.vectors), floats(known.vectors).mean(axis=0)
    return floats((vectors - centre) * 30)


def _long_as_one(rows: Floats) -> Floats:
    return floats(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9))


if __name__ == "__main__":
    for line in compare():
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
