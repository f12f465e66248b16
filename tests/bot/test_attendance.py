"""Attendance: who is there, who has excused themselves, and who is to get what was said."""

import pytest

from bot import attendance, meetings, people
from storage.ledger import Ledger, id_of
from storage.meetings import Kind, Meeting, Presence, Rule
from storage.people import Person, Role
from tests.conftest import Town


@pytest.fixture
def board(both_towns: Town) -> Town:
    """A board of four, one of them of an organisation, with its secretary."""
    for user, role, name in (
        ("Usecretary", Role.SECRETARIAT, "事務局の山田"),
        ("Uchair", Role.OFFICER, "田中 一郎"),
        ("Uvice", Role.OFFICER, "田中 花子"),
        ("Ucommissioner", Role.COMMISSIONER, "佐藤"),
        ("Uclub", Role.ORGANISATION, "子ども会"),
    ):
        both_towns.join(user, role, name=name)
    both_towns.hear("Uneighbour", "こんにちは")
    return both_towns


def _person(ledger: Ledger, user: str) -> Person:
    found = people.find(ledger, f"line:{user}")
    assert found is not None
    return found


def _names(ledger: Ledger, those: list[Person]) -> list[str | None]:
    return [people.name_of(ledger, p) for p in those]


def test_everybody_with_a_part_in_the_board_is_invited_and_no_neighbour(board: Town) -> None:
    with board.ledger() as ledger:
        invited = attendance.invited(ledger, meetings.next_meeting(ledger))
        assert _names(ledger, invited) == ["田中 一郎", "田中 花子", "佐藤", "子ども会", "事務局の山田"]


def test_a_section_invites_its_own_people(board: Town) -> None:
    with board.ledger() as ledger:
        chair = _person(ledger, "Uchair")
        rule = ledger.add(
            Rule(
                council_id=ledger.council_id,
                kind=Kind.SECTION,
                name="見守り部会",
                invited_roles=[Role.COMMISSIONER],
                invited_ids=[id_of(chair)],
            )
        )
        section = ledger.add(
            Meeting(
                council_id=ledger.council_id,
                kind=Kind.SECTION,
                name="見守り部会",
                rule_id=rule.id,
                fiscal_year=2026,
                number=1,
                starts_at=board.now,
            )
        )
        assert _names(ledger, attendance.invited(ledger, section)) == ["田中 一郎", "佐藤"]


def test_whoever_is_not_there_is_absent_excused_or_not(board: Town) -> None:
    with board.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        attendance.excuse(ledger, meeting, _person(ledger, "Uclub"))
        for user in ("Uchair", "Usecretary", "Ucommissioner"):
            attendance.mark(ledger, meeting, _person(ledger, user), Presence.PRESENT, None)

        assert _names(ledger, attendance.present(ledger, meeting)) == ["田中 一郎", "佐藤", "事務局の山田"]
        assert _names(ledger, attendance.absentees(ledger, meeting)) == ["田中 花子", "子ども会"]
        assert _names(ledger, attendance.excused(ledger, meeting)) == ["子ども会"]
        assert attendance.counts(ledger, meeting) == (5, 3, 1, 1)


def test_where_attendance_was_not_taken_nobody_is_called_absent(board: Town) -> None:
    with board.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        assert attendance.absentees(ledger, meeting) == []
        attendance.excuse(ledger, meeting, _person(ledger, "Uclub"))
        assert _names(ledger, attendance.absentees(ledger, meeting)) == ["子ども会"]
        assert attendance.counts(ledger, meeting) == (5, 0, 1, 0)


def test_an_excuse_can_be_taken_back_and_never_sends_away_who_is_there(board: Town) -> None:
    with board.ledger() as ledger:
        meeting, club = meetings.next_meeting(ledger), _person(ledger, "Uclub")
        attendance.excuse(ledger, meeting, club)
        attendance.will_come(ledger, meeting, club)
        assert attendance.of_meeting(ledger, meeting) == {}

        attendance.mark(ledger, meeting, club, Presence.PRESENT, None)
        attendance.excuse(ledger, meeting, club)
        attendance.will_come(ledger, meeting, club)
        assert attendance.of_meeting(ledger, meeting) == {id_of(club): Presence.PRESENT}


def test_the_board_is_complete_with_more_than_half_of_its_seats(board: Town) -> None:
    with board.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        assert attendance.quorum(ledger, meeting) is None

        ledger.council.seats = 4
        for user in ("Uchair", "Uvice", "Usecretary"):
            attendance.mark(ledger, meeting, _person(ledger, user), Presence.PRESENT, None)
        found = attendance.quorum(ledger, meeting)
        assert found is not None
        assert (found, found.is_reached) == ((4, 2), False)

        attendance.mark(ledger, meeting, _person(ledger, "Uclub"), Presence.PRESENT, None)
        found = attendance.quorum(ledger, meeting)
        assert found is not None
        assert (found, found.is_reached) == ((4, 3), True)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("田中", ["田中 一郎", "田中 花子"]),
        ("田中一郎", ["田中 一郎"]),
        ("田中　花子さん", ["田中 花子"]),
        ("佐藤さん", ["佐藤"]),
        ("鈴木", []),
        ("", []),
    ],
)
def test_people_are_found_by_what_the_officers_call_them(board: Town, words: str, found: list[str]) -> None:
    with board.ledger() as ledger:
        everybody = attendance.invited(ledger, meetings.next_meeting(ledger))
        assert _names(ledger, attendance.matching(ledger, everybody, words)) == found
