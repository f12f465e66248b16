"""Theme, urgency and kind of a message: small learned heads, and what a council has corrected."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot import ngrams, urgency
from bot.encoder.running import Encoder, Sense, Vector
from bot.similarity import Signature
from bot.themes import Theme, themes

Floats = NDArray[np.float32]

MODEL_FILE = Path(__file__).parent / "model" / "heads.npz"
KINDS = ("concern", "question", "thanks", "offer_of_help", "off_topic")
CALM = ("as_said", "near_miss")
TASKS = ("theme", "urgency", "kind", "calm")
ARRAYS = (
    *("chars_scale", "chars_words", "chars_bias"),
    *("centre", "inner", "inner_bias", "outer", "outer_bias"),
)

# Sentence vectors of this model differ by about 0.03 in each dimension.
VECTOR_GAIN = np.float32(30.0)
# A council's own word in themes.toml counts as much as a clear hint, never as a verdict.
WORD_WEIGHT = 0.35
NEIGHBOURS = 5
MOST_EXAMPLES = 500


@dataclass(frozen=True)
class Scores:
    """Probabilities for one message, each list in the order of its labels; they add up to one."""

    themes: tuple[str, ...]
    theme: Floats
    urgency: Floats
    kind: Floats
    moved: bool = False
    """An officer's correction of a similar message decided the theme."""


@dataclass(frozen=True)
class Seen:
    """One message as the heads see it."""

    text: str
    grams: ngrams.Grams
    reading: urgency.Reading
    sense: Sense | None

    @property
    def vector(self) -> Vector | None:
        """The meaning of the text as a whole, where the language model runs."""
        return None if self.sense is None else self.sense.vector


@dataclass(frozen=True)
class Heads:
    """The learned numbers: one column for each theme, urgency and kind.

    `chars` are 8 bit with one scale a column, which loses nothing that can be measured and keeps
    the file small. `inner` and `outer` are a few small nets over the sentence vector and the
    words of danger, told apart by their first axis; their logits are averaged.
    """

    labels: dict[str, tuple[str, ...]]
    chars: NDArray[np.int8]
    chars_scale: Floats
    chars_words: Floats
    chars_bias: Floats
    centre: Floats
    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats
    settings: dict[str, float]

    def columns(self, task: str) -> slice:
        """Where a task's columns stand."""
        before = sum(len(self.labels[other]) for other in TASKS[: TASKS.index(task)])
        return slice(before, before + len(self.labels[task]))


def load_heads(path: Path = MODEL_FILE) -> Heads:
    """The heads of the artefact that `python -m bot.learning` builds."""
    with np.load(path, allow_pickle=False) as kept:
        about = json.loads(str(kept["about"]))
        return Heads(
            labels={task: tuple(about["labels"][task]) for task in TASKS},
            chars=kept["chars"],
            settings={name: float(value) for name, value in about["settings"].items()},
            **{name: kept[name].astype(np.float32) for name in ARRAYS},
        )


def see(text: str, encoder: Encoder | None, known: Sense | None = None) -> Seen:
    """Look at one masked message once, for everything that is judged about it.

    `known`: what the language model made of it, where it has read it already.
    """
    flat = ngrams.normalised(text)
    sense = known or (encoder.sense(ngrams.readable(text)) if encoder is not None and flat else None)
    return Seen(flat, ngrams.grams(flat), urgency.read(flat), sense)


class Classifier:
    """Judges messages with the learned heads and with a council's confirmed corrections."""

    def __init__(self, heads: Heads, listed: tuple[Theme, ...] | None = None) -> None:
        """Take the learned heads and the themes that are listed now."""
        self.heads = heads
        listed = themes() if listed is None else listed
        learned = heads.labels["theme"]
        self._own = tuple(theme.code for theme in listed if theme.code not in learned)
        self.themes = learned + self._own
        self._words = urgency.Words((word.lower(), t.code) for t in listed for word in t.words)

    def scores(self, seen: Seen, examples: Examples | None = None) -> Scores:
        """Probabilities of theme, urgency and kind for one message."""
        columns = self._logits(seen)
        theme = np.concatenate([columns["theme"], self._unlearned(columns["theme"])])
        theme = softmax(theme + WORD_WEIGHT * self._word_counts(seen.text))
        danger, moved = calmed(softmax(columns["urgency"]), softmax(columns["calm"])), False
        if examples is not None and examples.corrections:
            near = examples.likeness(seen, self.heads.centre)
            followed = theme.argmax()
            theme, danger = examples.corrected(near, self.themes, theme, danger)
            moved = bool(theme.argmax() != followed)
        return Scores(self.themes, theme, danger, softmax(columns["kind"]), moved)

    def found(self, text: str) -> tuple[tuple[int, str, str], ...]:
        """Words of themes.toml in a normalised text: place, word, theme."""
        return tuple(self._words.find(text))

    def _logits(self, seen: Seen) -> dict[str, Floats]:
        heads = self.heads
        words = urgency.features(seen.reading)
        by_chars = char_logits(heads, seen.grams) + words @ heads.chars_words + heads.chars_bias
        if seen.vector is None:
            return {task: self._weighted(task, by_chars, None) for task in TASKS}
        by_meaning = meaning_logits(heads, seen.vector, words)
        return {task: self._weighted(task, by_chars, by_meaning) for task in TASKS}

    def _weighted(self, task: str, by_chars: Floats, by_meaning: Floats | None) -> Floats:
        """Both opinions as one: their logits added with the weights that were measured best."""
        columns, known = self.heads.columns(task), self.heads.settings
        if by_meaning is None:
            return by_chars[columns] * np.float32(known[f"{task}_chars_alone"])
        return by_chars[columns] * np.float32(known[f"{task}_chars"]) + by_meaning[columns] * np.float32(
            known[f"{task}_meaning"]
        )

    def _unlearned(self, learned: Floats) -> Floats:
        """A theme that a council has added starts last; only its words and examples lift it."""
        return np.full(len(self._own), learned.min() if len(learned) else 0.0, dtype=np.float32)

    def _word_counts(self, text: str) -> Floats:
        counts = dict.fromkeys(self.themes, 0)
        for _, _, theme in self.found(text):
            counts[theme] += 1
        own = set(self._own)
        return np.array(
            [min(count, 2) * (8 if theme in own else 1) for theme, count in counts.items()],
            dtype=np.float32,
        )


def char_logits(heads: Heads, grams: ngrams.Grams) -> Floats:
    """What the n-grams of a text say for each column."""
    buckets, values = ngrams.weights(grams)
    summed: Floats = values @ heads.chars[buckets].astype(np.float32)
    return floats(summed * heads.chars_scale)


def meaning_logits(heads: Heads, vector: Floats, words: Floats) -> Floats:
    """What the meaning of the sentence says for each column."""
    entry = np.concatenate([(vector - heads.centre) * VECTOR_GAIN, words])
    hidden = np.maximum(entry @ heads.inner + heads.inner_bias, 0.0)
    logits = np.einsum("nh,nhc->nc", hidden, heads.outer) + heads.outer_bias
    return floats(logits.mean(axis=0))


def softmax(logits: Floats) -> Floats:
    """Logits as probabilities."""
    raised = np.exp(logits - logits.max())
    return floats(raised / raised.sum())


def calmed(danger: Floats, calm: Floats) -> Floats:
    """Urgency with less weight the likelier it only sounds alarming (a film, a drill, the past, a joke).

    Rows of probabilities in the order of URGENCIES and CALM; what is taken goes to normal and none.
    With it false alarms fell by a third where as many emergencies were found.
    """
    urgent = danger[..., :2] * calm[..., :1]
    rest = danger[..., 2:] / (danger[..., 2:].sum(axis=-1, keepdims=True) + np.float32(1e-9))
    return floats(np.concatenate([urgent, rest * (1 - urgent.sum(axis=-1, keepdims=True))], axis=-1))


def floats(numbers: object) -> Floats:
    """Numbers in single precision, as everything here is kept and reckoned."""
    return np.asarray(numbers, dtype=np.float32)


@dataclass(frozen=True)
class Correction:
    """What an officer has confirmed: a masked text and the theme and urgency it should have.

    `signature` is what `Reader.signature` gave for the text; with it the correction also
    catches what says the same in other words, and nothing has to be computed again.
    """

    text: str
    theme: str
    urgency: str | None = None
    signature: bytes | None = None


@dataclass(frozen=True)
class Examples:
    """One council's confirmed corrections, used at once and without training.

    Nearest neighbours: a message that is nearly the same as a corrected one follows the
    correction, a merely similar one is drawn towards it. Built anew from the stored masked texts
    whenever one is added or taken back.
    """

    corrections: tuple[Correction, ...]
    grams: tuple[dict[int, float], ...]
    vectors: tuple[Vector | None, ...]

    @classmethod
    def of(cls, corrections: Iterable[Correction | tuple[str, str]]) -> Examples:
        """A council's examples; a pair is a masked text and its theme; newest first, at most 500."""
        listed = (c if isinstance(c, Correction) else Correction(*c) for c in corrections)
        kept = [c for c in listed if ngrams.normalised(c.text)][:MOST_EXAMPLES]
        weighted = [ngrams.weights(ngrams.grams(ngrams.normalised(c.text))) for c in kept]
        return cls(
            corrections=tuple(kept),
            grams=tuple(dict(zip(b.tolist(), v.tolist(), strict=True)) for b, v in weighted),
            vectors=tuple(vector_of(c.signature) for c in kept),
        )

    def likeness(self, seen: Seen, centre: Floats) -> Floats:
        """How near each example is, from 0 (another matter) to 1 (the same sentence)."""
        buckets, values = ngrams.weights(seen.grams)
        own = dict(zip(buckets.tolist(), values.tolist(), strict=True))
        common = [sum(v * own.get(b, 0.0) for b, v in kept.items()) for kept in self.grams]
        near = floats(np.clip((floats(common) - 0.25) / 0.65, 0, 1))
        if seen.vector is not None:
            towards = _unit(seen.vector - centre)
            for place, vector in enumerate(self.vectors):
                if vector is not None:
                    meant = (float(_unit(vector - centre) @ towards) - 0.35) / 0.6
                    near[place] = max(near[place], min(1.0, meant))
        return near

    def corrected(
        self, near: Floats, themes: tuple[str, ...], theme: Floats, danger: Floats
    ) -> tuple[Floats, Floats]:
        """Theme and urgency probabilities, drawn towards the nearest corrections.

        Urgency follows only what is nearly the same sentence: that one alarm was false must
        not quieten the next.
        """
        theme_pull, danger_pull = np.zeros_like(theme), np.zeros_like(danger)
        for place in np.argsort(-near, kind="stable")[:NEIGHBOURS]:
            example, weight = self.corrections[place], float(near[place])
            if example.theme in themes:
                theme_pull[themes.index(example.theme)] += 6 * weight**2
            if example.urgency in urgency.URGENCIES:
                danger_pull[urgency.URGENCIES.index(example.urgency)] += 6 * weight**8
        return _drawn(theme, theme_pull), _drawn(danger, danger_pull)


def vector_of(signature: bytes | None) -> Vector | None:
    """The sentence vector of a kept signature; None when it has none or is of another version."""
    if not signature:
        return None
    try:
        return Signature.from_bytes(signature).vector
    except (ValueError, struct.error):
        return None


def _drawn(judged: Floats, pull: Floats) -> Floats:
    return floats((judged + pull) / (1.0 + pull.sum()))


def _unit(vector: Floats) -> Floats:
    return floats(vector / (np.linalg.norm(vector) or 1.0))
