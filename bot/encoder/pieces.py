"""Text into the pieces of words that the language model knows."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

START, END, UNKNOWN = 0, 2, 3
_BLANK = "▁"
_LONGEST = 16
_TRIE_FILE = "pieces.marisa"
_ORDER_FILE = "pieces.npz"


class Piece(NamedTuple):
    """One piece: its number in the vocabulary, and where it stands; a blank alone has no width."""

    number: int
    start: int
    end: int


@dataclass(frozen=True)
class Pieces:
    """Cuts a text into the likeliest row of known pieces (the unigram way of SentencePiece, Kudo 2018).

    The vocabulary of 250,000 pieces lies in a trie that is mapped and not read (marisa-trie); the library that
    the model's makers use needs half a second and 55 MB to load it. `numbers` and `scores` are in the order of
    the trie, `unknown` is the score of a letter that no piece holds.
    """

    trie: Any
    numbers: NDArray[np.int32]
    scores: NDArray[np.float32]
    unknown: float
    spelling: Mapping[int, str]

    @classmethod
    def of(cls, pieces: Sequence[str], scores: Sequence[float], spelling: Mapping[int, str]) -> Pieces:
        """Lay out a vocabulary given in the order of its numbers; the first four are the model's own marks."""
        numbers = {piece: number for number, piece in enumerate(pieces) if number > UNKNOWN and piece}
        trie = importlib.import_module("marisa_trie").Trie(numbers)
        order = [numbers[trie.restore_key(place)] for place in range(len(trie))]
        ordered = np.array(scores, np.float32)[order]
        return cls(trie, np.array(order, np.int32), ordered, min(scores) - 10.0, spelling)

    def save(self, folder: Path) -> None:
        """Write trie and order into a folder."""
        self.trie.save(str(folder / _TRIE_FILE))
        np.savez(folder / _ORDER_FILE, numbers=self.numbers, scores=self.scores, unknown=self.unknown)

    @classmethod
    def load(cls, folder: Path, spelling: Mapping[int, str]) -> Pieces:
        """Map what `save` wrote.

        Raises:
            ImportError: marisa-trie is not installed.

        """
        trie = importlib.import_module("marisa_trie").Trie()
        trie.mmap(str(folder / _TRIE_FILE))
        with np.load(folder / _ORDER_FILE, allow_pickle=False) as order:
            return cls(trie, order["numbers"], order["scores"], float(order["unknown"]), spelling)

    def cut(self, text: str) -> list[Piece]:
        """The pieces in order; a letter that is in no piece is UNKNOWN."""
        spelt, origins = self._respelt(text)
        best: list[tuple[float, int, int]] = [(0.0, 0, UNKNOWN)] + [(-1e30, 0, UNKNOWN)] * len(spelt)
        for start in range(len(spelt)):
            so_far = best[start][0]
            if so_far + self.unknown > best[start + 1][0]:
                best[start + 1] = (so_far + self.unknown, start, UNKNOWN)
            for piece in self.trie.prefixes(spelt[start : start + _LONGEST]):
                place, end = self.trie[piece], start + len(piece)
                if (score := so_far + float(self.scores[place])) > best[end][0]:
                    best[end] = (score, start, int(self.numbers[place]))
        return [
            Piece(number, origins[start], origins[end - 1] + (spelt[start:end] != _BLANK))
            for number, start, end in _walked_back(best)
        ]

    def _respelt(self, text: str) -> tuple[str, list[int]]:
        """The text as the model spells it, and from which place of the text each letter comes."""
        spelt, origins = [_BLANK], [0]
        for place, letter in enumerate(text):
            for own in self.spelling.get(ord(letter), letter):
                mark = _BLANK if own == " " else own
                if mark != _BLANK or spelt[-1] != _BLANK:
                    spelt.append(mark)
                    origins.append(place)
        while len(spelt) > 1 and spelt[-1] == _BLANK:
            del spelt[-1], origins[-1]
        return "".join(spelt), origins


def _walked_back(best: Sequence[tuple[float, int, int]]) -> list[tuple[int, int, int]]:
    row, at = [], len(best) - 1
    while at > 0:
        _, before, number = best[at]
        row.append((number, before, at))
        at = before
    return row[::-1]
