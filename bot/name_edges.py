"""Where a name begins: reads backwards from a sign to the listed name that stands before it."""

from __future__ import annotations

import re

from bot.name_lists import NameLists, hiragana
from bot.patterns import late

Span = tuple[int, int]

KANJI = "一-龯々〆ヶ\uf900-\ufaff\U00020000-\U0002fa1f"  # the last are old forms such as 﨑 and 𠮷
KANJI_BEFORE = re.compile(f"[{KANJI}]{{1,10}}$")
KATAKANA_BEFORE = re.compile(r"[ァ-ヴー・=]{1,16}$")
HIRAGANA_BEFORE = re.compile(r"[ぁ-んー]{1,10}$")
_IS_KANJI, _IS_KATAKANA, _IS_HIRAGANA = map(re.compile, (f"[{KANJI}]", "[ァ-ヴー・=]", "[ぁ-ん]"))
# What may follow a name that stands without honorific.
AFTER_NAME = late(
    r"[がはもをにとへでや、。,.!?()「」\s　:・]|の|って|です|だ|から|まで|より|ちゃ|くん|さ|"
    r"名(?!前)|$|[0-9]"
)
# Words that children are called as well; only what children do, or 孫の before it, tells.
CHILDREN = frozenset(
    [
        "はな",
        "そら",
        "ゆき",
        "うみ",
        "あき",
        "なつ",
        "はる",
        "ふゆ",
        "あい",
        "かな",
        "ゆめ",
        "うた",
        "こころ",
        "ゆうき",
        "げんき",
        "りょう",
        "たいし",
        "まち",
    ]
)
# さくらが満開: what flowers and trees do, and people do not.
BLOOMS = late("[がはもの](?:満開|咲|散|見頃|見ごろ|きれい|綺麗|植|枝|芽|つぼみ|花|木|葉|香)")
# Where a message, a sentence or a greeting has just ended, so that a name may introduce itself.
OPENING = late(
    r"(?:^|[\n。!?「(\[、, 　♪〜~☆★::]|こんにちは|こんばんは|お世話になります|はじめまして|"
    r"もしもし|失礼します)$"
)
_KANA = late("[ぁ-んァ-ヴ]")
_DRAWN = late("(?:^|[^ぁ-んー])[ぁ-ん]{1,2}ー$")  # まーくん
_BREAK = late(f"[ぁ-ん{KANJI}]")
_CLOSING = dict(zip("子江美代枝恵乃香奈夫男雄", "こえみよええのかなおおお", strict=True))


def listed_before(text: str, end: int, lists: NameLists) -> Span | None:
    """The name from the lists that ends here, in any script, with the family name before it."""
    if end and text[end - 1] in " 　":
        end -= 1
    m = run_before(text, end)
    if not m:
        return None
    if m.re is KANJI_BEFORE:
        name = lists.name_at_end(m[0])
        if name and m[0] not in lists.roles:
            return widened(text, end - len(name), end, lists)
        return mixed_given(text, m.start(), end, lists)
    if m.re is KATAKANA_BEFORE:
        return widened(text, m.start(), end, lists) if lists.is_katakana_name(m[0]) else None
    return _listed_hiragana(text, m.start(), end, lists)


def unknown_before(text: str, end: int, lists: NameLists) -> list[Span]:
    """Two or three kanji before a sign that stand by themselves and in no list (鷲頭会長): one span or none."""
    run = KANJI_BEFORE.search(text, max(0, end - 5), end)
    if not run or not lists.is_unknown(run[0]) or not _KANA.search(text):
        return []  # nor in a Chinese message
    return [run.span()]


def run_before(text: str, end: int) -> re.Match[str] | None:
    """The run of kanji, katakana or hiragana that ends here; its pattern tells which.

    The last letter decides, and only as much is read as a name can be long: a message may hold a
    thousand signs.
    """
    last = end - 2 if text[end - 1 : end] == "\n" else end - 1
    if last < 0:
        return None
    if text[last] == "ー" and _DRAWN.search(text, max(0, last - 3), end):
        last -= 1
    if _IS_KANJI.match(text, last):
        return KANJI_BEFORE.search(text, max(0, last - 9), end)
    if _IS_KATAKANA.match(text, last):
        return KATAKANA_BEFORE.search(text, max(0, last - 15), end)
    if _IS_HIRAGANA.match(text, last):
        return HIRAGANA_BEFORE.search(text, max(0, last - 9), end)
    return None


def _listed_hiragana(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    run, roles, names = text[start:end], lists.roles, lists.kana_names
    if not lists.may_close(run):
        return None
    known = lists.kana_names_and_roles
    for cut in range(len(run) - 1):
        tail = run[cut:]
        if tail not in known:
            continue
        if tail in roles:
            return None
        if tail in names and begins_word(text, start + cut):
            return widened(text, start + cut, end, lists)
    return None


def begins_word(text: str, start: int) -> bool:
    """Whether kana here begin a word: after a break or a particle, not after the stem of a verb."""
    if start == 0 or not _BREAK.match(text[start - 1]):
        return True
    if text[max(0, start - 3) : start] == "ちゃん" or text[max(0, start - 2) : start] == "さん":
        return True
    return text[start - 1] in "のはがをにとも" and (start < 2 or text[start - 2] not in "どそこあ")


def mixed_given(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    """よし子, ゆき江: kana and one closing letter."""
    if end - start != 1 or text[start] not in _CLOSING:
        return None
    before = re.search(r"(?:[ぁ-ん]{2,5}|[ァ-ヴ]{2,4})$", text[max(0, start - 5) : start])
    if not before:
        return None
    for cut in range(len(before[0]) - 1):
        first = start - len(before[0]) + cut
        reading = hiragana(before[0][cut:]) + _CLOSING[text[start]]
        own = first and text[first - 1] in "妻母父娘姉妹孫嫁祖"
        if reading in lists.given_readings and (own or begins_word(text, first)):
            return None if before[0][cut:] in lists.hiragana_words else (first, end)
    return None


def widened(text: str, start: int, end: int, lists: NameLists) -> Span:
    """Take the family name that stands before a given name, with or without a space (佐藤 トミ)."""
    gap = 1 if start and text[start - 1] in " 　・=" else 0
    before = text[max(0, start - gap - 10) : start - gap]
    if m := KANJI_BEFORE.search(before):
        run = m[0]
        name = next((run[cut:] for cut in range(len(run)) if run[cut:] in lists.surnames), "")
        joined = gap or re.match("[ァ-ヴぁ-ん]", text[start])
        if len(name) > 1 or (name == run and joined and not lists.is_place(name)):
            return start - gap - len(name), end
    if gap and (m := re.search(r"[A-Z][A-Za-zÀ-ỹ]{1,14}$|[ァ-ヴー]{2,10}$", before)):
        foreign = m[0][0].isascii() or text[start - 1] in "・=" or lists.is_katakana_name(m[0])
        if foreign and m[0] not in lists.roles and re.match("[A-Zァ-ヴ]", text[start]):
            return start - gap - len(m[0]), end
    return start, end
