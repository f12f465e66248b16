"""持ち寄り: everybody is asked once, and nobody is lost from sight."""

from datetime import timedelta

import pytest
from sqlmodel import col

from bot import agenda, bring_in, meetings
from storage.concerns import Concern
from storage.ledger import Ledger
from storage.meetings import BringIn, Item, Section, Stage
from storage.people import Person, Role
from storage.topics import Topic
from tests.conftest import Town

LUNCH = "夏休みの間、昼ごはんを食べていない子が近所にいるようです"


@pytest.fixture
def council(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER)
    town.join("Ucommissioner", Role.COMMISSIONER, name="民生の田中")
    town.join("Uclub", Role.ORGANISATION, organisation="子ども会")
    return town


def ask(town: Town) -> int:
    with town.ledger() as ledger:
        return bring_in.ask(ledger, meetings.next_meeting(ledger))


def lines(ledger: Ledger) -> list[str]:
    return [agenda.heading(ledger, item) for item in ledger.all(Item, col(Item.section) == Section.REPORT)]


def test_each_organisation_and_commissioner_is_asked_once_with_buttons(council: Town) -> None:
    assert (ask(council), ask(council)) == (2, 0)

    club, commissioner = council.last("Uclub"), council.last("Ucommissioner")
    assert "子ども会のみなさんから" in club.text
    assert [choice.says for choice in club.choices] == ["持ち寄り なし", "持ち寄り 書く"]
    assert [choice.says for choice in commissioner.choices] == ["持ち寄り なし", "気づきを書く"]
    assert not [say for say in council.words("Uofficer") if "ありませんか" in say.text]


def test_whoever_wrote_before_is_asked_with_thanks(council: Town) -> None:
    council.hear("Ucommissioner", LUNCH)
    ask(council)

    assert council.last("Ucommissioner").text.startswith("いつもお知らせくださり、ありがとうございます。")
    assert not council.last("Uclub").text.startswith("いつも")


def test_the_question_goes_out_five_days_before_and_never_on_a_day_of_rest(council: Town) -> None:
    with council.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)  # Wednesday the eighteenth
        assert f"{bring_in.due_at(ledger):%m-%d %H}" == "11-13 09"
        meeting.starts_at += timedelta(days=1)  # five days before is a Saturday
        ledger.session.add(meeting)
        ledger.session.flush()
        assert f"{bring_in.due_at(ledger):%m-%d %H}" == "11-16 09"
        ledger.council.bring_in_days = 0
        assert bring_in.due_at(ledger) is None


def test_nothing_special_is_an_answer(council: Town) -> None:
    ask(council)
    council.hear("Uclub", "持ち寄り なし")

    assert council.last("Uclub").text.startswith("ありがとうございます。「特になし」")
    with council.ledger() as ledger:
        assert bring_in.answers(ledger, meetings.next_meeting(ledger)) == bring_in.Answers(2, 1, 0)
        assert lines(ledger) == []


def test_a_report_stands_on_the_next_draft_with_the_bodys_name_and_masked(council: Town) -> None:
    council.hear("Uclub", "持ち寄り 2丁目の佐藤花子さんの電話は045-000-0000です。手伝いがほしいそうです")
    council.hear("Ucommissioner", "持ち寄り 配食の日を金曜に変えます")

    with council.ledger() as ledger:
        club, commissioner = lines(ledger)
        assert club.startswith("子ども会：")
        assert not [word for word in ("佐藤", "花子", "045") if word in club]
        assert commissioner == "民生委員：配食の日を金曜に変えます"
        assert [item.brought_by_id is not None for item in ledger.all(Item)] == [True, True]
        assert bring_in.answers(ledger, meetings.next_meeting(ledger)) == bring_in.Answers(2, 2, 2)
    assert "かくしてのせました" in council.last("Uclub").text
    assert "かくして" not in council.last("Ucommissioner").text


def test_a_line_too_long_is_not_cut_but_asked_for_again(council: Town) -> None:
    council.hear("Uclub", "持ち寄り " + "来月の集まりのことで話があります。" * 20)

    assert "短くして" in council.last("Uclub").text
    with council.ledger() as ledger:
        assert lines(ledger) == []


def test_an_emergency_never_waits_for_a_meeting(council: Town) -> None:
    council.hear("Uclub", "持ち寄り 隣の家で人が倒れていて、呼んでも返事がありません")

    assert "119" in council.last("Uclub").text
    with council.ledger() as ledger:
        assert lines(ledger) == []
        assert [topic.urgency for topic in ledger.all(Topic)] == ["emergency"]
    assert council.last("Uofficer").choices


def test_a_resident_is_told_to_write_as_they_like(council: Town) -> None:
    council.hear("Uresident", "持ち寄り 公園の電灯が切れています")

    assert "「持ち寄り」をつけずに" in council.last("Uresident").text
    with council.ledger() as ledger:
        assert lines(ledger) == []


def test_a_concern_written_after_the_question_is_an_answer(council: Town) -> None:
    ask(council)
    council.now += timedelta(hours=1)
    council.hear("Ucommissioner", LUNCH)

    with council.ledger() as ledger:
        assert bring_in.answers(ledger, meetings.next_meeting(ledger)) == bring_in.Answers(2, 1, 1)


def hold(town: Town, months: int) -> None:
    """Let so many board meetings pass, each held on its evening."""
    for _ in range(months):
        with town.ledger() as ledger:
            meeting = meetings.next_meeting(ledger)
            town.now = meeting.starts_at + timedelta(hours=2)
            meeting.status = Stage.HELD
            ledger.session.add(meeting)
        with town.ledger() as ledger:
            meetings.plan(ledger)


def unheard(town: Town) -> list[str]:
    with town.ledger() as ledger:
        return sorted(bring_in.stands_for(ledger, person) for person in bring_in.unheard(ledger))


def test_whoever_is_silent_for_three_meetings_is_listed_and_one_word_is_enough(council: Town) -> None:
    hold(council, 2)
    assert unheard(council) == []
    hold(council, 1)
    assert unheard(council) == ["子ども会", "民生委員"]

    council.hear("Uclub", "持ち寄り なし")
    council.hear("Ucommissioner", LUNCH)
    assert unheard(council) == []


def test_an_organisation_was_heard_when_any_of_its_people_was(council: Town) -> None:
    council.join("Uclub2", Role.ORGANISATION, organisation="子ども会")
    hold(council, 3)
    council.hear("Uclub2", "持ち寄り なし")

    assert unheard(council) == ["民生委員"]


def test_a_newcomer_has_not_been_silent_for_long(council: Town) -> None:
    hold(council, 2)
    council.join("Unew", Role.COMMISSIONER)
    hold(council, 1)

    with council.ledger() as ledger:
        new = ledger.all(Person, by=col(Person.id).desc())[0]
        assert new.id not in {person.id for person in bring_in.unheard(ledger)}
        assert ledger.count(BringIn) == 0
        assert ledger.count(Concern) == 0
