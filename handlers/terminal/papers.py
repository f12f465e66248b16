"""`agenda`, `minutes` and `report`: the council's papers in every format."""

from collections.abc import Callable

from bot import agenda as agenda_
from bot import meetings, papers, reports, yearly
from bot.documents import FORMATS
from bot.documents.paper import Paper
from bot.documents.readings import with_readings
from bot.texts import phrase
from handlers.terminal.calling import Call
from handlers.terminal.screen import aside, deliver
from storage.ledger import Ledger
from storage.meetings import Meeting, Stage

USUAL = "md"


def agenda(call: Call) -> int:
    """Write the order paper of the next meeting as it would be compiled now, or the sheet of its notices."""
    compose = papers.notices_paper if call.words.sheet == "notices" else papers.agenda_paper
    with call.ledger(writing=True) as ledger:
        paper = _fresh(ledger, meetings.next_meeting(ledger), compose)
    return _hand_out(call, paper)


def minutes(call: Call) -> int:
    """Write the record of the last meeting that was held."""
    with call.ledger(writing=False) as ledger:
        held = meetings.held(ledger)
        paper = papers.minutes_paper(ledger, held[0]) if held else None
    if paper is None:
        aside(phrase("terminal.no_minutes"))
        return 1
    return _hand_out(call, paper)


def report(call: Call) -> int:
    """Write the year's figures, or what the last meeting tells the district; neither has personal data."""
    with call.ledger(writing=False) as ledger:
        paper = _reported(ledger, call.words.to) if call.words.to else yearly.figures_paper(ledger)
    if paper is None:
        aside(phrase("terminal.no_minutes"))
        return 1
    return _hand_out(call, paper)


def _reported(ledger: Ledger, to: str) -> Paper | None:
    """Compose a report to the federation or the committee; one that no officer has checked says so itself."""
    held = meetings.held(ledger)
    if not held:
        return None
    made = [report for report in reports.of_meeting(ledger, held[0]) if report.to == to]
    return reports.report_paper(ledger, held[0], to, next(iter(made), None))


def _fresh(ledger: Ledger, meeting: Meeting, compose: Callable[[Ledger, Meeting], Paper]) -> Paper:
    """Compile for a look only: the draft itself belongs to its job, which also shows it to the officers."""
    if meeting.status == Stage.APPROVED:
        return compose(ledger, meeting)
    look = ledger.session.begin_nested()
    try:
        agenda_.compile_agenda(ledger, meeting)
        return compose(ledger, meeting)
    finally:
        look.rollback()


def _hand_out(call: Call, paper: Paper) -> int:
    output = call.words.output
    ending = call.words.format or _ending_of(output) or USUAL
    wanted = with_readings(paper) if call.words.readings else paper
    deliver(FORMATS[ending](wanted), ending, output)
    return 0


def _ending_of(output: object) -> str | None:
    ending = str(output).rpartition(".")[2].lower()
    return ending if output is not None and ending in FORMATS else None
