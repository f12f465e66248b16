"""Names that no list holds and no sign stands beside, found by the sentence around them.

A small net looks at what the language model makes of each piece of a text and tells whether it belongs to a
person's name. It is asked when the rules find nothing more, so that it only adds to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.encoder.running import Encoder, Sense
from bot.name_edges import BLOOMS
from bot.name_lists import name_lists
from bot.ngrams import readable, readable_in_place
from bot.patterns import late

Floats = NDArray[np.float32]
Span = tuple[int, int]

LAYERS = ("inner", "inner_bias", "outer", "outer_bias")
MODEL_FILE = Path(__file__).parent / "model" / "names.npz"
# A piece beside a sure one belongs to the same name from a lower chance on.
BESIDE = np.float32(0.5)
# A part of a longer word, and a word of every day, has to be this sure: 朝市 is no 朝 with 市 behind it.
SURER = 0.8
# What a long message has in its middle is read in windows; a message gets so many readings, whatever it holds.
WINDOW, CONTEXT = 70, 12
MOST_READINGS, LONG = 8, 1_000

# What masks put in the place of something, and what is between names.
_SIGN = late(r"〔[^〔〕\n]{1,6}〕|(?<![A-Za-z])[A-Z]{1,2}(?![A-Za-z])|[、。,;!?！？\n「」『』()]+")
_LETTER = late(r"[^\W\d_]")
_BEFORE = late(r"^(?:[\W\d_]+|さん|さま|くん|ちゃん|先生|[のはがをにとでもへや](?=[一-龯々ァ-ヶA-Z]))")
_BEHIND = late(
    r"(?:[\W\d_]+|(?<=.)(?:さん|さま|様|くん|ちゃん|氏|先生|君|サン)(?:ち|たち)?(?:[のはがをにとでもへや]|から)?"
    r"|(?<=[一-龯々ァ-ヶーA-Za-z])[のはがをにとでもへや])$"
)
_ALONE = late("[ぁ-んァ-ヶーA-Za-z]")  # one such letter is never a name
_JOINS_ONE = late("[一-龯々A-Z〕〔]")
_HIRAGANA = late("[ぁ-ん]")
_PARTICLE = late("[のはがをにとでもへや]")  # となりの縹谷: what stands before it is no part of the name
_JOINS_KANA = late("(?![のはがをにとでもへや])[ぁ-ん]")
_NO_NAMES = frozenset(("san", "sama", "kun", "chan", "sensei", "cho", "machi", "ku"))
_WHOLE_WORDS = (late("[A-Za-zÀ-ỹ]"), late("[ァ-ヶー]"))


@dataclass(frozen=True)
class NameSense:
    """The learned net: how likely each piece of a text belongs to a person's name, and from when on it counts."""

    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats
    limit: float

    @classmethod
    def load(cls, path: Path = MODEL_FILE) -> NameSense | None:
        """What `python -m bot.name_learning` has built; None where it is missing or is of another make."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                layers = {name: kept[name].astype(np.float32) for name in LAYERS}
                return cls(**layers, limit=float(kept["limit"]))
        except (OSError, ValueError, KeyError):
            return None

    def chances(self, rows: Floats) -> Floats:
        """How likely each row, the language model's numbers for one piece, belongs to a name."""
        hidden = np.maximum(rows @ self.inner + self.inner_bias, 0.0)
        chances: Floats = 1 / (1 + np.exp(-np.clip(hidden @ self.outer + self.outer_bias, -30, 30)))
        return chances

    def spans(self, text: str, sense: Sense) -> list[Span]:
        """Where names stand in exactly the text that was read, without honorifics and particles."""
        signs = [found.span() for found in _SIGN.finditer(text)]
        chances = self.chances(sense.rows)
        found = (
            _trimmed(text, *_to_whole_words(text, *part))
            for run in _runs(text, sense, chances, self.limit)
            for part in _beside(run, signs)
        )
        return [
            span
            for span in dict.fromkeys(found)
            if span and (_is_likely(text, *span) or _surest(sense, chances, *span) >= SURER)
        ]


class Look:
    """Looks through one message for names as often as masking asks, and hands on what it read last.

    The model reads a text by its beginning and its end alone; what lies between is read in windows, of which
    there are few. A text of more than LONG characters is not worth a look: the rules alone hide its names.
    """

    def __init__(self, encoder: Encoder, names: NameSense) -> None:
        """Take the language model, and the net that was learned on it."""
        self._encoder = encoder
        self._names = names
        self._left = MOST_READINGS
        self._seen: tuple[str, Sense] | None = None

    def __call__(self, text: str) -> list[Span]:
        """Give the spans of names in a masked text, as places of this very text."""
        read = readable_in_place(text)
        if not self._left or not _LETTER.search(read.text):
            return []
        sense = self._read(read.text)
        self._seen = (text, sense) if read.text == readable(text) else None
        found = self._names.spans(read.text, sense)
        for start, end in _windows(read.text, sense):
            if self._left <= 0:
                break
            part = read.text[start:end]
            found += [(a + start, b + start) for a, b in self._names.spans(part, self._read(part))]
        return [read.original(start, end) for start, end in found]

    def sense_of(self, text: str) -> Sense | None:
        """What the model made of a text; None unless it was the last that was looked through."""
        return self._seen[1] if self._seen is not None and self._seen[0] == text else None

    def _read(self, text: str) -> Sense:
        self._left -= 1
        return self._encoder.sense(text)


def _runs(text: str, sense: Sense, chances: Floats, limit: float) -> Iterator[Span]:
    """Pieces that touch and may all be of a name, at least one of them surely; blanks do not part them."""
    start = end = -1
    is_sure = False
    for piece, chance in zip(sense.places, chances.tolist(), strict=True):
        if piece.start >= piece.end or not text[piece.start : piece.end].strip():
            continue
        is_particle = _PARTICLE.fullmatch(text, piece.start, piece.end)
        may_be = chance >= (limit if is_particle else limit * BESIDE)
        if start >= 0 and not (may_be and not text[end : piece.start].strip()):
            if is_sure:
                yield start, end
            start, is_sure = -1, False
        if may_be:
            start, end = (piece.start if start < 0 else start), piece.end
            is_sure = is_sure or chance >= limit
    if start >= 0 and is_sure:
        yield start, end


def _beside(run: Span, signs: list[Span]) -> list[Span]:
    """What of a run is no mask and no punctuation."""
    parts = [run]
    for sign in signs:
        parts = (
            [
                part
                for start, end in parts
                for part in ((start, min(end, sign[0])), (max(start, sign[1]), end))
                if part[0] < part[1]
            ]
            if any(start < sign[1] and sign[0] < end for start, end in parts)
            else parts
        )
    return parts


def _to_whole_words(text: str, start: int, end: int) -> Span:
    """A name in Latin letters or katakana is a whole word, whatever pieces the model cuts it into."""
    for script in _WHOLE_WORDS:
        while start and script.match(text, start) and script.match(text, start - 1):
            start -= 1
        while end < len(text) and script.match(text, end - 1) and script.match(text, end):
            end += 1
    return start, end


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """A name without what is written beside it; None when nothing is left that could be one."""
    while (cut := _cut(text[start:end])) is not None:
        start, end = start + cut[0], start + cut[1]
    word = text[start:end]
    if not _LETTER.search(word) or (len(word) == 1 and _ALONE.match(word)):
        return None
    if word.lower() in _NO_NAMES or name_lists().is_role(word):
        return None
    return start, end


def _surest(sense: Sense, chances: Floats, start: int, end: int) -> float:
    pieces = zip(sense.places, chances.tolist(), strict=True)
    return max((chance for piece, chance in pieces if piece.start < end and start < piece.end), default=0.0)


def _is_likely(text: str, start: int, end: int) -> bool:
    """Whether a name may well stand here: a word of its own, and none of every day."""
    lists, word = name_lists(), text[start:end]
    if word in lists.plain_kanji or word in lists.katakana_words or word in lists.hiragana_words:
        return False
    before, behind = text[start - 1 : start] if start else "", text[end : end + 1]
    if BLOOMS.match(text, end):
        return False
    if len(word) == 1:
        return not (_JOINS_ONE.match(before) or _JOINS_ONE.match(behind))
    return not (_HIRAGANA.match(word) and _JOINS_KANA.match(before))


def _cut(word: str) -> Span | None:
    """What is left of a word without the first thing at its edges that is no name; None when nothing is there."""
    for pattern in (_BEFORE, _BEHIND):
        if (found := pattern.search(word)) is not None:
            return (found.end(), len(word)) if found.start() == 0 else (0, found.start())
    return None


def _windows(text: str, sense: Sense) -> list[Span]:
    """Parts of a text that a reading has passed over, each with a few letters before and behind."""
    gaps = [
        (before.end, after.start)
        for before, after in zip(sense.places, sense.places[1:], strict=False)
        if text[before.end : after.start].strip()
    ]
    return [
        (max(0, at - CONTEXT), min(len(text), at + WINDOW + CONTEXT, end + CONTEXT))
        for start, end in gaps
        for at in range(start, end, WINDOW)
    ]
