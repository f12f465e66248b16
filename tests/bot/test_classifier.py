"""What is learned, what a council corrects, and what its own words do."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from bot import classifier, lessons, ngrams
from bot.classifier import Classifier, Correction, Examples, load_heads, see
from bot.themes import Theme, themes
from bot.understanding import Reader, load_reader


@pytest.fixture(scope="module")
def heads() -> classifier.Heads:
    return load_heads()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


def test_the_artefact_is_small_and_knows_every_label(heads: classifier.Heads) -> None:
    assert classifier.MODEL_FILE.stat().st_size < 4_000_000
    assert heads.labels == {task: tuple(known) for task, known in lessons.LABELS.items()}


def test_probabilities_add_up_to_one(heads: classifier.Heads) -> None:
    scores = Classifier(heads).scores(see("となりの子の泣き声が心配です", None))

    for part in (scores.theme, scores.urgency, scores.kind):
        assert part.sum() == pytest.approx(1, abs=1e-3)


def test_what_only_sounds_alarming_weighs_less_and_the_rest_stays_whole() -> None:
    danger = np.array([[0.6, 0.2, 0.1, 0.1], [0.0, 0.0, 0.7, 0.3]], dtype=np.float32)
    calm = np.array([[0.25, 0.75], [1.0, 0.0]], dtype=np.float32)

    read = classifier.calmed(danger, calm)

    assert read[0, :2].tolist() == pytest.approx([0.15, 0.05])
    assert read.sum(axis=1).tolist() == pytest.approx([1, 1])
    assert read[1].tolist() == pytest.approx(danger[1].tolist())


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00\x00", "😀", "ﾊ\u0301" * 50, "a" * 10_000])
def test_any_text_can_be_judged(heads: classifier.Heads, text: str) -> None:
    scores = Classifier(heads).scores(see(text, None))

    assert np.isfinite(scores.theme).all()


def test_a_word_that_a_council_adds_draws_towards_its_theme(heads: classifier.Heads) -> None:
    text = "ポンポコ広場のことで相談です"
    own = [
        dataclasses.replace(theme, words=(*theme.words, "ポンポコ広場")) if theme.code == "children" else theme
        for theme in themes()
    ]

    before = Classifier(heads).scores(see(text, None))
    after = Classifier(heads, tuple(own)).scores(see(text, None))

    children = before.themes.index("children")
    assert after.theme[children] > before.theme[children]


def test_a_theme_that_a_council_adds_is_found_by_its_words(heads: classifier.Heads) -> None:
    pets = Theme("pets", "ペット", (14,), ("地域猫", "えさやり"), ())

    scores = Classifier(heads, (*themes(), pets)).scores(see("地域猫のえさやりの相談", None))

    assert scores.themes[int(scores.theme.argmax())] == "pets"


def test_a_correction_is_followed_at_once_and_given_up_when_taken_back(reader: Reader) -> None:
    text = "はなみずき広場のベンチで毎日ひとり座っている人がいます"
    before = reader.understand(text)
    other = next(theme for theme in ("disaster", "poverty") if theme != before.theme)

    corrected = Examples.of([Correction(before.masked_text, other)])
    after = reader.understand(text, corrected)

    assert after.theme == other
    assert after.because.startswith("以前に直した")
    assert reader.understand(text, Examples.of([])).theme == before.theme


def test_a_correction_with_its_signature_catches_other_words_for_the_same(reader: Reader) -> None:
    if not reader.has_model:
        pytest.skip("the language model's package is not installed here")
    kept = "集会所の裏の坂に、冬は氷がはって滑ります"
    example = Correction(kept, "disaster", signature=reader.signature(kept))
    said = "冬になると集会所うらの坂道が凍ってすべる"
    plain, drawn = (reader.understand(said, ex) for ex in (None, Examples.of([example])))

    assert plain.theme != "disaster"
    assert drawn.theme == "disaster"


def test_a_false_alarm_that_was_put_right_does_not_quieten_the_next(reader: Reader) -> None:
    example = Correction("となりのおじいさんが庭で倒れています", "elderly_watch", "none")

    found = reader.understand("おばあさんが道で倒れて意識がありません", Examples.of([example]))

    assert found.urgency == "emergency"


def test_a_signature_of_another_version_is_passed_over(reader: Reader) -> None:
    examples = Examples.of([Correction("ベンチがこわれた", "other", signature=b"old")])

    assert reader.understand("ベンチがこわれた", examples).theme == "other"


def test_a_training_line_that_does_not_fit_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text(f"{lessons.HEADER}\nchildren\t-\tnormal\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"own\.tsv, line 2"):
        lessons.read_sentences(tmp_path)


def test_a_councils_own_sentences_are_read_without_the_marks(tmp_path: Path) -> None:
    line = "children\t-\tnormal\tconcern\tcasual_resident\t-\t{name:森}さんの子が\\n一人です"
    (tmp_path / "own.tsv").write_text(f"{lessons.HEADER}\n# note\n{line}\n", encoding="utf-8")

    (read,) = lessons.read_sentences(tmp_path)

    assert read.text == "森さんの子が\n一人です"
    assert read.second is None


def test_every_training_line_is_well_formed() -> None:
    assert len(lessons.read_sentences()) > 6000


def test_half_width_kana_reads_like_hiragana() -> None:
    assert ngrams.readable("ﾀｵﾚﾀ ﾍﾝｼﾞ ﾅｲ") == "たおれたへんじない"
    assert ngrams.readable("バスがこない") == "バスがこない"
