"""設定: the council's ways, for the secretariat."""

from bot import themes
from bot.ways import Ways, change
from handlers.web.desk.visit import Done, Outcome, Page, Shown, Visit


def show(visit: Visit) -> Outcome:
    """Show the council's ways as a form."""
    return Shown("council.html", {"ways": visit.ledger.council})


def save(visit: Visit) -> Outcome:
    """Take over what the form says."""
    ways = Ways(
        name=visit.wanted("name"),
        seats=visit.whole("seats", 0, 999),
        meeting_week=visit.whole("meeting_week", 1, 4),
        meeting_weekday=visit.whole("meeting_weekday", 0, 6),
        meeting_time=visit.wanted("meeting_time"),
        meeting_minutes=visit.whole("meeting_minutes", 20, 480),
        meeting_place=visit.text("meeting_place"),
        lead_days=visit.whole("lead_days", 1, 27),
        ping_time=visit.wanted("ping_time"),
        rest_weekends=bool(visit.text("rest_weekends")),
        slack_channel=visit.text("slack_channel"),
        theme_channels={code: visit.text(f"channel_{code}") for code in themes.codes()},
    )
    change(visit.ledger, ways, visit.person)
    return Done("desk.said.saved")


PAGES = (
    Page("GET", "/council", show, "invite"),
    Page("POST", "/council", save, "invite"),
)
