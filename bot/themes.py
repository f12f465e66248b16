"""The themes (テーマ) by which a council sorts its concerns."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

THEMES_FILE = Path(__file__).with_name("themes.toml")
OTHER = "other"


@dataclass(frozen=True)
class Theme:
    """One theme: a code that never changes, a label that people see, words that speak for it."""

    code: str
    label: str
    record: tuple[int, ...]
    words: tuple[str, ...]
    examples: tuple[str, ...]


@cache
def themes() -> tuple[Theme, ...]:
    """All themes in the order of the file, which is the order of every menu."""
    return read_themes(THEMES_FILE.read_text(encoding="utf-8"))


def read_themes(source: str) -> tuple[Theme, ...]:
    """Themes out of the text of a themes file.

    Raises:
        ValueError: a code occurs twice or a theme has no words; the sentence says which.

    """
    read = tuple(_theme(block) for block in tomllib.loads(source).get("theme", []))
    codes = [theme.code for theme in read]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise ValueError(f"themes.toml: the code {twice[0]} occurs twice")
    if bare := [theme.code for theme in read if not theme.words or not theme.label]:
        raise ValueError(f"themes.toml: the theme {bare[0]} needs a label and words")
    return read


def codes() -> tuple[str, ...]:
    """The codes of all themes."""
    return tuple(theme.code for theme in themes())


def label(code: str) -> str:
    """What people read for a theme; a code that is no longer listed reads as その他."""
    labels = {theme.code: theme.label for theme in themes()}
    return labels.get(code, labels.get(OTHER, "その他"))


def _theme(block: dict[str, object]) -> Theme:
    def strings(key: str) -> tuple[str, ...]:
        values = block.get(key, [])
        return tuple(str(value) for value in values) if isinstance(values, list) else ()

    return Theme(
        code=str(block.get("code", "")),
        label=str(block.get("label", "")),
        record=tuple(int(number) for number in strings("record")),
        words=strings("words"),
        examples=strings("examples"),
    )
