"""The order paper: what stands where, what comes again, and what is asked of the board."""

from datetime import timedelta

import pytest
from sqlmodel import col

from bot import agenda, agenda_time, decisions, meetings, merging, topics
from storage.ledger import Ledger, id_of
from storage.meetings import Item, Kind, Meeting, Section
from storage.people import Person, Role
from storage.topics import Status, TakeHome, Topic
from tests.conftest import Town

PLACES = ("公園", "歩道橋", "集会所", "バス停", "駅前")


@pytest.fixture
def board(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER)
    return town


def write(town: Town, *places: str) -> None:
    for place in places:
        town.hear(f"U{place}", f"{place}の電灯が切れていて暗いです")
        town.settle()
    with town.ledger() as ledger:
        for topic in ledger.all(Topic):
            topic.urgency = "normal"


def officer(ledger: Ledger) -> Person:
    return ledger.one(Person, col(Person.role) == Role.OFFICER)


def numbers(town: Town) -> list[tuple[int, str]]:
    with town.ledger() as ledger:
        items = agenda.compile_agenda(ledger, meetings.next_meeting(ledger))
        return [(ledger.by_id(Topic, i.topic_id).number, i.section) for i in items if i.topic_id]


def stand(town: Town, number: int, status: Status, *, carried: int = 0) -> None:
    with town.ledger() as ledger:
        topic = topics.find(ledger, number)
        topics.change(ledger, topic, status, None)
        topic.times_carried = carried


def take_home(town: Town, number: int, *, is_answered: bool) -> None:
    stand(town, number, Status.TAKEN_HOME)
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        key_id = ledger.new_key()
        ledger.add(
            TakeHome(
                council_id=ledger.council_id,
                topic_id=id_of(topics.find(ledger, number)),
                meeting_id=id_of(meeting),
                key_id=key_id,
                answer_sealed=ledger.seal(key_id, "使えます") if is_answered else None,
                answered_at=ledger.now if is_answered else None,
            )
        )


def test_answers_lead_then_what_is_awaited_carried_and_new(board: Town) -> None:
    write(board, *PLACES)
    take_home(board, 1, is_answered=False)
    take_home(board, 4, is_answered=True)
    stand(board, 3, Status.CARRIED_OVER, carried=1)
    with board.ledger() as ledger:
        topics.find(ledger, 5).urgency = "soon"

    assert numbers(board) == [
        (4, Section.TAKEN_HOME),
        (1, Section.TAKEN_HOME),
        (3, Section.CARRIED_OVER),
        (5, Section.NEW),
        (2, Section.NEW),
    ]


def test_a_topic_that_was_put_together_with_another_is_not_told_twice(board: Town) -> None:
    write(board, "公園", "歩道橋")
    board.hear("Uofficer", "次第 承認")
    with board.ledger() as ledger:
        merging.merge(ledger, topics.find(ledger, 1), topics.find(ledger, 2), officer(ledger))
        meeting = meetings.next_meeting(ledger)
        assert [t.number for t in agenda.topics_of(ledger, meeting)] == [1]  # at once, before any new compiling

    assert numbers(board) == [(1, Section.NEW)]


def test_what_is_handled_apart_never_comes_onto_the_paper(board: Town) -> None:
    write(board, "公園")
    board.hear("U9", "隣の家から毎晩、子どもが殴られている音と泣き声がします")
    board.settle()
    assert numbers(board) == [(1, Section.NEW)]


def test_what_was_talked_over_without_outcome_comes_again(board: Town) -> None:
    write(board, *PLACES[:3])
    board.hear("Uofficer", "次第 承認")
    board.hear("Uofficer", "次第 隠す 3")
    board.hear("Uofficer", "決定 1 対応する")
    board.hear("Uofficer", "会議を終わる")

    assert numbers(board) == [(2, Section.CARRIED_OVER), (3, Section.NEW)]


def test_from_the_third_time_on_the_board_is_asked_how_to_go_on(board: Town) -> None:
    write(board, *PLACES[:3])
    for number, carried in ((1, 1), (2, 2)):
        stand(board, number, Status.CARRIED_OVER, carried=carried)
    with board.ledger() as ledger:
        items = agenda.compile_agenda(ledger, meetings.next_meeting(ledger))
        asked = {ledger.by_id(Topic, i.topic_id).number: agenda.asks_how_to_go_on(ledger, i) for i in items}
    assert asked == {1: False, 2: True, 3: False}

    board.hear("Uofficer", "次第")
    assert board.last("Uofficer").text.count("どう進めるかを決めましょう") == 1
    assert "3回目です" in board.last("Uofficer").text


def test_an_assembly_has_lines_and_no_topics(board: Town) -> None:
    write(board, "公園")
    with board.ledger() as ledger:
        day = ledger.now + timedelta(days=40)
        assembly = meetings.add(ledger, day, kind=Kind.ASSEMBLY)
        assert agenda.compile_agenda(ledger, assembly) == []


# --- talking time -----------------------------------------------------------------------------------


def lines(*parts: tuple[Section, int]) -> list[Item]:
    return [
        Item(
            council_id=1,
            meeting_id=1,
            section=section,
            position=place,
            minutes=minutes,
            topic_id=place if section == Section.NEW else None,
            is_timed=minutes > 0,
        )
        for place, (section, minutes) in enumerate(parts, start=1)
    ]


def of(*parts: tuple[Section, int]) -> agenda.Shares:
    return agenda.shares(Meeting(council_id=1, fiscal_year=2026, number=1), lines(*parts))  # type: ignore[call-arg]


def test_the_minutes_are_shared_between_troubles_reports_and_notices() -> None:
    found = of((Section.NEW, 20), (Section.CARRIED_OVER, 10), (Section.REPORT, 5), (Section.NOTICE, 5))
    assert (found.troubles, found.reports, found.notices) == (30, 5, 5)
    assert sum(found.percents) == 100


def test_notices_take_over_beyond_the_councils_share() -> None:
    assert of((Section.NEW, 20), (Section.REPORT, 14)).are_crowded(40)
    assert not of((Section.NEW, 20), (Section.REPORT, 13)).are_crowded(40)
    assert not of((Section.NEW, 2), (Section.REPORT, 3)).are_crowded(40)  # a word, not a take-over
    assert of().percents == (0, 0, 0)


def test_any_number_of_notices_takes_a_minute_or_two() -> None:
    notices = [(Section.NOTICE, 0)]
    assert [of(*(notices * n)).notices for n in (0, 1, 5, 6, 40)] == [0, 1, 1, 2, 2]


def test_what_notices_leave_goes_to_peoples_troubles(board: Town) -> None:
    write(board, *PLACES)
    board.hear("Uofficer", "次第")
    with board.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        by = officer(ledger)
        for place in range(10):
            agenda.add_line(ledger, meeting, Section.NOTICE, f"お知らせ{place}", by)
        items = agenda.compile_agenda(ledger, meeting)
        used, length = agenda.minutes_used(meeting, items)
        assert {i.minutes for i in items if i.topic_id} == {(90 - 10 - 2) // 5}
        assert used <= length

        lifted = next(i for i in items if agenda.is_read_ahead(i))
        agenda.lift(ledger, meeting, lifted, by)
        assert lifted.minutes == agenda_time.REPORT_MINUTES
        assert {i.minutes for i in agenda.items_of(ledger, meeting) if i.topic_id} == {(90 - 10 - 2 - 3) // 5}


# --- by sentence ------------------------------------------------------------------------------------


def test_an_officer_adds_lifts_and_removes_a_notice_by_sentence(board: Town) -> None:
    board.hear("Uofficer", "次第")
    board.hear("Uofficer", "連絡 田中さんから、防災訓練は11月30日です")
    said = board.last("Uofficer")
    assert "お名前や番地が入っているようです" in said.text
    lift, remove = (choice.says for choice in said.choices)

    board.hear("Uofficer", "次第")
    assert "連絡事項は別紙でお読みください（1件）" in board.last("Uofficer").text
    board.hear("Uofficer", lift)
    board.hear("Uofficer", "連絡")
    assert "（3分）" in board.last("Uofficer").text
    board.hear("Uofficer", remove)
    board.hear("Uofficer", remove)
    assert "のっていません" in board.last("Uofficer").text


def test_a_resident_who_begins_with_the_same_word_tells_of_something(board: Town) -> None:
    board.hear("U1", "連絡 の紙が回ってこない家があります")
    assert "受付番号" in board.last("U1").text


def test_a_lines_number_is_of_this_paper_alone(board: Town) -> None:
    write(board, "公園")
    board.hear("Uofficer", "次第")
    with board.ledger() as ledger:
        topic_line = id_of(ledger.one(Item))
    board.hear("Uofficer", f"連絡 消す {topic_line}")
    assert "のっていません" in board.last("Uofficer").text
    with board.ledger() as ledger:
        assert ledger.count(Item) == 1


def test_reopened_topics_are_marked(board: Town) -> None:
    write(board, "公園")
    with board.ledger() as ledger:
        topics.find(ledger, 1).times_reopened = 1
    board.hear("Uofficer", "次第")
    assert "【再】" in board.last("Uofficer").text


def test_a_decision_is_never_lost_when_the_paper_is_compiled_again(board: Town) -> None:
    write(board, "公園")
    board.hear("Uofficer", "次第")
    board.hear("Uofficer", "決定 1 様子を見る")
    with board.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        assert len(decisions.of_meeting(ledger, meeting)) == 1
