"""Names that are told: 森と申します, 名前は…, 孫のゆい, a signature at the end of a message."""

from __future__ import annotations

import re

from bot.name_edges import AFTER_NAME, CHILDREN, KANJI, OPENING, Span, listed_before, unknown_before
from bot.name_lists import NameLists, hiragana
from bot.patterns import late

_TOLD = late(
    r"(?=[とってを言いでデdよだ])(?:(?P<modest>(?:と|って|て) ?(?:申し|もうし|モウシ)(?!ます(?:か|と|の))|"
    r"を名乗|(?:と|"
    r"って)(?:名乗|名のる|なのる))"
    r"|(?P<named>(?:と|って|っち|て) ?(?:言い?ます|いいます|言う者|いう者|[言い]う[人方子名男女]|"
    r"いう(?:おば|おじ|利用者))"
    r"|という[者人方子名男女]|(?<=[ァ-ヴ一-龯])(?:言います|いいます|言うねん|いうねん|言うんや|"
    r"いうんや)"
    r"|(?:と|って)(?:呼(?:ば|ぶ|ん)|あだ名|いうあだ名)|(?:と|って)(?:言|い)うん(?:です(?:けど|が)|だけど))"
    r"|(?P<i>(?:です|デス|dす|でs|desu)(?!から(?:ね|、)|が[ぁ-ん]|の[でに]|って|か(?:ら|、|。|\?|"
    r"$))|でござい?ます|でござります|だけど|よりお|より連絡))"
)
_NAMED = late(
    r"(?:名前は(?<!記名前は)|なまえは|氏名は?|本名は?|旧姓は?|当方|名字は(?<!記名字は)|苗字は)[::\s、「『(]{0,2}"
)
_CALLED = late(
    r"(?:私は|私、|わたしは|わたくし、?|役[::は]|担当[::は]|宛名[::は]|契約者[::は]|世帯主[::は]|署名[::は]|連絡者|記入者|"
    r"報告者|通報者|相談者|発信者|投稿者|記[::]"
    r"|緊急連絡先は?|連絡先は?|窓口は|代表は|代表者は|記名|対象者|喫茶|スナック|ヘアサロン|民宿|"
    r"小料理)[::\s、]{0,2}"
)
_ENDS_TELLING = late(
    r"です|」|』|と(?:申|もう|言|い)|といい|っていい|でござい|[、。\s(]|$|さん|ちゃん|くん|だと|って|"
    r"まで|で(?!す)"
)
_CLOSE = r"[上下]の子(?=の[ぁ-ん]{2,4}[がはも、])|末っ子|姪|甥|"
_CLOSE += r"ひいばあ|ひいじい|ばあば|長男|次男|三男|四男|長女|次女|三女|四女|息子|むすこ|娘|むすめ|"
_CLOSE += r"孫娘|孫|まご|妻|夫|父|母|祖父|祖母|叔父|叔母|兄|姉|弟|妹"
_BORN = late("[長次三四][男女]")
_NEAR = late(
    # the first letter of any of them, so that most places of a text are passed at once
    r"(?=[上下末姪甥ひば長次三四息む娘孫ま妻夫父母祖叔兄姉弟妹主旦嫁義おめ友と知同マ彼本子うウ双愛先後利住入担じ児女男生"
    r"ボ代班会書向近隣クラ組0-9])(?:(?P<kin>"
    + _CLOSE
    + r"|夫|主人|旦那|嫁|母親|父親|義母|義父|母|父|祖母|祖父|おい|めい|甥|姪|叔父|叔母|友人|友達|"
    r"友だち|ともだち|知人|"
    r"同級生|ママ友|彼氏|彼女|本人|子ども|子供|うちの子|上の子|下の子|末っ子|双子|愛犬|同僚|先輩|"
    r"後輩|利用者|住人|入居者|担当|"
    r"おばあちゃん|おじいちゃん|ばあちゃん|じいちゃん|児童|女児|男児|生徒|ボランティア|代表|班長|"
    r"会長|書記|会計)"
    r"(?:さん|ちゃん)?(?P<link>の ?|、|,|は|・| |　|[((「『])?"
    r"|(?P<ours>うちの|ウチの|[0-9]{1,2} ?(?:歳|才|さい|か月|ヶ月|カ月)の|友達の|向かいの|近所の|"
    r"隣の|となりの|クラスの|組の) ?)"
)
_WORD = late(f"[{KANJI}]{{1,6}}|[ァ-ヴー]{{2,10}}|[ぁ-ん]{{2,6}}")
_SIGNATURE = late(
    r"(?:^|(?P<sentence>[。.!?\n]) ?|[\s、,♪〜~☆)])(?P<name>["
    + KANJI
    + r"]{1,4} ?["
    + KANJI
    + r"ァ-ヴーぁ-ん]{0,4}|[ァ-ヴー]{2,8}|[ぁ-ん]{2,6})"
    r"(?:まで|より|拝|記)?(?:(?=[。.!♪〜~ ]{0,2}$)|(?P<number>(?=[\s、,:(]{1,2}(?:〔|[0-9+(]{3}|"
    r"[A-Za-z0-9._]{2,30}@|tel|TEL|電話))))",
    re.MULTILINE,
)
_PARENT = late(
    r"の(?:母|父|ママ|パパ|親|祖母|祖父|妻|夫|姉|兄|保護者|お母さん|担任|ばあば|じいじ)(?:です|"
    r"でござい|より|と申|だけど|ですが)"
    r"|の(?:卒園|入園|入学|卒業|担任|お迎え|誕生日|成人式|七五三|クラス)"
)
# Given names of one letter that are no word besides.
_ONLY_GIVEN = frozenset("茂清勇誠豊稔昇薫蓮凛葵悠翔駿隼湊樹楓凪律蒼徹隆弘博浩哲聡敏健剛毅武昭")
_OF_GROUP = late("[士師員者屋係組班]の$|に住む$|在住の$")
_OF_PLACE = late(r"(?:組|年|丁目|班|号室?|番地|[町台丘村棟荘士師]|〕|[0-9])の$")


def introduced(text: str, lists: NameLists) -> list[Span]:
    """東と申します, 当方神谷, ケントです, 名前はとよこ."""
    found = [_told(text, sign, lists) for sign in _TOLD.finditer(text)]
    found += [_called(text, sign.end(), lists, surely=True) for sign in _NAMED.finditer(text)]
    found += [_called(text, sign.end(), lists, surely=False) for sign in _CALLED.finditer(text)]
    return [span for span in found if span]


def of_near_ones(text: str, lists: NameLists) -> list[Span]:
    """孫のゆい, 長男翔太, じいちゃん(留吉), 5歳のリク."""
    found = [_near_one(text, sign, lists) for sign in _NEAR.finditer(text)]
    for sign in _PARENT.finditer(text):
        core = listed_before(text, sign.start(), lists)
        if core and core[1] - core[0] > 1 and not _is_everyday(text[core[0] : core[1]], lists):
            found.append(core)
    return [span for span in found if span]


def signed(text: str, lists: NameLists) -> list[Span]:
    """A name that stands alone at the end of a message or a line, or before a number to call."""
    found: list[Span] = []
    for m in _SIGNATURE.finditer(text):
        alone = len(m[0].strip()) == len(text.strip())
        sure = bool(m["sentence"] or m["number"])
        if not alone and _is_signature(m["name"].replace(" ", ""), lists, sure=sure):
            found.append(m.span("name"))
    return found


# --- telling -----------------------------------------------------------------------------------


def _told(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    core = listed_before(text, sign.start(), lists)
    if sign["i"]:
        if core:
            return _says_i_am(text, core, sign, lists)
        return _of_a_trade(text, sign.start(), lists) or _unknown(text, sign, lists)
    if core and text[core[0] : core[1]] in lists.hiragana_words:
        return None
    if core and (sign["named"] or _opens(text, core[0])):
        return core
    if sign["named"] and (unknown := unknown_before(text, sign.start(), lists)):
        return unknown[0]
    return _unlisted(text, sign, lists) if sign["modest"] or "呼" in sign[0] or "あだ名" in sign[0] else None


def _unknown(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    """鷲頭でございます, まいりました檜垣です: what is no word is a name where a sentence opens or has closed."""
    for core in unknown_before(text, sign.start(), lists):
        before = text[max(0, core[0] - 12) : core[0]]
        opens = OPENING.search(before) or before.endswith(("した", "ます", "こちら", "〕", "号", "の"))
        return core if opens and sign[0].startswith(("です", "でご", "だけど")) else None
    return None


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start]
    return bool(OPENING.search(before)) or before.endswith(("の", "は", "に", "が", "ら", "員", "長", "方"))


def _unlisted(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    """Any word that somebody gives as a name, when it opens the sentence."""
    pattern = f"(?:[{KANJI}]{{1,5}}|[ァ-ヴー・]{{2,12}}|[ぁ-ん]{{2,5}})$"
    m = re.search(pattern, text[max(0, sign.start() - 14) : sign.start()])
    if not m or lists.is_role(m[0]):
        return None
    start = sign.start() - len(m[0])
    opens = OPENING.search(text[max(0, start - 12) : start]) or text[:start].endswith(("の", "は"))
    verb = re.match("[ぁ-ん]", m[0]) and m[0][-1] in "いるたうすくつぬむん"
    return (start, sign.start()) if opens and not verb else None


def _says_i_am(text: str, core: Span, sign: re.Match[str], lists: NameLists) -> Span | None:
    """森です。 at the opening, 3組の西です, 司法書士の早見です: the writer's own name."""
    word, before = text[core[0] : core[1]], text[max(0, core[0] - 12) : core[0]]
    if lists.is_place(word):
        return core if before.endswith("員の") and word not in "方前口上下中大小市町" else None
    polite = sign[0].startswith("でご")
    if (
        _OF_PLACE.search(before)
        or (_OF_GROUP.search(before) and word in lists.surnames)
        or (polite and before.endswith("お"))
    ):
        return core
    plain = word not in lists.word_surnames and word not in lists.word_given and not re.match("[ぁ-ん]", word)
    greeted = OPENING.search(before) and before.endswith("は")
    if before.endswith(("の", "は")) and not greeted:
        return core if plain and word not in lists.katakana_words else None
    if not OPENING.search(before) and not before.endswith(("こちら", "長", "員", "た")):
        return None
    if re.match("[ぁ-ん]", word) and not polite:
        return core if _is_spoken_name(word, before, lists) else None
    return core if polite or len(word) > 1 or word in lists.surnames or word in _ONLY_GIVEN else None


def _is_spoken_name(word: str, before: str, lists: NameLists) -> bool:
    if word in lists.hiragana_words:
        return False
    if not before and word[-1] in "よえみこ" and word in lists.given_readings:
        return True
    return word not in lists.word_readings or (not before and len(word) > 2 and word in lists.kana_names)


def _of_a_trade(text: str, end: int, lists: NameLists) -> Span | None:
    """Any two or three kanji after a trade (司法書士の早見です), listed or not."""
    m = re.search(f"[士師員長屋係当課店組班会院]の([{KANJI}]{{1,3}})$", text[max(0, end - 8) : end])
    if m and len(m[1]) == 1 and (m[1] not in lists.surnames or m[1] in "方者件口前上下中大小市町山川"):
        return None
    return None if not m or lists.is_role(m[1]) else (end - len(m[1]), end)


def _called(text: str, start: int, lists: NameLists, *, surely: bool) -> Span | None:
    m = _WORD.match(text, start)
    if not m or lists.is_role(m[0]):
        return None
    if re.match("[ぁ-ん]", m[0]):
        return _called_kana(text, start, m[0], lists, surely=surely)
    if re.match("[ァ-ヴ]", m[0]):
        return m.span() if surely or lists.is_katakana_name(m[0]) else None
    name = lists.name_at_start(m[0])
    if name and (len(name) > 1 or _ENDS_TELLING.match(text, start + len(name))):
        return _with_given(text, start, start + len(name), lists)
    told = surely and len(m[0]) <= 4 and _ENDS_TELLING.match(text, m.end())
    return m.span() if told else None


def _with_given(text: str, start: int, end: int, lists: NameLists) -> Span:
    """田中 花子: the given name after a space."""
    m = re.compile(f"[ 　]([{KANJI}]{{1,3}})(?=[、。はがで(]|$)").match(text, end)
    return (start, m.end()) if m and not lists.is_role(m[1]) else (start, end)


def _called_kana(text: str, start: int, run: str, lists: NameLists, *, surely: bool) -> Span | None:
    for cut in range(len(run), 1, -1):
        if lists.is_kana_name(run[:cut]) and _ENDS_TELLING.match(text, start + cut) and (surely or cut > 2):
            return start, start + cut
    m = re.compile("([ぁ-ん]{2,6}?)(?:です|と|って|、|で|」|』)").match(text, start) if surely else None
    return m.span(1) if m else None


# --- near ones ---------------------------------------------------------------------------------


def _near_one(text: str, sign: re.Match[str], lists: NameLists) -> Span | None:
    m = _WORD.match(text, sign.end())
    if not m:
        return None
    if re.match("[ぁ-ん]", m[0]):
        return _near_hiragana(text, m, sign, lists)
    if re.match("[ァ-ヴ]", m[0]):
        owned = bool(sign["ours"]) or ((sign["link"] or "").strip() == "の" and bool(re.match(_CLOSE, sign[0])))
        listed = lists.is_katakana_name(m[0]) or (owned and hiragana(m[0]) in lists.given_readings)
        known = listed and (owned or m[0] not in lists.katakana_words)
        return m.span() if known and (sign["ours"] or AFTER_NAME.match(text, m.end())) else None
    return m.span() if _is_near_kanji(text, m, sign, lists) else None


def _near_hiragana(text: str, m: re.Match[str], sign: re.Match[str], lists: NameLists) -> Span | None:
    close = bool(sign["ours"]) or bool(re.match(_CLOSE + "|友達|友だち|ともだち|同級生", sign[0]))
    if not close and not sign["link"]:
        return None
    for cut in range(len(m[0]), 1, -1):
        name = m[0][:cut]
        if name in lists.given_readings and AFTER_NAME.match(text, m.start() + cut):
            owned = sign["ours"] or (close and (sign["link"] or "").strip() == "の")
            word = (name in lists.hiragana_words and not (owned and name in CHILDREN)) or (
                name in lists.word_readings and not owned
            )
            return None if word or (cut < 3 and not close) else (m.start(), m.start() + cut)
    return None


def _is_near_kanji(text: str, m: re.Match[str], sign: re.Match[str], lists: NameLists) -> bool:
    run, link = m[0], sign["link"] or ""
    if run in lists.roles or lists.is_place(run) or not AFTER_NAME.match(text, m.end()):
        return False
    quoted = link in ("(", "「", "『", "・")
    if len(run) == 1:
        own = (
            link.strip() == "の" and bool(re.match(_CLOSE, sign[0])) and text[m.end() : m.end() + 1] in "がはも、"
        )
        return (run in lists.given and (own or quoted)) or (run in lists.surnames and quoted)
    if lists.is_full_name(run) or (
        run in lists.given and (run not in lists.word_given or bool(link) or bool(_BORN.match(sign[0])))
    ):
        return not sign["ours"] or run not in lists.word_given or bool(re.match("[0-9]|組の", sign[0]))
    return run in lists.surnames and (run not in lists.word_surnames or quoted)


def _is_everyday(word: str, lists: NameLists) -> bool:
    return word in lists.hiragana_words or lists.is_place(word) or word in ("実", "義")


# --- signatures --------------------------------------------------------------------------------


def _is_signature(word: str, lists: NameLists, *, sure: bool) -> bool:
    if word in lists.roles or lists.is_place(word) or word in lists.hiragana_words or word in "東西南北":
        return False
    if m := re.fullmatch(f"([{KANJI}]{{1,4}})([ァ-ヴぁ-ん]{{2,4}})", word):
        return m[1] in lists.surnames and hiragana(m[2]) in lists.given_readings
    if re.match("[ァ-ヴ]", word):
        return lists.is_katakana_name(word) and (sure or word not in lists.katakana_words)
    if re.match("[ぁ-ん]", word):
        return lists.is_kana_name(word) and (sure or (len(word) > 2 and word in lists.plain_readings))
    return word in lists.surnames or lists.is_full_name(word) or (word in lists.given and len(word) > 1 and sure)
