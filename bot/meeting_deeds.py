"""What devices send from a meeting: taps and lines of words, in whatever order and how often they arrive.

A hall has bad reception. So a device keeps what is pressed and typed and sends it when it can: each deed under
an id of its own, by which it counts once, and with the moment at which it was done, by which of two for the
same field the later stands. Words are different: two lines that were written without sight of each other are
both kept, one after the other, since nobody's words may be lost.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import col, select

from bot import agenda, attendance, decisions, organisations, sitting
from bot.answerable import Answerable
from bot.sitting import Talk
from storage.ledger import Ledger, NoSuchRecord, id_of
from storage.meetings import Choice, Item, Kind, Meeting, MeetingDeed, Presence, Section, Stage
from storage.people import Person
from storage.topics import Topic

BETWEEN = "／"  # stands between lines that were written at the same time
DONE, KNOWN, OLDER, REFUSED = "done", "known", "older", "refused"


class Garbled(Answerable):
    """A deed is not of a shape that our page sends."""

    key = "sitting.garbled"


@dataclass(frozen=True)
class DeviceDeed:
    """One tap or line of words. `after` is the id of the last deed on the same field that the device has seen."""

    uid: str
    at: datetime
    deed: str
    seq: int = 0
    item: int = 0
    person: str = ""
    value: Any = ""
    after: str | None = None

    @property
    def field(self) -> str:
        """What the deed is about: of two for the same field one stands."""
        return ":".join(str(part) for part in (self.deed, self.item or self.person) if part)


class Answer(NamedTuple):
    """What became of one deed: done, known, older or refused, and for the last the sentence that says why."""

    outcome: str
    key: str = ""
    values: Mapping[str, object] = {}


def take(ledger: Ledger, meeting: Meeting, deeds: Sequence[DeviceDeed], by: Person) -> dict[str, Answer]:
    """Do what devices send, in the order in which it was done there; one that cannot be done stops no other.

    The meeting is held while this goes on, so that two devices at once are heard one after the other.
    """
    locked = select(Meeting).where(col(Meeting.id) == meeting.id).with_for_update()
    meeting = ledger.session.exec(locked.execution_options(populate_existing=True)).one()
    return {deed.uid: _take(ledger, meeting, deed, by) for deed in sorted(deeds, key=lambda d: (d.at, d.seq))}


def at_once(ledger: Ledger, meeting: Meeting, by: Person, deed: str, **about: Any) -> None:
    """Do one deed now, by a form or by chat, so that it stands among what devices send. Raises Answerable."""
    made = DeviceDeed(str(uuid.uuid4()), ledger.now, deed, **about)
    answer = take(ledger, meeting, [made], by)[made.uid]
    if answer.outcome == REFUSED:
        raise Answerable(answer.key, **answer.values)


def marks(ledger: Ledger, meeting: Meeting) -> dict[str, str]:
    """Give by field the sign of the last deed that arrived, so that a device can say what it has seen."""
    return {row.field: _mark(row) for row in ledger.all(MeetingDeed, col(MeetingDeed.meeting_id) == meeting.id)}


def _take(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> Answer:
    if ledger.count(MeetingDeed, col(MeetingDeed.meeting_id) == meeting.id, col(MeetingDeed.uid) == deed.uid):
        return Answer(KNOWN)
    try:
        did = _ACTS[deed.deed](ledger, meeting, deed, by)
    except Answerable as reason:
        return Answer(REFUSED, reason.key, reason.values)
    except (NoSuchRecord, KeyError, TypeError, ValueError):
        return Answer(REFUSED, Garbled.key)
    ledger.add(
        MeetingDeed(
            council_id=ledger.council_id,
            meeting_id=id_of(meeting),
            uid=deed.uid,
            field=deed.field,
            at=min(deed.at, ledger.now),
            kept_chars=did.kept_chars,
            by_id=by.id,
        )
    )
    return Answer(did.outcome)


class _Did(NamedTuple):
    """What a deed came to, and how many characters of somebody else's words it left standing before its own."""

    outcome: str
    kept_chars: int = 0


_Act = Callable[[Ledger, Meeting, DeviceDeed, Person], _Did]


def _later_stands(act: Callable[[Ledger, Meeting, DeviceDeed, Person], None]) -> _Act:
    """Let a deed pass unless a later one on the same field has been done already."""

    def do(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> _Did:
        if _has_later(ledger, meeting, deed):
            return _Did(OLDER)
        act(ledger, meeting, deed, by)
        return _Did(DONE)

    return do


def _has_later(ledger: Ledger, meeting: Meeting, deed: DeviceDeed) -> bool:
    same = (col(MeetingDeed.meeting_id) == meeting.id, col(MeetingDeed.field) == deed.field)
    return bool(ledger.count(MeetingDeed, *same, col(MeetingDeed.at) > deed.at))


def _mark(row: MeetingDeed | None) -> str:
    """Give the sign of a deed; a plus says that somebody else's words were kept before it."""
    if row is None:
        return ""
    return f"{row.uid}+" if row.kept_chars else row.uid


def _open(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> None:
    sitting.begin(ledger, meeting, by, min(deed.at, ledger.now))


def _turn(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> None:
    item = sitting.line(ledger, meeting, int(deed.value))
    sitting.turn_to(ledger, meeting, item, min(deed.at, ledger.now))


def _presence(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> None:
    if meeting.status == Stage.CANCELLED:
        raise agenda.MeetingHeld
    found = [p for p in attendance.invited(ledger, meeting) if p.ref == deed.person]
    if not found:
        raise NoSuchRecord("Person")
    attendance.mark(ledger, meeting, found[0], Presence(deed.value) if deed.value else None, by)


def _choose(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> None:
    sitting.require_open(ledger, meeting)
    item = sitting.line(ledger, meeting, deed.item)
    decisions.decide(ledger, meeting, ledger.by_id(Topic, item.topic_id), Choice(deed.value), by)


def _tick(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> None:
    sitting.require_open(ledger, meeting)
    sitting.tick(ledger, sitting.line(ledger, meeting, deed.item), done=bool(deed.value))


def _due(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> None:
    due_on = date.fromisoformat(deed.value) if deed.value else None
    _note(ledger, meeting, deed, lambda talk: replace(talk, due_on=due_on))


def _give_to(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> None:
    wanted = [id_of(organisations.find(ledger, int(id_))) for id_ in deed.value]
    _note(ledger, meeting, deed, lambda talk: replace(talk, organisation_ids=tuple(dict.fromkeys(wanted))))


def _note(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, change: Callable[[Talk], Talk]) -> None:
    sitting.require_open(ledger, meeting)
    item = sitting.line(ledger, meeting, deed.item)
    decisions.note(ledger, meeting, item, change(decisions.talk_of(ledger, item)))


def _write(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> _Did:
    """Write a line of words; what somebody else has written meanwhile stays before it."""
    sitting.require_open(ledger, meeting)
    item = sitting.line(ledger, meeting, deed.item)
    before, text = _written(ledger, item, deed.deed), str(deed.value).strip()
    same = (col(MeetingDeed.meeting_id) == meeting.id, col(MeetingDeed.field) == deed.field)
    last = ledger.first(MeetingDeed, *same, by=col(MeetingDeed.id).desc())
    kept = ""
    if deed.after is None:
        if _has_later(ledger, meeting, deed):
            return _Did(OLDER)
    elif deed.after != _mark(last):
        # its own last line stands behind somebody else's that it has not seen; or it has not seen this line
        is_own = last is not None and deed.after == last.uid
        kept = before[: last.kept_chars] if last is not None and is_own else _of_others(before, text)
    whole = BETWEEN.join(part for part in (kept, text) if part)
    _note(ledger, meeting, deed, lambda talk: _worded(talk, deed.deed, whole))
    return _Did(DONE, len(kept))


def _of_others(before: str, text: str) -> str:
    """Give what is to be kept of the words that stand there: nothing of what the new ones say already."""
    if text and before.endswith(BETWEEN + text):
        return before.removesuffix(BETWEEN + text)
    return "" if text and before in text else before


def _written(ledger: Ledger, item: Item, name: str) -> str:
    talk = decisions.talk_of(ledger, item)
    return talk.charge if name == "charge" else talk.words


def _worded(talk: Talk, name: str, text: str) -> Talk:
    return replace(talk, charge=text) if name == "charge" else replace(talk, words=text)


def _add_line(ledger: Ledger, meeting: Meeting, deed: DeviceDeed, by: Person) -> _Did:
    """Put something on the paper that came up in the meeting itself. Two such lines are two lines."""
    sitting.require_open(ledger, meeting)
    words = str(deed.value).strip()
    if not words:
        raise Garbled
    section = Section.REPORT if meeting.kind == Kind.BOARD else Section.NEW
    agenda.add_line(ledger, meeting, section, words, by)
    return _Did(DONE)


_ACTS: dict[str, _Act] = {
    "open": _later_stands(_open),
    "turn": _later_stands(_turn),
    "presence": _later_stands(_presence),
    "choice": _later_stands(_choose),
    "done": _later_stands(_tick),
    "due": _later_stands(_due),
    "organisations": _later_stands(_give_to),
    "words": _write,
    "charge": _write,
    "line": _add_line,
}
