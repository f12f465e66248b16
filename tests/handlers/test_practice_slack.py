"""The stand-in for Slack keeps Slack's promises, seen through Slack's own SDK and Bolt."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from handlers.practice.delivery import slack_requests_at
from handlers.practice.faults import Faults, Trouble
from handlers.practice.running import running
from handlers.practice.slack_platform import NotFilledIn, SlackPlatform

SECRET, BOT, APP = "practice-signing-secret", "xoxb-practice", "xapp-practice"
COUNCIL, HANA = "C0COUNCIL1", "U0HANA0001"
PREFIX = "/practice/slack-platform"


class Workspace:
    """A stand-in on a port, with an app that only listens."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes, dict[str, str]]] = []
        self.answer: tuple[int, bytes] = (200, b"")
        self.faults = Faults(seed=7)
        self.slack = SlackPlatform(self.hear, self.now, SECRET, BOT, APP, faults=self.faults)
        self.slack.add_channel(COUNCIL, "地区社協")
        self.slack.add_user(HANA, "hana", "花")

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

    async def hear(self, kind: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self.heard.append((kind, body, headers))
        return self.answer

    def payload(self, index: int = -1) -> dict[str, Any]:
        kind, body, _ = self.heard[index]
        if kind == "event":
            return json.loads(body)
        form = parse_qs(body.decode(), keep_blank_values=True)
        return json.loads(form["payload"][0]) if kind == "interactive" else {k: v[0] for k, v in form.items()}

    def does(self, deed: Any) -> Any:
        return asyncio.run(deed)


@pytest.fixture
def space() -> Workspace:
    return Workspace()


@pytest.fixture
def web(space: Workspace) -> Iterator[WebClient]:
    with running(Starlette(routes=[Mount(PREFIX, routes=space.slack.routes())])) as origin:
        space.slack.base_url = origin + PREFIX
        yield WebClient(BOT, base_url=f"{origin}{PREFIX}/api/", retry_handlers=[])


def refused(call: Any, **kwargs: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as error:
        call(**kwargs)
    return error.value.response.data


def section(text: str = "街灯が切れている") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(label: str = "見ました", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": label}, "action_id": "seen", **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def modal(**more: Any) -> dict[str, Any]:
    text = {
        "type": "input",
        "block_id": "text",
        "label": {"type": "plain_text", "text": "気づき"},
        "element": {"type": "plain_text_input", "action_id": "words", "multiline": True},
    }
    title, submit = {"type": "plain_text", "text": "気づきを書く"}, {"type": "plain_text", "text": "送る"}
    return {"type": "modal", "callback_id": "new", "title": title, "submit": submit, "blocks": [text], **more}


def test_a_message_arrives_signed(space: Workspace):
    posted = space.does(space.slack.say(HANA, COUNCIL, "街灯が切れています"))

    _, body, headers = space.heard[-1]
    assert SignatureVerifier(SECRET).is_valid_request(body, headers)
    event = space.payload()["event"]
    assert (event["text"], event["ts"], event["channel_type"]) == ("街灯が切れています", posted.ts, "channel")


def test_a_mention_arrives_twice_with_one_ts(space: Workspace):
    space.does(space.slack.say(HANA, COUNCIL, "@気づき 東町の空き家"))

    first, second = space.payload(0)["event"], space.payload(1)["event"]
    assert (first["type"], second["type"]) == ("message", "app_mention")
    assert first["ts"] == second["ts"]
    assert second["text"] == f"<@{space.slack.state.bot_user}> 東町の空き家"


def test_numbers_addresses_and_signs_arrive_as_slack_writes_them(space: Workspace):
    space.does(
        space.slack.say_to_bot(HANA, "045-000-1234 と a.b@example.com <至急> & https://example.com/?a=1&b=2")
    )

    assert space.payload()["event"]["text"] == (
        "<tel:0450001234|045-000-1234> と <mailto:a.b@example.com|a.b@example.com>"
        " &lt;至急&gt; &amp; <https://example.com/?a=1&amp;b=2>"
    )
    assert space.payload()["event"]["channel_type"] == "im"


def test_an_app_hears_nothing_where_it_is_not(space: Workspace):
    space.slack.add_channel("C0OTHER001", "雑談", bot_in=False)

    space.does(space.slack.say(HANA, "C0OTHER001", "こんにちは"))

    assert space.heard == []


def test_posts_stand_in_their_threads(space: Workspace, web: WebClient):
    root = web.chat_postMessage(channel=COUNCIL, text="話題", blocks=[section()])
    web.chat_postMessage(channel=COUNCIL, text="追記", thread_ts=root["ts"])
    space.does(space.slack.say(HANA, COUNCIL, "見てきます", root["ts"]))

    (thread,) = space.slack.channel(COUNCIL).threads

    assert thread.root["text"] == "話題"
    assert [one["text"] for one in thread.replies] == ["追記", "見てきます"]
    assert space.payload()["event"]["thread_ts"] == root["ts"]


def test_metadata_is_given_back_to_who_asks(space: Workspace, web: WebClient):
    metadata = {"event_type": "kizuki_outbox", "event_payload": {"row": 42}}
    posted = web.chat_postMessage(channel=COUNCIL, text="話題", metadata=metadata)

    oldest = str(float(posted["ts"]) - 1)
    (found,) = web.conversations_history(channel=COUNCIL, include_all_metadata=True, oldest=oldest, limit=5)[
        "messages"
    ]
    (plain,) = web.conversations_history(channel=COUNCIL)["messages"]

    assert found["metadata"] == metadata
    assert "metadata" not in plain


def test_replies_are_found_with_their_metadata(space: Workspace, web: WebClient):
    root = web.chat_postMessage(channel=COUNCIL, text="話題")["ts"]
    metadata = {"event_type": "kizuki_outbox", "event_payload": {"row": 43}}
    web.chat_postMessage(channel=COUNCIL, text="追記", thread_ts=root, metadata=metadata)

    found = web.conversations_replies(channel=COUNCIL, ts=root, include_all_metadata=True)["messages"]

    assert [one.get("metadata") for one in found] == [None, metadata]
    assert found[0]["reply_count"] == 1


def test_history_comes_in_pages_newest_first(space: Workspace, web: WebClient):
    for number in range(5):
        web.chat_postMessage(channel=COUNCIL, text=str(number))

    pages = [page["messages"] for page in web.conversations_history(channel=COUNCIL, limit=2)]

    assert [[one["text"] for one in page] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]


def test_an_update_changes_and_a_deletion_takes_away(space: Workspace, web: WebClient):
    ts = web.chat_postMessage(channel=COUNCIL, text="話題")["ts"]
    web.chat_update(channel=COUNCIL, ts=ts, text="直した話題")
    assert space.slack.channel(COUNCIL).texts == ["直した話題"]

    web.chat_delete(channel=COUNCIL, ts=ts)

    assert space.slack.channel(COUNCIL).texts == []
    assert refused(web.chat_update, channel=COUNCIL, ts=ts, text="x")["error"] == "message_not_found"


def test_the_head_of_a_thread_leaves_a_tombstone(space: Workspace, web: WebClient):
    ts = web.chat_postMessage(channel=COUNCIL, text="話題")["ts"]
    web.chat_postMessage(channel=COUNCIL, text="追記", thread_ts=ts)

    web.chat_delete(channel=COUNCIL, ts=ts)

    assert space.slack.channel(COUNCIL).texts == ["This message was deleted.", "追記"]


def test_an_app_changes_only_its_own_messages(space: Workspace, web: WebClient):
    ts = space.does(space.slack.say(HANA, COUNCIL, "こんにちは")).ts

    assert refused(web.chat_update, channel=COUNCIL, ts=ts, text="x")["error"] == "cant_update_message"
    assert refused(web.chat_delete, channel=COUNCIL, ts=ts)["error"] == "cant_delete_message"


def test_edits_and_deletions_are_told(space: Workspace):
    ts = space.does(space.slack.say(HANA, COUNCIL, "三号棟です")).ts
    space.does(space.slack.edit(HANA, COUNCIL, ts, "二号棟でした"))
    edited = space.payload()["event"]
    space.does(space.slack.delete(HANA, COUNCIL, ts))
    gone = space.payload()["event"]

    assert (edited["subtype"], edited["message"]["text"]) == ("message_changed", "二号棟でした")
    assert edited["previous_message"]["text"] == "三号棟です"
    assert (gone["subtype"], gone["deleted_ts"]) == ("message_deleted", ts)


@pytest.mark.parametrize(
    ("blocks", "pointer"),
    [
        ([section()] * 51, "/blocks"),
        ([section("あ" * 3001)], "/blocks/0/text/text"),
        ([section("")], "/blocks/0/text/text"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "あ" * 151}}], "/blocks/0/text/text"),
        ([actions(button("あ" * 76))], "/blocks/0/elements/0/text/text"),
        ([actions(button(value="x" * 2001))], "/blocks/0/elements/0/value"),
        ([actions(*(button() | {"action_id": str(n)} for n in range(26)))], "/blocks/0/elements"),
        ([actions(button(), button())], "/blocks/0/elements"),
        ([{"type": "poster"}], "/blocks/0/type"),
        ([section() | {"block_id": "a"}, section() | {"block_id": "a"}], "/blocks"),
    ],
)
def test_blocks_that_slack_would_refuse_are_refused_with_their_place(
    web: WebClient, blocks: list[dict[str, Any]], pointer: str
):
    said = refused(web.chat_postMessage, channel=COUNCIL, text="話題", blocks=blocks)

    assert said["error"] == "invalid_blocks"
    assert any(f"[json-pointer:{pointer}]" in one for one in said["response_metadata"]["messages"])


def test_a_message_with_too_many_characters_in_all_is_refused(web: WebClient):
    web.chat_postMessage(channel=COUNCIL, text="次第", blocks=[section("あ" * 2640)] * 5)

    said = refused(web.chat_postMessage, channel=COUNCIL, text="次第", blocks=[section("あ" * 2641)] * 5)

    assert said["error"] == "msg_blocks_too_long"


def test_channels_are_refused_by_slacks_codes(space: Workspace, web: WebClient):
    space.slack.add_channel("C0OTHER001", "雑談", bot_in=False)
    space.slack.add_channel("C0OLD00001", "昔").is_archived = True
    wanted = {"C0NOWHERE1": "channel_not_found", "C0OTHER001": "not_in_channel", "C0OLD00001": "is_archived"}

    found = {one: refused(web.chat_postMessage, channel=one, text="話題")["error"] for one in wanted}

    assert found == wanted


def test_a_wrong_token_is_refused(space: Workspace, web: WebClient):
    stranger = WebClient("xoxb-wrong", base_url=web.base_url, retry_handlers=[])

    assert refused(stranger.auth_test)["error"] == "invalid_auth"
    assert web.auth_test()["user_id"] == space.slack.state.bot_user


def test_more_than_a_post_a_second_is_held_back(space: Workspace, web: WebClient):
    space.slack._api.pace_seconds = 1.0
    web.chat_postMessage(channel=COUNCIL, text="一つ目")
    web.chat_postMessage(channel=HANA, text="別の場所")

    with pytest.raises(SlackApiError) as error:
        web.chat_postMessage(channel=COUNCIL, text="二つ目")

    assert error.value.response.status_code == 429
    assert error.value.response.headers["Retry-After"] == "1"


def test_a_press_tells_what_was_pressed(space: Workspace, web: WebClient):
    blocks = [section(), actions(button(value="1"), button("対応中") | {"action_id": "take", "value": "1"})]
    ts = web.chat_postMessage(channel=COUNCIL, text="話題", blocks=blocks)["ts"]

    space.does(space.slack.press(HANA, COUNCIL, ts, "take"))

    pressed = space.payload()
    assert (pressed["type"], pressed["container"]["message_ts"]) == ("block_actions", ts)
    assert [(one["action_id"], one["value"]) for one in pressed["actions"]] == [("take", "1")]


def test_a_response_url_answers_one_person_or_replaces_the_message(space: Workspace, web: WebClient):
    ts = web.chat_postMessage(channel=COUNCIL, text="話題", blocks=[actions(button())])["ts"]
    space.does(space.slack.press(HANA, COUNCIL, ts, "seen"))
    hook = WebhookClient(space.payload()["response_url"])

    hook.send(text="あなただけに")
    hook.send(text="見ました", replace_original=True)

    channel = space.slack.channel(COUNCIL)
    assert [(one["to"], one["text"]) for one in channel.ephemeral] == [(HANA, "あなただけに")]
    assert channel.texts == ["見ました"]
    assert [hook.send(text="さらに").status_code for _ in range(4)] == [200, 200, 200, 404]


def test_what_a_command_answers_shows_to_one_person(space: Workspace):
    space.answer = (200, "使い方です".encode())

    space.does(space.slack.command(HANA, COUNCIL, "/kizuki", "使い方"))

    assert space.payload()["text"] == "使い方"
    assert [one["text"] for one in space.slack.channel(COUNCIL).ephemeral] == ["使い方です"]


def test_a_modal_opens_within_three_seconds_and_once(space: Workspace, web: WebClient):
    space.does(space.slack.shortcut(HANA, "kizuki_new"))
    trigger = space.payload()["trigger_id"]
    web.views_open(trigger_id=trigger, view=modal())
    assert space.slack.modal(HANA)["callback_id"] == "new"

    assert refused(web.views_open, trigger_id=trigger, view=modal())["error"] == "exchanged_trigger_id"
    space.slack.trigger_seconds = 0.0
    space.does(space.slack.shortcut(HANA, "kizuki_new"))
    late = space.payload()["trigger_id"]
    assert refused(web.views_open, trigger_id=late, view=modal())["error"] == "expired_trigger_id"


def test_a_title_of_25_characters_is_too_long_for_a_modal(space: Workspace, web: WebClient):
    space.does(space.slack.shortcut(HANA, "kizuki_new"))
    view = modal(title={"type": "plain_text", "text": "あ" * 25})

    said = refused(web.views_open, trigger_id=space.payload()["trigger_id"], view=view)

    assert said["error"] == "invalid_arguments"
    assert "/view/title/text" in said["response_metadata"]["messages"][0]


def open_modal(space: Workspace, web: WebClient) -> None:
    space.does(space.slack.shortcut(HANA, "kizuki_new"))
    web.views_open(trigger_id=space.payload()["trigger_id"], view=modal())


def test_a_form_is_held_back_until_it_is_filled_in(space: Workspace, web: WebClient):
    open_modal(space, web)

    with pytest.raises(NotFilledIn, match="text"):
        space.does(space.slack.submit(HANA, {}))

    space.does(space.slack.submit(HANA, {"words": "街灯が切れています"}))
    values = space.payload()["view"]["state"]["values"]
    assert values == {"text": {"words": {"type": "plain_text_input", "value": "街灯が切れています"}}}
    assert space.slack.modal(HANA) is None


def test_errors_keep_the_form_open(space: Workspace, web: WebClient):
    open_modal(space, web)
    errors = {"text": "短すぎます"}
    space.answer = (200, json.dumps({"response_action": "errors", "errors": errors}).encode())

    answer = space.does(space.slack.submit(HANA, {"words": "あ"}))

    assert answer.errors == errors
    assert space.slack.modal(HANA) is not None


def test_an_answer_can_change_the_form(space: Workspace, web: WebClient):
    open_modal(space, web)
    after = modal(callback_id="thanks", blocks=[section("受け付けました")], submit=None)
    space.answer = (200, json.dumps({"response_action": "update", "view": after}).encode())

    space.does(space.slack.submit(HANA, {"words": "街灯"}))

    assert space.slack.modal(HANA)["callback_id"] == "thanks"


def test_the_home_shows_what_was_published(space: Workspace, web: WebClient):
    space.does(space.slack.open_home(HANA))
    assert space.payload()["event"]["type"] == "app_home_opened"
    web.views_publish(user_id=HANA, view={"type": "home", "blocks": [section(), actions(button(value="7"))]})

    space.does(space.slack.press_home(HANA, "seen"))

    assert space.slack.home(HANA)[0]["text"]["text"] == "街灯が切れている"
    assert space.payload()["actions"][0]["value"] == "7"


def test_an_event_that_is_not_answered_is_sent_again_with_its_number(space: Workspace):
    space.slack = SlackPlatform(space.hear, space.now, SECRET, BOT, APP, retry_after_seconds=(0, 0))
    space.slack.add_channel(COUNCIL, "地区社協")
    space.answer = (503, b"")

    space.does(space.slack.say(HANA, COUNCIL, "こんにちは"))

    assert [headers.get("X-Slack-Retry-Num") for _, _, headers in space.heard] == [None, "1", "2"]
    assert space.heard[1][2]["X-Slack-Retry-Reason"] == "http_error"
    assert len({space.payload(index)["event_id"] for index in range(3)}) == 1


def test_the_apps_own_posts_come_back_to_it(space: Workspace, web: WebClient):
    space.slack.echo = True

    web.chat_postMessage(channel=COUNCIL, text="話題")

    until(lambda: bool(space.heard))
    assert space.payload()["event"]["bot_id"] == space.slack.state.bot


@pytest.mark.parametrize(
    ("trouble", "seen"),
    [
        (Trouble.DROP_BEFORE, 0),
        (Trouble.DROP_AFTER, 1),
        (Trouble.HANG_BEFORE, 0),
        (Trouble.HANG_AFTER, 1),
        (Trouble.ERROR_BEFORE, 0),
        (Trouble.ERROR_AFTER, 1),
        (Trouble.RATE_LIMITED, 0),
        (Trouble.TOKEN_REVOKED, 0),
        (Trouble.CHANNEL_ARCHIVED, 0),
    ],
)
def test_each_trouble_fails_the_call_and_says_whether_it_took_effect(
    space: Workspace, web: WebClient, trouble: Trouble, seen: int
):
    space.faults.add(trouble, "chat.*", to=COUNCIL, times=1, hang_seconds=0.2)

    with pytest.raises((SlackApiError, OSError)):
        web.chat_postMessage(channel=COUNCIL, text="話題")

    assert len(space.slack.channel(COUNCIL).texts) == seen
    web.chat_postMessage(channel=COUNCIL, text="次")


def test_chance_is_the_same_with_the_same_seed():
    def draw(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Trouble.ERROR_AFTER, probability=0.5)
        return [faults.strike("chat.postMessage") is not None for _ in range(50)]

    assert draw(3) == draw(3)
    assert draw(3) != draw(4)


def until(true: Any, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def bolt(web: WebClient) -> App:
    app = App(client=web, token=BOT, signing_secret=SECRET, process_before_response=True)

    @app.event("message")
    def answer(event: dict[str, Any], say: Any) -> None:
        say(f"聞きました: {event['text']}")

    @app.command("/kizuki")
    def help_(ack: Any) -> None:
        ack("使い方です")

    return app


def test_a_bolt_app_is_served_over_http(space: Workspace, web: WebClient):
    handler = SlackRequestHandler(bolt(web))

    async def requests(request: Request) -> Response:
        return await handler.handle(request)

    with running(Starlette(routes=[Route("/slack/events", requests, methods=["POST"])])) as origin:
        space.slack._deliver = slack_requests_at(f"{origin}/slack/events")
        space.does(space.slack.say(HANA, COUNCIL, "こんにちは"))
        space.does(space.slack.command(HANA, COUNCIL, "/kizuki", ""))

    assert space.slack.channel(COUNCIL).texts == ["こんにちは", "聞きました: こんにちは"]
    assert space.slack.channel(COUNCIL).ephemeral[0]["text"] == "使い方です"


def test_a_bolt_app_is_served_over_socket_mode(space: Workspace, web: WebClient):
    handler = SocketModeHandler(bolt(web), APP)
    handler.connect()
    until(lambda: space.slack.sockets.connected)

    space.does(space.slack.say(HANA, COUNCIL, "こんにちは"))
    space.does(space.slack.command(HANA, COUNCIL, "/kizuki", ""))
    handler.close()

    assert space.heard == []
    assert space.slack.channel(COUNCIL).texts == ["こんにちは", "聞きました: こんにちは"]
    assert space.slack.channel(COUNCIL).ephemeral[0]["text"] == "使い方です"
    asyncio.run_coroutine_threadsafe(space.slack.sockets.close(), space.slack.sockets._loop).result(5)
