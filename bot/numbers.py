"""The telephone numbers that fit a danger (119, 110, 189, #9110 and local ones)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

NUMBERS_FILE = Path(__file__).with_name("numbers.toml")
MAX_AGE = timedelta(days=180)
MOST = 3
# what 「緊急の連絡先」 lists


@dataclass(frozen=True)
class Line:
    """One number: whom it reaches, when, in which situations it is named, when it was verified."""

    code: str
    label: str
    dial: str
    hours: str
    emergency: frozenset[str]
    soon: frozenset[str]
    themes: frozenset[str]
    source: str
    last_verified: date


@cache
def numbers() -> tuple[Line, ...]:
    """All numbers that can be dialled, in the order in which they are offered."""
    return read_numbers(NUMBERS_FILE.read_text(encoding="utf-8"))


def read_numbers(source: str) -> tuple[Line, ...]:
    """Numbers out of the text of a numbers file; lines that nobody has filled in are left out.

    Raises:
        ValueError: a code occurs twice.

    """
    lines = tuple(_line(block) for block in tomllib.loads(source).get("line", []))
    codes = [line.code for line in lines]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise ValueError(f"numbers.toml: the code {twice[0]} occurs twice")
    return tuple(line for line in lines if line.dial)


def fitting(urgency: str, situations: Iterable[str], theme: str) -> tuple[Line, ...]:
    """The numbers for one message, the most fitting first and at most three.

    What was said decides (「煙が出ている」 is 119); only when no word names the situation does
    the theme decide. An emergency always names 119 or 110, since the law leaves nobody out.
    """
    if urgency not in ("emergency", "soon"):
        return ()
    named = [line for code in situations for line in numbers() if code in _for(line, urgency)]
    if not named:
        named = [line for line in numbers() if theme in line.themes and _may(line, urgency)]
    return tuple(dict.fromkeys(named))[:MOST]


def by_code(code: str) -> Line | None:
    """The number with this code, or None when it is no longer listed."""
    return next((line for line in numbers() if line.code == code), None)


def unverified(today: date) -> tuple[Line, ...]:
    """Numbers that nobody has verified for 180 days; `kizuki check` names them."""
    return tuple(line for line in numbers() if today - line.last_verified > MAX_AGE)


def _for(line: Line, urgency: str) -> frozenset[str]:
    return line.emergency if urgency == "emergency" else line.soon


def _may(line: Line, urgency: str) -> bool:
    return bool(line.emergency) if urgency == "emergency" else bool(line.soon)


def _line(block: dict[str, object]) -> Line:
    def several(key: str) -> frozenset[str]:
        values = block.get(key, [])
        return frozenset(map(str, values)) if isinstance(values, list) else frozenset()

    verified = block["last_verified"]
    return Line(
        code=str(block["code"]),
        label=str(block["label"]),
        dial=str(block.get("dial", "")),
        hours=str(block.get("hours", "")),
        emergency=several("emergency"),
        soon=several("soon"),
        themes=several("themes"),
        source=str(block.get("source", "")),
        last_verified=verified if isinstance(verified, date) else date.min,
    )
