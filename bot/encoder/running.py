"""Runs the language model: sentences in, their meaning out."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.encoder.layout import GRAPH_FILE
from bot.encoder.pieces import END, START, Piece, Pieces
from bot.encoder.source import WIDTH, Source

Vector = NDArray[np.float32]

MOST_PIECES = 56
MOST_CHARS = 500
_ASKED = "query: "  # what the model was trained to read before a short text (model card of multilingual-e5)


@dataclass(frozen=True)
class Sense:
    """What the network makes of one text: a vector of length one, and a row of numbers for each piece of it."""

    vector: Vector
    rows: Vector
    places: tuple[Piece, ...]


class Encoder:
    """Sentences into vectors. Holds the weights and nothing of what it has read; threads may share it."""

    def __init__(self, folder: Path, source: Source) -> None:
        """Load the built file.

        Raises:
            ImportError: onnxruntime or marisa-trie is not installed.

        """
        self._pieces = Pieces.load(folder, source.spelling())
        self._source = source
        places = source.numbers("emb.pos").reshape(-1, WIDTH)
        self._places = places + source.numbers("emb.type")[:WIDTH]
        self._asked = [piece.number for piece in self._pieces.cut(_ASKED)]
        self._session = _session(folder / GRAPH_FILE)

    def __call__(self, text: str) -> Vector:
        """The meaning of a text: 384 numbers of length one."""
        return self.sense(text).vector

    def sense(self, text: str) -> Sense:
        """The meaning of a text, as a whole and piece by piece."""
        places = tuple(self.pieces(text))
        row = [START, *self._asked, *(piece.number for piece in places), END]
        entry = self._source.rows("emb.word", WIDTH, row) + self._places[: len(row)]
        mean, *layers = self._session.run(None, {"entry": entry[None]})
        own = np.concatenate([layer[0, len(self._asked) + 1 : -1] for layer in layers], axis=1)
        length = float(np.linalg.norm(mean)) or 1.0
        return Sense(np.asarray(mean[0] / length, dtype=np.float32), own, places)

    def pieces(self, text: str) -> list[Piece]:
        """A text cut into at most 56 pieces: its beginning and its end.

        Time grows with the pieces, and 5,000 characters would take seconds. Of the sentences that Kizuki
        learns from two in a thousand are longer than 48 pieces. Long messages say what they are about first and
        what they want last.
        """
        if len(text) <= MOST_CHARS:
            return shortened(self._pieces.cut(text))
        head, tail = MOST_CHARS * 2 // 3, len(text) - MOST_CHARS // 3
        after = [Piece(p.number, p.start + tail, p.end + tail) for p in self._pieces.cut(text[tail:])]
        return shortened(self._pieces.cut(text[:head]) + after)


def shortened(pieces: list[Piece]) -> list[Piece]:
    """The beginning and the end of a row that is too long."""
    if len(pieces) <= MOST_PIECES:
        return pieces
    return pieces[: MOST_PIECES * 2 // 3] + pieces[-(MOST_PIECES // 3) :]


def _session(graph: Path) -> Any:
    """One thread that sleeps when it waits: Kizuki shares a small machine with itself.

    onnxruntime is loaded here and not at import: it takes a tenth of a second and 20 MB, and the package may be
    missing.
    """
    runtime = importlib.import_module("onnxruntime")
    settings = runtime.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    settings.enable_cpu_mem_arena = False  # else it keeps the room of the longest message for ever
    settings.log_severity_level = 3
    return runtime.InferenceSession(str(graph), settings, providers=["CPUExecutionProvider"])
