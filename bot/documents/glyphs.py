"""Which characters the fonts of the paper can draw.

A tagged PDF (PDF/UA) must not hold a character without a shape: one emoji in a concern would keep
the whole agenda from being printed. So what the fonts lack is replaced before it gets there.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
"""BIZ UDPGothic, made for legibility, and Noto Sans JP for rare characters of names (𠮷)."""

GETA = "〓"
"""The printers' sign for a character that is not in the case."""


def drawable(text: str) -> str:
    """The text without emoji, and with 〓 where a letter or a character cannot be drawn.

    An emoji says nothing on an order paper; a missing letter must be seen to be missing.
    """
    known = covered()
    return "".join(char if char == "\n" or ord(char) in known else _substitute(char) for char in text)


def _substitute(char: str) -> str:
    return GETA if unicodedata.category(char)[0] in "LNP" or _is_private(char) else ""


def _is_private(char: str) -> bool:
    return unicodedata.category(char) == "Co"


@cache
def covered() -> frozenset[int]:
    """The code points that at least one of the fonts has a shape for, in both weights."""
    return frozenset(
        (_code_points("BIZUDPGothic-Regular.ttf") & _code_points("BIZUDPGothic-Bold.ttf"))
        | _code_points("NotoSansJP-Regular.otf")
    )


def _code_points(font: str) -> set[int]:
    """Read a font's character map (OpenType `cmap`, format 12: groups of first, last, glyph)."""
    content = (FONTS / font).read_bytes()
    table = _cmap_offset(content)
    (group_count,) = struct.unpack_from(">I", content, table + 12)
    groups = struct.iter_unpack(">III", content[table + 16 : table + 16 + 12 * group_count])
    return {point for first, last, _ in groups for point in range(first, last + 1)}


def _cmap_offset(content: bytes) -> int:
    (table_count,) = struct.unpack_from(">H", content, 4)
    tables = struct.iter_unpack(">4sIII", content[12 : 12 + 16 * table_count])
    cmap: int = next(offset for tag, _, offset, _ in tables if tag == b"cmap")
    (map_count,) = struct.unpack_from(">H", content, cmap + 2)
    maps = struct.iter_unpack(">HHI", content[cmap + 4 : cmap + 4 + 8 * map_count])
    wide: int = next(offset for platform, kind, offset in maps if (platform, kind) == (3, 10))
    return cmap + wide
