"""今日: what waits now, in the order in which it matters. An officer with two minutes needs only this page."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col

from bot import alerts, closures, dates, delivery, inbox_tray, meetings, minutes, topics
from bot.reminders import book, waiting_concerns
from handlers.web.desk import reminders
from handlers.web.desk.view import STEPS, cards
from handlers.web.desk.visit import Done, Outcome, Page, Shown, Visit
from storage.ledger import Ledger
from storage.meetings import Meeting, Stage
from storage.topics import Status, Topic

ALERTS_AT_MOST = 20
WAITING_AT_MOST = 20


@dataclass(frozen=True)
class Errand:
    """One thing that somebody should look at, with its page."""

    key: str
    count: int
    path: str


def show(visit: Visit) -> Outcome:
    """Show alerts, the next meeting, what waits for the visitor, and how full the arrow is."""
    ledger = visit.ledger
    raised = alerts.waiting(ledger)[:ALERTS_AT_MOST]
    unreceived = {alert.topic_id for alert in alerts.unreceived(ledger)}
    return Shown(
        "today.html",
        {
            "today": dates.wareki(dates.jst(ledger.now).date()),
            "raised": cards(ledger, [ledger.by_id(Topic, alert.topic_id) for alert in raised]),
            "unreceived": {ledger.by_id(Topic, topic_id).number for topic_id in unreceived},
            "meeting": next_meeting(ledger),
            "waiting": cards(ledger, waiting_concerns.topics_for(ledger, visit.person)[:WAITING_AT_MOST]),
            "reminders": reminders.rows(visit),
            "errands": [errand for errand in _errands(visit) if errand.count],
            "counts": {step: _count(ledger, step) for step in STEPS},
        },
    )


def next_meeting(ledger: Ledger) -> dict[str, Any] | None:
    """Give the next meeting as the page shows it; None when none is written down yet."""
    found = next(iter(meetings.upcoming(ledger)), None)
    if found is None:
        return None
    return {
        "title": meetings.title(ledger.council, found),
        "when": dates.spoken(found.starts_at),
        "place": found.place,
        "state": found.status,
        "days": (dates.jst(found.starts_at).date() - dates.jst(ledger.now).date()).days,
        "step": _next_step(ledger, found),
    }


def _next_step(ledger: Ledger, meeting: Meeting) -> str:
    """Say what comes next for a meeting: compile, approve, wait, or decide."""
    if meeting.starts_at <= ledger.now and meeting.status != Stage.PLANNED:
        return "decide"
    steps = {Stage.PLANNED: "compile", Stage.DRAFTED: "approve", Stage.APPROVED: "ready"}
    return steps.get(Stage(meeting.status), "ready")


def _errands(visit: Visit) -> list[Errand]:
    ledger = visit.ledger
    found = [Errand("unsorted", ledger.count(Topic, *topics.unsorted()), "/unsorted")]
    if visit.may("edit_agenda"):
        apart = (col(Topic.is_restricted).is_(True), col(Topic.status).in_([*topics.ON_AGENDA, Status.ACTING]))
        found += [
            Errand("apart", ledger.count(Topic, *apart), "/topics#apart"),
            Errand("settling", len(minutes.awaiting_settlement(ledger)), "/minutes"),
            Errand("tray", inbox_tray.count(ledger), "/tray"),
            Errand("delivery", delivery.count_failed(ledger), "/delivery"),
            Errand("closed", len(closures.present(ledger)), "/delivery"),
        ]
    return found


def _count(ledger: Ledger, step: str) -> int:
    return ledger.count(Topic, col(Topic.status).in_(STEPS[step]), col(Topic.is_restricted).is_(False))


def put_off(visit: Visit) -> Outcome:
    """あとで: ask again in three days."""
    topic = topics.find(visit.ledger, visit.number("number"))
    book.put_off_topic(visit.ledger, topic, visit.person)
    return Done("chat.later", {"days": book.LATER_DAYS})


def hand_on(visit: Visit) -> Outcome:
    """代わって: ask another commissioner, or leave it to the officers."""
    topic = topics.find(visit.ledger, visit.number("number"))
    other = book.hand_on_topic(visit.ledger, topic, visit.person)
    return Done("chat.handed_on" if other else "chat.handed_to_officers", {"number": topic.number})


PAGES = (
    Page("GET", "/", show),
    Page("POST", "/topics/{number:int}/later", put_off, "discuss"),
    Page("POST", "/topics/{number:int}/other", hand_on, "discuss"),
)
