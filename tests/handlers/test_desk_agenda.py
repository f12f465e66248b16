"""次第 on the officers' pages: where the minutes go, what is read at home, and what the season brings."""

from datetime import timedelta

import pytest
from sqlmodel import col

from bot import agenda, meetings, people, topics
from storage.ledger import id_of
from storage.meetings import Item, Section
from storage.people import Role
from storage.topics import Topic
from tests.conftest import Town
from tests.handlers.desk_town import Office, Visitor

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"
LAMP = "集会所の電灯が切れていて暗いです"


@pytest.fixture
def office(town: Town) -> Office:
    return Office(town)


@pytest.fixture
def secretary(office: Office) -> Visitor:
    return office.visitor("Usecretary", Role.SECRETARIAT)


def _write(town: Town, *texts: str) -> None:
    for place, text in enumerate(texts):
        town.hear(f"Uwriter{place}", text)
        town.settle()


def _compiled(town: Town) -> int:
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        return id_of(meeting)


def _added(town: Town) -> int:
    with town.ledger() as ledger:
        return id_of(ledger.all(Item, col(Item.topic_id).is_(None), by=col(Item.id).desc())[0])


def test_the_shares_of_the_minutes_are_told_in_words_and_a_meeting_of_notices_is_warned_of(
    office: Office, secretary: Visitor
) -> None:
    _write(office.town, LUNCH)
    meeting = _compiled(office.town)
    page = secretary.see("/agenda")
    assert "困りごと 20分（100%）" in page
    assert "報告と連絡が" not in page

    secretary.press(f"/agenda/{meeting}/lines", section="report", words="各部会の報告")
    secretary.press(f"/agenda/{meeting}/lines/{_added(office.town)}/minutes", minutes="30")
    page = secretary.see("/agenda")
    assert "報告 30分（60%）" in page
    assert "報告と連絡が60%になっています" in page


def test_notices_are_read_at_home_until_an_officer_lifts_one(office: Office, secretary: Visitor) -> None:
    meeting = _compiled(office.town)
    secretary.press(f"/agenda/{meeting}/lines", section="notice", words="敬老会のお知らせ")
    line = _added(office.town)
    assert "別紙で読む" in secretary.see("/agenda")
    sheet = secretary.see(f"/agenda/{meeting}/notices.md")
    assert "敬老会のお知らせ" in sheet
    assert "敬老会のお知らせ" not in secretary.see(f"/agenda/{meeting}/paper.md")

    secretary.press(f"/agenda/{meeting}/lines/{line}/discuss")
    assert "敬老会のお知らせ" in secretary.see(f"/agenda/{meeting}/paper.md")
    assert "敬老会のお知らせ" not in secretary.see(f"/agenda/{meeting}/notices.md")

    secretary.press(f"/agenda/{meeting}/lines/{line}/sheet")
    assert "敬老会のお知らせ" in secretary.see(f"/agenda/{meeting}/notices.md")


def test_a_name_in_an_officers_words_is_warned_of_and_masked_on_the_paper(
    office: Office, secretary: Visitor
) -> None:
    _write(office.town, LUNCH)
    meeting = _compiled(office.town)
    with office.town.ledger() as ledger:
        line = id_of(ledger.one(Item))
    secretary.press(f"/agenda/{meeting}/lines/{line}/heading", words="鈴木さんのお子さんの昼食")

    page = secretary.see("/agenda")
    assert "お名前や番地が入っているようです" in page
    assert "鈴木さんのお子さんの昼食" in page
    assert "鈴木" not in secretary.see(f"/agenda/{meeting}/paper.md")


def test_last_years_summer_comes_back_in_june_with_one_press(office: Office, secretary: Visitor) -> None:
    town = office.town
    _write(town, LUNCH, "夏休み、昼に行くところのない子が公園にいます", LAMP)
    with town.ledger() as ledger:
        by = people.with_role(ledger, Role.SECRETARIAT)[0]
        for topic in ledger.all(Topic):
            topic.opened_at = town.now + timedelta(days=60) - timedelta(days=364)
            topic.theme, topic.is_unsorted = "children", False
            topic.is_restricted = topic.number == 3
            topics.change(ledger, topic, topics.Status.DECLINED, None)
            topics.reword(ledger, topic, "夏休みの昼食" if topic.number == 1 else "", by)
    _compiled(town)
    page = secretary.see("/agenda")
    assert "去年のこの先" in page
    assert "夏休みの昼食" in page
    assert "数件" in page
    assert "公園にいます" not in page
    assert "/agenda/again/3" not in page

    secretary.press("/agenda/again/1")
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        assert [t.number for t in agenda.topics_of(ledger, meeting)] == [1]
        assert topics.find(ledger, 1).times_reopened == 1
    page = secretary.see("/agenda")
    assert '<li class="late">再</li>' in page
    assert "/agenda/again/1" not in page


def test_the_history_of_a_topic_stands_on_its_page(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)
    secretary.press("/topics/1/notes", words="民生委員に聞いてみます", once="1")
    page = secretary.see("/topics/1")
    history = page[page.index('id="history"') :]
    assert history.index("昼ごはん") < history.index("民生委員に聞いてみます")


def test_only_notices_go_on_the_sheet(office: Office, secretary: Visitor) -> None:
    meeting = _compiled(office.town)
    secretary.press(f"/agenda/{meeting}/lines", section=Section.REPORT, words="サロンの報告")
    assert secretary.press(f"/agenda/{meeting}/lines/{_added(office.town)}/sheet").status_code == 404
