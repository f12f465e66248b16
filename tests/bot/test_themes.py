"""The themes stand as the file says, and a slip in the file is told."""

from __future__ import annotations

import pytest

from bot import themes
from bot.understanding import Reader, load_reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


def test_the_codes_are_those_the_records_are_kept_under() -> None:
    assert themes.codes() == (
        *("isolation", "elderly_watch", "care_daily", "children", "poverty", "disability_health"),
        *("abuse_safety", "disaster", "mobility_environment", "community_life"),
        *("foreign_residents", "other"),
    )


def test_every_theme_has_a_label_words_and_a_category_of_the_activity_record() -> None:
    for theme in themes.themes():
        assert theme.label
        assert theme.words
        assert theme.record
        assert all(1 <= number <= 14 for number in theme.record)


def test_every_label_fits_a_quick_reply_of_line() -> None:
    assert [theme.label for theme in themes.themes() if len(theme.label) > 20] == []


def test_a_code_that_is_no_longer_listed_reads_as_other() -> None:
    assert themes.label("gone") == "その他"


def test_a_code_written_twice_is_told() -> None:
    block = '[[theme]]\ncode = "a"\nlabel = "あ"\nwords = ["い"]\n'

    with pytest.raises(ValueError, match="occurs twice"):
        themes.read_themes(block + block)


def test_a_theme_without_words_is_told() -> None:
    with pytest.raises(ValueError, match="needs a label and words"):
        themes.read_themes('[[theme]]\ncode = "a"\nlabel = "あ"\n')


@pytest.mark.parametrize(
    ("code", "example"),
    [(theme.code, example) for theme in themes.themes() for example in theme.examples],
)
def test_the_examples_of_a_theme_are_read_as_this_theme(reader: Reader, code: str, example: str) -> None:
    found = reader.understand(example)

    assert code in (found.theme, found.second_theme)
