"""Names in an unusual spelling: set apart (た な か さん), half hidden (S藤さん, 佐○さん), cut short."""

from __future__ import annotations

from bot.name_edges import KANJI, Span
from bot.name_lists import NameLists, hiragana
from bot.patterns import late

_HONOUR = r"(?=[ ]?(?:さん|さま|様|くん|君|ちゃん|氏))"
_APART = late(rf"(?<![{KANJI}])[{KANJI}](?: [{KANJI}]){{1,3}}{_HONOUR}")
_APART_KANA = late(rf"(?<![ぁ-んァ-ヴ])(?:[ぁ-ん](?: [ぁ-ん]){{1,5}}|[ァ-ヴ](?: [ァ-ヴ]){{1,5}}){_HONOUR}")
_HIDDEN = late(
    rf"(?<![A-Za-z0-9{KANJI}])(?:[A-Z][藤田川本村山野井木島崎原口内沢澤林谷橋部岡浦塚中]|"
    rf"[{KANJI}][〇○◯●*][{KANJI}]?|[〇○◯●][{KANJI}])"
    rf"{_HONOUR}"
)
# Two or three letters that no list knows, with the age of an old person in brackets: 鏡味(82).
_AGED = late(
    rf"(?<![{KANJI}ぁ-んァ-ヴー])([{KANJI}]{{2,4}})(?<![氏様君宅方])(?=[ ]?\((?:[6-9][0-9]|10[0-9])(?:歳|"
    rf"才)?[)、,・ ])"
)
# A given name with the age or class of a child in brackets: 凛(年長), 陽太（小2）.
_SMALL = late(
    rf"(?<![{KANJI}ぁ-んァ-ヴー])([{KANJI}]{{1,3}}|[ぁ-ん]{{2,4}}|[ァ-ヴー]{{2,5}})"
    r"(?=[ ]?\((?:年[少中長]|[小中高][1-6一-六]|[0-9]{1,2}(?:歳|才|か月|ヶ月))[)、, ])"
)
_BROKEN = late(rf"([{KANJI}]{{1,3}})[\n]([{KANJI}]{{1,3}})(?=さん|様|と申|です)")
# What each of them needs, told at a glance: most messages have none of it.
_HONOURED = late("さん|さま|様|くん|君|ちゃん|氏")
_HALF = late("[A-Z〇○◯●*]")
_CUT = late("[ァ-ヴ] ?[(0-9]")
_CUT_SHORT = late(rf"([{KANJI}]{{2,3}})[ァ-ヴ](?=[ ]?[(0-9])")


def spelled(text: str, lists: NameLists) -> list[Span]:
    """た な か さん, 加 藤さん, S藤さん, 佐藤ト(82), 鏡味(82)."""
    found = _honoured(text, lists) if _HONOURED.search(text) else []
    if "(" in text:
        found += [m.span(1) for m in _AGED.finditer(text) if not _is_known(m[1], lists)]
        found += [m.span(1) for m in _SMALL.finditer(text) if _is_given(m[1], lists)]
    if "\n" in text:
        found += [
            m.span() for m in _BROKEN.finditer(text) if m[1] in lists.surnames and lists.is_kanji_name(m[2])
        ]
    if _CUT.search(text):
        found += [m.span() for m in _CUT_SHORT.finditer(text) if m[1] in lists.surnames]
    return found


def _honoured(text: str, lists: NameLists) -> list[Span]:
    found: list[Span] = []
    if " " in text:
        found += [m.span() for m in _APART.finditer(text) if lists.is_kanji_name(m[0].replace(" ", ""))]
        kana = ((m.span(), hiragana(m[0].replace(" ", ""))) for m in _APART_KANA.finditer(text))
        found += [span for span, name in kana if lists.is_kana_name(name)]
    return found + [m.span() for m in _HIDDEN.finditer(text)] if _HALF.search(text) else found


def _is_given(word: str, lists: NameLists) -> bool:
    return word in lists.given or lists.is_kana_name(hiragana(word))


def _is_known(word: str, lists: NameLists) -> bool:
    return any(lists.is_role(word[cut:]) for cut in range(len(word)))
