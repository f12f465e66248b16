"""The state in numbers: all is counted, and no word of anybody."""

import json
from datetime import timedelta

from bot import status
from handlers.web import metrics
from schedules.clock import run_due
from storage.inbox import InboxRow
from storage.outbox import Delivery, OutboxRow, PushCount
from storage.people import Role
from tests.conftest import Town

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"


def report(town: Town) -> dict:  # type: ignore[type-arg]
    with town.ledger(writing=False) as ledger:
        return status.report(ledger)


def put(town: Town, state: str, account: str = "line:main", **more: object) -> None:
    with town.database.transaction() as session:
        count = f"{state}-{account}-{more}"
        session.add(
            InboxRow(
                account=account, event_id=count, received_at=town.now, next_at=town.now, status=state, **more
            )
        )


def test_everything_is_counted_on_either_database(both_towns: Town) -> None:
    town = both_towns
    town.hear("U1", LUNCH)
    town.settle()
    town.hear("U1", "次は街灯が切れています")
    for state in ("waiting", "unknown", "aside", "done"):
        put(town, state)
    with town.ledger() as ledger:
        ledger.add(PushCount(council_id=ledger.council_id, month="2026-11", used=3))
    run_due(town.database, town.keyring, town.now)

    found = report(town)
    assert found["inbox"] == {"waiting": 1, "not_understood": 1, "set_aside": 1}
    assert found["concerns"] == {"settling": 1, "shared": 1}
    assert found["topics"] == {"shared": 1}
    assert found["outbox"]["waiting"] == 3
    assert found["pushes"] == {"used": 3, "left": 197, "waiting": 0}
    assert found["jobs"] == {}  # the council is as old as this moment
    assert found["healthy"] is False  # something was set aside


def test_all_is_well_in_a_quiet_town(town: Town) -> None:
    town.hear("U1", LUNCH)
    assert report(town)["healthy"] is True


def test_what_is_stuck_is_told(town: Town) -> None:
    put(town, "waiting")
    town.now += timedelta(seconds=status.LATE_SECONDS + 1)
    assert report(town)["healthy"] is False


def test_words_that_do_not_leave_are_told(town: Town) -> None:
    town.hear("U1", LUNCH)
    town.now += timedelta(seconds=status.LATE_SECONDS + 1)
    assert report(town)["healthy"] is False


def test_words_that_wait_for_the_morning_are_no_trouble(town: Town) -> None:
    town.hear("U1", LUNCH)
    with town.ledger() as ledger:
        row = ledger.one(OutboxRow)
        row.next_at = town.now + timedelta(hours=14)
        ledger.session.add(row)
    town.now += timedelta(hours=1)
    assert report(town)["healthy"] is True


def test_a_failed_word_is_told(town: Town) -> None:
    town.hear("U1", LUNCH)
    with town.ledger() as ledger:
        row = ledger.one(OutboxRow)
        row.status = Delivery.FAILED
        ledger.session.add(row)
    assert report(town)["outbox"]["failed"] == 1
    assert report(town)["healthy"] is False


def test_anothers_events_are_not_counted(town: Town) -> None:
    put(town, "aside", account="line:xmain")
    put(town, "aside", account="line:other")
    assert report(town)["inbox"]["set_aside"] == 0
    assert report(town)["healthy"] is True


def test_neither_status_nor_metrics_carry_words_names_or_addresses(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER, name="佐藤一郎")
    town.hear("Uneighbour", LUNCH)
    town.settle()

    page = metrics.page(town.database, town.keyring, town.now).decode()
    both = json.dumps(report(town), ensure_ascii=False) + page
    assert 'kizuki_rows{council="main",kind="topics",state="shared"} 1.0' in page
    assert not any(word in both for word in ("昼ごはん", "佐藤", "Uneighbour", "Uofficer", "みどり"))
