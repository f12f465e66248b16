"""Names with a sign behind them: an honorific, a relation or house (佐藤のおばあちゃん), a title."""

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
    unknown_before,
    widened,
)
from bot.name_lists import NameLists
from bot.patterns import late

_IS_HIRAGANA = late("[ぁ-ん]")
_LATIN_BEFORE = late(r"[A-Za-zÀ-ỹ][A-Za-zÀ-ỹ'-]{1,15}$")
# Behind these any word is a name unless it is known for something else.
_SURE = late(
    r"さん(?!ぽ|歩|ざん|せい|かく|かげつ|じゅう|ねんせい)|サン(?![ァ-ヴー])|さま(?!ざま)|"
    r"様(?![子々式相態変])"
    r"|ちゃん(?!ぽん|こ)|チャン(?![ァ-ヴー])|くん(?!しょう|れん)|クン(?![ァ-ヴー])|君(?!たち|達|"
    r"が代)|氏(?![名神子族])"
    r"|っつぁん(?<!おとっつぁん)|つぁん(?<!っつぁん)|さn(?![a-z])"
    r"|-(?:san|sama|kun|chan|sensei)(?![a-z])| (?:san|sama|kun|chan|sensei)(?![a-z])"
)
# Behind these only a listed name is a name.
_DOUBTFUL = late(
    r"殿(?!様)|先生|せんせい|どん(?!ど)|はん(?!ぱ|たい|にん|だん|がく)|やん(?!か|け|な|ね|わ)|"
    r"っち(?![ゃゅょ])|兄(?=[がはもの、]|と(?!妹|弟))|姉(?=[がはもの、]|と(?!妹|弟))"
    r"|たん(?!に|す|ぽ|ぱ|ぼ)|ちん(?!ぷ)|坊(?![主さや])|にい(?=[がはもの、。 ]|$)|ねえ(?=[がはもの、。 ]|$)|女史|"
    r"ママ|パパ|べえ(?=[がはもの、]|って)|っぺ(?=[がはもの、]|って)|りん(?=[がはも、]|って)"
)
# ひろ坊, たあ坊, 健坊, トクおじ: a short name joined to what only people are called.
_JOINED = late(r"坊(?![主さや])|[おオ][じばジバ](?=[がはもにの、。と])")
_BOY = late(
    rf"(?:^|(?<=[^ぁ-んァ-ヴー{KANJI}])|(?<=[のはがとも]))(?:[ぁ-ん]{{2,3}}|[ァ-ヴ][ァ-ヴー]{{1,3}}|[{KANJI}])(?<![ん寝])$"
)
_UNCLE = late(r"(?:^|(?<=[^ぁ-んァ-ヴー一-龯])|(?<=[のはがとも]))[ァ-ヴ][ァ-ヴー]{1,3}$")
_NICK = late(r"(?:(?<=[のはがとも])|^)(?:[ぁ-ん][あっんーぁう]|[ぁ-ん]{2}[っん]|[ぁ-ん]っ?[ちたくきしけ])$")
_AFTER_NICK = late(r"[がはもの、。]|と(?!い)|を|に|って|だけ|から|ん?ち(?=[のにへでは、])|んと|宅|家")
# Hiragana that look like a name and stand before an elder for something else (いまばあちゃんが).
_NOT_BEFORE_ELDER = frozenset(
    [
        "いま",
        "みな",
        "なか",
        "まえ",
        "うえ",
        "した",
        "うち",
        "よる",
        "あさ",
        "いえ",
        "みせ",
        "そば",
        "ほか",
        "べつ",
        "その",
        "この",
        "あの",
        "どの",
        "いい",
        "かう",
        "いう",
        "むかし",
        "もと",
        "まち",
        "むら",
        "やま",
        "かわ",
        "しま",
        "いち",
        "に",
        "さん",
        "きのう",
        "きょう",
        "さっき",
        "ある",
        "する",
        "なる",
        "いる",
        "まま",
        "うちの",
        "いいの",
    ]
)
_LEAD = late(r"^.*(?:くれた|てくる|している|してる|ている|てた|ってる|なった|から|まで|って|だった)")
_PERSON = r"(?:ちゃん|さん|さま|様|ちゃ|やん|はん|っちゃん|っちゃ)?"
_KIN = late(
    # the first letter of any of them, so that most places of a text are passed at once
    r"(?=[のおばじオバジにね婆爺祖あっ兄姉奥ご主旦だダ母父かとせ倅親女長次三末若後未娘む息孫嫁妻夫き家坊カハア連婿姑舅子赤双一世ちん宅た邸方])"
    r"(?P<of>の?)(?:(?P<elder>"
    r"お?(?:ばあ|ばぁ|ばー|婆|祖母|じい|じぃ|じー|爺|祖父|ばば|じじ|ばんば|じんじ|(?:バア|バー|ジイ|"
    r"ジー)(?![ァ-ヴー]))" + _PERSON + r"|オ?(?:バア|ジイ|バ|ジ)(?:チャン|サン)"
    r"|ハルモニ|ハラボジ|オモニ|アボジ|[ばじ]っちゃ|お?[じば](?:さま|しゃん|さぁ)|(?:にい){2}|(?:ねえ){2}|婆さま|爺さま|ばんば|おっちゃん|おっさん|おばちゃん|おじちゃん"
    r"|(?:お?お?[ばじ]|(?:ばっ|じっ)ちゃ|お?っ|あん|ばっ|じっ)(?:ちゃん|さん|っさん|はん)|お?(?:兄|姉|にい|"
    r"ねえ)(?:ちゃん|さん|やん|はん|さま))"
    r"|(?P<kin>奥(?:さん|様|さま|はん)|おくさん|ご?主人|旦那|だんな|ダンナ|お?(?:母|父|かあ|"
    r"とう)(?:ちゃん|さん|やん|はん|さま|様)|[母父](?=[がはもをにとの、])"
    r"|せがれ|倅|おやじ|親父|おふくろ|おかみ|女将|[長次三][男女]|末っ子|若[夫奥]|後家|未亡人"
    r"|娘|むすめ|息子|むすこ|お?孫|嫁|妻|夫(?!婦)|お嬢|夫婦|夫妻|姉妹|兄弟|きょうだい|親子|家族|"
    r"ご家族|坊(?:主|や|ちゃん)|[かカ][みミ]さん|お?連れ合い|おかん|おとん|婿|姑|舅|[父母]親|"
    r"(?P<child>子ども|子供|赤ちゃん|双子))"
    r"|(?P<house>一家|世帯(?=[、。にのはが ]|$)|とこの?|ところの?|ちの|んち|んとこ|ん家|ち(?=の|に|へ|で|"
    r"は|が|、)|宅|"
    r"たく(?=[のにへではが、 ]|$)"
    r"|家(?!電|事|賃|具|計|屋|庭|族|主|裁|老)|邸|(?<!の)方(?=[にのへでは、。 ]|$)|お宅|おたく|おうち))"
)
_TITLE = late(
    r"(?=[自町会班組区部課係主理議巡刑警先医看保民児委ヘケ店社園校教住和書副師棟親相代伍消司学薬栄療調推事顧団隊支職記監コ夫"
    r"運介弁老ドDナワリマス助神牧大女おオ幹総参次局所院館分世前元新旧])[副前元新旧]?(?:自治会長|町会長|"
    r"町内会長|会長|班長|組長|区長|部長|課長|係長|主任|理事|議員|"
    r"巡査|刑事|警部|先輩|医師|看護師|保健師|"
    r"民生委員|児童委員|委員長|委員|ヘルパー|ケアマネ|店長|社長|園長|校長|教頭|住職|和尚|書記|"
    r"副会長|副班長|教授|師範|棟梁|親方|相談役|代表|伍長|消防士|司書|学芸員|薬剤師|栄養士|療法士|調査員|"
    r"推進員|事務局長|"
    r"会計|監事|顧問|団長|隊長|支部長|相談員|支援員|"
    r"職員|記者|監督|コーチ|師匠|夫人|運転手|保育士|介護士|弁護士|老|"
    r"ドクター|Dr|ナース|ワーカー|リーダー|マネー?ジャー|スタッフ|助産師|教諭|神父|牧師|大将|女将|おかみ|"
    r"マスター|オーナー|議長|幹事|総代|主事|参事|次長|局長|所長|院長|館長|分団長|世話人|世話役)"
)
_ELDERS = frozenset("義実祖伯叔曽老隣昔今皆彼裏横")
_RELATED = frozenset(
    [
        "夫婦",
        "夫妻",
        "兄弟",
        "姉妹",
        "親子",
        "奥さん",
        "奥様",
        "ご主人",
        "旦那",
        "せがれ",
        "息子",
        "娘",
        "嫁",
        "孫",
    ]
)
_HOUSES = frozenset(["宅", "邸", "一家", "んち", "んとこ", "ん家", "お宅", "家", "方", "世帯"])
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


def with_nickname(text: str, lists: NameLists) -> list[Span]:
    """ひろ坊, たあ坊, トクおじ; never 赤ん坊, 寝坊."""
    found: list[Span] = []
    for sign in _JOINED.finditer(text):
        before = (_BOY if sign[0] == "坊" else _UNCLE).search(text, max(0, sign.start() - 5), sign.start())
        if before and before[0] not in lists.roles and before[0] not in lists.katakana_words:
            found.append(before.span())
    return found


def with_title(text: str, lists: NameLists) -> list[Span]:
    """佐藤会長, 西田運転手."""
    found: list[Span] = []
    for sign in _TITLE.finditer(text):
        if text[max(0, sign.start() - 2) : sign.start()] in lists.roles:
            continue  # 会長会長
        core = listed_before(text, sign.start(), lists)
        if not core:
            found += unknown_before(text, sign.start(), lists)
        elif not re.match("[ぁ-ん]", text[core[0]]):
            word = text[core[0] : core[1]]
            if not lists.is_place(word) and (word in lists.surnames or word not in lists.word_given):
                found.append(core)
    return found


def _before_honorific(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    end = sign.start()
    if text.endswith(sign[0], 0, end):
        return None  # さんさん: no name ends in what follows names
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
    foreign = run in lists.word_foreign_kana and sign[0] == "さん"
    if sign[0] != "氏" and not foreign and (run in lists.roles or _ends_in_role(run, lists)):
        return None
    return widened(text, start, end, lists)


def _ends_in_role(run: str, lists: NameLists) -> bool:
    """ホームヘルパー, ファミリーサポートスタッフ."""
    return any(run[cut:] in lists.roles for cut in range(1, len(run) - 2))


def _hiragana_core(text: str, start: int, end: int, sign: re.Match[str], lists: NameLists) -> Span | None:
    run, roles, names = text[start:end], lists.roles, lists.kana_names
    has_role, known = run[-1:] in roles, lists.kana_names_and_roles
    for cut in range(len(run) - 1 if lists.may_close(run) else 0):
        tail = run[cut:]
        if tail not in known:
            continue
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
        doubtful = sign[0] in ("先生", "殿", "女史", "どん", "はん")
        return next(iter(unknown_before(text, sign.start(), lists)), None) if doubtful else None
    word = text[core[0] : core[1]]
    if sign[0] in ("先生", "せんせい", "殿", "女史") or not re.match(r"[ぁ-ん]", word):
        return core
    if len(word) > 2:
        return core
    if sign[0] in ("べえ", "っぺ", "りん"):
        return core if core[0] == 0 or not re.match("[ぁ-ん]", text[core[0] - 1]) else None
    if sign[0] in ("にい", "ねえ") and text[sign.end() : sign.end() + 1] in tuple("がはもの"):
        return core if word not in ("いい", "こう", "そう", "ない", "うい") else None
    head = core[0] == 0 or text[core[0] - 1] in "。、!?\n「 "
    return core if sign[0] in ("はん", "やん") and (head or word not in lists.hiragana_words) else None


def _unlisted_elder(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    """助六じい: two or three kanji joined to an elder are a name, listed or not."""
    if sign.start() and _IS_HIRAGANA.match(text, sign.start() - 1):
        return None
    if not sign["of"] and (kana := _unlisted_katakana(text, sign, lists)):
        return kana
    run = KANJI_BEFORE.search(text[max(0, sign.start() - 6) : sign.start()])
    if not run or lists.is_role(run[0]) or lists.is_place(run[0]):
        return None
    span = (sign.start() - len(run[0]), sign.start())
    if sign["of"] or not sign["elder"]:
        telling = sign["elder"] or sign["kin"] in _RELATED or sign["house"] in _HOUSES
        known = telling and (lists.looks_like_a_family(run[0]) or lists.is_unknown(run[0]))
        if sign["house"] and (sign["of"] or not _IS_HIRAGANA.search(text)):
            return None  # 新築の家; 邻居家 in Chinese
        return span if known else None
    if len(run[0]) == 1:
        return span if sign["elder"][0] in "じばジバ" and run[0] not in _ELDERS else None
    return span if len(run[0]) < 4 else None


def _unlisted_katakana(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    """カマドおばあ, ヨネばっちゃ."""
    run = re.search(r"(?<![ァ-ヴー])[ァ-ヴー]{2,4}$", text[max(0, sign.start() - 5) : sign.start()])
    if not run or not sign["elder"] or not re.match("[ぁ-ん]", sign["elder"]):
        return None
    known = run[0] in lists.roles or run[0] in lists.katakana_words
    return None if known else (sign.start() - len(run[0]), sign.start())


def _fits_kin(word: str, sign: re.Match[str], lists: NameLists) -> bool:
    if lists.is_place(word) or word in _ELDERS or (sign["child"] and word in lists.word_surnames):
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
        return word not in lists.hiragana_words or (
            word in lists.given_readings and word not in _NOT_BEFORE_ELDER
        )
    if word in lists.hiragana_words:
        return False
    if sign["elder"] and len(word) == 2:
        before = sign.string[: sign.start() - 2]
        return word in lists.given_readings and (not before or before[-1] in "。、!?\n 「")
    plain = word not in lists.word_readings
    return len(word) > 2 and plain and not sign[0].startswith("ち")
