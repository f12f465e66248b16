"""Two messages held beside each other, word by word: what in one answers to what in the other, and what does not.

第二公園 and 第一公園 have nearly one vector, but a single word of one has no counterpart in the other. Each
piece of a message looks for its like in the other message (after Parikh et al. 2016, decomposable attention),
what it found is compared with it, and a small net judges what was found together with what the readings share
(`bot.similarity_features`). Learned by `python -m bot.similarity_learning`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from bot.encoder.running import Sense

Floats = NDArray[np.float32]
Words = NDArray[np.int8]

_STEPS = np.float32(127)
_GAIN = np.float32(3)  # parts of vectors of length one are small


@dataclass(frozen=True)
class Net:
    """One learned net; names as in `bot.beside_learning`, matrices have their inputs in rows."""

    word: Floats
    word_bias: Floats
    sharpness: Floats
    weight: Floats
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    facts: Floats
    facts_bias: Floats
    plain: Floats
    plain_bias: Floats
    joined: Floats
    joined_bias: Floats
    last: Floats
    last_bias: Floats


@dataclass(frozen=True)
class Beside:
    """A few nets whose opinions are averaged, and how the facts from the readings are scaled for them."""

    nets: tuple[Net, ...]
    middle: Floats
    spread: Floats

    @classmethod
    def of(cls, kept: Mapping[str, NDArray[np.generic]]) -> Beside:
        """Read the nets from an artefact."""
        arrays = {field.name: kept[f"beside_{field.name}"].astype(np.float32) for field in fields(Net)}
        count = len(arrays["word"])
        nets = tuple(Net(**{name: array[place] for name, array in arrays.items()}) for place in range(count))
        return cls(nets, *(kept[f"beside_{name}"].astype(np.float32) for name in ("middle", "spread")))

    def words(self, sense: Sense) -> Words:
        """Each piece of a text as each net sees it, in 8 bit: a row for a piece; to be kept with the text."""
        if not len(sense.rows):
            return np.zeros((1, sum(len(net.weight) for net in self.nets)), dtype=np.int8)
        seen = [_of_length_one(np.tanh(sense.rows @ net.word + net.word_bias)) for net in self.nets]
        return np.asarray(np.rint(np.concatenate(seen, axis=1) * _STEPS), dtype=np.int8)

    def odds(self, a: Words, b: Words, facts: Sequence[float]) -> float:
        """How surely two texts are one matter, as a logarithm of odds; the order does not count."""
        scaled = np.clip((np.asarray(facts, np.float32) - self.middle) / self.spread, -5, 5)
        width = len(self.nets[0].weight)
        said = []
        for place, net in enumerate(self.nets):
            own = slice(place * width, (place + 1) * width)
            said.append(_judged(net, _opened(a[:, own]), _opened(b[:, own]), scaled))
        return float(np.mean(said))


def _opened(words: Words) -> Floats:
    return _of_length_one(words.astype(np.float32))


def _of_length_one(rows: Floats) -> Floats:
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9), dtype=np.float32)


def _judged(net: Net, a: Floats, b: Floats, facts: Floats) -> float:
    likeness = a @ b.T
    first, second = _side(net, a, b, likeness), _side(net, b, a, likeness.T)
    (mean_a, most_a, found_a, least_a), (mean_b, most_b, found_b, least_b) = first, second
    numbers = [found_a + found_b, min(found_a, found_b), least_a + least_b, min(least_a, least_b)]
    heard = np.maximum(facts @ net.facts + net.facts_bias, 0)
    parts = (mean_a + mean_b, np.abs(mean_a - mean_b), np.maximum(most_a, most_b), np.minimum(most_a, most_b))
    joined = np.concatenate([*parts, np.array(numbers, dtype=np.float32), heard])
    hidden = np.maximum(joined @ net.joined + net.joined_bias, 0)
    plainly = float(facts @ net.plain + net.plain_bias[0])
    return float(hidden @ net.last + net.last_bias[0]) + plainly / 2


def _side(net: Net, own: Floats, other: Floats, likeness: Floats) -> tuple[Floats, Floats, float, float]:
    """Each piece of one text with its like in the other: compared; the mean, the most, and how much was found."""
    answer = _shares(likeness * net.sharpness) @ other
    entry = np.concatenate([own, answer, own - answer, own * answer], axis=1) * _GAIN
    hidden = np.maximum(entry @ net.first + net.first_bias, 0)
    compared = np.maximum(hidden @ net.second + net.second_bias, 0)
    weight = _shares((own @ net.weight)[None])[0]
    nearest = likeness.max(axis=1)
    return weight @ compared, compared.max(axis=0), float(nearest @ weight), float(nearest.min())


def _shares(rows: Floats) -> Floats:
    raised = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
