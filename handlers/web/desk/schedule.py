"""会議の予定: when what meets, what is changed about it, and who should be asked how they are."""

from datetime import date, datetime, time
from typing import Any

from bot import bring_in, calendar, circulation, dates, meeting_changes, meeting_rules, meetings, people
from bot.meeting_rules import Wanted
from bot.spoken_days import NotADay
from bot.texts import phrase
from handlers.web.desk.view import who
from handlers.web.desk.visit import Done, NotLookedAt, Outcome, Page, Shown, Visit
from storage.ledger import Ledger, id_of
from storage.meetings import Kind, Meeting, Rule
from storage.people import Person

HERE = "/schedule"


def show(visit: Visit) -> Outcome:
    """Show the meetings to come, the rules, the calendar's address and how far the preparation has come."""
    ledger = visit.ledger
    edits = visit.may("edit_agenda")
    return Shown(
        "schedule.html",
        {
            "meetings": [_meeting(meeting) for meeting in meetings.calendar(ledger)],
            "cancelled": [_meeting(meeting) for meeting in meetings.cancelled(ledger)],
            "rules": [_rule(rule) for rule in meetings.rules(ledger)],
            "new": _rule(Rule(council_id=ledger.council_id, kind=Kind.SECTION, name="")),
            "sections": _sections(ledger),
            "roles": list(meetings.INVITED),
            "members": [{"id": id_of(p), "who": who(ledger, p)} for p in _members(ledger)] if edits else [],
            "usual": meetings.board_rule(ledger.council),
            "earliest": dates.jst(ledger.now).date().isoformat(),
            "address": calendar.address(ledger, visit.desk.settings.public_url) if edits else "",
            "prepare": _prepare(ledger) if edits else None,
        },
    )


def _meeting(meeting: Meeting) -> dict[str, Any]:
    local = dates.jst(meeting.starts_at)
    return {
        "id": meeting.id,
        "label": meetings.label(meeting),
        "kind": meeting.kind,
        "number": meeting.number,
        "when": f"{dates.wareki(local.date())} {dates.oclock(meeting.starts_at)}",
        "day": local.date().isoformat(),
        "time": dates.digital(meeting.starts_at),
        "place": meeting.place,
        "minutes": meeting.minutes,
        "changes": meeting.changes,
        "may_be_numbered": meetings.may_be_numbered(meeting),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    months = "・".join(phrase("schedule.page.month", n=month) for month in rule.months)
    key = "rule_line_last" if rule.week == meetings.LAST_WEEK else "rule_line"
    return {
        **rule.model_dump(),
        "label": rule.name or phrase(f"schedule.kind.{rule.kind}"),
        "line": phrase(
            f"schedule.page.{key}",
            months=months or phrase("schedule.page.every_month"),
            week=rule.week,
            weekday="月火水木金土日"[rule.weekday],
            time=rule.time,
            minutes=rule.minutes,
        ),
    }


def _prepare(ledger: Ledger) -> dict[str, Any] | None:
    """Say how the next board meeting is prepared: what was brought in, who is silent, who needs paper."""
    meeting = bring_in.to_come(ledger)
    if meeting is None:
        return None
    due = bring_in.due_at(ledger)
    return {
        "title": meetings.title(ledger.council, meeting),
        "answers": bring_in.answers(ledger, meeting),
        "asked_on": dates.wareki(due.date()) if due else "",
        "unheard": [_named(ledger, person) for person in bring_in.unheard(ledger)],
        "by_hand": [who(ledger, person) for person in circulation.unreached(ledger, meeting)],
    }


def _named(ledger: Ledger, person: Person) -> str:
    body = bring_in.stands_for(ledger, person)
    name = people.name_of(ledger, person)
    return f"{body}（{name}）" if name and name != body else body


def _sections(ledger: Ledger) -> list[tuple[str, str]]:
    """List what a meeting can be added for: the board, an assembly, and each section that has a rule."""
    named = [(rule.kind, rule.name) for rule in meetings.rules(ledger)]
    return [(Kind.BOARD, ""), *([] if (Kind.ASSEMBLY, "") in named else [(Kind.ASSEMBLY, "")]), *named]


def _members(ledger: Ledger) -> list[Person]:
    return people.with_role(ledger, *meetings.INVITED)


# --- deeds ------------------------------------------------------------------------------------------


def add(visit: Visit) -> Outcome:
    """Write down a meeting beside those of the rules."""
    kind, _, name = visit.wanted("kind").partition(":")
    if (kind, name) not in _sections(visit.ledger):
        raise NotLookedAt
    meeting_changes.add(
        visit.ledger, _moment(visit), visit.text("place"), visit.person, kind=Kind(kind), name=name
    )
    return Done("schedule.page.said.added", to=HERE)


def change(visit: Visit) -> Outcome:
    """Take over another day, place or length."""
    meeting = _found(visit)
    meeting_changes.move(visit.ledger, meeting, _moment(visit), visit.person)
    place, minutes = visit.text("place"), visit.whole("minutes", 10, 600)
    meeting_changes.change(visit.ledger, meeting, visit.person, place=place, minutes=minutes)
    return Done("schedule.page.said.moved", to=HERE)


def count(visit: Visit) -> Outcome:
    """Let a meeting be the 第n回 of its year, for a council that begins in the middle of one."""
    number = visit.whole("number", 1, meetings.HIGHEST)
    meetings.count_as(visit.ledger, _found(visit), number, visit.person)
    return Done("schedule.page.said.counted", {"number": number})


def cancel(visit: Visit) -> Outcome:
    """Cancel a meeting (休会)."""
    meeting_changes.cancel(visit.ledger, _found(visit), visit.person)
    return Done("schedule.page.said.cancelled", to=HERE)


def restore(visit: Visit) -> Outcome:
    """Let a cancelled meeting take place after all."""
    meeting_changes.restore(visit.ledger, _found(visit), visit.person)
    return Done("schedule.page.said.restored", to=HERE)


def add_rule(visit: Visit) -> Outcome:
    """Lay down when an assembly or section meets."""
    meeting_rules.add(visit.ledger, _wanted(visit), visit.person)
    return Done("schedule.page.said.rule", to=f"{HERE}#rules")


def change_rule(visit: Visit) -> Outcome:
    """Change when an assembly or section meets."""
    rule = meeting_rules.find(visit.ledger, visit.number("id"))
    meeting_rules.change(visit.ledger, rule, _wanted(visit), visit.person)
    return Done("schedule.page.said.rule", to=f"{HERE}#rules")


def end_rule(visit: Visit) -> Outcome:
    """End a rule; its meetings to come are cancelled."""
    meeting_rules.end(visit.ledger, meeting_rules.find(visit.ledger, visit.number("id")), visit.person)
    return Done("schedule.page.said.rule_ended", to=f"{HERE}#rules")


def turn_calendar(visit: Visit) -> Outcome:
    """Give the calendar a new address."""
    calendar.turn(visit.ledger, visit.person)
    return Done("schedule.page.said.turned", to=f"{HERE}#calendar")


def _found(visit: Visit) -> Meeting:
    return visit.ledger.by_id(Meeting, visit.number("id"))


def _moment(visit: Visit) -> datetime:
    """Read the day and hour of a form. Raises NotADay."""
    usual = meetings.board_rule(visit.ledger.council).time
    try:
        return dates.at(date.fromisoformat(visit.wanted("day")), time.fromisoformat(visit.text("time") or usual))
    except ValueError as error:
        raise NotADay from error


def _wanted(visit: Visit) -> Wanted:
    members = {id_of(person) for person in _members(visit.ledger)}
    ids = tuple(int(each) for each in visit.texts("people") if each.isdecimal() and int(each) in members)
    return Wanted(
        kind=visit.wanted("kind"),
        name=visit.text("name"),
        months=tuple(int(each) for each in visit.texts("months") if each.isdecimal()),
        week=visit.whole("week", 1, meetings.LAST_WEEK),
        weekday=visit.whole("weekday", 0, 6),
        time=visit.wanted("time"),
        minutes=visit.whole("minutes", 10, 600),
        place=visit.text("place"),
        invited_roles=visit.texts("roles"),
        invited_ids=ids,
    )


PAGES = (
    Page("GET", HERE, show),
    Page("POST", f"{HERE}/meetings", add, "edit_agenda"),
    Page("POST", f"{HERE}/meetings/{{id:int}}", change, "edit_agenda"),
    Page("POST", f"{HERE}/meetings/{{id:int}}/count", count, "edit_agenda"),
    Page("POST", f"{HERE}/meetings/{{id:int}}/cancel", cancel, "edit_agenda"),
    Page("POST", f"{HERE}/meetings/{{id:int}}/restore", restore, "edit_agenda"),
    Page("POST", f"{HERE}/rules", add_rule, "edit_agenda"),
    Page("POST", f"{HERE}/rules/{{id:int}}", change_rule, "edit_agenda"),
    Page("POST", f"{HERE}/rules/{{id:int}}/end", end_rule, "edit_agenda"),
    Page("POST", f"{HERE}/calendar", turn_calendar, "edit_agenda"),
)
