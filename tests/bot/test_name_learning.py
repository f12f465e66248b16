"""What the net of names learns from: sentences whose names are marked, and the same numbers every time."""

from __future__ import annotations

import numpy as np
import pytest

from bot import name_learning
from bot.embedding import load_embedding
from bot.name_learning import Lesson, Marked, read_marked, tellings

MATERIAL = [
    Marked("{name:佐藤}さんの家{address:緑町3-22}が心配。{name:トミ}も", "one-1"),
    Marked("森の中が暗い", "one-2"),
    *(Marked("となりの{name:縹谷}が夜中に騒ぐ", f"many-{number}") for number in range(30)),
]


def test_what_is_marked_as_a_name_is_where_the_telling_says() -> None:
    told = list(tellings(MATERIAL))

    first = next(each for each in told if "心配" in each.text)
    assert [first.text[start:end] for start, end in first.names] == ["佐藤", "トミ"]
    assert "〔住所〕" in first.text
    assert all("{" not in each.text for each in told)
    assert next(each for each in told if each.text == "森の中が暗い").names == ()


def test_what_is_held_back_is_told_once_and_as_it_was_written() -> None:
    held = [sentence for sentence in MATERIAL if sentence.is_held]

    told = [each for each in tellings(MATERIAL) if each.is_held]

    assert held
    assert len(told) == len(held)
    assert {each.text for each in told} <= {"となりの縹谷が夜中に騒ぐ", "森の中が暗い"} | {first_told().text}


def first_told() -> name_learning.Told:
    return next(each for each in tellings(MATERIAL) if "心配" in each.text)


def test_the_same_sentences_are_told_in_the_same_way() -> None:
    assert list(tellings(MATERIAL)) == list(tellings(MATERIAL))


def test_the_material_marks_names_and_knows_sentences_without() -> None:
    material = read_marked()

    assert sum("{name:" in sentence.text for sentence in material) > 1_500
    assert sum("{" not in sentence.text for sentence in material) > 5_000


def test_learning_twice_gives_the_same_numbers_and_learns() -> None:
    chance = np.random.default_rng(4)
    rows = chance.normal(0, 1, (2_000, 24)).astype(np.float16)
    known = Lesson(rows, rows[:, 0] > 1)

    first, second = (name_learning.learn(known, epochs=80) for _ in range(2))

    assert (first.inner == second.inner).all()
    assert (first.outer == second.outer).all()
    hidden = first.chances(rows.astype(np.float32))
    assert hidden[known.is_name].mean() > 2 * hidden[~known.is_name].mean()


def test_a_lesson_has_a_row_for_every_piece_and_names_only_where_they_stand() -> None:
    encoder = load_embedding()
    if encoder is None:
        pytest.skip("the language model's package is not installed here")
    told = list(tellings(MATERIAL))[:4]

    made = name_learning.lesson(told, encoder)

    assert len(made.rows) == len(made.is_name)
    assert 0 < made.is_name.sum() < len(made.is_name)
    assert not name_learning.lesson([each for each in told if not each.names], encoder).is_name.any()
