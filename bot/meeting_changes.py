"""Changes of meetings: one is moved, cancelled (休会), held elsewhere, or added (臨時), and who is told of it.

The calendar feed carries every change by itself. A message goes out only where people have been told of the
old day: a change that nobody can have written down yet needs no word.
"""

from datetime import datetime, timedelta

from sqlmodel import col

from bot import dates, meetings, outbox, rest
from bot.answerable import Answerable
from bot.messages import Say
from bot.spoken_days import DayIsOver
from bot.texts import phrase
from storage.ledger import Ledger
from storage.meetings import BringIn, Decision, Item, Kind, Meeting, Stage
from storage.people import Person

CHANGED = "change_meeting"
CANCELLED = "cancel_meeting"
RESTORED = "restore_meeting"
KNOWN_BY_RULE = timedelta(days=14)  # so long before it people have a section's next day in mind


class MeetingIsOver(Answerable):
    """The meeting was held or begun; it can no longer be moved or cancelled."""

    key = "schedule.is_over"


class NotCancelled(Answerable):
    """Only what was cancelled can be put back."""

    key = "schedule.not_cancelled"


def add(
    ledger: Ledger, starts_at: datetime, place: str, by: Person, *, kind: Kind = Kind.BOARD, name: str = ""
) -> Meeting:
    """Write down a meeting beside those of the rule (臨時). An extra board meeting has a count of its own.

    The regular ones so keep the numbers under which people know them. Raises DayIsOver.
    """
    _require_to_come(ledger, starts_at)
    extra = phrase("schedule.extra") if kind == Kind.BOARD else name
    meeting = meetings.add(ledger, starts_at, kind=kind, name=extra)
    meeting.place = place.strip()[:80] or meeting.place
    meetings.renumber(ledger, meeting)
    ledger.journal(by.id, CHANGED, f"meeting:{meeting.id}", "extra")
    return meeting


def move(ledger: Ledger, meeting: Meeting, starts_at: datetime, by: Person) -> None:
    """Move a meeting to another day or hour. It stays in its fiscal year, also over the end of it.

    The month that it leaves is written down: it has had its meeting, and gets no second one.
    Raises MeetingIsOver, DayIsOver.
    """
    _require_open(ledger, meeting)
    _require_to_come(ledger, starts_at)
    was, month = meeting.starts_at, meetings.month_of(meeting)
    if starts_at == was:
        return
    meeting.starts_at = starts_at
    meeting.changes += 1
    ledger.journal(by.id, meetings.MOVED, f"meeting:{meeting.id}", month)
    meetings.renumber(ledger, meeting)
    _tell(ledger, meeting, "schedule.moved", min(was, starts_at), was=dates.spoken(was))


def change(
    ledger: Ledger, meeting: Meeting, by: Person, *, place: str | None = None, minutes: int | None = None
) -> None:
    """Hold a meeting elsewhere, or for another time. People are told of a place; a length tells nobody anything.

    Raises MeetingIsOver.
    """
    _require_open(ledger, meeting)
    is_elsewhere = place is not None and place.strip()[:80] != meeting.place
    is_longer = minutes is not None and minutes != meeting.minutes
    if not (is_elsewhere or is_longer):
        return
    meeting.place = meeting.place if place is None else place.strip()[:80]
    meeting.minutes = minutes or meeting.minutes
    meeting.changes += 1
    ledger.session.add(meeting)
    ledger.journal(by.id, CHANGED, f"meeting:{meeting.id}", "place" if is_elsewhere else "minutes")
    if is_elsewhere:
        _tell(ledger, meeting, "schedule.elsewhere", meeting.starts_at)


def cancel(ledger: Ledger, meeting: Meeting, by: Person) -> None:
    """Cancel a meeting (休会). Its number goes to the next one, and so do the lines of its paper.

    Nothing drops out: topics stay open and come by themselves, reports and notices move on.
    Raises MeetingIsOver, and NoMeeting when no other is to come.
    """
    _require_open(ledger, meeting)
    was_known = is_known(ledger, meeting)
    meeting.status = Stage.CANCELLED
    meeting.changes += 1
    meetings.set_aside(ledger, meeting)
    ledger.journal(by.id, CANCELLED, f"meeting:{meeting.id}")
    meetings.renumber(ledger, meeting)
    if meeting.kind == Kind.BOARD:
        _hand_on_lines(ledger, meeting)
    if was_known:
        _say(ledger, meeting, "schedule.cancelled", meeting.starts_at)


def restore(ledger: Ledger, meeting: Meeting, by: Person) -> None:
    """Let a cancelled meeting take place after all; its paper is made anew. Raises NotCancelled, DayIsOver."""
    if meeting.status != Stage.CANCELLED:
        raise NotCancelled
    _require_to_come(ledger, meeting.starts_at)
    meeting.status = Stage.PLANNED
    meeting.approved_at = meeting.approved_by_id = meeting.compiled_at = None
    meeting.changes += 1
    ledger.journal(by.id, RESTORED, f"meeting:{meeting.id}")
    meetings.renumber(ledger, meeting)
    _tell(ledger, meeting, "schedule.restored", meeting.starts_at)
    meeting.circulated_at = None


def is_known(ledger: Ledger, meeting: Meeting) -> bool:
    """Say whether people have been told of a meeting's day, so that they must hear of a change."""
    if meeting.kind != Kind.BOARD:
        return meeting.starts_at - ledger.now <= KNOWN_BY_RULE
    return meeting.circulated_at is not None or bool(ledger.count(BringIn, col(BringIn.meeting_id) == meeting.id))


def _tell(ledger: Ledger, meeting: Meeting, key: str, until: datetime, **values: str) -> None:
    if is_known(ledger, meeting):
        _say(ledger, meeting, key, until, **values)


def _say(ledger: Ledger, meeting: Meeting, key: str, until: datetime, **values: str) -> None:
    """Tell everybody invited, in the morning after a night or holiday unless that would be too late."""
    morning = dates.wake(ledger.now, rest.rules(ledger.council))
    words = phrase(
        key,
        label=meetings.label(meeting),
        when=dates.spoken(meeting.starts_at),
        place=meeting.place or phrase("schedule.no_place"),
        **values,
    )
    for person in meetings.invited(ledger, meeting):
        outbox.tell(
            ledger,
            person,
            Say("text", text=words),
            f"meeting_change:{meeting.id}:{meeting.changes}:{person.id}",
            not_before=morning if morning < until else None,
        )


def _hand_on_lines(ledger: Ledger, meeting: Meeting) -> None:
    """Move a cancelled paper's lines to the next one; what stands there already stays there as it is."""
    following = next((m for m in meetings.plan(ledger) if m.starts_at > ledger.now), None)
    if following is None:
        return
    there = {i.topic_id for i in ledger.all(Item, col(Item.meeting_id) == following.id) if i.topic_id}
    for item in ledger.all(Item, col(Item.meeting_id) == meeting.id):
        if item.topic_id in there:
            ledger.session.delete(item)
        else:
            item.meeting_id = following.id or 0
            ledger.session.add(item)
    ledger.session.flush()


def _require_open(ledger: Ledger, meeting: Meeting) -> None:
    is_begun = meeting.opened_at is not None or ledger.count(Decision, col(Decision.meeting_id) == meeting.id)
    if meeting.status in meetings.OVER or is_begun:
        raise MeetingIsOver


def _require_to_come(ledger: Ledger, starts_at: datetime) -> None:
    if starts_at <= ledger.now:
        raise DayIsOver
