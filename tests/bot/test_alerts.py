"""Alerts: an emergency never waits, and somebody must say that they have seen it."""

from datetime import date, timedelta

import pytest

from bot import alerts, topics
from bot.alerts import CLIMB_MINUTES, ROUNDS
from schedules.timetable import TIMETABLE
from storage.ledger import id_of
from storage.outbox import OutboxRow
from storage.people import Address, Person, Role
from storage.topics import Alert
from tests.conftest import Town

FALLEN = "隣のおばあさんが倒れて返事がありません"
DUTY = ("Ufirst", "Usecond", "Uthird")


@pytest.fixture
def on_duty(town: Town) -> Town:
    for rank, user in enumerate(DUTY, start=1):
        town.join(user, Role.OFFICER, duty_rank=rank)
    return town


def climb(town: Town) -> int:
    town.now += timedelta(minutes=CLIMB_MINUTES)
    with town.ledger() as ledger:
        return alerts.climb(ledger)


def alerted(town: Town) -> list[int]:
    """How often each on duty was alerted."""
    return [sum("緊急の気づき" in say.text for say in town.words(user)) for user in DUTY]


def test_the_first_on_duty_is_alerted_at_once_and_then_the_next(on_duty: Town) -> None:
    on_duty.hear("U1", FALLEN)
    assert alerted(on_duty) == [1, 0, 0]
    climb(on_duty)
    assert alerted(on_duty) == [1, 1, 0]
    climb(on_duty)
    climb(on_duty)
    assert alerted(on_duty) == [2, 1, 1]


def test_it_does_not_climb_before_its_time(on_duty: Town) -> None:
    on_duty.hear("U1", FALLEN)
    on_duty.now += timedelta(minutes=CLIMB_MINUTES - 1)
    with on_duty.ledger() as ledger:
        assert alerts.climb(ledger) == 0


@pytest.mark.parametrize("answer", ["見ました 1", "向かいます 1", "対応中 1", "済 1"])
def test_whoever_answers_ends_the_climb(on_duty: Town, answer: str) -> None:
    on_duty.hear("U1", FALLEN)
    on_duty.hear("Ufirst", answer)

    assert climb(on_duty) == 0
    assert alerted(on_duty) == [1, 0, 0]
    with on_duty.ledger() as ledger:
        alert = ledger.one(Alert)
        assert alert.seen_at is not None
        assert ledger.by_id(Person, alert.seen_by_id).duty_rank == 1


def test_a_merged_emergency_is_acknowledged_under_either_number(on_duty: Town) -> None:
    on_duty.hear("U2", "1丁目の佐々木商店の前の道が暗いです")
    on_duty.settle()
    on_duty.hear("U1", FALLEN)
    on_duty.hear("Ufirst", "まとめる 1 2")
    on_duty.hear("Ufirst", "見ました 2")

    assert climb(on_duty) == 0


def test_what_was_taken_back_alarms_nobody_any_more(on_duty: Town) -> None:
    on_duty.hear("U1", FALLEN)
    on_duty.hear("U1", "取り下げます 1")

    assert climb(on_duty) == 0


def test_after_three_rounds_the_desk_alone_keeps_showing_it(on_duty: Town) -> None:
    on_duty.hear("U1", FALLEN)
    climbed = [climb(on_duty) for _ in range(3 * ROUNDS + 5)]

    assert sum(climbed) == len(DUTY) * ROUNDS - 1
    assert alerted(on_duty) == [ROUNDS] * 3
    with on_duty.ledger() as ledger:
        assert len(alerts.waiting(ledger)) == 1
        job = next(job for job in TIMETABLE if job.name == "climb_alerts")
        assert job.newest_slot(ledger) is None


def test_no_alert_carries_the_words(on_duty: Town) -> None:
    on_duty.hear("U1", FALLEN)
    climb(on_duty)

    said = [say.text for user in DUTY for say in on_duty.words(user)]
    assert any("緊急" in text for text in said)
    assert not any("倒れ" in text or "おばあさん" in text for text in said)


def test_alerts_break_through_the_night(on_duty: Town) -> None:
    on_duty.now += timedelta(hours=13)  # eleven at night in Japan
    on_duty.hear("U1", FALLEN)

    with on_duty.ledger() as ledger:
        rows = [r for r in ledger.all(OutboxRow) if r.dedupe.startswith("alert:")]
        assert [(r.is_urgent, r.next_at) for r in rows] == [(True, on_duty.now)]


def test_whoever_is_away_or_cannot_be_reached_is_passed_over(on_duty: Town) -> None:
    with on_duty.ledger() as ledger:
        first = next(p for p in ledger.all(Person) if p.duty_rank == 1)
        first.away_until = date(2026, 11, 20)
        ledger.session.add(first)
    on_duty.hear("Usecond", kind="unfollow")
    on_duty.hear("U1", FALLEN)

    assert alerted(on_duty) == [0, 0, 1]


def test_the_same_emergency_alarms_once_however_often_it_is_shared(on_duty: Town) -> None:
    on_duty.hear("U1", FALLEN, message="m1")
    on_duty.hear("U1", FALLEN + "。早く", kind="edited", message="m1")

    assert alerted(on_duty) == [1, 0, 0]
    with on_duty.ledger() as ledger:
        assert ledger.count(Alert) == 1
        assert topics.find(ledger, 1).urgency == "emergency"


def test_whoever_looks_after_the_neighbour_is_told_with_the_first_on_duty(on_duty: Town) -> None:
    on_duty.join("Usato", Role.COMMISSIONER, name="佐藤")
    on_duty.hear("Usato", FALLEN)

    carer = [say for say in on_duty.words("Usato") if "緊急の気づき" in say.text]
    assert [choice.says for choice in carer[0].choices] == ["見ました 1", "向かいます 1"]
    assert alerted(on_duty) == [1, 0, 0]
    climb(on_duty)
    assert alerted(on_duty) == [1, 1, 0]


def test_a_carer_who_rests_is_left_in_peace(on_duty: Town) -> None:
    on_duty.join("Usato", Role.COMMISSIONER, name="佐藤")
    on_duty.hear("Usato", "向かいの家の雨戸がずっと閉まったままです")
    on_duty.settle()
    on_duty.hear("Usato", "休みます 今週いっぱい")
    on_duty.hear("Ufirst", "役員会へ 1")
    with on_duty.ledger() as ledger:
        topic = topics.find(ledger, 1)
        assert [[p.duty_rank for p in rung] for rung in alerts.rungs(ledger, topic)] == [[1], [2], [3]]


def test_each_on_duty_is_told_by_every_way_at_once(on_duty: Town) -> None:
    with on_duty.ledger() as ledger:
        for person in [p for p in ledger.all(Person) if p.duty_rank in (1, 3)]:
            sealed = ledger.seal(person.key_id, f"mailto:rank{person.duty_rank}@example.org")
            ledger.add(
                Address(
                    council_id=ledger.council_id,
                    person_id=id_of(person),
                    scheme="mailto",
                    blind=f"mail{person.duty_rank}",
                    sealed=sealed,
                    heard_at=ledger.now - timedelta(days=1),
                )
            )
    on_duty.hear("U1", FALLEN)
    for _ in range(2):
        climb(on_duty)

    with on_duty.ledger() as ledger:
        mails = [row for row in ledger.all(OutboxRow) if row.scheme == "mailto"]
        assert [ledger.by_id(Person, row.person_id).duty_rank for row in mails] == [1, 3]
        assert all(row.is_urgent for row in mails)


def test_who_went_and_when_is_written_down_and_shown_to_the_others(on_duty: Town) -> None:
    on_duty.hear("U1", FALLEN)
    on_duty.now += timedelta(minutes=3)
    on_duty.hear("Ufirst", "向かいます 1")

    with on_duty.ledger() as ledger:
        went = alerts.going(ledger, topics.find(ledger, 1))
        assert [(ledger.by_id(Person, one.person_id).duty_rank, one.at) for one in went] == [(1, on_duty.now)]
    assert any("向かっています（10:03）" in say.text for say in on_duty.words(kind="post"))
