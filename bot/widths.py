"""Reads a text in one width (NFKC) while remembering where every character came from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# letters that NFKC leaves alone, nearly all of an ordinary message: taken a run at a time
_PLAIN = re.compile("[\n -~、-〃々「-】ぁ-ゖァ-ヺー・一-龯]+")
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
    known: dict[str, str] = {}
    at = 0
    while at < len(text):
        end = _end_of_plain(text, at)
        if end > at:
            pieces.append(text[at:end])
            starts.extend(range(at, end))
            ends.extend(range(at + 1, end + 1))
        else:
            end = _end_of_cluster(text, at)
            cluster = text[at:end]
            if (piece := known.get(cluster, "")) == "":
                piece = known[cluster] = unicodedata.normalize("NFKC", cluster)
            pieces.append(piece)
            for _ in piece:
                starts.append(at)
                ends.append(end)
        at = end
    return Folded("".join(pieces), tuple(starts), tuple(ends))


def _end_of_plain(text: str, at: int) -> int:
    """Where the letters end that stay as they are; one with a mark behind it is left to its cluster."""
    plain = _PLAIN.match(text, at)
    if not plain:
        return at
    end = plain.end()
    return end - 1 if end < len(text) and _joins(text[end]) else end


def _end_of_cluster(text: str, at: int) -> int:
    """Behind a letter and the marks that follow it, since NFKC joins these."""
    end = at + 1
    while end < len(text) and _joins(text[end]):
        end += 1
    return end


def _joins(letter: str) -> bool:
    return letter >= "\u0300" and (letter in _VOICING or unicodedata.combining(letter) != 0)
