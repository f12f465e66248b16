"""Meetings (役員会): when the board meets, by its rule, and which one comes next."""

from datetime import date, datetime, time, timedelta

from sqlmodel import col

from bot import dates
from bot.answerable import Answerable
from storage.councils import Council
from storage.journal import JournalEntry
from storage.ledger import Ledger
from storage.meetings import Meeting, Stage
from storage.people import Person

PLANNED_AHEAD = 2
MOVED = "move_meeting"


class NoMeeting(Answerable):
    """No meeting is planned, or none of this number."""

    key = "agenda.no_meeting"


def plan(ledger: Ledger) -> list[Meeting]:
    """Write the next meetings down by the council's rule (第3水曜 19:00), and give those still to come.

    A meeting that was moved keeps its new day: a month that has a meeting gets no second one.
    """
    for year, month in _months(dates.jst(ledger.now).date(), PLANNED_AHEAD + 1):
        start = rule_start(ledger.council, year, month)
        if start > ledger.now and not _has_meeting_in(ledger, year, month):
            add(ledger, start)
    return upcoming(ledger)


def add(ledger: Ledger, starts_at: datetime) -> Meeting:
    """Write one meeting down, numbered within its fiscal year."""
    year = dates.fiscal_year(dates.jst(starts_at).date())
    return ledger.add(
        Meeting(
            council_id=ledger.council_id,
            fiscal_year=year,
            number=_next_number(ledger, year),
            starts_at=starts_at,
            minutes=ledger.council.meeting_minutes,
            place=ledger.council.meeting_place,
        )
    )


def upcoming(ledger: Ledger) -> list[Meeting]:
    """List the meetings that have not been held, soonest first."""
    return ledger.all(Meeting, col(Meeting.status) != Stage.HELD, by=(col(Meeting.starts_at), col(Meeting.id)))


def held(ledger: Ledger) -> list[Meeting]:
    """List the meetings that were held, latest first."""
    return ledger.all(Meeting, col(Meeting.status) == Stage.HELD, by=col(Meeting.starts_at).desc())


def next_meeting(ledger: Ledger) -> Meeting:
    """Give the next meeting that has not been held. Raises NoMeeting."""
    found = upcoming(ledger) or plan(ledger)
    if not found:
        raise NoMeeting
    return found[0]


def move(ledger: Ledger, meeting: Meeting, starts_at: datetime, by: Person) -> None:
    """Move a meeting to another day or hour. It keeps its number, also over the end of the fiscal year.

    The month that it leaves is written down: it has had its meeting, and gets no second one.
    """
    month = f"{dates.jst(meeting.starts_at):%Y-%m}"
    meeting.starts_at = starts_at
    ledger.session.add(meeting)
    ledger.journal(by.id, MOVED, f"meeting:{meeting.id}", month)


def drafts_from(ledger: Ledger, meeting: Meeting) -> datetime:
    """Give when the draft is compiled: `lead_days` before the meeting, at nine in the morning (Asia/Tokyo)."""
    day = dates.jst(meeting.starts_at).date() - timedelta(days=ledger.council.lead_days)
    return dates.at(day, time(9))


def title(council: Council, meeting: Meeting) -> str:
    """Give the name of a meeting as it stands on paper."""
    return f"{_year_label(meeting)} 第{meeting.number}回 {council.name} 役員会"


def rule_start(council: Council, year: int, month: int) -> datetime:
    """Give when the board meets in a month by the council's rule."""
    day = _rule_day(council, year, month)
    hour, minute = (int(part) for part in council.meeting_time.split(":"))
    return dates.at(day, time(hour, minute))


def _rule_day(council: Council, year: int, month: int) -> date:
    try:
        return dates.nth_weekday(year, month, council.meeting_week, council.meeting_weekday)
    except ValueError:  # a month without a fifth Wednesday: the last one is meant
        return dates.nth_weekday(year, month, -1, council.meeting_weekday)


def _year_label(meeting: Meeting) -> str:
    return dates.fiscal_year_label(date(meeting.fiscal_year, 5, 1))


def _months(first: date, count: int) -> list[tuple[int, int]]:
    start = first.year * 12 + first.month - 1
    return [((start + i) // 12, (start + i) % 12 + 1) for i in range(count)]


def _has_meeting_in(ledger: Ledger, year: int, month: int) -> bool:
    if ledger.first(
        JournalEntry, col(JournalEntry.action) == MOVED, col(JournalEntry.detail) == f"{year}-{month:02}"
    ):
        return True
    following = date(year + month // 12, month % 12 + 1, 1)
    return bool(
        ledger.count(
            Meeting,
            col(Meeting.starts_at) >= dates.at(date(year, month, 1), time()),
            col(Meeting.starts_at) < dates.at(following, time()),
        )
    )


def _next_number(ledger: Ledger, year: int) -> int:
    last = ledger.first(Meeting, col(Meeting.fiscal_year) == year, by=col(Meeting.number).desc())
    return last.number + 1 if last else 1
