"""The officers' pages on which masks and judgements are put right, and taken back."""

import re
from datetime import date

import pytest

from bot import agreement, threads
from handlers.web.desk.corrections import month_row
from storage.concerns import Concern, Correction
from storage.people import Role
from tests.conftest import Town
from tests.handlers.desk_town import Office, Visitor

SLIDE = "公園のすべり台のことで、佐藤さんが困っています"


@pytest.fixture
def office(town: Town) -> Office:
    town.hear("U1", SLIDE)
    town.settle()
    return Office(town)


@pytest.fixture
def secretary(office: Office) -> Visitor:
    return office.visitor("Usecretary", Role.SECRETARIAT)


def _masked(office: Office) -> str:
    with office.town.ledger() as ledger:
        return threads.masked(ledger, ledger.one(Concern))


def _place(page: str) -> dict[str, str]:
    found = re.search(r'name="start" value="(\d+)"><input type="hidden" name="end" value="(\d+)"', page)
    assert found is not None
    return {"start": found[1], "end": found[2]}


def test_the_original_marks_what_is_hidden_and_each_place_can_be_shown(
    office: Office, secretary: Visitor
) -> None:
    page = secretary.press("/concerns/1/original").text
    assert "<mark>佐藤</mark>さん" in page

    answer = secretary.press("/concerns/1/lift", **_place(page))
    assert "見えるようにしました" in answer.text
    assert "佐藤さん" in _masked(office)


def test_a_place_that_is_not_hidden_cannot_be_shown(office: Office, secretary: Visitor) -> None:
    answer = secretary.press("/concerns/1/lift", start="0", end="2")
    assert "見つかりませんでした" in answer.text


def test_words_are_hidden_by_typing_them_and_shown_again_from_the_list(
    office: Office, secretary: Visitor
) -> None:
    secretary.press("/concerns/1/hide", words="すべり台", kind="other")
    assert "すべり台" not in _masked(office)
    assert "すべり台" not in secretary.see("/corrections")

    with office.town.ledger() as ledger:
        number = ledger.one(Correction).id
    assert "取り消しました" in secretary.press(f"/corrections/{number}/back").text
    assert "すべり台" in _masked(office)


def test_an_officer_without_the_original_changes_no_mask(office: Office) -> None:
    officer = office.visitor("Uofficer", Role.OFFICER)
    before = _masked(office)
    officer.press("/concerns/1/hide", words="すべり台", kind="other")
    assert _masked(office) == before


def test_a_corrected_theme_stands_in_the_list_and_is_taken_back_there(office: Office, secretary: Visitor) -> None:
    secretary.press("/topics/1/theme", theme="disaster")
    page = secretary.see("/corrections")
    assert "→ 防災" in page
    assert "Usecretary" not in page.split("<main", 1)[1]

    with office.town.ledger() as ledger:
        number = ledger.one(Correction).id
    secretary.press(f"/corrections/{number}/back")
    assert "→ 防災" not in secretary.see("/corrections")


def test_the_board_sees_how_often_the_machine_was_right_without_small_figures(office: Office) -> None:
    assert "どのくらい合っていたか" in office.visitor("Uofficer", Role.OFFICER).see("/corrections")
    assert "どのくらい合っていたか" not in office.visitor("Uminsei", Role.COMMISSIONER).see("/corrections")


def test_a_figure_from_fewer_than_three_is_not_shown() -> None:
    month = agreement.Month(date(2026, 11, 1), concerns=10, unsorted=2, theme=7, urgency=2, masking=10)
    shown = month_row(month)
    assert (shown["concerns"], shown["unsorted"]) == ("10件", "数件")
    assert (shown["theme"], shown["urgency"], shown["masking"]) == ("88%", "数件", "100%")
