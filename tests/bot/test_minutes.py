"""Minutes: nothing leaves without a word, everybody can correct, then they stand for good and yet forget."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col

from bot import (
    agenda,
    attendance,
    concerns,
    decisions,
    erasing,
    meetings,
    minutes,
    people,
    reach,
    records,
    topics,
)
from bot.documents.plain import plain
from bot.minutes_paper import is_intact, minutes_paper
from storage import backup, erased
from storage.ledger import Ledger
from storage.meetings import Choice, Meeting, Presence, Section, Stage
from storage.minutes import Amendment, Handout, Record, Words
from storage.people import Person, Role
from tests.conftest import Town

NIGHT = "となりのおばあさんが夜に一人で外を歩いています"
SLIDE = "公園のすべり台がこわれていて子どもがあぶないです"


@pytest.fixture
def board(town: Town) -> Town:
    return convene(town)


@pytest.fixture
def both_boards(both_towns: Town) -> Town:
    return convene(both_towns)


def convene(town: Town) -> Town:
    """Let a board meet on two concerns: the officer is there, the commissioner and the club are not."""
    town.join("Uofficer", Role.OFFICER, name="木村")
    town.join("Uminsei", Role.COMMISSIONER, name="田中")
    town.join("Uclub", Role.ORGANISATION, name="鈴木", organisation="みどり老人クラブ")
    town.hear("U1", NIGHT)
    town.hear("U2", SLIDE)
    town.settle()
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        town.now = meeting.starts_at
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        by = person(ledger, "Uofficer")
        agenda.approve(ledger, meeting, by)
        agenda.add_line(ledger, meeting, Section.REPORT, "サロンを月2回にしました", by)
        attendance.mark(ledger, meeting, by, Presence.PRESENT, by)
        decisions.decide(
            ledger, meeting, topic(ledger, 1), Choice.ACT, by,
            words="見守りの声かけをします", charge="見守り部会", due_on=date(2026, 12, 10),
        )  # fmt: skip
        decisions.close(ledger, meeting, by)
    town.now += timedelta(hours=14)  # the next morning at nine
    return town


def person(ledger: Ledger, user: str) -> Person:
    found = people.find(ledger, f"line:{user}")
    assert found is not None
    return found


def topic(ledger: Ledger, number: int) -> topics.Topic:
    return topics.find(ledger, number)


def approve(town: Town) -> None:
    with town.ledger() as ledger:
        minutes.approve(ledger, records.last(ledger)[0], person(ledger, "Uofficer"))


def finish(town: Town) -> None:
    approve(town)
    town.now += timedelta(days=4)
    with town.ledger() as ledger:
        minutes.finish_due(ledger)


def paper(town: Town, user: str | None = None) -> str:
    with town.ledger(writing=False) as ledger:
        _, meeting = records.last(ledger)
        return plain(minutes_paper(ledger, meeting, person(ledger, user) if user else None)).decode()


def state(town: Town) -> str:
    with town.ledger(writing=False) as ledger:
        return minutes.state_words(ledger, records.last(ledger)[0])


def test_a_meeting_that_ends_has_minutes_at_once(board: Town) -> None:
    told = paper(board)
    assert "下書き" in told
    for words in (
        "出席 1名・欠席 2名",
        "役員：木村",
        "民生委員：田中",
        "みどり老人クラブ",
        "対応する",
        "見守り部会",
        "サロンを月2回",
    ):
        assert words in told
    assert "鈴木" not in told
    assert "令和8年12月10日" in told


def test_nothing_goes_round_before_an_officers_word(board: Town) -> None:
    with board.ledger() as ledger:
        assert ledger.count(Handout) == 0
        assert [r.meeting_id for r in minutes.awaiting_approval(ledger)] == [records.last(ledger)[1].id]
        with pytest.raises(minutes.NotApproved):
            minutes.amend(ledger, records.last(ledger)[0], "違います", person(ledger, "Uminsei"))
    board.now += timedelta(days=30)
    with board.ledger() as ledger:
        assert minutes.due_at(ledger) is None
        assert minutes.finish_due(ledger) == "not yet"


def test_corrections_are_taken_for_three_whole_days(board: Town) -> None:
    approve(board)  # on a Thursday
    assert "11月22日（日）まで" in state(board)
    assert "訂正の受付中（令和8年11月22日（日）まで）" in paper(board)
    with board.ledger() as ledger:
        assert minutes.due_at(ledger) == datetime.fromisoformat("2026-11-23T00:00+09:00")
        with pytest.raises(minutes.ApprovedAlready):
            minutes.approve(ledger, records.last(ledger)[0], person(ledger, "Uofficer"))


def test_the_council_says_how_many_days(board: Town) -> None:
    with board.ledger() as ledger:
        ledger.council.correction_days = 7
        ledger.session.add(ledger.council)
    approve(board)
    assert "11月26日（木）まで" in state(board)


def test_who_was_invited_corrects_and_an_officer_settles(board: Town) -> None:
    approve(board)
    with board.ledger() as ledger:
        record, _ = records.last(ledger)
        said = minutes.amend(ledger, record, "声かけは週に1回です", person(ledger, "Uminsei"))
        assert records.words_of(ledger, said) == "声かけは週に1回です"
        with pytest.raises(minutes.NotInvited):
            minutes.amend(ledger, record, "見せてください", person(ledger, "U1"))
        minutes.reword(
            ledger, record, topic(ledger, 1), person(ledger, "Uofficer"), words="声かけを週に1回します"
        )
        assert minutes.awaiting_settlement(ledger) == [record]
        assert minutes.awaiting_a_word(ledger) == 1
        minutes.settle(ledger, said, person(ledger, "Uofficer"))
        assert minutes.awaiting_settlement(ledger) == []
        assert minutes.awaiting_a_word(ledger) == 0
    assert "声かけを週に1回します" in paper(board)
    assert "訂正の声が届きました" in board.last("Uofficer").text


def test_an_officer_settles_a_correction_by_chat_alone(board: Town) -> None:
    approve(board)
    board.hear("Uminsei", "訂正 1 声かけは週に1回です。田村さんに聞きました")
    board.hear("Uofficer", "議事録")
    card = board.last("Uofficer")
    assert "声かけは週に1回です" in card.text
    assert "田村" not in card.text
    says = next(choice.says for choice in card.choices if choice.says.startswith("訂正 済"))

    board.hear("Uofficer", says)
    board.hear("Uofficer", "議事録")
    assert all(not choice.says.startswith("訂正 済") for choice in board.last("Uofficer").choices)
    board.hear("Uminsei", "議事録")
    assert "声かけは週に1回です" not in board.last("Uminsei").text


def test_minutes_do_not_become_final_over_an_unsettled_correction(board: Town) -> None:
    approve(board)
    with board.ledger() as ledger:
        minutes.amend(ledger, records.last(ledger)[0], "違います", person(ledger, "Uminsei"))
    board.now += timedelta(days=5)
    for _ in range(3):
        with board.ledger() as ledger:
            minutes.finish_due(ledger)
    with board.ledger() as ledger:
        record, _ = records.last(ledger)
        assert record.final_at is None
        assert minutes.due_at(ledger) is None
    assert sum("確かめるまで確定しません" in say.text for say in board.words("Uofficer")) == 1

    with board.ledger() as ledger:
        minutes.settle(ledger, ledger.one(Amendment), person(ledger, "Uofficer"))
        minutes.finish_due(ledger)
        assert records.last(ledger)[0].final_at is not None


def test_final_minutes_are_numbered_and_never_change(both_boards: Town) -> None:
    finish(both_boards)
    before = paper(both_boards)
    assert "令和8年度 議事録 第1号" in before
    assert "下書き" not in before
    with both_boards.ledger() as ledger:
        record, meeting = records.last(ledger)
        with pytest.raises(minutes.Final):
            minutes.reword(ledger, record, topic(ledger, 1), person(ledger, "Uofficer"), words="別のこと")
        decision = decisions.of_meeting(ledger, meeting)[topic(ledger, 1).id or 0]
        decision.words_sealed = ledger.seal(decision.key_id, "あとから変えた")
        meeting.place = "別の会場"
        ledger.session.add_all((decision, meeting))
    assert paper(both_boards) == before
    with both_boards.ledger() as ledger:
        assert is_intact(ledger, records.last(ledger)[0])


def test_a_changed_frozen_paper_is_noticed(board: Town) -> None:
    finish(board)
    with board.ledger() as ledger:
        record, _ = records.last(ledger)
        kept = ledger.unseal(record.key_id, record.paper_sealed) or ""
        record.paper_sealed = ledger.seal(record.key_id, kept.replace("見守り部会", "だれか"))
        ledger.session.add(record)
        ledger.session.flush()
        assert not is_intact(ledger, record)


def test_numbers_follow_each_other_within_the_fiscal_year(board: Town) -> None:
    finish(board)
    for year in (2026, 2027):
        with board.ledger() as ledger:
            meeting = ledger.add(
                Meeting(
                    council_id=ledger.council_id, fiscal_year=year, number=90, starts_at=board.now,
                    status=Stage.HELD, held_at=board.now,
                )
            )  # fmt: skip
            record = records.begin(ledger, meeting)
            assert records.begin(ledger, meeting) is record
            minutes.approve(ledger, record, person(ledger, "Uofficer"))
            minutes.finish(ledger, record)
    with board.ledger() as ledger:
        assert [(r.fiscal_year, r.number) for r in ledger.all(Record)] == [(2026, 1), (2026, 2), (2027, 1)]


def test_later_corrections_stand_below_with_their_day(board: Town) -> None:
    finish(board)
    with board.ledger() as ledger:
        record, _ = records.last(ledger)
        said = minutes.amend(ledger, record, "次回は10日です", person(ledger, "Uminsei"))
    assert "追記" not in paper(board)
    with board.ledger() as ledger:
        minutes.settle(
            ledger, ledger.by_id(Amendment, said.id), person(ledger, "Uofficer"), addendum="次回は10日です。"
        )
    told = paper(board)
    places = [
        told.index(words) for words in ("次回・閉会", "【追記】", "次回は10日です。", "日付：令和8年11月23日")
    ]
    assert places == sorted(places)
    with board.ledger() as ledger:
        assert is_intact(ledger, records.last(ledger)[0])


def test_what_is_not_final_is_corrected_not_added_to(board: Town) -> None:
    with board.ledger() as ledger, pytest.raises(minutes.NotFinal):
        minutes.add_addendum(ledger, records.last(ledger)[0], "追記", person(ledger, "Uofficer"))


def test_taking_back_reaches_final_minutes_and_leaves_the_rest_true(both_boards: Town) -> None:
    finish(both_boards)
    assert "夜に一人で" in paper(both_boards)
    both_boards.hear("U1", "取り下げます 1")
    told = paper(both_boards)
    assert "夜に一人で" not in told
    assert "（取り下げ）" in told
    assert "すべり台" in told
    assert "見守りの声かけをします" in told
    with both_boards.ledger() as ledger:
        assert is_intact(ledger, records.last(ledger)[0])
        row = ledger.one(Words, col(Words.place) == "topic:1")
        assert ledger.unseal(row.key_id, row.sealed) is None


def test_taking_back_reaches_minutes_with_an_officers_heading(board: Town) -> None:
    with board.ledger() as ledger:
        topics.reword(ledger, topic(ledger, 1), "夜の見守りについて", person(ledger, "Uofficer"))
    finish(board)
    assert "夜の見守りについて" in paper(board)
    board.hear("U1", "取り下げます 1")
    assert "夜の見守りについて" not in paper(board)


def test_what_its_writer_keeps_to_those_in_charge_stands_in_minutes_by_its_theme(board: Town) -> None:
    finish(board)
    with board.ledger() as ledger:
        concern = concerns.find(ledger, 1)
        reach.choose(ledger, concern, reach.CHARGE, person(ledger, "U1"))
    told = paper(board)
    assert "夜に一人で" not in told
    assert "のこと" in told
    with board.ledger() as ledger:
        assert is_intact(ledger, records.last(ledger)[0])


def test_an_erased_neighbour_and_an_erased_member_leave_final_minutes(board: Town) -> None:
    finish(board)
    with board.ledger() as ledger:
        erasing.erase(ledger, person(ledger, "U2"))
        erasing.erase(ledger, person(ledger, "Uminsei"))
    told = paper(board)
    assert "すべり台" not in told
    assert "田中" not in told
    assert "民生委員：（お名前なし）" in told
    assert "出席 1名・欠席 2名" in told


def test_a_restored_backup_does_not_bring_taken_back_words_into_minutes(board: Town, tmp_path: Path) -> None:
    finish(board)
    url, copy, listed = board.database.url, tmp_path / "copy.db", erased.list_of(tmp_path / "key")
    backup.backup(url, copy, listed)
    board.hear("U1", "取り下げます 1")
    backup.backup(url, tmp_path / "later.db", listed)
    board.database.close()
    backup.restore(url, copy, board.keyring, listed)

    told = paper(board)
    assert "夜に一人で" not in told
    assert "（取り下げ）" in told
    assert "すべり台" in told
    with board.ledger() as ledger:
        assert is_intact(ledger, records.last(ledger)[0])
        assert ledger.one(Words, col(Words.place) == "topic:1").sealed == b""


def test_an_organisation_reads_themes_and_what_it_took_home(board: Town) -> None:
    told = paper(board, "Uclub")
    assert "夜に一人で" not in told
    assert "のこと" in told
    assert "見守りの声かけをします" in told
    finish(board)
    assert "夜に一人で" not in paper(board, "Uclub")
    assert "夜に一人で" in paper(board, "Uminsei")


def test_names_that_slipped_into_the_boards_words_are_masked(board: Town) -> None:
    with board.ledger() as ledger:
        record, _ = records.last(ledger)
        minutes.reword(
            ledger, record, topic(ledger, 1), person(ledger, "Uofficer"), words="山田花子さんのお宅を訪ねます"
        )
    assert "山田" not in paper(board)


def test_no_words_can_pretend_to_be_a_pointer(board: Town) -> None:
    with board.ledger() as ledger:
        record, _ = records.last(ledger)
        minutes.reword(ledger, record, topic(ledger, 1), person(ledger, "Uofficer"), words="〔0000 topic:2〕")
    finish(board)
    assert "〔0000 topic:2〕" in paper(board)
