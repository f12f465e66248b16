"""議事録: the minutes of each meeting, from the draft to the addenda, and who gets them how."""

from typing import Any

from sqlmodel import col

from bot import agenda, dates, decisions, handouts, meetings, minutes, records, topics
from bot.documents.plain import plain
from bot.minutes_paper import is_intact, minutes_paper
from bot.texts import phrase
from handlers.web.desk.view import who
from handlers.web.desk.visit import Done, Outcome, Page, Printed, Shown, Visit
from storage.ledger import Ledger, NoSuchRecord
from storage.meetings import Decision, Meeting
from storage.minutes import Amendment, Handout, Record
from storage.people import Person
from storage.topics import Topic

ENDINGS = ("pdf", "docx", "txt")
AT_MOST = 36


def show(visit: Visit) -> Outcome:
    """List the minutes, the newest first, each with how far it has come."""
    ledger = visit.ledger
    found = ledger.all(Record, by=col(Record.id).desc(), limit=AT_MOST)
    rows = [(record, ledger.by_id(Meeting, record.meeting_id)) for record in found]
    rows.sort(key=lambda row: row[1].starts_at, reverse=True)
    return Shown("minutes.html", {"rows": [_row(ledger, *row) for row in rows]})


def _row(ledger: Ledger, record: Record, meeting: Meeting) -> dict[str, Any]:
    return {
        "id": meeting.id,
        "title": meetings.title(ledger.council, meeting),
        "day": dates.wareki(dates.jst(meeting.starts_at).date()),
        "state": minutes.state_words(ledger, record),
        "pending": len(records.pending(ledger, record)),
        "is_final": record.final_at is not None,
    }


def show_one(visit: Visit) -> Outcome:
    """Show one meeting's minutes with what can be done with them now."""
    ledger = visit.ledger
    record, meeting = _record(visit)
    return Shown(
        "minutes_one.html",
        {
            "row": _row(ledger, record, meeting),
            "is_approved": record.approved_at is not None,
            "is_intact": record.final_at is None or is_intact(ledger, record),
            "digest": (record.digest or "")[:16],
            "text": plain(minutes_paper(ledger, meeting)).decode(),
            "endings": ENDINGS,
            "corrections": [_correction(ledger, each) for each in records.pending(ledger, record)],
            "decided": [] if record.final_at else _decided(ledger, meeting),
            "handouts": [_handout(ledger, each) for each in handouts.of_meeting(ledger, meeting)],
            "correction_days": ledger.council.correction_days,
        },
    )


def _correction(ledger: Ledger, amendment: Amendment) -> dict[str, Any]:
    by = ledger.first(Person, col(Person.id) == amendment.person_id)
    return {
        "id": amendment.id,
        "words": records.words_of(ledger, amendment),
        "who": who(ledger, by),
        "when": dates.spoken(amendment.at),
    }


def _decided(ledger: Ledger, meeting: Meeting) -> list[dict[str, Any]]:
    made = decisions.of_meeting(ledger, meeting)
    shown = [i for i in agenda.items_of(ledger, meeting) if i.topic_id in made]
    return [_decision(ledger, agenda.heading(ledger, i), made[i.topic_id or 0]) for i in shown]


def _decision(ledger: Ledger, heading: str, decision: Decision) -> dict[str, Any]:
    return {
        "number": ledger.by_id(Topic, decision.topic_id).number,
        "heading": heading,
        "choice": phrase(f"decision.{decision.choice}"),
        "words": decisions.words_of(ledger, decision),
        "charge": decisions.charge_of(ledger, decision),
        "due_on": decision.due_on.isoformat() if decision.due_on else "",
    }


def _handout(ledger: Ledger, handout: Handout) -> dict[str, Any]:
    return {
        "who": who(ledger, ledger.by_id(Person, handout.person_id)),
        "way": handout.way,
        "arrived": dates.spoken(handout.delivered_at) if handout.delivered_at else "",
        "fell_back": handouts.fell_back(ledger, handout),
        "answered": handout.answered_at is not None,
    }


# --- deeds ------------------------------------------------------------------------------------------------


def approve(visit: Visit) -> Outcome:
    """Approve the minutes; whoever was absent gets them."""
    record, meeting = _record(visit)
    sent = minutes.approve(visit.ledger, record, visit.person)
    words = minutes.approved_words(visit.ledger, record, meeting, sent)
    return Done("minutes.page.said", {"words": words})


def amend(visit: Visit) -> Outcome:
    """Write down what is wrong (訂正あり)."""
    record, _ = _record(visit)
    minutes.amend(visit.ledger, record, visit.wanted("words"), visit.person)
    return Done("minutes.amended" if record.final_at is None else "minutes.amended_late")


def settle(visit: Visit) -> Outcome:
    """Settle a correction; with words, they become an addendum."""
    record, _ = _record(visit)
    amendment = visit.ledger.by_id(Amendment, visit.number("amendment"))
    if amendment.record_id != record.id:
        raise NoSuchRecord("Amendment")
    minutes.settle(visit.ledger, amendment, visit.person, addendum=visit.text("addendum"))
    return Done("minutes.settled_addendum" if visit.text("addendum") else "minutes.settled")


def reword(visit: Visit) -> Outcome:
    """Put right what was written down of a decision."""
    record, _ = _record(visit)
    topic = topics.find(visit.ledger, visit.number("number"))
    minutes.reword(
        visit.ledger,
        record,
        topic,
        visit.person,
        words=visit.text("words"),
        charge=visit.text("charge"),
        due_on=visit.day("due_on"),
    )
    return Done("minutes.reworded")


def add(visit: Visit) -> Outcome:
    """Add something below final minutes (追記)."""
    minutes.add_addendum(visit.ledger, _record(visit)[0], visit.wanted("words"), visit.person)
    return Done("minutes.added")


def paper(visit: Visit) -> Outcome:
    """Give the minutes to take away."""
    ending = visit.request.path_params["ending"]
    if ending not in ENDINGS:
        raise NoSuchRecord(ending)
    return Printed(minutes_paper(visit.ledger, _record(visit)[1]), ending)


def _record(visit: Visit) -> tuple[Record, Meeting]:
    meeting = visit.ledger.by_id(Meeting, visit.number("meeting"))
    return visit.ledger.one(Record, col(Record.meeting_id) == meeting.id), meeting


_ONE = "/minutes/{meeting:int}"
PAGES = (
    Page("GET", "/minutes", show, "read_masked"),
    Page("GET", _ONE, show_one, "read_masked"),
    Page("GET", f"{_ONE}/paper.{{ending}}", paper, "read_masked"),
    Page("POST", f"{_ONE}/approve", approve, "edit_agenda"),
    Page("POST", f"{_ONE}/amend", amend, "read_masked"),
    Page("POST", f"{_ONE}/amendments/{{amendment:int}}", settle, "edit_agenda"),
    Page("POST", f"{_ONE}/topics/{{number:int}}", reword, "edit_agenda"),
    Page("POST", f"{_ONE}/add", add, "edit_agenda"),
)
