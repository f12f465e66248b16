"""Two messages beside each other: the same answer in either order, and an answer for whatever was written."""

import numpy as np
import pytest

from bot.beside import Beside
from bot.encoder.running import Encoder, Sense
from bot.similarity import load_model


@pytest.fixture(scope="module")
def beside() -> Beside:
    return load_model().beside


@pytest.fixture
def facts(beside: Beside) -> list[float]:
    """Facts that say nothing for either side."""
    return beside.middle.tolist()


def test_the_order_does_not_count(encoder: Encoder, beside: Beside, facts: list[float]) -> None:
    one, other = (beside.words(encoder.sense(text)) for text in ("会館の鍵が開かない", "鍵あかない"))

    assert beside.odds(one, other, facts) == pytest.approx(beside.odds(other, one, facts), abs=1e-4)


@pytest.mark.parametrize(
    ("told", "again", "another"),
    [
        ("第二公園の遊具がこわれている", "遊具こわれてる、第二公園の", "第七公園の遊具がこわれている"),
        ("草刈りに出られません", "草刈り、行けないです", "草刈りに出ます"),
        ("会館の鍵が開かない", "鍵あかない、会館", "会館の鍵を拾った"),
    ],
)
def test_words_part_what_only_one_word_parts(
    encoder: Encoder, beside: Beside, facts: list[float], told: str, again: str, another: str
) -> None:
    """With nothing known but the words themselves, the same matter is likelier than the other."""
    words = {text: beside.words(encoder.sense(text)) for text in (told, again, another)}

    assert beside.odds(words[told], words[again], facts) > beside.odds(words[told], words[another], facts)


def test_a_text_without_words_is_compared_as_well(beside: Beside, facts: list[float]) -> None:
    """Nothing was said; the answer is still a number."""
    width = len(beside.nets[0].word)
    empty = beside.words(Sense(np.zeros(384, np.float32), np.zeros((0, width), np.float32), ()))

    assert np.isfinite(beside.odds(empty, empty, facts))


def test_absurd_facts_do_not_break_the_judgement(encoder: Encoder, beside: Beside) -> None:
    words = beside.words(encoder.sense("鍵が開かない"))

    assert np.isfinite(beside.odds(words, words, [1e9] * len(beside.middle)))
