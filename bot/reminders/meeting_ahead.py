"""A meeting tomorrow: said on the last working day before it, with one tap for coming or not coming."""

from collections.abc import Iterator, Sequence
from datetime import time, timedelta

from sqlmodel import col

from bot import attendance, dates, meetings
from bot.messages import Choice
from bot.reminders.kind import Cause, Due, Kind, Line, by_number, tail, working_day_before
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.meetings import Meeting, Presence, Stage

SOON = timedelta(days=15)  # the longest rest (年末年始 with weekends) lies within


def _causes(ledger: Ledger) -> Iterator[Cause]:
    soon = (col(Meeting.starts_at) > ledger.now, col(Meeting.starts_at) < ledger.now + SOON)
    for meeting in ledger.all(Meeting, *soon, col(Meeting.status).not_in([Stage.HELD, Stage.CANCELLED])):
        day = dates.jst(meeting.starts_at).date()
        due_at = dates.at(working_day_before(ledger, day), time())
        known = attendance.of_meeting(ledger, meeting)
        for person in meetings.invited(ledger, meeting):
            # a moved meeting is another subject: it is said again, and the old day never
            if known.get(id_of(person)) != Presence.EXCUSED:
                yield Cause(id_of(person), f"meeting:{meeting.id}@{day}", due_at, meeting.starts_at)


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    ids = {int(tail(reminder.subject).split("@", maxsplit=1)[0]) for reminder in those}
    found = {id_of(m): m for m in ledger.all(Meeting, col(Meeting.id).in_(ids))}
    titles = {id_: _title(ledger, meeting) for id_, meeting in found.items()}
    return [_line(reminder, titles) for reminder in those]


def _title(ledger: Ledger, meeting: Meeting) -> str:
    return phrase(
        "reminder.meeting_ahead",
        title=meetings.title(ledger.council, meeting),
        when=dates.spoken(meeting.starts_at),
        place=phrase("reminder.at_place", place=meeting.place) if meeting.place else "",
    )


def _line(reminder: Due, titles: dict[int, str]) -> Line:
    id_ = int(tail(reminder.subject).split("@", maxsplit=1)[0])
    coming = Choice(phrase("reminder.coming"), f"出欠 出ます {id_}")
    excused = Choice(phrase("reminder.excused"), f"出欠 欠席 {id_}")
    line = by_number(KIND, reminder, titles[id_], coming, excused)
    return Line(line.text, line.mark, line.choices[:2])


KIND = Kind("meeting", 10, _causes, _lay, is_personal=True, may_be_done=True)
