"""A Paper: what a council hands out, before anybody decides how it is printed.

Records become a Paper in the module that knows the records (the agenda, the minutes); a Paper
becomes bytes in the module that knows the format. So n papers and m formats are n + m functions.
Everything here is frozen and holds plain text only: each format escapes for itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar

Pair = tuple[str, str]
"""A label and what stands beside it: ("会場", "…地域ケアプラザ"). The label may be empty."""


@dataclass(frozen=True)
class Paragraph:
    """Running text; a line break in it is kept."""

    text: str


@dataclass(frozen=True)
class Note:
    """A remark in small print (※ is set by the format)."""

    text: str


@dataclass(frozen=True)
class Item:
    """One matter that the board talks about, with its history and what is asked of the meeting."""

    heading: str
    number: str = ""
    tags: tuple[str, ...] = ()
    minutes: int | None = None
    details: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Items:
    """Matters in the order in which they are taken."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Table:
    """Rows under a header that is repeated on each page.

    Widths are shares (2, 1, 1 gives the first column half of the width); empty means equal.
    Short rows are filled up with empty cells, so a missing figure never shifts the others.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Give every row and the widths as many cells as the header has."""
        wide = len(self.header)
        filled = tuple((*row, *("",) * wide)[:wide] for row in self.rows)
        object.__setattr__(self, "rows", filled)
        if len(self.widths) != wide:
            object.__setattr__(self, "widths", (1,) * wide)


@dataclass(frozen=True)
class Space:
    """Room to write by hand (書き込み欄); only formats that are printed show it."""

    label: str = "メモ"
    lines: int = 3


@dataclass(frozen=True)
class Chart:
    """Bars beside one another's numbers, told by words as well as by length: (label, count) in their order."""

    label: str
    bars: tuple[tuple[str, int], ...]
    unit: str = ""

    @property
    def longest(self) -> int:
        """The greatest count, at least 1, to which the bars are drawn."""
        return max([count for _, count in self.bars], default=0) or 1

    def drawn(self, width: int = 20) -> tuple[tuple[str, str, str], ...]:
        """Each bar as (label, bar of characters, number with its unit), for formats without shapes."""
        return tuple(
            (label, "■" * _share(count, self.longest, width), f"{count}{self.unit}") for label, count in self.bars
        )


def _share(count: int, longest: int, width: int) -> int:
    return max(round(count * width / longest), 1) if count > 0 else 0


Block = Paragraph | Note | Items | Table | Space | Chart


@dataclass(frozen=True)
class Section:
    """A numbered part of the paper. Minutes are those that the whole part may take."""

    heading: str
    blocks: tuple[Block, ...] = ()
    number: str = ""
    minutes: int | None = None


@dataclass(frozen=True)
class Paper:
    """One document of the council.

    Lines stand above the title (令和8年度 第8回 …), meta below it (日時, 会場, 出席予定).
    `large` asks for at least 14 pt: everything that is handed out on paper sets it.
    `readings` asks for furigana: (word, reading) pairs, set above the word by PDF and HTML.
    """

    title: str
    lines: tuple[str, ...] = ()
    meta: tuple[Pair, ...] = ()
    sections: tuple[Section, ...] = ()
    footer: str = ""
    large: bool = True
    readings: tuple[Pair, ...] = ()

    def longest_readings_first(self) -> tuple[Pair, ...]:
        """The readings in the order to look for them: 地区社協 before 地区.

        Empty ones are left out; of two for one word the first stands.
        """
        told = dict(reversed([pair for pair in self.readings if all(pair)]))
        return tuple(sorted(told.items(), key=lambda pair: (-len(pair[0]), pair)))


Shape = TypeVar("Shape")

# A dakuten typed as a character of its own (some phones and file systems send it so).
_LOOSE_MARK = re.compile("[\u3041-\u30ff][\u3099\u309a]")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def printable(text: str) -> str:
    """Take out what no paper can show: control characters, writing-direction tricks, halves.

    XML refuses control characters, so a single one would keep a Word file from being made; a
    direction override can make a sentence read differently on paper than in its record.
    Only loose kana marks are composed: a full normalisation would replace the characters of
    family names (U+FA19 神) by their everyday forms.
    """
    whole = _LOOSE_MARK.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
    kept = _LINE_BREAK.sub("\n", whole).replace("\t", " ")
    return "".join(char for char in kept if char == "\n" or unicodedata.category(char) not in _UNSHOWN)


_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Cn"})


def mapped(part: Shape, change: Callable[[str], str]) -> Shape:
    """The same paper with `change` done to every text in it.

    A format calls this once with its own escape, before it lays anything out; so a field that
    is added to a block later cannot be forgotten.
    """
    if isinstance(part, str):
        return change(part)  # type: ignore[return-value]
    if isinstance(part, tuple):
        return tuple(mapped(each, change) for each in part)  # type: ignore[return-value]
    if is_dataclass(part) and not isinstance(part, type):
        changed = {f.name: mapped(getattr(part, f.name), change) for f in fields(part)}
        return replace(part, **changed)
    return part


def timed(minutes: int | None) -> str:
    """How long something may take, as it stands on an order paper: （15分）, or nothing."""
    return "" if minutes is None else f"（{minutes}分）"
