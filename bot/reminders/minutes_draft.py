"""Minutes that wait for an officer's word before they go round."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlmodel import col

from bot import meetings, people
from bot.messages import Choice
from bot.reminders.kind import Cause, Due, Kind, Line, by_number, tail
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.meetings import Meeting
from storage.minutes import Record

AFTER = timedelta(hours=8)  # the meeting is in the evening; the morning after is early enough


def _causes(ledger: Ledger) -> Iterator[Cause]:
    waiting = ledger.all(Record, col(Record.approved_at).is_(None), col(Record.final_at).is_(None))
    ended = {m.id: m for m in ledger.all(Meeting, col(Meeting.id).in_([r.meeting_id for r in waiting]))}
    for record in waiting:
        meeting = ended[record.meeting_id]
        for person in people.with_role(ledger, *people.BOARD):
            due_at = (meeting.held_at or meeting.starts_at) + AFTER
            yield Cause(id_of(person), f"minutes:{meeting.id}", due_at)


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    ids = {int(tail(reminder.subject)) for reminder in those}
    titles = {str(m.id): meetings.title(ledger.council, m) for m in ledger.all(Meeting, col(Meeting.id).in_(ids))}
    return [_line(reminder, titles[tail(reminder.subject)]) for reminder in those]


def _line(reminder: Due, title: str) -> Line:
    see = Choice(phrase("reminder.see_minutes"), f"議事録 {tail(reminder.subject)}")
    return by_number(KIND, reminder, phrase("reminder.minutes_draft", title=title), see)


KIND = Kind("minutes", 20, _causes, _lay, again_days=2)
