"""Finds the names of people in a message: with honorifics, by kinship, in introductions, from the lists.

A message is short and often has no grammar, so no tokeniser is used: a sign (さん, 宅, と申します, an
age, a capital letter) says that a name may stand here, and the lists say whether it does.
"""

from __future__ import annotations

import re

from bot.name_lists import NameLists, hiragana, name_lists

Span = tuple[int, int]

_K = "一-龯々〆ヶ"
_KANJI = re.compile(f"[{_K}]+")
_KANJI_BEFORE = re.compile(f"[{_K}]{{1,10}}$")
_KATA_BEFORE = re.compile(r"[ァ-ヴー・=]{1,16}$")
_HIRA_BEFORE = re.compile(r"[ぁ-んー]{1,10}$")
_LATIN_BEFORE = re.compile(r"[A-Za-zÀ-ỹ][A-Za-zÀ-ỹ'-]{1,15}$")
_SURE = re.compile(
    r"さん(?!ぽ|歩|ざん|せい|かく|かげつ|じゅう|ねんせい)|サン(?![ァ-ヴー])|さま(?!ざま)|様(?![子々式相態変])|ちゃん(?!ぽん)|チャン(?![ァ-ヴー])"
    r"|くん(?!しょう|れん)|クン(?![ァ-ヴー])|君(?!たち|達|が代)|氏(?![名神子族])|[- ](?:san|sama|kun|chan|sensei)(?![a-z])"
)
_DOUBTFUL = re.compile(
    r"殿(?!様)|先生|せんせい|どん(?!ど)|はん(?!ぱ|たい|にん|だん|がく)|やん(?!か|け|な|ね|わ)|っち(?![ゃゅょ])|たん(?!に|す)|ちん(?!ぷ)|坊(?![主さや])|にい|ねえ|女史|ママ|パパ"
)
_KIN = re.compile(
    r"(?P<of>の?)(?:お?(?:ばあ|ばぁ|ばー|婆|祖母|じい|じぃ|じー|爺|祖父|ばば|じじ|ばんば|じんじ)(?:ちゃん|さん|さま|様|ちゃ|やん|はん|っちゃ|っちゃん)?"
    r"|(?:お?(?:おじ|おば|お?ば|お?じ)|お?っ|あん|ばっ|じっ)(?:ちゃん|さん|っさん|はん|ちゃ)|奥(?:さん|様|さま|はん)|おくさん|ご?主人|旦那|だんな"
    r"|(?:お?(?:兄|姉|にい|ねえ|母|父|かあ|とう))(?:ちゃん|さん|やん|はん|さま)|お?(?:母|父|爺|婆)(?:様|さま)?|娘さん|息子|むすこ|むすめ|娘|お?孫(?:さん|ちゃん)?|嫁|妻|夫(?!婦)|お嬢"
    r"|夫婦|夫妻|一家|家族|ご家族|姉妹|兄弟|きょうだい|親子|とこの?|ところの?|ちの|んち|んとこ|ん家|ち(?=の|に|へ|で|は|が|、)|宅|たく(?=の|に|へ|で|は|が|、)|家(?!電|事|賃|具|計|屋|庭|族|主|裁|老)|邸|方(?=[にのへでは、。 ]|$)|お宅|おたく|おうち)"
)
_TITLE = re.compile(
    r"(?:副|前|元|新|旧)?(?:自治会長|町会長|町内会長|会長|班長|組長|区長|部長|課長|係長|主任|理事|議員|巡査|刑事|警部|先輩|医師|看護師|保健師|"
    r"民生委員|児童委員|委員長|委員|ヘルパー|ケアマネ|店長|社長|園長|校長|教頭|住職|和尚|書記|会計|監事|顧問|団長|隊長|支部長|相談員|支援員|職員|記者|監督|コーチ|師匠|女史|夫人|嬢|老|翁)"
)
_OPENING = re.compile(
    r"(?:^|[\n。!?!?「(\[、,  ♪〜~☆★:：]|こんにちは|こんばんは|お世話になります|はじめまして|もしもし|失礼します)"
)
_INTRODUCTION = re.compile(
    r"(?P<said>(?:と|って|っち|て)(?:申し|もうし|モウシ|言い?ます|いいます|言う者|いう者|言う人|いう人|言う方|いう方|いう子|言う子|いう名|言う名|名乗|名のる|なのる|いうおば|いうおじ|いう男|いう女|いう利用者)"
    r"|を名乗|という(?:者|人|方|子|名|お[ばじ]|男|女)|っていう|(?:です|デス)(?!から(?:ね|、)|が[ぁ-ん]|の[でに]|って|か(?:ら|、|。|\?|？|$))|でございます|ですけど|だけど|よりお|より連絡|と言うんですけど|というんですけど)"
)
_CALLED = re.compile(
    r"(?:名前は|なまえは|お名前は|氏名は?|本名は?|当方|私は|私、|わたしは|わたくし、?|担当は|担当[::]|連絡者|記入者|報告者|通報者|相談者|発信者|投稿者|記[::]|署名[::は]|名字は|苗字は|宛名は|契約者[::は]|世帯主[::は]|緊急連絡先は?|連絡先は?|窓口は|代表は|代表者は|記名|対象者?|本人)[::\s、]{0,2}"
)
_AGED = re.compile(
    r"(?:[\s　、]?[((]?(?=[1-9][0-9]{1,2}(?:[歳才さ代)),、。\s]|$))|[((](?:[男女0-9一二三四五六七八九十]|独居|要介護|要支援|仮名))"
)
_KINSHIP = (
    r"(?:長男|次男|三男|四男|長女|次女|三女|四女|息子|むすこ|娘|むすめ|孫|孫娘|まご|妻|夫|主人|旦那|嫁|母|父|祖母|祖父|兄|姉|弟|妹|おい|めい|甥|姪|叔父|叔母|友人|友達|友だち|ともだち|知人|同級生|"
    r"ママ友|彼氏|彼女|本人|子ども|子供|うちの子|上の子|下の子|末っ子|双子|愛犬|同僚|先輩|後輩|利用者|住人|入居者|担当|じいちゃん|ばあちゃん|おばあちゃん|おじいちゃん|母親|父親|児童|女児|男児|生徒|義母|義父|ボランティア|代表|班長|会長|書記|会計)"
)
_AFTER_KIN = re.compile(_KINSHIP + r"(?:さん|ちゃん)?(?:の|、|,|は|・| |　|[((「『])?")
_PARTICLE = re.compile(
    r"[がはもをにとへでや、。,.!?!?()()「」\s　:]|の|って|です|だ|から|まで|より|ちゃ|くん|さ|$|[0-9]"
)
_ENDS_SELF = re.compile(r"です|と(?:申|もう|言|い)|といい|っていい|でございます|[、。\s(（]|$|さん|ちゃん|くん|だと|って")
_PLACE_NEXT = re.compile(
    r"[町市区県村郡駅車橋川池湖港坂通道店病院園寺社城湾島山岳峠線台丘浜谷沢温空]|丁目|番地|小学|中学|高校|大学|小(?![さ])|中(?!で)|公民|公園|団地|海岸|保健|警察|消防|郵便|病院|神社|地区|方面|行き|地蔵|南|北|西|東|出身|産|時代|選手|内閣|政権|"
    r"ハイツ|コーポ|マンション|アパート|ビル|荘|医|歯|薬|内科|外科|眼科|整形|クリニック|製|建|電|工|商|酒|米店|書店|銀|信|自動|不動|運|食|ク|ス"
)
_SHOP = re.compile(
    r"(?:商店|酒店|米店|精米所|精肉店|鮮魚店|青果店|青果|鮮魚|書店|文具店|時計店|電器店?|電気店?|電機|理容店?|理髪店|美容室|美容院|床屋|工務店|鉄工所|鉄工|製作所|豆腐店|畳店|菓子店|パン店|茶舗|"
    r"酒造|水産|農園|牧場|ストア|ストアー|クリーニング|クリーニング店|自転車店|モータース|自転車|サイクル|薬局|薬店|食堂|屋酒店|呉服店|洋品店|石材店|造園|塗装|金物店|建具店|写真館|ふとん店|履物店|接骨院|整骨院|鍼灸院|書道教室|ピアノ教室|そろばん教室|珠算塾|塾)"
)
_VERB_SAN = frozenset("返出話貸押差指消写直渡治探起落残隠壊許回倒流移崩殺試照示映申過通戻外施刺干足増減冷燃")
_VERB_KUN = frozenset(
    "行聞書歩働泣置開着効咲引吹叩動届続付湧焼抜浮輝驚敷解巻磨導嘆招裂割説向傾築描響退除利空好磨炊拭履掃突砕"
)
_PLAIN_PLACES = frozenset("奥角上下中大小川山田畑島浜沖岸市境城口前今芝長湯仲港")
_NOT_KATA = frozenset(
    "コト カネ トキ マチ ソノ モト ナミ ヨリ ウタ イチ タイ ラン ハン モン マツ ソウ ヨウ コウ ケイ アキ ハナ トモ トラ ツル カメ クマ スミ スギ ウメ キク フジ ユキ ツキ ホシ ソラ ウミ サン シン セン テツ ドウ ハル フユ ナツ "
    "ミチ キミ ノリ ハシ タケ マリ メイ リン レン カイ ケン シュウ ジュン ショウ ジン リョウ リク レイ ルイ ラム ママ モモ クルミ カン キヨ フク ヒメ サチ コトシ ミル ミサ マキ マス サワ サキ タネ ツネ ツギ タカ ミツ キリ シゲ ヤス マサ ミナ カナ カヤ セツ カズ スズ クラ".split()
)
_NOT_HIRA = frozenset("その この あの どの いい わるい うちの となり".split())


def find_names(text: str) -> list[Span]:
    """Spans of the folded text that name a person, without the honorific beside them."""
    if _all_katakana(text):
        text = hiragana(text)
    lists = name_lists()
    found: list[Span] = []
    for search in (_with_honorific, _with_kin, _with_title, _introduced, _after_kinship, _bare_kanji, _bare_kana):
        found += search(text, lists)
    return found


def find_shops(text: str) -> list[Span]:
    """Shops called after the family that keeps them (佐藤商店): they point to the person."""
    lists = name_lists()
    found: list[Span] = []
    for sign in _SHOP.finditer(text):
        core = _listed_before(text, sign.start(), lists)
        if core and text[core[0] : core[1]] not in _PLAIN_PLACES:
            found.append((core[0], sign.end()))
    return found


def _all_katakana(text: str) -> bool:
    """A message without hiragana and kanji, as some telephones send it: katakana says nothing then."""
    return len(re.findall(r"[ァ-ヴ]", text)) >= 5 and not re.search(r"[ぁ-ん一-龯]", text)


# --- signs -------------------------------------------------------------------------------------


def _with_honorific(text: str, lists: NameLists) -> list[Span]:
    found = [_before_honorific(text, sign, lists) for sign in _SURE.finditer(text)]
    found += [_before_doubtful(text, sign, lists) for sign in _DOUBTFUL.finditer(text)]
    return [span for span in found if span]


def _before_honorific(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    end = sign.start()
    if end and text[end - 1] in " 　":
        end -= 1
    before = text[max(0, end - 20) : end]
    offset = max(0, end - 20)
    if m := _KANJI_BEFORE.search(before):
        return _kanji_core(text, offset + m.start(), end, sign, lists)
    if m := _KATA_BEFORE.search(before):
        return _katakana_core(text, offset + m.start(), end, lists)
    if m := _HIRA_BEFORE.search(before):
        return _hiragana_core(text, offset + m.start(), end, sign, lists)
    if m := _LATIN_BEFORE.search(before):
        return None if m[0].upper() in lists.roles else _widened(text, offset + m.start(), end, lists)
    return None


def _kanji_core(text: str, start: int, end: int, sign: re.Match[str], lists: NameLists) -> Span | None:
    run = text[start:end]
    polite = text[start - 1 : start] in ("お", "ご", "御")
    if run in lists.roles or (polite and len(run) < 3 and run not in lists.given):
        return None
    if _is_verb(run, sign[0], lists):
        return None
    if sign[0] in ("様", "さま") and run in ("神", "仏", "王", "殿", "姫"):
        return None
    name = _longest_name_at_end(run, lists)
    if name:
        return _widened(text, end - len(name), end, lists)
    if mixed := _mixed_given(text, start, end, lists):
        return mixed
    if run.endswith(lists.role_endings) or any(run.endswith(role) for role in lists.roles if len(role) > 1):
        return None
    return _widened(text, start if len(run) <= 4 else end - 2, end, lists)


def _is_verb(run: str, sign: str, lists: NameLists) -> bool:
    """行くんです, 返さん (will not return): a verb, unless the letters are a listed name."""
    stems = {"くん": _VERB_KUN, "クン": _VERB_KUN, "さん": _VERB_SAN}.get(sign, frozenset())
    return run[-1] in stems and not (run in lists.surnames or (len(run) > 1 and run in lists.given))


def _longest_name_at_end(run: str, lists: NameLists) -> str:
    """The longest listed name (佐藤, 佐藤健, 節子) that closes the run; one letter only as the whole."""
    for start in range(len(run)):
        tail = run[start:]
        if (
            len(tail) == 1
            and start
            and run[:start] not in lists.roles
            and not run[:start].endswith(lists.role_endings)
        ):
            return ""
        if tail in lists.surnames or tail in lists.given or _is_full_name(tail, lists):
            return tail
    return ""


def _is_full_name(run: str, lists: NameLists) -> bool:
    """石川茂: a family name and a given name; one letter with one everyday word (大丈夫) is none."""
    return any(
        run[:cut] in lists.surnames
        and run[cut:] in lists.given
        and (cut > 1 or (run[0] not in _PLAIN_PLACES and run[cut:] not in lists.word_given))
        for cut in range(1, min(len(run), 4))
    )


def _mixed_given(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    """よし子, ゆき江: kana and one closing letter."""
    closing = {
        "子": "こ",
        "江": "え",
        "美": "み",
        "代": "よ",
        "枝": "え",
        "恵": "え",
        "乃": "の",
        "香": "か",
        "奈": "な",
        "夫": "お",
        "男": "お",
        "雄": "お",
    }
    if end - start != 1 or text[start] not in closing:
        return None
    before = re.search(r"(?:[ぁ-ん]{2,5}|[ァ-ヴ]{2,4})$", text[max(0, start - 5) : start])
    if not before:
        return None
    kana = before[0]
    for cut in range(len(kana) - 1):
        first = start - len(kana) + cut
        if hiragana(kana[cut:]) + closing[text[start]] in lists.given_readings and _begins_word(text, first):
            return None if kana[cut:] in _NOT_HIRA else (first, end)
    return None


def _begins_word(text: str, start: int) -> bool:
    """Whether kana here begin a word: after a break or a particle, not after the stem of a verb."""
    if start == 0 or not re.match(f"[ぁ-ん{_K}]", text[start - 1]):
        return True
    return text[start - 1] in "のはがをにとも" and (start < 2 or text[start - 2] not in "どそこあ")


def _katakana_core(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    run = text[start:end].strip("・=")
    start = end - len(text[start:end].lstrip("・="))
    if (
        len(run.strip("ー")) < 1
        or run in lists.roles
        or any(run.endswith(role) for role in lists.roles if len(role) > 2 and "ァ" <= role[-1] <= "ー")
    ):
        return None
    return _widened(text, start, end, lists)


def _hiragana_core(text: str, start: int, end: int, sign: re.Match[str], lists: NameLists) -> Span | None:
    run = text[start:end]
    role = max((len(run) - cut for cut in range(len(run)) if run[cut:] in lists.roles), default=0)
    for cut in range(len(run) - 1):
        tail = run[cut:]
        if _is_kana_name(tail, lists):
            return (
                _widened(text, start + cut, end, lists)
                if len(tail) > role and _may_start(text, start + cut)
                else None
            )
    if role or sign[0] in ("くん", "クン", "さま") or text[sign.end() : sign.end() + 1] in ("と", "か", "ぽ"):
        return None
    tail = re.split(r"[のはがをにともでやへ]", run)[-1]
    begin = end - len(tail)
    if not 2 <= len(tail) <= 4 or (begin > 0 and re.match(f"[{_K}ァ-ヴ]", text[begin - 1])):
        return None
    if not _PARTICLE.match(text, sign.end()):
        return None
    return begin, end


def _is_kana_name(word: str, lists: NameLists) -> bool:
    return word in lists.given_readings or word in lists.surname_readings


def _may_start(text: str, start: int) -> bool:
    """A kana name begins after a particle or a break, not in the middle of a word."""
    return (
        start == 0
        or not re.match(r"[ぁ-ん]", text[start - 1])
        or text[start - 1] in "のはがをにともでやへらるたかてお、いなよねわ"
    )


def _before_doubtful(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    core = _listed_before(text, sign.start(), lists)
    if not core or text[core[0] : core[1]] in _PLAIN_PLACES:
        return None
    word = text[core[0] : core[1]]
    if sign[0] in ("先生", "せんせい", "殿", "女史"):
        return core
    if re.match(r"[ぁ-ん]", word) and len(word) < 3:
        return None
    return core


def _with_kin(text: str, lists: NameLists) -> list[Span]:
    found: list[Span] = []
    for sign in _KIN.finditer(text):
        core = _listed_before(text, sign.start(), lists)
        if core and _fits_kin(text[core[0] : core[1]], sign, lists):
            found.append(core)
    return found


def _fits_kin(word: str, sign: re.Match[str], lists: NameLists) -> bool:
    if word in _PLAIN_PLACES:
        return False
    house = re.search(r"家|宅|方|邸|ち$|とこ|ところ|たく|うち|ん", sign[0])
    if word in "東西南北" and house:
        return sign[0] == "宅"
    if re.match(r"[ぁ-ん]", word):
        return len(word) >= (2 if not house and not sign["of"] else 3) and word not in lists.word_readings and not sign[0].startswith("ち")
    if word in lists.surnames:
        return True
    return len(word) > 1 and not (sign["of"] and word in lists.word_given)


def _with_title(text: str, lists: NameLists) -> list[Span]:
    found = [_listed_before(text, sign.start(), lists) for sign in _TITLE.finditer(text)]
    return [
        span
        for span in found
        if span
        and text[span[0] : span[1]] not in _PLAIN_PLACES
        and re.match(f"[{_K}ァ-ヴ]", text[span[0]])
        and text[span[0] : span[1]] not in lists.word_given
    ]


def _listed_before(text: str, end: int, lists: NameLists) -> Span | None:
    """The name from the lists that ends here, in any script, with the family name before it."""
    if end and text[end - 1] in " 　":
        end -= 1
    offset = max(0, end - 20)
    before = text[offset:end]
    if m := _KANJI_BEFORE.search(before):
        name = _longest_name_at_end(m[0], lists)
        if name and m[0] not in lists.roles:
            return _widened(text, end - len(name), end, lists)
        return _mixed_given(text, offset + m.start(), end, lists)
    if m := _KATA_BEFORE.search(before):
        return _widened(text, offset + m.start(), end, lists) if _is_katakana_name(m[0], lists) else None
    if m := _HIRA_BEFORE.search(before):
        return _listed_hiragana(text, offset + m.start(), end, lists)
    return None


def _is_katakana_name(run: str, lists: NameLists) -> bool:
    if run in lists.roles:
        return False
    parts = [part for part in re.split("[・=]", run) if part]
    return any(part in lists.foreign_kana or _is_kana_name(hiragana(part), lists) for part in parts)


def _listed_hiragana(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    run = text[start:end]
    for cut in range(len(run) - 1):
        if run[cut:] in lists.roles:
            return None
        if _is_kana_name(run[cut:], lists) and _begins_word(text, start + cut):
            return _widened(text, start + cut, end, lists)
    return None


def _widened(text: str, start: int, end: int, lists: NameLists) -> Span:
    """Take the family name that stands before a given name, with or without a space (佐藤 トミ)."""
    gap = 1 if start and text[start - 1] in " 　・=" else 0
    before = text[max(0, start - gap - 8) : start - gap]
    if m := re.search(f"[{_K}]{{1,5}}$", before):
        name = next((m[0][cut:] for cut in range(len(m[0])) if m[0][cut:] in lists.surnames), "")
        if len(name) > 1 or (name and gap and name == m[0] and name not in _PLAIN_PLACES):
            return start - gap - len(name), end
    if (
        gap
        and (m := re.search(r"[A-ZÀ-Ỹ][A-Za-zÀ-ỹ]{1,14}$|[ァ-ヴー]{2,10}$", before))
        and text[start - 1] != "　"
    ):
        return (
            (start - gap - len(m[0]), end)
            if m[0] not in lists.roles and re.match("[A-Zァ-ヴ]", text[start])
            else (start, end)
        )
    return start, end


# --- introductions -----------------------------------------------------------------------------


def _introduced(text: str, lists: NameLists) -> list[Span]:
    found = [_introduces(text, sign, lists) for sign in _INTRODUCTION.finditer(text)]
    found += [
        _named_here(text, sign.end(), lists, loose="名" in sign[0] or "当方" in sign[0])
        for sign in _CALLED.finditer(text)
    ]
    return [span for span in found if span]


def _introduces(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    core = _listed_before(text, sign.start(), lists)
    modest = re.match(r"(?:と|って|て)(?:申|もう|モウ)", sign[0])
    if sign[0].startswith(("です", "デス", "で", "だ")):
        if not core:
            return None
        word, before = text[core[0] : core[1]], text[max(0, core[0] - 12) : core[0]]
        opens = not before or re.search(_OPENING.pattern + r"$|の$|は$|こちら$|[組班号長員町]$", before)
        if opens and not before.endswith(("の", "は")):
            return (
                core
                if word not in _PLAIN_PLACES
                and word not in lists.word_readings
                and word not in lists.word_given - lists.surnames
                else None
            )
        plain = word not in lists.word_surnames and word not in lists.word_given and not re.match("[ぁ-ん]", word)
        return core if opens and plain and word not in _NOT_KATA else None
    if core:
        return core
    m = re.search(
        f"(?:[{_K}]{{1,5}}|[ァ-ヴー・]{{2,12}}|(?<![ぁ-ん])[ぁ-ん]{{2,5}})$",
        text[max(0, sign.start() - 14) : sign.start()],
    )
    if not m or m[0] in lists.roles or m[0].endswith(lists.role_endings):
        return None
    return (
        (sign.start() - len(m[0]), sign.start())
        if modest or "名" in sign[0] and re.match("[ァ-ヴ]", m[0]) and m[0] not in lists.roles
        else None
    )


def _named_here(text: str, start: int, lists: NameLists, *, loose: bool) -> Span | None:
    m = re.compile(
        f"[{_K}]{{1,6}}(?:[ 　]?[{_K}]{{1,3}}(?=[、。はがで（(]|$))?|[ァ-ヴー・]{{2,12}}|[ぁ-ん]{{2,6}}"
    ).match(text, start)
    if not m:
        return None
    run = m[0]
    if re.match("[ぁ-ん]", run):
        name = next(
            (
                run[:cut]
                for cut in range(len(run), 1, -1)
                if _is_kana_name(run[:cut], lists) and _PARTICLE.match(text, start + cut)
            ),
            "",
        )
        return (start, start + len(name)) if name else None
    if run in lists.roles or any(run.startswith(role) for role in lists.roles if len(role) > 1):
        return None
    if re.match("[ァ-ヴ]", run):
        return m.span() if loose or _is_katakana_name(run, lists) else None
    name = _longest_name_at_start(re.sub("[ 　]", "", run) if " " not in run else run.split()[0], lists)
    if not name:
        return m.span() if loose and len(run) <= 4 and not run.endswith(lists.role_endings) else None
    return (start, m.end()) if " " in run or "　" in run else (start, start + len(name))


def _longest_name_at_start(run: str, lists: NameLists) -> str:
    for end in range(len(run), 0, -1):
        head = run[:end]
        if head in lists.surnames or head in lists.given or _is_full_name(head, lists):
            return head
    return ""


def _after_kinship(text: str, lists: NameLists) -> list[Span]:
    found: list[Span] = []
    for sign in _AFTER_KIN.finditer(text):
        span = _kin_name_at(text, sign.end(), sign[0], lists)
        if span:
            found.append(span)
    return found


def _kin_name_at(text: str, start: int, sign: str, lists: NameLists) -> Span | None:
    m = re.compile(f"[{_K}]{{1,6}}|[ァ-ヴー]{{2,10}}|[ぁ-ん]{{2,6}}").match(text, start)
    if not m:
        return None
    run = m[0]
    linked = sign[-1] in "の、,・ 　(「『("
    if re.match("[ぁ-ん]", run):
        if not linked:
            return None
        name = next(
            (
                run[:cut]
                for cut in range(len(run), 1, -1)
                if run[:cut] in lists.given_readings and _PARTICLE.match(text, start + cut)
            ),
            "",
        )
        good = name and name not in lists.word_readings and (len(name) > 2 or sign[-1] == "の")
        return (start, start + len(name)) if good else None
    if re.match("[ァ-ヴ]", run):
        return m.span() if _is_katakana_name(run, lists) and run not in _NOT_KATA else None
    if run in lists.roles or not _PARTICLE.match(text, m.end()):
        return None
    if run in lists.given or _is_full_name(run, lists):
        return (
            m.span() if run not in lists.word_given or (linked and len(run) > 1 or sign[-1] in "((「") else None
        )
    return (
        m.span()
        if run in lists.surnames - lists.word_surnames or (run in lists.surnames and sign[-1] in "((「・")
        else None
    )


# --- the lists alone ---------------------------------------------------------------------------


def _bare_kanji(text: str, lists: NameLists) -> list[Span]:
    found: list[Span] = []
    for m in _KANJI.finditer(text):
        run = m[0]
        if len(run) > 40:
            continue
        span = _name_in_run(text, m.start(), m.end(), lists)
        if span:
            found.append(span)
    return found


def _name_in_run(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    run = text[start:end]
    if run in lists.roles:
        return None
    if aged := _aged(text, start, end, lists):
        return aged
    for cut in range(min(len(run), 8)):
        if cut and not (run[:cut] in lists.roles or run[:cut].endswith(lists.role_endings)):
            continue
        if span := _plain_name_at(text, start + cut, end, lists):
            return span
    return None


def _aged(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    """平78, 戸田(67): a family name with an age needs no honorific."""
    if not _AGED.match(text, end):
        return None
    name = _longest_name_at_end(text[start:end], lists)
    if not name or (text[start:end] in lists.roles):
        return None
    if len(name) == 1 and text[end : end + 1] not in "((" and not re.match(r"[0-9]{2}(?![0-9])", text[end:]):
        return None
    return _widened(text, end - len(name), end, lists)


def _plain_name_at(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    run = text[start:end]
    for cut in range(len(run), 1, -1):
        head = run[:cut]
        if (
            _is_full_name(head, lists)
            and head not in lists.surnames
            and (cut == len(run) or cut > 3 or not _PLACE_NEXT.match(run[cut:]))
        ):
            if cut < len(run) and cut < 4:
                continue
            return start, start + cut
    if run in lists.given and run not in lists.word_given and len(run) > 1 and _PARTICLE.match(text, end):
        return start, end
    for cut in range(min(len(run), 4), 1, -1):
        head = run[:cut]
        if head in lists.surnames and head not in lists.word_surnames:
            return _surname_at(text, start, start + cut, end, lists)
    return _spaced(text, start, end, lists)


def _surname_at(text: str, start: int, cut: int, end: int, lists: NameLists) -> Span | None:
    rest = text[cut : cut + 6]
    if _PLACE_NEXT.match(rest):
        return None
    given = re.compile(r"[ 　]?([ァ-ヴー]{2,6}|[ぁ-ん]{2,6})").match(text, cut) if cut == end else None
    if given:
        word = given[1]
        name = next(
            (
                word[:n]
                for n in range(len(word), 1, -1)
                if hiragana(word[:n]) in lists.given_readings and _PARTICLE.match(text, given.start(1) + n)
            ),
            "",
        )
        if name:
            return start, given.start(1) + len(name)
    return _spaced(text, start, cut, lists) or (start, cut)


def _spaced(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    """山田 花子: two words with a space between."""
    if text[end : end + 1] not in (" ", "　") or text[start:end] not in lists.surnames:
        return None
    m = _KANJI.match(text, end + 1)
    if m and m[0] in lists.given:
        return start, m.end()
    return None


def _bare_kana(text: str, lists: NameLists) -> list[Span]:
    found: list[Span] = []
    for m in re.finditer(r"[ァ-ヴー・]{2,20}", text):
        if _is_plain_katakana_name(text, m, lists):
            found.append(m.span())
    for m in re.finditer(
        r"(?:(?<![ぁ-ん" + _K + r"ァ-ヴー])|(?<=[" + _K + r"ァ-ヴ][のはがもと、]))[ぁ-ん]{3,9}", text
    ):
        name = next(
            (
                m[0][:cut]
                for cut in range(len(m[0]), 2, -1)
                if _is_plain_hiragana_name(m[0][:cut], lists) and _PARTICLE.match(text, m.start() + cut)
            ),
            "",
        )
        if name:
            found.append((m.start(), m.start() + len(name)))
    for m in re.finditer(r"[ぁ-んァ-ヴ][子江美代枝]", text):
        if (span := _mixed_given(text, m.start() + 1, m.end(), lists)) and _PARTICLE.match(text, m.end()):
            found.append(span)
    return found


def _is_plain_katakana_name(text: str, m: re.Match[str], lists: NameLists) -> bool:
    run = m[0]
    if (
        run in _NOT_KATA
        or run in lists.word_foreign_kana
        or run in lists.roles
        or not _PARTICLE.match(text, m.end())
    ):
        return False
    reading = hiragana(run)
    if len(run) == 2:
        return reading in lists.given_readings or run in lists.foreign_kana
    return (
        run in lists.foreign_kana
        or reading in lists.given_readings - lists.word_readings
        or reading in lists.plain_readings
    )


def _is_plain_hiragana_name(word: str, lists: NameLists) -> bool:
    if word in lists.given_readings:
        return word not in lists.word_readings
    return len(word) > 3 and word in lists.plain_readings
