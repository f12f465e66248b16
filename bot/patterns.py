"""Patterns that are compiled when a message first needs them.

Kizuki knows some three hundred, for a dozen scripts and spellings. To compile one with a class of kanji takes a
thousandth of a second and more, since `re` walks through all twenty thousand of them; all together would take
as long as everything else that is loaded. A message needs some sixty of them.
"""

from __future__ import annotations

import re
from typing import Any, cast

_ANSWERS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")


def late(source: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """As `re.compile`, but what is wrong with the pattern is only said when it is first used."""
    return cast("re.Pattern[str]", _Late(source, flags))


class _Late:
    """Stands for a pattern; once it was asked, the compiled one answers at once and nothing stands between."""

    def __init__(self, source: str, flags: re.RegexFlag) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet: compile, and keep what the pattern can be asked."""
        ready = re.compile(self._source, self._flags)
        for answer in _ANSWERS:
            setattr(self, answer, getattr(ready, answer))
        return getattr(ready, name)
