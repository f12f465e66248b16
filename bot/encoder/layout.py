"""How the network lies in its file: every array with its kind, its form and its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from bot.encoder.source import LAYERS, WIDE, WIDTH

WEIGHTS_FILE = "encoder.weights"
GRAPH_FILE = "encoder.onnx"
EPSILON = 1e-12
LOOKED_AT = (
    6,
    9,
    12,
)  # layers whose every piece is given out: letters still show in the sixth, sense in the last
_PAGE = 4096

# name in the graph: arrays of the source that stand side by side in it, inputs
MATRICES = {
    "qkv": (("q", "k", "v"), WIDTH),
    "ao": (("ao",), WIDTH),
    "fi": (("fi",), WIDTH),
    "fo": (("fo",), WIDE),
}
OUTPUTS = {"qkv": 3 * WIDTH, "ao": WIDTH, "fi": WIDE, "fo": WIDTH}
NORMS = ("aln", "oln")


@dataclass(frozen=True)
class Place:
    """One array in the weights file; `kind` is float32 or int8, `offset` and `length` are in bytes."""

    name: str
    kind: str
    form: tuple[int, ...]
    offset: int

    @property
    def length(self) -> int:
        """How many bytes it takes."""
        return prod(self.form) * (4 if self.kind == "float32" else 1)


def places() -> list[Place]:
    """Every array in its order. Each starts on a page of its own, so that the file can be mapped."""
    found: list[Place] = []
    end = 0
    for name, kind, form in _arrays():
        place = Place(name, kind, form, -(-end // _PAGE) * _PAGE)
        found.append(place)
        end = place.offset + place.length
    return found


def _arrays() -> Iterator[tuple[str, str, tuple[int, ...]]]:
    for part in ("w", "b"):
        yield f"emb.ln.{part}", "float32", (WIDTH,)
    for layer in range(LAYERS):
        for name, (_, inputs) in MATRICES.items():
            outputs = OUTPUTS[name]
            yield f"l{layer}.{name}.w", "int8", (inputs, outputs)
            yield f"l{layer}.{name}.scale", "float32", (outputs,)
            yield f"l{layer}.{name}.zero", "int8", (outputs,)
            yield f"l{layer}.{name}.b", "float32", (outputs,)
        for norm in NORMS:
            for part in ("w", "b"):
                yield f"l{layer}.{norm}.{part}", "float32", (WIDTH,)
