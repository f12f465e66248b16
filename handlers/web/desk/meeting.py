"""会議: the page of the meeting that is held now, and the meetings that were held with their minutes.

Every button is a form, so that the page works without its script; with it, what is pressed and typed is kept
on the device until it has arrived.
"""

import json
from datetime import date, timedelta
from typing import Any

from bot import (
    agenda,
    attendance,
    dates,
    decisions,
    going_on,
    meeting_deeds,
    meetings,
    organisations,
    papers,
    sitting,
    topics,
)
from bot.texts import phrase
from handlers.web.desk import meeting_live
from handlers.web.desk.view import who
from handlers.web.desk.visit import Done, Go, NotLookedAt, Outcome, Page, Printed, Shown, Visit
from storage.ledger import Ledger, NoSuchRecord, id_of
from storage.meetings import Choice, Item, Kind, Meeting, Presence, Stage

ENDINGS = ("pdf", "docx", "md")
HELD_AT_MOST = 24
OTHERS_AT_MOST = 6
NEAR = timedelta(hours=12)


def show(visit: Visit) -> Outcome:
    """Show the meeting that is held now, else the one of today, else the board's next, then those of the past."""
    return _shown(visit, _at_hand(visit.ledger))


def show_one(visit: Visit) -> Outcome:
    """Show one meeting; what was held stands among the minutes."""
    meeting = _meeting(visit)
    return Go("/meeting#held") if meeting.status in sitting.OVER else _shown(visit, meeting)


def _at_hand(ledger: Ledger) -> Meeting | None:
    to_come = meetings.calendar(ledger)
    opened = [m for m in to_come if m.opened_at is not None]
    near = [m for m in to_come if abs(m.starts_at - ledger.now) < NEAR]
    return next(iter([*opened, *near, *meetings.upcoming(ledger)]), None)


def _shown(visit: Visit, meeting: Meeting | None) -> Outcome:
    ledger = visit.ledger
    held = [_held(ledger, m) for m in meetings.held(ledger)[:HELD_AT_MOST]]
    others = [m for m in meetings.calendar(ledger) if meeting is None or m.id != meeting.id][:OTHERS_AT_MOST]
    return Shown(
        "meeting.html",
        {
            **(_present(visit, meeting) if meeting else {"meeting": None}),
            "others": [
                {"id": m.id, "label": meetings.label(m), "when": dates.spoken(m.starts_at)} for m in others
            ],
            "held": held,
            "endings": ENDINGS,
        },
    )


def _present(visit: Visit, meeting: Meeting) -> dict[str, Any]:
    ledger = visit.ledger
    lines = meeting_live.lines(ledger, meeting)
    return {
        "meeting": meeting,
        "title": meetings.title(ledger.council, meeting),
        "when": dates.spoken(meeting.starts_at),
        "opened": dates.digital(meeting.opened_at) if meeting.opened_at else "",
        "is_early": meeting.starts_at > ledger.now,
        "is_approved": meeting_live.is_paper_checked(meeting),
        "is_board": meeting.kind == Kind.BOARD,
        "lines": lines,
        "open": sum(1 for line in lines if not _is_settled(line)),
        "people": meeting_live.people_of(ledger, meeting),
        "standing": meeting_live.standing(ledger, meeting),
        "choices": tuple(Choice),
        "organisations": organisations.all_of(ledger),
        "quick_days": meeting_live.quick_days(ledger, meeting),
        "state": json.dumps(meeting_live.state(ledger, meeting), ensure_ascii=False),
        "may_be_numbered": meetings.may_be_numbered(meeting),
        "seats": ledger.council.seats if meeting.kind == Kind.BOARD else 0,
    }


def _is_settled(line: dict[str, Any]) -> bool:
    return bool(line["choice"] if line["number"] else line["done"])


def _held(ledger: Ledger, meeting: Meeting) -> dict[str, Any]:
    return {
        "id": id_of(meeting),
        "title": meetings.title(ledger.council, meeting),
        "day": dates.wareki(dates.jst(meeting.starts_at).date()),
        "count": len(decisions.of_meeting(ledger, meeting)),
    }


# --- deeds without a script ---------------------------------------------------------------------------


def begin(visit: Visit) -> Outcome:
    """開会: the first line is up."""
    meeting = _meeting(visit)
    meeting_deeds.at_once(visit.ledger, meeting, visit.person, "open")
    return Done("sitting.begun", {"title": meetings.title(visit.ledger.council, meeting)})


def turn(visit: Visit) -> Outcome:
    """Take up another line."""
    item = visit.whole("value", 1, 999_999)
    meeting_deeds.at_once(visit.ledger, _meeting(visit), visit.person, "turn", value=item)
    return Done("sitting.turned")


def mark(visit: Visit) -> Outcome:
    """Tick somebody as present, or take the tick back."""
    ledger, meeting, presence = visit.ledger, _meeting(visit), visit.text("value")
    if presence not in ("", *Presence):
        raise NotLookedAt
    ref = str(visit.request.path_params["ref"])
    found = [p for p in attendance.invited(ledger, meeting) if p.ref == ref]
    if not found:
        raise NoSuchRecord("Person")
    meeting_deeds.at_once(ledger, meeting, visit.person, "presence", person=ref, value=presence)
    name = who(ledger, found[0])
    if not presence:
        return Done("sitting.attendance.taken_back", {"who": name})
    label = phrase(f"sitting.attendance.{presence}")
    return Done("sitting.attendance.marked", {"who": name, "presence": label})


def decide(visit: Visit) -> Outcome:
    """Write down what the board decided on one topic; it can be changed until the meeting ends.

    What would be put off for the third time is asked about first, on a page of its own.
    """
    choice = visit.text("choice")
    if choice not in (*Choice, "") or (not choice and not visit.text("keep")):
        raise NotLookedAt
    ledger, meeting = visit.ledger, _meeting(visit)
    topic = topics.find(ledger, visit.number("number"))
    item = agenda.item_for(ledger, meeting, topic)
    _write(visit, meeting, item)
    if not choice:
        return Done("sitting.saved")
    is_asked = choice == Choice.CARRY_OVER and not visit.text("skip")
    if is_asked and going_on.wants_a_word(ledger, meeting, item):
        return Go(f"/meeting/{meeting.id}/again/{topic.number}")
    meeting_deeds.at_once(ledger, meeting, visit.person, "choice", item=id_of(item), value=choice)
    return Done("agenda.decided", {"number": topic.number, "choice": phrase(f"decision.{choice}")})


def ask_again(visit: Visit) -> Outcome:
    """Ask for a reason or a next step before a topic is put off once more; it can be skipped."""
    ledger, meeting = visit.ledger, _meeting(visit)
    item = agenda.item_for(ledger, meeting, topics.find(ledger, visit.number("number")))
    found = [line for line in meeting_live.lines(ledger, meeting) if line["id"] == item.id]
    if not found or not found[0]["again"]:
        return Go(f"/meeting/{meeting.id}")
    return Shown("carry_again.html", {"meeting": meeting, "line": found[0]})


def settle(visit: Visit) -> Outcome:
    """Write what was said on a report, a notice or a line of its own, and tick it off or not."""
    ledger, meeting = visit.ledger, _meeting(visit)
    item = sitting.line(ledger, meeting, visit.number("item"))
    _write(visit, meeting, item)
    if visit.text("done"):
        is_done = visit.text("done") == "yes"
        meeting_deeds.at_once(ledger, meeting, visit.person, "done", item=id_of(item), value=is_done)
    return Done("sitting.saved")


def add_line(visit: Visit) -> Outcome:
    """Put something on the paper that came up in the meeting."""
    words = visit.wanted("value")
    meeting_deeds.at_once(visit.ledger, _meeting(visit), visit.person, "line", value=words)
    return Done("sitting.item.added")


def _write(visit: Visit, meeting: Meeting, item: Item) -> None:
    """Keep what the form says of a line, where it says something new."""
    ledger, here = visit.ledger, id_of(item)
    talk = decisions.talk_of(ledger, item)
    day = visit.day("due_on")
    homes = [id_of(organisations.find(ledger, int(o))) for o in visit.texts("organisation") if o.isdecimal()]
    new: dict[str, tuple[Any, Any]] = {
        "words": (talk.words, visit.text("words")),
        "charge": (talk.charge, visit.text("charge")),
        "due": (talk.due_on, day),
        "organisations": (list(talk.organisation_ids), homes),
    }
    for deed, (before, after) in new.items():
        if before != after:
            value = after.isoformat() if isinstance(after, date) else after
            seen = visit.text(f"seen_{deed}") if f"seen_{deed}" in visit.form else None
            meeting_deeds.at_once(ledger, meeting, visit.person, deed, item=here, value=value or "", after=seen)


def ask_close(visit: Visit) -> Outcome:
    """Ask once more before the meeting becomes history; what is undecided is named."""
    meeting = _meeting(visit)
    if meeting.status in sitting.OVER:
        raise agenda.MeetingHeld
    lines = meeting_live.lines(visit.ledger, meeting)
    about = [line for line in lines if line["number"]]
    return Shown(
        "confirm_close.html",
        {
            "meeting": meeting,
            "title": meetings.title(visit.ledger.council, meeting),
            "decided": [line for line in about if line["choice"]],
            "undecided": [line for line in about if not line["choice"]],
            "undone": [line for line in lines if not line["number"] and not line["done"]],
            "is_board": meeting.kind == Kind.BOARD,
            "is_early": meeting.starts_at > visit.ledger.now,
        },
    )


def close(visit: Visit) -> Outcome:
    """End the meeting, and say plainly how much goes on."""
    meeting = _meeting(visit)
    decisions.close(visit.ledger, meeting, visit.person)
    return Done(*decisions.ending(visit.ledger, meeting), "/meeting#held")


def minutes(visit: Visit) -> Outcome:
    """Give the minutes of a held meeting to take away."""
    ending = visit.request.path_params["ending"]
    meeting = _meeting(visit)
    if ending not in ENDINGS or meeting.status != Stage.HELD:
        raise NoSuchRecord(ending)
    return Printed(papers.minutes_paper(visit.ledger, meeting), ending)


def _meeting(visit: Visit) -> Meeting:
    return visit.ledger.by_id(Meeting, visit.number("meeting"))


_BASE = "/meeting/{meeting:int}"
PAGES = (
    Page("GET", "/meeting", show, "read_masked"),
    Page("GET", _BASE, show_one, "read_masked"),
    Page("POST", f"{_BASE}/open", begin, "decide"),
    Page("POST", f"{_BASE}/turn", turn, "decide"),
    Page("POST", f"{_BASE}/people/{{ref}}", mark, "decide"),
    Page("POST", f"{_BASE}/topics/{{number:int}}", decide, "decide"),
    Page("GET", f"{_BASE}/again/{{number:int}}", ask_again, "decide"),
    Page("POST", f"{_BASE}/lines/{{item:int}}", settle, "decide"),
    Page("POST", f"{_BASE}/lines", add_line, "decide"),
    Page("GET", f"{_BASE}/close", ask_close, "decide"),
    Page("POST", f"{_BASE}/close", close, "decide"),
    Page("GET", f"{_BASE}/minutes.{{ending}}", minutes, "read_masked"),
    *meeting_live.PAGES,
)
