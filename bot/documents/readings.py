"""Furigana (ふりがな): how the council's words are read, for papers that are asked for with readings.

The list is a file that a secretary can edit. Only words that a board uses again and again stand in it: the
readings of names are known to their owners alone, and a wrong reading over a name is worse than none.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

from bot.documents.paper import Pair, Paper

READINGS_FILE = Path(__file__).with_name("readings.toml")


def with_readings(paper: Paper) -> Paper:
    """Give the paper with the reading of every known word set above it; PDF and HTML alone show them."""
    return replace(paper, readings=(*paper.readings, *readings()))


@cache
def readings() -> tuple[Pair, ...]:
    """Give the built-in list: (word, reading) pairs in the order of the file."""
    return read_readings(READINGS_FILE.read_text(encoding="utf-8"))


def read_readings(source: str) -> tuple[Pair, ...]:
    """Read a list of readings; its headings only help whoever edits it.

    Raises ValueError where a word stands under two headings.
    """
    pairs = [pair for part in tomllib.loads(source).values() for pair in part.items()]
    words = [word for word, _ in pairs]
    if twice := next((word for word in words if words.count(word) > 1), None):
        raise ValueError(f"readings.toml: {twice} occurs twice")
    return tuple(pairs)
