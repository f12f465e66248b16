"""Saying it in general (言いかえ): a sentence in which nobody recognises a house, made of rules alone.

Leaving out the name is not enough: by an age, a day, a school or a quoted word a neighbour knows who is meant.
So a proposed sentence is made from the phrase book, by theme and by what is recognised, and carries no word of
the case over; and what a commissioner types instead is put in general terms, and shown again.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from re import Match

from bot import themes
from bot.privacy import Masked, mask
from bot.texts import book, phrase

ANYBODY = "anybody"
ROUNDS = 5
ELDERLY_FROM, ADULT_FROM = 65, 18

_NUM = r"(?:\d+|[〇一二三四五六七八九十百]+)"
# a run of characters that no particle ends: what a place may be called
_RUN = r"[^\sはがをにでとのもへやか、。・「」『』〔〕,.!?]"
# the same within one part of an address: 港北区 and 12月3日 are no part of 緑町 that follows them
_PART = _RUN.removesuffix("]") + r"\d区市年月日]"
# the same for what has a name of its own; が and の may stand in such a name (みどりが丘, 中の森)
_CALLED = rf"(?:{_RUN}|[がヶケの](?=[丘谷原浜崎沢台池森木山川]))"
_GRADE = r"[1-6一二三四五六]"
_TITLE = r"(?:さん|様|さま|くん|君|ちゃん|氏|先生|殿)"
_KINDS = {"name": "name", "address": "place", "room": "place", "school_class": "place", "birth_date": "time"}
_HOUSING = ("マンション", "アパート", "団地", "ハイツ", "コーポ", "荘", "住宅")
_SITES = (
    "公園|小学校|中学校|高校|保育園|幼稚園|病院|医院|クリニック|マンション|アパート|団地|ハイツ|コーポ|荘|駅"
    "|商店街|神社|寺|橋|ビル|薬局|集会所|会館|ケアプラザ|バス停"
)
_KANJI_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")}


@dataclass(frozen=True)
class Softened:
    """Words in general terms, and the kinds of what was said otherwise, in the order in which they are hidden."""

    text: str
    hidden: tuple[str, ...]

    @property
    def kinds(self) -> str:
        """What was said otherwise, for whoever typed it: お名前、場所."""
        return "、".join(phrase(f"general.kind.{kind}") for kind in self.hidden)


def suggest(theme: str, text: str) -> list[str]:
    """Give sentences for a case, the likeliest first; each consists of the phrase book's words alone."""
    code = theme if f"general.theme.{theme}.a" in book() else themes.OTHER
    who = phrase(f"general.who.{_who(text)}")
    names = [key.rsplit(".", 1)[1] for key in book() if key.startswith(f"general.theme.{code}.")]
    ranked = sorted(names, key=lambda name: (-_count(f"general.sign.{code}.{name}", text), name))
    return [phrase(f"general.theme.{code}.{name}", who=who) for name in ranked]


def soften(text: str) -> Softened:
    """Say what somebody typed in general terms: no name, letter, place, age, day, number or quoted word.

    Softening twice changes nothing, and what is left has nothing in it that would be masked.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    hidden: list[str] = []
    for _ in range(ROUNDS):
        before = plain
        for kind, change in _STEPS:
            changed = change(plain)
            if changed != plain:
                hidden.append(kind)
            plain = changed
        plain = _unmasked(plain, hidden)
        if plain == before:
            break
    return Softened(plain.strip(" 、"), tuple(dict.fromkeys(hidden)))


def _who(text: str) -> str:
    kinds = [key.rsplit(".", 1)[1] for key in book() if key.startswith("general.who_sign.")]
    best = max(kinds, key=lambda kind: _count(f"general.who_sign.{kind}", text))
    return best if _count(f"general.who_sign.{best}", text) else ANYBODY


def _count(key: str, text: str) -> int:
    return sum(sign in text for sign in book().get(key, "").split())


def _unmasked(text: str, hidden: list[str]) -> str:
    """Put general words where the mask finds a person, a house or a number."""
    found: Masked = mask(text)
    pieces, at = [], 0
    for each in found.masks:
        kind = _KINDS.get(each.kind, "id")
        hidden.append(kind)
        pieces += [text[at : each.start], phrase(f"general.for.{kind}")]
        at = each.end
    rest = "".join([*pieces, text[at:]])
    return re.sub(rf"{phrase('general.for.name')}の?{_TITLE}", phrase("general.for.name"), rest)


def _always(pattern: str, key: str) -> Callable[[str], str]:
    made = re.compile(pattern)
    return lambda text: made.sub(phrase(f"general.for.{key}"), text)


def _by(pattern: str, say: Callable[[Match[str]], str]) -> Callable[[str], str]:
    made = re.compile(pattern)
    return lambda text: made.sub(say, text)


def _site(found: Match[str]) -> str:
    if found[1] in _HOUSING:
        return phrase("general.for.housing")
    return "学校" if "学校" in found[1] else found[1]


def _age(found: Match[str]) -> str:
    years = _number(found[1])
    if years >= ELDERLY_FROM - (5 if found[2] == "代" else 0):
        return phrase("general.for.elderly")
    return phrase("general.for.adult" if years >= ADULT_FROM else "general.for.child")


def _number(digits: str) -> int:
    if digits.isdecimal():
        return int(digits[:4])
    hundreds, _, rest = digits.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return (
        (_ones(hundreds, 1) * 100 if "百" in digits else 0) + (_ones(tens, 1) * 10 if ten else 0) + _ones(ones, 0)
    )


def _ones(digits: str, otherwise: int) -> int:
    return int("".join(str(_KANJI_DIGITS.get(char, 0)) for char in digits)) if digits else otherwise


def _steps() -> Sequence[tuple[str, Callable[[str], str]]]:
    """Give what is said otherwise, in order: what holds other things comes before them."""
    return (
        ("quote", _always(r"[「『“\"《][^」』”\"》]*[」』”\"》]|[「」『』“”\"《》]", "quote")),
        ("name", _always(rf"(?<![A-Za-z])[A-Z]{{1,2}}\s?{_TITLE}|(?<![A-Za-z])[A-Z](?![A-Za-z])", "name")),
        ("place", _by(rf"{_CALLED}+?({_SITES})", _site)),
        ("age", _always(rf"(?:小学?|中学?|高校?|学)校?\s*{_GRADE}\s*年(?:生)?", "child")),
        (
            "age",
            _by(
                rf"(?:満|約)?\s*({_NUM})\s*(歳|才|さい|代(?![表わ目理金]))(?:前後|くらい|ぐらい|前半|後半|過ぎ|すぎ)?"
                r"(?:の(?:男性|女性|男の子|女の子|方|人|お子さん|子))?",
                _age,
            ),
        ),
        (
            "place",
            _always(rf"{_PART}*?{_NUM}\s*丁目(?:\s*{_NUM}\s*番地?)?(?:\s*{_NUM}\s*号)?|丁目", "place"),
        ),
        ("place", _always(rf"{_NUM}\s*(?:班|組|号棟|号室|番地|号|棟)(?:\s*{_NUM})?", "place")),
        ("place", _always(rf"{_PART}+?町(?![内会づ中並民])", "place")),
        (
            "place",
            _always(
                rf"{_RUN}{{1,5}}(?:(?<![地学])区(?![域分間別民役社])|(?<![都])市(?![民場販内役社]))", "place"
            ),
        ),
        ("time", _always(r"(?:令和|平成|昭和)\s*(?:\d+|[一二三四五六七八九十元]+)年度?|\d{4}年度?", "time")),
        (
            "time",
            _always(rf"{_NUM}月(?:\s*{_NUM}日)?|\d+/\d+|{_NUM}日(?![間前後])|[月火水木金土日]曜日?", "time"),
        ),
        ("time", _always(rf"(?:午前|午後|朝|夜)?{_NUM}時(?!間)(?:半|\s*{_NUM}分)?(?:ごろ|頃)?", "time")),
        ("time", _always(r"昨日|今日|一昨日|おととい|先週|先月|昨年|去年|今朝|昨夜|ゆうべ", "lately")),
        ("number", _always(r"(?:\d+|[二三四五六七八九十]+)人(?:暮らし|ぐらし|家族)", "family")),
        ("number", _always(r"\d(?:[\d,.\-]*\d)?", "number")),
        (
            "number",
            _always(
                r"(?!一人|十分)[〇一二三四五六七八九十百千万]+(?=人|名|回|件|世帯|軒|階|日|週|か月|ヶ月|カ月|年|円|度|匹"
                r"|台|時間|分|本|枚|個)",
                "number",
            ),
        ),
        ("time", _by(r"(〔とき〕)(?:[、の]?〔とき〕)+", lambda found: found[1])),
        ("number", _by(r"数(?:数)+", lambda _: "数")),
    )


_STEPS = _steps()
