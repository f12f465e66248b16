"""Finds names in Chinese and Korean messages."""

from __future__ import annotations

import re
from functools import cache

from bot.name_edges import Span
from bot.name_lists import name_lists, words_of
from bot.patterns import late

_HAN = late("[一-龥]")
_HANGUL = late("[가-힣]")
_KANA = late("[ぁ-んァ-ヴ]")
_TITLE = (
    r"(?:阿姨|奶奶|爷爷|爺爺|女士|太太|小姐|老师|老師|"
    r"叔叔|大爷|大爺|大妈|大媽|伯伯|婆婆|大哥|大姐|师傅|先生|同学)"
)
_TITLED = late(r"(?:[老小阿][一-龥](?=" + _TITLE + r"|[伯叔哥姐的在说不,])|[一-龥]{1,3}?)(?=" + _TITLE + ")")
_ANY_TITLE = late(_TITLE)
_JAPANESE_TITLED = late(r"([一-龥]{2,3})(?=" + _TITLE + "|会长|會長|班长|哥|姐|家|桑)")
_ONE_TITLED = late(r"(?:(?<![一-龥])|(?<=[的谢谢是]))([一-龥])(?=" + _TITLE + "|会长|會長|班长|桑)")
_XIAO = late(r"小[明红紅丽麗刚剛华華强強美芳燕玲伟杰军龙雨雪月花宝]|[阿][明强珍英芳花玉美兰梅]")
_KIN = late(
    r"(?:女儿|儿子|孙子|孙女|妹妹|弟弟|姐姐|哥哥|丈夫|妻子|老公|老婆|朋友|同学|邻居|隔壁|室友|同事|老乡|"
    r"亲戚|住户)(?:的|家)?([一-龥]{2,3}?)"
    r"(?=在|被|从|跟|和|的|,|昨|今|每|还|也|已|上学|不见|走丢|发烧|生病|摔|没|三天|两天|几天|好几|不|一个人|"
    r"一直|总|病|,|。|$)"
)
_CALLED = late(r"(?:我姓|姓|叫|搬来的|我是(?!新搬)|名字是|名叫|叫做)([一-龥]{1,3})(?=[,。.!、的在住今\s]|$)")
_ELDER = late("([一-龥])(?:姐|哥|叔|婶|总)(?![们妹弟])")
_SIGNED = late("[,。!]([一-龥]{2,3})。?$")
# A whole name without a title, before what happens to the person: 赵丽被打了.
_DOES = late(
    r"(?:^|[,。!、\s])([一-龥][一-龥]{1,2}?)(?=被|没[来上去有]|不见|走丢|摔|生病|发烧|住院|今天|昨天|三天|"
    r"一个人|打电话|"
    r"的(?:妈妈|爸爸|孩子|儿子|女儿|家|奶奶|爷爷|丈夫|妻子|老公|老婆)|说|已经|在家|怀孕|需要|想|要去|和我)"
)
_COMMON = frozenset("常高方白万何任江石安马于文易武雷时元全有王林")
_HANGUL_DOING = late(r"(?:^|[ .,!?])([가-힣]{3})(?=(?:이|가|은|는|의|을|를|와|과|랑|한테|에게|도|네)(?= |$))")
_HANGUL_GIVEN = frozenset(
    "민준서연지영희철수진현우유훈하은호도윤빈미정숙순자경성동재승태상혜선아나라원규석형광종기병용환창란옥례분복남덕"
    "예채율린솔별슬결건혁찬욱식섭근균학헌필표택엽화봉금말점심이인일주시온봄소"
)
_HANGUL_FAMILIES = frozenset("김이박최정강조윤장임한오서신권황안송전홍류고문양손배백허남심노곽성차주우구")
_HANGUL_TITLED = late(
    r"([가-힣]{1,4}) ?(?:씨|할머니|할아버지|아저씨|아주머니|아줌마|선생님|어르신|엄마|아빠|"
    r"어머니|아버지|학생|언니|오빠|누나|이모|삼촌|할매|댁|님|군(?=[이은을의 ])|양(?=[이은을의 ]))"
)
_HANGUL_SELF = late(
    r"(?:저는|제 이름은|이름은|아들|딸|친구|이웃|안녕하세요[,.!]?) ([가-힣]{2,4}?)(?=,|입니다|"
    r"이에요|예요|라고|이라고|이고|인데|이며|이가|이는|가 |는 |이 )"
)
_HANGUL_SIGNED = late(
    r"(?:^|[.!?] ?)([가-힣]{2,3})(?P<number>[,.]? ?(?:〔|0[0-9]{1,2}|"
    r"[A-Za-z0-9._]{2,30}@))?(?(number)|(?=[.!]?$|입니다|이에요))"
)
_HANGUL_FAMILY = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진"
    "나지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모"
)


def find_east_asian_names(text: str) -> list[Span]:
    """Spans of Chinese and Korean names, in the folded text."""
    found: list[Span] = []
    if _HAN.search(text):
        found += _chinese(text)
    if _HANGUL.search(text):
        found += _korean(text)
    return found


@cache
def _han() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Japanese family names in simplified letters, letters of given names, family names."""
    japanese, letters = words_of("chinese.txt")
    return frozenset(japanese), frozenset(letters[0]), frozenset(letters[1])


def _chinese(text: str) -> list[Span]:
    japanese, given, family = _han()
    found: list[Span] = []
    if _ANY_TITLE.search(text):
        titled = ((m, _family_at(m[0], family)) for m in _TITLED.finditer(text))
        found = [(m.start() + cut, m.end()) for m, cut in titled if cut is not None]
    if _KANA.search(text):
        return found
    families = name_lists().surnames
    found += [
        (m.end() - n, m.end())
        for m in _JAPANESE_TITLED.finditer(text)
        for n in (3, 2)
        if m[1][-n:] in japanese or m[1][-n:] in families
    ]
    found += [m.span(1) for m in _ONE_TITLED.finditer(text) if m[1] in families]
    found += [m.span(1) for m in _ELDER.finditer(text) if m[1] in family]
    found += [m.span(1) for m in _SIGNED.finditer(text) if m[1][0] in family]
    found += [m.span(1) for m in _KIN.finditer(text) if _is_kins_name(m[1], family, given)]
    found += [m.span(1) for m in _CALLED.finditer(text) if _is_given_as_name(m, japanese, family)]
    found += [m.span(1) for m in _DOES.finditer(text) if _is_whole_name(m[1], family, given)]
    return found + [m.span() for m in _XIAO.finditer(text)]


def _is_whole_name(word: str, family: frozenset[str], given: frozenset[str]) -> bool:
    doubtful = word[0] in _COMMON and len(word) < 3
    return word[0] in family and set(word[1:]) <= given and not doubtful


def _is_kins_name(word: str, family: frozenset[str], given: frozenset[str]) -> bool:
    return set(word) <= given or (word[0] in family and set(word[1:]) <= given)


def _is_given_as_name(m: re.Match[str], japanese: frozenset[str], family: frozenset[str]) -> bool:
    name = m[1]
    doubled = len(name) == 2 and name[0] == name[1]
    familiar = name[0] in family and (len(name) > 1 or "姓" in m[0])
    return doubled or familiar or name[0] in "小阿" or name[:2] in japanese or name in japanese


def _family_at(core: str, family: frozenset[str]) -> int | None:
    """Where the family name begins in what stands before a title (谢谢张先生 → 张)."""
    for cut, letter in enumerate(core):
        rest = core[cut + 1 : cut + 2]
        if letter in "老小阿" and len(core) - cut == 2 and rest in family:
            return cut
        thanks = letter in "谢謝" and rest in family and cut + 1 < len(core)
        if letter in family and not thanks:
            return cut
    return None


def _korean(text: str) -> list[Span]:
    listed, others = (frozenset(words) for words in words_of("korean.txt"))
    found = [
        m.span(1)
        for m in _HANGUL_TITLED.finditer(text)
        if m[1] not in others and (m[1] in listed or _is_hangul_family(m[1], (1, 3)) or "씨" in m[0])
    ]
    found += [
        m.span(1)
        for m in _HANGUL_SIGNED.finditer(text)
        if m["number"] or m[1] in listed or _is_hangul_family(m[1], (3,))
    ]
    found += [m.span(1) for m in _HANGUL_DOING.finditer(text) if _is_hangul_whole(m[1], others)]
    return found + [m.span(1) for m in _HANGUL_SELF.finditer(text) if m[1] not in others]


def _is_hangul_whole(word: str, others: frozenset[str]) -> bool:
    return word[0] in _HANGUL_FAMILIES and set(word[1:]) <= _HANGUL_GIVEN and word not in others


def _is_hangul_family(word: str, lengths: tuple[int, ...]) -> bool:
    return word[0] in _HANGUL_FAMILY and len(word) in lengths
