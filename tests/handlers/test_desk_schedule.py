"""会議の予定: an officer sees and changes when what meets."""

import re

import pytest

from bot import meetings
from storage.meetings import Kind, Meeting, Stage
from storage.people import Role
from tests.conftest import Town
from tests.handlers.desk_town import Office, Visitor

RULE = {
    "kind": "section",
    "name": "見守り部会",
    "week": "1",
    "weekday": "3",
    "time": "10:00",
    "minutes": "60",
    "place": "集会所",
}


@pytest.fixture
def office(town: Town) -> Office:
    with town.ledger() as ledger:
        meetings.plan(ledger)
    return Office(town)


@pytest.fixture
def officer(office: Office) -> Visitor:
    return office.visitor("Uofficer", Role.OFFICER)


def meeting(office: Office, number: int) -> Meeting:
    with office.town.ledger(writing=False) as ledger:
        return meetings.find(ledger, number)


def test_the_days_stand_in_the_years_of_the_era(officer: Visitor) -> None:
    page = officer.see("/schedule")

    assert "令和8年11月18日（水） 19時" in page
    assert "会議1" in page


def test_a_meeting_is_moved_rests_and_comes_back(office: Office, officer: Visitor) -> None:
    changed = {"day": "2026-11-20", "time": "18:30", "place": "みどり会館", "minutes": "60"}
    assert "会議の予定を変えました" in officer.press("/schedule/meetings/1", **changed).text
    page = officer.see("/schedule")
    assert "令和8年11月20日（金） 18時30分" in page
    assert "みどり会館" in page

    assert "お休みにしました" in officer.press("/schedule/meetings/1/cancel").text
    assert meeting(office, 1).status == Stage.CANCELLED
    assert "予定にもどしました" in officer.press("/schedule/meetings/1/restore").text
    assert meeting(office, 1).status == Stage.PLANNED


def test_the_first_number_is_set_on_the_page_of_the_meeting(office: Office, officer: Visitor) -> None:
    assert "今年度の第何回ですか" in officer.see("/meeting")
    assert "第8回にしました" in officer.press("/schedule/meetings/1/count", "/desk/meeting", number="8").text

    assert "第8回" in officer.see("/meeting")
    assert "もう使われている番号" in officer.press("/schedule/meetings/2/count", number="1").text
    assert (meeting(office, 1).number, meeting(office, 2).number) == (8, 9)


@pytest.mark.parametrize("day", ["2026-02-30", "2026-11-01", "x", ""])
def test_a_day_that_cannot_be_is_said_to_be_none(office: Office, officer: Visitor, day: str) -> None:
    before = meeting(office, 1).starts_at
    officer.press("/schedule/meetings/1", day=day, time="19:00", place="", minutes="60")

    assert meeting(office, 1).starts_at == before


def test_an_extra_meeting_and_a_section_are_added(office: Office, officer: Visitor) -> None:
    extra = {"kind": "board:", "day": "2026-11-12", "time": "10:00", "place": "みどり会館"}
    assert "会議を予定に加えました" in officer.press("/schedule/meetings", **extra).text
    assert "くり返しの決まりを書きとめました" in officer.press("/schedule/rules", **RULE, months=["12", "1"]).text
    page = officer.see("/schedule")
    assert "臨時役員会" in page
    assert "1月・12月　第1木曜日　10:00から60分" in page
    assert "令和8年12月3日（木） 10時" in page

    officer.press("/schedule/rules/1", **(RULE | {"name": "子育て部会", "week": "5"}))
    assert "毎月　最後の木曜日" in officer.see("/schedule")
    officer.press("/schedule/rules/1/end")
    with office.town.ledger() as ledger:
        assert [m.kind for m in meetings.calendar(ledger) if m.kind != Kind.BOARD] == []


def test_a_new_address_of_the_calendar_replaces_the_old(office: Office, officer: Visitor) -> None:
    address = re.compile(r"/calendar/([0-9a-f]{40})\.ics")
    before = address.findall(officer.see("/schedule"))
    officer.press("/schedule/calendar")
    after = address.findall(officer.see("/schedule"))

    assert (len(before), len(after)) == (1, 1)
    assert before != after


def test_whoever_is_silent_is_named_kindly_for_the_board_alone(office: Office, officer: Visitor) -> None:
    office.town.join("Uclub", Role.ORGANISATION, name="子ども会の方", organisation="子ども会")
    with office.town.ledger() as ledger:
        for held in meetings.upcoming(ledger):
            held.status = Stage.HELD
            ledger.session.add(held)
        office.town.now = held.starts_at
    with office.town.ledger() as ledger:
        meetings.plan(ledger)

    assert "子ども会（子ども会の方）" in office.enter("Uofficer").see("/schedule")
    commissioner = office.visitor("Ucommissioner", Role.COMMISSIONER)
    page = commissioner.see("/schedule")
    assert "令和9年" in page
    assert not [word for word in ("子ども会の方", "/calendar/", "お休みにする") if word in page]


def test_a_commissioner_changes_nothing(office: Office) -> None:
    commissioner = office.visitor("Ucommissioner", Role.COMMISSIONER)
    for path in ("/meetings/1", "/meetings/1/cancel", "/rules", "/calendar", "/meetings"):
        assert commissioner.press(f"/schedule{path}").status_code == 403
