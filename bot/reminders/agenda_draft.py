"""A draft of the agenda that waits for an officer's word: without it no paper goes round."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlmodel import col

from bot import dates, meetings, people
from bot.messages import Choice
from bot.reminders.kind import Cause, Due, Kind, Line, by_number, tail
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.meetings import Meeting, Stage

AFTER = timedelta(days=1)  # the draft itself is shown on its own day


def _causes(ledger: Ledger) -> Iterator[Cause]:
    drafted = ledger.all(Meeting, col(Meeting.status) == Stage.DRAFTED, col(Meeting.starts_at) > ledger.now)
    for meeting in drafted:
        due_at = meetings.drafts_from(ledger, meeting) + AFTER
        for person in people.with_role(ledger, *people.BOARD):
            yield Cause(id_of(person), f"agenda:{meeting.id}", due_at, meeting.starts_at)


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    ids = {int(tail(reminder.subject)) for reminder in those}
    found = {str(m.id): m for m in ledger.all(Meeting, col(Meeting.id).in_(ids))}
    return [_line(ledger, reminder, found[tail(reminder.subject)]) for reminder in those]


def _line(ledger: Ledger, reminder: Due, meeting: Meeting) -> Line:
    title, day = meetings.title(ledger.council, meeting), dates.spoken(meeting.starts_at)
    words = phrase("reminder.agenda_draft", title=title, day=day)
    return by_number(KIND, reminder, words, Choice(phrase("reminder.see_agenda"), "次第"))


KIND = Kind("agenda", 20, _causes, _lay, again_days=2)
