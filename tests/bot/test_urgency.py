"""Words of danger are found, and what takes the danger away is read."""

from __future__ import annotations

import numpy as np
import pytest

from bot.ngrams import normalised
from bot.urgency import by_words, features, is_grave, lexicon, read


@pytest.mark.parametrize(
    ("text", "situation"),
    [
        ("母が台所で倒れています", "life"),
        ("となりの家から煙が出ている", "fire"),
        ("祖父が朝から帰ってこない", "missing"),
        ("もう死にたいです", "suicide"),
        ("男が包丁を持っている", "violence"),
        ("新聞がたまっている", "unseen"),
        ("キャッシュカードを渡してと言われた", "fraud"),
        ("冷蔵庫が空です", "hunger"),
        ("My father is not breathing", "life"),
        ("着火了，快来", "fire"),
        ("Meu filho sumiu", "missing"),
        ("ｶﾞｽｸｻｲ ｱﾀﾏｲﾀｲ", "fire"),
        ("おばあさんが たおれました", "life"),
    ],
)
def test_a_word_of_danger_names_its_situation(text: str, situation: str) -> None:
    assert situation in read(normalised(text)).situations


@pytest.mark.parametrize(
    "text",
    [
        "倒れていません",
        "火事ではありません",
        "死にたいわけではない",
        "殴ってない",
        "異臭はなかった",
    ],
)
def test_a_denied_word_names_nothing(text: str) -> None:
    assert read(normalised(text)).situations == ()


@pytest.mark.parametrize(
    "text",
    ["息をしていない", "意識がない", "動かない", "返事がありません", "帰ってこない", "食べるものがない"],
)
def test_a_danger_that_is_itself_a_denial_stays(text: str) -> None:
    assert read(normalised(text)).situations != ()


@pytest.mark.parametrize(
    ("text", "softener"),
    [
        ("避難訓練で煙が出ます", "drill"),
        ("映画で家が燃えていた", "fiction"),
        ("昔、祖父が倒れました", "past"),
        ("倒れた人は無事でした", "resolved"),
        ("死ぬほど暑い", "figure"),
        ("もし火事になったら", "doubt"),
        ("訓練ではない、火事だ", "real"),
    ],
)
def test_what_softens_is_named(text: str, softener: str) -> None:
    assert softener in read(normalised(text)).softeners


def test_words_alone_judge_carefully() -> None:
    assert by_words(read("母が倒れています")) == "emergency"
    assert by_words(read("新聞がたまっています")) == "soon"
    assert by_words(read("避難訓練で煙が出ます")) == "normal"
    assert by_words(read("ごみの日を教えて")) == "normal"


def test_a_reading_becomes_as_many_numbers_as_the_learned_part_expects() -> None:
    row = features(read("母が倒れています"))

    assert row.shape == (lexicon().width,)
    assert np.isfinite(row).all()


def test_no_softener_hides_a_word_of_danger_from_the_reading() -> None:
    assert "life" in read("訓練の途中で人が倒れて動かない").situations


@pytest.mark.parametrize(
    "text",
    [
        "もう死にたいです",
        "薬は全部飲みました。ありがとう",
        "訓練ではありません、人が倒れています",
        "冗談じゃない、兄が川に落ちた",
        "息子が死にたいと言っています",
    ],
)
def test_some_words_are_never_calm(text: str) -> None:
    assert is_grave(read(normalised(text)))


@pytest.mark.parametrize(
    "text", ["虐待防止の研修があります", "映画で死にたいと言っていた", "倒れた人にAEDを使うって本当ですか"]
)
def test_a_drill_a_film_and_a_question_take_the_grave_word_back(text: str) -> None:
    assert not is_grave(read(normalised(text)))


@pytest.mark.parametrize(
    ("text", "softener"),
    [
        ("息子が倒れています", "figure"),
        ("部屋からテレビの音だけします", "fiction"),
        ("変なにおいもしてきました", "doubt"),
        ("Nawawala po ang lola ko", "joke"),
    ],
)
def test_what_only_contains_a_softening_word_is_not_softened(text: str, softener: str) -> None:
    assert softener not in read(normalised(text)).softeners
