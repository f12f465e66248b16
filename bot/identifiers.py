"""Finds what points to one person by number: phone, mail, plate, birth date, numbers of cards."""

from __future__ import annotations

import re

from bot.patterns import late

Found = tuple[int, int, str]

_DIGIT = late("[0-9A-Za-z]")
# Without two digits that stand near each other a text holds no number that leads to anybody.
_SEVERAL = late("[0-9][-. ()の・/年月元_]{0,3}[0-9十]|十[0-9月年]|元年")
_BORN = late(
    r"[生う産誕た출년bBdDnNsSiIıİ](?:(?<=[生년])|(?<=[う産])ま|(?<=誕)生|(?<=た)んじょう|(?<=출)생|(?<=[bB])(?i:orn|irth)"
    r"|(?<=[dD])(?i:ob)|(?<=[nN])(?i:asci)|(?<=[sS])(?i:inh)|(?<=[iIıİ])(?i:pinanganak))"
)
_DIGIT_TABLE = str.maketrans("〇零一二三四五六七八九○◯‐‑‒–—―−─", "0012345678900--------")

# Lines of the whole country, which everybody may read: they stay.
NATIONAL_LINES = frozenset(
    [
        "0120783556",
        "0120279338",
        "0120997777",
        "0120078310",
        "0120279889",
        "0570003110",
        "0120007110",
        "0570070810",
        "0570064556",
        "0120061338",
        "0570783556",
        "0120279226",
        "0570078374",
        "0570064110",
        "0120797338",
        "0570016540",
        "0120189783",
        "0570091211",
        "0570064370",
        "0570090110",
        "0120279110",
        "0120213533",
        "0570000911",
    ]
)

_EMAIL = late(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_SLACK = late(r"<(tel|mailto):[^<>\n]{1,300}>")
_SLACK_PERSON = late(r"<@[A-Z0-9]{6,14}(?:\|[^<>\n]{0,80})?>")
_LONG_MARK = late(r"(?<=[0-9])ー(?=[0-9])")
_GAP = r"[-. ()の・_/]{0,3}"
_PHONE = late(
    r"[+(0](?:(?<![0-9A-Za-z].)|(?<=[Tt][Ee][Ll].))(?:(?<=\+) ?81"
    + _GAP
    + r"(?:\(0\))?[1-9]|(?<=\()0|(?<=0))[0-9]?"
    r"(?:" + _GAP + r"[0-9]){8,9}(?![0-9])"
)
_LOCAL_PHONE = late(
    r"(?:電話番号?|家電|固定|連絡先|実家|自宅|でんわ|デンワ|ケータイ|携帯|t(?i:el(?:efone)?)|T(?i:el(?:efone)?)|"
    r"p(?i:hone)|P(?i:hone)|s(?i:đt)|S(?i:đt))[::はわがの、 .]{0,3}"
    r"([0-9]{2,4}-[0-9]{3,4}|[0-9]{6,8}|[0-9]{3,4} [0-9]{4})(?![0-9-])"
)
_SPOKEN = late(
    r"(?:ぜろ|れい|まる|おー|0[5-9]0(?=.{0,6}[ぁ-ん]{2}))(?:[-・、, ]?(?:ぜろ|れい|まる|おー|いち|にい?|"
    r"さん|よん|しい|"
    r"ごー?お?|ろく|なな|しち|はち|きゅう|の|[0-9])){8,16}"
)
# 123-4567に電話: a number without its code, where somebody is told to call it.
_CALLED = late(
    r"(?<![0-9-])([0-9]{2,4}-[0-9]{4})(?=(?:に|へ|まで)、?(?:お?電話|連絡|かけ|お願い|ご連絡)|番?へ電話)"
)
_PLATE = late(
    r"(?<![0-9])[0-9]{2,3}[A-Z]? ?[ぁ-んァ-ヶ] ?"
    r"(?:[0-9]{1,2}[- ][0-9]{2}|[・.]{1,3} ?[0-9]{1,3}|[0-9]{1,4})(?![0-9年月日時分人歳回])"
)
_PLATE_BEFORE = late(
    r"(?:尾張小牧|伊勢志摩|名古屋|和歌山|鹿児島|北九州|宇都宮|久留米|富士山|春日部|世田谷|佐世保|"
    r"つくば|さいたま|とちぎ|なにわ|いわき|[一-龯]{1,2}|"
    r"[ぁ-ん]{2,4}) ?$"
)
_LONGEST_REGION = 7
# わ 12-34のレンタカー: a plate without its region.
_CAR_PLATE = late(r"(?<![ぁ-ん])[ぁ-ん] ?[0-9]{2}-[0-9]{2}(?=の(?:車|レンタカー|軽|バン|トラック|バイク))")
_SHORT_PLATE = late(
    r"(?:(?<!マイ)ナンバー|車番|プレート|(?i:plate|placa))[はがの::、 ]{0,3}"
    r"(?:[一-龯]{1,4}[の ]?)?(?:[ぁ-ん](?:の| )?)?([0-9]{1,2}-[0-9]{2}|[0-9]{4})(?![0-9-])"
)
_YEAR = r"(?:(?:明治|大正|昭和|平成|令和|[MTSHRmtshr]\.?) ?(?:[0-9]{1,2}|元|[0-9]?十[0-9]?)|(?:18|19|20)[0-9]{2})"
_NUM = r"(?:[0-9]{1,2}|[0-9]?十[0-9]?)"
_DAY = _NUM + r" ?(?:月|/|\.|-|월) ?" + _NUM + r"(?: ?[日일])?"
_DATE = _YEAR + r" ?(?:年|/|\.|-|년)? ?" + _DAY
_BIRTH_AFTER = late(
    r"(?=[明大昭平令MTSHRmtshr0-9十])(" + _DATE + r"|" + _YEAR + r" ?年|"
    r"" + _DAY + r")(?:\([^()]{1,8}\))?(?:[にの ]{0,1})"
    r"(?=生|うま|産ま|出生|誕生|が誕生|は誕生|うまれ|생)"
)
_BIRTH_BEFORE = late(
    r"(?=[生誕たう出bBdDnNsSiI생])(?:生年月日|誕生日|たんじょうび|生まれ|うまれ|出生日期?|生日|"
    r"(?i:born(?: on| in)?|birthday|"
    r"dob|date of birth|"
    r"nascid[oa](?: em)?|nascimento|sinh(?: ngày| năm)?|ngày sinh|ipinanganak(?: noong)?)|"
    r"생년월일|생일)"
    r"[::はがをとって是 、,(]{0,4}("
    + _DATE
    + r"|"
    + _DAY
    + r"|[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:18|19|20)[0-9]{2}|"
    r"(?:19|20)[0-9]{6}|" + _YEAR + r"年)"
)
_OLD_DATE = late(
    r"[明大昭MTS1](?<![0-9].)(?:(?:(?<=明)治|(?<=大)正|(?<=昭)和|(?<=[MTS])\.?) ?"
    r"(?:" + _NUM + r"|元) ?(?:年|/|\.|-) ?" + _DAY + r"|(?<=1)9[0-9]{2} ?(?:年|/|\.|-) ?" + _DAY + r")(?![0-9])"
)
_ENGLISH_BIRTH = late(
    r"(?i:born(?: on)?|birthday(?: is)?|nascid[oa] em) ((?i:(?:jan|feb|mar|apr|may|jun|jul|aug|"
    r"sep|oct|nov|dec)[a-z]{0,6})"
    r" [0-9]{1,2}(?:st|nd|rd|th)?,? ?(?:[0-9]{4})?|"
    r"[0-9]{1,2} (?:de )?[A-Za-zç]{3,9} (?:de )?[0-9]{4})"
)
# The number first, then backwards what it is the number of.
_CARD = late(
    r"[第A-Z0-9](?<![0-9A-Z-].)(?:(?<=第)(?:[A-Z]{1,3}[- ]?)?[0-9]|(?<=[A-Z])[A-Z]{0,2}[- ]?[0-9]|(?<=[0-9]))"
    r"[0-9A-Z-]{3,20}(?: [0-9]{3,4}){0,3}"
)
_CARD_BEFORE = late(
    r"(?:(?<!電話)番号|記号|ゆうちょ|郵貯|普通|当座|保険証|被保険者|マイナンバー|個人番号|口座|会員|免許証?|"
    r"年金|基礎年金|受給者証?|"
    r"在留カード|通帳|手帳|診察券|"
    r"整理|証券|契約|お客様|利用者|カード|パスポート|旅券|患者|住民票コード|学籍|社員|職員|登録|"
    r"認定|介護|保険|国保|健保|国民健康保険|後期高齢者?|医療証|療育|車台|シリアル|予約|受付|追跡|伝票|住基|"
    r"暗証|鍵|新|旧|管理)"
    r"(?:の|カードの?|証の?)?(?:記号|番号|No\.?|ナンバー|ID|"
    r"コード)*[はがの::、 #]{0,4}$"
)
_LONGEST_LABEL = 32
_BANK = late(
    r"(?:銀行|信金|信用金庫|信組|農協|JA)(?:の| )?(?:[一-龯々ぁ-んァ-ヴー]{1,8}(?:支店|本店|支所|出張所))?"
    r"[ 、の]{0,2}(?:(?:普通|当座)(?:預金|口座)?)?[ 、の]{0,2}[0-9]{6,8}(?![0-9])"
)
_BANK_BEFORE = late(r"(?:(?![はがにのをで])[一-龯々ぁ-んァ-ヴーA-Z]){1,10}$")
_NAMED_ID = late(
    r"(?=[lLライiIツtTfFカkKwW微zZsS])(?i:line|ライン|インスタ(?:グラム)?|instagram|ツイッター|twitter|"
    r"tiktok|facebook|カカオ|"
    r"kakao|wechat|微信|zalo|whatsapp|skype)"
    r"(?: ?の?(?i:id|アカウント|垢|号))?[はがの::、 ]{0,3}(@?[A-Za-z0-9][A-Za-z0-9._-]{3,29})"
)
_LABELLED_ID = late(r"(?<![A-Za-z])(?:ID|No\.)[は:: ]{0,2}([A-Za-z]{0,4}[-_]?[0-9][0-9A-Za-z_-]{3,19})")
_SPELLED_EMAIL = late(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,40} ?[(\[]at[)\]] ?[A-Za-z0-9-]{1,40}(?:\.[A-Za-z0-9-]{2,20}){1,3}"
)
_HANDLE = late(r"(?<![A-Za-z0-9.<@])@[A-Za-z][A-Za-z0-9_.]{2,29}(?![A-Za-z0-9@])")
_CHASSIS = late(r"(?<![A-Za-z0-9-])(?=[A-Z0-9]{0,5}[A-Z])[A-Z0-9]{3,6}-[0-9]{6,7}(?![0-9-])")
_RESIDENCE = late(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{8}[A-Z]{2}(?![A-Za-z0-9])")
_LONG = late(
    r"[0-9](?:(?<![0-9A-Za-z-].)(?:[0-9]{3}[- ](?:[0-9]{4}[- ]){1,2}[0-9]{4}|[0-9]{4}-[0-9]{6,8})(?![0-9-])|"
    r"(?<![0-9].)[0-9]{11,15}(?![0-9]))"
)


def arabic(text: str) -> str:
    """The same text with kanji digits as 0–9 and every dash as "-"; each character keeps its place."""
    folded = text.translate(_DIGIT_TABLE)
    return _LONG_MARK.sub("-", folded) if "ー" in folded else folded


def find_identifiers(text: str, digits: str, kana: str) -> list[Found]:
    """Every number or address that leads to one person, in the folded text.

    `digits` is `arabic(text)`, `kana` the same in hiragana. National and emergency lines stay.
    """
    found: list[Found] = [
        (*m.span(), "phone" if m[1] == "tel" else "email") for m in _SLACK.finditer(text) if not _is_public(m[0])
    ]
    found += [(*m.span(), "name") for m in _SLACK_PERSON.finditer(text)]
    if "@" in text:
        found += [(*m.span(), "email") for m in _EMAIL.finditer(text)]
        found += [(*m.span(), "other_id") for m in _HANDLE.finditer(text)]
    if "(at)" in text or "[at]" in text:
        found += [(*m.span(), "email") for m in _SPELLED_EMAIL.finditer(text)]
    if _SEVERAL.search(digits):
        found += _births(digits)
        found += _plates(digits)
        found += _cards(digits)
        found += _phones(digits)
    if _DIGIT.search(digits):
        found += [(*m.span(1), "other_id") for m in _NAMED_ID.finditer(text)]
    return found + [(*m.span(), "phone") for m in _SPOKEN.finditer(kana)]


def _births(digits: str) -> list[Found]:
    found: list[Found] = []
    for start, end in about(_BORN, digits, 30, 50):
        patterns = (_BIRTH_AFTER, _BIRTH_BEFORE, _ENGLISH_BIRTH)
        found += [(*m.span(1), "birth_date") for p in patterns for m in p.finditer(digits, start, end)]
    return found + [(*m.span(), "birth_date") for m in _OLD_DATE.finditer(digits)]


def about(sign: re.Pattern[str], text: str, before: int, after: int) -> list[tuple[int, int]]:
    """Stretches about each sign, apart from each other, so that a long text without it costs nothing."""
    stretches: list[tuple[int, int]] = []
    for m in sign.finditer(text):
        start, end = max(0, m.start() - before), min(len(text), m.end() + after)
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return stretches


def _cards(digits: str) -> list[Found]:
    found: list[Found] = [
        (*m.span(), "other_id")
        for m in _CARD.finditer(digits)
        if _CARD_BEFORE.search(digits[max(0, m.start() - _LONGEST_LABEL) : m.start()]) and not _is_office(m[0])
    ]
    found += [(*m.span(1), "other_id") for m in _LABELLED_ID.finditer(digits) if not _is_public(m[1])]
    for m in _BANK.finditer(digits):
        bank = _BANK_BEFORE.search(digits[max(0, m.start() - 10) : m.start()])
        found.append((m.start() - len(bank[0]) if bank else m.start(), m.end(), "other_id"))
    return found + [(*m.span(), "other_id") for p in (_RESIDENCE, _CHASSIS, _LONG) for m in p.finditer(digits)]


def _plates(digits: str) -> list[Found]:
    found: list[Found] = []
    for m in _PLATE.finditer(digits):
        offset = max(0, m.start() - _LONGEST_REGION)
        if region := _PLATE_BEFORE.search(digits[offset : m.start()]):
            found.append((offset + region.start(), m.end(), "licence_plate"))
    found += [(*m.span(), "licence_plate") for m in _CAR_PLATE.finditer(digits)]
    return found + [(*m.span(1), "licence_plate") for m in _SHORT_PLATE.finditer(digits)]


def _phones(digits: str) -> list[Found]:
    found: list[Found] = [
        (m.start() + (m[0][0] == "(" and ")" not in m[0]), m.end(), "phone")
        for m in _PHONE.finditer(digits)
        if not _is_public(m[0])
    ]
    return found + [(*m.span(1), "phone") for p in (_LOCAL_PHONE, _CALLED) for m in p.finditer(digits)]


def _is_office(number: str) -> bool:
    """A line that everybody may call, as `_is_public`; a short number with a label is somebody's."""
    bare = re.sub(r"[^0-9]", "", number)
    return len(bare) > 5 and _is_public(number)


def _is_public(number: str) -> bool:
    bare = re.sub(r"[^0-9#]", "", number.split("|")[0])
    free = len(bare) == 10 and bare.startswith(("0120", "0570"))  # a firm or an office, never a home
    return free or bare in NATIONAL_LINES or (0 < len(bare) <= 5 and "@" not in number)
