"""Compiles the next meeting's draft from what is unresolved, and shows it to the officers once."""

from bot import agenda, dates, meetings, people, rest
from bot.agenda_card import agenda_card
from bot.outbox import tell
from storage.ledger import Ledger
from storage.meetings import Meeting, Stage


def run(ledger: Ledger) -> str:
    """Compile from `lead_days` before the meeting on; before that there is nothing to do."""
    meeting = meetings.next_meeting(ledger)
    if ledger.now < meetings.drafts_from(ledger, meeting):
        return "not yet"
    items = agenda.compile_agenda(ledger, meeting)
    if meeting.status == Stage.DRAFTED:
        _show(ledger, meeting)
    return f"items {len(items)}"


def _show(ledger: Ledger, meeting: Meeting) -> None:
    """Ask each officer once to look at the draft: nothing leaves without an officer's word."""
    morning = dates.wake(ledger.now, rest.rules(ledger.council))
    for officer in people.with_role(ledger, *people.BOARD):
        card = agenda_card(ledger, meeting, officer, with_season=True)
        tell(ledger, officer, card, f"draft:{meeting.id}:{officer.id}", not_before=morning)
