"""What the meeting page shows, for its template and its script alike, and what its script sends."""

import json
from datetime import datetime, timedelta
from typing import Any

from bot import (
    agenda,
    attendance,
    dates,
    decisions,
    going_on,
    meeting_deeds,
    meetings,
    papers,
    sitting,
    threads,
)
from bot.documents.paper import printable
from bot.meeting_deeds import DeviceDeed
from bot.texts import phrase
from handlers.web.desk.view import who
from handlers.web.desk.visit import NotLookedAt, Outcome, Page, Told, Visit
from storage.ledger import Ledger, id_of
from storage.meetings import Decision, Item, Kind, Meeting, Presence, Section, Stage
from storage.people import Person
from storage.topics import Topic

DEEDS_AT_MOST = 40
ASKED = (Section.TAKEN_HOME, Section.CARRIED_OVER, Section.NEW)
WEEK = timedelta(days=7)


def state(ledger: Ledger, meeting: Meeting) -> dict[str, Any]:
    """Give all that changes while a meeting is held, as plain values; moments are milliseconds since 1970."""
    made = decisions.of_meeting(ledger, meeting)
    shown = sitting.lines(ledger, meeting)
    known = attendance.of_meeting(ledger, meeting)
    return {
        "over": meeting.status in sitting.OVER,
        "opened": meeting.opened_at is not None,
        "now": _milliseconds(ledger.now),
        "up": meeting.item_id or 0,
        "since": _milliseconds(meeting.item_since) if meeting.item_since else 0,
        "order": [id_of(item) for item in shown],
        "items": {str(item.id): _item(ledger, item, made.get(item.topic_id or 0)) for item in shown},
        "people": {p.ref: str(known.get(id_of(p), "")) for p in attendance.invited(ledger, meeting)},
        "marks": meeting_deeds.marks(ledger, meeting),
    }


def _item(ledger: Ledger, item: Item, decision: Decision | None) -> dict[str, Any]:
    talk = decisions.talk_of(ledger, item)
    return {
        "choice": decision.choice if decision else "",
        "words": talk.words,
        "charge": talk.charge,
        "due": talk.due_on.isoformat() if talk.due_on else "",
        "organisations": list(talk.organisation_ids),
        "done": item.done_at is not None,
        "spent": item.spent_seconds,
        "minutes": item.minutes,
    }


def lines(ledger: Ledger, meeting: Meeting) -> list[dict[str, Any]]:
    """Give the paper's lines with all that the page says of each."""
    known = state(ledger, meeting)
    shown = sitting.lines(ledger, meeting)
    return [_line(ledger, meeting, item, place, known) for place, item in enumerate(shown, start=1)]


def _line(ledger: Ledger, meeting: Meeting, item: Item, place: int, known: dict[str, Any]) -> dict[str, Any]:
    topic = ledger.by_id(Topic, item.topic_id) if item.topic_id else None
    seen = known["marks"]
    return {
        **known["items"][str(item.id)],
        "id": item.id,
        "place": place,
        "heading": agenda.heading(ledger, item),
        "kind": _kind(meeting, item),
        "is_up": item.id == meeting.item_id,
        "spent_minutes": sitting.spent(meeting, item, ledger.now) // 60,
        "number": topic.number if topic else 0,
        "theme": threads.theme_label(topic) if topic else "",
        "urgency": topic.urgency if topic else "normal",
        "before": papers.history(ledger, topic) if topic else [],
        "ask": phrase(f"sitting.ask.{item.section}") if topic and item.section in ASKED else "",
        "again": going_on.question(ledger, item),
        "means": going_on.at_hand(ledger, item, dates.jst(meeting.starts_at).date()),
        "seen_words": seen.get(f"words:{item.id}", ""),
        "seen_charge": seen.get(f"charge:{item.id}", ""),
    }


def _kind(meeting: Meeting, item: Item) -> str:
    is_own = meeting.kind != Kind.BOARD or (item.topic_id is None and item.section in ASKED)
    return phrase("sitting.item.own" if is_own else f"agenda.section.{item.section}")


def people_of(ledger: Ledger, meeting: Meeting) -> list[dict[str, Any]]:
    """Give the invited, with how each stands."""
    known = attendance.of_meeting(ledger, meeting)
    return [_person(ledger, p, known.get(id_of(p))) for p in attendance.invited(ledger, meeting)]


def _person(ledger: Ledger, person: Person, presence: Presence | None) -> dict[str, Any]:
    name = who(ledger, person)
    role = phrase(f"role.{person.role}")
    return {
        "ref": person.ref,
        "name": name,
        "role": role if role != name else "",
        "presence": str(presence or ""),
        "is_seated": person.role in attendance.SEATED,
        "off": Presence.EXCUSED if presence == Presence.EXCUSED else "",
    }


def standing(ledger: Ledger, meeting: Meeting) -> list[str]:
    """Say how many are there, and whether the board is complete."""
    counts, quorum = attendance.counts(ledger, meeting), attendance.quorum(ledger, meeting)
    told = []
    if quorum is not None:
        told.append(phrase("sitting.attendance.quorum", seats=quorum.seats, present=quorum.present))
        missing = quorum.seats // 2 + 1 - quorum.present
        key = "sitting.attendance.reached" if quorum.is_reached else "sitting.attendance.not_reached"
        told.append(phrase(key, count=missing))
    told.append(phrase("sitting.attendance.count", present=counts.present, invited=counts.invited))
    if counts.excused:
        told.append(phrase("sitting.attendance.excused_count", count=counts.excused))
    return told


def quick_days(ledger: Ledger, meeting: Meeting) -> list[dict[str, str]]:
    """Give the days that are asked for most: in a week, and until the board meets again."""
    today = dates.jst(ledger.now).date()
    found = [{"label": phrase("sitting.item.week"), "day": (today + WEEK).isoformat()}]
    later = [m for m in meetings.upcoming(ledger) if m.starts_at > meeting.starts_at and m.id != meeting.id]
    for following in later[:1]:
        day = dates.jst(following.starts_at).date()
        found.append({"label": phrase("sitting.item.next_meeting"), "day": day.isoformat()})
    return found


def tell(visit: Visit) -> Outcome:
    """Give the page's script how things stand."""
    return Told({"state": state(visit.ledger, _meeting(visit))})


def take(visit: Visit) -> Outcome:
    """Take what a device sends, and say what became of each deed and how things stand now.

    A device's clock may be wrong; it sends its own time with the deeds, by which they are set right.
    """
    meeting = _meeting(visit)
    answers = meeting_deeds.take(visit.ledger, meeting, _deeds(visit), visit.person)
    told = {
        uid: {"outcome": a.outcome, "why": phrase(a.key, **a.values) if a.key else ""}
        for uid, a in answers.items()
    }
    visit.ledger.session.flush()
    return Told({"answers": told, "state": state(visit.ledger, meeting)})


def _deeds(visit: Visit) -> list[DeviceDeed]:
    try:
        raw = json.loads(visit.text("deeds"))
        sent_at = float(visit.text("sent_at"))
        return [_deed(each, visit.ledger.now, sent_at) for each in raw[:DEEDS_AT_MOST]]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise NotLookedAt from error


def _deed(raw: dict[str, Any], now: datetime, sent_at: float) -> DeviceDeed:
    value = raw.get("value", "")
    after = raw.get("after")
    return DeviceDeed(
        uid=str(raw["id"])[:36],
        at=now - timedelta(milliseconds=max(sent_at - float(raw["at"]), 0)),
        deed=str(raw["deed"]),
        seq=int(raw.get("seq", 0)),
        item=int(raw.get("item") or 0),
        person=str(raw.get("person") or "")[:12],
        value=printable(value) if isinstance(value, str) else value,
        after=None if after is None else str(after),
    )


def _meeting(visit: Visit) -> Meeting:
    return visit.ledger.by_id(Meeting, visit.number("meeting"))


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def is_paper_checked(meeting: Meeting) -> bool:
    """Say whether an officer has approved the paper; assemblies and sections need no such word."""
    return meeting.status == Stage.APPROVED or meeting.kind != Kind.BOARD


_BASE = "/meeting/{meeting:int}"
PAGES = (
    Page("GET", f"{_BASE}/state", tell, "read_masked"),
    Page("POST", f"{_BASE}/deeds", take, "decide"),
)
