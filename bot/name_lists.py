"""The name lists that masking reads: plain word files under bot/names/, read once, when first needed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

_FOLDER = Path(__file__).parent / "names"
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヴ") + 1)}
_ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "s": "さしすせそ",
    "t": "たちつてと",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "m": "まみむめも",
    "r": "らりるれろ",
    "g": "がぎぐげご",
    "z": "ざじずぜぞ",
    "d": "だぢづでど",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}
_ROMAJI = {
    kana: row + vowel for row, line in _ROWS.items() for kana, vowel in zip(line, "aiueo", strict=True)
} | {
    "し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu",
    "や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n",
}  # fmt: skip
# 奥さん, 中の家, 上の階: as family names these need a plain honorific.
_PLACES = frozenset("奥角上下中大小川山田市境城口前今長畑島沖")
_NEVER_FIRST = frozenset("一二三四五六七八九十百千第各毎全新旧前元副約々数何現次先当同両御本他某総")
_NEVER_LAST = frozenset(
    "町市区所目地家店場屋室園院寺社校号階棟班組丁人者方側間内外中前後上下年月日時分回本住舎国"
)


@dataclass(frozen=True)
class NameLists:
    """Every list as a set of spellings; *word* sets hold those that are also everyday words."""

    surnames: frozenset[str]
    word_surnames: frozenset[str]
    surname_readings: frozenset[str]
    plain_readings: frozenset[str]
    given: frozenset[str]
    word_given: frozenset[str]
    given_readings: frozenset[str]
    word_readings: frozenset[str]
    composed_readings: frozenset[str]
    whole_readings: frozenset[str]
    foreign_kana: frozenset[str]
    word_foreign_kana: frozenset[str]
    foreign: frozenset[str]
    roles: frozenset[str]
    role_endings: tuple[str, ...]
    given_letters: frozenset[str]
    latin_words: frozenset[str]
    latin_starters: frozenset[str]
    katakana_words: frozenset[str]
    hiragana_words: frozenset[str]
    plain_kanji: frozenset[str]
    head_readings: frozenset[str]

    def is_role(self, word: str) -> bool:
        """A role, relation, trade or thing (民生委員, お隣, ヘルパー): never one person."""
        return word in self.roles or (len(word) > 1 and word.endswith(self.role_endings))

    def is_place(self, word: str) -> bool:
        """奥, 上, 中: words for where something is, which are rare as family names."""
        return word in _PLACES

    def is_kana_name(self, word: str) -> bool:
        """A listed family or given name by its reading, in hiragana."""
        return word in self.kana_names

    @cached_property
    def kana_names(self) -> frozenset[str]:
        """Every listed reading, of family names and given names."""
        return self.given_readings | self.surname_readings

    @cached_property
    def latin(self) -> frozenset[str]:
        """Names in Latin letters: foreign ones, and every whole reading as a passport spells it.

        Spelt when a message first has Latin letters.
        """
        whole = self.plain_readings | self.whole_readings
        return self.foreign | {word for word in map(_romaji, whole) if len(word) > 3}

    @cached_property
    def kana_names_and_roles(self) -> frozenset[str]:
        """Both in one set, so that most endings of a run are passed with one look."""
        return self.kana_names | self.roles

    def may_close(self, run: str) -> bool:
        """Whether any listed reading or role of two letters and more ends as this run of kana does."""
        return run[-2:] in self._closings

    @cached_property
    def _closings(self) -> frozenset[str]:
        return frozenset(word[-2:] for word in (*self.kana_names, *self.roles))

    def is_katakana_name(self, run: str) -> bool:
        """A listed name in katakana, Japanese or foreign, also one part of several (マリア・シルバ)."""
        if run in self.roles:
            return False
        parts = [part for part in re.split("[・=]", run) if part]
        return any(part in self.foreign_kana or self.is_kana_name(hiragana(part)) for part in parts)

    def is_full_name(self, run: str) -> bool:
        """石川茂: a family name and a given name; one letter with one everyday word (大丈夫) is none."""
        if not 1 < len(run) <= self.longest_name:
            return False
        given, surnames = self.given, self.surnames
        if (run[2:] in given and run[:2] in surnames) or (run[3:] in given and run[:3] in surnames):
            return True
        last = run[1:]
        return last in given and run[0] in surnames and run[0] not in _PLACES and last not in self.word_given

    @cached_property
    def longest_name(self) -> int:
        """How many letters a family name of three and the longest given name have together.

        A longer run need not be looked up; a hostile message holds thousands of them.
        """
        return 3 + max(map(len, self.given))

    def looks_given(self, word: str) -> bool:
        """Kanji that could be a given name: each letter stands in one (煌良), and it is no role."""
        return 1 < len(word) < 4 and not self.is_role(word) and self.given_letters.issuperset(word)

    def is_unknown(self, word: str) -> bool:
        """Two or three kanji that no list has and no everyday word: with a sign beside them, a family name.

        Nearly four thousand names cover nine families of ten; this is for the tenth.
        """
        if not 1 < len(word) < 4 or word[-1] in _NEVER_LAST or word[0] in _NEVER_FIRST or self.is_role(word):
            return False
        if len(word) == 3 and word[:2] not in self.surnames and word[-1] not in self.surname_ends[1]:
            return False
        return not any(word[cut : cut + 2] in self.plain_kanji for cut in range(len(word) - 1))

    def looks_like_a_family(self, word: str) -> bool:
        """Two or three kanji that open and close as family names do (江ノ島, 砥上), and are no role or town."""
        if not 1 < len(word) < 4 or word[-1] in _NEVER_LAST or self.is_role(word):
            return False
        return word[0] in self.surname_ends[0] and word[-1] in self.surname_ends[1]

    @cached_property
    def surname_ends(self) -> tuple[frozenset[str], frozenset[str]]:
        """The letters that open a family name of two or three, and those that close one."""
        known = [name for name in self.surnames if 1 < len(name) < 4 and name not in self.word_surnames]
        return frozenset(name[0] for name in known), frozenset(name[-1] for name in known)

    def is_kanji_name(self, run: str) -> bool:
        """A listed family name, given name, or both together."""
        return run in self.surnames or run in self.given or self.is_full_name(run)

    def name_at_end(self, run: str) -> str:
        """The longest listed name that closes a run of kanji; one letter only after a role."""
        for start in range(max(0, len(run) - self.longest_name), len(run)):
            tail = run[start:]
            if len(tail) == 1 and start and not self.is_role(run[:start]):
                return ""
            if self.is_kanji_name(tail):
                return tail
        return ""

    def name_at_start(self, run: str) -> str:
        """The longest listed name that opens a run of kanji."""
        heads = (run[:end] for end in range(min(len(run), self.longest_name), 0, -1))
        return next((head for head in heads if self.is_kanji_name(head)), "")


def hiragana(text: str) -> str:
    """The same text with katakana written as hiragana; every character keeps its place."""
    return text.translate(_TO_HIRAGANA)


def plain_latin(word: str) -> str:
    """A Latin word in lower case without accents, as the lists have it: Ngọc becomes ngoc."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", word.lower()) if letter.isascii() or letter == "đ"
    )
    return bare.replace("đ", "d")


@cache
def name_lists() -> NameLists:
    """Read the word files; a few hundredths of a second, once in a process."""
    pairs = [entry.split(":") for entry in words_of("surnames.txt")[0]]
    surname_words, reading_words = words_of("word_surnames.txt")
    given, word_given = words_of("given_kanji.txt")
    listed_readings, word_readings = words_of("given_kana.txt")
    readings = frozenset(listed_readings) | _put_together("given_kana.txt")
    halves = _put_together("given_kana.txt", mark="*") - readings
    foreign, word_foreign = words_of("foreign_kana.txt")
    roles, endings = words_of("not_names.txt", mark="-")
    katakana_words, hiragana_words = words_of("plain_words.txt")
    latin_words, starters = words_of("latin_words.txt")
    composed = _put_together("given_kanji.txt") - frozenset(roles) - frozenset(given)
    everyday = frozenset(surname_words)
    plain = frozenset(reading for kanji, reading in pairs if kanji not in everyday) - frozenset(reading_words)
    return NameLists(
        surnames=frozenset(kanji for kanji, _ in pairs) | frozenset(surname_words),
        word_surnames=frozenset(surname_words),
        surname_readings=frozenset(reading for _, reading in pairs),
        plain_readings=plain,
        given=frozenset(given) | frozenset(word_given) | composed,
        word_given=frozenset(word_given) | composed,
        given_readings=readings | frozenset(word_readings) | halves,
        word_readings=frozenset(word_readings) | frozenset(reading_words) | halves,
        composed_readings=halves - frozenset(word_readings),
        whole_readings=readings,
        foreign_kana=frozenset(foreign) | frozenset(word_foreign),
        word_foreign_kana=frozenset(word_foreign),
        foreign=frozenset(words_of("foreign.txt")[0]),
        roles=frozenset(roles),
        role_endings=endings,
        given_letters=frozenset("".join((*given, *word_given, *composed))),
        latin_words=frozenset(latin_words),
        latin_starters=frozenset(starters),
        katakana_words=frozenset(katakana_words),
        hiragana_words=frozenset(hiragana_words),
        plain_kanji=frozenset(words_of("plain_kanji.txt")[0]),
        head_readings=frozenset(words_of("head_names.txt")[0]),
    )


@cache
def words_of(name: str, mark: str = "!") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a file, and apart from them those on lines that begin with the mark."""
    plain: list[str] = []
    marked: list[str] = []
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "+", "*")):
            continue
        words = line.split()
        if words[:1] == [mark]:
            marked += words[1:]
        else:
            plain += words
    return tuple(plain), tuple(marked)


def _put_together(name: str, mark: str = "+") -> frozenset[str]:
    """Names made of two halves (まさ + ひろ), from the lines that begin with the mark."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    halves = [line[1:].split("|") for line in lines if line.startswith(mark)]
    return frozenset(
        first + second
        for firsts, seconds in halves
        for first in firsts.split()
        for second in seconds.split()
        if first != second
    )


def _romaji(reading: str) -> str:
    """Hepburn without long vowels, as on a passport: さとう becomes sato."""
    letters = ""
    for kana in reading:
        letters = _joined(letters, kana)
    return letters.replace("ou", "o").replace("oo", "o").replace("uu", "u")


def _joined(letters: str, kana: str) -> str:
    if kana in "ゃゅょ":
        stem = letters[:-1]
        vowel = {"ゃ": "a", "ゅ": "u", "ょ": "o"}[kana]
        return stem + (vowel if stem.endswith(("sh", "ch", "j")) else "y" + vowel)
    if kana == "っ":
        return letters + "'"
    written = _ROMAJI.get(kana, "")
    if letters.endswith("'"):
        return letters[:-1] + written[:1] + written
    return letters + written
