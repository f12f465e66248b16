"""A reason quotes whole words: no verb is cut short, and no label of a mask is quoted."""

import pytest

from bot.ngrams import normalised
from bot.whole_words import READ_CHARS, whole_words


def quoted(text: str) -> list[str]:
    return [word for _, word in whole_words(normalised(text))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("借金の取り立てが続きまして困っています", ["借金", "取り立て", "続きまして", "困って"]),
        ("病院で言葉が通じなくて", ["病院", "言葉", "通じなくて"]),
        ("旦那さんを亡くしてから", ["旦那", "亡くして"]),
        ("引っ越しのあいさつに伺いましたら", ["引っ越し", "伺いましたら"]),
        ("鏡の自分に話しかけるようになりました", ["話しかける"]),
        ("言葉通じねえ", ["言葉"]),
        ("歌だけ聞いてる", ["聞いてる"]),
        ("泣きながら帰ってきた", ["泣きながら", "帰って"]),
    ],
)
def test_verbs_keep_their_endings_and_lose_their_particles(text: str, wanted: list[str]) -> None:
    assert quoted(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("50代男性独居", ["男性独居"]),
        ("後で18万請求された", ["請求"]),
        ("一人暮らしの父、三人家族の兄", ["一人", "家族"]),
        ("A氏宅前の私道", ["宅前", "私道"]),
        ("さいふを なくしました。わたしは わかりません", ["さいふ", "なくしました", "わかりません"]),
    ],
)
def test_what_belongs_to_the_word_before_is_left_out(text: str, wanted: list[str]) -> None:
    assert quoted(text) == wanted


def test_what_masking_wrote_is_never_quoted() -> None:
    assert quoted("〔住所〕のAさん、牛乳がそのまま") == ["牛乳"]


def test_words_that_say_nothing_are_not_quoted() -> None:
    assert quoted("最近、三日分の新聞が来たまま。何人か見た") == ["新聞"]


def test_each_word_stands_where_it_is_said_to_stand() -> None:
    text = normalised("取り立てが続きまして、50代男性独居。町内会の回覧板、病院で言葉通じなくて" * 20)

    found = whole_words(text)

    assert [text[start : start + len(word)] for start, word in found] == [word for _, word in found]
    assert max(start for start, _ in found) < READ_CHARS
