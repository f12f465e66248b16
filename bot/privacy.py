"""Masks what points to a person before anybody but the secretariat reads a message.

Names become a letter (佐藤さん → Aさん), so that a story with several people stays readable; everything
else becomes a short word in 〔 〕. Text outside the masks is left exactly as it was written.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from bot.addresses import find_addresses
from bot.east_asian_names import find_east_asian_names
from bot.identifiers import arabic, find_identifiers
from bot.latin_names import find_latin_names
from bot.name_doings import acts_as_people_do
from bot.name_lists import hiragana
from bot.patterns import late
from bot.person_names import find_names, find_shops
from bot.widths import Folded, fold

# The second word stands in when the first shares a letter with what it hides.
LABELS: Mapping[str, tuple[str, ...]] = {
    "address": ("〔住所〕", "〔番地〕", "〔ところ〕"),
    "room": ("〔部屋〕", "〔号室〕", "〔へや〕"),
    "phone": ("〔電話〕", "〔でんわ〕"),
    "birth_date": ("〔誕生〕", "〔うまれ〕"),
    "licence_plate": ("〔車の番号〕", "〔ナンバー〕"),
    "email": ("〔メール〕",),
    "school_class": ("〔クラス〕", "〔学級〕", "〔がっきゅう〕"),
    "other_id": ("〔番号〕", "〔ばんごう〕"),
    "shop": ("〔みせ〕", "〔商い〕"),
}
_KINDS = {"shop": "other_id"}
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Real messages stand still after two or three; a long hostile one may never, and must not keep all waiting.
_ROUNDS, _LONG_ROUNDS, _LONG = 6, 2, 1_000
# How often something else is asked in one message for names that the rules do not know.
_ASKED = 4
_INITIAL = late(r"(?<![A-Za-z])[A-Z](?![A-Za-z])")
_LABEL = late(r"〔[^〔〕\n]{1,6}〕|(?<![A-Za-z])[A-Z](?![A-Za-z])|[\s、。・]")
# One kanji, or two kana and more: too short or too common to be known again without a particle.
_SHORT = late(r"[一-龯々]|[ぁ-んー]{2,}|[ァ-ヴー]{2}")
_SPACE = late(r"\s")
_HANGUL = late("[가-힣]{3}")
_HIRAGANA = late("[ぁ-ん]")
_LETTER = late("[ぁ-んァ-ヴー一-龯々A-Za-z]")
_PARTICLE = late(r"(?:[一-龯々ァ-ヴA-Z]|ん|う)[のはがともでにを]$")
_BEHIND_KANA = late(r"[がはもを、。!?」)]|と(?!い)|に(?!く)|の(?!で)|って|から|だけ|$")
_ABOUT_ONE = late(r"[、はも]|の(?:家(?!族)|娘|息子|奥さん|ばあ|じい|おばあ|おじい|ご主人|旦那|犬|うち|おうち)")
_NEVER_ALONE = frozenset("金東西南北上下中前奥大小山川海空田町村市")
_SCRIPTS = (late("[一-龯々]"), late("[ァ-ヴー]"), late("[ぁ-ん]"), late("[A-Za-zÀ-ỹ]"))
_RANK = {
    "email": 0,
    "phone": 1,
    "licence_plate": 2,
    "birth_date": 3,
    "other_id": 4,
    "school_class": 5,
    "room": 6,
    "address": 7,
    "shop": 8,
    "name": 9,
}


@dataclass(frozen=True)
class Mask:
    """One hidden place of the original text, and what stands there instead."""

    start: int
    end: int
    kind: str
    label: str


@dataclass(frozen=True)
class Masked:
    """A text that may be shown, with the places of the original that it hides, in order."""

    text: str
    masks: tuple[Mask, ...]


def mask(
    text: str,
    keep: Sequence[tuple[int, int]] = (),
    add: Sequence[Mask] = (),
    known: Mapping[str, str] | None = None,
    also: Callable[[str], list[tuple[int, int]]] | None = None,
) -> Masked:
    """Hide names, addresses, numbers and other things that identify a person.

    Found again on its own result until nothing more is found: masking twice changes nothing.

    Args:
        text: what was written, up to any length; it is not changed outside the masks.
        keep: spans of the original that an officer opened again; nothing that touches them is hidden.
        add: masks an officer drew; they win over what was found.
        known: letters already given in this topic, name → letter, so that A さん stays A さん.
        also: asked for more names in the text as it is shown when the rules find nothing more there.
    """
    drawn = _apart([_Span(m.start, m.end, m.kind, m.label) for m in add if 0 <= m.start < m.end <= len(text)])
    chosen = drawn
    known = known or {}
    whole = fold(text)
    taken = {*known.values(), *_INITIAL.findall(whole.text)}
    shown = _rendered(text, chosen, _Letters(known, taken))
    rounds, asked = (_ROUNDS if len(text) <= _LONG else _LONG_ROUNDS), 0
    for number in range(rounds + (_ASKED if also is not None else 0)):
        folded = whole if shown.text == text else fold(shown.text)
        found = _found(shown, folded, known) if number < rounds else []
        more = _with(chosen, found, drawn, keep)
        if more == chosen and also is not None and asked < _ASKED:
            asked += 1
            more = _with(chosen, _told(shown, folded, also), drawn, keep)
        if more == chosen:
            break
        chosen = more
        shown = _rendered(text, chosen, _Letters(known, taken))
    return Masked(shown.text, tuple(shown.masks))


def letters_of(masked: Masked, text: str) -> dict[str, str]:
    """The letter each name of this text received, to hand on as `known` within the topic."""
    return {_core(text[m.start : m.end]): m.label for m in masked.masks if m.kind == "name"}


# --- finding -----------------------------------------------------------------------------------


class _Span(NamedTuple):
    start: int
    end: int
    kind: str
    label: str = ""


def _found(shown: _Shown, folded: Folded, known: Mapping[str, str]) -> list[_Span]:
    """Everything that identifies a person in the text as it stands now, carried back to the original."""
    text = folded.text
    digits = arabic(text)
    spans: list[tuple[int, int, str]] = find_identifiers(text, digits, hiragana(digits))
    spans += find_addresses(text, digits)
    spans += [(start, end, "shop") for start, end in find_shops(text)]
    names = find_names(text) + find_latin_names(text) + find_east_asian_names(text)
    names = [(start, end) for start, end in names if start < end]
    told = {_core(word) for word in known} | {_even(text[start:end]) for start, end in names}
    names += _again(text, {core for word in told for core in _as_again(word)})
    spans += [(start, end, "name") for start, end in names]
    return [
        _Span(*shown.original(*folded.original(start, end)), kind)
        for start, end, kind in dict.fromkeys(spans)
        if _LABEL.sub("", text[start:end]).strip()
    ]


def _told(shown: _Shown, folded: Folded, also: Callable[[str], list[tuple[int, int]]]) -> list[_Span]:
    """Names that something else finds in the text as it stands now, wherever they stand in it."""
    names = also(shown.text)
    cores = {core for start, end in names for core in _as_again(_core(shown.text[start:end]))}
    again = [folded.original(*place) for place in _again(folded.text, cores)]
    return [_Span(*shown.original(start, end), "name") for start, end in dict.fromkeys([*names, *again])]


def _again(text: str, cores: set[str]) -> list[tuple[int, int]]:
    """The same names where they stand without a sign, when they are long enough to be sure."""
    even = hiragana(text).lower()
    if len(even) != len(text):  # a few capital letters grow in lower case
        return []
    return [
        (start, start + len(core))
        for core in cores
        for start in _places(core, even)
        if _is_again(text, start, start + len(core))
    ]


def _as_again(core: str) -> tuple[str, ...]:
    """How a name may come again: of three Hangul letters also the two that are given (김민지, 민지)."""
    return (core, core[1:]) if _HANGUL.fullmatch(core) else (core,)


def _is_again(text: str, start: int, end: int) -> bool:
    """Whether a name that is known stands here once more: 滝さんのこと。滝はもう八十; never 森のそば."""
    core = text[start:end]
    if not _SHORT.fullmatch(core):
        return (end - start > 2 or not core.isascii()) and not _inside_word(text, start, end)
    joined = start and _LETTER.match(text, start - 1) and not _PARTICLE.search(text, max(0, start - 2), start)
    if len(core) > 1:
        return not joined and bool(_BEHIND_KANA.match(text, end))
    if core in _NEVER_ALONE or (joined and not _HIRAGANA.match(text, start - 1)):
        return False
    return acts_as_people_do(text, end) or (not joined and bool(_ABOUT_ONE.match(text, end)))


def _places(word: str, text: str) -> Iterator[int]:
    place = text.find(word) if word else -1
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))


def _inside_word(text: str, start: int, end: int) -> bool:
    """Whether a name goes on in the same script, and so is part of another word."""
    for script in _SCRIPTS:
        if script.match(text, start):
            return bool((start and script.match(text, start - 1)) or script.match(text, end))
    return False


# --- choosing ----------------------------------------------------------------------------------


def _with(
    chosen: Sequence[_Span], found: Sequence[_Span], drawn: Sequence[_Span], keep: Sequence[tuple[int, int]]
) -> list[_Span]:
    """What is hidden with what was found now: nothing that an officer opened, and what one drew as it is."""
    new = [span for span in found if not _touches(span, keep)]
    return _apart([*drawn, *(piece for span in [*chosen, *new] for piece in _outside(span, drawn))])


def _touches(span: _Span, keep: Sequence[tuple[int, int]]) -> bool:
    return any(span.start < end and start < span.end for start, end in keep)


def _outside(span: _Span, drawn: Sequence[_Span]) -> list[_Span]:
    """What is left of a found span beside the masks an officer drew."""
    pieces = [span]
    for fixed in drawn:
        pieces = (
            [
                _Span(start, end, piece.kind, piece.label)
                for piece in pieces
                for start, end in (
                    (piece.start, min(piece.end, fixed.start)),
                    (max(piece.start, fixed.end), piece.end),
                )
                if start < end
            ]
            if any(piece.start < fixed.end and fixed.start < piece.end for piece in pieces)
            else pieces
        )
    return pieces


def _apart(spans: list[_Span]) -> list[_Span]:
    """Join spans that overlap, so that no end of a number or a name stands out of a mask."""
    joined: list[_Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            first = min(last, span, key=lambda s: _RANK.get(s.kind, 0))
            joined[-1] = _Span(last.start, max(last.end, span.end), first.kind, last.label or span.label)
        else:
            joined.append(span)
    return joined


# --- rendering ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shown:
    """A masked text, its masks, and where the label of each begins and ends in it."""

    text: str
    masks: list[Mask]
    starts: list[int]
    ends: list[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Carry a span of the masked text back; one that touches a label takes the whole mask."""
        return self._back(start, first=True), self._back(end, first=False)

    def _back(self, place: int, *, first: bool) -> int:
        before = bisect_right(self.starts, place) - 1
        if before >= 0 and self.starts[before] == place and not first:
            before -= 1
        if before < 0:
            return place
        hidden, end = self.masks[before], self.ends[before]
        if place < end or (place == end and not first):
            return hidden.start if first else hidden.end
        return place + hidden.end - end


def _rendered(text: str, spans: Sequence[_Span], letters: _Letters) -> _Shown:
    pieces: list[str] = []
    masks: list[Mask] = []
    starts: list[int] = []
    ends: list[int] = []
    at = length = 0
    for span in spans:
        hidden = text[span.start : span.end]
        label = span.label or (letters.of(hidden) if span.kind == "name" else _label(span.kind, hidden))
        pieces += [text[at : span.start], label]
        length += span.start - at
        starts.append(length)
        length += len(label)
        ends.append(length)
        at = span.end
        masks.append(Mask(span.start, span.end, _KINDS.get(span.kind, span.kind), label))
    return _Shown("".join([*pieces, text[at:]]), masks, starts, ends)


def _label(kind: str, hidden: str) -> str:
    """A word for the kind; the first that shares no letter with what it hides."""
    words = LABELS.get(kind, LABELS["other_id"])
    return next((word for word in words if not set(word[1:-1]) & set(hidden)), words[0])


class _Letters:
    """Gives each name its letter: the same person the same one, none that the text uses already."""

    def __init__(self, known: Mapping[str, str], taken: Set[str]) -> None:
        self._given: dict[str, str] = {}
        self._written: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        for name, letters in known.items():
            self._remember(_core(name), letters)
        self._supply = (letters for letters in _letters() if letters not in taken)
        self._spare: list[str] = []

    def of(self, name: str) -> str:
        if name not in self._written:
            self._written[name] = self._looked_up(name)
        return self._written[name]

    def _looked_up(self, name: str) -> str:
        core = _core(name)
        if core not in self._given:
            self._remember(core, self._parts.get(core) or self._fresh(core))
        return self._given[core]

    def _remember(self, core: str, letters: str) -> None:
        """佐藤 and トミ after 佐藤トミ are the same person."""
        self._given[core] = letters
        for cut in range(2, min(len(core), 12)):
            self._parts.setdefault(core[:cut], letters)
            self._parts.setdefault(core[-cut:], letters)

    def _fresh(self, core: str) -> str:
        """The first letter that the name does not contain, so that nothing of it seems to show."""
        while len(self._spare) < 30:
            self._spare.append(next(self._supply))
        free = (place for place, letters in enumerate(self._spare) if not set(letters.lower()) & set(core))
        return self._spare.pop(next(free, 0))


def _letters() -> Iterator[str]:
    """A to Z, then AA, AB and so on; the last is never reached by a message that fits a chat."""
    for length in range(1, 5):
        yield from map("".join, product(_ALPHABET, repeat=length))


def _core(name: str) -> str:
    """A name as it is compared: one width, katakana as hiragana, lower case, no spaces."""
    return _even(fold(name).text)


def _even(name: str) -> str:
    """The same of a name from a text that is folded already."""
    return _SPACE.sub("", hiragana(name)).lower()
