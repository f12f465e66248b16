"""Meetings: there is always one to prepare, and a moved one has no twin."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot import dates, meeting_changes, meetings
from storage.ledger import Ledger
from storage.meetings import Meeting, Stage
from storage.people import Person, Role
from tests.conftest import Town


def officer(ledger: Ledger) -> Person:
    return ledger.one(Person)


@pytest.fixture
def board(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER)
    return town


def days(town: Town) -> list[str]:
    with town.ledger() as ledger:
        return [f"{dates.jst(m.starts_at):%m-%d}" for m in meetings.plan(ledger)]


def move(town: Town, place: int, to: datetime) -> None:
    with town.ledger() as ledger:
        meeting = meetings.upcoming(ledger)[place]
        meeting_changes.move(ledger, meeting, to, ledger.first(Person))  # type: ignore[arg-type]


def test_a_new_council_has_a_meeting_at_once(town: Town) -> None:
    with town.ledger() as ledger:
        assert ledger.count(Meeting) == 0
        assert dates.spoken(meetings.next_meeting(ledger).starts_at) == "11月18日（水）19時"


def test_planning_again_plans_nothing_twice(both_towns: Town) -> None:
    assert days(both_towns) == days(both_towns) == ["11-18", "12-16", "01-20"]


@pytest.mark.parametrize("to", [(2026, 11, 25), (2026, 12, 2), (2026, 12, 30)])
def test_the_month_that_a_meeting_leaves_gets_no_second_one(board: Town, to: tuple[int, int, int]) -> None:
    days(board)
    move(board, 0, datetime(*to, 10, tzinfo=UTC))

    assert len(days(board)) == 3


def test_meetings_that_move_over_the_end_of_the_fiscal_year_keep_their_numbers(board: Town) -> None:
    board.now = datetime(2027, 2, 20, tzinfo=UTC)
    assert days(board) == ["03-17", "04-21"]
    move(board, 0, datetime(2027, 4, 7, 10, tzinfo=UTC))
    board.now += timedelta(days=25)
    days(board)

    with board.ledger() as ledger:
        found = [(m.fiscal_year, m.number, meetings.title(ledger.council, m)[:10]) for m in ledger.all(Meeting)]
    assert [name for *_, name in found] == ["令和8年度 第1回 ", "令和9年度 第1回 ", "令和9年度 第2回 "]
    assert len({key[:2] for key in found}) == len(found)


def test_two_meetings_that_change_places_over_the_new_year_of_the_books(board: Town) -> None:
    board.now = datetime(2027, 2, 20, tzinfo=UTC)
    days(board)
    move(board, 0, datetime(2027, 4, 21, 10, tzinfo=UTC))
    move(board, 0, datetime(2027, 3, 24, 10, tzinfo=UTC))

    for _ in range(3):
        board.now += timedelta(days=20)
        days(board)
    with board.ledger() as ledger:
        keys = [(m.fiscal_year, m.number) for m in ledger.all(Meeting)]
        assert len(set(keys)) == len(keys)


def test_a_month_without_a_fifth_wednesday_takes_its_last(town: Town) -> None:
    with town.ledger() as ledger:
        ledger.council.meeting_week = 5
        ledger.session.add(ledger.council)

    assert days(town) == ["11-25", "12-30", "01-27"]


def test_the_draft_follows_a_moved_meeting(board: Town) -> None:
    days(board)
    move(board, 0, datetime(2026, 11, 25, 10, tzinfo=UTC))
    with board.ledger() as ledger:
        assert meetings.drafts_from(ledger, meetings.next_meeting(ledger)) == dates.at(
            date(2026, 11, 18),
            datetime(2026, 1, 1, 9).time(),  # noqa: DTZ001 - an hour alone
        )


def test_a_leap_day_is_a_day(town: Town) -> None:
    town.now = datetime(2028, 2, 29, 1, 0, tzinfo=UTC)
    with town.ledger() as ledger:
        ledger.council.meeting_week, ledger.council.meeting_weekday = -1, 1
        ledger.session.add(ledger.council)
    assert days(town)[0] == "02-29"


def test_a_held_meeting_is_history(town: Town) -> None:
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        meeting.status = Stage.HELD
        ledger.session.add(meeting)
        ledger.session.flush()
        assert meetings.held(ledger) == [meeting]
        assert meetings.next_meeting(ledger).id != meeting.id
