"""What is promised of the outcome: done and undone are told apart by the ending, not by the word."""

from __future__ import annotations

import pytest

from bot.similarity_reading import read


@pytest.mark.parametrize(
    "text",
    [
        "街灯が直りました",
        "犬がもう吠えなくなった",
        "夜、眠れるようになりました",
        "雨漏りが止まった",
        "足の痛みが消えた",
        "財布が見つかりました、ありがとうございます",
        "The heater works again",
    ],
)
def test_what_went_well_is_read(text: str) -> None:
    assert read(text).of("outcome") == {"good"}


@pytest.mark.parametrize(
    "text",
    [
        "街灯が直らない",
        "犬が吠えてうるさい",
        "夜ねむれん",
        "雨漏りが止まらない",
        "足が痛くて歩けない",
        "財布がまだ見つかりません",
        "The heater does not work",
    ],
)
def test_what_is_still_wrong_is_read(text: str) -> None:
    assert read(text).of("outcome") == {"bad"}


@pytest.mark.parametrize("text", ["集会所は使えますか", "早く直ってほしい", "来週の会議の資料", ""])
def test_a_question_a_wish_and_a_plain_word_tell_no_outcome(text: str) -> None:
    assert "good" not in read(text).of("outcome")


def test_thanks_that_go_on_are_no_good_end() -> None:
    """「ありがとう」 opens many a message that then tells of trouble."""
    told = read(
        "先日はありがとうございました。それとは別の話で、裏の道のことを役所に伝えていただけませんでしょうか"
    )

    assert "good" not in told.of("outcome")
