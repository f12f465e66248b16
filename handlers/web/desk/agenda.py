"""次第: the next meeting's order paper, as the officers lay it out, and as it is handed out."""

from collections.abc import Callable
from typing import Any

from bot import (
    agenda,
    agenda_paper,
    agenda_time,
    agenda_words,
    dates,
    means,
    meetings,
    papers,
    seasons,
    threads,
    topics,
)
from bot.agenda import MeetingHeld
from bot.texts import phrase
from handlers.web.desk.visit import Done, NotLookedAt, Outcome, Page, Printed, Shown, Visit
from storage.ledger import Ledger, NoSuchRecord
from storage.meetings import Item, Meeting, Section, Stage
from storage.people import Person
from storage.topics import Topic

ENDINGS = ("pdf", "docx", "md")
ADDED = (Section.REPORT, Section.NOTICE)
HIGHEST_MINUTES = 600


def show(visit: Visit) -> Outcome:
    """Show the next meeting's paper with the hands to lay it out, for whoever may; else the paper alone."""
    ledger = visit.ledger
    meeting = next(iter(meetings.upcoming(ledger)), None)
    if meeting is None:
        return Shown("agenda_none.html")
    items = agenda.items_of(ledger, meeting)
    shown = [item for item in items if not item.is_hidden]
    used, length = agenda.minutes_used(meeting, items)
    return Shown(
        "agenda.html",
        {
            "meeting": meeting,
            "title": meetings.title(ledger.council, meeting),
            "when": dates.spoken(meeting.starts_at),
            "is_compiled": meeting.compiled_at is not None,
            "groups": _groups(ledger, meeting, shown),
            "put_aside": [_line(ledger, meeting, item, 0) for item in items if item.is_hidden],
            "used": used,
            "length": length,
            "talk": _talk(ledger, meeting, shown),
            "read_ahead": sum(1 for item in shown if agenda.is_read_ahead(item)),
            "seasons": _seasons(ledger, meeting),
            "has_late": any(item.is_late for item in shown),
            "sections": ADDED,
            "endings": ENDINGS,
        },
    )


def _talk(ledger: Ledger, meeting: Meeting, shown: list[Item]) -> dict[str, Any]:
    """Give how the minutes are shared, as a bar with words, and what to say when notices take over."""
    found = agenda.shares(meeting, shown)
    minutes = (found.troubles, found.reports, found.notices)
    names = ("troubles", "reports", "notices")
    parts, start = [], 0
    for name, each, percent in zip(names, minutes, found.percents, strict=True):
        label = phrase("talk.share", label=phrase(f"talk.{name}"), minutes=each, percent=percent)
        parts.append({"name": name, "label": label, "percent": percent, "start": start})
        start += percent
    others = 100 - found.percents[0]
    is_crowded = found.are_crowded(ledger.council.notice_share)
    return {
        "parts": parts if found.total else [],
        "crowded": phrase("talk.crowded", percent=others) if is_crowded else "",
        "naming": agenda_words.warning(sum(1 for item in shown if agenda_words.names_somebody(ledger, item))),
        "read_ahead_minutes": agenda_time.read_ahead_minutes(shown),
    }


def _seasons(ledger: Ledger, meeting: Meeting) -> list[dict[str, Any]]:
    """Give what was noticed a year ago in the weeks after the meeting, by theme."""
    return [
        {
            "label": each.label,
            "how_many": each.how_many,
            "topics": [
                {
                    "number": topic.number,
                    "heading": seasons.own_heading(ledger, topic),
                    "day": dates.wareki(dates.jst(topic.opened_at).date()),
                }
                for topic in each.topics
            ],
        }
        for each in seasons.returning(ledger, meeting)
    ]


def _groups(ledger: Ledger, meeting: Meeting, shown: list[Item]) -> list[dict[str, Any]]:
    """Give the lines by section, numbered through as on the paper."""
    found: list[dict[str, Any]] = []
    for place, item in enumerate(shown, start=1):
        if not found or found[-1]["section"] != item.section:
            found.append({"section": item.section, "lines": []})
        found[-1]["lines"].append(_line(ledger, meeting, item, place))
    for group in found:
        group["lines"][0]["is_first"] = True
        group["lines"][-1]["is_last"] = True
    return found


def _line(ledger: Ledger, meeting: Meeting, item: Item, place: int) -> dict[str, Any]:
    day = dates.jst(meeting.starts_at).date()
    topic = ledger.by_id(Topic, item.topic_id) if item.topic_id else None
    return {
        "id": item.id,
        "place": place,
        "heading": agenda.heading(ledger, item),
        "own": ledger.unseal(item.key_id, item.heading_sealed) or "",
        "number": topic.number if topic else None,
        "theme": threads.theme_label(topic) if topic else "",
        "urgency": topic.urgency if topic else "normal",
        "is_again": bool(topic and topic.times_reopened),
        "carried": agenda_paper.carried_words(ledger, topic) if topic else "",
        "asks": agenda_paper.how_to_go_on(ledger, item),
        "means": means.proposed(ledger, topic, day) if topic else [],
        "is_naming": agenda_words.names_somebody(ledger, item),
        "is_notice": item.section == Section.NOTICE and topic is None,
        "is_read_ahead": agenda.is_read_ahead(item),
        "minutes": item.minutes,
        "is_late": item.is_late,
        "is_first": False,
        "is_last": False,
    }


# --- deeds ------------------------------------------------------------------------------------------


def plan(visit: Visit) -> Outcome:
    """Write the next meetings down by the council's rule."""
    meetings.plan(visit.ledger)
    return Done("desk.said.planned", to="/agenda")


def compile_again(visit: Visit) -> Outcome:
    """Lay everything unresolved on the paper; what officers changed by hand stays."""
    agenda.compile_agenda(visit.ledger, _meeting(visit))
    return Done("desk.said.compiled")


def ask_approve(visit: Visit) -> Outcome:
    """Ask once more before writers hear that it is on the paper."""
    meeting = _meeting(visit)
    if meeting.status == Stage.HELD:
        raise MeetingHeld
    lines = agenda.items_of(visit.ledger, meeting, with_hidden=False)
    title = meetings.title(visit.ledger.council, meeting)
    return Shown("confirm_approve.html", {"meeting": meeting, "title": title, "count": len(lines)})


def approve(visit: Visit) -> Outcome:
    """Approve the paper."""
    meeting = _meeting(visit)
    agenda.approve(visit.ledger, meeting, visit.person)
    return Done("agenda.approved", {"title": meetings.title(visit.ledger.council, meeting)}, "/agenda")


def add_line(visit: Visit) -> Outcome:
    """Put a report or a notice on the paper."""
    section = visit.wanted("section")
    if section not in ADDED:
        raise NotLookedAt
    agenda.add_line(visit.ledger, _meeting(visit), Section(section), visit.wanted("words"), visit.person)
    return Done("desk.said.added")


def paper(visit: Visit) -> Outcome:
    """Give the paper to take away: to print, to edit, or to paste."""
    ending = visit.request.path_params["ending"]
    if ending not in ENDINGS:
        raise NoSuchRecord(ending)
    return Printed(papers.agenda_paper(visit.ledger, _meeting(visit)), ending)


def notices(visit: Visit) -> Outcome:
    """Give the sheet of notices that is read at home."""
    ending = visit.request.path_params["ending"]
    if ending not in ENDINGS:
        raise NoSuchRecord(ending)
    return Printed(papers.notices_paper(visit.ledger, _meeting(visit)), ending)


def bring_back(visit: Visit) -> Outcome:
    """Put a topic of last year before the board again, before its season."""
    topic = topics.find(visit.ledger, visit.number("number"))
    seasons.bring_back(visit.ledger, topic, visit.person)
    return Done("season.brought_back", {"number": topic.number})


def _on_line(change: Callable[[Visit, Meeting, Item], None], key: str) -> Callable[[Visit], Outcome]:
    """Make a button's page of a change to one line."""

    def press(visit: Visit) -> Outcome:
        meeting = _meeting(visit)
        item = visit.ledger.by_id(Item, visit.number("item"))
        if item.meeting_id != meeting.id:
            raise NoSuchRecord("Item")
        change(visit, meeting, item)
        return Done(key)

    return press


def _move(visit: Visit, meeting: Meeting, item: Item, steps: int) -> None:
    """Move a line past the next one that is shown: a hidden line between them does not count."""
    section = [i for i in agenda.items_of(visit.ledger, meeting) if i.section == item.section]
    here = section.index(item)
    beyond = section[here + 1 :] if steps > 0 else section[:here][::-1]
    past = next((n for n, other in enumerate(beyond, start=1) if not other.is_hidden), 0)
    agenda.move(visit.ledger, meeting, item, past * steps, visit.person)


def _notice(change: Callable[[Ledger, Meeting, Item, Person], None]) -> Callable[[Visit, Meeting, Item], None]:
    """Let a change be for notices alone: everything else is talked over anyway."""

    def press(visit: Visit, meeting: Meeting, item: Item) -> None:
        if item.section != Section.NOTICE or item.topic_id is not None:
            raise NoSuchRecord("Item")
        change(visit.ledger, meeting, item, visit.person)

    return press


def _minutes(visit: Visit, meeting: Meeting, item: Item) -> None:
    agenda.set_minutes(visit.ledger, meeting, item, visit.whole("minutes", 1, HIGHEST_MINUTES), visit.person)


def _meeting(visit: Visit) -> Meeting:
    return visit.ledger.by_id(Meeting, visit.number("meeting"))


def _pages() -> tuple[Page, ...]:
    base = "/agenda/{meeting:int}"
    line = f"{base}/lines/{{item:int}}"
    on_line: dict[str, tuple[Callable[[Visit, Meeting, Item], None], str]] = {
        "up": (lambda v, m, i: _move(v, m, i, -1), "desk.said.moved"),
        "down": (lambda v, m, i: _move(v, m, i, 1), "desk.said.moved"),
        "hide": (lambda v, m, i: agenda.hide(v.ledger, m, i, v.person), "desk.said.hidden"),
        "show": (lambda v, m, i: agenda.hide(v.ledger, m, i, v.person, hidden=False), "desk.said.put_back"),
        "minutes": (_minutes, "desk.said.timed"),
        "discuss": (_notice(agenda.lift), "desk.said.timed"),
        "sheet": (_notice(agenda.put_on_sheet), "desk.said.moved"),
        "heading": (
            lambda v, m, i: agenda.reword(v.ledger, m, i, v.text("words"), v.person),
            "desk.said.reworded",
        ),
        "remove": (lambda v, m, i: agenda.remove_line(v.ledger, m, i, v.person), "desk.said.removed"),
    }
    return (
        Page("GET", "/agenda", show, "read_masked"),
        Page("POST", "/agenda/plan", plan, "edit_agenda"),
        Page("GET", f"{base}/paper.{{ending}}", paper, "read_masked"),
        Page("GET", f"{base}/notices.{{ending}}", notices, "read_masked"),
        Page("POST", "/agenda/again/{number:int}", bring_back, "edit_agenda"),
        Page("POST", f"{base}/compile", compile_again, "edit_agenda"),
        Page("GET", f"{base}/approve", ask_approve, "edit_agenda"),
        Page("POST", f"{base}/approve", approve, "edit_agenda"),
        Page("POST", f"{base}/lines", add_line, "edit_agenda"),
        *(
            Page("POST", f"{line}/{name}", _on_line(change, key), "edit_agenda")
            for name, (change, key) in on_line.items()
        ),
    )


PAGES = _pages()
