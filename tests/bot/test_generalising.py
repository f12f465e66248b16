"""Saying it in general: nothing of a case is carried over by which a neighbour could know who is meant."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import generalising, themes
from bot.privacy import mask
from bot.texts import book

NAMES = ("佐藤花子さん", "鈴木様", "田中先生", "高橋健太くん", "Aさん", "Bちゃん", "C")
PLACES = (
    "緑町3丁目",
    "みどりが丘小学校",
    "さくらマンション203号室",
    "港北区",
    "二丁目",
    "5班",
    "ひまわり公園",
    "日吉駅",
)
AGES = ("82歳", "八十二歳", "80代の女性", "小学3年生", "10才の男の子")
DAYS = ("12月3日", "令和6年4月", "2025年", "火曜日", "午後3時半", "昨日", "3/14")
NUMBERS = ("3人", "5回", "10年前", "1,200円", "①", "090-1234-5678")
QUOTES = ("「もう死にたい」", "『助けて』", "“帰りたい”")
JOINS = ("が、", "で", "から", "の家の", "と", "に", "、")
TELLING = [re.sub(r"(さん|様|先生|くん|ちゃん)$", "", name) for name in NAMES[:4]] + [
    *("緑町", "みどりが丘", "さくら", "ひまわり", "日吉", "港北", "死にたい", "助けて", "帰りたい"),
]

case = st.lists(
    st.one_of(*(st.sampled_from(those) for those in (NAMES, PLACES, AGES, DAYS, NUMBERS, QUOTES, JOINS))),
    min_size=1,
    max_size=8,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(case)
def test_no_word_that_points_to_somebody_is_left(text: str) -> None:
    said = generalising.soften(text).text
    assert not re.search(r"\d|丁目|歳|[「」『』“”]|(?<![A-Za-z])[A-Z](?![A-Za-z])", said), said
    assert not [word for word in TELLING if word in said], said


@settings(max_examples=100, deadline=None)
@given(st.one_of(case, st.text(max_size=40)))
def test_what_is_said_in_general_stays_as_it_was_shown(text: str) -> None:
    said = generalising.soften(text).text
    assert generalising.soften(said).text == said
    assert mask(said).masks == ()


@settings(max_examples=100, deadline=None)
@given(case, st.sampled_from(themes.codes()))
def test_a_proposed_sentence_has_the_phrase_books_words_alone(text: str, theme: str) -> None:
    own = [words for key, words in book().items() if key.startswith(f"general.theme.{theme}.")]
    whos = [words for key, words in book().items() if key.startswith("general.who.")]
    allowed = {words.format(who=who) for words in own for who in whos}
    assert set(generalising.suggest(theme, text)) <= allowed


@pytest.mark.parametrize("theme", [*themes.codes(), "a_theme_that_is_not_listed"])
def test_every_theme_has_several_sentences_that_are_general_already(theme: str) -> None:
    made = generalising.suggest(theme, "")
    assert len(set(made)) >= 3
    assert [generalising.soften(words).text for words in made] == made


def test_what_is_recognised_comes_first() -> None:
    first = generalising.suggest("children", "夏休み、昼ごはんを食べていない子がいるみたいです")[0]
    assert first == "子どもの食事が、足りているか心配です。"
    assert generalising.suggest("elderly_watch", "となりのおばあさん、物忘れがひどくて")[0].startswith(
        "高齢の方が、物忘れ"
    )


@pytest.mark.parametrize(
    ("typed", "shown", "kinds"),
    [
        ("82歳の方が買い物に困っています", "高齢の方が買い物に困っています", "年齢"),
        ("小学3年生が一人で夕飯を食べています", "子どもが一人で夕飯を食べています", "年齢"),
        ("Aさんが困っています", "ある方が困っています", "お名前"),
        ("日吉駅で五人が困っています", "駅で数人が困っています", "場所、数"),
        ("一人暮らしの高齢の方が買い物に困っています", "一人暮らしの高齢の方が買い物に困っています", ""),
    ],
)
def test_what_is_typed_is_said_in_general_and_what_changed_is_told(typed: str, shown: str, kinds: str) -> None:
    said = generalising.soften(typed)
    assert (said.text, said.kinds) == (shown, kinds)
