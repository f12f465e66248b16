"""Papers of the board: the order paper (次第) and the record of what was decided, as Papers of any format."""

from bot import agenda, dates, decisions, meetings, threads
from bot.agenda_paper import (
    agenda_paper,
    history,
    meta,
    next_section,
    notices_paper,
    numbered,
    organisation_name,
)
from bot.documents.paper import Item as Line
from bot.documents.paper import Items, Paper, Section
from bot.texts import phrase
from storage.ledger import Ledger
from storage.meetings import Decision, Meeting
from storage.topics import Topic

__all__ = ["agenda_paper", "history", "minutes_paper", "notices_paper"]


def minutes_paper(ledger: Ledger, meeting: Meeting) -> Paper:
    """Compose the record of a held meeting: each topic with its decision, in the board's words."""
    made = decisions.of_meeting(ledger, meeting)
    shown = {topic.id for topic in agenda.topics_of(ledger, meeting)}
    told = [t for t in agenda.topics_of(ledger, meeting, with_hidden=True) if t.id in shown or t.id in made]
    return Paper(
        title=phrase("paper.minutes"),
        lines=(meetings.title(ledger.council, meeting),),
        meta=meta(ledger, meeting),
        sections=numbered(
            Section(
                phrase("paper.decided"),
                (Items(tuple(_decided_line(ledger, topic, made) for topic in told)),),
            ),
            next_section(ledger, meeting),
        ),
        footer=phrase("paper.footer"),
    )


def _decided_line(ledger: Ledger, topic: Topic, made: dict[int, Decision]) -> Line:
    decision = made.get(topic.id or 0)
    choice = phrase(f"decision.{decision.choice}") if decision else phrase("paper.undecided")
    rows = [(phrase("paper.decision"), choice)]
    if decision is not None:
        words = decisions.words_of(ledger, decision)
        who = organisation_name(ledger, decision.organisation_id) if decision.organisation_id else ""
        rows += [(phrase("paper.words"), words)] if words else []
        rows += [(phrase("paper.who"), who)] if who else []
        rows += [(phrase("paper.due"), dates.wareki(decision.due_on))] if decision.due_on else []
    return Line(
        threads.heading(ledger, topic, agenda.HEADING_CHARS),
        number=f"({topic.number})",
        tags=(threads.theme_label(topic),),
        details=tuple(rows),
    )
