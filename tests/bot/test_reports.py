"""The two reports: what leaves the board names nobody, counts no few, and leaves only with an officer's word."""

import base64
from datetime import date, timedelta

import pytest
from sqlmodel import col

from bot import agenda, attendance, contact, decisions, meetings, minutes, outbox, records, reports, topics
from bot.documents.plain import plain
from storage.councils import Organisation
from storage.meetings import Choice, Presence
from storage.minutes import Report
from storage.outbox import OutboxRow
from storage.people import Role
from tests.bot.test_minutes import person
from tests.conftest import Town

SAID = (
    "となりの山田花子さんが夜10時に2丁目を一人で歩いています",
    "みどり町2-3-4のおじいさんの姿を見かけません",
    "公園のすべり台がこわれていて子どもがあぶないです",
    "高齢者が集まるサロンがなくなってさびしいです",
)
CHOSEN = (Choice.ACT, Choice.WATCH, Choice.TAKE_HOME, Choice.CARRY_OVER)


@pytest.fixture
def held(town: Town) -> Town:
    """A meeting that has decided on four topics."""
    town.join("Uofficer", Role.OFFICER, name="木村")
    town.join("Uclub", Role.ORGANISATION, organisation="みどり子ども会")
    for place, words in enumerate(SAID, start=1):
        town.hear(f"U{place}", words)
    town.settle()
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        town.now = meeting.starts_at
    with town.ledger() as ledger:
        meeting, by = meetings.next_meeting(ledger), person(ledger, "Uofficer")
        attendance.mark(ledger, meeting, by, Presence.PRESENT, by)
        for topic, choice in zip(topics_of(ledger), CHOSEN, strict=True):
            body = ledger.one(Organisation).id if choice == Choice.TAKE_HOME else None
            decisions.decide(
                ledger, meeting, topic, choice, by,
                words="山田さんのお宅に、午後3時ごろ声をかけます", due_on=date(2026, 12, 1), organisation_id=body,
            )  # fmt: skip
        decisions.close(ledger, meeting, by)
    return town


def topics_of(ledger: reports.Ledger) -> list[topics.Topic]:
    return ledger.all(topics.Topic)


def report(town: Town, to: str) -> str:
    with town.ledger() as ledger:
        _, meeting = records.last(ledger)
        found = ledger.first(Report, col(Report.to) == to)
        return plain(reports.report_paper(ledger, meeting, to, found)).decode()


@pytest.mark.parametrize("to", reports.ALL)
def test_a_neighbours_words_stay_inside(held: Town, to: str) -> None:
    told = report(held, to)
    for words in ("山田", "2丁目", "2-3-4", "10時", "3時", "すべり台", "夜", "サロンがなくなって"):
        assert words not in told
    assert "数件" in told
    assert "対応する" in told
    assert "下書き" in told


def test_what_the_writers_let_go_further_is_told_in_their_words_without_what_points_to_them(held: Town) -> None:
    with held.ledger() as ledger:
        topic = topics.find(ledger, 1)
        topic.may_leave = True
        ledger.session.add(topic)
    told = report(held, reports.FEDERATION)
    assert "〔時刻〕" in told
    assert "一人で歩いています" in told
    for words in ("山田", "2丁目", "10時", "3時"):
        assert words not in told


def test_an_officers_heading_may_leave_and_is_masked_all_the_same(held: Town) -> None:
    with held.ledger() as ledger:
        topics.reword(
            ledger, topics.find(ledger, 3), "遊び場の安全（鈴木一郎さんのこと）", person(ledger, "Uofficer")
        )
    told = report(held, reports.FEDERATION)
    assert "遊び場の安全" in told
    assert "鈴木" not in told
    assert "みどり子ども会へ：遊び場の安全" in told


def test_what_is_handled_apart_is_not_even_counted(held: Town) -> None:
    before = report(held, reports.FEDERATION)
    with held.ledger() as ledger:
        topic = topics.find(ledger, 1)
        topic.is_restricted = True
        ledger.session.add(topic)
    assert "話し合った話題：4件" in before
    assert "話し合った話題：3件" in report(held, reports.FEDERATION)


def test_the_committees_sheet_follows_the_plans_pillars(held: Town) -> None:
    with held.ledger() as ledger:
        shown = {t.theme for t in topics_of(ledger)}
        first = topics.find(ledger, 3).theme
        ledger.council.pillars = [
            {"name": "子どもが育つまち", "themes": [first]},
            {"name": "災害に強いまち", "themes": ["disaster"]},
        ]
        ledger.session.add(ledger.council)
    told = report(held, reports.COMMITTEE)
    assert told.index("1 子どもが育つまち") < told.index("2 災害に強いまち")
    assert "この柱の話題はありませんでした" in told
    assert ("3 そのほか" in told) == bool(shown - {first, "disaster"})


def test_nothing_leaves_before_an_officer_has_looked(held: Town) -> None:
    with held.ledger() as ledger:
        _, meeting = records.last(ledger)
        by = person(ledger, "Uofficer")
        made = reports.make(ledger, meeting, by)
        assert reports.make(ledger, meeting, by) == made
        for each in made:
            with pytest.raises(reports.NotChecked):
                reports.to_take_out(ledger, each)
            with pytest.raises(reports.NotChecked):
                reports.send(ledger, each, "rengo@example.jp", by)
        reports.check(ledger, made[0], by)
        told = plain(reports.to_take_out(ledger, made[0])).decode()
        assert "下書き" not in told
        assert "役員が確認" in told


def test_a_checked_report_goes_by_mail_with_the_paper(held: Town) -> None:
    with held.ledger() as ledger:
        _, meeting = records.last(ledger)
        by = person(ledger, "Uofficer")
        made = reports.make(ledger, meeting, by)[0]
        reports.check(ledger, made, by)
        with pytest.raises(contact.NotAnAddress):
            reports.send(ledger, made, "地区連合", by)
        reports.send(ledger, made, "rengo@example.jp", by)
        row = ledger.one(OutboxRow, col(OutboxRow.scheme) == "mailto")
        say = outbox.open_say(ledger, row)
        assert say is not None
        assert base64.b64decode(say.attachments[0][2]).startswith(b"%PDF")


def test_what_is_changed_after_the_check_is_checked_anew(held: Town) -> None:
    with held.ledger() as ledger:
        record, meeting = records.last(ledger)
        by = person(ledger, "Uofficer")
        for change in ("write", "reword"):
            made = reports.make(ledger, meeting, by)[0]
            reports.check(ledger, made, by)
            if change == "write":
                reports.write(ledger, made, "ご協力をお願いします。", by)
            else:
                minutes.reword(ledger, record, topics.find(ledger, 1), by, words="声をかけます")
            assert made.checked_at is None
    assert "ご協力をお願いします。" in report(held, reports.FEDERATION)


def test_a_meeting_to_come_has_no_reports(held: Town) -> None:
    held.now += timedelta(days=1)
    with held.ledger() as ledger, pytest.raises(reports.NotHeld):
        reports.make(ledger, meetings.next_meeting(ledger), person(ledger, "Uofficer"))


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("午後3時ごろに来ます", "〔時刻〕に来ます"),
        ("夜10:30の音", "〔時刻〕の音"),
        ("2時間待ちました", "2時間待ちました"),
        ("三丁目の公園", "町内の公園"),
    ],
)
def test_hours_and_blocks_of_few_do_not_leave(words: str, left: str) -> None:
    assert reports.leaving(words) == left


def test_a_block_may_be_named_once_three_have_spoken() -> None:
    assert "三丁目" in reports.leaving("三丁目の公園の街灯", voices=3)


def test_the_whole_way_by_chat(held: Town) -> None:
    held.hear("Uofficer", "報告を作る")
    assert "報告を見る 地区連合" in [c.says for c in held.last("Uofficer").choices]
    held.hear("Uofficer", "報告に書く 地区連合 見守りにご協力ください")
    held.hear("Uofficer", "報告を見る 地区連合")
    assert "見守りにご協力ください" in held.last("Uofficer").text
    held.hear("Uofficer", "報告を確かめました 地区連合")
    with held.ledger() as ledger:
        assert reports.find(ledger, records.last(ledger)[1], reports.FEDERATION).checked_at is not None
