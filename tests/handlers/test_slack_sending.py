"""Each word arrives on Slack once, whatever becomes of the answers; and a refusal says whether to try again."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.messages import Choice, Field, Posting, Say, SendFailed, Sent
from bot.settings import Settings
from handlers.practice.faults import Faults, Trouble
from handlers.practice.running import running
from handlers.practice.slack_platform import SlackPlatform
from handlers.slack.sending import Voice

BOT, HANA, COUNCIL = "xoxb-practice", "U0HANA0001", "C0COUNCIL1"
FORM = Say("form", title="気づきを書く", text="どうぞ", fields=(Field("text", "気になること", is_long=True),))


class Town:
    """A stand-in for Slack on a port, and Kizuki's voice in it."""

    def __init__(self) -> None:
        self.faults = Faults(seed=1)
        self.heard: list[bytes] = []
        self.slack = SlackPlatform(self.hear, self.now, "secret", BOT, "xapp-practice", faults=self.faults)
        self.slack.add_channel(COUNCIL, "地区社協")
        self.slack.add_user(HANA, "hana", "花")
        self.voice = Voice(Settings())

    async def hear(self, kind: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        return 200, b""

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

    def send(self, posting: Posting) -> Sent:
        return self.voice.send(posting)

    def refusal(self, posting: Posting) -> SendFailed:
        with pytest.raises(SendFailed) as caught:
            self.send(posting)
        return caught.value

    @property
    def texts(self) -> list[str]:
        return self.slack.channel(COUNCIL).texts

    @property
    def said_to_hana(self) -> list[str]:
        return self.slack.dm(HANA).texts


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    with running(Starlette(routes=[Mount("/slack", routes=town.slack.routes())])) as origin:
        town.slack.base_url = f"{origin}/slack"
        town.voice = Voice(Settings(slack_bot_token=BOT, slack_api_url=f"{origin}/slack/api/"))
        yield town


def posting(say: Say, to: str = f"slack:{COUNCIL}", row_id: int = 7, **more: Any) -> Posting:
    given = {"under": None, "target": None, "reply_token": None, "may_push": False, "was_attempted": False}
    return Posting(row_id=row_id, say=say, destination=to, retry_key=f"key-{row_id}", **{**given, **more})


def post(text: str = "街灯が切れています", **more: Any) -> Posting:
    return posting(Say("post", text=text), **more)


def test_a_post_stands_in_the_channel_and_its_thread_below(town: Town):
    root = town.send(post(title := "受付12"))
    under = town.send(post("見ました", row_id=8, under=root.ref))

    thread = town.slack.channel(COUNCIL).threads[0]
    assert (thread.root["text"], [reply["text"] for reply in thread.replies]) == (title, ["見ました"])
    assert root.ref == f"{COUNCIL}/{thread.root['ts']}"
    assert under.ref == f"{COUNCIL}/{thread.replies[0]['ts']}"


def test_words_to_a_person_go_into_their_direct_messages(town: Town):
    for row_id in (1, 2):
        town.send(posting(Say("text", text=f"お知らせ{row_id}"), f"slack:{HANA}", row_id))

    assert town.said_to_hana == ["お知らせ1", "お知らせ2"]
    assert [call.method for call in town.slack.calls].count("conversations.open") == 1


def test_an_answer_in_a_thread_stays_there(town: Town):
    ts = asyncio.run(town.slack.say(HANA, COUNCIL, "@気づき 街灯")).ts

    town.send(posting(Say("text", text="受け付けました"), f"slack:{COUNCIL}/{ts}"))

    assert [reply["text"] for reply in town.slack.channel(COUNCIL).replies(ts)] == ["受け付けました"]


def test_an_answer_to_a_press_is_seen_by_whoever_pressed_alone(town: Town):
    root = town.send(post())

    town.send(posting(Say("text", text="担当の方だけです"), f"slack:{root.ref}@{HANA}", 8))

    shown = town.slack.channel(COUNCIL).ephemeral
    assert [(one["to"], one["text"]) for one in shown] == [(HANA, "担当の方だけです")]
    assert town.texts == ["街灯が切れています"]


@pytest.mark.parametrize(
    "trouble", [Trouble.DROP_AFTER, Trouble.ERROR_AFTER, Trouble.DROP_BEFORE, Trouble.ERROR_BEFORE]
)
@pytest.mark.parametrize("place", ["channel", "thread", "person"])
def test_a_lost_answer_never_makes_two_posts(town: Town, trouble: Trouble, place: str):
    root = town.send(post("受付12", row_id=1))
    to = f"slack:{HANA}" if place == "person" else f"slack:{COUNCIL}"
    words = posting(Say("post", text="一度だけ"), to, under=root.ref if place == "thread" else None)
    town.faults.add(trouble, "chat.postMessage", times=1)

    first = town.refusal(words)
    again = town.send(replace(words, was_attempted=True))

    said = town.said_to_hana if place == "person" else town.texts
    assert not first.permanent
    assert said.count("一度だけ") == 1
    channel, ts = str(again.ref).split("/")
    assert town.slack.state.channels[channel].messages[ts]["text"] == "一度だけ"


def test_a_lost_answer_is_found_behind_many_others(town: Town):
    words = post("一度だけ", row_id=1)
    town.faults.add(Trouble.DROP_AFTER, "chat.postMessage", times=1)
    town.refusal(words)
    for row_id in range(2, 230):
        town.slack.state.add(town.slack.channel(COUNCIL), {"user": HANA, "text": str(row_id)})

    town.send(replace(words, was_attempted=True))

    assert town.texts.count("一度だけ") == 1


def test_the_mark_of_another_row_is_not_taken_for_this_one(town: Town):
    town.send(post("前の話", row_id=1))

    town.send(post("今度の話", row_id=2, was_attempted=True))

    assert town.texts == ["前の話", "今度の話"]


def test_a_post_is_replaced_and_deleted_in_place(town: Town):
    ref = town.send(post()).ref

    town.send(posting(Say("replace", text="済みました"), target=ref))
    assert town.texts == ["済みました"]

    town.send(posting(Say("delete"), target=ref))
    assert town.texts == []


def test_what_is_gone_already_needs_no_deleting(town: Town):
    ref = town.send(post()).ref
    for _ in range(2):
        town.send(posting(Say("delete"), target=ref))

    town.send(posting(Say("replace", text="済"), target=ref))
    assert town.texts == []


def test_a_home_page_is_published_for_one_person(town: Town):
    home = Say("home", blocks=(Say("text", title="地区社協", text="ようこそ"), Say("text", text="二枚目")))

    town.send(posting(home, f"slack:{HANA}"))

    assert [block["type"] for block in town.slack.home(HANA)] == ["header", "section", "divider", "section"]


def test_a_form_opens_before_whoever_asked(town: Town):
    trigger = town.slack.state.trigger(HANA, 3)

    town.send(posting(replace(FORM, trigger=trigger), f"slack:{HANA}"))
    modal = town.slack.modal(HANA)
    assert modal is not None
    assert modal["title"]["text"] == "気づきを書く"

    answer = asyncio.run(town.slack.submit(HANA, {"value": "街灯が切れています"}))
    assert answer.status == 200


def test_a_form_that_comes_too_late_asks_in_words(town: Town):
    trigger = town.slack.state.trigger(HANA, -1)

    for say in (replace(FORM, trigger=trigger), FORM):
        town.send(posting(say, f"slack:{HANA}"))

    assert town.slack.modal(HANA) is None
    assert all("書いて送ってください" in text for text in town.said_to_hana)
    assert len(town.said_to_hana) == 2


def test_a_form_whose_answer_was_lost_is_open_already(town: Town):
    words = posting(replace(FORM, trigger=town.slack.state.trigger(HANA, 3)), f"slack:{HANA}")
    town.faults.add(Trouble.DROP_AFTER, "views.open", times=1)

    town.refusal(words)
    town.send(replace(words, was_attempted=True))

    assert town.slack.modal(HANA) is not None
    assert town.said_to_hana == []


def test_slack_says_how_long_to_wait(town: Town):
    town.faults.add(Trouble.RATE_LIMITED, times=1, retry_after_seconds=17)

    refusal = town.refusal(post())

    assert (refusal.reason, refusal.retry_after, refusal.permanent) == ("ratelimited", 17.0, False)


@pytest.mark.parametrize(
    ("trouble", "reason", "closes"),
    [
        (Trouble.TOKEN_REVOKED, "token_revoked", "platform"),
        (Trouble.CHANNEL_ARCHIVED, "is_archived", "room"),
    ],
)
def test_what_somebody_can_mend_keeps_the_words(town: Town, trouble: Trouble, reason: str, closes: str):
    town.faults.add(trouble, times=1)

    refusal = town.refusal(post())

    assert (refusal.reason, refusal.closes) == (reason, closes)
    assert (refusal.permanent, refusal.is_closed) == (False, False)


def test_a_channel_without_the_bot_waits_for_an_invitation(town: Town):
    town.slack.add_channel("C0OTHER001", "雑談", bot_in=False)

    assert town.refusal(post(to="slack:C0OTHER001")).reason == "not_in_channel"
    assert not town.refusal(post(to="slack:C0NOWHERE1")).permanent


def test_a_person_who_is_gone_is_not_waited_for(town: Town):
    refusal = town.refusal(posting(Say("text", text="お知らせ"), "slack:U0NOBODY01"))

    assert (refusal.reason, refusal.permanent, refusal.is_closed) == ("user_not_found", True, True)


def test_a_thread_that_is_gone_is_not_waited_for(town: Town):
    assert town.refusal(post(under=f"{COUNCIL}/1.000001")).permanent


def test_a_silent_network_is_tried_again(town: Town):
    town.voice = Voice(Settings(slack_bot_token=BOT, slack_api_url="http://127.0.0.1:9/api/"))

    refusal = town.refusal(post())

    assert (refusal.reason, refusal.permanent) == ("network", False)


def test_what_slack_cannot_do_is_set_aside(town: Town):
    assert town.refusal(posting(Say("fetch", message="F1"))).permanent
    assert town.refusal(posting(Say("home", blocks=()), f"slack:{COUNCIL}")).permanent
    assert town.refusal(posting(Say("delete"))).permanent


def test_a_press_on_what_was_said_comes_back_as_its_sentence(town: Town):
    say = Say("post", text="受付12", choices=(Choice("見ました", "見ました 12"),))
    ref = str(town.send(posting(say)).ref)

    answer = asyncio.run(town.slack.press(HANA, COUNCIL, ref.split("/")[1], "say_1"))

    assert answer.status == 200
    assert town.slack.deliveries[-1].payload["actions"][0]["value"] == "見ました 12"
