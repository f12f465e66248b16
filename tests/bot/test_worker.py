"""The worker: no event is lost, none blocks the others, and each has its effect once."""

import json
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.messages import Incoming, Platform
from bot.worker import BACK_OFF, LEASE, Bench, Worker, _claim, _work, settle_due, work_off
from storage.concerns import Concern, Standing
from storage.inbox import InboxRow, Received
from storage.topics import Topic
from tests.conftest import Town

BENCH = "公園のベンチがこわれています"


class Ears:
    """Stands in for a platform: a body is an Incoming in JSON; what a test wants to fail, fails."""

    def __init__(self) -> None:
        self.fails: Callable[[str], bool] = lambda event_id: False
        self.read_order: list[str] = []

    def read(self, account: str, event_id: str, body: bytes, at: datetime) -> Sequence[Incoming] | None:
        self.read_order.append(event_id)
        if body == b"???":
            return None
        heard = json.loads(body)
        if self.fails(event_id):
            heard["text"] = None  # stumbles in the middle of the work, not while it is read
        return [Incoming(account, event_id, sender="line:U1", room="line:U1", at=at, message=event_id, **heard)]


@pytest.fixture
def ears() -> Ears:
    return Ears()


def bench(town: Town, ears: Ears) -> Bench:
    line = Platform("line", (), ears.read, lambda posting: pytest.fail("the worker does not speak"))
    return Bench(town.database, town.keyring, {"line": line}, town.setting, lambda: town.now)


def put(town: Town, event_id: str, body: bytes | None = None, account: str = "line:main", **more: object) -> None:
    said = json.dumps({"kind": "text", "text": BENCH}).encode() if body is None else body
    with town.database.transaction() as session:
        session.add(
            InboxRow(
                account=account,
                event_id=event_id,
                body_sealed=town.keyring.seal_passing(said),
                received_at=town.now,
                next_at=town.now,
                **more,
            )
        )


def row(town: Town, event_id: str) -> InboxRow:
    with town.database.reading() as session:
        return session.exec(select(InboxRow).where(col(InboxRow.event_id) == event_id)).one()


def test_what_has_been_worked_off_keeps_no_words(town: Town, ears: Ears) -> None:
    put(town, "e1")

    assert work_off(bench(town, ears))

    done = row(town, "e1")
    assert (done.status, done.body_sealed, done.lease_until) == (Received.DONE, None, None)
    assert work_off(bench(town, ears)) is False


def test_what_is_not_understood_is_kept_for_a_person(town: Town, ears: Ears) -> None:
    put(town, "e1", b"???")
    work_off(bench(town, ears))

    kept = row(town, "e1")
    assert kept.status == Received.UNKNOWN
    assert town.keyring.unseal_passing(kept.body_sealed or b"") == b"???"


def test_a_row_that_fails_is_tried_with_back_off_and_then_set_aside(town: Town, ears: Ears) -> None:
    ears.fails = lambda event_id: event_id == "bad"
    put(town, "bad")
    waits = []
    while row(town, "bad").status == Received.WAITING:
        before = town.now
        work_off(bench(town, ears))
        town.now = max(row(town, "bad").next_at, town.now)
        waits.append(town.now - before)

    aside = row(town, "bad")
    assert (aside.status, aside.tries) == (Received.ASIDE, len(BACK_OFF) + 1)
    assert tuple(waits[:-1]) == BACK_OFF
    assert town.keyring.unseal_passing(aside.body_sealed or b"")


def test_a_row_that_fails_blocks_nobody_and_leaves_nothing_half_done(both_towns: Town, ears: Ears) -> None:
    town = both_towns
    ears.fails = lambda event_id: event_id == "bad"
    for event_id in ("bad", "e2", "e3"):
        put(town, event_id)
    work_off(bench(town, ears))

    assert [row(town, e).status for e in ("bad", "e2", "e3")] == ["waiting", "done", "done"]
    with town.ledger() as ledger:
        assert ledger.count(Concern) == 1  # two messages within the settling time


def test_the_writer_hears_an_apology_once_and_not_for_a_blip(town: Town, ears: Ears) -> None:
    ears.fails = lambda event_id: True
    put(town, "bad")
    work_off(bench(town, ears))
    assert town.words("U1") == []

    while row(town, "bad").status == Received.WAITING:
        town.now = max(row(town, "bad").next_at, town.now + timedelta(seconds=1))
        work_off(bench(town, ears))
    assert ["申し訳ありません" in say.text for say in town.words("U1")] == [True]
    assert BENCH not in town.words("U1")[0].text


def test_an_event_for_a_platform_that_is_off_is_not_lost(town: Town, ears: Ears) -> None:
    put(town, "e1", account="slack:main")
    work_off(bench(town, ears))

    waiting = row(town, "e1")
    assert (waiting.status, waiting.reason) == (Received.WAITING, "LookupError")


def test_whoever_sits_before_an_open_screen_goes_first(town: Town, ears: Ears) -> None:
    put(town, "e1")
    put(town, "e2")
    put(town, "screen", is_prompt=True)
    work_off(bench(town, ears))

    assert ears.read_order == ["screen", "e1", "e2"]


def test_what_a_dead_worker_held_is_finished_by_another(both_towns: Town, ears: Ears) -> None:
    town = both_towns
    put(town, "e1")
    assert _claim(bench(town, ears)) is not None  # and here it dies

    assert work_off(bench(town, ears)) is False
    town.now += LEASE + timedelta(seconds=1)
    assert work_off(bench(town, ears)) is True
    assert row(town, "e1").status == Received.DONE


def test_a_worker_that_comes_back_too_late_does_nothing_twice(both_towns: Town, ears: Ears) -> None:
    town = both_towns
    put(town, "e1", json.dumps({"kind": "press", "text": "わたしの気づき"}).encode())
    slow = _claim(bench(town, ears))
    assert slow is not None
    town.now += LEASE + timedelta(seconds=1)
    work_off(bench(town, ears))

    _work(bench(town, ears), slow)

    assert row(town, "e1").status == Received.DONE
    assert len(town.words("U1")) == 1


def test_workers_side_by_side_have_each_effect_once(both_towns: Town, ears: Ears) -> None:
    town = both_towns
    for n in range(12):
        put(town, f"e{n}", json.dumps({"kind": "press", "text": "使い方"}).encode())
    workers = [threading.Thread(target=work_off, args=(bench(town, ears),)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    town.now += timedelta(seconds=3)  # whoever met another at the very first word tries again
    work_off(bench(town, ears))

    assert {row(town, f"e{n}").status for n in range(12)} == {Received.DONE}
    assert len(town.words("U1")) == 12


def test_a_concern_is_shared_by_the_worker_once_it_has_settled(both_towns: Town, ears: Ears) -> None:
    town = both_towns
    put(town, "e1")
    work_off(bench(town, ears))
    assert settle_due(bench(town, ears)) == 0

    town.now += timedelta(seconds=121)
    assert settle_due(bench(town, ears)) == 1
    assert settle_due(bench(town, ears)) == 0
    with town.ledger() as ledger:
        assert ledger.count(Topic) == 1


def test_the_running_worker_is_woken_and_stops_cleanly(town: Town, ears: Ears) -> None:
    worker = Worker(bench(town, ears))
    worker.start()
    put(town, "e1")
    worker.wake()
    worker.stop()

    assert not worker.is_alive()
    work_off(bench(town, ears))
    assert row(town, "e1").status == Received.DONE


def test_a_redelivered_message_is_neither_kept_nor_answered_twice(town: Town) -> None:
    """Slack sends again after a minute, under another event where a proxy changed it."""
    town.hear("U1", BENCH, message="m1", event_id="e1")
    town.hear("U1", BENCH, message="m1", event_id="e2")

    assert len(town.words("U1")) == 1


def test_thanks_that_are_edited_into_a_cry_for_help_are_heard(town: Town) -> None:
    town.hear("U1", "いつもありがとうございます", message="m1")
    town.settle()
    with town.ledger() as ledger:
        assert ledger.one(Concern).status == Standing.KEPT

    town.hear("U1", "隣のおばあさんが倒れて返事がありません", kind="edited", message="m1")
    with town.ledger() as ledger:
        assert ledger.one(Concern).status == Standing.SHARED
        assert ledger.one(Topic).urgency == "emergency"


def test_an_edit_towards_violence_takes_the_words_off_the_channel(town: Town) -> None:
    town.hear("U1", "隣の家の子どもが元気がないです", message="m1")
    town.settle()
    town.deliver()
    town.hear("U1", "隣の家の子どもが毎晩、殴られている音と泣き声がします", kind="edited", message="m1")

    with town.ledger() as ledger:
        topic = ledger.one(Topic)
        assert (topic.is_restricted, topic.is_open) == (True, False)
    assert not any("殴られて" in say.text for say in town.words(kind="replace"))
