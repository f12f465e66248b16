"""二枚の報告: the federation's page and the plan committee's sheet, looked at before they leave."""

from typing import Any

from bot import meetings, reports
from bot.documents.plain import plain
from handlers.web.desk.visit import Done, Outcome, Page, Printed, Shown, Visit
from storage.ledger import Ledger, NoSuchRecord
from storage.meetings import Meeting
from storage.minutes import Report

ENDINGS = ("pdf", "docx", "txt")


def show(visit: Visit) -> Outcome:
    """Show both reports of a meeting as they would leave, each with its check."""
    ledger, meeting = visit.ledger, _meeting(visit)
    return Shown(
        "reports.html",
        {
            "meeting": meeting,
            "title": meetings.title(ledger.council, meeting),
            "reports": [_row(ledger, meeting, report) for report in reports.of_meeting(ledger, meeting)],
            "endings": ENDINGS,
            "may_mail": visit.desk.settings.smtp_url is not None,
        },
    )


def _row(ledger: Ledger, meeting: Meeting, report: Report) -> dict[str, Any]:
    return {
        "to": report.to,
        "words": reports.words_of(ledger, report),
        "text": plain(reports.report_paper(ledger, meeting, report.to, report)).decode(),
        "is_checked": report.checked_at is not None,
    }


def make(visit: Visit) -> Outcome:
    """Make both reports."""
    meeting = _meeting(visit)
    reports.make(visit.ledger, meeting, visit.person)
    return Done("reports.made", to=f"/minutes/{meeting.id}/reports")


def write(visit: Visit) -> Outcome:
    """Put an officer's own sentence at the top."""
    reports.write(visit.ledger, _report(visit), visit.text("words"), visit.person)
    return Done("reports.worded")


def check(visit: Visit) -> Outcome:
    """Note that an officer has looked at it."""
    report = _report(visit)
    reports.check(visit.ledger, report, visit.person)
    return Done("reports.was_checked", {"name": reports.name(report.to)})


def send(visit: Visit) -> Outcome:
    """Send a checked report by mail."""
    report = _report(visit)
    reports.send(visit.ledger, report, visit.wanted("mail"), visit.person)
    return Done("reports.sent", {"name": reports.name(report.to)})


def paper(visit: Visit) -> Outcome:
    """Give a checked report to take away."""
    ending = visit.request.path_params["ending"]
    if ending not in ENDINGS:
        raise NoSuchRecord(ending)
    return Printed(reports.to_take_out(visit.ledger, _report(visit)), ending)


def _report(visit: Visit) -> Report:
    return reports.find(visit.ledger, _meeting(visit), visit.request.path_params["to"])


def _meeting(visit: Visit) -> Meeting:
    return visit.ledger.by_id(Meeting, visit.number("meeting"))


_BASE = "/minutes/{meeting:int}/reports"
_ONE = f"{_BASE}/{{to}}"
PAGES = (
    Page("GET", _BASE, show, "edit_agenda"),
    Page("POST", _BASE, make, "edit_agenda"),
    Page("POST", f"{_ONE}/words", write, "edit_agenda"),
    Page("POST", f"{_ONE}/check", check, "edit_agenda"),
    Page("POST", f"{_ONE}/send", send, "edit_agenda"),
    Page("GET", f"{_ONE}/paper.{{ending}}", paper, "edit_agenda"),
)
