"""Bringing in (持ち寄り): before a board meeting everybody who stands for others is asked once what they know.

The leaflet's councils gather what is said in passing and carry it to the board (日常のコミュニケーションで
困りごとを吸い上げ役員会で課題解決). One question with a button for 「特になし」: silence then means something.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from bot import agenda, concerns, dates, meetings, organisations, outbox, people, rest
from bot.answerable import Answerable
from bot.messages import Choice, Say
from bot.texts import phrase
from bot.understanding import Reader
from storage.concerns import Concern
from storage.journal import JournalEntry
from storage.ledger import Ledger, id_of
from storage.meetings import BringIn, Item, Meeting, Section
from storage.people import Person, Role
from storage.topics import Note

ASKED = (Role.ORGANISATION, Role.COMMISSIONER)
ASK = "ask_bring_in"
CHARS = 200  # a line of the paper
UNHEARD_AFTER = 3  # meetings
MONTH = timedelta(days=31)


class TooLong(Answerable):
    """A line of the paper is one line; nothing is cut off that somebody wrote."""

    key = "bring_in.too_long"


class NotAsked(Answerable):
    """Residents write as they like; a line of the paper is brought in by whoever stands for others."""

    key = "bring_in.for_members"


@dataclass(frozen=True)
class Answers:
    """How many were asked for a meeting, and what they said."""

    asked: int
    answered: int
    something: int

    @property
    def nothing(self) -> int:
        """How many have said 「特になし」."""
        return self.answered - self.something


def due_at(ledger: Ledger) -> datetime | None:
    """Give when the next question is to go out: `bring_in_days` before the board meets, never on a day of rest.

    None when all was asked, or when the council does not ask (0 days).
    """
    meeting = to_come(ledger)
    if meeting is None or not ledger.council.bring_in_days or _was_asked(ledger, meeting):
        return None
    wanted = meetings.before(meeting, ledger.council.bring_in_days)
    morning = dates.wake(wanted, rest.rules(ledger.council))
    return morning if morning < meeting.starts_at else wanted


def ask(ledger: Ledger, meeting: Meeting) -> int:
    """Ask each organisation and commissioner once for this meeting; say how many were asked.

    Whoever has written since the last meeting is asked too, with thanks: they may know of more.
    """
    morning = dates.wake(ledger.now, rest.rules(ledger.council))
    today = dates.jst(ledger.now).date()
    present = [p for p in people.with_role(ledger, *ASKED) if not people.is_away(p, today)]
    asked = 0
    for person in people.reachable(ledger, present):
        _row(ledger, meeting, person)
        say = question(ledger, meeting, person)
        dedupe = f"bring_in:{meeting.id}:{person.id}"
        asked += outbox.tell(ledger, person, say, dedupe, not_before=morning) is not None
    ledger.journal(None, ASK, f"meeting:{meeting.id}")
    return asked


def question(ledger: Ledger, meeting: Meeting, person: Person) -> Say:
    """Lay out the one question with its buttons, for whoever is asked."""
    is_body = person.role == Role.ORGANISATION
    lines = [
        phrase("bring_in.opening", when=dates.spoken(meeting.starts_at), label=meetings.label(meeting)),
        phrase(f"bring_in.ask_{'body' if is_body else 'person'}", who=stands_for(ledger, person)),
    ]
    if wrote_since(ledger, person, _last_held(ledger)):
        lines.insert(0, phrase("bring_in.thanks_before"))
    write = Choice(phrase("bring_in.report_button"), "持ち寄り 書く")
    notice = Choice(phrase("chat.write_button"), "気づきを書く")
    nothing = Choice(phrase("bring_in.nothing_button"), "持ち寄り なし")
    return Say("text", text="\n".join(lines), choices=(nothing, write if is_body else notice))


def nothing(ledger: Ledger, person: Person) -> Meeting:
    """Write down that somebody has nothing to bring in this time (特になし). Raises NoMeeting."""
    meeting = meetings.next_meeting(ledger)
    row = _row(ledger, meeting, person)
    row.answered_at = ledger.now
    ledger.session.add(row)
    return meeting


def report(ledger: Ledger, reader: Reader, person: Person, words: str) -> Meeting:
    """Put somebody's words on the next draft as a report, masked, with the name of the body they stand for.

    A commissioner's line bears the duty and no name. Raises TooLong, NoMeeting.
    """
    meeting = meetings.next_meeting(ledger)
    line = phrase("bring_in.line", who=stands_for(ledger, person), words=reader.mask(words.strip()).text)
    if len(line) > CHARS:
        raise TooLong(over=len(line) - CHARS)
    item = agenda.add_line(ledger, meeting, Section.REPORT, line, person)
    item.brought_by_id = person.id
    ledger.session.add(item)
    has_answered(ledger, meeting, person)
    return meeting


def has_answered(ledger: Ledger, meeting: Meeting, person: Person) -> None:
    """Write down that somebody has brought something in."""
    row = _row(ledger, meeting, person)
    row.answered_at = ledger.now
    row.has_something = True
    ledger.session.add(row)


def answers(ledger: Ledger, meeting: Meeting) -> Answers | None:
    """Count the answers for a meeting; None before anybody was asked.

    Whoever has written a concern since the question counts as heard: nobody need answer twice.
    """
    rows = ledger.all(BringIn, col(BringIn.meeting_id) == meeting.id)
    if not rows:
        return None
    wrote = {row.id for row in rows if _wrote(ledger, [row.person_id], row.asked_at)}
    answered = [row for row in rows if row.answered_at is not None or row.id in wrote]
    something = [row for row in answered if row.has_something or row.id in wrote]
    return Answers(len(rows), len(answered), len(something))


def unheard(ledger: Ledger) -> list[Person]:
    """List who has not been heard for three board meetings, so that an officer can ask how they are.

    No answer, no concern, no note, no report. One person stands for each organisation: it was heard when any of
    its people was. Whoever came later than the first of the three meetings has not been silent so long.
    """
    past = meetings.held(ledger)[: UNHEARD_AFTER + 1]
    if len(past) < UNHEARD_AFTER:
        return []
    since = past[UNHEARD_AFTER].starts_at if len(past) > UNHEARD_AFTER else past[-1].starts_at - MONTH
    heard = _heard_since(ledger, since)
    found: dict[str, Person] = {}
    for person in people.with_role(ledger, *ASKED):
        body = f"body {person.organisation_id}" if person.organisation_id else f"person {person.id}"
        if body not in heard and person.created_at < past[UNHEARD_AFTER - 1].starts_at:
            found.setdefault(body, person)
    return list(found.values())


def wrote_since(ledger: Ledger, person: Person, since: datetime) -> bool:
    """Say whether somebody has written a concern or a note since then."""
    return _wrote(ledger, [id_of(person)], since)


def stands_for(ledger: Ledger, person: Person) -> str:
    """Name whom a person speaks for on paper: their organisation, or their duty. Never the person."""
    if person.organisation_id is not None:
        return organisations.find(ledger, person.organisation_id).name
    return phrase(f"role.{person.role}")


def _heard_since(ledger: Ledger, since: datetime) -> set[str]:
    asked = people.with_role(ledger, *ASKED)
    reported = ledger.all(JournalEntry, col(JournalEntry.action) == "report_back", col(JournalEntry.at) > since)
    brought = ledger.all(BringIn, col(BringIn.answered_at) > since)
    lines = ledger.all(Item, col(Item.brought_by_id).is_not(None), col(Item.brought_by_id).in_(_ids(asked)))
    recent = {m.id for m in meetings.held(ledger) if m.starts_at > since}
    ids = {row.person_id for row in brought} | {entry.actor_id for entry in reported}
    ids |= {line.brought_by_id for line in lines if line.meeting_id in recent}
    heard = [p for p in asked if p.id in ids or wrote_since(ledger, p, since)]
    return {f"person {p.id}" for p in heard} | {f"body {p.organisation_id}" for p in heard if p.organisation_id}


def _wrote(ledger: Ledger, ids: Iterable[int], since: datetime) -> bool:
    wanted = list(ids)
    kept = col(Concern.status).not_in(concerns.TAKEN_BACK)
    return bool(
        ledger.count(Concern, col(Concern.writer_id).in_(wanted), col(Concern.received_at) > since, kept)
        or ledger.count(Note, col(Note.person_id).in_(wanted), col(Note.at) > since)
    )


def _row(ledger: Ledger, meeting: Meeting, person: Person) -> BringIn:
    """Find the question to a person; whoever speaks before being asked has been asked now."""
    own = (col(BringIn.meeting_id) == meeting.id, col(BringIn.person_id) == person.id)
    return ledger.first(BringIn, *own) or ledger.add(
        BringIn(
            council_id=ledger.council_id,
            meeting_id=id_of(meeting),
            person_id=id_of(person),
            asked_at=ledger.now,
        )
    )


def to_come(ledger: Ledger) -> Meeting | None:
    """Give the board meeting for which is asked next; None when none is to come."""
    return next((m for m in meetings.upcoming(ledger) if m.starts_at > ledger.now), None)


def _was_asked(ledger: Ledger, meeting: Meeting) -> bool:
    asked = (col(JournalEntry.action) == ASK, col(JournalEntry.subject) == f"meeting:{meeting.id}")
    return ledger.first(JournalEntry, *asked) is not None


def _last_held(ledger: Ledger) -> datetime:
    past = meetings.held(ledger)
    return past[0].starts_at if past else ledger.now - MONTH


def _ids(those: Iterable[Person]) -> list[int]:
    return [id_of(person) for person in those]
