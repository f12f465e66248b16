"""出してよい言葉: the writer says how far it may go and in which words, and it holds everywhere at once."""

import pytest
from sqlmodel import col

from bot import agenda, agenda_paper, apart, histories, meetings, merging, people, reach, threads, topics
from bot.answerable import Answerable
from bot.documents import FORMATS
from bot.topics import NotNow
from storage.concerns import Concern, Standing
from storage.ledger import Ledger
from storage.outbox import OutboxRow
from storage.people import Person, Role
from storage.topics import Status
from tests.conftest import Town

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"
LIGHT = "公園の街灯が切れていて、夜道がこわいです"
BLOWS = "となりの家で、子どもが毎晩殴られて泣いています"


@pytest.fixture
def room(town: Town) -> Town:
    """A council with one of each, and a child without lunch as receipt 1."""
    town.join("Uofficer", Role.OFFICER)
    town.join("Usecretary", Role.SECRETARIAT)
    town.join("Ucare", Role.COMMISSIONER, name="佐藤")
    town.hear("U1", LUNCH)
    town.settle()
    return town


def one(ledger: Ledger, role: Role) -> Person:
    return people.with_role(ledger, role)[0]


def paper(town: Town) -> str:
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        return FORMATS["txt"](agenda_paper.agenda_paper(ledger, meeting)).decode()


def compiled(town: Town) -> str:
    with town.ledger() as ledger:
        agenda.compile_agenda(ledger, meetings.next_meeting(ledger))
    return paper(town)


def posted(town: Town) -> str:
    """Everything that waits to be said in the channel."""
    said = [*town.words(kind="post"), *town.words(kind="replace")]
    return "\n".join(f"{say.title} {say.text} {say.facts}" for say in said)


# --- how far ------------------------------------------------------------------------------------------------


def test_a_commissioners_receipt_asks_how_far_it_may_go_and_a_residents_does_not(room: Town) -> None:
    room.hear("Ucare", LIGHT)
    room.hear("U2", LIGHT)
    assert "出してよい 2" in [c.says for c in room.last("Ucare").choices]
    assert "出してよい 3" not in [c.says for c in room.last("U2").choices]


def test_everybody_finds_the_question_in_their_own_concerns(room: Town) -> None:
    room.hear("U1", "わたしの気づき")
    assert "出してよい 1" in [c.says for c in room.last("U1").choices]

    room.hear("U1", "出してよい 1")
    said = [choice.says for choice in room.last("U1").choices]
    assert said == ["出してよい 1 担当だけ", "出してよい 1 役員会", "出してよい 1 地区", "出してよい言葉 1"]


def test_what_its_writer_keeps_leaves_paper_and_thread_at_once_and_comes_back_at_once(room: Town) -> None:
    assert "昼ごはん" in compiled(room)

    room.hear("U1", "出してよい 1 担当だけ")
    assert "昼ごはん" not in paper(room)
    assert "昼ごはん" not in posted(room)

    room.hear("U1", "出してよい 1 役員会")
    assert "昼ごはん" in paper(room)
    assert "昼ごはん" in posted(room)


def test_what_stands_in_the_channel_already_is_replaced(room: Town) -> None:
    room.deliver()
    room.hear("U1", "出してよい 1 担当だけ")
    assert "担当の委員と事務局だけ" in room.words(kind="replace")[-1].text


def test_it_can_be_kept_before_it_is_shared(room: Town) -> None:
    room.hear("U2", LIGHT)
    room.hear("U2", "出してよい 2 担当だけ")
    room.settle()
    with room.ledger() as ledger:
        topic = topics.find(ledger, 2)
        assert (topic.is_restricted, topic.is_open) == (True, False)
    assert "街灯" not in posted(room)
    assert "街灯" not in compiled(room)


def test_what_is_kept_is_read_by_the_secretariat_its_carer_and_its_writer_alone(room: Town) -> None:
    room.hear("U1", "出してよい 1 担当だけ")
    with room.ledger() as ledger:
        topic = topics.find(ledger, 1)
        topic.assignee_id = None
        readers = {role: apart.may_read(ledger, topic, one(ledger, role)) for role in people.ROOM}
        assert readers == {Role.COMMISSIONER: False, Role.OFFICER: False, Role.SECRETARIAT: True}
        topic.assignee_id = one(ledger, Role.COMMISSIONER).id
        assert apart.may_read(ledger, topic, one(ledger, Role.COMMISSIONER))
        with pytest.raises(people.NotYours):
            histories.of_topic(ledger, topic, one(ledger, Role.OFFICER))
        assert threads.heading(ledger, topic).startswith("担当だけが読む気づき")


def test_nobody_else_lets_it_go_not_even_the_secretariats_button(room: Town) -> None:
    room.hear("U1", "出してよい 1 担当だけ")
    with room.ledger() as ledger:
        topic = topics.find(ledger, 1)
        with pytest.raises(NotNow):
            topics.release(ledger, topic, one(ledger, Role.SECRETARIAT))
        with pytest.raises(NotNow):
            topics.ask_board(ledger, topic, one(ledger, Role.OFFICER))


def test_only_its_writer_and_the_secretariat_say_how_far_it_goes(room: Town) -> None:
    for somebody in ("U2", "Ucare", "Uofficer"):
        room.hear(somebody, "出してよい 1 担当だけ")
        assert "見つかりませんでした" in room.last(somebody).text
    room.hear("Usecretary", "出してよい 1 担当だけ")
    with room.ledger() as ledger:
        assert topics.find(ledger, 1).is_restricted


def test_a_child_in_danger_stays_apart_whatever_its_writer_says(room: Town) -> None:
    room.hear("U2", BLOWS)
    room.settle()
    room.hear("U2", "出してよい 2 担当だけ")
    room.hear("U2", "出してよい 2 地区")
    with room.ledger() as ledger:
        assert topics.find(ledger, 2).is_restricted
    assert "殴" not in posted(room)


def test_a_topic_may_be_told_in_the_district_only_while_every_writer_agrees(room: Town) -> None:
    room.hear("U2", "夏休みに昼ごはんを抜いている子がいます")
    room.settle()
    room.hear("U1", "出してよい 1 地区")
    with room.ledger() as ledger:
        assert topics.find(ledger, 1).may_leave
        merging.merge(ledger, topics.find(ledger, 1), topics.find(ledger, 2), one(ledger, Role.OFFICER))
        assert not topics.find(ledger, 1).may_leave
    room.hear("U2", "出してよい 2 地区")
    with room.ledger() as ledger:
        assert topics.find(ledger, 1).may_leave
    room.hear("U1", "出してよい 1 役員会")
    with room.ledger() as ledger:
        assert not topics.find(ledger, 1).may_leave
    room.hear("U1", "取り下げます 1")
    with room.ledger() as ledger:
        assert topics.find(ledger, 2).may_leave


@pytest.mark.parametrize("kept", [1, 2])
def test_keeping_one_of_two_that_were_put_together_keeps_nobody_elses(room: Town, kept: int) -> None:
    room.hear("U2", LIGHT)
    room.settle()
    with room.ledger() as ledger:
        merging.merge(ledger, topics.find(ledger, 1), topics.find(ledger, 2), one(ledger, Role.OFFICER))
    compiled(room)
    room.hear(f"U{kept}", f"出してよい {kept} 担当だけ")

    own, other = (("昼ごはん", "街灯"), ("街灯", "昼ごはん"))[kept - 1]
    with room.ledger() as ledger:
        assert topics.find(ledger, kept).is_restricted
        assert topics.find(ledger, 3 - kept).is_open
    assert own not in paper(room)
    assert other in paper(room)
    assert own not in posted(room)


def test_a_message_that_is_parted_goes_no_further_piece_by_piece(room: Town) -> None:
    with room.ledger() as ledger:
        before = ledger.count(Concern)
    room.hear("U2", "公園の街灯が切れています。それと、となりのおばあさんが最近ゴミを出していません。")
    room.hear("U2", "出してよい 2 担当だけ")
    room.settle()
    with room.ledger() as ledger:
        pieces = ledger.all(Concern)[before:]
        assert {piece.reach for piece in pieces} == {reach.CHARGE}
        assert all(topics.find(ledger, piece.number).is_restricted for piece in pieces)


# --- in which words ----------------------------------------------------------------------------------------


def test_the_writers_own_words_stand_for_the_text_everywhere(room: Town) -> None:
    compiled(room)
    room.hear("U1", "出してよい言葉 1 休みの日の食事が心配な子がいます")

    assert "休みの日の食事" in paper(room)
    assert "昼ごはん" not in paper(room)
    assert "休みの日の食事" in posted(room)
    assert "昼ごはん" not in posted(room)
    with room.ledger() as ledger:
        entries = histories.of_topic(ledger, topics.find(ledger, 1), one(ledger, Role.OFFICER))
        assert "昼ごはん" not in "".join(entry.words for entry in entries)


def test_own_words_are_masked_and_can_be_taken_back(room: Town) -> None:
    room.hear("U1", "出してよい言葉 1 緑町2-3-4の山田花子さんのお子さんのことです")
    assert "山田" not in room.last("U1").text
    assert "2-3-4" not in room.last("U1").text

    room.hear("U1", "出してよい言葉 1 なし")
    with room.ledger() as ledger:
        assert "昼ごはん" in threads.heading(ledger, topics.find(ledger, 1))


def test_own_words_are_gone_with_the_concern(room: Town) -> None:
    room.hear("U1", "出してよい言葉 1 休みの日の食事が心配な子がいます")
    room.hear("U1", "取り下げます 1")
    with room.ledger() as ledger:
        concern = ledger.one(Concern, col(Concern.number) == 1)
        assert concern.status == Standing.WITHDRAWN
        assert reach.wording(ledger, concern) == ""
        assert topics.find(ledger, 1).status == Status.WITHDRAWN


def test_what_was_taken_back_goes_nowhere_any_more(room: Town) -> None:
    room.hear("U1", "取り下げます 1")
    with room.ledger() as ledger, pytest.raises(Answerable):
        reach.find(ledger, 1, ledger.one(Person, col(Person.id) == ledger.one(Concern).writer_id))


def test_no_row_of_the_outbox_keeps_words_that_may_not_be_said(room: Town) -> None:
    room.hear("U2", "夏休みに昼ごはんを抜いている子がいます")
    room.settle()
    room.hear("U1", "出してよい 1 担当だけ")
    room.hear("U2", "出してよい 2 担当だけ")
    with room.ledger() as ledger:
        assert ledger.count(OutboxRow, col(OutboxRow.kind) == "post") > 0
    assert "昼ごはん" not in posted(room)
