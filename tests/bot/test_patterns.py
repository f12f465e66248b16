"""A pattern that is compiled late answers as one that is compiled at once."""

import re

import pytest

from bot.patterns import late


def test_it_answers_as_the_compiled_pattern_does() -> None:
    source, text = r"(?P<town>[一-龯]+)町", "松原町と川端町"
    ready, waiting = re.compile(source), late(source)
    assert [m.span("town") for m in waiting.finditer(text)] == [m.span("town") for m in ready.finditer(text)]
    assert waiting.sub("〇", text) == ready.sub("〇", text)
    assert waiting.pattern == source


def test_flags_count() -> None:
    assert [m.start() for m in late("^b", re.MULTILINE).finditer("a\nb")] == [2]


def test_what_is_wrong_with_a_pattern_is_said_when_it_is_used() -> None:
    broken = late("(")
    with pytest.raises(re.error):
        broken.search("a")
