"""The draft comes by itself, and the officers are asked to look at it once."""

from datetime import timedelta

from bot import meetings
from schedules import compile_agenda
from storage.people import Role
from tests.conftest import Town


def _run(town: Town) -> None:
    with town.ledger() as ledger:
        compile_agenda.run(ledger)


def _cards(town: Town) -> list[str]:
    return [say.title for say in town.words("Uofficer") if "役員会" in say.title]


def test_the_draft_is_shown_to_the_officers_once(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", "街灯が切れていて暗いです")
    town.settle()
    with town.ledger() as ledger:
        town.now = meetings.drafts_from(ledger, meetings.next_meeting(ledger))
    for _ in range(3):
        _run(town)
        town.now += timedelta(days=1)

    assert len(_cards(town)) == 1


def test_a_draft_begun_by_the_last_meeting_is_shown_too(town: Town) -> None:
    """The end of a meeting starts the next draft; the officers still hear of it a week before."""
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", "街灯が切れていて暗いです")
    town.settle()
    with town.ledger() as ledger:
        first = meetings.next_meeting(ledger)
        town.now = first.starts_at + timedelta(hours=1)
    town.hear("Uofficer", "会議を終わる")
    with town.ledger() as ledger:
        town.now = meetings.drafts_from(ledger, meetings.next_meeting(ledger))
    _run(town)

    assert len(_cards(town)) == 1


def test_nothing_is_drafted_before_its_time(town: Town) -> None:
    with town.ledger() as ledger:
        town.now = meetings.drafts_from(ledger, meetings.next_meeting(ledger)) - timedelta(minutes=1)
    with town.ledger() as ledger:
        assert compile_agenda.run(ledger) == "not yet"
