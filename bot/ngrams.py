"""Characters into numbers: the features that need no dictionary and no model."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bot.patterns import late
from bot.widths import Folded, fold

BUCKETS = 2**16
LENGTHS = (1, 2, 3, 4)
MAX_CHARS = 2_000

_CONTROL = late(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufe0f\ufffd]")
_UNSEEN = late(f"{_CONTROL.pattern}|[\ud800-\udfff]")
_PAIR = late("[\ud800-\udbff][\udc00-\udfff]")
_SPACES = late(r"[\s\u3000]+")
_LONG_RUN = late(r"(.)\1{3,}")
_KANJI = late(r"[一-龥]")
_HIRAGANA = late(r"[ぁ-ん]")
_KANA = late(r"[ぁ-んァ-ヶ]{2}")
_BLANKS_IN_KANA = late(r"(?<=[ぁ-んァ-ヶー、]) (?=[ぁ-んァ-ヶー])")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ"))}
_PRIME = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Grams:
    """The n-grams of one text: where each starts, how long it is, in which bucket it falls."""

    text: str
    buckets: NDArray[np.int64]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]


def whole(text: str) -> str:
    """Text that can be written down: half surrogate pairs become a replacement character.

    Everything else keeps its place, so that the places of masks hold for what was typed.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def clean(text: str) -> str:
    """Text without what cannot be seen: control characters and half surrogate pairs."""
    return _CONTROL.sub("", whole(text))


def readable(text: str) -> str:
    """The sentence as its meaning is read: half-width letters joined, kana as in a book.

    Who writes by kana alone (an old mobile phone, やさしい日本語) puts blanks between words and
    katakana for everything (「ﾀｵﾚﾀ ﾍﾝｼﾞ ﾅｲ」), which neither n-grams nor the language model have met.
    Without kanji the blanks go; without hiragana too, katakana becomes hiragana.
    """
    return _as_in_a_book(unicodedata.normalize("NFKC", clean(text)[:MAX_CHARS]))


def _as_in_a_book(folded: str) -> str:
    if _KANJI.search(folded) or not _KANA.search(folded):
        return folded
    if not _HIRAGANA.search(folded):
        folded = folded.translate(_TO_HIRAGANA)
    return _BLANKS_IN_KANA.sub("", folded)


def readable_in_place(text: str) -> Folded:
    """The same sentence as `readable` gives, with the place in the given text of each of its characters.

    Where marks are joined over more than one letter (Korean in single jamo) it may be spelt otherwise.
    """
    if readable(text) == text:
        return Folded(text, None, None)
    kept = list(islice(_seen_letters(text), MAX_CHARS))
    folded = fold("".join(letter for letter, _, _ in kept))
    spelt = _as_in_a_book(folded.text)
    places = [folded.original(at, at + 1) for at in range(len(folded.text))]
    if len(spelt) < len(places):
        gone = {found.start() for found in _BLANKS_IN_KANA.finditer(folded.text)}
        places = [place for at, place in enumerate(places) if at not in gone]
    return Folded(spelt, tuple(kept[a][1] for a, _ in places), tuple(kept[b - 1][2] for _, b in places))


def _seen_letters(text: str) -> Iterator[tuple[str, int, int]]:
    """Each letter that can be seen, with its place; two halves of a surrogate pair are one letter."""
    at = 0
    while at < len(text):
        end = at + (2 if _PAIR.match(text, at) else 1)
        letter = text[at] if end == at + 1 else whole(text[at:end])
        if not _UNSEEN.match(letter):
            yield letter, at, end
        at = end


def normalised(text: str) -> str:
    """One spelling for what people type differently, so that words meet their like.

    NFKC joins half-width kana and full-width letters; blanks become one; a run of one character
    (ーーーー, 笑笑笑笑, !!!!) is cut to three, since its length says nothing about the matter.
    """
    folded = readable(text).lower()
    return _LONG_RUN.sub(r"\1\1\1", _SPACES.sub(" ", folded)).strip()


def grams(text: str) -> Grams:
    """All character n-grams of a normalised text, hashed into BUCKETS.

    Hashing keeps the artefact small and any script readable; the text is framed by two marks so
    that beginnings and endings (「…ませんか」) count as such. Starts are counted with the frame.
    """
    framed = f"\x02{text}\x03"
    codes = np.frombuffer(framed.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    found, starts, lengths = [], [], []
    rolling = np.zeros(len(codes), dtype=np.uint64)
    for length in range(1, max(LENGTHS) + 1):
        tail = codes[length - 1 :]
        rolling = rolling[: len(tail)] * _PRIME + tail + np.uint64(1)
        found.append(_mixed(rolling + np.uint64(length)))
        starts.append(np.arange(len(tail)))
        lengths.append(np.full(len(tail), length))
    return Grams(text, np.concatenate(found), np.concatenate(starts), np.concatenate(lengths))


def weights(seen: Grams) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Distinct buckets of a text with dampened counts, as a vector of length one."""
    buckets, counts = np.unique(seen.buckets, return_counts=True)
    values = (1.0 + np.log(counts)).astype(np.float32)
    return buckets, values / np.float32(np.linalg.norm(values) or 1.0)


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    mixed = hashes ^ (hashes >> np.uint64(29))
    mixed = mixed * _MIX
    mixed = mixed ^ (mixed >> np.uint64(32))
    buckets: NDArray[np.int64] = (mixed & np.uint64(BUCKETS - 1)).astype(np.int64)
    return buckets
