"""Where a name begins: reads backwards from a sign to the listed name that stands before it."""

from __future__ import annotations

import re

from bot.name_lists import NameLists, hiragana

Span = tuple[int, int]

KANJI = "一-龯々〆ヶ"
KANJI_BEFORE = re.compile(f"[{KANJI}]{{1,10}}$")
KATAKANA_BEFORE = re.compile(r"[ァ-ヴー・=]{1,16}$")
HIRAGANA_BEFORE = re.compile(r"[ぁ-んー]{1,10}$")
# What may follow a name that stands without honorific.
AFTER_NAME = re.compile(
    r"[がはもをにとへでや、。,.!?()「」\s　:]|の|って|です|だ|から|まで|より|ちゃ|くん|さ|"
    r"名(?!前)|$|[0-9]"
)
# Where a message, a sentence or a greeting has just ended, so that a name may introduce itself.
OPENING = re.compile(
    r"(?:^|[\n。!?「(\[、, 　♪〜~☆★::]|こんにちは|こんばんは|お世話になります|はじめまして|"
    r"もしもし|失礼します)$"
)
_BREAK = re.compile(f"[ぁ-ん{KANJI}]")
_CLOSING = dict(zip("子江美代枝恵乃香奈夫男雄", "こえみよええのかなおおお", strict=True))


def listed_before(text: str, end: int, lists: NameLists) -> Span | None:
    """The name from the lists that ends here, in any script, with the family name before it."""
    if end and text[end - 1] in " 　":
        end -= 1
    offset = max(0, end - 20)
    before = text[offset:end]
    if m := KANJI_BEFORE.search(before):
        name = lists.name_at_end(m[0])
        if name and m[0] not in lists.roles:
            return widened(text, end - len(name), end, lists)
        return mixed_given(text, offset + m.start(), end, lists)
    if m := KATAKANA_BEFORE.search(before):
        return widened(text, offset + m.start(), end, lists) if lists.is_katakana_name(m[0]) else None
    if m := HIRAGANA_BEFORE.search(before):
        return _listed_hiragana(text, offset + m.start(), end, lists)
    return None


def _listed_hiragana(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    run = text[start:end]
    for cut in range(len(run) - 1):
        if run[cut:] in lists.roles:
            return None
        if lists.is_kana_name(run[cut:]) and begins_word(text, start + cut):
            return widened(text, start + cut, end, lists)
    return None


def begins_word(text: str, start: int) -> bool:
    """Whether kana here begin a word: after a break or a particle, not after the stem of a verb."""
    if start == 0 or not _BREAK.match(text[start - 1]):
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
        if reading in lists.given_readings and begins_word(text, first):
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
