"""Tidings: whoever noticed something hears what came of it (矢印の循環)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col

from bot import agenda, decisions, meetings, topics
from storage.ledger import Ledger
from storage.meetings import Choice
from storage.outbox import OutboxRow
from storage.people import Person, Role
from storage.topics import Status
from tests.conftest import Town

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"
LIGHT = "集会所の電灯が切れていて暗いです"


@pytest.fixture
def board(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER)
    return town


def write(town: Town, user: str, text: str) -> None:
    town.hear(user, text)
    town.settle()


def heard(town: Town, user: str, word: str) -> int:
    return sum(word in say.text for say in town.words(user))


def officer(ledger: Ledger) -> Person:
    return ledger.one(Person, col(Person.role) == Role.OFFICER)


def test_a_writer_hears_once_that_it_is_on_the_agenda(board: Town) -> None:
    write(board, "U1", LUNCH)
    for _ in range(3):
        board.hear("Uofficer", "次第 承認")

    assert heard(board, "U1", "役員会で話し合います") == 1
    assert "11月18日（水）19時" in board.last("U1").text


def test_a_second_approval_tells_only_of_what_was_added(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第 承認")
    write(board, "U1", LIGHT)
    board.hear("Uofficer", "次第")
    with board.ledger() as ledger:
        agenda.compile_agenda(ledger, meetings.next_meeting(ledger))
    board.hear("Uofficer", "次第 承認")

    told = [say.text for say in board.words("U1") if "役員会で話し合います" in say.text]
    assert [text[: text.index("の")] for text in told] == ["受付1", "受付2"]


def test_nothing_is_told_of_what_an_officer_hid(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第")
    board.hear("Uofficer", "次第 隠す 1")
    board.hear("Uofficer", "次第 承認")

    assert heard(board, "U1", "役員会で話し合います") == 0


def test_every_writer_of_a_merged_topic_hears_once(board: Town) -> None:
    write(board, "U1", LIGHT)
    write(board, "U2", "集会所の電気が切れていて、夜は暗いです")
    write(board, "U2", "集会所の入口が暗くてこわいです")
    board.hear("Uofficer", "まとめる 2 1")
    board.hear("Uofficer", "まとめる 3 1")
    board.hear("Uofficer", "次第 承認")
    board.hear("Uofficer", "決定 1 対応する 電球を替えます")
    board.hear("Uofficer", "会議を終わる")

    for user, numbers in (("U1", [1]), ("U2", [2, 3])):
        told = [say.text for say in board.words(user) if "話し合ったこと" in say.text]
        assert len(told) == 1
        assert [told[0].count(f"受付{n}…") for n in numbers] == [1] * len(numbers)


@pytest.mark.parametrize("choice", list(Choice))
def test_nobody_is_congratulated_on_what_is_not_solved(board: Town, choice: Choice) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第")
    with board.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        decisions.decide(ledger, meeting, topics.find(ledger, 1), choice, officer(ledger))
        decisions.close(ledger, meeting, officer(ledger))

    text = board.last("U1").text
    assert not any(word in text for word in ("よかった", "おめでとう", "解決しました", "安心", "昼ごはん"))


def test_no_name_leaves_the_board_with_its_words(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第")
    board.hear("Uofficer", "決定 1 対応する 鈴木花子さん（045-123-4567）の家を訪ねます")
    board.hear("Uofficer", "会議を終わる")

    text = board.last("U1").text
    assert "役員会のことば" in text
    assert "鈴木" not in text
    assert "4567" not in text


def test_tidings_wait_for_the_morning(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第")
    board.now = datetime(2026, 11, 13, 12, 0, tzinfo=UTC)  # Friday, nine in the evening in Japan
    board.hear("Uofficer", "会議を終わる")

    with board.ledger() as ledger:
        row = ledger.one(OutboxRow, col(OutboxRow.dedupe).startswith("decided:"))
        assert row.next_at == datetime(2026, 11, 16, 0, 0, tzinfo=UTC)  # Monday, nine in the morning


def test_a_solved_matter_is_told_each_time_it_is_solved(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "済 1")
    board.hear("Uofficer", "済 1")
    assert heard(board, "U1", "落ち着いた") == 1

    board.now += timedelta(days=1)
    board.hear("Uofficer", "役員会へ 1")
    board.now += timedelta(days=1)
    board.hear("Uofficer", "済 1")
    assert heard(board, "U1", "落ち着いた") == 2


def test_whoever_took_it_back_is_left_alone(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第 承認")
    before = len(board.words("U1"))
    board.hear("U1", "取り下げます 1")
    board.hear("Uofficer", "会議を終わる")

    assert [say.text[:6] for say in board.words("U1")[before:]] == ["受付1を取り"]


# --- the end of a meeting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (("U1", "取り下げます 1"), Status.WITHDRAWN),
        (("Uofficer", "済 1"), Status.RESOLVED),
        (("Uofficer", "対応中 1"), Status.ACTING),
    ],
)
def test_a_meeting_ends_whatever_happened_since_its_paper(
    board: Town, since: tuple[str, str], status: Status
) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第 承認")
    board.hear(*since)
    board.hear("Uofficer", "会議を終わる")

    assert "お疲れさまでした" in board.last("Uofficer").text
    with board.ledger() as ledger:
        topic = topics.find(ledger, 1)
        assert (topic.status, topic.times_carried) == (status, 0)


def test_a_topic_that_was_merged_since_the_paper_stays_merged(board: Town) -> None:
    write(board, "U1", LIGHT)
    write(board, "U2", LUNCH)
    board.hear("Uofficer", "次第 承認")
    board.hear("Uofficer", "まとめる 2 1")
    board.hear("Uofficer", "会議を終わる")

    with board.ledger() as ledger:
        assert [t.status for t in ledger.all(topics.Topic)] == [Status.CARRIED_OVER, Status.MERGED]


def test_a_decision_on_a_hidden_line_takes_effect_too(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第")
    board.hear("Uofficer", "決定 1 対応する")
    board.hear("Uofficer", "次第 隠す 1")
    board.hear("Uofficer", "会議を終わる")

    with board.ledger() as ledger:
        assert topics.find(ledger, 1).status == Status.ACTING


def test_a_second_press_does_not_end_the_next_months_meeting(board: Town) -> None:
    write(board, "U1", LUNCH)
    board.hear("Uofficer", "次第 承認")
    board.hear("Uofficer", "会議を終わる")
    board.hear("Uofficer", "会議を終わる")

    assert "まだ終わりにできません" in board.last("Uofficer").text
    with board.ledger() as ledger:
        assert topics.find(ledger, 1).times_carried == 1
