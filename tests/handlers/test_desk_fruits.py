"""What came of it, on the desk: written once, told to writers, printed for the circular; and awaited answers."""

from datetime import timedelta

from bot import agenda, decisions, meetings, topics
from storage.meetings import Choice
from storage.people import Role
from tests.conftest import Town
from tests.handlers.desk_town import Office

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"


def _write(town: Town) -> None:
    town.hear("U1", LUNCH)
    town.settle()


def test_a_fruit_written_on_the_topics_page_reaches_the_writer_and_the_circular(town: Town) -> None:
    _write(town)
    officer = Office(town).visitor("Uofficer", Role.OFFICER)
    officer.press("/topics/1/fruit", "/desk/topics/1", words="毎週水曜に昼ごはんの会をひらいています")

    assert "昼ごはんの会" in town.last("U1").text
    assert "回覧板にのります" in officer.see("/fruits")
    assert "昼ごはんの会" in officer.get("/fruits/circular.txt").text
    assert officer.get("/fruits/circular.pdf").content.startswith(b"%PDF")


def test_an_officer_leaves_one_out_of_the_circular_and_puts_it_back(town: Town) -> None:
    _write(town)
    officer = Office(town).visitor("Uofficer", Role.OFFICER)
    officer.press("/topics/1/fruit", words="昼ごはんの会をひらいています")

    officer.press("/fruits/1/out")
    assert "昼ごはんの会" not in officer.get("/fruits/circular.txt").text
    officer.press("/fruits/1/in")
    assert "昼ごはんの会" in officer.get("/fruits/circular.txt").text


def test_a_commissioner_reads_the_circular_and_does_not_change_it(town: Town) -> None:
    _write(town)
    commissioner = Office(town).visitor("Ucare", Role.COMMISSIONER)
    commissioner.press("/topics/1/fruit", words="昼ごはんの会をひらいています")

    commissioner.press("/fruits/1/out")
    assert "昼ごはんの会" in commissioner.get("/fruits/circular.txt").text


def test_awaited_homework_is_listed_with_whoever_has_it_and_until_when(town: Town) -> None:
    _write(town)
    office = Office(town)
    office.visitor("Uofficer", Role.OFFICER)
    town.join("Uclub", Role.ORGANISATION, organisation="子ども会")
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        by = next(p for p in meetings.invited(ledger, meeting) if p.role == Role.OFFICER)
        club = next(p for p in meetings.invited(ledger, meeting) if p.role == Role.ORGANISATION)
        agenda.approve(ledger, meeting, by)
        topic = topics.find(ledger, 1)
        decisions.decide(ledger, meeting, topic, Choice.TAKE_HOME, by, organisation_id=club.organisation_id)
    town.now += timedelta(days=9)
    with town.ledger() as ledger:
        decisions.close(ledger, meetings.next_meeting(ledger), by)

    officer = office.enter("Uofficer")
    assert "子ども会" in officer.see("/homework")
    town.hear("Uclub", "回答 1 できます")
    assert "子ども会" not in officer.see("/homework")
