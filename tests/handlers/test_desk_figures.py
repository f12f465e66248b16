"""一年の数 on the officers' pages: a line a month, one's own activities, and papers to take away."""

import io
import zipfile

import openpyxl
import pypdf
import pytest
from sqlmodel import col

from bot import passes, people
from handlers.web.desk.figures import ENDINGS
from storage.people import Person, Role
from storage.yearly import Activity, MonthlyFigure
from tests.conftest import Town
from tests.handlers.desk_town import Office, Visitor

PAPERS = ("status", "meters", "activities")


@pytest.fixture
def office(town: Town) -> Office:
    return Office(town)


@pytest.fixture
def secretary(office: Office) -> Visitor:
    return office.visitor("Usecretary", Role.SECRETARIAT)


@pytest.fixture
def commissioner(office: Office) -> Visitor:
    return office.visitor("Ucommissioner", Role.COMMISSIONER)


def _counts(town: Town) -> dict[tuple[str, str], int]:
    with town.ledger() as ledger:
        return {(row.month, row.code): row.count for row in ledger.all(MonthlyFigure)}


def _activities(town: Town) -> list[tuple[str, int, int, str, int]]:
    with town.ledger() as ledger:
        rows = ledger.all(Activity, by=col(Activity.id))
        return [(row.month, row.field, row.content, row.other, row.count) for row in rows]


def test_a_month_is_written_and_an_empty_box_leaves_its_count(office: Office, secretary: Visitor) -> None:
    secretary.press("/figures", month="2026-10", watch="40", salon="4", support="6", meal="80")
    said = secretary.press("/figures", month="2026-10", watch="41", salon="", support="", meal="").text

    assert "41世帯" in said
    assert _counts(office.town) == {
        ("2026-10", "watch"): 41,
        ("2026-10", "salon"): 4,
        ("2026-10", "support"): 6,
        ("2026-10", "meal"): 80,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": "2026-10"},
        {"month": "2026-12", "watch": "1"},
        {"month": "2026-13", "watch": "1"},
        {"month": "こんげつ", "watch": "1"},
        {"watch": "1"},
        {"month": "2026-10", "watch": "たくさん"},
        {"month": "2026-10", "watch": "-1"},
        {"month": "2026-10", "watch": "9999999"},
    ],
)
def test_what_is_no_month_or_no_number_is_asked_for_again(
    wrong: dict[str, str], office: Office, secretary: Visitor
) -> None:
    answer = secretary.press("/figures", back="/desk/figures", **wrong)

    assert answer.status_code == 200
    assert 'class="said sorry"' in answer.text
    assert _counts(office.town) == {}


def test_a_commissioner_writes_their_own_activities_and_sees_them(office: Office, commissioner: Visitor) -> None:
    page = commissioner.see("/figures")
    assert "9月" in page
    assert "11月" in page

    commissioner.press("/figures/activities", month="2026-10", field="1", content="13", count="3")
    commissioner.press("/figures/activities", month="2026-10", other="visit", count="12")
    page = commissioner.press("/figures/activities", month="2026-10", other="visit", count="14").text

    assert _activities(office.town) == [("2026-10", 1, 13, "", 3), ("2026-10", 0, 0, "visit", 14)]
    assert "14" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"field": "5", "content": "1", "count": "1"},
        {"field": "1", "content": "15", "count": "1"},
        {"other": "ranking", "count": "1"},
        {"other": "visit", "count": ""},
    ],
)
def test_an_activity_outside_the_official_lists_is_not_taken(
    wrong: dict[str, str], office: Office, commissioner: Visitor
) -> None:
    answer = commissioner.press("/figures/activities", month="2026-10", **wrong)

    assert 'class="said sorry"' in answer.text
    assert _activities(office.town) == []


def test_an_officer_keeps_no_record_of_activities(office: Office, secretary: Visitor) -> None:
    assert 'id="own"' not in secretary.see("/figures")
    secretary.press("/figures/activities", month="2026-10", other="visit", count="1")
    assert _activities(office.town) == []


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", PAPERS)
def test_each_paper_can_be_taken_away_in_each_ending(name: str, ending: str, secretary: Visitor) -> None:
    secretary.press("/figures", month="2026-10", watch="40")
    taken = secretary.get(f"/figures/{name}.{ending}")

    assert taken.status_code == 200
    assert taken.headers["content-disposition"].endswith(f".{ending}")
    assert "みどり地区社協" in _words(taken.content, ending)


def test_the_page_offers_every_paper_in_every_ending(secretary: Visitor) -> None:
    page = secretary.see("/figures")

    assert all(f'href="/desk/figures/{name}.{ending}"' in page for name in PAPERS for ending in ENDINGS)
    assert all(f'href="/desk/figures/{name}.pdf?readings=1"' in page for name in PAPERS)


def test_furigana_come_at_a_press_alone(secretary: Visitor) -> None:
    plain = _words(secretary.get("/figures/status.pdf").content, "pdf")
    read = _words(secretary.get("/figures/status.pdf?readings=1").content, "pdf")

    assert "みまもり" not in plain
    assert "みまもり" in read
    assert "ちくしゃきょう" in read


def test_a_paper_that_is_none_is_not_here(secretary: Visitor) -> None:
    for path in ("/figures/status.exe", "/figures/status.html", "/figures/persons.pdf", "/figures/.pdf"):
        assert secretary.get(path).status_code == 404


def test_a_commissioner_takes_their_own_sheet_and_the_board_the_sum_without_names(
    office: Office, secretary: Visitor, commissioner: Visitor
) -> None:
    commissioner.press("/figures/activities", month="2026-10", other="visit", count="12")

    assert "Ucommissioner" in commissioner.get("/figures/activities.txt").text
    board = secretary.get("/figures/activities.txt").text
    assert "12" in board
    assert "Ucommissioner" not in board


def test_a_commissioner_does_not_write_the_councils_figures(office: Office, commissioner: Visitor) -> None:
    assert commissioner.press("/figures", month="2026-10", watch="1").status_code == 403
    assert _counts(office.town) == {}


@pytest.mark.parametrize("role", [Role.ORGANISATION, Role.RESIDENT])
def test_neither_an_organisation_nor_a_resident_comes_to_the_figures(role: Role, office: Office) -> None:
    """Neither has a door to these pages; and a duty that changes shuts the pages of an open visit."""
    visitor = office.visitor("Uother", Role.OFFICER)
    with office.town.ledger() as ledger:
        person = people.find(ledger, "line:Uother")
        assert person is not None
        person.role = role
        ledger.session.add(person)

    for path in ("/figures", *(f"/figures/{name}.pdf" for name in PAPERS)):
        assert visitor.get(path).status_code in (401, 403)
    with office.town.ledger() as ledger, pytest.raises(people.NotYours):
        passes.make_link(ledger, ledger.one(Person, col(Person.role) == role), "")


def _words(content: bytes, ending: str) -> str:
    """Give what somebody reads who opens the file."""
    if ending == "pdf":
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return "".join("".join(page.extract_text().split()) for page in pages)
    if ending == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return parts.read("word/document.xml").decode()
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    return content.decode("utf-8-sig")
