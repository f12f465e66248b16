"""What a message says about place, person, time, stance and trouble, for comparing it with another.

Two messages can share nearly every letter and still be two matters (第三公園 and 第五公園, offer
and need). Letters and sentence vectors do not see that, so it is read explicitly. The words are
data (similarity_words.tsv), so that a council can add its own; only names, numbers and landmarks
are patterns.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot import similarity_forms as forms
from bot.patterns import late
from bot.similarity_outcome import outcome

WORDS_FILE: Final = Path(__file__).with_name("similarity_words.tsv")
MAX_CHARS: Final = 500

_KATAKANA_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_KANJI_DIGITS: Final = str.maketrans("〇一二三四五六七八九", "0123456789")
_JAPANESE_GAP: Final = late(r"(?<=[ぁ-んァ-ヶー一-龠々、。]) +(?=[ぁ-んァ-ヶー一-龠々])")
_MASK: Final = late(
    r"(?<![A-Za-z])[A-Z](?=(?:さん|くん|君|ちゃん|様|氏|先生)(?![ぁ-ん]?[A-Za-z]))|〔[^〔〕\n]{0,12}〕|[●○■□＊*]{2,}"
)
_KANJI_NUMBER: Final = late(
    r"(?:第[一二三四五六七八九]|[一二三四五六七八九](?=丁目|番|号|班|組|階|区|棟|年|月|時|中|小|学期))"
)
_COUNTED: Final = late(
    r"第?(\d{1,4})(丁目|番地|番線|番|号室|号棟|号|棟|階|班|組|学期|街区|区|軒|小|中|年生|公園|土|日|時|月|歳|才)"
)
_ORDINAL: Final = late(
    r"(?:no\.? ?|number |第)(\d{1,4})|(\d{1,4})(?:st|nd|rd|th)\b"
    r"|(?:room|apt|unit|floor|block|building|park|street) (\d{1,4})"
)
_LETTERED: Final = late(r"(?<![a-z])([a-z])(棟|館|組|地区|コース|ブロック)")
_PLACE_ENDINGS: Final = (
    "公園|広場|団地|町|丁目|橋|駅|小学校|中学校|高校|小|中|保育園|幼稚園|こども園|児童館|病院|医院|クリニック|神社|寺|"
    "教会|商店街|商店|通り|通|台|丘|坂|川|池|山|会館|公民館|集会所|センター|プラザ|マンション|ハイツ|コーポ|荘|ハイム|"
    "メゾン|アパート|交番|地区|区|市|村|口|湯|堂|酒店|薬局|スーパー|バス停|停留所|号線|図書館|ホーム|園|施設"
)
_NAMED: Final = late(rf"([一-龠々]{{1,4}}?|[ァ-ヶー]{{2,8}})({_PLACE_ENDINGS})")
_NAMED_IN_KANA: Final = late(rf"(?<![ぁ-ん])([ぁ-ん]{{2,6}})({_PLACE_ENDINGS})")
_KANA_NAME: Final = late(r"[ぁ-ん]{2,5}(?<![をがはにのでて])")
_BEFORE_A_NAME: Final = late(r"^(?:の|が|は|を|に|も|へ|と|で|や)")
_LANDMARK: Final = late(
    r"([一-龠々]{1,5}|[ァ-ヶー]{2,8})の?(前|横|裏|うら|わき|脇|となり|隣|そば|向かい|手前|近く|角|奥)(?![一-龠])"
)
_SURFACE: Final = late(
    r"和室|調理室|体育室|図書室|玄関|トイレ|風呂|砂場|ブランコ|すべり台|滑り台|ベンチ|花壇|時計|水飲み場|階段|廊下|屋上|"
    r"駐車場|駐輪場|ごみ置き場|集積所|入口|出口|歩道|車道|側溝"
)
_SITE: Final = late(
    r"駅|図書館|病院|学校|公民館|集会所|公園|スーパー|コンビニ|郵便局|銀行|神社|保育園|幼稚園|役所|交番|バス停|踏切|団地"
)
_COMPASS: Final = {"東": "east", "西": "west", "南": "south", "北": "north"}
_TOWARDS: Final = late(r"([東西南北])(?=口|側|門|棟|館|階段|出口|通り|の|公園|広場|中学|小学|町|地区|向き)")
_ROOM: Final = late(r"(?<![\d-])([1-9]\d{2,3})(?=号|の|に|で|は|が|さん)(?!号[棟線])")
_HONORIFIC: Final = "さん|くん|君|ちゃん|様|さま|氏|先生|せんせい|ちゃま|どの|殿"
_PERSON: Final = late(
    rf"([一-龠々]{{1,4}}|[ァ-ヶー]{{2,8}}|[ぁ-ん]{{2,6}}|[一-龠々]{{1,3}}[ぁ-ん]{{1,2}})({_HONORIFIC})(?!ぱ)"
)
_LATIN_PERSON: Final = late(
    r"\b(?:mr|mrs|ms|miss|sr|sra|senhor|dona|ông|bà|anh|chị)\.? ([a-zà-ỹ]{2,})"
    r"|\b([a-z]{2,})[- ]?(?:san|kun|chan)\b"
)
_PARTICLE_START: Final = late(r"^(?:.*[がはをにへと、]|の|も|で|や)(?=[ぁ-ん]{2,})")
_PHRASE_END: Final = late(r"[をがはにの]$")
_CHILDS: Final = frozenset({"くん", "君", "ちゃん"})  # かえでちゃん, あやのちゃん end like phrases
_ROLES: Final = frozenset(
    [
        "奥",
        "娘",
        "孫",
        "嫁",
        "母",
        "父",
        "兄",
        "姉",
        "弟",
        "妹",
        "叔母",
        "叔父",
        "大家",
        "班長",
        "会長",
        "町会長",
        "自治会長",
        "民生委員",
        "役員",
        "担任",
        "校長",
        "院長",
        "園長",
        "店長",
        "隣",
        "皆",
        "お母",
        "お父",
        "おじい",
        "おばあ",
        "お兄",
        "お姉",
        "お嫁",
        "息子",
        "学生",
        "職員",
        "患者",
        "利用者",
        "お子",
        "みな",
        "おじ",
        "おば",
        "ヘルパー",
        "ケアマネ",
        "ママ",
        "パパ",
        "おかあ",
        "おとう",
        "保育士",
        "看護師",
        "お医者",
        "運転手",
        "業者",
        "清掃",
        "管理人",
        "赤",
        "にい",
        "ねえ",
        "じい",
        "ばあ",
        "猫",
        "犬",
        "わん",
        "たく",
        "店員",
        "駅員",
        "通訳",
        "講師",
        "主人",
        "ご主人",
        "奥様",
        "旦那",
        "お隣",
        "となり",
        "お巡り",
        "おまわり",
        "お年寄り",
        "外国人",
        "留学生",
        "実習生",
        "シルバー",
        "ご近所",
        "老人会",
        "住民",
        "神",
        "仏",
    ]
)
_KANJI: Final = late(r"[一-龠]")
_MATTER: Final = late(r"[一-龠]|[ァ-ヶー]{2,}|[a-zà-ỹ]{4,}")
_WORD_PART: Final = late(r"[一-龠々]+|[ァ-ヶー]{2,}|[a-zà-ỹ]{3,}|\d+")


@dataclass(frozen=True)
class Reading:
    """All that comparing needs to know of one message, without the message itself.

    `meanings` holds "kind:meaning", `places` "slot=value"; `grams` are hashed pieces of the text, from which it
    cannot be put together again without guessing.
    """

    meanings: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    pieces: frozenset[int] = frozenset()
    grams: frozenset[int] = frozenset()
    kanji: frozenset[str] = frozenset()
    matter: frozenset[str] = frozenset()
    negated: frozenset[str] = frozenset()
    affirmed: frozenset[str] = frozenset()
    negations: int = 0
    asks: bool = False
    wishes: bool = False
    done: bool = False
    lasting: bool = False
    chars: int = 0
    japanese: bool = True
    by_kind: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, kind: str) -> frozenset[str]:
        """Everything read of one kind, such as "tense"; empty when the message is silent on it."""
        if not self.by_kind and self.meanings:
            kinds: dict[str, set[str]] = {}
            for meaning in self.meanings:
                name, _, word = meaning.partition(":")
                kinds.setdefault(name, set()).add(word)
            self.by_kind.update({name: frozenset(words) for name, words in kinds.items()})
        return self.by_kind.get(kind, frozenset())


@dataclass(frozen=True)
class Vocabulary:
    """The words of similarity_words.tsv, ready for reading."""

    meanings: dict[str, tuple[str, ...]]
    opposites: dict[str, str]
    japanese: re.Pattern[str]
    latin: re.Pattern[str]


def fold(text: str) -> str:
    """Write wide, narrow, katakana and capital letters one way, and drop the gaps of やさしい日本語."""
    return _fold_kana(plain(text))


def plain(text: str) -> str:
    """The message in one kind of letter and digit, masked words taken out, cut to what is read."""
    text = unicodedata.normalize("NFKC", text[: MAX_CHARS * 2])[:MAX_CHARS]
    text = _MASK.sub(" ", text).lower()
    text = _JAPANESE_GAP.sub("", text)
    return _KANJI_NUMBER.sub(lambda found: found.group().translate(_KANJI_DIGITS), text)


def _fold_kana(text: str) -> str:
    return text.translate(_KATAKANA_TO_HIRAGANA)


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Read the words once. A line that cannot be read names itself, since a council may edit the file."""
    meanings: dict[str, list[str]] = {}
    opposites: dict[str, str] = {}
    for number, line in enumerate(WORDS_FILE.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != 4:
            raise ValueError(f"{WORDS_FILE.name}:{number}: four columns parted by tabs are needed")
        meaning, kind, opposite, words = columns
        if opposite != "-":
            opposites[f"{kind}:{meaning}"] = opposite
        for word in words.split():
            key = _fold_kana(unicodedata.normalize("NFKC", word.replace("_", " ")).lower())
            meanings.setdefault(key, []).append(f"{kind}:{meaning}")
    _add_inner_words(meanings)
    ordered = sorted(meanings, key=lambda word: (-len(word), word))
    latin = [re.escape(word) for word in ordered if _is_latin(word)]
    other = [re.escape(word) for word in ordered if not _is_latin(word)]
    return Vocabulary(
        {word: tuple(dict.fromkeys(kinds)) for word, kinds in meanings.items()},
        opposites,
        re.compile("|".join(other)),
        re.compile(rf"(?<![a-zà-ỹ'])({'|'.join(latin)})(?:s|es|ed|d|ing)?(?![a-zà-ỹ])"),
    )


def _add_inner_words(meanings: dict[str, list[str]]) -> None:
    """A phrase of asking or ending also says the act inside it: もらえますか asks, and is about receiving."""
    content = ("thing:", "trouble:", "act:")
    acts = [word for word, kinds in meanings.items() if len(word) > 1 and kinds[0].startswith(content)]
    for word, kinds in meanings.items():
        if all(kind.startswith(("stance:", "state:")) for kind in kinds):
            inner = [other for other in acts if other in word and other != word]
            kinds.extend(kind for other in inner for kind in meanings[other] if kind.startswith(content))


def _is_latin(word: str) -> bool:
    return not any("\u3040" <= letter <= "\u9fff" for letter in word)


def read(text: str) -> Reading:
    """Read one message for comparing; pure, under half a millisecond for what people write."""
    written = plain(text)
    persons = _persons(written)
    nameless = _without(written, persons)
    meanings = _meanings(_fold_kana(nameless))
    form = forms.read_form(written)
    return Reading(
        meanings=meanings
        | forms.stance(written, meanings)
        | outcome(written, asks=form.asks or form.wishes)
        | _compass(written),
        places=_places(nameless),
        persons=persons,
        pieces=frozenset(_hash(_fold_kana(piece)) for piece in _WORD_PART.findall(written)),
        grams=_grams(_fold_kana(written)),
        kanji=frozenset(_KANJI.findall(written)),
        matter=frozenset(_MATTER.findall(_placeless(nameless))),
        negated=form.negated,
        affirmed=form.affirmed,
        negations=form.negations,
        asks=form.asks,
        wishes=form.wishes,
        done=form.done,
        lasting=form.lasting,
        chars=len(written),
        japanese=bool(re.search(r"[ぁ-んァ-ヶ]", written)),
    )


def _meanings(text: str) -> frozenset[str]:
    words = vocabulary()
    found: set[str] = set()
    for word in words.japanese.findall(text):
        found.update(words.meanings[word])
    for word in words.latin.findall(text):
        found.update(words.meanings[word])
    return frozenset(meaning for meaning in found if not meaning.startswith("skip:"))


def _compass(text: str) -> frozenset[str]:
    """東の, 西門, 北側: a side of the compass that parts two places; 東京 and 西田さん are none."""
    return frozenset(f"compass:{_COMPASS[found]}" for found in _TOWARDS.findall(text))


def _persons(text: str) -> frozenset[str]:
    names = {
        _PARTICLE_START.sub("", name)
        for name, honorific in _PERSON.findall(text)
        if honorific in _CHILDS or not _PHRASE_END.search(name)
    }
    names |= {first or second for first, second in _LATIN_PERSON.findall(text)}
    return frozenset(_fold_kana(name) for name in names if name and name not in _ROLES)


def _without(text: str, persons: frozenset[str]) -> str:
    """Take surnames out before places are read, the longest first: 石橋さん is no bridge."""
    for name in sorted(persons, key=lambda name: (-len(name), name)):
        text = text.replace(name, " ")
    return text


def _placeless(text: str) -> str:
    """What is said apart from where: the same park with another trouble is another matter."""
    return _COUNTED.sub(" ", _NAMED_IN_KANA.sub(" ", _NAMED.sub(" ", text)))


def _places(text: str) -> frozenset[str]:
    found = {f"{unit}={int(number)}" for number, unit in _COUNTED.findall(text)}
    found |= {f"第={int(next(filter(None, groups)))}" for groups in _ORDINAL.findall(text)}
    found |= {f"{unit}={letter}" for letter, unit in _LETTERED.findall(text)}
    found |= {f"{ending}={_fold_kana(name)}" for name, ending in _NAMED.findall(text)}
    found |= {f"{ending}={name}" for name, ending in _named_in_kana(text)}
    found |= {f"landmark={_fold_kana(name)}" for name, _ in _LANDMARK.findall(text)}
    found |= {f"spot={_fold_kana(spot)}" for spot in _SURFACE.findall(text)}
    found |= {f"site={_fold_kana(site)}" for site in _SITE.findall(text)}
    found |= {f"号室={room}" for room in _ROOM.findall(text)}
    return frozenset(found)


def _named_in_kana(text: str) -> list[tuple[str, str]]:
    """さくら橋, もみじ橋; 駅前のさくら橋 too. 早すぎて病院から names no hospital, この病院 neither."""
    found = []
    for match in _NAMED_IN_KANA.finditer(text):
        name, ending = match.groups()
        if match.start() and not re.match(r"[\s、。,.!?()]", text[match.start() - 1]):
            rest = _BEFORE_A_NAME.sub("", name)
            name = "" if rest == name else rest
        if _KANA_NAME.fullmatch(name):
            found.append((name, ending))
    return found


def _grams(text: str) -> frozenset[int]:
    letters = re.sub(r"[\s、。,.!?・「」()…〜ー\-]+", "", text)
    return frozenset(
        _hash(letters[start : start + size]) for size in (1, 2, 3) for start in range(len(letters) - size + 1)
    )


def _hash(piece: str) -> int:
    return zlib.crc32(piece.encode("utf-8", "surrogatepass"))
