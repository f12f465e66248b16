"""The agenda (次第): what is unresolved, laid on the order paper of the next board meeting.

People's troubles stand before notices: the leaflet names as the failing meeting one that only passes on
notices, so that nobody can talk over what troubles people (よこはまの地区社協活動, 話し合いについての悩み).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, insert
from sqlmodel import col

from bot import meetings, threads, tidings, topics
from bot.agenda_time import REPORT_MINUTES, SHORTEST, Shares, is_read_ahead, minutes_used, share_out, shares
from bot.answerable import Answerable
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.meetings import Item, Kind, Meeting, Section, Stage
from storage.people import Person
from storage.topics import Status, TakeHome, Topic

__all__ = [
    "MeetingHeld",
    "NoSuchLine",
    "NotOnAgenda",
    "Shares",
    "add_line",
    "approve",
    "asks_how_to_go_on",
    "compile_agenda",
    "heading",
    "hide",
    "is_read_ahead",
    "item_for",
    "items_of",
    "lift",
    "line_of",
    "lines_of",
    "minutes_used",
    "move",
    "put_on_sheet",
    "remove_line",
    "renew",
    "reword",
    "set_minutes",
    "shares",
    "topics_of",
]

ORDER = tuple(Section)
TOPIC_SECTIONS = {
    Status.TAKEN_HOME: Section.TAKEN_HOME,
    Status.CARRIED_OVER: Section.CARRIED_OVER,
    Status.SHARED: Section.NEW,
    Status.CONSIDERING: Section.NEW,
}
URGENCY_ORDER = {"emergency": 0, "soon": 1, "normal": 2, "none": 3}
HEADING_CHARS = 60
WORDS_CHARS = 200
# carried over so often, a topic comes for the third time: the board decides how to go on with it
THIRD = 2


class _Open(NamedTuple):
    """An open topic, as far as its place on the paper goes."""

    id: int
    status: str
    urgency: str
    opened_at: datetime
    number: int
    is_answered: bool = False


@dataclass
class _Line:
    """A line that is not written down yet."""

    topic_id: int | None
    section: str
    position: int = 0
    minutes: int = SHORTEST
    is_hidden: bool = False
    is_placed: bool = False
    is_timed: bool = False


class MeetingHeld(Answerable):
    """The meeting was held; its paper is history."""

    key = "agenda.held"


class NotOnAgenda(Answerable):
    """The topic does not stand on this meeting's paper."""

    key = "agenda.not_on_it"


class NoSuchLine(Answerable):
    """No report or notice of this number stands on the paper."""

    key = "sheet.no_such_line"


def compile_agenda(ledger: Ledger, meeting: Meeting) -> list[Item]:
    """Lay every unresolved topic on the paper, by where it stands and not by any label.

    Take-home answers first (those that have come, then those awaited), then what was carried over, then new;
    within each the urgent, then the oldest, ties by number, so that two runs give the same paper. What an
    officer moved, hid, timed or reworded keeps the officer's choice; what is no longer open, or was put
    together with another, leaves; what comes after the approval is marked 追加. Topics come before the board
    alone: an assembly's or a section's paper has lines only. Raises MeetingHeld.
    """
    _require_open(meeting)
    open_topics = _open_topics(ledger) if meeting.kind == Kind.BOARD else {}
    present = _items(ledger, meeting)
    for item in [i for i in present if i.topic_id is not None and i.topic_id not in open_topics]:
        ledger.session.delete(item)
    kept = [i for i in present if i.topic_id is None or i.topic_id in open_topics]
    known = {i.topic_id for i in kept}
    new = [_Line(id_, TOPIC_SECTIONS[Status(t.status)]) for id_, t in open_topics.items() if id_ not in known]
    lines: list[Item | _Line] = [*kept, *new]
    _order(lines, open_topics)
    share_out(meeting, lines)
    _write_down(ledger, meeting, new)
    if meeting.status == Stage.PLANNED:
        meeting.status = Stage.DRAFTED
    meeting.compiled_at = ledger.now
    ledger.session.add(meeting)
    ledger.session.flush()
    return items_of(ledger, meeting)


def renew(ledger: Ledger) -> None:
    """Let what has come before the board stand on the next paper at once, where there is one already."""
    meeting = next(iter(meetings.upcoming(ledger)), None)
    if meeting is not None and meeting.status in (Stage.DRAFTED, Stage.APPROVED):
        compile_agenda(ledger, meeting)


def items_of(ledger: Ledger, meeting: Meeting, *, with_hidden: bool = True) -> list[Item]:
    """List what stands on the paper, in its order.

    Until the meeting is held, a topic that was put together with another since the paper was made is not told
    twice; the paper of a held meeting is history.
    """
    merged = exists().where(col(Topic.id) == col(Item.topic_id), col(Topic.status) == Status.MERGED)
    conditions = [] if meeting.status == Stage.HELD else [~merged]
    found = ledger.all(Item, col(Item.meeting_id) == meeting.id, *conditions)
    items = sorted(found, key=lambda i: i.position)
    return items if with_hidden else [i for i in items if not i.is_hidden]


def lines_of(ledger: Ledger, meeting: Meeting, section: Section) -> list[Item]:
    """List the shown lines of one part of the paper: the reports, or the notices."""
    return [i for i in items_of(ledger, meeting, with_hidden=False) if i.section == section]


def line_of(ledger: Ledger, meeting: Meeting, number: int) -> Item:
    """Find a report or notice by its number (番号). Raises NoSuchLine."""
    found = ledger.first(Item, col(Item.id) == number, col(Item.meeting_id) == meeting.id)
    if found is None or found.topic_id is not None:
        raise NoSuchLine(number=number)
    return found


def item_for(ledger: Ledger, meeting: Meeting, topic: Topic) -> Item:
    """Find a topic's line on the paper. Raises NotOnAgenda."""
    found = ledger.first(Item, col(Item.meeting_id) == meeting.id, col(Item.topic_id) == topic.id)
    if found is None:
        raise NotOnAgenda(number=topic.number)
    return found


def heading(ledger: Ledger, item: Item) -> str:
    """Give the words of a line: an officer's, the topic's own, or that who brought it in was erased."""
    own = ledger.unseal(item.key_id, item.heading_sealed)
    if own is None and item.brought_by_id is not None:
        return phrase("erase.line_unreadable")
    if own or item.topic_id is None:
        return own or ""
    return threads.heading(ledger, ledger.by_id(Topic, item.topic_id), HEADING_CHARS)


def asks_how_to_go_on(ledger: Ledger, item: Item) -> bool:
    """Say whether the board is asked how to go on with a line: it comes for the third time, or more.

    What is only put off is never answered; so from then on 次回へ wants a reason or a next step. What an
    organisation took home waits for its answer, not for the board.
    """
    if item.topic_id is None:
        return False
    topic = ledger.by_id(Topic, item.topic_id)
    return topic.times_carried >= THIRD and topic.status != Status.TAKEN_HOME


def move(ledger: Ledger, meeting: Meeting, item: Item, steps: int, by: Person) -> None:
    """Move a line up (negative) or down within its section; the section then keeps the officer's order."""
    _require_open(meeting)
    section = [i for i in items_of(ledger, meeting) if i.section == item.section]
    here = section.index(item)
    there = min(max(here + steps, 0), len(section) - 1)
    section.insert(there, section.pop(here))
    slots = sorted(i.position for i in section)
    for position, moved in zip(slots, section, strict=True):
        moved.position = position
        moved.is_placed = True
        ledger.session.add(moved)
    _note(ledger, by, "move", item)


def hide(ledger: Ledger, meeting: Meeting, item: Item, by: Person, *, hidden: bool = True) -> None:
    """Leave a line off this paper, or put it back. The topic stays open and comes again next time."""
    _require_open(meeting)
    item.is_hidden = hidden
    ledger.session.add(item)
    _note(ledger, by, "hide" if hidden else "show", item)
    share_out(meeting, _items(ledger, meeting))


def reword(ledger: Ledger, meeting: Meeting, item: Item, words: str, by: Person) -> None:
    """Give a line an officer's wording; empty gives the topic's own back.

    What stands for sealed cases keeps the very words that were approved: raises NotNow.
    """
    _require_open(meeting)
    topic = ledger.first(Topic, col(Topic.id) == item.topic_id)
    if topic is not None and topic.is_general:
        raise topics.NotNow("general.own_words", number=topic.number)
    if item.key_id is None:
        item.key_id = ledger.new_key()
    item.heading_sealed = ledger.seal(item.key_id, words.strip()[:WORDS_CHARS]) if words.strip() else None
    ledger.session.add(item)
    _note(ledger, by, "reword", item)


def set_minutes(ledger: Ledger, meeting: Meeting, item: Item, minutes: int, by: Person) -> None:
    """Give a line its minutes; the others share what is left."""
    _require_open(meeting)
    item.minutes = min(max(minutes, 1), meeting.minutes)
    item.is_timed = True
    ledger.session.add(item)
    _note(ledger, by, "minutes", item)
    share_out(meeting, _items(ledger, meeting))


def lift(ledger: Ledger, meeting: Meeting, item: Item, by: Person) -> None:
    """Bring a notice from the sheet that is read at home back into the meeting (話し合う), with minutes."""
    set_minutes(ledger, meeting, item, REPORT_MINUTES, by)


def put_on_sheet(ledger: Ledger, meeting: Meeting, item: Item, by: Person) -> None:
    """Let a notice be read at home again."""
    _require_open(meeting)
    item.is_timed = False
    ledger.session.add(item)
    _note(ledger, by, "sheet", item)
    share_out(meeting, _items(ledger, meeting))


def add_line(ledger: Ledger, meeting: Meeting, section: Section, words: str, by: Person) -> Item:
    """Put a report (報告) on the paper, after people's troubles, or a notice (連絡事項) on its own sheet."""
    _require_open(meeting)
    key_id = ledger.new_key()
    items = _items(ledger, meeting)
    item = ledger.add(
        Item(
            council_id=ledger.council_id,
            meeting_id=id_of(meeting),
            section=section,
            position=max((i.position for i in items), default=0) + 1,
            minutes=REPORT_MINUTES if section == Section.REPORT else 0,
            is_late=meeting.status == Stage.APPROVED,
            key_id=key_id,
            heading_sealed=ledger.seal(key_id, words.strip()[:WORDS_CHARS]),
        )
    )
    items = _items(ledger, meeting)
    _order(items, _open_topics(ledger))
    share_out(meeting, items)
    _note(ledger, by, "add", item)
    return item


def remove_line(ledger: Ledger, meeting: Meeting, item: Item, by: Person) -> None:
    """Take a report or notice off the paper; topics can only be hidden."""
    _require_open(meeting)
    if item.topic_id is not None:
        raise NotOnAgenda(number=item.position)
    _note(ledger, by, "remove", item)
    ledger.session.delete(item)
    ledger.session.flush()


def approve(ledger: Ledger, meeting: Meeting, by: Person) -> None:
    """Approve the paper: no agenda leaves without an officer's word. Writers then hear that it is on it."""
    _require_open(meeting)
    if meeting.status == Stage.PLANNED:
        compile_agenda(ledger, meeting)
    meeting.status = Stage.APPROVED
    meeting.approved_at = ledger.now
    meeting.approved_by_id = by.id
    ledger.session.add(meeting)
    for item in items_of(ledger, meeting):
        item.is_late = False
        ledger.session.add(item)
    ledger.journal(by.id, "approve_agenda", f"meeting:{meeting.id}")
    ledger.session.flush()
    tidings.on_agenda(ledger, meeting, topics_of(ledger, meeting))


def topics_of(ledger: Ledger, meeting: Meeting, *, with_hidden: bool = False) -> list[Topic]:
    """List the topics on the paper, in its order."""
    wanted = [i.topic_id for i in items_of(ledger, meeting, with_hidden=with_hidden) if i.topic_id]
    found = {id_of(t): t for t in ledger.all(Topic, col(Topic.id).in_(wanted))}
    return [found[id_] for id_ in wanted if id_ in found]


def _open_topics(ledger: Ledger) -> dict[int, _Open]:
    """Give what the paper needs of each open topic, and no more: there may be hundreds."""
    columns = (Topic.id, Topic.status, Topic.urgency, Topic.opened_at, Topic.number)
    query = ledger.select(Topic, col(Topic.is_open).is_(True), col(Topic.status).in_(topics.ON_AGENDA))
    rows = ledger.session.execute(query.with_only_columns(*map(col, columns)).order_by(col(Topic.id)))
    found = {topic.id: topic for topic in (_Open(*row) for row in rows)}
    for id_ in _answered(ledger, [id_ for id_, topic in found.items() if topic.status == Status.TAKEN_HOME]):
        found[id_] = found[id_]._replace(is_answered=True)
    return found


def _answered(ledger: Ledger, taken_home: Sequence[int]) -> set[int]:
    """Give which of these topics have an answer to what was taken home last."""
    if not taken_home:
        return set()
    homes = ledger.all(TakeHome, col(TakeHome.topic_id).in_(taken_home))
    last = {home.topic_id: home.meeting_id for home in homes}
    return {h.topic_id for h in homes if h.answered_at is not None and h.meeting_id == last[h.topic_id]}


def _items(ledger: Ledger, meeting: Meeting) -> list[Item]:
    return ledger.all(Item, col(Item.meeting_id) == meeting.id)


def _require_open(meeting: Meeting) -> None:
    if meeting.status == Stage.HELD:
        raise MeetingHeld


def _write_down(ledger: Ledger, meeting: Meeting, new: Sequence[_Line]) -> None:
    """Write new lines once they are placed and timed, all at once: a paper may have hundreds."""
    is_late = meeting.status == Stage.APPROVED
    rows = [
        {**vars(line), "council_id": ledger.council_id, "meeting_id": meeting.id, "is_late": is_late}
        for line in new
    ]
    if rows:
        ledger.session.execute(insert(Item), rows)


def _order(items: Sequence[Item | _Line], open_topics: dict[int, _Open]) -> None:
    """Number the lines: an officer's order first within a section, then answered, urgent, oldest."""

    def place(item: Item | _Line) -> tuple[int, int, tuple[int, int, float, int]]:
        topic = open_topics.get(item.topic_id) if item.topic_id else None
        if topic is not None:
            item.section = TOPIC_SECTIONS[Status(topic.status)]
        section = ORDER.index(Section(item.section))
        if item.is_placed or topic is None:
            return section, 0, (item.position, 0, 0.0, 0)
        return section, 1, _rank(topic)

    for position, item in enumerate(sorted(items, key=place), start=1):
        if item.position != position:
            item.position = position


def _rank(topic: _Open) -> tuple[int, int, float, int]:
    return not topic.is_answered, URGENCY_ORDER[topic.urgency], topic.opened_at.timestamp(), topic.number


def _note(ledger: Ledger, by: Person, action: str, item: Item) -> None:
    ledger.session.flush()
    ledger.journal(by.id, f"agenda_{action}", f"item:{item.id}")
