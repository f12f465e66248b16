"""Handouts: each absentee gets the minutes by their way, nobody falls through, and their one line comes back."""

import base64
from datetime import timedelta

import pytest
from sqlmodel import col

from bot import agenda, bring_in, contact, handouts, meetings, minutes, outbox, people, posting_list, records
from bot.documents.plain import plain
from bot.messages import Say
from storage.ledger import Ledger
from storage.meetings import Section
from storage.minutes import Handout, Way
from storage.outbox import Delivery, OutboxRow
from storage.people import Person, Role
from tests.bot.test_minutes import approve, convene, person
from tests.conftest import Town


@pytest.fixture
def board(town: Town) -> Town:
    return convene(town)


def prefer(town: Town, user: str, way: Way | None, *, mail: str = "", post: str = "") -> None:
    with town.ledger() as ledger:
        who, by = person(ledger, user), person(ledger, "Uofficer")
        contact.set_mail(ledger, who, mail, by)
        contact.choose_way(ledger, who, way, post, by)


def handout(ledger: Ledger, user: str) -> Handout:
    return ledger.one(Handout, col(Handout.person_id) == person(ledger, user).id)


def rows(town: Town, scheme: str) -> list[Say]:
    with town.ledger() as ledger:
        found = ledger.all(
            OutboxRow, col(OutboxRow.scheme) == scheme, col(OutboxRow.dedupe).startswith("handout:")
        )
        return [say for row in found if (say := outbox.open_say(ledger, row)) is not None]


def go_on(town: Town, after: timedelta = timedelta()) -> str:
    town.now += after
    with town.ledger() as ledger:
        due = handouts.due_at(ledger)
        return handouts.go_on(ledger) if due is not None and due <= ledger.now else "not due"


def test_absentees_alone_get_the_minutes_in_one_push(board: Town) -> None:
    approve(board)
    [club, minsei] = sorted(rows(board, "line"), key=lambda say: len(say.text))
    assert "夜に一人で" in minsei.text
    assert "夜に一人で" not in club.text
    assert minsei.choices[0].says == "ひとこと"
    with board.ledger() as ledger:
        assert {h.person_id for h in ledger.all(Handout)} == {
            person(ledger, "Uminsei").id,
            person(ledger, "Uclub").id,
        }


def test_minutes_of_any_length_fit_into_what_a_platform_takes_in_one_go(board: Town) -> None:
    with board.ledger() as ledger:
        record, meeting = records.last(ledger)
        for count in range(160):
            item = agenda.Item(
                council_id=ledger.council_id, meeting_id=meeting.id, section=Section.REPORT, position=100 + count,
                minutes=3, key_id=record.key_id, heading_sealed=ledger.seal(record.key_id, "長い報告です。" * 28),
            )  # fmt: skip
            ledger.session.add(item)
    approve(board)
    for say in rows(board, "line"):
        assert len(f"{say.title}\n{say.text}".encode("utf-16-le")) // 2 <= 5 * 4_600
        assert "ここまでにします" in say.text


def test_mail_brings_the_words_and_the_paper(board: Town) -> None:
    prefer(board, "Uminsei", Way.MAIL, mail="minsei@example.jp")
    approve(board)
    [say] = rows(board, "mailto")
    name, kind, content = say.attachments[0]
    assert (name.endswith("議事録.pdf"), kind) == (True, "application/pdf")
    assert base64.b64decode(content).startswith(b"%PDF")
    assert "夜に一人で" in say.text


def test_a_mail_address_alone_does_not_take_the_chats_place(board: Town) -> None:
    prefer(board, "Uminsei", None, mail="minsei@example.jp")
    approve(board)
    with board.ledger() as ledger:
        assert handout(ledger, "Uminsei").way == Way.LINE


@pytest.mark.parametrize(
    "written", ["a@b", "a b@c.jp", "a@b.jp, c@d.jp", "mailto:", "ａ@b.jp", "a@b.jp\r\nBcc:c@d"]
)
def test_what_is_no_address_is_not_written_down(board: Town, written: str) -> None:
    with board.ledger() as ledger, pytest.raises(contact.NotAnAddress):
        contact.set_mail(ledger, person(ledger, "Uminsei"), written, person(ledger, "Uofficer"))


def test_one_address_belongs_to_one_member(board: Town) -> None:
    prefer(board, "Uminsei", None, mail="One@Example.jp")
    with board.ledger() as ledger, pytest.raises(contact.SomebodyElses):
        contact.set_mail(ledger, person(ledger, "Uclub"), "One@example.JP", person(ledger, "Uofficer"))


def test_paper_stands_on_the_posting_list_until_it_is_ticked(board: Town) -> None:
    prefer(board, "Uminsei", Way.PAPER, post="集会所のポスト")
    approve(board)
    with board.ledger() as ledger:
        number = handout(ledger, "Uminsei").id or 0
        told = plain(posting_list.posting_paper(ledger)).decode()
    for words in ("田中", "集会所のポスト", "第1回 みどり地区社協 役員会 議事録", f"番号：{number}"):
        assert words in told
    board.hear("Uofficer", f"お渡し済み {number}")
    assert "田中さんに「お渡し済み」" in board.last("Uofficer").text
    with board.ledger() as ledger:
        assert handouts.to_post(ledger) == []
        assert handout(ledger, "Uminsei").delivered_by_id == person(ledger, "Uofficer").id


def test_what_arrived_is_noted_and_what_failed_goes_by_hand(board: Town) -> None:
    approve(board)
    with board.ledger() as ledger:
        for user, status in (("Uminsei", Delivery.SENT), ("Uclub", Delivery.FAILED)):
            row = ledger.one(OutboxRow, col(OutboxRow.dedupe) == f"handout:{handout(ledger, user).id}")
            row.status, row.sent_at = status, board.now
            ledger.session.add(row)
    assert go_on(board) == "arrived 1, by hand 1"
    with board.ledger() as ledger:
        assert handout(ledger, "Uminsei").delivered_at is not None
        fallen = handout(ledger, "Uclub")
        assert handouts.to_post(ledger) == [fallen]
        assert handouts.fell_back(ledger, fallen)
        assert handouts.due_at(ledger) is None


def test_what_waits_for_its_platform_for_days_goes_by_hand_and_is_not_said_twice(board: Town) -> None:
    approve(board)
    assert go_on(board, timedelta(days=1)) == "not due"
    assert go_on(board, timedelta(days=1)) == "by hand 2"
    with board.ledger() as ledger:
        waiting = ledger.count(
            OutboxRow, col(OutboxRow.dedupe).startswith("handout:"), col(OutboxRow.status) == Delivery.WAITING
        )
        assert waiting == 0
        assert len(handouts.to_post(ledger)) == 2


def test_words_taken_back_overnight_are_not_in_what_leaves_in_the_morning(board: Town) -> None:
    board.now += timedelta(hours=12)  # nine in the evening
    approve(board)
    assert rows(board, "line") == []
    board.hear("U1", "取り下げます 1")
    assert go_on(board, timedelta(hours=12)) == "sent 2"
    told = "\n".join(say.text for say in rows(board, "line"))
    assert "夜に一人で" not in told
    assert "（取り下げ）" in told


def test_one_line_from_an_absentee_opens_the_next_reports_masked_and_without_a_name(board: Town) -> None:
    approve(board)
    board.hear("Uclub", "ひとこと 山田花子さんの件は、うちのクラブでお手伝いします")
    assert "読み上げます" in board.last("Uclub").text
    with board.ledger() as ledger:
        [line] = agenda.lines_of(ledger, meetings.next_meeting(ledger), Section.REPORT)
        words = agenda.heading(ledger, line)
        assert words.startswith("みどり老人クラブ（前回欠席）：")
        assert "山田" not in words
        assert line.brought_by_id == person(ledger, "Uclub").id
        assert handout(ledger, "Uclub").answered_at is not None


def test_an_emergency_in_one_line_takes_its_own_lane(board: Town) -> None:
    approve(board)
    board.hear("Uminsei", "ひとこと いま目の前で人が倒れて動きません")
    assert "119" in board.last("Uminsei").text
    with board.ledger() as ledger:
        assert agenda.lines_of(ledger, meetings.next_meeting(ledger), Section.REPORT) == []


def test_one_line_is_one_line_and_needs_minutes_to_answer_to(board: Town) -> None:
    with board.ledger() as ledger, pytest.raises(handouts.NothingToAnswer):
        handouts.answer(ledger, board.reader, person(ledger, "Uclub"), "お手伝いします")
    approve(board)
    with board.ledger() as ledger, pytest.raises(bring_in.TooLong):
        handouts.answer(ledger, board.reader, person(ledger, "Uclub"), "あ" * 300)


def test_a_residents_one_line_stays_a_concern(board: Town) -> None:
    board.hear("U1", "ひとこと 公園の街灯が切れています")
    assert "受け取りました" in board.last("U1").text or "お預かり" in board.last("U1").text


def test_the_paper_that_went_round_goes_by_hand_to_whom_no_chat_reaches(board: Town) -> None:
    with board.ledger() as ledger:
        people.invite(ledger, Role.OFFICER, name="高橋")
        meeting = meetings.next_meeting(ledger)
        agenda.approve(ledger, meeting, person(ledger, "Uofficer"))
        meeting.circulated_at = ledger.now
        ledger.session.add(meeting)
    go_on(board)
    go_on(board)
    with board.ledger() as ledger:
        [posted] = handouts.to_post(ledger)
        assert posted.what == handouts.AGENDA
        assert posting_list.name(ledger, ledger.by_id(Person, posted.person_id)) == "高橋"
        assert handouts.paper_of(ledger, posted).title == "次第"


def test_the_whole_way_by_chat(board: Town) -> None:
    board.hear("Uminsei", "議事録")
    assert "まだ承認されていません" in board.last("Uminsei").text
    board.hear("Uofficer", "議事録")
    assert board.last("Uofficer").choices[0].says.startswith("議事録 承認")
    board.hear("Uofficer", "議事録 承認")
    assert "欠席した方2名へ" in board.last("Uofficer").text
    with board.ledger() as ledger:
        number = records.last(ledger)[1].id
    board.hear("Uminsei", f"訂正 {number}")
    assert f"「訂正 {number}」のあとに" in board.last("Uminsei").text
    board.hear("Uminsei", f"訂正 {number} 声かけは週に1回です")
    assert "役員に伝えました" in board.last("Uminsei").text
    board.hear("Uofficer", "議事録 直す 1 週に1回、声をかけます")
    board.hear("Uofficer", "訂正 済 1")
    board.hear("Uminsei", "議事録")
    assert "週に1回、声をかけます" in board.last("Uminsei").text
    board.now += timedelta(days=5)
    with board.ledger() as ledger:
        minutes.finish_due(ledger)
    board.hear("Uminsei", f"訂正 {number} 会場はみどり会館でした")
    assert "追記" in board.last("Uminsei").text
    board.hear("Uofficer", f"議事録 追記 {number} 会場はみどり会館です")
    board.hear("Uclub", "議事録")
    assert "会場はみどり会館です" in board.last("Uclub").text
