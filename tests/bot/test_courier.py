"""The courier: every word once, in its order, and nothing lost on the way."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot import budget, delivery, outbox, topics
from bot.courier import CHANNEL_PAUSE, GIVE_UP_AFTER, LEASE, Bag, carry, carry_all
from bot.messages import Incoming, Platform, Posting, Say, SendFailed, Sent
from storage.concerns import Part
from storage.ledger import Ledger
from storage.outbox import Delivery, OutboxRow, PushCount
from storage.people import Address, Role
from tests.conftest import Town

CHANNEL = "slack:C0COUNCIL"
Answer = Callable[[Posting], Sent]


class Post:
    """Stands in for the platforms: says what it was given, and fails as the test wishes."""

    def __init__(self) -> None:
        self.carried: list[Posting] = []
        self.answers: dict[str, Answer] = {}

    def send(self, posting: Posting) -> Sent:
        self.carried.append(posting)
        answer = self.answers.get(posting.destination)
        return answer(posting) if answer else Sent(ref=f"{posting.destination.split(':')[1]}/{posting.row_id}")

    @property
    def texts(self) -> list[str]:
        return [posting.say.text for posting in self.carried]


@pytest.fixture
def post() -> Post:
    return Post()


def bag(town: Town, post: Post, pause: timedelta = timedelta()) -> Bag:
    platforms = {s: Platform(s, (), lambda *_: None, post.send) for s in ("line", "slack")}
    return Bag(town.database, town.keyring, platforms, lambda: town.now, pause)


def put(ledger: Ledger, address: str, text: str, *, urgent: bool = False, **more: object) -> OutboxRow:
    kind = "post" if address.startswith("slack") else "text"
    say = Say(kind, text=text)
    row = outbox._put(ledger, address, say, f"d:{address}:{text}", outbox.About(), is_urgent=urgent)
    assert row is not None
    for name, value in more.items():
        setattr(row, name, value)
    ledger.session.add(row)
    return row


def fail(*reasons: SendFailed) -> Answer:
    """Fail with each reason in turn, the last one for ever."""
    left = list(reasons)

    def answer(posting: Posting) -> Sent:
        raise left.pop(0) if len(left) > 1 else left[0]

    return answer


def rows(town: Town) -> list[OutboxRow]:
    with town.database.reading() as session:
        return list(session.exec(select(OutboxRow).order_by(col(OutboxRow.id))))


def test_words_to_one_destination_leave_in_their_order(town: Town, post: Post) -> None:
    with town.ledger() as ledger:
        for n in range(5):
            put(ledger, CHANNEL, str(n))

    assert carry_all(bag(town, post)) == 5
    assert post.texts == ["0", "1", "2", "3", "4"]
    assert {(row.status, row.payload_sealed) for row in rows(town)} == {(Delivery.SENT, None)}


def test_a_failing_destination_holds_up_its_own_words_and_nobody_elses(town: Town, post: Post) -> None:
    post.answers[CHANNEL] = fail(SendFailed("server"))
    with town.ledger() as ledger:
        put(ledger, CHANNEL, "a1")
        put(ledger, CHANNEL, "a2")
        put(ledger, "slack:C2", "b1")

    carry_all(bag(town, post))
    assert post.texts == ["a1", "b1"]

    del post.answers[CHANNEL]
    town.now += timedelta(minutes=1)
    carry_all(bag(town, post))
    assert post.texts == ["a1", "b1", "a1", "a2"]


def test_what_is_urgent_passes_the_rest_and_keeps_its_own_order(town: Town, post: Post) -> None:
    with town.ledger() as ledger:
        put(ledger, CHANNEL, "plain")
        put(ledger, CHANNEL, "urgent 1", urgent=True)
        put(ledger, CHANNEL, "urgent 2", urgent=True)
    post.answers[CHANNEL] = fail(SendFailed("server"))
    carry_all(bag(town, post))
    assert post.texts == ["urgent 1", "plain"]

    del post.answers[CHANNEL]
    town.now += timedelta(minutes=1)
    carry_all(bag(town, post))
    assert post.texts[2:] == ["urgent 1", "urgent 2", "plain"]


def test_what_waits_for_the_morning_holds_up_nothing(town: Town, post: Post) -> None:
    with town.ledger() as ledger:
        put(ledger, "line:U1", "tomorrow", next_at=town.now + timedelta(hours=20))
        put(ledger, "line:U1", "now")

    carry_all(bag(town, post))
    assert post.texts == ["now"]


def test_a_channel_is_given_a_second_between_posts(town: Town, post: Post) -> None:
    with town.ledger() as ledger:
        put(ledger, CHANNEL, "1")
        put(ledger, CHANNEL, "2")
        put(ledger, "slack:C2", "other channel")
    carry_all(bag(town, post, CHANNEL_PAUSE))
    assert post.texts == ["1", "other channel"]

    with town.ledger() as ledger:
        put(ledger, CHANNEL, "3")  # comes during the pause, and must not overtake
        put(ledger, CHANNEL, "urgent", urgent=True)
    town.now += CHANNEL_PAUSE / 2
    assert carry_all(bag(town, post, CHANNEL_PAUSE)) == 0

    for _ in range(4):
        town.now += CHANNEL_PAUSE
        carry_all(bag(town, post, CHANNEL_PAUSE))
    assert post.texts == ["1", "other channel", "urgent", "2", "3"]


def test_a_free_reply_is_used_while_it_lasts(town: Town, post: Post) -> None:
    with town.ledger() as ledger:
        for event in ("e1", "e2"):
            heard = Incoming("line:main", event, "text", "line:U1", "line:U1", town.now)
            until = town.now + timedelta(seconds=50)
            outbox.answer(ledger, replace(heard, reply_token=event, reply_until=until), Say("text", text=event))

    carry(bag(town, post))
    town.now += timedelta(seconds=51)
    carry(bag(town, post))

    assert [(p.reply_token, p.may_push) for p in post.carried] == [("e1", True), (None, True)]


def test_the_reserve_of_pushes_is_kept_for_alarms(town: Town, post: Post) -> None:
    with town.ledger() as ledger:
        ledger.add(PushCount(council_id=ledger.council_id, month="2026-11", used=180))
        put(ledger, "line:U1", "tidings")
        put(ledger, "line:U2", "alarm", urgent=True)
        for part in ("answer", outbox.EMERGENCY):
            incoming = Incoming("line:main", part, "text", "line:U3", "line:U3", town.now, reply_token="t")
            outbox.answer(ledger, incoming, Say("text", text=part), part)

    carry_all(bag(town, post))

    may = {p.say.text: p.may_push for p in post.carried}
    assert may == {"tidings": False, "alarm": True, "answer": False, outbox.EMERGENCY: True}


def test_what_does_not_fit_into_the_month_waits_for_the_next(town: Town, post: Post) -> None:
    post.answers["line:U1"] = fail(SendFailed("no_push", needs_push=True))
    with town.ledger() as ledger:
        put(ledger, "line:U1", "tidings")
        put(ledger, "line:U2", "other")
    carry_all(bag(town, post))

    row = rows(town)[0]
    assert (row.status, row.reason, row.tries) == (Delivery.WAITING, "budget", 0)
    assert row.next_at == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)  # nine in the morning in Japan
    assert post.texts == ["tidings", "other"]


def test_pushes_are_counted_in_the_month_of_japan(town: Town, post: Post) -> None:
    post.answers["line:U1"] = lambda posting: Sent(pushes=1)
    for at in (datetime(2026, 11, 30, 14, 59, tzinfo=UTC), datetime(2026, 11, 30, 15, 0, tzinfo=UTC)):
        town.now = at
        with town.ledger() as ledger:
            put(ledger, "line:U1", str(at))
        carry_all(bag(town, post))

    with town.ledger() as ledger:
        assert {c.month: c.used for c in ledger.all(PushCount)} == {"2026-11": 1, "2026-12": 1}
        assert budget.used(ledger) == 1


def test_what_cannot_succeed_is_shown_to_a_person_who_can_send_it_again(town: Town, post: Post) -> None:
    post.answers["line:U1"] = fail(SendFailed("bad_request", permanent=True))
    with town.ledger() as ledger:
        put(ledger, "line:U1", "words")
    carry_all(bag(town, post))
    first = rows(town)[0]
    assert (first.status, first.reason) == (Delivery.FAILED, "bad_request")

    del post.answers["line:U1"]
    with town.ledger() as ledger:
        delivery.send_again(ledger, ledger.one(OutboxRow), by_id=None)  # type: ignore[arg-type]
    carry_all(bag(town, post))

    again = rows(town)[0]
    assert (again.status, post.texts) == (Delivery.SENT, ["words", "words"])
    assert again.retry_key != first.retry_key
    assert post.carried[1].was_attempted is False


def test_sending_again_leaves_alone_what_did_not_fail(town: Town, post: Post) -> None:
    with town.ledger() as ledger:
        put(ledger, "line:U1", "words")
    carry_all(bag(town, post))
    with town.ledger() as ledger:
        delivery.send_again(ledger, ledger.one(OutboxRow), by_id=None)  # type: ignore[arg-type]

    assert carry_all(bag(town, post)) == 0


def test_temporary_failures_back_off_and_end_with_a_person(town: Town, post: Post) -> None:
    post.answers["line:U1"] = fail(SendFailed("server"))
    with town.ledger() as ledger:
        first = town.now - GIVE_UP_AFTER + timedelta(hours=1)
        put(ledger, "line:U1", "words", attempted_at=first, tries=90)
    while rows(town)[0].status == Delivery.WAITING and town.now < first + timedelta(days=2):
        carry_all(bag(town, post))
        town.now = max(rows(town)[0].next_at, town.now + timedelta(seconds=1))

    assert rows(town)[0].status == Delivery.FAILED
    assert GIVE_UP_AFTER < town.now - first < GIVE_UP_AFTER + timedelta(minutes=30)
    assert 4 <= len(post.carried) <= 9


def test_a_platform_that_asks_to_wait_is_obeyed(town: Town, post: Post) -> None:
    post.answers[CHANNEL] = fail(SendFailed("rate", retry_after=30))
    with town.ledger() as ledger:
        put(ledger, CHANNEL, "words")
    carry_all(bag(town, post))

    assert timedelta(seconds=30) <= rows(town)[0].next_at - town.now < timedelta(seconds=32)


def test_what_waited_over_the_weekend_is_not_given_up_at_its_first_failure(town: Town, post: Post) -> None:
    post.answers["line:U1"] = fail(SendFailed("server"))
    with town.ledger() as ledger:
        put(ledger, "line:U1", "words", next_at=town.now + timedelta(days=3))
    town.now += timedelta(days=3)
    carry_all(bag(town, post))

    assert rows(town)[0].status == Delivery.WAITING


def test_after_a_crash_between_call_and_record_the_platform_is_told(town: Town, post: Post) -> None:
    class Killed(BaseException):
        pass

    def die(posting: Posting) -> Sent:
        raise Killed

    post.answers[CHANNEL] = die
    with town.ledger() as ledger:
        put(ledger, CHANNEL, "words")
    with pytest.raises(Killed):
        carry(bag(town, post))
    del post.answers[CHANNEL]

    assert carry_all(bag(town, post)) == 0  # another hand leaves it alone while the lease runs
    town.now += LEASE + timedelta(seconds=1)
    assert carry_all(bag(town, post)) == 1

    assert [p.was_attempted for p in post.carried] == [False, True]
    assert len({p.retry_key for p in post.carried}) == 1


def test_a_fault_of_ours_loses_nothing(town: Town, post: Post) -> None:
    def stumble(posting: Posting) -> Sent:
        raise KeyError("x")

    post.answers[CHANNEL] = stumble
    with town.ledger() as ledger:
        put(ledger, CHANNEL, "words")
    carry_all(bag(town, post))

    row = rows(town)[0]
    assert (row.status, row.reason, row.tries) == (Delivery.WAITING, "KeyError", 1)


def test_a_word_under_a_thread_waits_for_the_threads_first_message(town: Town, post: Post) -> None:
    post.answers[CHANNEL] = fail(SendFailed("server"))
    with town.ledger() as ledger:
        root = put(ledger, CHANNEL, "root")
        put(ledger, CHANNEL, "under", urgent=True, under_id=root.id)
    carry_all(bag(town, post))
    assert post.texts == ["root"]

    del post.answers[CHANNEL]
    town.now += timedelta(minutes=1)
    carry_all(bag(town, post))
    town.now += timedelta(minutes=1)
    carry_all(bag(town, post))
    said = [(p.say.text, p.under) for p in post.carried[1:]]
    assert said == [("root", None), ("under", f"C0COUNCIL/{root.id}")]


def test_replacing_what_was_never_sent_is_dropped_without_a_call(town: Town, post: Post) -> None:
    with town.ledger() as ledger:
        root = put(ledger, CHANNEL, "root", status=Delivery.CANCELLED)
        put(ledger, CHANNEL, "replaced", target_id=root.id)
        put(ledger, CHANNEL, "under", under_id=root.id)
    carry_all(bag(town, post))

    assert post.carried == []
    assert [row.status for row in rows(town)] == [Delivery.CANCELLED] * 3


def test_a_person_who_cannot_be_reached_any_more_is_noted(town: Town, post: Post) -> None:
    town.hear("U1", "公園のベンチがこわれています")
    post.answers["line:U1"] = fail(SendFailed("blocked", permanent=True, is_closed=True))
    with town.ledger() as ledger:
        row = ledger.one(OutboxRow)
        row.person_id = ledger.one(Address).person_id
        ledger.session.add(row)
    carry_all(bag(town, post))

    with town.ledger() as ledger:
        assert ledger.one(Address).is_reachable is False


# --- taken back while it is on its way ---------------------------------------------------------------------


def test_a_post_that_is_under_way_when_its_concern_is_taken_back_is_replaced(town: Town, post: Post) -> None:
    """The channel must not keep what its writer took back while the call was running."""
    town.hear("U1", "公園のベンチがこわれています", message="m1")
    town.settle()

    def take_back(posting: Posting) -> Sent:
        del post.answers[CHANNEL]
        town.hear("U1", "取り下げます 1")
        return Sent(ref="C0COUNCIL/1.1")

    post.answers[CHANNEL] = take_back
    carry_all(bag(town, post))
    town.now += timedelta(seconds=10)
    carry_all(bag(town, post))

    in_channel = [p for p in post.carried if p.destination == CHANNEL]
    assert "ベンチ" in in_channel[0].say.text
    assert [(p.say.kind, p.target) for p in in_channel[1:]] == [("replace", "C0COUNCIL/1.1")]
    assert "ベンチ" not in in_channel[1].say.text


def test_a_post_that_may_have_arrived_is_looked_for_with_neutral_words(town: Town, post: Post) -> None:
    town.hear("U1", "公園のベンチがこわれています", message="m1")
    town.settle()
    post.answers[CHANNEL] = fail(SendFailed("timeout"))
    carry_all(bag(town, post))
    town.hear("U1", "取り下げます 1")
    del post.answers[CHANNEL]
    for _ in range(3):
        town.now += timedelta(minutes=1)
        carry_all(bag(town, post))

    again = [p for p in post.carried if p.destination == CHANNEL][1:]
    assert [(p.say.kind, p.was_attempted) for p in again] == [("post", True), ("replace", False)]
    assert not any("ベンチ" in p.say.text for p in again)


def test_a_post_that_never_left_is_never_made_when_its_concern_is_taken_back(town: Town, post: Post) -> None:
    town.hear("U1", "公園のベンチがこわれています", message="m1")
    town.settle()
    town.hear("U1", "取り下げます 1")
    carry_all(bag(town, post))

    assert [p for p in post.carried if p.destination == CHANNEL] == []


def test_a_picture_is_kept_sealed_and_not_at_all_once_it_was_unsent(town: Town, post: Post) -> None:
    picture = Sent(content=b"jpeg", content_type="image/jpeg")
    post.answers["line:U1"] = lambda p: picture if p.say.message else Sent()
    kept = town.hear("U1", kind="picture")
    carry_all(bag(town, post))
    town.settle()
    slip = town.hear("U1", kind="picture")
    town.hear("U1", kind="unsent", message=slip)
    carry_all(bag(town, post))

    with town.ledger() as ledger:
        first, second = ledger.all(Part)
        assert first.content_type == "image/jpeg"
        assert first.content_sealed is not None
        assert b"jpeg" not in first.content_sealed
        assert second.content_sealed is None
    assert [p.say.message for p in post.carried if p.say.kind == "fetch"] == [kept]


def test_a_picture_that_is_unsent_during_the_call_is_not_kept(town: Town, post: Post) -> None:
    slip = town.hear("U1", kind="picture")

    def fetch(posting: Posting) -> Sent:
        if posting.say.kind == "fetch":
            town.hear("U1", kind="unsent", message=slip)
        return Sent(content=b"jpeg", content_type="image/jpeg")

    post.answers["line:U1"] = fetch
    carry_all(bag(town, post))

    with town.ledger() as ledger:
        assert [part.content_sealed for part in ledger.all(Part)] == [None]


# --- several hands ----------------------------------------------------------------------------------------


def test_many_hands_say_each_word_once_and_in_order(both_towns: Town, post: Post) -> None:
    town = both_towns
    channels = [f"slack:C{n}" for n in range(3)]
    with town.ledger() as ledger:
        for n, channel in itertools.product(range(10), channels):
            put(ledger, channel, str(n))

    def work() -> None:
        while any(row.status == Delivery.WAITING for row in rows(town)):
            carry(bag(town, post))

    with ThreadPoolExecutor(4) as hands:
        for hand in [hands.submit(work) for _ in range(4)]:
            hand.result(60)

    said = {c: [p.say.text for p in post.carried if p.destination == c] for c in channels}
    assert said == {c: [str(n) for n in range(10)] for c in channels}


def test_long_identities_that_differ_only_at_their_end_are_two(both_towns: Town) -> None:
    with both_towns.ledger() as ledger:
        for event in ("e" * 120 + "1", "e" * 120 + "2", "e" * 120 + "1"):
            incoming = Incoming("line:main", event, "text", "line:U1", "line:U1", both_towns.now)
            outbox.answer(ledger, incoming, Say("text", text=event))

    assert len(rows(both_towns)) == 2


def test_words_in_a_thread_go_with_the_concern_that_they_came_from(town: Town, post: Post) -> None:
    """A merged concern's words stand in the other thread, too."""
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", "第二公園のすべり台のねじが出ています")
    town.settle()
    town.hear("U2", "第二公園のすべり台、ねじが危ないです")
    town.settle()
    town.hear("Uofficer", "まとめる 2 1")
    carry_all(bag(town, post))
    under = [p for p in post.carried if p.under == f"C0COUNCIL/{_root(town)}"]
    voice = next(p for p in under if "ねじが危ない" in p.say.text)

    town.hear("U2", "取り下げます 2")
    post.carried.clear()
    carry_all(bag(town, post))

    replaced = {p.target: p.say.text for p in post.carried if p.say.kind == "replace"}
    assert replaced[f"C0COUNCIL/{voice.row_id}"] == "受付2は取り下げられました。"
    assert not any("ねじが危ない" in p.say.text for p in post.carried)


def _root(town: Town) -> int | None:
    with town.ledger() as ledger:
        return topics.find(ledger, 1).root_id
