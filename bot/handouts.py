"""Handouts (欠席者便): each absentee gets the minutes by their way, and answers in one line.

By LINE in one push of at most five messages, by Slack, by mail with the paper attached, or by hand: then it
stands on the posting list of the next working day. What did not get through by any platform falls onto that list
too, so that nobody is left out because of a telephone. The words are written only when they leave, so that what
a neighbour took back overnight is not in them.
"""

import base64
from datetime import date, datetime, timedelta

from sqlmodel import col

from bot import (
    agenda,
    agenda_paper,
    attendance,
    bring_in,
    circulation,
    contact,
    dates,
    meetings,
    outbox,
    people,
    rest,
)
from bot.answerable import Answerable
from bot.documents import MEDIA_TYPES, file_name
from bot.documents.paper import Paper
from bot.documents.pdf import pdf
from bot.documents.plain import plain
from bot.messages import Choice, Say
from bot.minutes_paper import minutes_paper
from bot.texts import phrase
from bot.understanding import Reader
from storage.journal import JournalEntry
from storage.ledger import Ledger, id_of
from storage.meetings import Item, Meeting, Section
from storage.minutes import Handout, Way
from storage.outbox import Delivery, OutboxRow
from storage.people import Person

__all__ = ["Handout", "answer", "send_minutes"]

MINUTES, AGENDA = "minutes", "agenda"
CHAT_CHARS = 9_000  # two of LINE's messages, and less than Slack takes in one
CHARS = {Way.LINE: 22_000, Way.SLACK: 10_000, Way.MAIL: 200_000}  # LINE: five messages of 5,000 UTF-16 units
PATIENCE = timedelta(days=2)  # so long a paper may wait for its platform before it goes by hand
ANSWER_DAYS = timedelta(days=60)
POST_AGENDA = "post_agenda"


class NothingToAnswer(Answerable):
    """The person got no minutes to which they could answer."""

    key = "handout.nothing_to_answer"


class NoSuchHandout(Answerable):
    """The number names no paper that is to be handed over."""

    key = "handout.no_such"


def send_minutes(ledger: Ledger, meeting: Meeting) -> list[Handout]:
    """Send the minutes to everybody who was not there, each by their way; gives what goes out."""
    made = [_make(ledger, meeting, person, MINUTES) for person in attendance.absentees(ledger, meeting)]
    go_on(ledger)
    return made


def post_agenda(ledger: Ledger, meeting: Meeting) -> list[Handout]:
    """Put the paper that went round on the posting list, for those whom papers reach by hand alone."""
    ledger.journal(None, POST_AGENDA, f"meeting:{meeting.id}")
    by_hand = [p for p in meetings.invited(ledger, meeting) if contact.way_of(ledger, p) == Way.PAPER]
    return [_make(ledger, meeting, person, AGENDA) for person in by_hand]


def due_at(ledger: Ledger) -> datetime | None:
    """Give when something is to be done next: words to be written, an outcome to be noted."""
    if any(_circulated(ledger)):
        return ledger.now
    moments = [_due_for(ledger, handout) for handout in _under_way(ledger)]
    return min(moments, default=None)


def go_on(ledger: Ledger) -> str:
    """Do what is due with every handout under way. Says how many were sent, arrived, and go by hand instead."""
    for meeting in _circulated(ledger):
        post_agenda(ledger, meeting)
    counts = {"sent": 0, "arrived": 0, "by hand": 0}
    written: dict[Paper, str] = {}
    for handout in _under_way(ledger):
        if _due_for(ledger, handout) > ledger.now:
            continue
        row = _row(ledger, handout)
        if row is None:
            counts["sent" if _say(ledger, handout, written) else "by hand"] += 1
        elif row.status == Delivery.SENT:
            handout.delivered_at = row.sent_at
            ledger.add(handout)
            counts["arrived"] += 1
        else:
            _by_hand(ledger, handout, row)
            counts["by hand"] += 1
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count) or "not yet"


def to_post(ledger: Ledger) -> list[Handout]:
    """List the papers that are still to be handed over, by their day."""
    by = (col(Handout.post_on), col(Handout.id))
    waiting = ledger.all(Handout, col(Handout.way) == Way.PAPER, col(Handout.delivered_at).is_(None), by=by)
    return [handout for handout in waiting if _is_there(ledger, handout)]


def posted(ledger: Ledger, since: datetime) -> list[Handout]:
    """List the papers that were handed over since then."""
    return ledger.all(Handout, col(Handout.way) == Way.PAPER, col(Handout.delivered_at) >= since)


def of_meeting(ledger: Ledger, meeting: Meeting) -> list[Handout]:
    """List what goes, or went, to those who were not at a meeting."""
    return ledger.all(Handout, col(Handout.meeting_id) == meeting.id, col(Handout.what) == MINUTES)


def hand_over(ledger: Ledger, number: int, by: Person, *, done: bool = True) -> Handout:
    """Tick a paper off (お渡し済み), or take the tick back. Raises NoSuchHandout."""
    handout = ledger.first(Handout, col(Handout.id) == number, col(Handout.way) == Way.PAPER)
    if handout is None:
        raise NoSuchHandout(number=number)
    handout.delivered_at = ledger.now if done else None
    handout.delivered_by_id = by.id if done else None
    ledger.journal(by.id, "hand_over" if done else "not_handed_over", f"handout:{handout.id}")
    return ledger.add(handout)


def answer(ledger: Ledger, reader: Reader, person: Person, words: str) -> Meeting:
    """Put an absentee's one line (ひとこと) on the next draft as a report, masked, with whom they stand for.

    Raises NothingToAnswer, TooLong, NoMeeting.
    """
    mine = (col(Handout.person_id) == person.id, col(Handout.what) == MINUTES)
    handout = ledger.first(
        Handout, *mine, col(Handout.made_at) > ledger.now - ANSWER_DAYS, by=col(Handout.id).desc()
    )
    if handout is None:
        raise NothingToAnswer
    meeting = meetings.next_meeting(ledger)
    line = phrase("handout.line", who=bring_in.stands_for(ledger, person), words=reader.mask(words.strip()).text)
    if len(line) > bring_in.CHARS:
        raise bring_in.TooLong(over=len(line) - bring_in.CHARS)
    item: Item = agenda.add_line(ledger, meeting, Section.REPORT, line, person)
    item.brought_by_id = person.id
    handout.key_id = person.key_id
    handout.answer_sealed = ledger.seal(person.key_id, words.strip())
    handout.answered_at = ledger.now
    ledger.session.add_all((item, handout))
    ledger.session.flush()
    return meeting


def paper_of(ledger: Ledger, handout: Handout) -> Paper:
    """Compose what one person gets, as far as it is for them."""
    meeting, person = ledger.by_id(Meeting, handout.meeting_id), ledger.by_id(Person, handout.person_id)
    if handout.what == MINUTES:
        return minutes_paper(ledger, meeting, person)
    if people.may(person, "read_masked"):
        return agenda_paper.agenda_paper(ledger, meeting, reviewed_only=True)
    return circulation.short_paper(ledger, meeting, person)


def chat_text(paper: Paper, chars: int = CHAT_CHARS) -> str:
    """Give a paper as text for chat, cut at a line's end where a platform takes no more."""
    text = plain(paper).decode().strip()
    if len(text) <= chars:
        return text
    end = text.rfind("\n", 0, chars)
    return f"{text[: end if end > 0 else chars]}\n{phrase('minutes.cut')}"


def title_of(ledger: Ledger, handout: Handout) -> str:
    """Name a paper as it stands on the posting list."""
    meeting = ledger.by_id(Meeting, handout.meeting_id)
    return phrase(f"handout.what.{handout.what}", meeting=meetings.title(ledger.council, meeting))


def _make(ledger: Ledger, meeting: Meeting, person: Person, what: str) -> Handout:
    mine = (col(Handout.meeting_id) == meeting.id, col(Handout.person_id) == person.id, col(Handout.what) == what)
    way = contact.way_of(ledger, person)
    return ledger.first(Handout, *mine) or ledger.add(
        Handout(
            council_id=ledger.council_id,
            meeting_id=id_of(meeting),
            person_id=id_of(person),
            what=what,
            way=way,
            made_at=ledger.now,
            post_on=_working_day(ledger) if way == Way.PAPER else None,
        )
    )


def _say(ledger: Ledger, handout: Handout, written: dict[Paper, str]) -> bool:
    """Write the words of one handout and put them into the outbox; False when there is no way any more."""
    person, meeting = ledger.by_id(Person, handout.person_id), ledger.by_id(Meeting, handout.meeting_id)
    paper = paper_of(ledger, handout)
    say = Say(
        "text",
        title=phrase("handout.title", meeting=meetings.title(ledger.council, meeting)),
        text=f"{phrase(_opening(handout))}\n\n{chat_text(paper, CHARS[Way(handout.way)])}",
        choices=_choices(meeting),
        attachments=_attached(paper, written) if handout.way == Way.MAIL else (),
    )
    if outbox.tell(ledger, person, say, _dedupe(handout), by=handout.way) is not None:
        return True
    _by_hand(ledger, handout, None)
    return False


def _opening(handout: Handout) -> str:
    return "handout.opening_mail" if handout.way == Way.MAIL else "handout.opening"


def _choices(meeting: Meeting) -> tuple[Choice, ...]:
    return (
        Choice(phrase("minutes.answer_button"), "ひとこと"),
        Choice(phrase("minutes.amend_button"), f"訂正 {meeting.id}"),
    )


def _attached(paper: Paper, written: dict[Paper, str]) -> tuple[tuple[str, str, str], ...]:
    """Attach the paper as PDF, set once however many get the same."""
    if paper not in written:
        written[paper] = base64.b64encode(pdf(paper)).decode()
    return ((file_name(paper, "pdf"), MEDIA_TYPES["pdf"], written[paper]),)


def _by_hand(ledger: Ledger, handout: Handout, row: OutboxRow | None) -> None:
    """Let a paper that did not get through go by hand; what still waits for its platform is taken out there."""
    if row is not None and row.status == Delivery.WAITING:
        row.status, row.reason = Delivery.CANCELLED, "by_hand"
        ledger.session.add(row)
    handout.way = Way.PAPER
    handout.post_on = _working_day(ledger)
    ledger.add(handout)
    ledger.journal(None, "by_hand", f"handout:{handout.id}")


def fell_back(ledger: Ledger, handout: Handout) -> bool:
    """Say whether a paper goes by hand only since it did not get through otherwise."""
    noted = (col(JournalEntry.action) == "by_hand", col(JournalEntry.subject) == f"handout:{handout.id}")
    return ledger.first(JournalEntry, *noted) is not None


def _under_way(ledger: Ledger) -> list[Handout]:
    return ledger.all(Handout, col(Handout.way) != Way.PAPER, col(Handout.delivered_at).is_(None))


def _due_for(ledger: Ledger, handout: Handout) -> datetime:
    row = _row(ledger, handout)
    morning = dates.wake(handout.made_at, rest.rules(ledger.council))
    if row is None:
        return morning
    return morning + PATIENCE if row.status == Delivery.WAITING else ledger.now


def _row(ledger: Ledger, handout: Handout) -> OutboxRow | None:
    """Give the outbox row that carries a handout, or the one that took its place on another way."""
    row = ledger.first(OutboxRow, col(OutboxRow.dedupe) == _dedupe(handout))
    while row is not None:
        instead = ledger.first(OutboxRow, col(OutboxRow.instead_of_id) == row.id)
        if instead is None:
            return row
        row = instead
    return None


def _dedupe(handout: Handout) -> str:
    return f"handout:{handout.id}"


def _circulated(ledger: Ledger) -> list[Meeting]:
    """List the meetings whose paper has gone round by chat, and not yet by hand."""
    gone = [m for m in meetings.upcoming(ledger) if m.circulated_at is not None and m.starts_at > ledger.now]
    return [m for m in gone if not _is_noted(ledger, m)]


def _is_noted(ledger: Ledger, meeting: Meeting) -> bool:
    noted = (col(JournalEntry.action) == POST_AGENDA, col(JournalEntry.subject) == f"meeting:{meeting.id}")
    return ledger.first(JournalEntry, *noted) is not None


def _is_there(ledger: Ledger, handout: Handout) -> bool:
    return ledger.by_id(Person, handout.person_id).erased_at is None


def _working_day(ledger: Ledger) -> date:
    """Give the day on whose posting list a paper stands: today, or the next day on which nobody rests."""
    return dates.jst(dates.wake(ledger.now, rest.rules(ledger.council))).date()
