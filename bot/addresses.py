"""Finds where one household lives: an address with a number, a room, a school with its class."""

from __future__ import annotations

import re

from bot.patterns import late

Found = tuple[int, int, str]

_KANJI = "一-龯々"
_TOWN_KATAKANA = r"[ァ-ヴー]{1,6}(?:マチ|チョウ|オカ|ダイ|ムラ|ハラ|バシ|ザカ)"
_TOWN_KANA = r"[ぁ-ん]{1,6}(?:まち|ちょう|おか|だい|むら|はら|ばし|ざか|がわ|やま|しま|だに|ぬま)"
_PLACE = (
    r"(?:["
    + _KANJI
    + r"]{1,12}(?:が(?=[丘岡原谷浜関崎台])["
    + _KANJI
    + r"]{1,3}|[ケヶカヵノツッ]["
    + _KANJI
    + r"]{1,4}|の[手内])?"
    r"|[ぁ-んァ-ヶー]{1,6}[" + _KANJI + r"]{0,2}[町丘台村島坂原野浜橋通]"
    r"|" + _TOWN_KANA + r"|" + _TOWN_KATAKANA + r")"
)
_N = r"[0-9十百]{1,5}"
_SEP = r" ?(?:-|の|ノ|之|ﾉ) ?"
_UNIT = (
    r"(?![0-9]|-[0-9]|[ 　]?(?:階|時|分|日|回|人|名|週|か月|ヶ月|カ月|ヵ月|月|年|歳|才|件|"
    r"本|枚|個|円|度|代|割|点|万|千|キロ|メートル|%|km|kg|cm|泊|世帯|"
    r"軒|班|組|往復|対|位|倍|杯|食|袋|校|行|ページ|mm|分の))"
)
_CHOME = _N + r" ?(?:丁目|ちょうめ|チョウメ|丁)"
_BLOCK = _N + r"(?:番地?|ばんち)?(?:" + _SEP + _N + r"){0,3} ?(?:号(?!棟|車|室|線|館))?"
# A pattern that begins with a letter and looks behind it runs ten times as fast as one that begins with a look.
# Each number is found first, and the place is read backwards from it: a long text costs no more than it is long.
_WITH_CHOME = late(_CHOME + r"(?:の| )?" + _BLOCK + _UNIT)
_WITH_HYPHEN = late(
    r"[1-9十][0-9十]{0,3}(?:番地?)?"
    + _SEP
    + r"(?:[0-9十]{1,4}(?:番地?)?"
    + _SEP
    + r"){0,2}[0-9十]{1,4}(?:番地?)?(?:号(?!棟|車|室|線|館))?"
    + _UNIT
)
_BANCHI = late(_N + r" ?(?:番地|ばんち|バンチ)(?:" + _SEP + _N + r"){0,2}(?:号(?!棟|車|室))?")
_BAN_GO = late(_N + r" ?番 ?" + _N + r" ?号(?!棟|車|室|線)")
_TOWN_NUMBER = late(
    r"[0-9]{1,4}(?:番(?=[にへで、。 ]|の(?!バス|出口|窓口|系統|列|乗)|$))?(?![0-9]|[-:/.]?[0-9]|[ 　]?(?:丁|"
    r"番|班|組|区|時|分|日|"
    r"回|人|名|週|か|ヶ|カ|ヵ|月|年|歳|才|件|本|枚|個|円|度|代|割|点|万|千|号|世|軒|つ|棟|階|箇|キ|メ|m|k|%))"
)
_PLACE_BEFORE = late(_PLACE + r" ?$")
_TOWN_BEFORE = late(
    r"(?:["
    + _KANJI
    + r"ヶケ]{1,8}(?:が(?=[丘台]))?[町丘台]|大字["
    + _KANJI
    + r"]{1,6}|字["
    + _KANJI
    + r"]{1,6}|[ぁ-ん]{1,6}(?:まち|ちょう)) ?$"
)
# The number, the place before it, and whether it needs one.
_JAPANESE = (
    (_WITH_CHOME, _PLACE_BEFORE, False),
    (_WITH_HYPHEN, _PLACE_BEFORE, True),
    (_BANCHI, _PLACE_BEFORE, False),
    (_BAN_GO, _PLACE_BEFORE, False),
    (_TOWN_NUMBER, _TOWN_BEFORE, True),
)
_LONGEST_PLACE = 20
_LABELLED = late(
    r"(?=[住番自じ地주aAeEđĐdDtT])(?:住所|番地|自宅|じゅうしょ|地址|"
    r"(?i:address|endereço|endereco|địa chỉ|dia chi|tirahan)|"
    r"주소)"
    r"(?: ?(?:は|が|:|是|is|é|là|ay))?[::、 ]{0,2}([A-Za-zÀ-ỹ0-9"
    + _KANJI
    + r"ぁ-んァ-ヶ,. ]{0,16}?(?:[0-9]{1,4}"
    + _SEP
    + r"){1,3}[0-9]{1,4})(?![0-9])"
)
_TRIPLE = late(
    r"[0-9](?<![0-9/.-].)(?!(?<=1)[89][0-9]{2}-|(?<=2)0[0-9]{2}-)[0-9]{0,2}-[0-9]{1,3}-[0-9]{1,4}(?![0-9-])"
    + _UNIT
)
_LATIN = late(
    r"[A-Z0-9](?:(?<![A-Za-z0-9/.-].)"
    r"(?:(?<=[A-Z])[a-z]{1,14}(?:[- ]?(?:cho|machi|chome|dai|gaoka|ku|shi))?,? ?(?!0)[0-9]{1,3}|"
    r"(?<=[1-9])[0-9]{0,2})"
    r"(?:-chome,? ?-?|"
    r" chome,? ?-?|-)[0-9]{1,3}-[0-9]{1,3}(?:,? [A-Z][a-z]{1,14}(?:[- ](?:cho|machi|dai|ku|"
    r"shi))?)?(?![0-9-])|"
    r"(?<=[A-Z])[a-z]{1,14}[- ]?(?:cho|machi|chome|dai|gaoka) [0-9]{1,3}-[0-9]{1,3}(?![0-9-])|"
    r"(?<=[0-9])(?<![0-9-].)[0-9]{0,2}-[0-9]{1,3},? [A-Z][a-z]{1,14}[- ]?(?:cho|machi|dai|gaoka)(?![a-z]))"
)
_HANGUL = late(r"[가-힣]{2,8}(?:마치|초|쵸|다이|오카|무라)? ?[0-9]{1,3}-[0-9]{1,3}(?:-[0-9]{1,3})?(?![0-9-])")
_POSTCODE = late(r"(?:〒|郵便番号)[はが: ]{0,2}[0-9]{3}-?[0-9]{4}(?![0-9])")
_STREET = late(
    r"(?:(?:Rua|Avenida|Av\.|Calle|Đường|"
    r"đường) (?:[A-ZÀ-Ỹ][\w]{1,14} ?){1,3},? ?(?:n[º°.] ?)?[0-9]{1,5})"
)

_HOUSE = late(
    r"(?=[コハメアマレ団社官宿公寮パビヴカ住県市町都荘そソタプガテヒドラシサエフホロクリ0-9A-Zこはめ])(?:コーポラス|コーポ|ハイツ|メゾン|アパート|マンション|ハイム|レジデンス|団地|社宅|官舎|宿舎|"
    r"公団|寮|コート|パレス|ビル|"
    r"ヴィラ|ビラ|カーサ|ハウス|住宅|[県市町都]住|荘|そう|ソウ|タウン|プラザ|ガーデン|テラス|"
    r"ヒルズ|ドミール|ライオンズ|"
    r"シャトー|サン[ァ-ヴー]{2,6}|エステート|フラット|ホームズ|ロイヤル|クレスト|リバーサイド|"
    r"[0-9A-Z]号?棟|こーぽ|はいつ|めぞん)"
)
_WORD = r"(?![をはがでへにとのもや])[" + _KANJI + r"ァ-ヴーぁ-んA-Za-z・]"
_KANA_NAMES = (
    r"みなと|やすらぎ|ことぶき|あけぼの|みのり|ひので|はまなす|やまと|やよい|はなの|このは|"
    r"もみじ|のぞみ|あさひの|きたの|ときわ|とよ|"
    r"ふもと|やまびこ|まつの|にしの|なでしこ|はと|ひなぎく|やわた|はるの|しののめ|もみの木|もも"
)
_BEFORE_NAME = late(r".*(?:から|まで|より|です|ます|した|って|こと|いる|ある|して|[在是住]|住所[はが]?)")
_HOUSE_LEAD = late(r"(?:第[0-9]{1,2})?(?:(?:" + _KANA_NAMES + r")|(?:" + _WORD + r"){0,8})$")
_NO_UNIT = (
    r"(?![0-9]|-[0-9]|(?:円|人|名|世帯|戸|時|分|年|ヶ?月|か月|日|m|回|件|歳|才|さい|号線|台|"
    r"メートル|番|棟|階|F|つ|軒|個|室|本|"
    r"万|千|割|倍|kg|キロ|%|班|組|丁目|日間|週))"
)
_ROOM_TAIL = late(
    r"(?:" + _WORD + r"){0,8}? ?の?(?:"
    r"[0-9]{1,2} ?(?:号棟|棟|-)の? ?[A-Z]?[0-9]{2,4} ?(?:号室?|室)?" + _NO_UNIT + r"|[0-9]{1,2}号棟"
    r"|[0-9]{1,2}階の?[0-9]{2,4} ?(?:号室?|室)?" + _NO_UNIT + r"|[A-Z]?-?[0-9]{1,4} ?号室?(?!線|車)"
    r"|[0-9]{1,2}[F階][- ]?[A-Z](?![A-Za-z])|[A-Z]棟|[A-Z]棟?[- ]?[0-9]{2,4}" + _NO_UNIT + r"|"
    r"[0-9]{3,4}" + _NO_UNIT + r")"
)
_SMALL_TAIL = late(r" ?(?:[0-9]{1,2}" + _NO_UNIT + r"|[0-9]{1,2}F)(?:号室?)?")
# Houses that have a name, with or without a number: コーポ松風, ひばり荘.
_NAMES_OF_HOUSES = _KANA_NAMES + r"|さくら|みどり|ひまわり|すみれ|わかば|あおば|つばき|ひかり|みなみ"
_WORDS_BEFORE = r"(?:コーポラス|コーポ|ハイツ|メゾン|ハイム|カーサ|レジデンス|ヴィラ|エステート)"
_FOREMOST = late(_WORDS_BEFORE)
_NAMED_AFTER = late(
    _WORDS_BEFORE
    + r"(?:["
    + _KANJI
    + r"]{1,3}(?:[がケヶ]["
    + _KANJI
    + r"]{1,2})?|[ァ-ヴー]{2,8}|(?:"
    + _NAMES_OF_HOUSES
    + r"))"
)
_NAMED_BEFORE = late(r"(?:ハイツ|コーポ|ハイム|荘(?<![別山]荘))(?![ァ-ヴーぁ-ん]?園)")
_NAME_OF_HOUSE = late(r"(?:" + _NAMES_OF_HOUSES + r"|[" + _KANJI + r"ァ-ヴー]{2,5})$")
_ANY_HOUSE = late(r"(?<=[" + _KANJI + r"])[0-9]{3,4}" + _NO_UNIT)
# A house of five katakana and more with its room: エスポワール305で.
_KATAKANA_HOUSE = late(r"(?<=[ァ-ヴー])[1-9][0-9]{2}(?=[でにのがは、。 前]|号|$)" + _NO_UNIT)
_KATAKANA_NAME = late(r"(?<![ァ-ヴー])[ァ-ヴー]{5,10}$")
_ANY_NAME = late(r"[ァ-ヴー]{3,10}[" + _KANJI + r"]{1,4}$")
_ROOM_ALONE = late(
    r"(?=[0-9A-Z])(?:(?<![0-9])[A-Z]?[0-9]{3,4} ?号室|(?<![0-9])[0-9]{1,2}(?:号楼|栋|幢|"
    r"单元)[- ]?[0-9]{2,4}(?:室|号)?|"
    r"(?<![0-9.,:/-])(?!1[01][09]|189|[1-9]00)[1-9][0-9]{2}(?=の(?:人|方(?!法)|おば|おじ|住人|奥さん|ご主人|"
    r"旦那|息子|娘|"
    r"家族|夫婦|部屋|女性|男性|お宅|ばあ|じい|[A-Z](?:さん|ちゃん|様|くん)))|"
    r"(?<=in )[1-9][0-9]{2}(?![0-9]| (?:people|persons|families|days|homes|houses|yen|years))|"
    r"(?<![0-9])[0-9]{1,2}号棟の?[- ]?[0-9]{2,4}(?:号室?)?|"
    r"(?<![A-Za-z])[A-Z]棟の?[0-9]{2,4}(?:号室?)?)"
)
_LATIN_ROOM = late(
    r"(?=[A-Za-z])(?:(?:[A-Z][a-z]{1,12}[- ]){1,2}(?:[Cc]ourt|[Mm]ansion|[Hh]eights|[Hh]eim|[Hh]aitsu|[Cc]orpo|"
    r"[Aa]partments?|[Hh]ouse|[Hh]ills|"
    r"[Ss]ou?|[Dd]anchi|[Pp]alace|[Rr]esidence|[Aa]pato|[Mm]aison),? ?(?:#|[Rr]oom |[Uu]nit |"
    r"phòng |apto? |número )?[0-9]{1,2}(?:-?[0-9]{2,3})?(?![0-9])"
    r"|(?:[Cc]orpo|[Hh]aitsu|[Mm]aison|[Aa]pto?\.?|[Aa]partamento|[Aa]partment|[Rr]oom|[Uu]nit|"
    r"[Dd]ormitório|[Dd]orm|[Pp]hòng|[Kk]warto|[Qq]uarto) "
    r"(?:[A-Z][a-z]{1,12} )?(?:#|n[º°.] ?|số )?[0-9]{1,4}(?:-[0-9]{2,4})?(?![0-9])"
    r")"
)
_CHINESE_ROOM = late(
    r"(?:(?![在是住的了])[一-龥]){1,4}(?:公寓|苑|园|小区|大厦|大楼|团地|"
    r"庄) ?(?:[0-9]{1,2}(?:号楼|栋|-))?(?:[0-9]{2,4}(?:室|号室?)?(?![0-9年人元点分])|"
    r"[0-9]{1,2}楼)"
)
_HANGUL_ROOM = late(
    r"[가-힣0-9](?:(?<=[0-9])(?<![0-9].)[0-9]{2,3}호|"
    r"(?<![0-9])(?:[가-힣]{1,5} ?(?:아파트|빌라|맨션|하이츠|코포|단지) ?(?:[0-9]{1,3}동 ?)?[0-9]{1,4}호?|"
    r"[가-힣]{1,7} ?[0-9]{1,4}호|[가-힣]{1,5} (?=[0-9]{3}(?:[.!]|$))[0-9]{3}))"
)
_SCHOOL_KIND = late(
    r"小学校|中学校|小学|中学|高等学校|高校|保育園|保育所|幼稚園|こども園|学園|学校|附属小|"
    r"しょうがっこう|ちゅうがっこう|しょう|ちゅう|小|中|高"
)
_SCHOOL_LEAD = late(r"(?:(?:" + _KANA_NAMES + r")|(?:" + _WORD + r"|[0-9](?=$|[" + _KANJI + r"])){1,8})$")
_CLASS_TAIL = late(
    r"(?:部)?(?:の| )?(?:[0-9] ?(?:年生?|ねんせい|ねん)の? ?[0-9A-Zい-はァ-ヴ]{1,3} ?(?:組|くみ|"
    r"クラス|班)|[0-9]-[0-9](?![0-9-])|"
    r"[0-9][A-Z](?![A-Za-z])|(?:の?年[少中長]の?)?[" + _KANJI + r"ぁ-んァ-ヴー]{1,5}(?:組|ぐみ|クラス))"
)
_CLASS_ALONE = late(r"[0-9](?<![0-9].)(?:年[0-9A-Z]{1,2}組|ねん[0-9]{1,2}くみ)")
_LATIN_CLASS = late(
    r"[A-Z][a-z]{2,12}[- ](?:[Ss]ho|[Cc]hu|[Ss]hogakko|[Cc]hugakko|JHS|ES|[Ee]lementary|"
    r"[Jj]unior [Hh]igh|[Ss]chool)(?: [Ss]chool)?,? (?:[Cc]lass |grade )?[0-9]-[0-9A-Z](?![0-9-])"
)
_HANGUL_CLASS = late(r"(?:[가-힣]{2,6}(?:초등학교|중학교|초|중) ?)[0-9]학년 ?[0-9]{1,2}반")
_CHINESE_CLASS = late(r"(?:(?![在是的了])[一-龥ぁ-んァ-ヴー]){1,6}(?:小学|中学|小|中)[0-9]年级?[0-9]班")
# Which of them need be looked for: a pattern of another language costs nothing in a Japanese message.
_ROOMS_ABROAD = (
    (late("[A-Za-z]{3}"), _LATIN_ROOM),
    (late("(?:公寓|苑|园|小区|大厦|大楼|团地|庄) ?[0-9]"), _CHINESE_ROOM),
    (late("[가-힣]"), _HANGUL_ROOM),
)
_CLASSES_ABROAD = (
    (late("[A-Za-z]{2}"), _LATIN_CLASS),
    (late("年级?[0-9]班"), _CHINESE_CLASS),
    (late("[가-힣]"), _HANGUL_CLASS),
)


_DIGIT = late("[0-9]")
_NUMBER = late("[0-9十百]+")
_ABROAD = late("[A-Za-z]{2}|[가-힣]|[楼栋室园苑寓厦区庄]")
_OTHERS = (_TRIPLE, _POSTCODE)
_OTHERS_ABROAD = (_LATIN, _STREET, _HANGUL)


def find_addresses(text: str, digits: str) -> list[tuple[int, int, str]]:
    """Every place of one household or one class in the folded text; streets without a number stay.

    `digits` is the text with kanji digits as 0–9 and dashes as "-", place by place the same.
    """
    found = _classes(digits) + _rooms(text, digits)
    if not _NUMBER.search(digits):
        return found
    places = [span for number, place, needed in _JAPANESE for span in _placed(digits, number, place, needed)]
    others = (*_OTHERS, *(_OTHERS_ABROAD if _ABROAD.search(digits) else ()))
    places += [m.span() for pattern in others for m in pattern.finditer(digits)]
    found += [(*m.span(1), "address") for m in _LABELLED.finditer(digits)]
    return found + [(_shortened(text, start, end), end, "address") for start, end in places]


def _placed(digits: str, number: re.Pattern[str], place: re.Pattern[str], needed: bool) -> list[tuple[int, int]]:
    """The numbers with the place that stands before them; some say nothing without one."""
    found: list[tuple[int, int]] = []
    for m in number.finditer(digits):
        offset = max(0, m.start() - _LONGEST_PLACE)
        before = place.search(digits[offset : m.start()])
        if before or not needed:
            found.append((offset + before.start() if before else m.start(), m.end()))
    return found


def _rooms(text: str, digits: str) -> list[Found]:
    """A building with its room: from the word for the house, backwards to its name, on to the number."""
    found: list[Found] = []
    if _FOREMOST.search(digits):
        found += [(*m.span(), "room") for m in _NAMED_AFTER.finditer(digits)]
    spans = _placed(digits, _NAMED_BEFORE, _NAME_OF_HOUSE, needed=True)
    if _DIGIT.search(digits):
        spans += [m.span() for m in _ROOM_ALONE.finditer(digits)]
        spans += _placed(digits, _KATAKANA_HOUSE, _KATAKANA_NAME, needed=True)
        spans += _placed(digits, _ANY_HOUSE, _ANY_NAME, needed=True)
        spans += _abroad(digits, _ROOMS_ABROAD)
    found += [(start, end, "room") for start, end in spans]
    for house in _HOUSE.finditer(digits):
        spoken = house[0] in ("そう", "ソウ")
        tail = None if spoken else _ROOM_TAIL.match(digits, house.end())
        if house[0] in ("荘", "ビル", "コーポ", "ハイツ") or (
            spoken and re.match(" ?[0-9]", text[house.end() :][:2])
        ):
            tail = tail or _SMALL_TAIL.match(digits, house.end())
        if tail:
            start = _lead_start(_HOUSE_LEAD, digits, house.start())
            found.append((start, tail.end(), "room"))
    return found


def _abroad(digits: str, patterns: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]) -> list[tuple[int, int]]:
    return [m.span() for sign, pattern in patterns if sign.search(digits) for m in pattern.finditer(digits)]


def _classes(digits: str) -> list[Found]:
    """A school with its class: from the word for the school, backwards to its name, on to the class."""
    alone: list[tuple[int, int]] = []
    if _DIGIT.search(digits):
        alone += [m.span() for m in _CLASS_ALONE.finditer(digits)]
        alone += _abroad(digits, _CLASSES_ABROAD)
    found: list[Found] = [(*span, "school_class") for span in alone]
    for school in _SCHOOL_KIND.finditer(digits):
        tail = _CLASS_TAIL.match(digits, school.end())
        if not tail or not ("園" in school[0] or "保育" in school[0] or _DIGIT.search(tail[0])):
            continue
        start = _lead_start(_SCHOOL_LEAD, digits, school.start())
        if start < school.start():
            found.append((start, tail.end(), "school_class"))
    return found


def _lead_start(lead: re.Pattern[str], digits: str, end: int) -> int:
    """Where the name before a word for house or school begins."""
    offset = max(0, end - 12)
    found = lead.search(digits[offset:end])
    if not found:
        return end
    start = offset + found.start()
    rest = _BEFORE_NAME.match(digits[start:end])
    return start + rest.end() if rest else start


_LEAD = late(
    r"^.*(?:住所|地址是?|住在|現場は|住まいは|自宅|うちは|家は|場所は|現住所|在住|班長|会長|住民|"
    r"区域|担当|現場|は(?=[ぁ-ん" + _KANJI + r"]{2}))"
)


def _shortened(text: str, start: int, end: int) -> int:
    """Leave out what stands before the place name in the same run (住所, 担当, …)."""
    lead = _LEAD.match(text[start:end])
    start += lead.end() if lead else 0
    while start and text[start - 1] in "一二三四五六七八九" and "一" <= text[start] <= "龯":
        start -= 1
    return start
