"""Papers: people's troubles before notices, and nobody's name."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from bot import agenda, decisions, meetings, papers, topics
from bot.documents.paper import Item, Items, Paper
from bot.texts import phrase
from storage.meetings import Section
from storage.people import Person, Role
from tests.conftest import Town

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"
NAMED = "3丁目12-5の鈴木花子さん（090-1234-5678）の家の街灯が切れていて暗いです"
BLOWS = "隣の家から毎晩、子どもが殴られている音と泣き声がします"


@pytest.fixture
def board(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER)
    return town


def write(town: Town, user: str, text: str) -> None:
    town.hear(user, text)
    town.settle()


def paper(town: Town) -> Paper:
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        return papers.agenda_paper(ledger, meeting)


def words(of: Paper) -> str:
    return str(asdict(of))


def lines(of: Paper, place: int) -> list[str]:
    return [line.heading for line in items(of, place)]


def items(of: Paper, place: int) -> list[Item]:
    blocks = [block for block in of.sections[place].blocks if isinstance(block, Items)]
    return [line for block in blocks for line in block.items]


def test_peoples_troubles_stand_before_reports_and_notices(board: Town) -> None:
    write(board, "U1", LUNCH)
    with board.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        officer = ledger.first(Person)
        assert officer is not None
        agenda.add_line(ledger, meeting, Section.NOTICE, "清掃の日", officer)
        agenda.add_line(ledger, meeting, Section.REPORT, "サロンの報告", officer)

    of = paper(board)
    assert [section.number for section in of.sections] == ["1", "2", "3", "4", "5", "6"]
    assert [lines(of, place) for place in (2, 3)] == [[LUNCH], ["サロンの報告"]]
    assert "連絡事項は別紙でお読みください（1件）" in words(of)
    assert "清掃の日" not in words(of)


def test_what_came_late_is_marked_and_what_was_carried_is_counted(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第 承認")
    board.hear("Uofficer", "会議を終わる")
    board.now += timedelta(days=21)
    board.hear("Uofficer", "次第 承認")
    write(board, "U2", "集会所の電灯が切れていて暗いです")

    carried, late = [line.tags for line in items(paper(board), 2)]
    assert any("2" in tag for tag in carried)
    assert "追加" in late[0]


def test_what_is_hidden_is_not_shown_and_comes_again_next_time(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第")
    board.hear("Uofficer", "次第 隠す 1")
    assert lines(paper(board), 2) == []

    board.hear("Uofficer", "会議を終わる")
    assert lines(paper(board), 2) == [LUNCH]


def test_no_name_number_or_house_comes_onto_the_paper(board: Town) -> None:
    write(board, "U1", NAMED)

    found = words(paper(board))
    assert "街灯" in found
    assert not any(word in found for word in ("鈴木", "花子", "1234", "12-5"))


def test_what_is_handled_apart_is_only_counted(board: Town) -> None:
    write(board, "U1", BLOWS)
    with board.ledger() as ledger:
        assert topics.find(ledger, 1).is_restricted

    found = words(paper(board))
    assert "殴" not in found
    assert f"個別に対応しているもの{phrase('paper.few')}" in found


def test_what_is_handled_apart_is_merged_with_nothing(board: Town) -> None:
    write(board, "U1", LUNCH)
    write(board, "U2", BLOWS)
    board.hear("Uofficer", "まとめる 2 1")

    assert not any("殴" in say.text for say in board.words())
    with board.ledger() as ledger:
        assert topics.find(ledger, 2).number == 2


def test_a_withdrawn_concern_leaves_the_approved_paper_with_the_officers_words(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第 見出し 1 三丁目のお子さんの昼食")
    board.hear("Uofficer", "次第")
    board.hear("Uofficer", "次第 見出し 1 三丁目のお子さんの昼食")
    board.hear("Uofficer", "次第 承認")
    board.hear("U1", "取り下げます 1")

    with board.ledger() as ledger:
        of = papers.agenda_paper(ledger, meetings.next_meeting(ledger))
    assert "昼食" not in words(of)


def test_a_council_without_concerns_has_a_paper_too(town: Town) -> None:
    assert lines(paper(town), 2) == []


def test_the_minutes_tell_each_decision_also_of_hidden_lines(board: Town) -> None:
    write(board, "U1", LUNCH)
    write(board, "U2", "集会所の電灯が切れていて暗いです")
    write(board, "U3", "ごみ置き場がカラスに荒らされています")
    board.hear("Uofficer", "次第")
    board.hear("Uofficer", "決定 1 持ち帰り 子ども会で相談します")
    board.hear("Uofficer", "決定 2 対応する")
    board.hear("Uofficer", "次第 隠す 2")
    board.hear("Uofficer", "次第 隠す 3")
    board.hear("Uofficer", "会議を終わる")

    with board.ledger() as ledger:
        held = meetings.held(ledger)[0]
        made = decisions.of_meeting(ledger, held)
        of = papers.minutes_paper(ledger, held)
    told = {line.number: dict(line.details) for line in items(of, 0)}
    assert sorted(told) == ["(1)", "(2)"]
    assert "子ども会で相談します" in told["(1)"].values()
    assert len(made) == 2
