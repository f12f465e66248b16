"""Looking ahead: last year comes back before its season, once in the card, and never what is restricted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col

from bot import agenda, agenda_card, meetings, people, seasons, topics
from storage.ledger import Ledger
from storage.meetings import Meeting
from storage.people import Role
from storage.topics import Status, Topic
from tests.conftest import Town

JUNE = datetime(2027, 6, 16, 10, 0, tzinfo=UTC)  # the third Wednesday, 19:00 in Japan
LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"


def at_year_before(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 1, 0, tzinfo=UTC)


@pytest.fixture
def summer(town: Town) -> Town:
    """Three concerns of last July and August, an autumn one, and it is June again."""
    town.join("Uofficer", Role.OFFICER)
    days = [(7, 3), (7, 24), (8, 28), (11, 5)]
    for place, _ in enumerate(days):
        town.hear(f"U{place}", LUNCH)
        town.settle()
    with town.ledger() as ledger:
        for topic, (month, day) in zip(ledger.all(Topic, by=col(Topic.number)), days, strict=True):
            topic.opened_at = at_year_before(month, day)
            topic.theme, topic.is_unsorted = "children", False
            topics.change(ledger, topic, Status.DECLINED, None)
    town.now = JUNE - timedelta(days=7)
    return town


def june(ledger: Ledger) -> Meeting:
    return meetings.plan(ledger)[0]


def returning(town: Town) -> list[int]:
    with town.ledger() as ledger:
        return [t.number for each in seasons.returning(ledger, june(ledger)) for t in each.topics]


def test_the_summer_comes_back_in_june(summer: Town) -> None:
    assert returning(summer) == [1, 2, 3]


def test_a_theme_is_counted_and_only_officers_headings_are_told(summer: Town) -> None:
    with summer.ledger() as ledger:
        by = people.with_role(ledger, Role.OFFICER)[0]
        topics.reword(ledger, topics.find(ledger, 1), "鈴木さんのお子さんの昼食", by)
        found = seasons.returning(ledger, june(ledger))
    assert [(each.theme, each.how_many) for each in found] == [("children", "3件")]
    assert len(found[0].headings) == 1
    assert "鈴木" not in found[0].headings[0]


def test_under_three_it_reads_a_few(summer: Town) -> None:
    with summer.ledger() as ledger:
        topics.change(ledger, topics.find(ledger, 3), Status.WITHDRAWN, None)
        found = seasons.returning(ledger, june(ledger))
        assert [each.how_many for each in found] == ["数件"]


def test_what_is_handled_apart_or_still_open_does_not_come_back(summer: Town) -> None:
    with summer.ledger() as ledger:
        topics.find(ledger, 1).is_restricted = True
        topics.change(ledger, topics.find(ledger, 2), Status.CONSIDERING, None)
    assert returning(summer) == [3]


def test_each_week_of_the_year_is_told_before_exactly_one_meeting(town: Town) -> None:
    """Walk a year of drafts: a concern of any day is told in one of them, four to nine weeks ahead."""
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", LUNCH)
    town.settle()
    with town.ledger() as ledger:
        topic = topics.find(ledger, 1)
        topic.theme, topic.is_unsorted = "children", False
        topics.change(ledger, topic, Status.DECLINED, None)
        start = ledger.now
        days = [
            meetings.rule_start(ledger.council, start.year + (m - 1) // 12, (m - 1) % 12 + 1)
            for m in range(12, 26)
        ]
        for offset in range(70, 365, 23):
            topic.opened_at = start + timedelta(days=offset - 364)
            ledger.session.flush()
            told = []
            for day in days:
                ledger.now = day - timedelta(days=7)
                meeting = next(m for m in meetings.plan(ledger) if m.starts_at == day)
                told += [day] if seasons.told(ledger, meeting) else []
            assert len(told) == 1, offset
            assert timedelta(weeks=4) <= start + timedelta(days=offset) - told[0] < timedelta(weeks=9, days=1)


def test_the_drafts_card_tells_it_and_a_press_brings_it_back(summer: Town) -> None:
    with summer.ledger() as ledger:
        officer = people.with_role(ledger, Role.OFFICER)[0]
        card = agenda_card.agenda_card(ledger, june(ledger), officer, with_season=True)
        assert "去年のこの先" in card.text
        assert "昼ごはん" not in card.text
    summer.hear("Uofficer", "今年ものせる 2")
    summer.hear("Uofficer", "今年ものせる 2")
    with summer.ledger() as ledger:
        topic = topics.find(ledger, 2)
        assert (topic.times_reopened, topic.status) == (1, Status.CONSIDERING)
        assert [t.number for t in agenda.topics_of(ledger, june(ledger))] == [2]


def test_a_resident_cannot_bring_a_topic_back(summer: Town) -> None:
    summer.hear("U1", "今年ものせる 2")
    with summer.ledger() as ledger:
        assert topics.find(ledger, 2).times_reopened == 0
