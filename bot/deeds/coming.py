"""出欠: whoever is invited says beforehand whether they come."""

from bot import attendance, dates, meetings
from bot.answerable import Answerable
from bot.deeds.asked import Asked, Deed, N, done
from bot.messages import Say
from storage.meetings import Meeting


def _meeting(asked: Asked) -> Meeting:
    """Give the meeting meant, when the person is invited to it and it is still to come."""
    asked.require("know_meetings")
    meeting = meetings.find(asked.ledger, asked.wish.number)
    if meeting.status in meetings.OVER:
        raise Answerable("circulation.over")
    if asked.person.id not in {person.id for person in meetings.invited(asked.ledger, meeting)}:
        raise Answerable("circulation.not_invited")
    return meeting


def _come(asked: Asked) -> Say:
    meeting = _meeting(asked)
    attendance.will_come(asked.ledger, meeting, asked.person)
    return done("circulation.will_come", when=dates.spoken(meeting.starts_at), label=meetings.label(meeting))


def _excuse(asked: Asked) -> Say:
    meeting = _meeting(asked)
    attendance.excuse(asked.ledger, meeting, asked.person)
    return done(
        "circulation.excused",
        when=dates.spoken(meeting.starts_at),
        label=meetings.label(meeting),
        number=asked.wish.number,
    )


DEEDS = (
    Deed("come", rf"出欠\s*(?:出ます|出席){N}", _come),
    Deed("excuse", rf"出欠\s*(?:欠席|休みます){N}", _excuse),
)
