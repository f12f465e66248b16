"""Names in hiragana that the sentence gives away: さきとけんた, よね、きぬ、しづの三人, 昨日ゆうとが, ゆみの家.

Hiragana run on without a break and every second reading is a word besides; so a name is taken where two
stand together, where somebody is spoken of as his mother would, or where what follows is done to people.
"""

from __future__ import annotations

import re

from bot.name_edges import KANJI, Span, begins_word
from bot.name_lists import NameLists
from bot.patterns import late

_RUN = late("[ぁ-ん]{5,24}")
_ROW = late(
    r"(?<![ぁ-ん])[ぁ-ん]{2,5}(?:[、・, ][ぁ-ん]{2,5}){1,7}?"
    rf"(?=の[0-9二三四五六]|[、・]?[{KANJI}]|[がはもを](?![ぁ-ん]{{2}}))"
)
# 昨日ゆうとが, 先生がりくを: where a name may begin though a kanji stands before it.
_BEGINNING = late(
    rf"(?:昨日|今日|今朝|昨夜|最近|先週|先日|先月|毎日|毎朝|毎晩|[{KANJI}]さん|[{KANJI}ァ-ヴ][がはでにをも]|"
    r"^|[。、!?\n「 ])(?P<name>[ぁ-ん]{2,5}?)(?P<after>[がはもを]|のこと|の(?:家|うち|部屋|件|通帳|年金|薬|様子))"
)
_DONE = late(
    rf"[がはも][^。、!?\n]{{0,7}}?(?:泣|口をきい|転[びんば]|帰[っらり]|学校|保育|熱を|入院|いじめ|食べ|寝[込て]|話さ|暴れ|"
    rf"出て[こいき]|怒|来な|来ま|来て|倒れ|けが|いなく|見えな|困っ|[{KANJI}]歳)|"
    r"を[^。、!?\n]{0,5}?(?:叱|しか[るっ]|怒|殴|叩|たた|いじめ|連れ|迎え|預|助け|施設|病院|探|捜|説得|抱い|褒|ほめ|閉じ込|"
    r"放置|置いて|引き取)"
)
_OWNED = late("のこと|の(?:家|うち|部屋|件|通帳|年金|薬|様子)")
# Homes and groups are called so: ひかりの家 stays.
_OF_HOMES = frozenset(
    [
        "みどり",
        "ひかり",
        "のぞみ",
        "めぐみ",
        "さくら",
        "すみれ",
        "あおい",
        "ひなた",
        "そら",
        "まこと",
        "しおん",
        "あゆみ",
    ]
)
_BORN = late(
    r"(?:[長次三四][男女]|息子|娘|ひ?孫|姉|妹|弟|兄|姪|甥)(?P<name>[ぁ-ん]{2,5}?)(?=[、がはもをの(。]|と(?!い))"
)


def in_kana(text: str, lists: NameLists) -> list[Span]:
    """Every name in hiragana that its neighbours betray."""
    found = [span for run in _RUN.finditer(text) for span in _pairs(text, run, lists)]
    for row in _ROW.finditer(text):
        parts = list(re.finditer("[ぁ-ん]+", row[0]))
        if all(_could_be(part[0], lists) for part in parts):
            found += [(row.start() + part.start(), row.start() + part.end()) for part in parts]
    found += [m.span("name") for m in _BEGINNING.finditer(text) if _is_spoken_of(text, m, lists)]
    return found + [m.span("name") for m in _BORN.finditer(text) if _could_be(m["name"], lists)]


def _could_be(word: str, lists: NameLists) -> bool:
    return word in lists.given_readings and word not in lists.hiragana_words and word not in lists.roles


def _pairs(text: str, run: re.Match[str], lists: NameLists) -> list[Span]:
    """さきとけんたの: a name, と, and another with a particle behind it."""
    for m in re.finditer("と", run[0]):
        place = run.start() + m.start()
        second = _reads_on(text, place + 1, lists)
        first = _reads_back(text, place, run.start(), lists) if second else 0
        if second and first:
            return [(place - first, place), (place + 1, place + 1 + second)]
    return []


def _reads_on(text: str, start: int, lists: NameLists) -> int:
    """How long the name is that begins here and has a particle or a break behind it; 0 without one."""
    for length in range(5, 1, -1):
        if _could_be(text[start : start + length], lists) and re.match(
            "[がはのもにを、]", text[start + length :][:1]
        ):
            return length
    return 0


def _reads_back(text: str, end: int, begin: int, lists: NameLists) -> int:
    for length in range(min(5, end - begin), 1, -1):
        start = end - length
        opens = begins_word(text, start) or text[start - 1] in "はでが"
        if opens and _could_be(text[start:end], lists):
            return length
    return 0


def _is_spoken_of(text: str, m: re.Match[str], lists: NameLists) -> bool:
    word = m["name"]
    if not _could_be(word, lists):
        return False
    if _OWNED.match(m["after"]):
        return word not in _OF_HOMES
    return bool(_DONE.match(text, m.end("name")))
