"""When a way is closed, costs too much or is blocked: the words wait, go another way, or a person is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col

from bot import budget, closures, contact, courier, held, outbox, people
from bot.courier import carry_all
from bot.messages import Allowance, Posting, Say, SendFailed, Sent
from storage.ledger import Ledger
from storage.outbox import Closure, Delivery, OutboxRow, PushCount
from storage.people import Person, Role
from tests.bot.test_courier import Post, bag, fail, put, rows
from tests.conftest import Town

GONE = SendFailed("blocked", permanent=True, is_closed=True)
REVOKED = SendFailed("token_revoked", closes="platform")
ARCHIVED = SendFailed("is_archived", closes="room")


@pytest.fixture
def post() -> Post:
    return Post()


def person(ledger: Ledger, user: str) -> Person:
    found = people.find(ledger, f"line:{user}")
    assert found is not None
    return found


def on_slack(town: Town, user: str) -> None:
    """Let somebody who is on LINE join on Slack too, long enough ago not to be told there first."""
    with town.ledger() as ledger:
        people._add_address(ledger, person(ledger, user), f"slack:{user}")
        way = ledger.all(people.Address, col(people.Address.scheme) == "slack")[-1]
        way.heard_at = town.now - timedelta(days=90)
        ledger.session.add(way)


def with_mail(town: Town, user: str) -> None:
    with town.ledger() as ledger:
        one = person(ledger, user)
        contact.set_mail(ledger, one, f"{user.lower()}@example.jp", one)


def spend(town: Town, pushes: int) -> None:
    with town.ledger() as ledger:
        budget.count(ledger, pushes)


def tell(town: Town, user: str, text: str, **more: bool) -> None:
    with town.ledger() as ledger:
        outbox.tell(ledger, person(ledger, user), Say("text", text=text), f"d:{user}:{text}", **more)


def pushes(posting: Posting) -> Sent:
    """Answer as LINE does: the free reply, a push where it is allowed, or the word that there is none left."""
    if posting.reply_token:
        return Sent("m", took_along=bool(posting.along))
    if not posting.may_push:
        raise SendFailed("budget", needs_push=True)
    return Sent("m", pushes=1)


def quiet(town: Town) -> None:
    """Let what was said before count as said."""
    town.deliver()


# --- the month's pushes -------------------------------------------------------------------------------------


def test_what_no_push_pays_for_goes_with_the_answer_to_the_persons_next_message(town: Town, post: Post) -> None:
    town.hear("U1", "使い方")
    quiet(town)
    spend(town, 200)
    post.answers["line:U1"] = pushes
    tell(town, "U1", "次の役員会で話し合います")
    carry_all(bag(town, post))
    assert [row.reason for row in rows(town) if row.status == Delivery.WAITING] == ["budget"]

    town.hear("U1", "使い方", reply_token="t1", reply_until=town.now + timedelta(seconds=50))
    carry_all(bag(town, post))

    assert [say.text for say in post.carried[-1].along] == ["次の役員会で話し合います"]
    assert all(row.status == Delivery.SENT for row in rows(town))


def test_what_could_not_go_along_waits_for_the_message_after(town: Town, post: Post) -> None:
    town.hear("U1", "使い方")
    quiet(town)
    spend(town, 200)
    post.answers["line:U1"] = pushes
    tell(town, "U1", "お知らせ")
    carry_all(bag(town, post))
    post.answers["line:U1"] = lambda posting: Sent("m")  # the reply took only the answer
    town.hear("U1", "使い方", reply_token="t1", reply_until=town.now + timedelta(seconds=50))
    carry_all(bag(town, post))

    assert [row.reason for row in rows(town) if row.status == Delivery.WAITING] == ["budget"]


def test_a_second_try_of_an_answer_takes_the_same_words_along(town: Town, post: Post) -> None:
    town.hear("U1", "使い方")
    quiet(town)
    spend(town, 200)
    post.answers["line:U1"] = pushes
    tell(town, "U1", "ひとつめ")
    carry_all(bag(town, post))
    town.hear("U1", "使い方", reply_token="t1", reply_until=town.now + timedelta(seconds=50))
    post.answers["line:U1"] = fail(SendFailed("network"))
    carry_all(bag(town, post))
    with town.ledger() as ledger:  # something else begins to wait meanwhile
        row = put(ledger, "line:U1", "ふたつめ")
        held.hold(ledger, row)
    post.answers["line:U1"] = pushes
    town.now += timedelta(seconds=5)
    carry_all(bag(town, post))

    assert [say.text for say in post.carried[-1].along] == ["ひとつめ"]


def test_a_free_way_is_taken_before_a_month_is_waited_for(town: Town, post: Post) -> None:
    town.join("Uofficer", Role.OFFICER)
    on_slack(town, "Uofficer")
    quiet(town)
    spend(town, 200)
    quiet(town)
    post.answers["line:Uofficer"] = pushes
    tell(town, "Uofficer", "下書きができました")
    carry_all(bag(town, post))

    assert [p.destination for p in post.carried if p.say.text == "下書きができました"] == [
        "line:Uofficer",
        "slack:Uofficer",
    ]


def test_somebody_heard_on_a_free_platform_lately_is_told_there_first(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    with town.ledger() as ledger:
        people._add_address(ledger, person(ledger, "Uofficer"), "slack:Uofficer")
    town.now += timedelta(days=1)
    town.hear("Uofficer", "使い方")

    with town.ledger() as ledger:
        assert outbox.way_to(ledger, person(ledger, "Uofficer")) == "slack:Uofficer"
        person(ledger, "Uofficer").way = "line"
        assert outbox.way_to(ledger, person(ledger, "Uofficer")) == "line:Uofficer"


def test_officers_hear_once_a_month_that_pushes_run_low(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    spend(town, 139)
    assert not any("残り少なく" in say.text for say in town.words("Uofficer"))
    spend(town, 1)
    spend(town, 5)

    assert sum("残り少なく" in say.text for say in town.words("Uofficer")) == 1


def test_lines_own_figures_are_taken_over(town: Town) -> None:
    with town.ledger() as ledger:
        budget.count(ledger, 5)
        budget.take_over(ledger, Allowance(quota=300, used=120))
        budget.count(ledger, 1)

        assert (budget.used(ledger), budget.quota(ledger), budget.left(ledger)) == (121, 300, 179)
        assert not budget.is_stale(ledger)
    town.now += timedelta(hours=7)
    with town.ledger() as ledger:
        assert budget.is_stale(ledger)


def test_a_plan_without_a_limit_never_runs_low(town: Town) -> None:
    with town.ledger() as ledger:
        budget.take_over(ledger, Allowance(quota=None, used=5_000))
        assert not budget.is_low(ledger)


def test_the_courier_asks_line_and_keeps_on_when_it_does_not_say(town: Town, post: Post) -> None:
    carried = bag(town, post)
    line = replace(carried.platforms["line"], allowance=lambda: Allowance(500, 41))
    silent = replace(line, allowance=_refuse)

    assert not courier.ask_allowance(replace(carried, platforms={"line": silent}))
    assert courier.ask_allowance(replace(carried, platforms={"line": line}))
    with town.ledger() as ledger:
        assert (budget.used(ledger), budget.quota(ledger)) == (41, 500)


def _refuse() -> Allowance:
    raise SendFailed("network")


def test_lines_word_that_all_is_used_up_counts_from_then_on(town: Town, post: Post) -> None:
    town.hear("U1", "使い方")
    quiet(town)
    tell(town, "U1", "お知らせ")
    post.answers["line:U1"] = fail(SendFailed("monthly_limit", needs_push=True))
    carry_all(bag(town, post))

    with town.ledger() as ledger:
        assert budget.left(ledger) == 0
        assert held.count(ledger) == 1


def test_a_new_month_lets_what_waited_go(town: Town, post: Post) -> None:
    town.hear("U1", "使い方")
    quiet(town)
    spend(town, 200)
    post.answers["line:U1"] = pushes
    tell(town, "U1", "お知らせ")
    carry_all(bag(town, post))
    town.now += timedelta(days=40)
    carry_all(bag(town, post))

    assert rows(town)[-1].status == Delivery.SENT
    with town.ledger() as ledger:
        assert sorted(count.used for count in ledger.all(PushCount)) == [1, 200]


# --- blocked ------------------------------------------------------------------------------------------------


def test_a_blocked_person_is_reached_by_another_way(town: Town, post: Post) -> None:
    town.join("Uofficer", Role.OFFICER)
    on_slack(town, "Uofficer")
    quiet(town)
    post.answers["line:Uofficer"] = fail(GONE)
    tell(town, "Uofficer", "下書きができました")
    carry_all(bag(town, post))

    assert post.carried[-1].destination == "slack:Uofficer"
    with town.ledger() as ledger:
        assert outbox.way_to(ledger, person(ledger, "Uofficer")) == "slack:Uofficer"


def test_what_still_waits_follows_when_somebody_blocks_the_account(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    on_slack(town, "Uofficer")
    quiet(town)
    tell(town, "Uofficer", "下書きができました")
    town.hear("Uofficer", kind="unfollow")

    with town.ledger() as ledger:
        row = ledger.one(OutboxRow, col(OutboxRow.status) == Delivery.WAITING)
        assert (row.scheme, outbox.open_say(ledger, row).text) == ("slack", "下書きができました")  # type: ignore[union-attr]


def test_no_way_is_tried_twice_for_the_same_words(town: Town, post: Post) -> None:
    town.join("Uofficer", Role.OFFICER)
    on_slack(town, "Uofficer")
    quiet(town)
    post.answers["line:Uofficer"] = post.answers["slack:Uofficer"] = fail(GONE)
    tell(town, "Uofficer", "下書きができました")
    carry_all(bag(town, post))

    assert [p.destination for p in post.carried] == ["line:Uofficer", "slack:Uofficer"]
    assert rows(town)[-1].status == Delivery.FAILED


# --- closed -------------------------------------------------------------------------------------------------


def test_a_revoked_token_stops_the_platform_and_an_officer_hears_elsewhere(town: Town, post: Post) -> None:
    town.join("Uofficer", Role.OFFICER)
    quiet(town)
    with town.ledger() as ledger:
        for n in range(5):
            put(ledger, f"slack:C{n}", f"受付{n}")
    for n in range(5):
        post.answers[f"slack:C{n}"] = fail(REVOKED)
    carry_all(bag(town, post))

    assert sum(p.destination.startswith("slack") for p in post.carried) == 1
    assert "Slackに、いまお知らせを送れません" in post.carried[-1].say.text
    assert post.carried[-1].destination == "line:Uofficer"
    assert sum(row.status == Delivery.WAITING for row in rows(town)) == 5


def test_one_word_every_ten_minutes_tries_whether_it_is_open_again(town: Town, post: Post) -> None:
    with town.ledger() as ledger:
        for n in range(5):
            put(ledger, f"slack:C{n}", f"受付{n}")
    for n in range(5):
        post.answers[f"slack:C{n}"] = fail(REVOKED)
    carry_all(bag(town, post))
    for _ in range(6):
        town.now += timedelta(minutes=5)
        carry_all(bag(town, post))
    assert len(post.carried) == 4

    post.answers.clear()
    town.now += timedelta(minutes=10)
    carry_all(bag(town, post))
    assert all(row.status == Delivery.SENT for row in rows(town))
    with town.ledger() as ledger:
        assert closures.present(ledger) == []


def test_an_archived_channel_holds_up_no_other_room(town: Town, post: Post) -> None:
    with town.ledger() as ledger:
        put(ledger, "slack:C1", "一")
        put(ledger, "slack:C2", "二")
    post.answers["slack:C1"] = fail(ARCHIVED)
    carry_all(bag(town, post))

    assert [row.status for row in rows(town)] == [Delivery.WAITING, Delivery.SENT]


def test_somebody_who_has_mended_it_need_not_wait(town: Town, post: Post) -> None:
    town.join("Uofficer", Role.OFFICER)
    quiet(town)
    with town.ledger() as ledger:
        put(ledger, "slack:C1", "一")
    post.answers["slack:C1"] = fail(ARCHIVED)
    carry_all(bag(town, post))
    post.answers.clear()
    with town.ledger() as ledger:
        closures.try_now(ledger, ledger.one(Closure), person(ledger, "Uofficer"))
    carry_all(bag(town, post))

    assert rows(town)[-2].status == Delivery.SENT or rows(town)[-1].status == Delivery.SENT
    with town.ledger() as ledger:
        assert closures.present(ledger) == []


# --- urgent -------------------------------------------------------------------------------------------------


def test_an_alert_goes_by_every_way_at_once(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    on_slack(town, "Uofficer")
    with_mail(town, "Uofficer")
    town.hear("U1", "隣の人が倒れて返事がない")

    with town.ledger() as ledger:
        alerts = [r for r in ledger.all(OutboxRow) if r.dedupe.startswith("alert:")]
        assert sorted(row.scheme for row in alerts) == ["line", "mailto", "slack"]
        assert all(row.is_urgent for row in alerts)
