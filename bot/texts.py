"""The phrase book: every sentence that a person sees, in one place, reviewed as carefully as code."""

import string
import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "phrases"


class NoSuchPhrase(KeyError):
    """The phrase book has no sentence under this key."""


def phrase(key: str, /, **values: object) -> str:
    """Give the sentence under `area.name`, with its places filled in.

    Values are put in as they are: escaping for a page or a platform is done last, by whoever shows it.
    Raises NoSuchPhrase, and KeyError when a place is left empty.
    """
    try:
        sentence = book()[key]
    except KeyError as error:
        raise NoSuchPhrase(key) from error
    return sentence.format(**values) if values or "{" in sentence else sentence


@cache
def book(language: str = "ja") -> dict[str, str]:
    """Read the phrase book of one language: each file is an area."""
    return {
        f"{path.stem}.{name}": sentence.strip("\n")
        for path in sorted((FOLDER / language).glob("*.toml"))
        for name, sentence in _flatten(tomllib.loads(path.read_text(encoding="utf-8")))
    }


def places(sentence: str) -> set[str]:
    """Name the places of a sentence that want a value."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def _flatten(table: dict[str, object], before: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            rows += _flatten(value, f"{before}{name}.")
        else:
            rows.append((f"{before}{name}", str(value)))
    return rows
