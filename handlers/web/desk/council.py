"""設定: the council's ways, for the secretariat."""

from typing import Any

from bot import meetings, themes
from bot.ways import PILLARS, Days, Peace, Reporting, Ways, change
from handlers.web.desk.visit import Done, Outcome, Page, Shown, Visit
from storage.councils import Council
from storage.ledger import Ledger
from storage.meetings import Meeting

MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)


def show(visit: Visit) -> Outcome:
    """Show the council's ways as a form."""
    council = visit.ledger.council
    following = _to_number(visit.ledger)
    number = following.number if following else 0
    return Shown("council.html", {"ways": council, "months": MONTHS, "next_number": number, **_pillars(council)})


def _to_number(ledger: Ledger) -> Meeting | None:
    """Give the board's next meeting, if an officer can still say the how-manieth it is."""
    return next((m for m in meetings.upcoming(ledger) if meetings.may_be_numbered(m)), None)


def _pillars(council: Council) -> dict[str, Any]:
    """Give the plan's pillars as the form shows them: eight lines, and for each theme the number of its line."""
    names = [str(pillar["name"]) for pillar in council.pillars]
    of_theme = {code: place for place, pillar in enumerate(council.pillars, start=1) for code in pillar["themes"]}
    return {"pillars": [*names, *[""] * PILLARS][:PILLARS], "pillar_of": of_theme}


def save(visit: Visit) -> Outcome:
    """Take over what the form says."""
    ways = Ways(
        name=visit.wanted("name"),
        seats=visit.whole("seats", 0, 999),
        meeting_week=visit.whole("meeting_week", 1, 5),
        meeting_weekday=visit.whole("meeting_weekday", 0, 6),
        meeting_time=visit.wanted("meeting_time"),
        meeting_minutes=visit.whole("meeting_minutes", 20, 480),
        meeting_place=visit.text("meeting_place"),
        meeting_skips=tuple(int(month) for month in visit.texts("meeting_skips") if month.isdecimal()),
        days=_days(visit),
        notice_share=visit.whole("notice_share", 10, 100),
        ping_time=visit.wanted("ping_time"),
        peace=_peace(visit),
        push_reserve=visit.whole("push_reserve", 0, 9999),
        reporting=_reporting(visit),
        slack_channel=visit.text("slack_channel"),
        theme_channels={code: visit.text(f"channel_{code}") for code in themes.codes()},
    )
    change(visit.ledger, ways, visit.person)
    following = _to_number(visit.ledger) if visit.text("next_number") else None
    if following is not None and visit.whole("next_number", 1, meetings.HIGHEST) != following.number:
        number = visit.whole("next_number", 1, meetings.HIGHEST)
        meetings.count_as(visit.ledger, following, number, visit.person)
    return Done("desk.said.saved")


def _days(visit: Visit) -> Days:
    return Days(
        lead=visit.whole("lead_days", 1, 27),
        final=visit.whole("final_days", 0, 14),
        bring_in=visit.whole("bring_in_days", 0, 20),
        correction=visit.whole("correction_days", 0, 14),
    )


def _peace(visit: Visit) -> Peace:
    return Peace(
        quiet_from=visit.wanted("quiet_from"),
        quiet_until=visit.wanted("quiet_until"),
        weekends=bool(visit.text("rest_weekends")),
        holidays=bool(visit.text("rest_holidays")),
        obon=bool(visit.text("rest_obon")),
        new_year=bool(visit.text("rest_new_year")),
    )


def _reporting(visit: Visit) -> Reporting:
    named = {str(place): visit.text(f"pillar_{place}") for place in range(1, PILLARS + 1)}
    return Reporting(
        federation=visit.text("federation"),
        committee=visit.text("committee"),
        pillars=tuple(named.values()),
        pillar_of={code: named.get(visit.text(f"pillar_of_{code}"), "") for code in themes.codes()},
    )


PAGES = (
    Page("GET", "/council", show, "invite"),
    Page("POST", "/council", save, "invite"),
)
