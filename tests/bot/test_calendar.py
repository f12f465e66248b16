"""The calendar: what a telephone finds at the council's address, read as a telephone reads it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from bot import calendar, meeting_changes, meetings
from handlers.web import calendar as feed
from storage.people import Person, Role
from tests.conftest import Town
from tests.handlers.desk_town import Browser

PUBLIC = "https://kizuki.example"


@pytest.fixture
def board(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER, name="会長の山本")
    with town.ledger() as ledger:
        ledger.council.meeting_place = "みどり会館 2階"
        meetings.plan(ledger)
    return town


def path(town: Town) -> str:
    with town.ledger() as ledger:
        return calendar.address(ledger, PUBLIC).removeprefix(f"{PUBLIC}/calendar")


def ask(town: Town, where: str | None = None, **headers: str) -> httpx.Response:
    app = feed.build(town.database, town.keyring, PUBLIC, lambda: town.now)
    return Browser(app).get(where or path(town), headers={k.replace("_", "-"): v for k, v in headers.items()})


def events(town: Town) -> list[Any]:
    return list(Calendar.from_ical(ask(town).content).walk("VEVENT"))


def test_a_telephone_reads_days_places_and_hours_of_japan(board: Town) -> None:
    answer = ask(board)

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    first = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert str(first["summary"]) == "みどり地区社協 役員会"
    assert first["dtstart"].params["TZID"] == "Asia/Tokyo"
    assert first["dtstart"].dt.astimezone(UTC) == datetime(2026, 11, 18, 10, tzinfo=UTC)
    assert first["dtend"].dt - first["dtstart"].dt == timedelta(minutes=90)
    assert str(first["location"]) == "みどり会館 2階"
    assert first["status"] == "CONFIRMED"
    zones = Calendar.from_ical(answer.content).walk("VTIMEZONE")
    assert [str(zone["tzid"]) for zone in zones] == ["Asia/Tokyo"]


def test_every_line_is_as_short_as_the_standard_asks(board: Town) -> None:
    assert max(len(line) for line in ask(board).content.split(b"\r\n")) <= 75


def test_a_moved_meeting_stays_the_same_entry_with_a_higher_count(board: Town) -> None:
    before = events(board)[0]
    board.now += timedelta(hours=1)
    with board.ledger() as ledger:
        first = meetings.next_meeting(ledger)
        meeting_changes.move(ledger, first, first.starts_at + timedelta(days=2), ledger.one(Person))

    after = events(board)[0]
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["dtstamp"].dt - before["dtstamp"].dt == timedelta(hours=1)


def test_a_cancelled_meeting_stays_in_the_file_as_cancelled(board: Town) -> None:
    with board.ledger() as ledger:
        meeting_changes.cancel(ledger, meetings.next_meeting(ledger), ledger.one(Person))

    found = [(str(event["status"]), str(event["summary"])[:4]) for event in events(board)]
    assert found == [("CANCELLED", "【休会】"), ("CONFIRMED", "みどり地"), ("CONFIRMED", "みどり地")]


def test_nobody_and_no_concern_stands_in_the_file(board: Town) -> None:
    board.hear("Uofficer", "2丁目の佐藤さんが最近やせて心配です")
    board.settle()

    text = ask(board).content.decode()
    assert "役員会" in text
    assert not [word for word in ("山本", "佐藤", "心配", "ATTENDEE", "ORGANIZER", "DESCRIPTION") if word in text]


def test_a_telephone_that_has_the_newest_gets_nothing_again(board: Town) -> None:
    first = ask(board)
    assert first.headers["cache-control"] == "private, max-age=3600"

    again = ask(board, If_None_Match=first.headers["etag"])
    by_time = ask(board, If_Modified_Since=first.headers["last-modified"])
    assert [(a.status_code, a.content) for a in (again, by_time)] == [(304, b"")] * 2
    assert ask(board, If_None_Match='"old"').status_code == 200
    assert ask(board, If_Modified_Since="yesterday").status_code == 200


def test_a_new_address_ends_the_old_one(board: Town) -> None:
    old = path(board)
    with board.ledger() as ledger:
        calendar.turn(ledger, ledger.one(Person))

    assert ask(board, old).status_code == 404
    assert ask(board).status_code == 200


@pytest.mark.parametrize("wrong", ["/.ics", "/x.ics", "/" + "0" * 40 + ".ics", "/あ.ics", "/%00.ics"])
def test_a_wrong_address_finds_nothing(board: Town, wrong: str) -> None:
    assert ask(board, wrong).status_code == 404
