"""Reads a text in one width (NFKC) while remembering where every character came from."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_VOICING = {"ﾞ", "ﾟ", "\u3099", "\u309a"}


@dataclass(frozen=True)
class Folded:
    """A text as NFKC writes it, and for each of its characters the place in what was written."""

    text: str
    starts: tuple[int, ...] | None
    ends: tuple[int, ...] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Carry a span of the folded text back to the text as it was written."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Fold half-width kana, full-width digits and the like, so that one pattern reads them all.

    NFKC changes lengths (ﾃﾞ becomes デ, ㈱ becomes (株)), and people must see their own writing
    outside the masks; so the folded text is only read and the spans are carried back.
    """
    if unicodedata.is_normalized("NFKC", text):
        return Folded(text, None, None)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        piece = unicodedata.normalize("NFKC", text[start:end])
        pieces.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
    return Folded("".join(pieces), tuple(starts), tuple(ends))


def _clusters(text: str) -> list[tuple[int, int]]:
    """Letters with the marks that follow them, since NFKC joins these."""
    found: list[tuple[int, int]] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not _joins(text[place]):
            if place > start:
                found.append((start, place))
            start = place
    return found


def _joins(letter: str) -> bool:
    return letter in _VOICING or unicodedata.combining(letter) != 0
