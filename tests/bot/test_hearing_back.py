"""What comes back to whoever noticed: 実った便り, 「まだ」, 持ち帰りの回答."""

from datetime import date, timedelta

import pytest
from sqlmodel import col

from bot import agenda, decisions, fruits, meetings, organisations, take_homes, topics
from bot.answerable import Answerable
from bot.documents import FORMATS
from bot.sitting import Talk
from storage.ledger import Ledger, id_of
from storage.meetings import Choice
from storage.people import Person, Role
from storage.topics import Status
from tests.conftest import Town

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"


@pytest.fixture
def board(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", LUNCH)
    town.settle()
    return town


def officer(ledger: Ledger) -> Person:
    return ledger.one(Person, col(Person.role) == Role.OFFICER)


def decide(town: Town, choice: Choice, *names: str, words: str = "") -> None:
    """Let the board decide on the first topic and end its meeting."""
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        by = officer(ledger)
        agenda.approve(ledger, meeting, by)
        ids = tuple(id_of(organisations.add(ledger, name, by.id)) for name in names)
        topic = topics.find(ledger, 1)
        talk = Talk(words, "", date(2026, 12, 10), ids)
        decisions.note(ledger, meeting, agenda.item_for(ledger, meeting, topic), talk)
        decisions.decide(ledger, meeting, topic, choice, by)
    town.now += timedelta(days=9)
    with town.ledger() as ledger:
        decisions.close(ledger, meetings.next_meeting(ledger), officer(ledger))


# --- 実った便り ---------------------------------------------------------------------------------------------


def test_every_writer_hears_in_two_lines_what_came_of_it(board: Town) -> None:
    board.hear("Uofficer", "実り 1 毎週水曜に、ケアプラザで昼ごはんの会をひらいています")

    lines = board.last("U1").text.splitlines()
    assert "昼ごはんの会" in lines[1]
    assert len(lines) == 3
    assert [choice.says for choice in board.last("U1").choices] == ["まだ 1"]


def test_a_fruit_that_names_somebody_goes_out_without_the_name(board: Town) -> None:
    board.hear("Uofficer", "実り 1 佐藤花子さんが緑町3-22で昼ごはんの会を始めました")

    assert "佐藤" not in board.last("U1").text
    with board.ledger() as ledger:
        assert "佐藤" not in FORMATS["txt"](fruits.circular_paper(ledger)).decode()


def test_the_circular_tells_of_fruits_alone_and_can_leave_one_out(board: Town) -> None:
    board.hear("Uofficer", "実り 1 昼ごはんの会をひらいています")
    with board.ledger() as ledger:
        assert "昼ごはんの会" in FORMATS["txt"](fruits.circular_paper(ledger)).decode()
        (fruit, _, _), *_ = fruits.all_of(ledger)
        fruits.show(ledger, fruit, officer(ledger), shown=False)
        assert "昼ごはんの会" not in FORMATS["txt"](fruits.circular_paper(ledger)).decode()


def test_a_fruit_goes_when_its_only_concern_is_taken_back(board: Town) -> None:
    board.hear("Uofficer", "実り 1 昼ごはんの会をひらいています")
    board.hear("U1", "取り下げます 1")

    with board.ledger() as ledger:
        assert fruits.all_of(ledger) == []


def test_a_closed_but_unsolved_topic_never_congratulates(board: Town) -> None:
    decide(board, Choice.DECLINE)

    told = board.last("U1").text
    assert all(word not in told for word in ("形になりました", "よかった", "おめでとう", "おかげ"))


# --- まだ -------------------------------------------------------------------------------------------------


def test_not_yet_brings_a_solved_topic_onto_the_next_draft(board: Town) -> None:
    board.hear("Uofficer", "済 1")
    board.hear("U1", "まだ 1")

    with board.ledger() as ledger:
        topic = topics.find(ledger, 1)
        assert (topic.status, topic.times_reopened) == (Status.CONSIDERING, 1)
        items = agenda.compile_agenda(ledger, meetings.next_meeting(ledger))
        assert [item.topic_id for item in items] == [topic.id]


def test_not_yet_counts_once_while_it_waits_for_the_board(board: Town) -> None:
    board.hear("Uofficer", "済 1")
    board.hear("U1", "まだ 1")
    board.hear("U1", "まだ 1")

    assert "まだ終わっていません" in board.last("U1").text
    with board.ledger() as ledger:
        assert topics.find(ledger, 1).times_reopened == 1


def test_only_the_writer_can_say_not_yet(board: Town) -> None:
    board.hear("Uofficer", "済 1")
    board.hear("U2", "まだ 1")

    with board.ledger() as ledger:
        assert topics.find(ledger, 1).status == Status.RESOLVED


# --- 持ち帰り便 ---------------------------------------------------------------------------------------------


def test_each_organisation_gets_its_own_card_and_answers_for_itself(board: Town) -> None:
    board.join("Uclub", Role.ORGANISATION, organisation="子ども会")
    board.join("Uold", Role.ORGANISATION, organisation="老人クラブ")
    decide(board, Choice.TAKE_HOME, "子ども会", "老人クラブ", words="手伝える人をさがす")

    for user in ("Uclub", "Uold"):
        card = board.last(user)
        assert "手伝える人をさがす" in card.text
        assert "12月10日" in card.text
    board.hear("Uold", "回答 1 月に一度なら作れます")
    with board.ledger() as ledger:
        answers = {take_homes.name_of(ledger, h): take_homes.answer_of(ledger, h) for h in _homes(ledger)}
    assert answers == {"子ども会": None, "老人クラブ": "月に一度なら作れます"}


def test_an_answer_stands_in_the_thread_and_first_on_the_next_draft(board: Town) -> None:
    board.join("Uclub", Role.ORGANISATION, organisation="子ども会")
    decide(board, Choice.TAKE_HOME, "子ども会")
    board.hear("U2", "集会所の電灯が切れていて暗いです")
    board.settle()
    board.hear("Uclub", "回答 1 佐藤さんと話しました。できます")

    post = board.words(kind="post")[-1]
    assert "子ども会から、持ち帰りの回答" in post.text
    assert "佐藤" not in post.text
    with board.ledger() as ledger:
        items = agenda.compile_agenda(ledger, meetings.next_meeting(ledger))
        assert items[0].topic_id == topics.find(ledger, 1).id


def test_another_organisation_cannot_answer(board: Town) -> None:
    board.join("Uclub", Role.ORGANISATION, organisation="子ども会")
    board.join("Uold", Role.ORGANISATION, organisation="老人クラブ")
    decide(board, Choice.TAKE_HOME, "子ども会")

    with board.ledger() as ledger:
        other = next(
            p for p in ledger.all(Person) if p.organisation_id == organisations.add(ledger, "老人クラブ", None).id
        )
        with pytest.raises(Answerable):
            take_homes.report_back(ledger, board.reader, topics.find(ledger, 1), "できます", other)


def test_what_is_awaited_is_listed_by_its_date(board: Town) -> None:
    board.join("Uclub", Role.ORGANISATION, organisation="子ども会")
    decide(board, Choice.TAKE_HOME, "子ども会")

    with board.ledger() as ledger:
        (home,) = take_homes.waiting(ledger)
        assert home.due_on == date(2026, 12, 10)
        assert home.asked_at is not None


def test_an_answer_counts_for_what_was_given_home_last(board: Town) -> None:
    board.join("Uclub", Role.ORGANISATION, organisation="子ども会")
    decide(board, Choice.TAKE_HOME, "子ども会", words="手伝える人をさがす")
    board.now += timedelta(days=14)
    decide(board, Choice.TAKE_HOME, "子ども会", words="もう一度さがす")
    with board.ledger() as ledger:
        (home,) = take_homes.waiting(ledger)
        assert home.id == _homes(ledger)[-1].id

    board.hear("Uclub", "回答 1 月に一度なら作れます")
    with board.ledger() as ledger:
        assert [take_homes.answer_of(ledger, home) for home in _homes(ledger)] == [None, "月に一度なら作れます"]
        assert take_homes.waiting(ledger) == []


def _homes(ledger: Ledger) -> list:  # type: ignore[type-arg]
    return take_homes.of_topic(ledger, topics.find(ledger, 1))
