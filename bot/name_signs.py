"""Names with a sign behind them: an honorific, a relation or house (佐藤のおばあちゃん), a title, a shop."""

from __future__ import annotations

import re

from bot.name_edges import (
    AFTER_NAME,
    HIRAGANA_BEFORE,
    KANJI,
    KANJI_BEFORE,
    KATAKANA_BEFORE,
    Span,
    begins_word,
    listed_before,
    mixed_given,
    run_before,
    widened,
)
from bot.name_lists import NameLists, hiragana

_LATIN_BEFORE = re.compile(r"[A-Za-zÀ-ỹ][A-Za-zÀ-ỹ'-]{1,15}$")
# Behind these any word is a name unless it is known for something else.
_SURE = re.compile(
    r"さん(?!ぽ|歩|ざん|せい|かく|かげつ|じゅう|ねんせい)|サン(?![ァ-ヴー])|さま(?!ざま)|"
    r"様(?![子々式相態変])"
    r"|ちゃん(?!ぽん|こ)|チャン(?![ァ-ヴー])|くん(?!しょう|れん)|クン(?![ァ-ヴー])|君(?!たち|達|"
    r"が代)|氏(?![名神子族])"
    r"|さn(?![a-z])|[- ](?:san|sama|kun|chan|sensei)(?![a-z])"
)
# Behind these only a listed name is a name.
_DOUBTFUL = re.compile(
    r"殿(?!様)|先生|せんせい|どん(?!ど)|はん(?!ぱ|たい|にん|だん|がく)|やん(?!か|け|な|ね|わ)|"
    r"っち(?![ゃゅょ])|[兄姉](?=[がはもの、]|と(?!妹|弟))"
    r"|たん(?!に|す|ぽ|ぱ|ぼ)|ちん(?!ぷ)|坊(?![主さや])|(?:にい|ねえ)(?=[がはもの、。 ]|$)|女史|"
    r"ママ|パパ"
)
_NICK = re.compile(r"(?:(?<=[のはがとも])|^)(?:[ぁ-ん][あっんーぁう]|[ぁ-ん]{2}[っん]|[ぁ-ん]っ?[ちたくきしけ])$")
_AFTER_NICK = re.compile(r"[がはもの、。]|と(?!い)|を|に|って|だけ|から")
_LEAD = re.compile(r"^.*(?:くれた|てくる|している|してる|ている|てた|ってる|なった|から|まで|って|だった)")
_PERSON = r"(?:ちゃん|さん|さま|様|ちゃ|やん|はん|っちゃん|っちゃ)?"
_KIN = re.compile(
    r"(?P<of>の?)(?:(?P<elder>"
    r"お?(?:ばあ|ばぁ|ばー|婆|祖母|じい|じぃ|じー|爺|祖父|ばば|じじ|ばんば|じんじ|バア|バー|ジイ|"
    r"ジー)" + _PERSON + r"|オ?(?:バア|ジイ|バ|ジ)(?:チャン|サン)"
    r"|[ばじ]っちゃ|(?:にい){2}|(?:ねえ){2}|婆さま|爺さま|ばんば|おっちゃん|おっさん|おばちゃん|おじちゃん"
    r"|(?:お?お?[ばじ]|(?:ばっ|じっ)ちゃ|お?っ|あん|ばっ|じっ)(?:ちゃん|さん|っさん|はん)|お?(?:兄|姉|にい|"
    r"ねえ)(?:ちゃん|さん|やん|はん|さま))"
    r"|(?P<kin>奥(?:さん|様|さま|はん)|おくさん|ご?主人|旦那|だんな|ダンナ|お?(?:母|父|かあ|"
    r"とう)(?:ちゃん|さん|やん|はん|さま|様)|[母父](?=[がはもをにとの、])"
    r"|せがれ|倅|おやじ|親父|おふくろ|おかみ|女将|[長次三][男女]|末っ子|若[夫奥]|後家|未亡人"
    r"|娘|むすめ|息子|むすこ|お?孫|嫁|妻|夫(?!婦)|お嬢|夫婦|夫妻|姉妹|兄弟|きょうだい|親子|家族|"
    r"ご家族)"
    r"|(?P<house>一家|世帯(?=[、。にのはが ]|$)|とこの?|ところの?|ちの|んち|んとこ|ん家|ち(?=の|に|へ|で|"
    r"は|が|、)|宅|"
    r"たく(?=の|に|へ|で|は|が|、)"
    r"|家(?!電|事|賃|具|計|屋|庭|族|主|裁|老)|邸|(?<!の)方(?=[にのへでは、。 ]|$)|お宅|おたく|おうち))"
)
_TITLE = re.compile(
    r"[副前元新旧]?(?:自治会長|町会長|町内会長|会長|班長|組長|区長|部長|課長|係長|主任|理事|議員|"
    r"巡査|刑事|警部|先輩|医師|看護師|保健師|"
    r"民生委員|児童委員|委員長|委員|ヘルパー|ケアマネ|店長|社長|園長|校長|教頭|住職|和尚|書記|"
    r"副会長|副班長|教授|師範|棟梁|親方|相談役|代表|伍長|消防士|司書|学芸員|薬剤師|栄養士|療法士|調査員|"
    r"推進員|事務局長|"
    r"会計|監事|顧問|団長|隊長|支部長|相談員|支援員|"
    r"職員|記者|監督|コーチ|師匠|夫人|運転手|保育士|介護士|弁護士|老)"
)
_SHOP = re.compile(
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
_CALLED_SHOP = re.compile(
    r"(?:スナック|カフェ|喫茶|居酒屋|バー|パブ|美容室|美容院|理容|ヘアサロン|サロン・ド・|パーマ|"
    r"カットハウス|食事処|お食事処|"
    rf"焼き?鳥|お好み焼き?|小料理|割烹|寿司|鮨|民宿|旅館|食堂|ラーメン|うどん|"
    rf"そば処)[ ・]?(?P<name>[{KANJI}]{{2,3}}|[ぁ-ん]{{3,4}}|[ァ-ヴー]{{3,4}})"
    r"(?=[のがはでにとも、。 ]|$)"
)
_VERBS = {
    "さん": frozenset("返出話貸押差指消写直渡治探起落残隠壊許回倒流移崩殺試照示映申過通戻外施刺干足増減冷燃"),
    "くん": frozenset(
        "行聞書歩働泣置開着効咲引吹叩動届続付湧焼抜浮輝驚敷解巻磨導嘆招裂割説向傾築描響退除空履掃突砕"
    ),
}


def with_honorific(text: str, lists: NameLists) -> list[Span]:
    """佐藤さん, ケントくん, とよこさん, Lanさん; never お隣さん, 民生委員さん, 行くんです."""
    found = [_before_honorific(text, sign, lists) for sign in _SURE.finditer(text)]
    found += [_before_doubtful(text, sign, lists) for sign in _DOUBTFUL.finditer(text)]
    return [span for span in found if span]


def with_kin(text: str, lists: NameLists) -> list[Span]:
    """佐藤のおばあちゃん, てつじい, 原さんち, 久保宅."""
    found: list[Span] = []
    for sign in _KIN.finditer(text):
        core = listed_before(text, sign.start(), lists) or _unlisted_elder(text, sign, lists)
        if core and _fits_kin(text[core[0] : core[1]], sign, lists):
            found.append(core)
    return found


def with_title(text: str, lists: NameLists) -> list[Span]:
    """佐藤会長, 西田運転手."""
    found: list[Span] = []
    for sign in _TITLE.finditer(text):
        core = listed_before(text, sign.start(), lists)
        if core and not re.match("[ぁ-ん]", text[core[0]]):
            word = text[core[0] : core[1]]
            if not lists.is_place(word) and (word in lists.surnames or word not in lists.word_given):
                found.append(core)
    return found


def with_shop(text: str, lists: NameLists) -> list[Span]:
    """佐藤商店, with the word for the shop: it points to the person who keeps it."""
    found: list[Span] = []
    for sign in _SHOP.finditer(text):
        core = listed_before(text, sign.start(), lists)
        if core and _keeps_a_shop(text[core[0] : core[1]], lists):
            found.append((core[0], sign.end()))
    return found + [m.span("name") for m in _CALLED_SHOP.finditer(text) if _names_a_shop(m["name"], lists)]


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
    return len(word) > 1 and lists.is_kanji_name(word) and word not in lists.word_given


def _before_honorific(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    end = sign.start()
    gap = bool(end) and text[end - 1] in " 　"
    if gap:
        end -= 1
    m = run_before(text, end) or _LATIN_BEFORE.search(text, max(0, end - 20), end)
    if not m:
        return None
    if m.re is KANJI_BEFORE:
        return _kanji_core(text, m.start(), end, sign, lists)
    if m.re is KATAKANA_BEFORE:
        return _katakana_core(text, m.start(), end, sign, lists)
    if m.re is HIRAGANA_BEFORE:
        return None if gap else _hiragana_core(text, m.start(), end, sign, lists)
    known = m[0].upper() in lists.roles or (len(m[0]) < 3 and m[0].isupper())
    return None if known else widened(text, m.start(), end, lists)


def _kanji_core(text: str, start: int, end: int, sign: re.Match[str], lists: NameLists) -> Span | None:
    run = text[start:end]
    if _is_no_person(text, start, run, sign[0], lists):
        return None
    if name := lists.name_at_end(run):
        return widened(text, end - len(name), end, lists)
    if mixed := mixed_given(text, start, end, lists):
        return mixed
    adverb = sign[0] == "ちゃん" and text[sign.end() : sign.end() + 1] == "と"
    if adverb or lists.is_role(run) or any(run[cut:] in lists.roles for cut in range(1, len(run) - 1)):
        return None
    return widened(text, start if len(run) <= 4 else end - 2, end, lists)


def _is_no_person(text: str, start: int, run: str, sign: str, lists: NameLists) -> bool:
    polite = text[start - 1 : start] in ("お", "ご", "御")
    if run in lists.roles or (polite and len(run) < 3 and run not in lists.given):
        return True
    if sign in ("様", "さま") and run in ("神", "仏", "王", "殿", "姫"):
        return True
    if len(run) == 1 and run.endswith(lists.role_endings) and run not in lists.surnames:
        return True
    listed = run in lists.surnames or (len(run) > 1 and run in lists.given)
    return run[-1] in _VERBS.get(sign, frozenset()) and not listed


def _katakana_core(text: str, start: int, end: int, sign: re.Match[str], lists: NameLists) -> Span | None:
    run = text[start:end].lstrip("・=")
    start = end - len(run)
    if not run.strip("ー・"):
        return None
    if sign[0] != "氏" and (run in lists.roles or _ends_in_role(run, lists)):
        return None
    return widened(text, start, end, lists)


def _ends_in_role(run: str, lists: NameLists) -> bool:
    """ホームヘルパー, ファミリーサポートスタッフ."""
    return any(run[cut:] in lists.roles for cut in range(1, len(run) - 2))


def _hiragana_core(text: str, start: int, end: int, sign: re.Match[str], lists: NameLists) -> Span | None:
    run, roles, names = text[start:end], lists.roles, lists.kana_names
    has_role = run[-1:] in roles
    for cut in range(len(run) - 1):
        tail = run[cut:]
        has_role = has_role or tail in roles
        if tail in names:
            if has_role and any(run[before:] in roles for before in range(cut + 1)):
                return None
            if _may_start(text, start + cut):
                return widened(text, start + cut, end, lists)
    return None if has_role else _unknown_hiragana(text, run, end, sign)


def _unknown_hiragana(text: str, run: str, end: int, sign: re.Match[str]) -> Span | None:
    """A name that no list has, when it stands between a break and a particle (きねさんが, まあくんが)."""
    if sign[0] == "くん" and (m := _NICK.search(run)) and _AFTER_NICK.match(text, sign.end()):
        before = text[end - len(m[0]) - 1 : end - len(m[0])]
        return None if re.match(f"[{KANJI}ァ-ヴ]", before) else (end - len(m[0]), end)
    if sign[0] in ("くん", "クン", "さま") or text[sign.end() : sign.end() + 1] in ("と", "か", "ぽ"):
        return None
    tail = _LEAD.sub("", run[max(map(run.rfind, "のはがをにともでやへ")) + 1 :])
    begin = end - len(tail)
    if not 2 <= len(tail) <= 4 or not AFTER_NAME.match(text, sign.end()):
        return None
    return None if begin and re.match(f"[{KANJI}ァ-ヴ]", text[begin - 1]) else (begin, end)


def _may_start(text: str, start: int) -> bool:
    """Before an honorific a name may also follow the end of a verb or an adjective (かわいいゆいちゃん)."""
    if text[max(0, start - 2) : start] in ("から", "まで", "って", "けど", "ので"):
        return True
    return begins_word(text, start) or text[start - 1] in "のはがをにともでやへるたてないよねわ"


def _before_doubtful(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    core = listed_before(text, sign.start(), lists)
    if not core:
        return None
    word = text[core[0] : core[1]]
    if sign[0] in ("先生", "せんせい", "殿", "女史") or not re.match(r"[ぁ-ん]", word):
        return core
    if len(word) > 2:
        return core
    if sign[0] in ("にい", "ねえ") and text[sign.end() : sign.end() + 1] in tuple("がはもの"):
        return core if word not in ("いい", "こう", "そう", "ない", "うい") else None
    head = core[0] == 0 or text[core[0] - 1] in "。、!?\n「 "
    return core if sign[0] in ("はん", "やん") and (head or word not in lists.hiragana_words) else None


def _unlisted_elder(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    """助六じい: two or three kanji joined to an elder are a name, listed or not."""
    if not sign["of"] and (kana := _unlisted_katakana(text, sign, lists)):
        return kana
    run = KANJI_BEFORE.search(text[max(0, sign.start() - 6) : sign.start()])
    if not run or not sign["elder"] or sign["of"] or not 1 < len(run[0]) < 4 or lists.is_role(run[0]):
        return None
    return sign.start() - len(run[0]), sign.start()


def _unlisted_katakana(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    """カマドおばあ, ヨネばっちゃ."""
    run = re.search(r"(?<![ァ-ヴー])[ァ-ヴー]{2,4}$", text[max(0, sign.start() - 5) : sign.start()])
    if not run or not sign["elder"] or not re.match("[ぁ-ん]", sign["elder"]):
        return None
    known = run[0] in lists.roles or run[0] in lists.katakana_words
    return None if known else (sign.start() - len(run[0]), sign.start())


def _fits_kin(word: str, sign: re.Match[str], lists: NameLists) -> bool:
    if lists.is_place(word) or word in ("義", "実", "祖", "伯", "叔", "曽"):
        return False
    if word in "東西南北":
        return not sign["house"] or sign["house"] in ("宅", "んち", "んとこ", "ん家")
    if re.match("[ぁ-ん]", word):
        return _kana_fits_kin(word, sign, lists)
    if word in lists.surnames or (not lists.is_kanji_name(word) and re.match(f"[{KANJI}]", word)):
        return True
    if len(word) == 1:
        return bool(sign["elder"]) and not sign["of"]
    return not (sign["of"] and word in lists.word_given)


def _kana_fits_kin(word: str, sign: re.Match[str], lists: NameLists) -> bool:
    """てつじい, ふみばあちゃん: joined to an elder any name; elsewhere only one that is no word."""
    if sign["elder"] and not sign["of"]:
        return word not in lists.hiragana_words
    plain = word not in lists.word_readings and word not in lists.hiragana_words
    return len(word) > 2 and plain and not sign[0].startswith("ち")
