"""Finds where one household lives: an address with a number, a room, a school with its class."""

from __future__ import annotations

import re

Found = tuple[int, int, str]

_KANJI = "一-龯々"
_TOWN_KANA = r"[ぁ-ん]{1,6}(?:まち|ちょう|おか|だい|むら|はら|ばし|ざか|がわ|やま|しま|だに|ぬま|の)"
_PLACE = (
    r"(?:[" + _KANJI + r"]{1,12}(?:[がケヶカヵのノツッ][" + _KANJI + r"]{1,4})?"
    r"|[ぁ-んァ-ヶー]{1,6}[" + _KANJI + r"]{0,2}[町丘台村島坂原野浜橋通]"
    r"|" + _TOWN_KANA + r")"
)
_N = r"[0-9十百]{1,5}"
_SEP = r" ?(?:-|の|ノ|之|ﾉ) ?"
_UNIT = r"(?![0-9]|-[0-9]|[ 　]?(?:時|分|日|回|人|名|週|か月|ヶ月|カ月|ヵ月|月|年|歳|才|件|本|枚|個|円|度|代|割|点|万|千|キロ|メートル|%|km|kg|cm|泊|世帯|軒|班|組|往復|対|位|倍|杯|食|袋|校|行|ページ|mm|分の))"
_CHOME = _N + r" ?(?:丁目|ちょうめ|チョウメ|丁)"
_BLOCK = _N + r"(?:番地?|ばんち)?(?:" + _SEP + _N + r"){0,3} ?(?:号(?!棟|車|室|線|館))?"
_WITH_CHOME = re.compile(r"(?:" + _PLACE + r" ?)?" + _CHOME + r"(?:の| )?" + _BLOCK + _UNIT)
_WITH_HYPHEN = re.compile(
    _PLACE
    + r" ?(?:[0-9十]{1,4}(?:番地?)?"
    + _SEP
    + r"){1,3}[0-9十]{1,4}(?:番地?)?(?:号(?!棟|車|室|線|館))?"
    + _UNIT
)
_BANCHI = re.compile(
    r"(?:" + _PLACE + r" ?)?" + _N + r" ?(?:番地|ばんち|バンチ)(?:" + _SEP + _N + r"){0,2}(?:号(?!棟|車|室))?"
)
_BAN_GO = re.compile(r"(?:" + _PLACE + r" ?)?" + _N + r" ?番 ?" + _N + r" ?号(?!棟|車|室|線)")
_TOWN_NUMBER = re.compile(
    r"(?:["
    + _KANJI
    + r"がヶケの]{1,8}[町丘台]|大字["
    + _KANJI
    + r"]{1,6}|字["
    + _KANJI
    + r"]{1,6}|"
    + r"[ぁ-ん]{1,6}(?:まち|ちょう))"
    r" ?[0-9]{1,4}(?![0-9]|[-:/.]?[0-9]|[ 　]?(?:丁|番|班|組|区|時|分|日|回|人|名|週|か|ヶ|カ|ヵ|月|年|歳|才|件|本|枚|個|円|度|代|割|点|万|千|号|世|軒|つ|棟|階|箇|キ|メ|m|k|%))"
)
_LABELLED = re.compile(
    r"(?:住所|番地|自宅|じゅうしょ|地址|(?i:address|endereço|endereco|địa chỉ|dia chi|tirahan)|주소)"
    r"(?: ?(?:は|が|:|是|is|é|là|ay))?[::、 ]{0,2}([A-Za-zÀ-ỹ0-9"
    + _KANJI
    + r"ぁ-んァ-ヶ,. ]{0,16}?(?:[0-9]{1,4}"
    + _SEP
    + r"){1,3}[0-9]{1,4})(?![0-9])"
)
_TRIPLE = re.compile(r"(?<![0-9/.-])(?!(?:18|19|20)[0-9]{2}-)[0-9]{1,3}-[0-9]{1,3}-[0-9]{1,4}(?![0-9-])" + _UNIT)
_LATIN = re.compile(
    r"(?<![A-Za-z])(?:[A-Z][a-z]{1,14}(?:[- ]?(?:cho|machi|chome|dai|gaoka|ku|shi))?,? ?)?"
    r"[0-9]{1,3}(?:-chome,? ?| chome,? ?)?-?[0-9]{1,3}-[0-9]{1,3}(?:,? [A-Z][a-z]{1,14}(?:[- ](?:cho|machi|dai|ku|shi))?)?(?![0-9-])|"
    r"[A-Z][a-z]{1,14}[- ]?(?:cho|machi|chome|dai|gaoka) [0-9]{1,3}-[0-9]{1,3}(?![0-9-])|"
    r"(?<![0-9-])[0-9]{1,3}-[0-9]{1,3},? [A-Z][a-z]{1,14}[- ]?(?:cho|machi|dai|gaoka)(?![a-z])"
)
_STREET = re.compile(
    r"(?:(?:Rua|Avenida|Av\.|Calle|Đường|đường) (?:[A-ZÀ-Ỹ][\w]{1,14} ?){1,3},? ?(?:n[º°.] ?)?[0-9]{1,5})"
)

_HOUSE = (
    r"(?:コーポ|ハイツ|メゾン|アパート|マンション|ハイム|レジデンス|団地|寮|コート|パレス|ビル|ヴィラ|ビラ|グリーン|カーサ|"
    r"ハウス|住宅|荘|タウン|プラザ|ガーデン|テラス|ヒルズ|コーポラス|ドミール|ライオンズ|シャトー|サン[ァ-ヶー]{2,6}|"
    r"エステート|フラット|ホームズ|ロイヤル|クレスト|リバーサイド|パーク|館|棟|こーぽ|はいつ|めぞん|そう)"
)
_ROOM = r"(?:[0-9A-Z]{1,2}[-号]?棟?の? ?)?(?:[0-9]{1,2}階の?)?[A-Z]?[0-9]{2,4} ?(?:号室?|室)?"
_BUILDING = re.compile(
    r"(?:["
    + _KANJI
    + r"ァ-ヶーA-Za-z]{0,10}?)"
    + _HOUSE
    + r"["
    + _KANJI
    + r"ァ-ヶーA-Za-z・ぁ-ん]{0,8}? ?の?"
    + _ROOM
    + r"(?![0-9]|[ 　]?(?:円|人|名|世帯|戸|時|分|年|月|日|m|回|件|歳|才|号線|台|メートル|番|-))"
)
_ROOM_ALONE = re.compile(
    r"(?<![0-9])[A-Z]?[0-9]{3,4} ?号室|(?<![0-9])[0-9]{1,2}号棟の?[- ]?[0-9]{2,4}(?:号室?)?|[A-Z]棟の?[0-9]{2,4}(?:号室?)?"
)
_SCHOOL = (
    r"(?:["
    + _KANJI
    + r"ぁ-んァ-ヶー]{1,8}?(?:小学校|中学校|小学|中学|高等学校|高校|保育園|幼稚園|こども園|学園|附属小|小|中|高))"
)
_CLASS = re.compile(
    _SCHOOL + r"(?:部)?の?(?:の| )?[0-9]年(?:生)?の?(?: ?[0-9A-Zい-は]{1,2} ?[組くみクラス]{1,3}|-[0-9])"
    r"|" + _SCHOOL + r"の?(?: )?[0-9]-[0-9](?![0-9-])"
    r"|["
    + _KANJI
    + r"ぁ-んァ-ヶー]{1,8}(?:保育園|幼稚園|こども園)の?(?:年[少中長]の?)?["
    + _KANJI
    + r"ぁ-んァ-ヶー]{1,5}組"
)
_CLASS_ALONE = re.compile(r"(?<![0-9])[0-9]年[0-9A-Z]{1,2}組")


def find_addresses(text: str, digits: str) -> list[tuple[int, int, str]]:
    """Every place of one household or one class in the folded text; streets without a number stay.

    `digits` is the text with kanji digits as 0–9 and dashes as "-", place by place the same.
    """
    if not any("0" <= letter <= "9" or letter in "十百組" for letter in digits):
        return []
    found: list[Found] = [(*m.span(), "school_class") for p in (_CLASS, _CLASS_ALONE) for m in p.finditer(digits)]
    patterns = (_WITH_CHOME, _WITH_HYPHEN, _BANCHI, _BAN_GO, _TOWN_NUMBER, _TRIPLE, _LATIN, _STREET)
    for pattern in patterns:
        found += [(_shortened(text, m.start(), m.end()), m.end(), "address") for m in pattern.finditer(digits)]
    found += [(*m.span(1), "address") for m in _LABELLED.finditer(digits)]
    return found + [(*m.span(), "room") for p in (_BUILDING, _ROOM_ALONE) for m in p.finditer(digits)]


_LEAD = re.compile(
    r"^.*(?:住所|地址是?|自宅|うちは|家は|場所は|現住所|在住|班長|会長|住民|区域|担当|現場|は(?=["
    + _KANJI
    + r"]{2}))"
)


def _shortened(text: str, start: int, end: int) -> int:
    """Leave out what stands before the place name in the same run (住所, 担当, …)."""
    lead = _LEAD.match(text[start:end])
    start += lead.end() if lead else 0
    while start and text[start - 1] in "一二三四五六七八九" and "一" <= text[start] <= "龯":
        start -= 1
    return start
