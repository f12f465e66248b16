"""Histories: one list from the first word to the last, for those who may read it."""

from datetime import timedelta

import pytest

from bot import histories, meetings, merging, people, topics
from bot.people import NotYours
from storage.people import Role
from tests.conftest import Town

NAMED = "3丁目の鈴木花子さんの家の街灯が切れていて暗いです"
BLOWS = "隣の家から毎晩、子どもが殴られている音と泣き声がします"


@pytest.fixture
def board(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER)
    town.join("Ucommissioner", Role.COMMISSIONER)
    return town


def write(town: Town, user: str, text: str) -> None:
    town.hear(user, text)
    town.settle()


def kinds(town: Town, number: int, role: Role = Role.OFFICER) -> list[str]:
    with town.ledger() as ledger:
        person = people.with_role(ledger, role)[0]
        return [entry.kind for entry in histories.of_topic(ledger, topics.find(ledger, number), person)]


def test_everything_that_happened_stands_in_its_order(board: Town) -> None:
    write(board, "U1", NAMED)
    write(board, "U2", "街灯が切れて真っ暗です")
    board.now += timedelta(hours=1)
    with board.ledger() as ledger:
        officer = people.with_role(ledger, Role.OFFICER)[0]
        merging.merge(ledger, topics.find(ledger, 1), topics.find(ledger, 2), officer)
    board.now += timedelta(hours=1)
    board.hear("Uofficer", "次第 承認")
    board.hear("Uofficer", "決定 1 持ち帰り 各町内会で調べます")
    board.hear("Uofficer", "会議を終わる")
    board.now += timedelta(days=3)
    board.hear("Uofficer", "回答 1 電球を替えます")
    board.now += timedelta(days=1)
    board.hear("Uofficer", "済 1")

    found = kinds(board, 1)
    assert found[:3] == ["concern", "concern", "merge"]
    assert set(found[3:5]) == {"decision", "take_home"}
    assert found[5:] == ["answer", "status"]


def test_a_decision_is_told_once_the_meeting_is_over(board: Town) -> None:
    write(board, "U1", NAMED)
    board.hear("Uofficer", "次第")
    board.hear("Uofficer", "決定 1 対応する")
    assert kinds(board, 1) == ["concern"]

    board.hear("Uofficer", "会議を終わる")
    assert kinds(board, 1) == ["concern", "decision"]


def test_no_name_stands_in_a_history_and_what_was_taken_back_has_no_words(board: Town) -> None:
    write(board, "U1", NAMED)
    board.hear("Uofficer", "経過 1")
    said = board.last("Uofficer").text
    assert "街灯" in said
    assert "鈴木" not in said

    board.hear("U1", "取り下げます 1")
    board.hear("Uofficer", "経過 1")
    said = board.last("Uofficer").text
    assert "街灯" not in said
    assert "取り下げられました" in said


def test_what_is_handled_apart_is_for_the_board_alone(board: Town) -> None:
    write(board, "U1", BLOWS)
    with board.ledger() as ledger:
        topics.find(ledger, 1).assignee_id = None
    assert kinds(board, 1) == ["concern"]
    with pytest.raises(NotYours):
        kinds(board, 1, Role.COMMISSIONER)
    board.hear("Ucommissioner", "経過 1")
    assert "殴" not in board.last("Ucommissioner").text


def test_a_resident_sees_no_history(board: Town) -> None:
    write(board, "U1", NAMED)
    board.hear("U1", "経過 1")
    assert "担当の方だけ" in board.last("U1").text


def test_a_long_history_comes_in_pages(board: Town) -> None:
    write(board, "U1", NAMED)
    for place in range(histories.PAGE):
        board.now += timedelta(minutes=1)
        board.hear("Uofficer", f"{'対応中' if place % 2 else '役員会へ'} 1")
    board.hear("Uofficer", "経過 1")
    first = board.last("Uofficer")
    assert "（1／2）" in first.title
    assert [choice.says for choice in first.choices] == ["経過 1 2"]

    board.hear("Uofficer", "経過 1 99")
    last = board.last("Uofficer")
    assert "（2／2）" in last.title
    assert last.choices == ()


def test_a_history_reads_and_writes_nothing(board: Town) -> None:
    write(board, "U1", NAMED)
    with board.ledger() as ledger:
        officer = people.with_role(ledger, Role.OFFICER)[0]
        meetings.next_meeting(ledger)
        ledger.session.flush()
        histories.of_topic(ledger, topics.find(ledger, 1), officer)
        assert not ledger.session.new
        assert not ledger.session.dirty
