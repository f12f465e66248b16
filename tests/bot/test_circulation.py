"""The paper goes round: once, to whoever is invited, and only when an officer has approved it."""

import base64
from datetime import timedelta

import pytest

from bot import agenda, attendance, circulation, contact, meetings, people
from schedules.clock import run_due, run_now
from storage.meetings import Meeting, Section
from storage.minutes import Way
from storage.people import Person, Role
from tests.conftest import Town

LUNCH = "夏休みの間、昼ごはんを食べていない子が近所にいるようです"


@pytest.fixture
def council(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER, name="会長")
    town.join("Ucommissioner", Role.COMMISSIONER)
    town.join("Uclub", Role.ORGANISATION, organisation="子ども会")
    town.hear("Uresident", LUNCH)
    town.settle()
    with town.ledger() as ledger:
        ledger.council.meeting_place = "みどり会館"
        meetings.plan(ledger)
    return town


def run(town: Town) -> None:
    run_due(town.database, town.keyring, town.now)


def approve(town: Town) -> None:
    with town.ledger() as ledger:
        officer = ledger.all(Person)[0]
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        agenda.add_line(ledger, meeting, Section.NOTICE, "清掃の日のお知らせ", officer)
        agenda.approve(ledger, meeting, officer)


def papers(town: Town, user: str) -> list[str]:
    return [say.text for say in town.words(user) if "次第（あらまし）" in say.text]


def days_before(town: Town, days: int) -> None:
    with town.ledger() as ledger:
        town.now = meetings.before(meetings.next_meeting(ledger), days) + timedelta(minutes=5)


def test_the_approved_paper_goes_round_once_two_days_before(council: Town) -> None:
    approve(council)
    days_before(council, 3)
    run(council)
    assert papers(council, "Uofficer") == []

    days_before(council, 2)
    run(council)
    run(council)
    assert [len(papers(council, user)) for user in ("Uofficer", "Ucommissioner", "Uclub")] == [1, 1, 1]
    assert papers(council, "Uresident") == []


def test_the_room_reads_the_headings_and_a_body_only_how_many_there_are(council: Town) -> None:
    approve(council)
    days_before(council, 2)
    run(council)

    room, body = papers(council, "Ucommissioner")[0], papers(council, "Uclub")[0]
    assert "昼ごはん" in room
    assert "昼ごはん" not in body
    assert "地域の気づきを1件話し合います" in body
    for paper in (room, body):
        assert "令和8年11月18日（水） 19時" in paper
        assert "みどり会館" in paper
        assert "清掃の日のお知らせ" in paper


def test_nothing_unreviewed_leaves_and_the_officers_are_asked_once_more(council: Town) -> None:
    days_before(council, 2)
    run(council)
    council.now += timedelta(hours=3)
    run(council)

    assert [papers(council, user) for user in ("Uofficer", "Ucommissioner", "Uclub")] == [[], [], []]
    asked = [say for say in council.words("Uofficer") if "まだ承認されていません" in say.text]
    assert len(asked) == 1
    assert "次第 承認" in [choice.says for choice in asked[0].choices]
    with council.ledger() as ledger:
        assert circulation.circulate(ledger, meetings.next_meeting(ledger)) == 0


def test_what_came_after_the_approval_does_not_go_round(council: Town) -> None:
    approve(council)
    council.hear("Uresident", "公園の街灯が切れていて、夜は真っ暗です")
    council.settle()
    with council.ledger() as ledger:
        officer = ledger.all(Person)[0]
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        agenda.add_line(ledger, meeting, Section.NOTICE, "後から来たお知らせ", officer)
        assert sum(item.is_late for item in agenda.items_of(ledger, meeting)) == 2
    days_before(council, 2)
    run(council)

    room, body = papers(council, "Ucommissioner")[0], papers(council, "Uclub")[0]
    assert "昼ごはん" in room
    assert "地域の気づきを1件話し合います" in body
    for paper in (room, body):
        assert "清掃の日" in paper
        assert "街灯" not in paper
        assert "後から来た" not in paper


def test_a_late_approval_goes_round_at_once(council: Town) -> None:
    days_before(council, 1)
    run(council)
    council.hear("Uofficer", "次第 承認")
    council.now += timedelta(minutes=1)
    run(council)

    assert len(papers(council, "Uclub")) == 1


def test_what_is_taken_back_overnight_is_not_on_the_paper_of_the_morning(council: Town) -> None:
    days_before(council, 2)
    run(council)
    council.now += timedelta(hours=12)
    council.hear("Uofficer", "次第 承認")
    run(council)
    assert papers(council, "Ucommissioner") == []

    council.hear("Uresident", "取り下げます 1")
    council.now += timedelta(hours=12)
    run(council)
    assert ["昼ごはん" in paper for paper in papers(council, "Ucommissioner")] == [False]


def test_whoever_cannot_come_says_so_with_one_press(council: Town) -> None:
    approve(council)
    days_before(council, 2)
    run(council)
    come, excuse = [say for say in council.words("Uclub") if say.choices][-1].choices
    council.hear("Uclub", excuse.says, kind="press")
    assert "欠席" in council.last("Uclub").text
    assert excused(council) == 1
    council.hear("Uclub", come.says, kind="press")
    assert excused(council) == 0
    council.hear("Uresident", excuse.says, kind="press")
    assert excused(council) == 0


def excused(town: Town) -> int:
    with town.ledger() as ledger:
        return len(attendance.excused(ledger, meetings.next_meeting(ledger)))


def test_whoever_has_no_chat_gets_the_paper_by_hand(council: Town) -> None:
    with council.ledger() as ledger:
        people.invite(ledger, Role.COMMISSIONER, name="電話だけの方")
        names = circulation.unreached(ledger, meetings.next_meeting(ledger))
        assert [person.role for person in names] == [Role.COMMISSIONER]


def test_a_long_paper_is_parted_between_its_lines_under_the_limit() -> None:
    text = "".join(f"{n}. とても長い見出し😀{'あ' * 60}\n" for n in range(200))

    parts = circulation.pages(text)
    assert max(len(part.encode("utf-16-le")) // 2 for part in parts) <= circulation.PAGE_UNITS
    assert "\n".join(parts) == text.strip()
    assert circulation.pages("短い") == ["短い"]


def test_a_section_has_no_paper_that_goes_round(council: Town) -> None:
    with council.ledger() as ledger:
        ledger.add(
            Meeting(
                council_id=ledger.council_id,
                kind="section",
                name="見守り部会",
                fiscal_year=2026,
                number=1,
                starts_at=council.now + timedelta(days=1),
                status="approved",
            )
        )

    assert run_now(council.database, council.keyring, "main", council.now, "circulate_agenda") == "not yet"


def test_by_mail_come_the_words_and_the_paper_under_the_meetings_name(council: Town) -> None:
    with council.ledger() as ledger:
        officer, minsei = people.find(ledger, "line:Uofficer"), people.find(ledger, "line:Ucommissioner")
        assert officer is not None
        assert minsei is not None
        contact.set_mail(ledger, minsei, "minsei@example.jp", officer)
        contact.choose_way(ledger, minsei, Way.MAIL, "", officer)
    approve(council)
    days_before(council, 2)
    run(council)

    [say] = [say for say in council.words() if say.attachments]
    name, kind, content = say.attachments[0]
    assert say.title.endswith("の次第")
    assert "昼ごはん" in say.text
    assert (name.endswith(".pdf"), kind) == (True, "application/pdf")
    assert base64.b64decode(content).startswith(b"%PDF")
    assert papers(council, "Ucommissioner") == []
