"""Names without any sign: only what the lists know and what is no everyday word."""

from __future__ import annotations

import re

from bot.name_edges import AFTER_NAME, BLOOMS, KANJI, Span, mixed_given, widened
from bot.name_lists import NameLists, hiragana
from bot.patterns import late

_KANJI = late(f"[{KANJI}]{{1,24}}")
_KATAKANA = late(r"[ァ-ヴー・]{2,20}")
_HIRAGANA = late(r"(?:(?<![ぁ-ん" + KANJI + r"ァ-ヴー])|(?<=[" + KANJI + r"ァ-ヴー][のはがもと、]))[ぁ-ん]{2,9}")
_AGED = late(
    r"(?:[\s　、]?[(]?(?=[1-9][0-9]{1,2}(?:[歳才さ代)),、。\s]|$))|"
    r"[(](?:[男女0-9一二三四五六七八九十]|独居|要介護|要支援|仮名))"
)
_AGED_KANJI = late(f"([{KANJI}]{{1,4}}?)([六七八九]十[一二三四五六七八九]?)(?:歳|才)?")
_AGED_KATAKANA = late(
    r"[ 、]?[0-9]{1,3}(?:歳|才|さい)|[(](?:[0-9]{1,3}[)歳才]|[小中高][0-9]|年[長中少])|"
    r"家(?=[、。のにはが]|$)|(?=って呼|と呼|言うねん)"
)
_TIMES = frozenset(
    [
        "私",
        "前",
        "朝",
        "昼",
        "夜",
        "今日",
        "本日",
        "昨日",
        "今朝",
        "昨夜",
        "先日",
        "先週",
        "当方",
        "先月",
        "今月",
        "来月",
        "今週",
        "来週",
        "昨年",
        "今年",
        "去年",
        "来年",
        "前回",
        "今回",
        "次回",
        "午前",
        "午後",
        "昨晩",
        "今晩",
        "明日",
        "前日",
        "翌日",
        "毎日",
        "毎週",
        "年末",
        "年始",
    ]
)
_PARTICLES = frozenset(["より", "から", "まで", "とも", "さえ", "こそ"])
_PLACE_AFTER = late(
    r"の(?:道|交差点|坂|バス停|公園|信号|踏切|駅|橋)|[ヶケヵカ][原丘崎島浜谷岳]|沿|"
    r"[町市区県村郡駅車橋川池湖港坂通道店病院園寺社城湾島山岳峠線台丘浜谷沢温空]|丁目|番地|小学|"
    r"中学|高校|大学|小(?![さ])|中(?!で)|公民|公園|団地|海岸|保健|警察|"
    r"消防|郵便|神社|地区|方面|行き|地蔵|[南北西東]|出身|産|時代|選手|内閣|政権|ハイツ|コーポ|"
    r"マンション|アパート|ビル|荘|医|歯|薬局|内科|外科|眼科|整形|"
    r"クリニック|製薬|銀行|信金|自動車"
)


_MIXED = late("[ぁ-んァ-ヴ][子江美代枝]")
_CLOSED = late(r"[、。,(\s]|\Z")


def bare_kanji(text: str, lists: NameLists) -> list[Span]:
    """佐藤, 石川茂, 節子, 平78."""
    found: list[Span] = []
    for m in _KANJI.finditer(text):
        start = m.start()
        while start < m.end() and (span := _in_run(text, start, m.end(), lists)):
            found.append(span)
            start = max(span[1], start + 1)
    return found


def bare_kana(text: str, lists: NameLists) -> list[Span]:
    """タナカ, ジョアン, ゆりあ, よし子."""
    found: list[Span] = [m.span() for m in _KATAKANA.finditer(text) if _is_katakana(text, m, lists)]
    found += [span for m in _HIRAGANA.finditer(text) if (span := _in_hiragana(text, m, lists))]
    for m in _MIXED.finditer(text):
        if (span := mixed_given(text, m.start() + 1, m.end(), lists)) and AFTER_NAME.match(text, m.end()):
            found.append(span)
    return found


def _in_run(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    run = text[start:end]
    if run in lists.roles:
        return None
    if aged := _aged(text, start, end, lists):
        return aged
    for cut in range(min(len(run), 8)):
        if cut and run[:cut] not in _TIMES and not lists.is_role(run[:cut]):
            continue
        if span := _at(text, start + cut, end, lists):
            return span
    return _at_end(text, start, end, lists)


def _at_end(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    """本日欠席丹羽: a family name that closes a note."""
    if end - start < 4 or not _CLOSED.match(text, end):
        return None
    for cut in range(start + 2, end - 1):
        if text[cut:end] in lists.surnames and text[cut:end] not in lists.word_surnames:
            return cut, end
    return None


def _aged(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    """平78, 戸田(67), 梅九十: a name with an age needs no honorific."""
    run = text[start:end]
    m = _AGED_KANJI.fullmatch(run) if "十" in run else None
    if m and lists.is_kanji_name(m[1]) and not lists.is_place(m[1]):
        return start, start + len(m[1])
    name = lists.name_at_end(run) if _AGED.match(text, end) else ""
    if not name:
        return None
    if name == run and re.match("、(?:[0-9]{2,3}(?:歳|才|さい)|[6-9][0-9]、)", text[end : end + 6]):
        return None if lists.is_place(name) else (start, end)
    if len(name) == 1 and text[end : end + 1] != "(" and not re.match(r"[0-9]{2}(?![0-9])", text[end : end + 3]):
        return None
    return widened(text, end - len(name), end, lists)


def _at(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    run = text[start:end]
    if len(run) == 1:
        return _spaced(text, start, end, lists)
    for cut in range(min(len(run), lists.longest_name), 3 if len(run) > 3 else 1, -1):
        if lists.is_full_name(run[:cut]) and run[:cut] not in lists.surnames:
            return start, start + cut
    if run in lists.given and run not in lists.word_given and AFTER_NAME.match(text, end):
        return start, end
    for cut in range(min(len(run), 4), 1, -1):
        if run[:cut] in lists.surnames and run[:cut] not in lists.word_surnames:
            return _surname(text, start, start + cut, end, lists)
    return _spaced(text, start, end, lists)


def _surname(text: str, start: int, cut: int, end: int, lists: NameLists) -> Span | None:
    """A family name, unless a place follows (田中町), with the given name behind it."""
    if _PLACE_AFTER.match(text, cut):
        return None
    given = re.compile(r"[ 　]?([ァ-ヴー]{2,6}|[ぁ-ん]{2,6})").match(text, cut) if cut == end else None
    if given:
        for length in range(len(given[1]), 1, -1):
            stop = given.start(1) + length
            word = given[1][:length]
            if word not in _PARTICLES and hiragana(word) in lists.given_readings and AFTER_NAME.match(text, stop):
                return start, stop
    if lists.looks_given(text[cut:end]) and AFTER_NAME.match(text, end):
        return start, end
    return _spaced(text, start, cut, lists) or (start, cut)


def _spaced(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    """山田 花子: two words with a space between."""
    if text[end : end + 1] not in (" ", "　") or text[start:end] not in lists.surnames:
        return None
    m = _KANJI.match(text, end + 1)
    return (start, m.end()) if m and (m[0] in lists.given or lists.looks_given(m[0])) else None


def _is_katakana(text: str, m: re.Match[str], lists: NameLists) -> bool:
    run = m[0]
    if run in lists.roles or len(run.strip("・")) < 2:
        return False
    if _AGED_KATAKANA.match(text, m.end()) and len(run) < 13:
        return True
    if re.match("世帯|一家|夫妻|夫婦", text[m.end() : m.end() + 2]):
        return lists.is_katakana_name(run)
    if hiragana(run) in lists.composed_readings and run not in lists.foreign_kana:
        return False  # タイヤ, ダイヤ, エイト
    if run in lists.katakana_words or not AFTER_NAME.match(text, m.end()):
        return False
    if run in lists.word_foreign_kana:
        headed = m.start() == 0 or text[m.start() - 1] in "の、。 "
        return headed and text[m.end() : m.end() + 1] in tuple("がはも")
    if len(run) == 2:
        return hiragana(run) in lists.given_readings or run in lists.foreign_kana
    return lists.is_katakana_name(run) and (hiragana(run) not in lists.surname_readings or _is_plain(run, lists))


def _is_plain(run: str, lists: NameLists) -> bool:
    reading = hiragana(run)
    return reading in lists.plain_readings or reading in lists.given_readings or run in lists.foreign_kana


def _in_hiragana(text: str, m: re.Match[str], lists: NameLists) -> Span | None:
    """ゆりあも: a given name at the head of a run, with a particle behind it."""
    head = m.start() == 0 or text[m.start() - 1] in "。、!?\n「 "
    for cut in range(len(m[0]), 1, -1):
        word = m[0][:cut]
        if not AFTER_NAME.match(text, m.start() + cut):
            continue
        if head and word in lists.given_readings and _AGED_KATAKANA.match(text, m.start() + cut):
            return m.start(), m.start() + cut
        if cut > 2 and _is_hiragana_name(word, lists):
            return m.start(), m.start() + cut
        if (
            head
            and word in lists.head_readings
            and re.match(r"[がはもと、]|の[" + KANJI + "]", text[m.start() + cut :][:2])
            and not BLOOMS.match(text, m.start() + cut)
        ):
            return m.start(), m.start() + cut
    return None


def _is_hiragana_name(word: str, lists: NameLists) -> bool:
    if word in lists.hiragana_words:
        return False
    if word in lists.given_readings:
        return word not in lists.word_readings
    return len(word) > 3 and word in lists.plain_readings
