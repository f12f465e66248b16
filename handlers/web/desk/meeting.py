"""会議: what the board decides, item by item, and the meetings that were held with their minutes."""

from datetime import date
from typing import Any

from bot import agenda, dates, decisions, meetings, organisations, papers, threads, topics
from bot.answerable import Answerable
from bot.texts import phrase
from handlers.web.desk.visit import Done, NotLookedAt, Outcome, Page, Printed, Shown, Visit
from storage.ledger import Ledger, NoSuchRecord, id_of
from storage.meetings import Choice, Decision, Item, Meeting, Stage
from storage.topics import Topic

ENDINGS = ("pdf", "docx", "md")
HELD_AT_MOST = 24


class NotADay(Answerable):
    """A due date that is no day."""

    key = "desk.form.date"


def show(visit: Visit) -> Outcome:
    """Show the paper's topics, each with the six decisions, then the meetings of the past."""
    ledger = visit.ledger
    meeting = next(iter(meetings.upcoming(ledger)), None)
    lines = _lines(ledger, meeting) if meeting else []
    return Shown(
        "meeting.html",
        {
            "meeting": meeting,
            "title": meetings.title(ledger.council, meeting) if meeting else "",
            "when": dates.spoken(meeting.starts_at) if meeting else "",
            "is_early": meeting is not None and meeting.starts_at > ledger.now,
            "is_approved": meeting is not None and meeting.status == Stage.APPROVED,
            "lines": lines,
            "open": sum(1 for line in lines if not line["choice"]),
            "choices": tuple(Choice),
            "organisations": organisations.all_of(ledger),
            "held": [_held(ledger, m) for m in meetings.held(ledger)[:HELD_AT_MOST]],
            "endings": ENDINGS,
        },
    )


def _lines(ledger: Ledger, meeting: Meeting) -> list[dict[str, Any]]:
    made = decisions.of_meeting(ledger, meeting)
    shown = [i for i in agenda.items_of(ledger, meeting, with_hidden=False) if i.topic_id is not None]
    return [_line(ledger, item, place, made.get(item.topic_id or 0)) for place, item in enumerate(shown, start=1)]


def _line(ledger: Ledger, item: Item, place: int, decision: Decision | None) -> dict[str, Any]:
    topic = ledger.by_id(Topic, item.topic_id)
    return {
        "place": place,
        "number": topic.number,
        "heading": agenda.heading(ledger, item),
        "theme": threads.theme_label(topic),
        "urgency": topic.urgency,
        "minutes": item.minutes,
        "before": papers.history(ledger, topic),
        "choice": decision.choice if decision else "",
        "words": decisions.words_of(ledger, decision) if decision else "",
        "organisation_id": decision.organisation_id if decision else None,
        "due_on": decision.due_on.isoformat() if decision and decision.due_on else "",
    }


def _held(ledger: Ledger, meeting: Meeting) -> dict[str, Any]:
    title = meetings.title(ledger.council, meeting)
    made = decisions.of_meeting(ledger, meeting)
    return {
        "id": id_of(meeting),
        "title": title,
        "day": dates.wareki(dates.jst(meeting.starts_at).date()),
        "count": len(made),
    }


def decide(visit: Visit) -> Outcome:
    """Write down what the board decided on one topic; it can be changed until the meeting ends."""
    choice = visit.wanted("choice")
    if choice not in tuple(Choice):
        raise NotLookedAt
    ledger, meeting = visit.ledger, _meeting(visit)
    topic = topics.find(ledger, visit.number("number"))
    is_home = choice == Choice.TAKE_HOME
    decisions.decide(
        ledger,
        meeting,
        topic,
        Choice(choice),
        visit.person,
        words=visit.text("words"),
        organisation_id=_organisation(visit) if is_home else None,
        due_on=_day(visit.text("due_on")),
    )
    return Done("agenda.decided", {"number": topic.number, "choice": phrase(f"decision.{choice}")})


def ask_close(visit: Visit) -> Outcome:
    """Ask once more before the meeting becomes history; what is undecided is named."""
    meeting = _meeting(visit)
    if meeting.status == Stage.HELD:
        raise agenda.MeetingHeld
    lines = _lines(visit.ledger, meeting)
    return Shown(
        "confirm_close.html",
        {
            "meeting": meeting,
            "title": meetings.title(visit.ledger.council, meeting),
            "decided": [line for line in lines if line["choice"]],
            "undecided": [line for line in lines if not line["choice"]],
            "is_early": meeting.starts_at > visit.ledger.now,
        },
    )


def close(visit: Visit) -> Outcome:
    """End the meeting."""
    meeting = decisions.close(visit.ledger, _meeting(visit), visit.person)
    return Done("agenda.closed", {"title": meetings.title(visit.ledger.council, meeting)}, "/meeting#held")


def minutes(visit: Visit) -> Outcome:
    """Give the minutes of a held meeting to take away."""
    ending = visit.request.path_params["ending"]
    meeting = _meeting(visit)
    if ending not in ENDINGS or meeting.status != Stage.HELD:
        raise NoSuchRecord(ending)
    return Printed(papers.minutes_paper(visit.ledger, meeting), ending)


def _organisation(visit: Visit) -> int | None:
    if not visit.text("organisation"):
        return None
    return id_of(organisations.find(visit.ledger, visit.whole("organisation", 1, 999_999)))


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise NotADay from error


def _meeting(visit: Visit) -> Meeting:
    return visit.ledger.by_id(Meeting, visit.number("meeting"))


_BASE = "/meeting/{meeting:int}"
PAGES = (
    Page("GET", "/meeting", show, "read_masked"),
    Page("POST", f"{_BASE}/topics/{{number:int}}", decide, "decide"),
    Page("GET", f"{_BASE}/close", ask_close, "decide"),
    Page("POST", f"{_BASE}/close", close, "decide"),
    Page("GET", f"{_BASE}/minutes.{{ending}}", minutes, "read_masked"),
)
