"""The name lists that masking reads: plain word files under bot/names/, read once, when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "names"
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") - 1)}
# Small kana and the long mark are settled after the table, by _joined.
_ROMAJI = {
    **dict(zip("あいうえお", ("a", "i", "u", "e", "o"), strict=True)),
    **dict(zip("かきくけこ", ("ka", "ki", "ku", "ke", "ko"), strict=True)),
    **dict(zip("さしすせそ", ("sa", "shi", "su", "se", "so"), strict=True)),
    **dict(zip("たちつてと", ("ta", "chi", "tsu", "te", "to"), strict=True)),
    **dict(zip("なにぬねの", ("na", "ni", "nu", "ne", "no"), strict=True)),
    **dict(zip("はひふへほ", ("ha", "hi", "fu", "he", "ho"), strict=True)),
    **dict(zip("まみむめも", ("ma", "mi", "mu", "me", "mo"), strict=True)),
    **dict(zip("やゆよわん", ("ya", "yu", "yo", "wa", "n"), strict=True)),
    **dict(zip("らりるれろ", ("ra", "ri", "ru", "re", "ro"), strict=True)),
    **dict(zip("がぎぐげご", ("ga", "gi", "gu", "ge", "go"), strict=True)),
    **dict(zip("ざじずぜぞ", ("za", "ji", "zu", "ze", "zo"), strict=True)),
    **dict(zip("だぢづでど", ("da", "ji", "zu", "de", "do"), strict=True)),
    **dict(zip("ばびぶべぼ", ("ba", "bi", "bu", "be", "bo"), strict=True)),
    **dict(zip("ぱぴぷぺぽ", ("pa", "pi", "pu", "pe", "po"), strict=True)),
}


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
    foreign_kana: frozenset[str]
    word_foreign_kana: frozenset[str]
    latin: frozenset[str]
    roles: frozenset[str]
    role_endings: tuple[str, ...]


def hiragana(text: str) -> str:
    """The same text with katakana written as hiragana; every character keeps its place."""
    return text.translate(_TO_HIRAGANA)


@cache
def name_lists() -> NameLists:
    """Read the word files; about ten milliseconds, once in a process."""
    pairs = [entry.split(":") for entry in _words("surnames.txt")[0]]
    surname_words, reading_words = _words("word_surnames.txt")
    words = frozenset(surname_words)
    given, word_given = _words("given_kanji.txt")
    readings, word_readings = _words("given_kana.txt")
    readings += _put_together("given_kana.txt")
    foreign, word_foreign = _words("foreign_kana.txt")
    roles, endings = _words("not_names.txt", mark="-")
    family = frozenset(reading for _, reading in pairs)
    plain = frozenset(reading for kanji, reading in pairs if kanji not in words) - frozenset(reading_words)
    spelled = {_romaji(reading) for reading in plain | frozenset(readings)}
    return NameLists(
        surnames=frozenset(kanji for kanji, _ in pairs) | words,
        word_surnames=words,
        surname_readings=family,
        plain_readings=plain,
        given=frozenset(given) | frozenset(word_given),
        word_given=frozenset(word_given),
        given_readings=frozenset(readings) | frozenset(word_readings),
        word_readings=frozenset(word_readings) | frozenset(reading_words),
        foreign_kana=frozenset(foreign) | frozenset(word_foreign),
        word_foreign_kana=frozenset(word_foreign),
        latin=frozenset(_words("foreign.txt")[0]) | {word for word in spelled if len(word) > 3},
        roles=frozenset(roles),
        role_endings=tuple(endings),
    )


def _words(name: str, mark: str = "!") -> tuple[list[str], list[str]]:
    """The words of a file, and apart from them those on lines that begin with the mark."""
    plain: list[str] = []
    marked: list[str] = []
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "+")):
            continue
        words = line.split()
        if words[:1] == [mark]:
            marked += words[1:]
        else:
            plain += words
    return plain, marked


def _put_together(name: str) -> list[str]:
    """Readings made of two halves (まさ + ひろ), from the lines that begin with "+"."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    halves = [line[1:].split("|") for line in lines if line.startswith("+")]
    return [
        first + second
        for firsts, seconds in halves
        for first in firsts.split()
        for second in seconds.split()
        if first != second
    ]


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
