"""What two readings have in common and where they part, as numbers a small model can weigh."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

from bot.similarity_reading import Reading, vocabulary

CONTENT: Final = ("thing", "trouble", "act")
SLOTS: Final = (
    "kin", "whom", "part", "weekday", "season", "tense", "compass", "side", "ask", "stance", "state",
    "tongue", "when", "often", "gender", "sort", "outcome", "era", "order", "rank", "age",
)  # fmt: skip
UNSEEN_WEIGHT: Final = 6.0

GramWeights = Mapping[int, float]


def compared(a: Reading, b: Reading, weights: GramWeights) -> dict[str, float]:
    """Compare two readings; the same numbers whichever stands first.

    `weights` says how rare each hashed piece of text is (its inverse document frequency); pieces
    not in it are taken as rare.
    """
    found = _letters(a, b, weights)
    for kind in CONTENT:
        found |= _content(kind, a.of(kind), b.of(kind))
    for kind in SLOTS:
        found |= _slot(kind, a.of(kind), b.of(kind))
    found |= _stance_and_state(a, b) | _places(a, b) | _persons(a, b) | _forms(a, b)
    return found | _together(found)


def _letters(a: Reading, b: Reading, weights: GramWeights) -> dict[str, float]:
    shared = _weight(a.grams & b.grams, weights)
    all_a, all_b = _weight(a.grams, weights), _weight(b.grams, weights)
    dice = 2 * shared / (all_a + all_b + 1e-9)
    kanji = a.kanji and b.kanji  # who writes by kana alone shows nothing by it
    return {
        "letters_dice": dice,
        "letters_dice_squared": dice * dice,
        "letters_contained": shared / (min(all_a, all_b) + 1e-9),
        "letters_equal": float(a.grams == b.grams),
        "pieces_dice": 2 * len(a.pieces & b.pieces) / (len(a.pieces) + len(b.pieces) + 1e-9),
        "kanji_dice": 2 * len(a.kanji & b.kanji) / (len(a.kanji) + len(b.kanji)) if kanji else 0.4,
        "kanji_contained": len(a.kanji & b.kanji) / min(len(a.kanji), len(b.kanji)) if kanji else 0.4,
        "matter_dice": 2 * len(a.matter & b.matter) / (len(a.matter) + len(b.matter))
        if a.matter and b.matter
        else 0.3,
        "matter_apart": float(bool(a.matter) and bool(b.matter) and not a.matter & b.matter),
        "length_apart": abs(math.log((a.chars + 3) / (b.chars + 3))),
        "both_japanese": float(a.japanese and b.japanese),
        "languages_apart": float(a.japanese != b.japanese),
    }


def _weight(grams: Iterable[int], weights: GramWeights) -> float:
    return sum(weights.get(gram, UNSEEN_WEIGHT) for gram in grams)


def _content(kind: str, a: frozenset[str], b: frozenset[str]) -> dict[str, float]:
    shared = len(a & b)
    return {
        f"{kind}_shared": min(shared, 3),
        f"{kind}_overlap": shared / len(a | b) if a or b else 0.4,
        f"{kind}_apart": float(bool(a) and bool(b) and not shared),
        f"{kind}_left": min(len(a - b), 2) * min(len(b - a), 2) / 4,
    }


def _slot(kind: str, a: frozenset[str], b: frozenset[str]) -> dict[str, float]:
    return {
        f"{kind}_clash": float(bool(a) and bool(b) and not a & b),
        f"{kind}_agree": float(bool(a & b)),
        f"{kind}_one": float(bool(a) != bool(b)),
        f"{kind}_left": float(bool(a - b) and bool(b - a)),
    }


def _stance_and_state(a: Reading, b: Reading) -> dict[str, float]:
    def one(kind: str, word: str) -> float:
        return float((word in a.of(kind)) != (word in b.of(kind)))

    def against(kind: str, this: str, that: str) -> float:
        first, second = a.of(kind), b.of(kind)
        crossed = (this in first and that in second) or (that in first and this in second)
        return float(
            crossed and not (this in first and this in second) and not (that in first and that in second)
        )

    return {
        "offer_one": one("stance", "offer"),
        "need_one": one("stance", "need"),
        "offer_against_need": against("stance", "offer", "need"),
        "solved_one": one("state", "solved"),
        "solved_against_unsolved": against("state", "solved", "unsolved"),
        "past_one": one("tense", "past"),
        "past_against_now": max(against("tense", "past", "present"), against("tense", "past", "future")),
        "good_one": one("outcome", "good"),
        "remote_one": one("era", "remote"),
        "remote_against_now": max(
            float("remote" in x.of("era") and bool(y.of("tense") & {"present", "future"})) * one("era", "remote")
            for x, y in ((a, b), (b, a))
        ),
        "opposites": float(_opposed(a, b) or _opposed(b, a)),
    }


def _opposed(a: Reading, b: Reading) -> bool:
    """One says a thing, the other its opposite, and neither says both."""
    opposites = vocabulary().opposites
    said = {meaning.partition(":")[2] for meaning in b.meanings}
    own = {meaning.partition(":")[2] for meaning in a.meanings}
    return any(
        opposites[meaning] in said and opposites[meaning] not in own and meaning.partition(":")[2] not in said
        for meaning in a.meanings
        if meaning in opposites
    )


def _places(a: Reading, b: Reading) -> dict[str, float]:
    first, second = _by_slot(a.places), _by_slot(b.places)
    both = first.keys() & second.keys()
    clashes = sum(1 for slot in both if not first[slot] & second[slot])
    exact = [slot for slot in both if slot not in ("spot", "landmark", "site")]
    return {
        "place_clash": min(clashes, 2),
        "place_named_clash": float(any(not first[slot] & second[slot] for slot in exact)),
        "place_agree": float(min(len(both) - clashes, 2)),
        "place_one": float(bool(a.places) != bool(b.places)),
        "place_other": float(bool(a.places) and bool(b.places) and not a.places & b.places),
    }


def _by_slot(places: Iterable[str]) -> dict[str, set[str]]:
    slots: dict[str, set[str]] = {}
    for place in places:
        slot, _, name = place.partition("=")
        slots.setdefault(slot, set()).add(name)
    return slots


def _persons(a: Reading, b: Reading) -> dict[str, float]:
    known = bool(a.persons) and bool(b.persons)
    agree = any(x.endswith(y) or y.endswith(x) for x in a.persons for y in b.persons)
    figures_a, figures_b = (x.of("kin") | (x.of("whom") & {"friend"}) for x in (a, b))
    return {
        "person_clash": float(known and not agree),
        "person_agree": float(agree),
        "person_one": float(bool(a.persons) != bool(b.persons)),
        "figure_clash": float(bool(figures_a) and bool(figures_b) and not figures_a & figures_b),
    }


def _forms(a: Reading, b: Reading) -> dict[str, float]:
    turned = (a.negated & b.affirmed) | (b.negated & a.affirmed)
    return {
        "negation_one": float(bool(a.negations) != bool(b.negations)),
        "same_word_turned": float(bool(turned)),
        "same_word_negated": float(bool(a.negated & b.negated)),
        "asks_one": float(a.asks != b.asks),
        "wishes_one": float(a.wishes != b.wishes),
        "done_one": float(a.done != b.done),
        "lasting_one": float(a.lasting != b.lasting),
    }


_DECISIVE: Final = (
    "place_named_clash", "person_clash", "kin_clash", "part_clash", "weekday_clash", "season_clash",
    "compass_clash", "side_clash", "tongue_clash", "when_clash", "often_clash", "gender_clash", "sort_clash",
    "outcome_clash", "order_clash", "rank_clash", "age_clash", "figure_clash",
    "offer_against_need", "solved_against_unsolved", "past_against_now", "opposites", "same_word_turned",
)  # fmt: skip


def _together(found: Mapping[str, float]) -> dict[str, float]:
    """One plain contradiction is enough, however near the rest; near copies with a contradiction most of all."""
    clashes = sum(1 for name in _DECISIVE if found[name])
    near = found["letters_contained"]
    return {
        "contradicted": float(clashes > 0),
        "contradictions": min(clashes, 3),
        "contradicted_copy": near * float(clashes > 0),
        "silent_copy": near * float(clashes == 0),
        "turned_copy": near * found["negation_one"],
        "outcome_copy": near * found["good_one"],
        "known_subject_other_matter": float(found["person_agree"] or found["place_agree"])
        * (1 - found["matter_dice"]),
        "nothing_shared": float(not (found["thing_shared"] or found["trouble_shared"] or found["act_shared"])),
        "topic_and_trouble": float(bool(found["thing_shared"] and found["trouble_shared"])),
    }
