"""Records (議事録の控え): which meeting has minutes, how far they have come, and what was said of them since."""

from sqlmodel import col

from bot.answerable import Answerable
from storage.ledger import Ledger, id_of
from storage.meetings import Meeting, Stage
from storage.minutes import Amendment, Record


class NoMinutes(Answerable):
    """There are no minutes of this meeting, or none at all."""

    key = "minutes.none"


def begin(ledger: Ledger, meeting: Meeting) -> Record:
    """Make the record of a meeting that has ended; the same meeting gets no second one."""
    found = of_meeting(ledger, meeting)
    return found or ledger.add(
        Record(council_id=ledger.council_id, meeting_id=id_of(meeting), key_id=ledger.new_key())
    )


def of_meeting(ledger: Ledger, meeting: Meeting) -> Record | None:
    """Give a meeting's record; None before its end, and for meetings of earlier times."""
    return ledger.first(Record, col(Record.meeting_id) == meeting.id)


def find(ledger: Ledger, number: int) -> tuple[Record, Meeting]:
    """Give the record that is called by its meeting's number, or by 0 the last one. Raises NoMinutes."""
    if not number:
        return last(ledger)
    meeting = ledger.first(Meeting, col(Meeting.id) == number)
    record = of_meeting(ledger, meeting) if meeting else None
    if meeting is None or record is None:
        raise NoMinutes
    return record, meeting


def last(ledger: Ledger) -> tuple[Record, Meeting]:
    """Give the record of the meeting that was held last, of whatever kind. Raises NoMinutes."""
    held = ledger.all(
        Meeting,
        col(Meeting.status) == Stage.HELD,
        col(Meeting.id).in_([r.meeting_id for r in ledger.all(Record)]),
        by=(col(Meeting.starts_at).desc(), col(Meeting.id).desc()),
        limit=1,
    )
    record = of_meeting(ledger, held[0]) if held else None
    if record is None:
        raise NoMinutes
    return record, held[0]


def pending(ledger: Ledger, record: Record) -> list[Amendment]:
    """List what was said of the minutes and no officer has settled yet, oldest first."""
    return ledger.all(Amendment, col(Amendment.record_id) == record.id, col(Amendment.settled_at).is_(None))


def addenda(ledger: Ledger, record: Record) -> list[Amendment]:
    """List the addenda (追記) that are printed below final minutes, in the order in which they were taken up."""
    mine = (col(Amendment.record_id) == record.id, col(Amendment.is_addendum).is_(True))
    taken = ledger.all(Amendment, *mine, col(Amendment.settled_at).is_not(None))
    return sorted(taken, key=lambda a: (a.settled_at or a.at, id_of(a)))


def words_of(ledger: Ledger, amendment: Amendment) -> str:
    """Give the words of a correction or an addendum; empty once whoever wrote it was erased."""
    return ledger.unseal(amendment.key_id, amendment.words_sealed) or ""
