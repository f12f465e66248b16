"""The stand-in for LINE keeps LINE's promises, seen through LINE's own SDK and schema."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    FlexBox,
    FlexBubble,
    FlexMessage,
    FlexText,
    MessageAction,
    MessagingApi,
    MessagingApiBlob,
    MulticastRequest,
    PostbackAction,
    PushMessageRequest,
    QuickReply,
    QuickReplyItem,
    ReplyMessageRequest,
    RichMenuArea,
    RichMenuBounds,
    RichMenuRequest,
    RichMenuSize,
    ShowLoadingAnimationRequest,
    TextMessage,
)
from linebot.v3.webhook import SignatureValidator
from starlette.applications import Starlette
from starlette.routing import Mount

from handlers.practice.faults import Faults, Trouble
from handlers.practice.line_platform import LinePlatform, NotOffered
from handlers.practice.running import running

SECRET, TOKEN = "practice-secret", "practice-token"
HANA, TARO, KEN = "U" + "a1" * 16, "U" + "b2" * 16, "U" + "c3" * 16
GROUP = "C" + "e4" * 16
SCHEMA = Path(__file__).parents[3] / "shared/contracts/line/openapi/webhook.yml"


class Town:
    """A stand-in on a port, a bot that only listens, and a clock that tests move."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
        self.heard: list[tuple[bytes, dict[str, str]]] = []
        self.status = 200
        self.faults = Faults(seed=7)
        self.line = LinePlatform(self.hear, lambda: self.time, SECRET, TOKEN, faults=self.faults)

    async def hear(self, body: bytes, headers: dict[str, str]) -> int:
        self.heard.append((body, headers))
        return self.status

    def event(self, index: int = -1) -> dict[str, Any]:
        return json.loads(self.heard[index][0])["events"][0]

    def does(self, deed: Any) -> Any:
        return asyncio.run(deed)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def origin(town: Town) -> Iterator[str]:
    app = Starlette(routes=[Mount("/practice/line-platform", routes=town.line.routes())])
    with running(app) as origin:
        yield f"{origin}/practice/line-platform"


@pytest.fixture
def api(origin: str) -> Iterator[MessagingApi]:
    with ApiClient(Configuration(host=origin, access_token=TOKEN)) as client:
        yield MessagingApi(client)


def words(text: str = "受け付けました", **more: Any) -> TextMessage:
    return TextMessage(text=text, **more)


def choices(*labels: str) -> QuickReply:
    return QuickReply(items=[QuickReplyItem(action=MessageAction(label=label, text=label)) for label in labels])


def refused(call: Any, *args: Any, **kwargs: Any) -> tuple[int, dict[str, Any]]:
    with pytest.raises(ApiException) as error:
        call(*args, **kwargs)
    return error.value.status, json.loads(error.value.body)


def test_a_message_arrives_signed_over_its_raw_bytes(town: Town):
    sent = town.does(town.line.say(HANA, "街灯が切れています"))

    body, headers = town.heard[-1]
    assert sent.status == 200
    assert SignatureValidator(SECRET).validate(body.decode(), headers["X-Line-Signature"])
    assert town.event()["message"]["text"] == "街灯が切れています"


def test_a_reply_shows_in_the_chat_and_costs_nothing(town: Town, api: MessagingApi):
    town.does(town.line.say(HANA, "こんにちは"))

    api.reply_message(ReplyMessageRequest(replyToken=town.event()["replyToken"], messages=[words()]))

    assert town.line.chat(HANA).texts == ["受け付けました"]
    assert api.get_message_quota_consumption().total_usage == 0


def test_a_reply_token_works_once(town: Town, api: MessagingApi):
    town.does(town.line.say(HANA, "こんにちは"))
    request = ReplyMessageRequest(replyToken=town.event()["replyToken"], messages=[words()])
    api.reply_message(request)

    assert refused(api.reply_message, request) == (400, {"message": "Invalid reply token"})


def test_a_reply_token_works_for_a_minute(town: Town, api: MessagingApi):
    town.does(town.line.say(HANA, "こんにちは"))
    town.time += timedelta(seconds=60)

    request = ReplyMessageRequest(replyToken=town.event()["replyToken"], messages=[words()])

    assert refused(api.reply_message, request) == (400, {"message": "Invalid reply token"})


def test_a_reply_takes_no_retry_key(town: Town, api: MessagingApi, origin: str):
    town.does(town.line.say(HANA, "こんにちは"))
    api.api_client.set_default_header("X-Line-Retry-Key", str(uuid.uuid4()))

    request = ReplyMessageRequest(replyToken=town.event()["replyToken"], messages=[words()])

    assert refused(api.reply_message, request)[0] == 400
    assert town.line.chat(HANA).texts == []


def test_a_push_is_counted_by_recipient(town: Town, api: MessagingApi):
    town.does(town.line.follow(HANA))
    town.does(town.line.join_group(GROUP, [HANA, TARO, KEN]))

    api.push_message(PushMessageRequest(to=HANA, messages=[words(), words()]))
    api.push_message(PushMessageRequest(to=GROUP, messages=[words()]))

    assert api.get_message_quota_consumption().total_usage == 4
    assert api.get_message_quota().value == 200


def test_the_month_has_an_end_and_a_new_one_begins_in_japan(town: Town, api: MessagingApi):
    town.line.state.quota = 1
    town.does(town.line.follow(HANA))
    push = PushMessageRequest(to=HANA, messages=[words()])
    api.push_message(push)

    assert refused(api.push_message, push) == (429, {"message": "You have reached your monthly limit."})

    town.time = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # 1 December in Japan
    api.push_message(push)
    assert town.line.chat(HANA).texts == ["受け付けました"] * 2


def test_the_same_retry_key_is_accepted_once_in_24_hours(town: Town, api: MessagingApi):
    town.does(town.line.follow(HANA))
    key, push = str(uuid.uuid4()), PushMessageRequest(to=HANA, messages=[words()])
    first = api.push_message_with_http_info(push, x_line_retry_key=key)

    with pytest.raises(ApiException) as error:
        api.push_message(push, x_line_retry_key=key)
    assert error.value.status == 409
    assert error.value.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert json.loads(error.value.body)["sentMessages"][0]["id"] == first.data.sent_messages[0].id
    assert api.get_message_quota_consumption().total_usage == 1

    town.time += timedelta(hours=24)
    api.push_message(push, x_line_retry_key=key)
    assert len(town.line.chat(HANA).texts) == 2


def test_a_blocked_push_is_answered_200_but_neither_seen_nor_counted(town: Town, api: MessagingApi):
    town.does(town.line.follow(HANA))
    town.does(town.line.unfollow(HANA))

    api.push_message(PushMessageRequest(to=HANA, messages=[words()]))

    assert town.line.chat(HANA).texts == []
    assert api.get_message_quota_consumption().total_usage == 0


def test_a_push_to_a_stranger_fails(api: MessagingApi):
    push = PushMessageRequest(to=KEN, messages=[words()])

    assert refused(api.push_message, push) == (400, {"message": "Failed to send messages"})


def test_a_push_reaches_who_is_no_friend_for_7_days_after_writing(town: Town, api: MessagingApi):
    town.does(town.line.say(HANA, "こんにちは"))
    push = PushMessageRequest(to=HANA, messages=[words()])
    api.push_message(push)

    town.time += timedelta(days=7)

    assert refused(api.push_message, push)[0] == 400


def test_a_multicast_passes_over_who_blocked_us(town: Town, api: MessagingApi):
    for person in (HANA, TARO):
        town.does(town.line.follow(person))
    town.does(town.line.unfollow(TARO))

    api.multicast(MulticastRequest(to=[HANA, TARO, KEN], messages=[words()]))

    assert (town.line.chat(HANA).texts, town.line.chat(TARO).texts) == (["受け付けました"], [])
    assert api.get_message_quota_consumption().total_usage == 1


def test_a_wrong_token_is_refused(town: Town, origin: str):
    with ApiClient(Configuration(host=origin, access_token="wrong")) as client:
        status, body = refused(MessagingApi(client).get_bot_info)

    assert status == 401
    assert body["message"].startswith("Authentication failed")


def test_text_is_counted_in_utf16_units(town: Town, api: MessagingApi):
    town.does(town.line.follow(HANA))
    api.push_message(PushMessageRequest(to=HANA, messages=[words("😀" * 2500)]))

    status, body = refused(api.push_message, PushMessageRequest(to=HANA, messages=[words("😀" * 2500 + "a")]))

    assert status == 400
    assert body["details"] == [{"message": "Length must be between 0 and 5000", "property": "messages[0].text"}]


LONG_LABEL = [words(quickReply=choices("あ" * 21))]


@pytest.mark.parametrize(
    ("messages", "place"),
    [
        ([], "messages"),
        ([{"type": "text", "text": "a"}] * 6, "messages"),
        ([{"type": "telegram"}], "messages[0].type"),
        ([{"type": "text", "text": " "}], "messages[0].text"),
        ([{"type": "text", "text": "a", "quickReply": {"items": []}}], "messages[0].quickReply.items"),
        (
            [{"type": "text", "text": "a", "quickReply": {"items": [{"type": "action", "action": {}}]}}],
            "messages[0].quickReply.items[0].action.type",
        ),
        (
            [
                {
                    "type": "template",
                    "altText": "a",
                    "template": {"type": "confirm", "text": "a", "actions": []},
                }
            ],
            "messages[0].template.actions",
        ),
        (
            [{"type": "flex", "altText": "a" * 1501, "contents": {"type": "bubble", "body": {}}}],
            "messages[0].altText",
        ),
        (
            [
                {
                    "type": "flex",
                    "altText": "a",
                    "contents": {
                        "type": "bubble",
                        "body": {
                            "type": "box",
                            "layout": "vertical",
                            "contents": [{"type": "text", "text": "あ" * 10240}],
                        },
                    },
                }
            ],
            "messages[0].contents",
        ),
    ],
)
def test_what_line_would_refuse_is_refused_with_its_place(
    town: Town, api: MessagingApi, origin: str, messages: list[dict[str, Any]], place: str
):
    town.does(town.line.follow(HANA))

    response = api.api_client.rest_client.pool_manager.request(
        "POST",
        f"{origin}/v2/bot/message/push",
        body=json.dumps({"to": HANA, "messages": messages}),
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
    )

    assert response.status == 400
    assert place in [detail["property"] for detail in response.json()["details"]]
    assert town.line.chat(HANA).texts == []


def test_a_label_is_counted_as_a_person_counts(town: Town, api: MessagingApi):
    town.does(town.line.follow(HANA))
    family = "👨‍👩‍👧"
    api.push_message(PushMessageRequest(to=HANA, messages=[words(quickReply=choices(family * 20))]))

    status, body = refused(api.push_message, PushMessageRequest(to=HANA, messages=LONG_LABEL))

    assert (status, body["details"][0]["property"]) == (
        400,
        "messages[0].quickReply.items[0].action.label",
    )


def test_a_pressed_choice_comes_back_as_an_ordinary_message(town: Town, api: MessagingApi):
    town.does(town.line.say(HANA, "こんにちは"))
    message = words(quickReply=choices("はい", "いいえ"))
    api.reply_message(ReplyMessageRequest(replyToken=town.event()["replyToken"], messages=[message]))
    assert [choice.label for choice in town.line.chat(HANA).quick_replies] == ["はい", "いいえ"]

    town.does(town.line.press(HANA, "はい"))

    assert town.event()["message"]["text"] == "はい"
    assert town.line.chat(HANA).quick_replies == []
    with pytest.raises(NotOffered, match="いいえ"):
        town.does(town.line.press(HANA, "いいえ"))


def test_a_pressed_postback_shows_its_words_and_sends_its_data(town: Town, api: MessagingApi):
    town.does(town.line.follow(HANA))
    action = PostbackAction(label="済", data="done=3", displayText="済みました")
    quick = QuickReply(items=[QuickReplyItem(action=action)])
    api.push_message(PushMessageRequest(to=HANA, messages=[words(quickReply=quick)]))

    town.does(town.line.press(HANA, "済"))

    assert town.event()["postback"] == {"data": "done=3"}
    assert town.line.chat(HANA).messages[-1].text == "済みました"


def test_a_card_is_shown_with_its_buttons(town: Town, api: MessagingApi):
    town.does(town.line.follow(HANA))
    text = FlexText(text="第3回役員会", action=MessageAction(label="次第を見る", text="次第"))
    card = FlexMessage(
        altText="次第ができました", contents=FlexBubble(body=FlexBox(layout="vertical", contents=[text]))
    )
    api.push_message(PushMessageRequest(to=HANA, messages=[card]))

    town.does(town.line.press(HANA, "次第を見る"))

    assert town.line.chat(HANA).texts == ["次第ができました"]
    assert town.event()["message"]["text"] == "次第"


def test_a_rich_menu_can_be_pressed(town: Town, api: MessagingApi):
    area = RichMenuArea(
        bounds=RichMenuBounds(x=0, y=0, width=1250, height=843),
        action=MessageAction(label="気づきを書く", text="書く"),
    )
    menu = RichMenuRequest(
        size=RichMenuSize(width=2500, height=843), name="住民", chatBarText="メニュー", areas=[area]
    )
    api.set_default_rich_menu(api.create_rich_menu(menu).rich_menu_id)

    town.does(town.line.press(HANA, "気づきを書く"))

    assert town.event()["message"]["text"] == "書く"


def test_an_unsent_message_can_no_longer_be_fetched(town: Town, api: MessagingApi, origin: str):
    sent = town.does(town.line.send_image(HANA, b"picture"))
    blob = MessagingApiBlob(api.api_client)
    assert bytes(blob.get_message_content(sent.message_id)) == b"picture"

    town.does(town.line.unsend(HANA, sent.message_id))

    assert refused(blob.get_message_content, sent.message_id)[0] == 410
    assert town.event()["unsend"] == {"messageId": sent.message_id}


def test_the_loading_dots_take_steps_of_five_seconds(town: Town, api: MessagingApi):
    town.does(town.line.follow(HANA))
    api.show_loading_animation(ShowLoadingAnimationRequest(chatId=HANA, loadingSeconds=5))

    status, _ = refused(api.show_loading_animation, ShowLoadingAnimationRequest(chatId=HANA, loadingSeconds=7))

    assert status == 400


def test_the_webhook_can_be_tried(town: Town, api: MessagingApi):
    assert api.test_webhook_endpoint().success
    assert json.loads(town.heard[-1][0])["events"] == []

    town.status = 503
    assert api.test_webhook_endpoint().status_code == 503


def test_a_webhook_that_fails_is_sent_again_with_the_same_ids(town: Town):
    town.line = LinePlatform(town.hear, lambda: town.time, SECRET, TOKEN, redeliver_after_seconds=(0, 0))
    town.status = 503

    town.does(town.line.say(HANA, "こんにちは"))

    tries = [json.loads(body)["events"][0] for body, _ in town.heard]
    assert [one["deliveryContext"]["isRedelivery"] for one in tries] == [False, True, True]
    assert len({(one["webhookEventId"], one["replyToken"]) for one in tries}) == 1


def test_a_push_can_take_effect_and_still_be_answered_500(town: Town, api: MessagingApi):
    town.does(town.line.follow(HANA))
    town.faults.add(Trouble.ERROR_AFTER, "message/push", times=1)
    key, push = str(uuid.uuid4()), PushMessageRequest(to=HANA, messages=[words()])

    with pytest.raises(ApiException, match="500"):
        api.push_message(push, x_line_retry_key=key)

    assert refused(api.push_message, push, x_line_retry_key=key)[0] == 409
    assert town.line.chat(HANA).texts == ["受け付けました"]


def test_a_line_that_is_cut_gives_no_answer(town: Town, api: MessagingApi):
    town.does(town.line.follow(HANA))
    town.faults.add(Trouble.DROP_BEFORE, "message/push", to=HANA, times=4)

    with pytest.raises(Exception, match=r"Connection aborted|RemoteDisconnected|reset"):
        api.push_message(PushMessageRequest(to=HANA, messages=[words()]))

    assert town.line.chat(HANA).texts == []


def webhook_validator() -> Draft4Validator:
    if not SCHEMA.exists():
        pytest.skip("../shared is not there: LINE's webhook.yml cannot be compared with")
    spec = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    return Draft4Validator({"$ref": "#/components/schemas/CallbackRequest", **spec})


def kind_of(validator: Draft4Validator, family: str, thing: dict[str, Any]) -> Draft4Validator:
    schemas = validator.schema["components"]["schemas"]
    return Draft4Validator(
        {**validator.schema, "$ref": schemas[family]["discriminator"]["mapping"][thing["type"]]}
    )


def errors(validator: Draft4Validator, thing: object) -> list[str]:
    return [error.message for error in validator.iter_errors(thing)]


def everything_a_person_does(town: Town) -> None:
    line = town.line
    town.does(line.follow(HANA))
    sent = town.does(line.say(HANA, "街灯が切れています"))
    for deed in (line.send_sticker, line.send_image, line.send_audio, line.send_location):
        town.does(deed(HANA))
    town.does(line.unsend(HANA, sent.message_id))
    town.does(line.join_group(GROUP, [HANA]))
    town.does(line.say_in_group(GROUP, HANA, "こんにちは", mention_bot=True))
    town.does(line.unfollow(HANA))


def test_every_webhook_satisfies_lines_schema(town: Town):
    validator = webhook_validator()
    everything_a_person_does(town)

    for body, _ in town.heard:
        whole = json.loads(body)
        assert errors(validator, whole) == []
        for event in whole["events"]:
            assert errors(kind_of(validator, "Event", event), event) == []
            if "message" in event:
                message = event["message"]
                assert errors(kind_of(validator, "MessageContent", message), message) == []
    assert len(town.heard) == 10
