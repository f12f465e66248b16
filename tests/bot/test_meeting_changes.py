"""Meetings that move, rest or are added: numbers without gaps, nothing lost, and whoever knew is told."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlmodel import col

from bot import agenda, dates, meeting_changes, meeting_rules, meetings
from bot.meeting_rules import NotARule, Wanted
from bot.meetings import NotThisNumber
from bot.spoken_days import DayIsOver
from storage.ledger import Ledger
from storage.meetings import Item, Kind, Meeting, Section, Stage
from storage.people import Person, Role
from tests.conftest import Town

LUNCH = "夏休みの間、昼ごはんを食べていない子が近所にいるようです"
WATCH = Wanted("section", "見守り部会", (), 1, 3, "10:00", 60, "集会所", ("commissioner",))


@pytest.fixture
def council(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER)
    town.join("Ucommissioner", Role.COMMISSIONER)
    with town.ledger() as ledger:
        meetings.plan(ledger)
    return town


def officer(ledger: Ledger) -> Person:
    return ledger.one(Person, col(Person.role) == Role.OFFICER)


def numbers(ledger: Ledger, kind: Kind = Kind.BOARD) -> list[tuple[str, int]]:
    found = [m for m in meetings.calendar(ledger) if m.kind == kind]
    return [(f"{dates.jst(m.starts_at):%m-%d}", m.number) for m in found]


def said(town: Town, user: str, words: str) -> list[str]:
    return [say.text for say in town.words(user) if words in say.text]


def test_a_cancelled_meeting_gives_its_number_to_the_next(council: Town) -> None:
    with council.ledger() as ledger:
        assert numbers(ledger) == [("11-18", 1), ("12-16", 2), ("01-20", 3)]
        meeting_changes.cancel(ledger, meetings.next_meeting(ledger), officer(ledger))
        assert numbers(ledger) == [("12-16", 1), ("01-20", 2)]

        meetings.plan(ledger)  # the month has had its meeting
        assert numbers(ledger) == [("12-16", 1), ("01-20", 2)]
        meeting_changes.restore(ledger, meetings.cancelled(ledger)[0], officer(ledger))
        assert numbers(ledger) == [("11-18", 1), ("12-16", 2), ("01-20", 3)]


def test_numbers_on_papers_that_have_left_stay(council: Town) -> None:
    with council.ledger() as ledger:
        first, second, third = meetings.upcoming(ledger)
        agenda.approve(ledger, second, officer(ledger))
        meeting_changes.cancel(ledger, first, officer(ledger))

        assert (second.number, third.number) == (2, 1 + 2)


def test_a_council_that_begins_in_the_middle_of_a_year_counts_on_from_its_own_number(council: Town) -> None:
    with council.ledger() as ledger:
        first, *_ = meetings.upcoming(ledger)
        meetings.count_as(ledger, first, 8, officer(ledger))
        assert numbers(ledger) == [("11-18", 8), ("12-16", 9), ("01-20", 10)]
        assert "第8回" in meetings.title(ledger.council, first)

        meeting_changes.cancel(ledger, first, officer(ledger))
        assert numbers(ledger) == [("12-16", 8), ("01-20", 9)]
        meetings.plan(ledger)
        assert numbers(ledger) == [("12-16", 8), ("01-20", 9)]


def test_a_number_on_a_paper_that_has_left_is_given_to_no_other(council: Town) -> None:
    with council.ledger() as ledger:
        first, second, third = meetings.upcoming(ledger)
        agenda.approve(ledger, first, officer(ledger))
        for wanted, meeting in ((8, first), (1, second), (2, third), (100, second)):
            with pytest.raises(NotThisNumber):
                meetings.count_as(ledger, meeting, wanted, officer(ledger))
        meetings.count_as(ledger, second, 8, officer(ledger))
        assert numbers(ledger) == [("11-18", 1), ("12-16", 8), ("01-20", 9)]


def test_an_officer_says_the_number_by_chat(council: Town) -> None:
    council.hear("Uofficer", "会議 回数 1 第8回")
    assert "第8回にしました" in council.last("Uofficer").text
    council.hear("Ucommissioner", "会議 回数 1 第9回")
    with council.ledger() as ledger:
        assert meetings.next_meeting(ledger).number == 8


def test_nothing_on_a_cancelled_paper_drops_out(council: Town) -> None:
    council.hear("Uresident", LUNCH)
    council.settle()
    with council.ledger() as ledger:
        first = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, first)
        agenda.add_line(ledger, first, Section.REPORT, "子ども会の報告", officer(ledger))
        meeting_changes.cancel(ledger, first, officer(ledger))
        following = meetings.next_meeting(ledger)
        items = agenda.compile_agenda(ledger, following)

        assert sorted(agenda.heading(ledger, item)[:4] for item in items) == ["夏休みの", "子ども会"]
        assert {item.meeting_id for item in ledger.all(Item)} == {following.id}


def test_an_extra_meeting_leaves_the_others_their_numbers_and_takes_the_topics(council: Town) -> None:
    with council.ledger() as ledger:
        extra = meeting_changes.add(ledger, dates.at(dates.jst(ledger.now).date(), time(18)), "", officer(ledger))

        assert meetings.title(ledger.council, extra) == "令和8年度 第1回 みどり地区社協 臨時役員会"
        assert meetings.next_meeting(ledger) == extra
        meetings.plan(ledger)
        assert numbers(ledger) == [("11-10", 1), ("11-18", 1), ("12-16", 2), ("01-20", 3)]


def test_only_those_who_knew_of_the_day_are_told(council: Town) -> None:
    with council.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        meeting_changes.move(ledger, meeting, meeting.starts_at + timedelta(days=1), officer(ledger))
    assert said(council, "Ucommissioner", "日にちが変わりました") == []

    with council.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        meeting.circulated_at = ledger.now
        meeting_changes.move(ledger, meeting, meeting.starts_at + timedelta(days=1), officer(ledger))
        meeting_changes.change(ledger, meeting, officer(ledger), place="みどり会館")
        meeting_changes.change(ledger, meeting, officer(ledger), place="みどり会館", minutes=60)
        meeting_changes.cancel(ledger, meeting, officer(ledger))
        assert meeting.changes == 5
    told = [text.split("\n")[0] for text in said(council, "Ucommissioner", "役員会")]
    assert told == [
        "役員会の日にちが変わりました。",
        "役員会の会場が変わりました。",
        "11月20日（金）19時の役員会は、お休みになりました。次の会議の日は、あらためてお知らせします。",
    ]


def test_what_was_held_or_has_passed_cannot_be_moved(council: Town) -> None:
    with council.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        with pytest.raises(DayIsOver):
            meeting_changes.move(ledger, meeting, ledger.now - timedelta(days=1), officer(ledger))
        meeting.status = Stage.HELD
        with pytest.raises(meeting_changes.MeetingIsOver):
            meeting_changes.cancel(ledger, meeting, officer(ledger))


def test_months_without_a_meeting_are_passed_over(council: Town) -> None:
    with council.ledger() as ledger:
        ledger.council.meeting_skips = [2, 8]
        ledger.session.add(ledger.council)
    council.now = datetime(2027, 1, 25, tzinfo=UTC)
    with council.ledger() as ledger:
        for meeting in meetings.upcoming(ledger):
            meeting.status = Stage.HELD
            ledger.session.add(meeting)
        assert [f"{dates.jst(m.starts_at):%m-%d}" for m in meetings.plan(ledger)] == ["03-17", "04-21"]


def test_a_section_meets_by_its_own_rule_and_number_and_with_its_own_people(council: Town) -> None:
    with council.ledger() as ledger:
        meeting_rules.add(ledger, WATCH, officer(ledger))
        assert numbers(ledger, Kind.SECTION) == [("12-03", 1), ("01-07", 2)]
        section = next(m for m in meetings.calendar(ledger) if m.kind == Kind.SECTION)

        assert meetings.title(ledger.council, section) == "令和8年度 第1回 みどり地区社協 見守り部会"
        assert [person.role for person in meetings.invited(ledger, section)] == [Role.COMMISSIONER]
        assert {m.kind for m in meetings.upcoming(ledger)} == {Kind.BOARD}
        assert agenda.compile_agenda(ledger, section) == []


def test_an_assembly_once_a_year_is_written_down_far_ahead(council: Town) -> None:
    with council.ledger() as ledger:
        meeting_rules.add(ledger, Wanted("assembly", "", (5,), 5, 6, "10:00", 120, "小学校"), officer(ledger))
        assembly = next(m for m in meetings.calendar(ledger) if m.kind == Kind.ASSEMBLY)

        assert dates.wareki(dates.jst(assembly.starts_at).date()) == "令和9年5月30日（日）"  # a fifth Sunday
        assert meetings.title(ledger.council, assembly) == "令和9年度 みどり地区社協 総会"
        assert len(meetings.invited(ledger, assembly)) == 2


def test_a_section_that_nobody_closed_is_over_when_its_day_is(council: Town) -> None:
    with council.ledger() as ledger:
        meeting_rules.add(ledger, WATCH, officer(ledger))
    council.now = datetime(2026, 12, 4, tzinfo=UTC)
    with council.ledger() as ledger:
        meetings.plan(ledger)
        found = ledger.all(Meeting, col(Meeting.kind) == Kind.SECTION, by=col(Meeting.starts_at))
        assert [meeting.status for meeting in found[:2]] == [Stage.HELD, Stage.PLANNED]


def test_an_ended_rule_leaves_no_meeting_behind(council: Town) -> None:
    with council.ledger() as ledger:
        rule = meeting_rules.add(ledger, WATCH, officer(ledger))
        meeting_rules.end(ledger, rule, officer(ledger))
        meetings.plan(ledger)
        assert numbers(ledger, Kind.SECTION) == []
        assert meetings.rules(ledger) == []


@pytest.mark.parametrize(
    "wrong", [{"kind": "board"}, {"name": " "}, {"months": (13,)}, {"week": 6}, {"weekday": 7}, {"time": "25:00"}]
)
def test_a_rule_that_no_calendar_can_follow_is_refused(council: Town, wrong: dict[str, object]) -> None:
    with council.ledger() as ledger, pytest.raises(NotARule):
        meeting_rules.add(ledger, Wanted(**{**vars(WATCH), **wrong}), officer(ledger))  # type: ignore[arg-type]


# --- by chat ----------------------------------------------------------------------------------------


def test_an_officer_who_only_has_line_plans_the_meetings(council: Town) -> None:
    council.hear("Uofficer", "会議")
    listed = council.last("Uofficer").text
    assert "会議1　11月18日（水）19時　役員会" in listed
    assert "会議 移す 1 12/18 19:00" in listed

    for typed, answer in (
        ("会議 移す 1 11月20日", "会議1（役員会）を11月20日（金）19時に移しました。"),
        ("会議 会場 1 みどり会館", "会議1（役員会）を変えました。11月20日（金）19時から90分、会場：みどり会館"),
        ("会議 長さ 1 60分", "会議1（役員会）を変えました。11月20日（金）19時から60分、会場：みどり会館"),
        (
            "会議 休み 1",
            "会議1（役員会、11月20日（金）19時）をお休みにしました。「会議 再開 1」で元にもどせます。",
        ),
        ("会議 再開 1", "会議1（役員会）を、11月20日（金）19時に開きます。"),
        ("会議 移す 1 2/30", "日にちが読み取れませんでした。"),
        ("会議 移す 1 11/1", "その日時はもう過ぎています。"),
        ("会議 移す 99 12/18", "番号99の会議が見つかりませんでした。"),
        (
            "会議 加える 12/20 10:00 みどり会館",
            "12月20日（日）10時に臨時役員会を加えました（会議4）。会場：みどり会館",
        ),
    ):
        council.hear("Uofficer", typed)
        assert council.last("Uofficer").text.startswith(answer)


def test_the_calendars_address_is_for_officers_alone_and_in_private(council: Town) -> None:
    council.hear("Uofficer", "会議 カレンダー")
    assert "/calendar/" in council.last("Uofficer").text
    council.hear("Ucommissioner", "会議 カレンダー")
    assert "/calendar/" not in council.last("Ucommissioner").text
    council.hear("Uresident", "会議")
    assert "会議1" not in council.last("Uresident").text
    council.hear("Ucommissioner", "会議")
    assert "会議1" in council.last("Ucommissioner").text
    assert "移す" not in council.last("Ucommissioner").text
