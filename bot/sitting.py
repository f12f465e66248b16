"""The sitting (会議中): the meeting while it is held, item by item, with its minutes running."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import col

from bot import agenda, dates, meetings
from bot.answerable import Answerable
from storage.ledger import Ledger, NoSuchRecord, id_of
from storage.meetings import Item, Meeting, Stage
from storage.people import Person

OVER = (Stage.HELD, Stage.CANCELLED)
NOT_BEFORE = timedelta(days=14)
LONGEST_TURN = timedelta(hours=3)  # a page left open over night has not been talked over all night
WORDS_CHARS = 4_000  # two who write without sight of each other both fit
CHARGE_CHARS = 200


class TooEarly(Answerable):
    """The meeting is weeks away: a second press on 「会議を終わる」 must not end the one after."""

    key = "agenda.too_early"


class NoItem(Answerable):
    """The paper has no line there."""

    key = "sitting.no_item"


@dataclass(frozen=True)
class Talk:
    """What was written on a line in the meeting: one line of words, who does it, by when, who takes it home."""

    words: str = ""
    charge: str = ""
    due_on: date | None = None
    organisation_ids: tuple[int, ...] = ()


def current(ledger: Ledger) -> Meeting:
    """Give the meeting that is held now, of whatever kind, else the board's next one. Raises NoMeeting."""
    opened = ledger.first(
        Meeting,
        col(Meeting.opened_at).is_not(None),
        col(Meeting.status).not_in(OVER),
        by=col(Meeting.opened_at).desc(),
    )
    return opened or meetings.next_meeting(ledger)


def require_open(ledger: Ledger, meeting: Meeting) -> None:
    """Let pass what belongs into a meeting that is near and not over. Raises MeetingHeld, TooEarly."""
    if meeting.status in OVER:
        raise agenda.MeetingHeld
    if meeting.starts_at - ledger.now > NOT_BEFORE:
        raise TooEarly(when=dates.spoken(meeting.starts_at))


def lines(ledger: Ledger, meeting: Meeting) -> list[Item]:
    """List what is talked over, in the paper's order, without what was put aside."""
    return agenda.items_of(ledger, meeting, with_hidden=False)


def line(ledger: Ledger, meeting: Meeting, item_id: int) -> Item:
    """Give one line of this meeting's paper. Raises NoSuchRecord."""
    item = ledger.by_id(Item, item_id)
    if item.meeting_id != meeting.id:
        raise NoSuchRecord("Item")
    return item


def begin(ledger: Ledger, meeting: Meeting, by: Person, at: datetime | None = None) -> None:
    """Open the meeting (開会); its first line is up. Opened once, it stays open. Raises MeetingHeld, TooEarly."""
    require_open(ledger, meeting)
    if meeting.opened_at is not None:
        return
    meeting.opened_at = at or ledger.now
    ledger.session.add(meeting)
    ledger.journal(by.id, "open_meeting", f"meeting:{meeting.id}")
    if meeting.item_id is None:
        for first in lines(ledger, meeting)[:1]:
            turn_to(ledger, meeting, first, meeting.opened_at)


def turn_to(ledger: Ledger, meeting: Meeting, item: Item, at: datetime | None = None) -> None:
    """Take up a line; what was talked over until now keeps its time. Raises MeetingHeld, TooEarly."""
    require_open(ledger, meeting)
    moment = at or ledger.now
    if meeting.item_id == item.id:
        return
    stop(ledger, meeting, moment)
    meeting.opened_at = meeting.opened_at or moment
    meeting.item_id = id_of(item)
    meeting.item_since = moment
    ledger.session.add(meeting)
    ledger.session.flush()


def stop(ledger: Ledger, meeting: Meeting, at: datetime | None = None) -> None:
    """Let the running line's time stand, and take no other up."""
    item = now_up(ledger, meeting)
    if item is not None:
        item.spent_seconds = spent(meeting, item, at or ledger.now)
        ledger.session.add(item)
    meeting.item_id = None
    meeting.item_since = None
    ledger.session.add(meeting)
    ledger.session.flush()


def now_up(ledger: Ledger, meeting: Meeting) -> Item | None:
    """Give the line that is talked over now; None before the meeting, and when the line has left the paper."""
    return ledger.first(Item, col(Item.id) == meeting.item_id) if meeting.item_id else None


def beside(ledger: Ledger, meeting: Meeting, steps: int) -> Item:
    """Give the line after or before the one that is up. Raises NoItem at either end."""
    shown = lines(ledger, meeting)
    places = [place for place, item in enumerate(shown) if item.id == meeting.item_id]
    wanted = places[0] + steps if places else 0
    if not 0 <= wanted < len(shown):
        raise NoItem("sitting.no_more" if steps > 0 else "sitting.no_item")
    return shown[wanted]


def spent(meeting: Meeting, item: Item, now: datetime) -> int:
    """Give for how many seconds a line was talked over, the running ones included."""
    if meeting.item_id != item.id or meeting.item_since is None:
        return item.spent_seconds
    running = min(max(now - meeting.item_since, timedelta()), LONGEST_TURN)
    return item.spent_seconds + int(running.total_seconds())


def tick(ledger: Ledger, item: Item, *, done: bool = True) -> None:
    """Tick a report, a notice or a line of its own off, or take the tick back."""
    if item.topic_id is not None:
        raise NoItem
    item.done_at = ledger.now if done else None
    ledger.session.add(item)
    ledger.session.flush()


def talk_of(ledger: Ledger, item: Item) -> Talk:
    """Give what was written on a line that has no decision; decisions keep their own words."""
    raw = ledger.unseal(item.key_id, item.talk_sealed)
    if raw is None:
        return Talk()
    found = json.loads(raw)
    due_on = date.fromisoformat(found["due_on"]) if found["due_on"] else None
    return Talk(found["words"], found["charge"], due_on, tuple(found["organisation_ids"]))


def write(ledger: Ledger, item: Item, talk: Talk) -> None:
    """Keep what was written on a line, sealed like all that people say."""
    talk = replace(talk, words=talk.words.strip()[:WORDS_CHARS], charge=talk.charge.strip()[:CHARGE_CHARS])
    if talk == Talk():
        item.talk_sealed = None
    else:
        if item.key_id is None:
            item.key_id = ledger.new_key()
        item.talk_sealed = ledger.seal(item.key_id, json.dumps(asdict(talk), default=str, ensure_ascii=False))
    ledger.session.add(item)
    ledger.session.flush()
