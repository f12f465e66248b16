"""What the matcher promises: place, person, side and state part what wording would join."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from bot.embedding import load_embedding
from bot.similarity import Matcher, Signature
from bot.similarity_reading import read
from bot.tellings import read_pairs

EXAMPLES = Path(__file__).parents[3] / "shared" / "data" / "pairs.jsonl"
GOOD_F1 = 0.85


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(load_embedding())


@pytest.fixture(scope="module")
def plain_matcher() -> Matcher:
    return Matcher(None)


@pytest.mark.parametrize(
    "one", ["第三公園のベンチが壊れている", "Aさんの家の雨戸が閉まったまま", "🙂", "ﾃﾞﾝﾜ ｶﾞ ﾅﾘﾏｾﾝ"]
)
def test_a_message_is_the_same_matter_as_itself(plain_matcher: Matcher, one: str) -> None:
    assert plain_matcher.same_matter(one, one).same_matter


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第六公園のベンチが壊れている", "第九公園のベンチが壊れている"),
        ("2丁目の街灯が切れている", "8丁目の街灯が切れている"),
        ("駅の東口の階段がすべる", "駅の西口の階段がすべる"),
        ("遠藤さんが転んで入院した", "後藤さんが転んで入院した"),
        ("将棋を教えてほしい", "将棋を教えられます"),
        ("去年の大雨で床下まで水が来た", "今、大雨で床下まで水が来ている"),
        ("街灯が直りました", "街灯がまだ直りません"),
    ],
)
def test_nearly_the_same_words_can_be_two_matters(matcher: Matcher, one: str, other: str) -> None:
    assert not matcher.same_matter(one, other).same_matter


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第六公園のベンチが壊れている", "ベンチこわれてる、第六公園"),
        ("2丁目の街灯が切れている", "街灯つかない、2丁目"),
        ("ごみの日が わかりません", "I don't know the garbage day"),
    ],
)
def test_other_words_can_be_one_matter(matcher: Matcher, one: str, other: str) -> None:
    assert matcher.same_matter(one, other).same_matter


def test_the_order_of_the_two_does_not_count(matcher: Matcher) -> None:
    one, other = "会館の鍵が開かない", "鍵あかない、会館"

    assert matcher.same_matter(one, other) == matcher.same_matter(other, one)


def test_a_masked_letter_names_nobody() -> None:
    """Letters are given per topic, so Aさん here and Aさん there may be two people, and A and B one."""
    assert read("Aさんが転んだ").persons == read("Bさんが転んだ").persons == frozenset()


def test_what_was_masked_is_no_place_and_no_word() -> None:
    masked, bare = read("〔住所〕〔部屋〕の道に穴"), read("の道に穴")

    assert (masked.places, masked.meanings, masked.grams) == (bare.places, bare.meanings, bare.grams)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("第三公園のベンチ", "公園=3"),
        ("もみじ橋の欄干がさびた", "橋=もみじ"),
        ("駅前のさくら橋", "橋=さくら"),
        ("みなと病院の駐車場", "病院=みなと"),
        ("八丁目の街灯", "丁目=8"),
        ("Ｂ棟の掲示板", "棟=b"),
        ("The swing in Park No. 5", "第=5"),
    ],
)
def test_a_place_is_read(text: str, place: str) -> None:
    assert place in read(text).places


@pytest.mark.parametrize("text", ["早すぎて病院から帰れない", "この公園の木", "石橋さんの家", "高橋さんが転んだ"])
def test_what_only_looks_like_a_place_is_none(text: str) -> None:
    assert not [place for place in read(text).places if place.startswith(("病院=", "公園=", "橋="))]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("毛布をもらってください", {"offer"}),
        ("毛布をください", {"need"}),
        ("自転車を直せます", {"offer"}),
        ("自転車を直してほしい", {"need"}),
    ],
)
def test_offer_and_need_are_told_apart(text: str, stance: set[str]) -> None:
    assert read(text).of("stance") == stance


def test_a_name_without_mask_is_read() -> None:
    assert read("りくくんが給食を残す").persons == {"りく"}


@pytest.mark.parametrize(
    "hostile", ["", " ", "\x00", "第" * 5000, "(" * 5000, "ん" * 5000, "a1" * 2500, "\ud800あ"]
)
def test_any_text_gets_an_answer(plain_matcher: Matcher, hostile: str) -> None:
    start = time.perf_counter()

    found = plain_matcher.same_matter(hostile, "公園の木が倒れた")

    assert not found.same_matter
    assert time.perf_counter() - start < 10  # it must only end


def test_a_signature_survives_storage(matcher: Matcher) -> None:
    signature = matcher.vector("東口の自転車がじゃまで通れません、石川さんも困っています")
    other = matcher.vector("東口の放置自転車")

    again = Signature.from_bytes(bytes(signature))

    assert again.reading == signature.reading
    assert abs(matcher.compare(again, other).score - matcher.compare(signature, other).score) < 0.02
    assert len(bytes(signature)) < 12_000


def test_a_signature_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        Signature.from_bytes(b"??" + bytes(20))


def test_the_likeliest_of_a_thousand_comes_first(plain_matcher: Matcher) -> None:
    others = [(number, plain_matcher.vector(f"{number}番地の道に穴があいています")) for number in range(999)]
    others.append((999, plain_matcher.vector("会館の和室の畳がすり切れている")))
    own = plain_matcher.vector("畳すり切れてる、会館の和室")

    start = time.perf_counter()
    found = plain_matcher.most_similar(own, others, 3)

    assert found[0][0] == 999
    assert found[0][1].same_matter
    assert time.perf_counter() - start < 10  # it must only end


def test_vectors_and_readings_mix() -> None:
    """A signature from a time without the embedding is still compared."""
    own = Matcher(None).vector("街灯が切れている")
    with_vector = Signature(read("街灯がつかない"), np.ones(384, dtype=np.float32))

    assert 0 <= Matcher(None).compare(own, with_vector).score <= 1


def test_the_training_pairs_are_many_and_whole() -> None:
    pairs = read_pairs()

    assert len(pairs) >= 900
    assert len({frozenset((pair.a, pair.b)) for pair in pairs}) == len(pairs)
    assert all(pair.a and pair.b and pair.a != pair.b for pair in pairs)
    assert all(pair.same == (pair.type in ("paraphrase", "cross_language")) for pair in pairs)


def test_pairs_that_were_never_trained_on_reach_the_goal(matcher: Matcher) -> None:
    if not EXAMPLES.exists():
        pytest.skip("the example pairs are not beside the repository")
    gold = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    trained = {text for pair in read_pairs() for text in (pair.a, pair.b)}

    found = np.array([matcher.same_matter(g["text_a"], g["text_b"]).score for g in gold])
    said = np.array([matcher.same_matter(g["text_a"], g["text_b"]).same_matter for g in gold])
    truth = np.array([float(g["same_matter"]) for g in gold])

    assert not trained & {g[side] for g in gold for side in ("text_a", "text_b")}
    assert ((found >= 0) & (found <= 1)).all()
    assert 2 * (said & (truth == 1)).sum() / (said.sum() + truth.sum()) >= GOOD_F1
