"""The year in numbers: a line a month makes the report, activities add up, the meters name nobody."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from sqlmodel import col

from bot import (
    activities,
    agenda,
    attendance,
    decisions,
    meetings,
    meters,
    monthly,
    people,
    status_report,
    topics,
)
from bot.answerable import Answerable
from bot.documents import FORMATS
from storage.ledger import Ledger
from storage.meetings import Choice, Presence
from storage.people import Person, Role
from storage.topics import Topic
from tests.conftest import Town

TODAY = date(2026, 11, 10)
LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"


def person(ledger: Ledger, role: Role) -> Person:
    return ledger.all(Person, col(Person.role) == role)[-1]


# --- one line a month ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "見守り 40 サロン 4 生活支援 6 配食 80",
        "見守り４０世帯、サロン４回、支援６件、配食８０食",
        "配食80 生活支援:6 サロン・会食 4 見守り訪問 40",
    ],
)
def test_a_month_is_written_in_one_line_however_it_is_typed(written: str) -> None:
    assert monthly.read(written, "10月", TODAY).counts == {"watch": 40, "salon": 4, "support": 6, "meal": 80}


@pytest.mark.parametrize(
    ("said", "month"),
    [
        ("", "2026-10"),
        ("先月", "2026-10"),
        ("今月", "2026-11"),
        ("4月", "2026-04"),
        ("12月", "2025-12"),
        ("2025年3月", "2025-03"),
    ],
)
def test_the_month_is_the_one_just_past_unless_another_is_named(said: str, month: str) -> None:
    assert monthly.month_of(said, TODAY) == month


def test_in_january_the_month_just_past_is_last_december() -> None:
    assert monthly.month_of("", date(2027, 1, 5)) == "2026-12"


@pytest.mark.parametrize("said", ["13月", "0月", "2027年1月", "2026年12月", "来月"])
def test_a_month_to_come_is_asked_for_again(said: str) -> None:
    with pytest.raises(Answerable):
        monthly.month_of(said, TODAY)


def test_an_officer_on_line_writes_the_month_and_reads_the_report(town: Town) -> None:
    town.join("Uoffice", Role.SECRETARIAT)
    town.hear("Uoffice", "10月の数 見守り 40 サロン 4")
    assert "見守り訪問世帯 40世帯" in town.last("Uoffice").text
    town.hear("Uoffice", "10月の数 サロン 5 配食 80")
    town.hear("Uoffice", "状況書")

    with town.ledger() as ledger:
        assert monthly.of_year(ledger, date(2026, 4, 1))["2026-10"] == {"watch": 40, "salon": 5, "meal": 80}
    assert "40" in town.last("Uoffice").text


def test_words_without_a_number_get_an_example(town: Town) -> None:
    town.join("Uoffice", Role.SECRETARIAT)
    town.hear("Uoffice", "10月の数 たくさん")

    assert "見守り 40" in town.last("Uoffice").text


def test_a_resident_counts_nothing(town: Town) -> None:
    town.hear("U1", "10月の数 見守り 40")

    with town.ledger() as ledger:
        assert monthly.of_year(ledger, date(2026, 4, 1))["2026-10"] == {}


def test_the_status_report_has_the_years_sums_and_meetings_with_attendance(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    with town.ledger() as ledger:
        by = person(ledger, Role.OFFICER)
        monthly.write(ledger, monthly.Line("2026-09", {"watch": 30}), by)
        monthly.write(ledger, monthly.Line("2026-10", {"watch": 40}), by)
        meeting = meetings.next_meeting(ledger)
        agenda.approve(ledger, meeting, by)
        attendance.mark(ledger, meeting, by, Presence.PRESENT, by)
    town.now += timedelta(days=9)
    with town.ledger() as ledger:
        decisions.close(ledger, meetings.next_meeting(ledger), person(ledger, Role.OFFICER))
        paper = status_report.status_paper(ledger, TODAY)

    text = FORMATS["txt"](paper).decode()
    assert "70" in text
    assert "開いた会議は1回、出席は延べ1人です。" in text
    assert "11月は" not in text.split("まだ書かれていません")[1]


# --- activities ---------------------------------------------------------------------------------------------


def test_a_commissioner_writes_activities_in_the_official_categories(town: Town) -> None:
    town.join("Ucare", Role.COMMISSIONER)
    town.hear("Ucare", "活動 高齢者 日常的な支援 3")
    town.hear("Ucare", "活動 子ども 子どもの地域 2")
    town.hear("Ucare", "活動 訪問 12")
    town.hear("Ucare", "活動 高齢者 日常的な支援 4")
    town.hear("Ucare", "活動")

    listed = town.last("Ucare").text
    assert "高齢者に関すること・日常的な支援 4件" in listed
    assert "子どもに関すること・子どもの地域生活 2件" in listed
    assert "訪問回数 12" in listed


def test_totals_add_up_over_commissioners_and_name_nobody(town: Town) -> None:
    for user, name in (("Ucare", "田中"), ("Uother", "鈴木")):
        town.join(user, Role.COMMISSIONER, name=name)
        town.hear(user, "活動 高齢者 日常的な支援 3")
    with town.ledger() as ledger:
        months = monthly.months_of(date(2026, 4, 1))
        everybody = FORMATS["txt"](activities.totals_paper(ledger, months)).decode()
        own = FORMATS["txt"](activities.totals_paper(ledger, months, person(ledger, Role.COMMISSIONER))).decode()

    assert "高齢者に関すること：6件" in everybody
    assert "田中" not in everybody
    assert "鈴木" not in everybody
    assert "高齢者に関すること：3件" in own


def test_only_commissioners_keep_activities(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    town.hear("Uofficer", "活動 訪問 12")

    assert "民生委員・児童委員の方だけ" in town.last("Uofficer").text


def test_what_is_no_category_gets_an_example(town: Town) -> None:
    town.join("Ucare", Role.COMMISSIONER)
    town.hear("Ucare", "活動 たくさん 歩いた 3")

    assert "活動 高齢者 日常的な支援 3" in town.last("Ucare").text


# --- meters -------------------------------------------------------------------------------------------------


def decided(town: Town, *choices: Choice, days: int = 9) -> None:
    """Let the board decide on the first topics and end its meeting."""
    with town.ledger() as ledger:
        meeting, by = meetings.next_meeting(ledger), person(ledger, Role.OFFICER)
        agenda.compile_agenda(ledger, meeting)
        agenda.approve(ledger, meeting, by)
        for number, choice in enumerate(choices, start=1):
            decisions.decide(ledger, meeting, topics.find(ledger, number), choice, by)
    town.now += timedelta(days=days)
    with town.ledger() as ledger:
        decisions.close(ledger, meetings.next_meeting(ledger), person(ledger, Role.OFFICER))


def test_the_arrow_is_measured_by_steps_and_days(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    for user in ("U1", "U2", "U3"):
        town.hear(user, f"{LUNCH}。{user}")
        town.settle()
    decided(town, Choice.ACT, Choice.CARRY_OVER, Choice.ACT)

    with town.ledger() as ledger:
        arrow = meters.arrow(ledger, date(2026, 4, 1), date(2027, 3, 31))
    assert (arrow.standing["acted"], arrow.standing["considered"]) == (2, 1)
    assert arrow.days["to_board"] == pytest.approx(9, abs=0.1)
    assert arrow.days["to_shared"] is not None


def test_where_nobody_moved_for_two_months_the_arrow_has_stopped(town: Town) -> None:
    town.hear("U1", LUNCH)
    town.settle()
    town.now += timedelta(days=61)

    with town.ledger() as ledger:
        assert sum(meters.arrow(ledger, date(2026, 4, 1), date(2027, 3, 31)).stopped.values()) == 1


def test_new_voices_are_a_share_of_items_and_never_of_persons(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", "集会所の電灯が切れていて暗いです")
    town.settle()
    decided(town, Choice.ACT)
    for user, text in (("U1", LUNCH), ("U2", "外国から来たお母さんが、ごみの出し方がわからず困っています")):
        town.hear(user, text)
        town.settle()
    decided(town, days=28)

    with town.ledger() as ledger:
        heard = meters.voices(ledger, date(2026, 4, 1), date(2027, 3, 31))
        paper = FORMATS["txt"](meters.meters_paper(ledger, date(2026, 12, 1))).decode()
    assert (heard.items, heard.first) == (3, 2)
    assert "67%" in paper


def test_a_step_with_one_or_two_topics_is_told_in_words(town: Town) -> None:
    town.hear("U1", LUNCH)
    town.settle()

    with town.ledger() as ledger:
        assert ledger.count(Topic) == 1
        paper = FORMATS["txt"](meters.meters_paper(ledger, TODAY)).decode()
    assert "共有：数件" in paper
    assert "■" not in paper


def test_every_paper_of_the_year_opens_in_excel_with_numbers_as_numbers(town: Town) -> None:
    town.join("Uoffice", Role.SECRETARIAT)
    town.hear("Uoffice", "10月の数 見守り 40 サロン 4")
    with town.ledger() as ledger:
        book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](status_report.status_paper(ledger, TODAY))))
        assert people.with_role(ledger, Role.SECRETARIAT)

    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert 40 in cells
    assert any(sheet._charts for sheet in book)
