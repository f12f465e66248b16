"""Names that only the sentence gives away: 森が来ない, さくらが学校で, 欠席:中野, 佐藤と森.

Families are called Wood, East or Field, and neighbours leave the さん away. Alone such a word stays;
where it does what only people do (入院, 欠席, 怒る) it is a name. Tuned on the training sentences: what is
hidden beside names stays far below one letter in a hundred.
"""

from __future__ import annotations

import re
from functools import cache

from bot.name_edges import AFTER_NAME, BLOOMS, CHILDREN, KANJI, Span
from bot.name_lists import NameLists, hiragana, words_of
from bot.patterns import late

_DOES = (
    r"(?:入院|退院|通院|透析|欠席|出席|遅刻|早退|休[みむんま]|来な|来て|来た|来ま|来ら|来ん|来い|帰[っりらる]|"
    r"出てこ|出てき|出てい|出かけ|家出|言っ|言う|言わ|ゆう|話し|しゃべ|怒|泣|笑|酔|飲[みんま]|食べ|"
    r"転[びんば]|倒れ|"
    r"亡くな|死ん|逝|引っ?越|越して|越され|やせ|痩せ|寝込|寝たき|寝て|起き|寂し|さびし|さみし|困っ|悩|"
    r"訪ね|待っ|歩[いけき]|"
    r"見えな|見えん|見当たら|見かけ|電話|連絡|訪問|応答|返事|担当|当番|代わ|手伝|引き受|断[らっ]|辞め|"
    r"やめたい|認知|徘徊|"
    r"独居|一人(?!分)|ひとり|独り|高齢(?!化|者)|元気|具合|調子|体調|顔[をがも色見]|名乗|頼ま|預か|渡し|"
    r"貸し|借り|払[わっ]|"
    r"持って|くれ[たてる]|もらっ|叩|殴|暴れ|騒い|怒鳴|どな|叫|うるさ|乱暴|無職|失業|クビ|仕事|働[いけき]|"
    r"施設|デイ|"
    r"薬を|薬も|病気|風邪|熱が|熱を|けが|ケガ|怪我|骨折|腰を|足を|腰が|足が|膝|耳が|目が|杖|車いす|車椅子|"
    r"学校|登校|"
    r"保育園|幼稚園|学童|宿題|給食|友達|いじめ|留守|不在|旅行|退任|就任|欠員|賛成|反対|参加|申し?込|"
    r"会[長計]|班長|"
    r"委員|役員|逮捕|捕ま|結婚|離婚|妊娠|出産|生まれ|ご飯|ごはん|住んで|暮らし|同居|別居|元気|年金|保護|"
    r"免許|運転|口論|要注意|要見守|喧嘩|けんか|ケンカ|揉め|もめ)"
)
_NEAR = r"[^。、!?\n]{0,9}?"
_ASKED = (
    r"(?:へ(?:連絡|電話|引き?継|渡|返|伝|報告|依頼|お願い|再訪|訪問|伺|様子|声|見舞|説明|案内)|"
    r"に(?:代わ|替わ|交代|引き?継|頼|聞[いこく]|電話|連絡|渡[しさ]|借り|話[しすを]|声[をか]|説明|確認|弁当|"
    r"面会|面談|"
    r"会[っい]|言っ|任せ|"
    r"伝え|お願い|相談|貸し|教え|謝|叱|怒|殴|叩|返し|預け)|から(?:聞|電話|連絡|相談|言われ|頼まれ|借り|"
    r"返事|報告|通報|"
    r"引き?継|もら|預か|苦情|お金|怒)|と(?:話し|会[っい]|一緒|喧嘩|けんか|ケンカ|揉め|もめ|相談|同行|二人|"
    r"ふたり|仲|口論)|"
    r"を(?:見かけ|呼[びん]|送っ|迎え|知っ|訪ね|病院|連れ|助け|起こし|説得|疑|怒|叱)|より(?:連絡|電話|報告|"
    r"通報|相談|依頼|"
    r"申し|苦情|、)|(?:って|という|とか)(?:人|方|者|男|女|奴|やつ|おじ|おば|ひと|いう|名刺|表札|名前|名字|"
    r"苗字))"
)
_STATED = (
    r"[ :]?(?:欠席|出席|遅刻|早退|入院|退院|転居|転院|転倒|逝去|死去|他界|訪問|不在|留守|独居|来所|来訪|"
    r"応答|架電|受診|再訪|死亡|入所|転出|転入|面談|骨折|徘徊|音信不通|未納|滞納|退会|入会|"
    r"(?:担当|当番|司会|書記|会計)(?=[、。 :]|$))"
)
_AFTER = late(
    rf"(?:[がはもさ]|って|、)?(?<=[がはもさて、]){_NEAR}{_DOES}|{_ASKED}|{_STATED}|、{_STATED}|"
    rf"世帯(?=[、。にのはが ]|$)"
)
_WORD = late(f"(?<![{KANJI}ァ-ヴー])[{KANJI}]{{1,3}}")
# 東が..., but not 公園の東が: one letter must open the sentence or stand behind one of these.
_HEAD = late(
    r"(?:^|[\n。、!?「(\[ :・→]|昨日|今日|今朝|昨夜|さっき|先週|先日|朝|夜|例の|同じ班の|同級生の|近所の|"
    r"隣の|となりの|向かいの|"
    r"裏の|階の|班の|組の|号室の|担当の|大家の|友達の|友人の|知人の|知り合いの)$"
)
_NATURE = frozenset("森林原東南西北谷堤泉岸柳沖滝浜湊浦椿松竹梅杉桜柴星港芝萩辻堀丘峰峯")
_ROLL = late(
    r"(?:欠席者?|出席者?|遅刻|早退|担当者?|当番|記録|報告|司会|書記|会計|参加者?|対象者?|対応者?|訪問者?|"
    r"見守り|班長|"
    r"後任|前任|代理|連絡先?|連絡係|受付|送迎|運転|調理|応援|補助|講師|代表|同行|来所|退会|入会|未納|役員|"
    r"委員|新役員)[: ]{1,2}"
    rf"(?P<names>[{KANJI}]{{1,6}}(?:[ ]?[、・,/と→&][ ]?[{KANJI}]{{1,6}}){{0,9}})"
)
_DUTIES = r"(?:担当|当番|連絡先|窓口|司会|記録|文責|報告者|記入者|通報者|相談者|対応)"
_HAS_DUTY = late(_DUTIES)
_DUTY = late(
    rf"{_DUTIES}(?<![{KANJI}]{{3}})([{KANJI}]{{1,3}})"
    rf"(?=[ 、。()\n]|$)"
)
# 滝、堀、梶、以上欠席: where all are family names, all are people.
_COUNT = r"(?:以上|両|計|の?[0-9]{1,2}(?:名|人|軒)|ほか|他|ら|欠席|出席|遅刻|早退|不参加|参加|入院|留守|不在)"
_PARTED = late("[、・,/]")
_ROW = late(rf"(?<![{KANJI}])[{KANJI}]{{1,3}}(?:[、・,/][{KANJI}]{{1,3}}){{1,9}}?(?=[、 ]?{_COUNT})")
# 〔住所〕の松本: who lives there.
_OF_HOUSE = late(
    rf"(?:住所|番地|ところ|部屋|号室|へや)〕の([{KANJI}]{{1,3}})(?=[、。 がはもにで]|$)", re.MULTILINE
)
_PAIR = late(
    rf"(?<![{KANJI}])(?P<one>[{KANJI}]{{1,3}})(?:[、・,/&→]|と|→ ?)(?P<two>[{KANJI}]{{1,3}})(?![{KANJI}])"
)
_CHILD_DOES = (
    r"(?:学校|登校|小学|中学|高校|保育|幼稚園|学童|宿題|給食|ランドセル|友達|友だち|いじめ|クラス|習い事|"
    r"ミルク|おむつ|離乳食|"
    r"夜泣き|イヤイヤ|発達|言葉が|塾|部活|熱[がを]|[大夜]?泣|迷子|転[びんば]|落ち(?:まし|て泣)|けが|ケガ|"
    r"怪我|帰って|帰ら|帰り|"
    r"食べ|飲ま|寝て|寝な|起き|元気|入院|退院|通院|休ん|休み|来な|来て|来た|いなく|居なく|見つから|家出|"
    r"出て[こい]|言う|言っ|"
    r"一人|ひとり|遊[ばび]|笑|喜[びん]|怖が|怒|話さ|話し|しゃべ|返事|電話|連絡|亡くな|倒れ|酔|飲ん|代表|"
    r"手伝|行き|行か|行っ|薬を|薬も|暴れ|怒鳴|病院|施設|デイ|徘徊|骨折|具合|風呂|ごはん|ご飯|家に|家から|"
    r"引きこも|ひきこも|"
    r"不登校|やせ|痩せ|借金|お金を|酒[をばに]|仕事|働[いか]|困っ|殴|叩|死に|死ん|妊娠|結婚|離婚|忘れ|寝込|"
    r"訪ね|待っ|"
    r"手首|救急|飛び出|逃げ|消え|発作|吐い|息を|意識|多動|障害|授業|教室|スマホ|課金|"
    r"会いに|入所|訪問|応答|留守|独居|認知|血圧|足が|腰が|膝|耳が|目が|部屋から)"
)
# A word that is a name besides (光, 花, カズ) is one where it does what nothing else does.
_STRONGLY = late(
    r"(?:が|は|も|って|、)[^。、!?\n]{0,7}?(?:部屋から|学校|入院|退院|暴れ|泣い|家出|帰って|帰ら|返事|"
    r"怒[っりる鳴]|飲んで|話さ|"
    r"言[うっいわ]|結婚|離婚|妊娠|徘徊|転ん|薬を|応答|会いたい|やせ|痩せ|仕事|殴|ひきこも|引きこも|不登校|"
    r"通院|施設|訪問|独居|酒を|酒に|酒ば)"
)
_NO_PERSON = frozenset("心空声耳目手足花春夏秋冬海風雪星月音歌朝昼夜夕")
_RATHER_PEOPLE = frozenset(
    [
        "カズ",
        "ノブ",
        "キヨ",
        "キミ",
        "サチ",
        "カナ",
        "サト",
        "ツネ",
        "キヌ",
        "スミ",
        "ミツ",
        "ケイ",
        "ユウ",
        "アイ",
        "シズカ",
        "ミヤコ",
        "サヤ",
        "カヤ",
        "フユ",
        "ナツ",
        "ノリ",
        "セツ",
        "キク",
        "トキ",
        "ウメ",
        "マツ",
        "モモ",
        "フク",
        "タマ",
        "ハル",
        "イネ",
    ]
)
_AT_SCHOOL = late(
    r"(?:が|は|も)[^。、!?\n]{0,6}?(?:学校|給食|保育園|幼稚園|学童|宿題|クラス|いじめ|担任|ランドセル|"
    r"習い事|不登校|友達|泣[いく]て|"
    r"熱を出|けがを|入院|帰って|帰ら)"
)
# Behind a person who has a letter already another one stands: Aとめいが, Aと沢、.
_LETTER = late("[A-Z]")
_WITH_ONE = late(
    rf"(?<![A-Za-z])[A-Z](?:さん|ちゃん|くん|様|氏)?[とや・、]([ぁ-ん]{{2,4}}|[ァ-ヴー]{{2,5}}|[{KANJI}]{{1,3}})"
    r"(?=[がはもの、を。]|$|さん|ちゃん|くん)"
)
_GREETED = late(
    r"(?:こんにちは|こんばんは|おはようございます|おはよう|お世話になります|お世話になっております|"
    r"はじめまして|もしもし|"
    r"ありがとうございます|えっと|えーと|あのー?|ええと|失礼します|すみません|ごめんください|"
    r"どうも)([ぁ-ん]{2,5})(?=です|だけど|"
    r"ですけど|ですが|と申|っす)"
)
# 原の隣: whose neighbour, where the same letter could name a place only 辻 and 東 do.
_SIDE = r"の(?:隣|となり|裏(?!山)|向かい|お?うち|家(?!族))"
_HAS_SIDES = late(_SIDE)
_BESIDE = late(r"(?<![一-龯々])([林原関菅岡柴秦伴梶榊橘堀星谷辻]|[一-龯々]{2,3})(?=" + _SIDE + ")")
_KANA = late(
    r"(?=[ぁ-んァ-ヴ])(?:(?<![ぁ-んァ-ヴー一-龯])|(?<=[一-龯ァ-ヴ][のはがでにもと])|(?<=^あの)|(?<=[。 、]あの)|"
    r"(?<=えっと)|(?<=えー)|(?<=もしもし))([ぁ-ん]{2,5}|"
    r"[ァ-ヴー]{2,5})(?=[がはもを、]|って|から)"
)
_KANA_AFTER = late(rf"(?:が|は|も|を|って|から){_NEAR}{_CHILD_DOES}")
_SHORT_SURNAME = late(
    r"(?:(?<![ぁ-ん一-龯ァ-ヴー])|(?<=[一-龯]の))([ぁ-ん]{3,4})(?=[がはもとにへを、]|って|から|さ)"
)
_ANIMALS = r"(?:愛犬|愛猫|[犬猫]|ペット|ねこ|ネコ|いぬ|インコ|うさぎ|ウサギ|ハムスター|トイプー|チワワ|柴犬)の"
_HAS_ANIMAL = late(_ANIMALS)
_ANIMAL = late(
    _ANIMALS + r"([ァ-ヴー]{2,5}[太郎助吉]?|[一-龯ぁ-ん]太郎)"
    r"(?=[がはもをと、(。]|じゃ)"
)
_OF_SHOP = late(rf"[屋店]の([ァ-ヴー]{{2,5}}|[{KANJI}]{{2}})(?=[。! ]?$|[がはで]す?)", re.MULTILINE)


def doing(text: str, lists: NameLists) -> list[Span]:
    """森が昨日から来ない, 山口へ連絡済, さくらが学校に; never 森が深い."""
    found = [m.span() for m in _WORD.finditer(text) if _acts(text, m, lists)]
    found += [m.span(1) for m in _KANA.finditer(text) if _kana_acts(text, m, lists)]
    found += [m.span(1) for m in _SHORT_SURNAME.finditer(text) if _is_short_surname(text, m, lists)]
    found += [m.span(1) for m in _GREETED.finditer(text) if lists.is_kana_name(m[1])]
    if _HAS_SIDES.search(text):
        beside = (m for m in _BESIDE.finditer(text) if m[1] in lists.surnames)
        found += [m.span(1) for m in beside if m[1] not in _things()[0]]
    if _LETTER.search(text):
        found += [m.span(1) for m in _WITH_ONE.finditer(text) if _is_second(m[1], lists)]
    if _HAS_ANIMAL.search(text):
        found += [m.span(1) for m in _ANIMAL.finditer(text) if m[1] not in _things()[1]]
    if "屋の" in text or "店の" in text:
        found += [m.span(1) for m in _OF_SHOP.finditer(text) if _keeps_shop(m[1], lists)]
    return found


@cache
def _things() -> tuple[frozenset[str], frozenset[str]]:
    """Names that stay a place or a thing, and what belongs to an animal."""
    places, of_animals = words_of("things.txt")
    return frozenset(places), frozenset(of_animals)


def acts_as_people_do(text: str, end: int) -> bool:
    """Whether what stands behind a word is done by people, or asked of them."""
    return bool(_AFTER.match(text, end))


def listed_together(text: str, lists: NameLists) -> list[Span]:
    """欠席:中野、小倉 and 佐藤と森: names in a row."""
    found: list[Span] = []
    for roll in _ROLL.finditer(text) if ":" in text or " " in text else ():
        for m in re.finditer(f"[{KANJI}]+", roll["names"]):
            if lists.is_kanji_name(m[0]) and not lists.is_role(m[0]) and m[0] not in _things()[0]:
                start = roll.start("names")
                found.append((start + m.start(), start + m.end()))
    for pair in _PAIR.finditer(text):
        if _is_pair(pair["one"], pair["two"], lists, acts=acts_as_people_do(text, pair.end())):
            found += [pair.span("one"), pair.span("two")]
    return found


def with_duty(text: str, lists: NameLists) -> list[Span]:
    """担当樫尾, 滝、堀、梶、以上欠席, 〔住所〕の松本: who has a duty, who is counted, who lives there."""
    found: list[Span] = []
    if _HAS_DUTY.search(text):
        duty = (m for m in _DUTY.finditer(text) if m[1] in lists.surnames or lists.is_unknown(m[1]))
        found += [m.span(1) for m in duty if m[1] not in _things()[0]]
    for row in _ROW.finditer(text) if _PARTED.search(text) else ():
        parts = list(re.finditer(f"[{KANJI}]+", row[0]))
        if all(m[0] in lists.surnames for m in parts):
            found += [(row.start() + m.start(), row.start() + m.end()) for m in parts]
    if "〕の" in text:
        lives = (m for m in _OF_HOUSE.finditer(text) if m[1] in lists.surnames and m[1] not in _things()[0])
        found += [m.span(1) for m in lives if not lists.is_place(m[1])]
    return found


def _acts(text: str, m: re.Match[str], lists: NameLists) -> bool:
    word = m[0]
    if len(word) == 1 and word in lists.given and word not in _NO_PERSON and _STRONGLY.match(text, m.end()):
        return bool(_HEAD.search(text[max(0, m.start() - 5) : m.start()])) and not lists.is_role(word)
    given = len(word) > 1 and word in lists.given
    if not (given or word in lists.surnames) or word in _things()[0] or lists.is_role(word):
        return False
    does = _AFTER.match(text, m.end())
    if not does:
        return False
    if word in _NATURE and "倒れ" in does[0]:
        return False
    return len(word) > 1 or bool(_HEAD.search(text[max(0, m.start() - 5) : m.start()]))


def _kana_acts(text: str, m: re.Match[str], lists: NameLists) -> bool:
    word = m[1]
    if word in lists.roles or (word in lists.hiragana_words and word not in CHILDREN):
        return False
    if word in CHILDREN and word in lists.hiragana_words:
        return bool(_AT_SCHOOL.match(text, m.end()))
    if word in lists.katakana_words:
        return word in _RATHER_PEOPLE and bool(_STRONGLY.match(text, m.end()))
    if BLOOMS.match(text, m.end()):
        return False
    return hiragana(word) in lists.given_readings and bool(_KANA_AFTER.match(text, m.end()))


def _is_short_surname(text: str, m: re.Match[str], lists: NameLists) -> bool:
    word = m[1]
    if word in lists.hiragana_words or word in lists.roles or word not in lists.surname_readings:
        return False
    if BLOOMS.match(text, m.end()):
        return False
    if word in lists.plain_readings and word not in ("さとう", "すずき", "いとう", "かとう"):
        return bool(AFTER_NAME.match(text, m.end()))
    return bool(_AFTER.match(text, m.end()))


def _is_second(word: str, lists: NameLists) -> bool:
    if (
        word in lists.roles
        or word in lists.hiragana_words
        or word in lists.katakana_words
        or word in _things()[0]
    ):
        return False
    if re.match("[ぁ-んァ-ヴ]", word):
        return lists.is_katakana_name(word) if re.match("[ァ-ヴ]", word) else word in lists.given_readings
    return word in lists.surnames or (len(word) > 1 and word in lists.given)


def _keeps_shop(word: str, lists: NameLists) -> bool:
    if re.match("[ァ-ヴ]", word):
        return lists.is_katakana_name(word) or (len(word) < 4 and word not in lists.katakana_words)
    return word in lists.given and word not in lists.word_given


def _is_pair(one: str, two: str, lists: NameLists, *, acts: bool) -> bool:
    """Two family names of which one at least is nothing else, or which do what people do."""
    if not {one, two} <= lists.surnames or {one, two} & _things()[0]:
        return False
    return acts or any(len(word) > 1 and word not in lists.word_surnames for word in (one, two))
