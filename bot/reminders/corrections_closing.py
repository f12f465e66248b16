"""The minutes' time for corrections ends: whoever was invited hears it once, on the last working day before."""

from collections.abc import Iterator, Sequence
from datetime import time, timedelta

from sqlmodel import col

from bot import dates, meetings
from bot.messages import Choice
from bot.reminders.kind import Cause, Due, Kind, Line, by_number, tail, working_day_before
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.meetings import Meeting
from storage.minutes import Record


def _causes(ledger: Ledger) -> Iterator[Cause]:
    is_open = (col(Record.approved_at).is_not(None), col(Record.final_at).is_(None))
    for record in ledger.all(Record, *is_open, col(Record.corrections_until) > ledger.now):
        meeting = ledger.by_id(Meeting, record.meeting_id)
        closes = record.corrections_until or ledger.now
        last = dates.jst(closes - timedelta(minutes=1)).date()  # what ends at midnight ends with the day before
        due_at = dates.at(working_day_before(ledger, last + timedelta(days=1)), time())
        for person in meetings.invited(ledger, meeting):
            yield Cause(id_of(person), f"corrections:{meeting.id}", due_at, record.corrections_until)


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    ids = {int(tail(reminder.subject)) for reminder in those}
    found = {str(m.id): meetings.title(ledger.council, m) for m in ledger.all(Meeting, col(Meeting.id).in_(ids))}
    return [_line(reminder, found[tail(reminder.subject)]) for reminder in those]


def _line(reminder: Due, title: str) -> Line:
    id_ = tail(reminder.subject)
    last = dates.jst((reminder.until or reminder.due_at) - timedelta(minutes=1))
    words = phrase("reminder.corrections_closing", title=title, until=f"{last.month}月{last.day}日")
    see = Choice(phrase("reminder.see_minutes"), f"議事録 {id_}")
    return by_number(KIND, reminder, words, see, Choice(phrase("reminder.amend"), f"訂正あり {id_}"))


KIND = Kind("corrections", 15, _causes, _lay, is_personal=True, may_be_done=True)
