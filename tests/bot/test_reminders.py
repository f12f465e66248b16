"""Reminders: one kind bundle a day, and never about what is settled."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col

from bot import people, topics
from bot.reminders import bundles as bundles_
from bot.reminders import waiting_concerns
from storage.outbox import Delivery, OutboxRow
from storage.people import Role
from tests.conftest import Town

FALL = "向かいのおばあさんを最近見かけません。心配です"


@pytest.fixture
def waiting(town: Town) -> Town:
    """A town in which one topic waits for a commissioner."""
    town.join("Uminsei", Role.COMMISSIONER, name="佐藤")
    town.hear("Uminsei", FALL)
    town.settle()
    return town


def bundles(town: Town) -> int:
    with town.ledger() as ledger:
        return bundles_.send(ledger)


def waits_for(town: Town, name: str) -> list[int]:
    with town.ledger() as ledger:
        found = [p for p in people.with_role(ledger, Role.COMMISSIONER) if people.name_of(ledger, p) == name]
        return [t.number for t in waiting_concerns.topics_for(ledger, found[0])]


def test_a_commissioner_gets_one_bundle_a_day_of_all_that_waits(waiting: Town) -> None:
    waiting.hear("Uminsei", "あの家の雨戸がずっと閉まったままです")
    waiting.settle()

    assert [bundles(waiting), bundles(waiting)] == [1, 0]
    said = waiting.last("Uminsei")
    assert [c.says for c in said.choices] == ["済 1", "あとで 1", "代わって 1", "済 2", "あとで 2", "代わって 2"]

    waiting.now += timedelta(days=1)
    assert bundles(waiting) == 1


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 14, 1, 0, tzinfo=UTC),  # Saturday
        datetime(2026, 11, 15, 1, 0, tzinfo=UTC),  # Sunday
        datetime(2026, 11, 23, 1, 0, tzinfo=UTC),  # 勤労感謝の日
        datetime(2026, 12, 30, 1, 0, tzinfo=UTC),  # 年末
        datetime(2027, 8, 13, 1, 0, tzinfo=UTC),  # お盆
        datetime(2026, 11, 11, 11, 0, tzinfo=UTC),  # eight in the evening in Japan
        datetime(2026, 11, 11, 23, 59, tzinfo=UTC),  # just before nine in the morning
    ],
)
def test_nights_and_days_of_rest_are_left_in_peace(waiting: Town, moment: datetime) -> None:
    waiting.now = moment
    assert bundles(waiting) == 0


def test_nothing_is_said_when_nothing_waits(town: Town) -> None:
    town.join("Uminsei", Role.COMMISSIONER)
    assert bundles(town) == 0


def test_whoever_is_away_hears_nothing_until_the_day_of_return(waiting: Town) -> None:
    with waiting.ledger() as ledger:
        person = people.with_role(ledger, Role.COMMISSIONER)[0]
        person.away_until = date(2026, 11, 12)
        ledger.session.add(person)

    found = []
    for _ in range(3):
        found.append(bundles(waiting))
        waiting.now += timedelta(days=1)
    assert found == [0, 0, 1]  # the tenth, the eleventh, and back on the twelfth


@pytest.mark.parametrize("deed", ["済 1", "取り下げます 1"])
def test_what_is_settled_is_never_asked_about_again(waiting: Town, deed: str) -> None:
    waiting.hear("Uminsei", deed)
    assert waits_for(waiting, "佐藤") == []


def test_later_is_three_days_and_what_is_in_hand_a_week(waiting: Town) -> None:
    waiting.hear("Uminsei", "あとで 1")
    assert waits_for(waiting, "佐藤") == []
    waiting.now += timedelta(days=3)
    assert waits_for(waiting, "佐藤") == [1]

    waiting.hear("Uminsei", "対応中 1")
    assert waits_for(waiting, "佐藤") == []
    waiting.now += timedelta(days=7)
    assert waits_for(waiting, "佐藤") == [1]


def test_handing_on_reaches_the_other_commissioner(waiting: Town) -> None:
    waiting.join("Utanaka", Role.COMMISSIONER, name="田中")
    waiting.hear("Uminsei", "代わって 1")

    assert waits_for(waiting, "佐藤") == []
    assert waits_for(waiting, "田中") == [1]


def test_nothing_is_handed_to_somebody_who_has_not_joined_yet(waiting: Town) -> None:
    """A ping that reaches nobody may leave a neighbour alone."""
    with waiting.ledger() as ledger:
        people.invite(ledger, Role.COMMISSIONER, name="鈴木")
    waiting.hear("Uminsei", "代わって 1")

    assert "役員が引き継ぎます" in waiting.last("Uminsei").text
    with waiting.ledger() as ledger:
        assert topics.find(ledger, 1).assignee_id is None


def test_a_bundle_that_could_not_be_sent_does_not_pile_up(waiting: Town) -> None:
    for _ in range(3):
        bundles(waiting)
        waiting.now += timedelta(days=1)

    with waiting.ledger() as ledger:
        rows = ledger.all(OutboxRow, col(OutboxRow.dedupe).startswith("bundle:"))
        assert [row.status for row in rows] == [Delivery.CANCELLED, Delivery.CANCELLED, Delivery.WAITING]


def test_more_than_fit_are_counted(waiting: Town) -> None:
    for n in range(6):
        waiting.hear("Uminsei", f"{n + 1}丁目のおじいさんが心配です")
        waiting.settle()
    bundles(waiting)

    said = waiting.last("Uminsei")
    assert len(said.choices) == 3 * bundles_.AT_MOST + 1
    assert said.choices[-1].says == "待っていること"
    assert "3" in said.text.splitlines()[-2]


def test_what_waits_for_weeks_leaves_a_place_for_what_was_never_said(waiting: Town) -> None:
    for n in range(bundles_.AT_MOST):
        waiting.hear("Uminsei", f"{n + 2}軒目の方が、買い物に行けず困っています")
        waiting.settle()
    for day in (11, 12):
        waiting.now = datetime(2026, 11, day, 1, 0, tzinfo=UTC)
        assert bundles(waiting) == 1
        waiting.deliver()

    waiting.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    assert bundles(waiting) == 1
    assert "活動記録" in waiting.last("Uminsei").text
