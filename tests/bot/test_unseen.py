"""The unseen test set is well-formed, and nobody has trained on it."""

import json
import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot import evaluation, lessons
from bot.understanding import load_reader

HERE = Path(__file__).parent / "unseen"
SETS = ("", "later_", "third_")
ONE_MESSAGE = 0.005  # of some two hundred
TRAINING = Path(__file__).parents[2] / "bot" / "training"
MARK = re.compile(r"\{[a-z_]+:([^{}]*)\}")  # how a training sentence marks a name or an address
PII_TYPES = {
    "name", "address", "room", "phone", "birth_date", "licence_plate", "email", "school_class", "other_id",
}  # fmt: skip
PAIR_TYPES = {
    "paraphrase", "cross_language", "neg_place", "neg_person", "neg_issue", "neg_time", "neg_offer", "neg_lang",
    "neg_polarity",
}  # fmt: skip


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def plain(text: str) -> str:
    """A text as it is compared: one form of every character, no spaces, no punctuation."""
    letters = unicodedata.normalize("NFKC", text).lower()
    return "".join(ch for ch in letters if unicodedata.category(ch)[0] in "LN")


def _is_missed(figure: evaluation.Figure) -> bool:
    return not figure.kept and abs((figure.reached or 0.0) - figure.promised) > ONE_MESSAGE


@pytest.fixture(scope="module", params=SETS)
def which(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def concerns(which: str) -> list[dict[str, Any]]:
    return rows(f"{which}concerns.jsonl")


@pytest.fixture(scope="module")
def pairs(which: str) -> list[dict[str, Any]]:
    return rows(f"{which}pairs.jsonl")


def test_what_was_promised_is_kept_on_messages_it_has_never_met(
    concerns: list[dict[str, Any]], pairs: list[dict[str, Any]]
) -> None:
    """Same matter was promised at 0.85 and comes to 0.82 and more here; below 0.8 something is broken."""
    reader = load_reader()
    if not reader.has_model:
        pytest.skip("the language model's package is not installed here")
    found = [reader.understand(row["text"]) for row in concerns]

    figures = [
        *evaluation.theme_figures(concerns, found),
        *evaluation.urgency_figures(concerns, found),
        *evaluation.masking_figures(concerns, found),
        *evaluation.kind_figures(concerns, found),
    ]
    (same,) = evaluation.pair_figures(pairs, reader)

    assert [figure.line() for figure in figures if _is_missed(figure)] == []
    assert same.reached is not None
    assert same.reached >= 0.8


@pytest.mark.parametrize("name", [f"{which}{kind}.jsonl" for which in SETS for kind in ("concerns", "pairs")])
def test_no_id_occurs_twice(name: str) -> None:
    ids = [row["id"] for row in rows(name)]
    assert len(ids) == len(set(ids))


def test_every_label_is_known(concerns: list[dict[str, Any]]) -> None:
    for row in concerns:
        assert row["theme"] in lessons.LABELS["theme"], row["id"]
        assert row["second_theme"] in {None, *lessons.LABELS["theme"]} - {row["theme"]}, row["id"]
        assert row["urgency"] in lessons.LABELS["urgency"], row["id"]
        assert row["kind"] in lessons.LABELS["kind"], row["id"]


def test_a_near_miss_is_never_urgent(concerns: list[dict[str, Any]]) -> None:
    assert [row["id"] for row in concerns if row["near_miss"] and row["urgency"] in ("emergency", "soon")] == []


def test_every_span_marks_what_it_says(concerns: list[dict[str, Any]]) -> None:
    for row in concerns:
        marked = {row["text"][start:end] for start, end, _, _ in row["pii_spans"]}
        assert marked == set(row["pii"]), row["id"]
        for start, end, kind, core in row["pii_spans"]:
            assert kind in PII_TYPES, row["id"]
            assert 0 <= start < core <= end <= len(row["text"]), row["id"]


def test_no_two_spans_overlap(concerns: list[dict[str, Any]]) -> None:
    for row in concerns:
        spans = sorted(row["pii_spans"])
        assert all(one[1] <= other[0] for one, other in pairwise(spans)), row["id"]


def test_every_pair_is_of_a_known_kind(pairs: list[dict[str, Any]]) -> None:
    for row in pairs:
        assert row["pair_type"] in PAIR_TYPES, row["id"]
        assert row["same_matter"] == (not row["pair_type"].startswith("neg_")), row["id"]
        assert row["text_a"] != row["text_b"], row["id"]


def test_nobody_has_trained_on_a_text_of_the_set(
    concerns: list[dict[str, Any]], pairs: list[dict[str, Any]]
) -> None:
    trained = {
        plain(MARK.sub(r"\1", cell))
        for path in sorted(TRAINING.glob("*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()
        for cell in line.split("\t")
    }
    texts = [row["text"] for row in concerns] + [row[side] for row in pairs for side in ("text_a", "text_b")]
    assert trained
    assert [text for text in texts if plain(text) and plain(text) in trained] == []
