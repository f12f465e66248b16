"""The right telephone numbers, at once, and never a stale one unnoticed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot import numbers
from bot.urgency import lexicon


@pytest.mark.parametrize(
    ("urgency", "situations", "theme", "first"),
    [
        ("emergency", ["life"], "elderly_watch", "119"),
        ("emergency", ["fire"], "disaster", "119"),
        ("emergency", ["violence"], "abuse_safety", "110"),
        ("emergency", ["missing"], "elderly_watch", "110"),
        ("soon", ["child_abuse"], "abuse_safety", "189"),
        ("soon", ["intruder"], "abuse_safety", "9110"),
        ("soon", ["suicide"], "disability_health", "yorisoi"),
        ("emergency", [], "elderly_watch", "119"),
        ("emergency", [], "abuse_safety", "110"),
    ],
)
def test_the_situation_names_the_number(urgency: str, situations: list[str], theme: str, first: str) -> None:
    assert numbers.fitting(urgency, situations, theme)[0].code == first


def test_every_emergency_names_119_or_110_whatever_its_theme() -> None:
    for theme in ("isolation", "children", "poverty", "mobility_environment", "other"):
        codes = {line.code for line in numbers.fitting("emergency", [], theme)}
        assert codes & {"119", "110"}


def test_nothing_urgent_names_no_number() -> None:
    assert numbers.fitting("normal", ["life", "fire"], "disaster") == ()
    assert numbers.fitting("none", ["suicide"], "other") == ()


def test_at_most_three_numbers_are_named_and_none_twice() -> None:
    everything = list(lexicon().levels)

    for urgency in ("emergency", "soon"):
        found = numbers.fitting(urgency, everything, "other")
        assert len(found) <= 3
        assert len(set(found)) == len(found)


def test_a_number_says_for_which_situations_it_is_by_names_that_exist() -> None:
    known = {*lexicon().levels, "disability_abuse"}

    for line in numbers.numbers():
        assert (line.emergency | line.soon) <= known


def test_a_line_that_nobody_has_filled_in_is_not_offered() -> None:
    assert numbers.by_code("care-plaza") is None


def test_numbers_not_verified_for_half_a_year_are_named() -> None:
    verified = max(line.last_verified for line in numbers.numbers())

    late = numbers.unverified(verified + timedelta(days=181))

    assert set(late) == set(numbers.numbers())
    assert numbers.unverified(date.min) == ()


def test_every_number_says_where_it_comes_from() -> None:
    assert [line.code for line in numbers.numbers() if not line.source or not line.hours] == []


def test_a_code_written_twice_is_told() -> None:
    block = '[[line]]\ncode = "1"\nlabel = "あ"\ndial = "1"\nlast_verified = 2026-01-01\n'

    with pytest.raises(ValueError, match="occurs twice"):
        numbers.read_numbers(block + block)
