"""一年の数: the month's figures, the record of activities, both meters, and the papers made of them."""

from datetime import date
from typing import Any

from bot import activities, dates, meters, monthly, status_report
from bot.documents.paper import Paper
from bot.texts import phrase
from handlers.web.desk.visit import Done, NotLookedAt, Outcome, Page, Printed, Shown, Visit
from storage.ledger import NoSuchRecord
from storage.people import Role

ENDINGS = ("pdf", "docx", "xlsx", "csv", "txt")
MONTHS_BACK = 3


def show(visit: Visit) -> Outcome:
    """Show the fiscal year's months with their figures, both meters in words, and one's own activities."""
    ledger, today = visit.ledger, monthly.today(visit.ledger)
    first, last = dates.fiscal_year_days(today)
    return Shown(
        "figures.html",
        {
            "months": _months(monthly.of_year(ledger, first), today),
            "codes": [(code, monthly.label(code), monthly.unit(code)) for code in monthly.CODES],
            "arrow": meters.meters_paper(ledger, today).sections,
            "endings": ENDINGS,
            "own": _own(visit, today) if visit.person.role == Role.COMMISSIONER else None,
            "fields": [(str(n), phrase(f"activity.field.{n}")) for n in activities.FIELDS],
            "contents": [(str(n), phrase(f"activity.content.{n}")) for n in activities.CONTENTS],
            "others": [(code, phrase(f"activity.other.{code}")) for code in activities.OTHERS],
            "voices": meters.voices(ledger, first, last).percent,
        },
    )


def _months(counts: dict[str, dict[str, int]], today: date) -> list[dict[str, Any]]:
    """Give the months of the year that have begun, the last one first: it is the one to be written."""
    begun = [month for month in counts if month <= f"{today:%Y-%m}"]
    return [{"month": m, "label": monthly.spoken(m), "counts": counts[m]} for m in reversed(begun)]


def _own(visit: Visit, today: date) -> list[dict[str, Any]]:
    months = activities.last_months(today, MONTHS_BACK)
    return [
        {
            "month": month,
            "label": monthly.spoken(month),
            "lines": [
                activities.sentence(row) for row in activities.of_person(visit.ledger, visit.person, month)
            ],
        }
        for month in reversed(months)
    ]


def write(visit: Visit) -> Outcome:
    """Write one month's figures down; an empty box leaves its count as it was."""
    month = monthly.month_of(_spoken(visit.wanted("month")), monthly.today(visit.ledger))
    counts = {code: visit.whole(code, 0, monthly.MOST) for code in monthly.CODES if visit.text(code)}
    if not counts:
        raise NotLookedAt
    monthly.write(visit.ledger, monthly.Line(month, counts), visit.person)
    return Done("monthly.said", to="/figures")


def write_activity(visit: Visit) -> Outcome:
    """Write one line of one's own activities down."""
    month = monthly.month_of(_spoken(visit.wanted("month")), monthly.today(visit.ledger))
    count = visit.whole("count", 0, activities.MOST)
    other = visit.text("other")
    if other:
        line = f"{phrase(f'activity.other.{other}')} {count}" if other in activities.OTHERS else ""
    else:
        field, content = visit.whole("field", 1, 4), visit.whole("content", 1, 14)
        line = f"{phrase(f'activity.field.{field}')} {content} {count}"
    activities.write(visit.ledger, visit.person, month, line)
    return Done("monthly.said", to="/figures#own")


def paper(visit: Visit) -> Outcome:
    """Give one of the year's papers to take away."""
    ending = visit.request.path_params["ending"]
    make = _PAPERS.get(visit.request.path_params["name"])
    if make is None or ending not in ENDINGS:
        raise NoSuchRecord(ending)
    return Printed(make(visit), ending)


def _activities(visit: Visit) -> Paper:
    """Of a commissioner their own, for the sheet that they hand in; of the board the sum of all."""
    first, _ = dates.fiscal_year_days(monthly.today(visit.ledger))
    own = visit.person if visit.person.role == Role.COMMISSIONER else None
    return activities.totals_paper(visit.ledger, monthly.months_of(first), own)


_PAPERS = {
    "status": lambda visit: status_report.status_paper(visit.ledger, monthly.today(visit.ledger)),
    "meters": lambda visit: meters.meters_paper(visit.ledger, monthly.today(visit.ledger)),
    "activities": _activities,
}


def _spoken(month: str) -> str:
    """Turn 2026-10 of the form into the words that people say."""
    year, _, number = month.partition("-")
    if not (year.isdecimal() and number.isdecimal()):
        raise NotLookedAt
    return f"{int(year)}年{int(number)}月"


PAGES = (
    Page("GET", "/figures", show, "read_masked"),
    Page("POST", "/figures", write, "count"),
    Page("POST", "/figures/activities", write_activity, "discuss"),
    Page("GET", "/figures/{name}.{ending}", paper, "read_masked"),
)
