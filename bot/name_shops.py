"""Shops called after the person who keeps them: 佐藤商店, スナック明美, 八百徳, よしの屋のおかみ."""

from __future__ import annotations

import re

from bot.name_edges import KANJI, Span, listed_before, unknown_before
from bot.name_lists import NameLists, hiragana
from bot.patterns import late

_SHOP = late(
    r"商店|酒店|米店|精米所|精肉店|鮮魚店|青果店?|鮮魚|書店|文具店|時計店|電器店?|電気店?|電機|"
    r"理容店?|理髪店|美容[室院]|床屋|工務店|鉄工所?|"
    r"製作所|豆腐店|畳店|菓子店|パン店|茶舗|酒造|水産|農園|牧場|ストアー?|クリーニング店?|"
    r"米穀店?|燃料店?|石油店?|板金|電設|水道店?|設備|建設|土建|左官店?|瓦店|表具店|花店|生花店|種苗店?|"
    r"茶園|果樹園|旅館|製麺所?|製茶|"
    r"釣具店|新聞店|販売店|豆腐|染物店|仏壇店|仏具店|葬儀社|眼鏡店|靴店|毛糸店|手芸店|たばこ店|タバコ店|煙草店|"
    r"自転車店?|モータース|サイクル|薬局|薬店|食堂|呉服店|洋品店|"
    r"石材店?|造園|塗装|金物店|建具店|建材|写真館|ふとん店|履物店|接骨院|整骨院|鍼灸院|書道教室|"
    r"ピアノ教室|そろばん教室|珠算塾|塾"
)
_CALLED_SHOP = late(
    r"(?:スナック|カフェ|喫茶|とんかつ|とんカツ|定食|洋食|中華|餃子|天ぷら|うなぎ|おでん|たこ焼き|カラオケ|"
    r"ビストロ|"
    r"ペンション|ブティック|理容室|居酒屋|バー|パブ|美容室|美容院|理容|ヘアサロン|サロン・ド・|パーマ|"
    r"カットハウス|食事処|お食事処|"
    rf"焼き?鳥|お好み焼き?|小料理|割烹|寿司|鮨|民宿|旅館|食堂|ラーメン|うどん|"
    rf"そば処)[ ・]?(?P<name>[{KANJI}]{{2,3}}|[ぁ-ん]{{3,4}}|[ァ-ヴー]{{3,4}})"
    r"(?=[のがはでにとも、。 ]|$)"
)
_KEEPER = (
    r"(?=の(?:ご主人|主人|旦那|だんな|大将|おかみ|女将|店主|親父|おやじ|おじさん|おばさん|おじいさん|おばあさん|"
    r"マスター|ママ|若旦那|亭主|先生|院長|奥さん|息子|娘|せがれ|跡取り|嫁|二階))"
)
_KEEPER_NAMED = late(_KEEPER)
# 八百徳, 魚政, 米吉: the trade and a letter of the founder's name.
_TRADE = late("八百|魚|米|酒|鮨|寿司|大工|畳|床|鳥|炭|植")
_GROCER = late(
    rf"(?<![{KANJI}])(?:八百|魚|米|酒|鮨|寿司|大工|畳|床|鳥|炭|植)"
    r"[政辰勝徳源吉常清春寅熊正久松留金鉄甚善岩治虎亀鶴忠義定幸栄福新半藤伊佐茂](?=[のさがへはと、で])"
)
# よしの屋のおかみ, 丸八の旦那, 山根歯科の先生: who keeps it is spoken of.
_KEPT = late(
    rf"(?<![{KANJI}ぁ-んァ-ヴー])(?P<name>[{KANJI}]{{1,4}}?|[ぁ-ん]{{2,4}}|[ァ-ヴー]{{2,5}})"
    rf"(?:屋|湯|亭|軒|庵|堂|寿司|ずし|鮨|歯科|医院|内科|眼科|外科|クリニック|商会|商事|運送|工業|牛乳)" + _KEEPER
)
_MARK = late(rf"(?<![{KANJI}])[丸角山大][一二三四五六七八九十吉久正善]" + _KEEPER)


def with_shop(text: str, lists: NameLists) -> list[Span]:
    """佐藤商店, with the word for the shop: it points to the person who keeps it."""
    found: list[Span] = []
    for sign in _SHOP.finditer(text):
        core = listed_before(text, sign.start(), lists)
        if not core:
            found += [(start, sign.end()) for start, _ in unknown_before(text, sign.start(), lists)]
        elif _keeps_a_shop(text[core[0] : core[1]], lists):
            found.append((core[0], sign.end()))
    found += [m.span("name") for m in _CALLED_SHOP.finditer(text) if _names_a_shop(m["name"], lists)]
    if _TRADE.search(text):
        found += [m.span() for m in _GROCER.finditer(text) if not lists.is_role(m[0])]
    if _KEEPER_NAMED.search(text):
        found += [m.span() for m in _KEPT.finditer(text) if _is_keepers_name(m["name"], lists)]
        found += [m.span() for m in _MARK.finditer(text)]
    return found


def _is_keepers_name(word: str, lists: NameLists) -> bool:
    """よしの屋, 山根歯科; never 花屋, そば屋, 駅前歯科."""
    if lists.is_role(word) or word in lists.katakana_words or word in lists.hiragana_words:
        return False
    if re.match("[ぁ-んァ-ヴ]", word):
        return len(word) > 1 and lists.is_kana_name(hiragana(word))
    return len(word) > 1 and (word in lists.surnames or (word in lists.given and word not in lists.word_given))


def _keeps_a_shop(word: str, lists: NameLists) -> bool:
    if re.match("[ぁ-ん]", word):
        return len(word) > 2 and word in lists.surname_readings and word not in lists.hiragana_words
    return not lists.is_place(word) and (len(word) > 1 or word in lists.surnames)


def _names_a_shop(word: str, lists: NameLists) -> bool:
    """スナック明美, カフェよしこ: called after the person who keeps it."""
    if re.match("[ぁ-ん]", word):
        return len(word) > 2 and word in lists.given_readings and word not in lists.word_readings
    if re.match("[ァ-ヴ]", word):
        return len(word) > 2 and hiragana(word) in lists.given_readings and word not in lists.katakana_words
    plain = word not in lists.word_given or word.endswith(("郎", "子"))
    return len(word) > 1 and lists.is_kanji_name(word) and plain
