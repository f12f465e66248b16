"""The example file names every setting, with a word on each."""

import re
from itertools import pairwise
from pathlib import Path

from bot.settings import NAMES, load

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"
SETTING = re.compile(r"^# ([A-Z_]+)=(.*)$")


def rows() -> list[tuple[str, str, str]]:
    """Each setting with its value and the line above it."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    found = [(SETTING.match(line), before) for before, line in pairwise(lines)]
    return [(m[1], m[2], before) for m, before in found if m]


def test_the_example_names_every_setting_and_no_other() -> None:
    assert [name for name, _, _ in rows()] == list(NAMES)


def test_every_setting_has_a_word_in_japanese_above_it() -> None:
    assert all(re.search("[ぁ-ん]", before) for _, _, before in rows())


def test_the_example_can_be_used_as_it_stands() -> None:
    assert load({name: value for name, value, _ in rows()}).port == 8000
