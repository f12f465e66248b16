"""Slack is heard completely, once, and understood as if it had been typed."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.messages import Incoming
from bot.settings import Settings
from handlers import slack
from handlers.intake import MAX_BODY, RawEvent
from handlers.practice.running import running
from handlers.practice.slack_platform import SlackPlatform
from handlers.slack import marks, payloads
from handlers.slack.reading import Reading
from handlers.slack.webhook import Webhook, sign
from storage.intake import NotStored

SECRET = "test-signing-secret"
NOW = 1_767_225_600
AT = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
CONTRACTS = Path(__file__).parents[3] / "shared" / "contracts"
FILES = ("payloads_realistic.json", "payloads_bolt_python.json", "payload_shapes_java_sdk.json")
BOT, HANA, COUNCIL, CHAT = "U0KIZUKIBT", "U0HANA0001", "C0COUNCIL1", "D0HANA0001"
reading = Reading()


@dataclass
class Inbox:
    """Where the front door puts what it heard."""

    events: dict[str, RawEvent] = field(default_factory=dict)
    is_away: bool = False

    async def hear(self, account: str, events: list[RawEvent]) -> None:
        if self.is_away and events:
            raise NotStored("away")
        for event in events:
            self.events.setdefault(event.event_id, event)

    def read(self) -> list[Incoming]:
        return [one for event in self.events.values() for one in read(event.body, event.event_id) or []]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def request(
    inbox: Inbox,
    body: bytes,
    headers: dict[str, str] | None = None,
    *,
    secret: str = SECRET,
    now: float = NOW,
    method: str = "POST",
    query: bytes = b"",
) -> tuple[int, bytes]:
    """Send one request through the real webhook."""
    signed = {"x-slack-request-timestamp": str(NOW), "x-slack-signature": sign(SECRET.encode(), str(NOW), body)}
    given = {name.lower(): value for name, value in (signed if headers is None else headers).items()}
    scope = {
        "type": "http",
        "method": method,
        "path": "/slack/events",
        "query_string": query,
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(Webhook(secret, inbox.hear, "main", lambda: now)(scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


def read(body: bytes, event_id: str = "Ev1") -> list[Incoming] | None:
    heard = reading("slack:main", event_id, body, AT)
    return None if heard is None else list(heard)


def event(inner: dict[str, Any], event_id: str = "Ev1") -> bytes:
    body = {
        "type": "event_callback",
        "event_id": event_id,
        "team_id": "T1",
        "event": inner,
        "authorizations": [{"team_id": "T1", "user_id": BOT, "is_bot": True}],
    }
    return json.dumps(body).encode()


def message(text: str, **more: Any) -> dict[str, Any]:
    place = {"channel": CHAT, "channel_type": "im", "user": HANA, "ts": "1767225600.000100"}
    return {"type": "message", "text": text, **place, **more}


def in_channel(text: str, **more: Any) -> dict[str, Any]:
    return message(text, channel=COUNCIL, channel_type="channel", **more)


def heard(inner: dict[str, Any]) -> Incoming:
    found = read(event(inner))
    assert found is not None
    assert len(found) == 1
    return found[0]


def interaction(kind: str, **more: Any) -> bytes:
    body = {
        "type": kind,
        "user": {"id": HANA, "team_id": "T1"},
        "team": {"id": "T1"},
        "trigger_id": "1.2.a",
        **more,
    }
    return urlencode({"payload": json.dumps(body)}).encode()


def understood(raw: bytes) -> list[Incoming] | None:
    found = payloads.hear(payloads.parse(raw), raw).event
    assert found is not None
    return read(found.body, found.event_id)


def pressed(value: str, channel: str = COUNCIL, **more: Any) -> bytes:
    container = {"type": "message", "message_ts": "1767225600.000200", "channel_id": channel, **more}
    action = {"type": "button", "action_id": "say_1", "block_id": "b", "value": value, "action_ts": "1.1"}
    return interaction("block_actions", container=container, channel={"id": channel}, actions=[action])


def command(text: str) -> bytes:
    fields = {"command": "/kizuki", "text": text, "user_id": HANA, "channel_id": COUNCIL, "trigger_id": "1.2.c"}
    return urlencode({**fields, "team_id": "T1"}).encode()


# --- the front door --------------------------------------------------------------------------------------


def test_a_well_signed_event_is_stored_before_the_answer(inbox: Inbox):
    status, _ = request(inbox, event(message("街灯が切れています")))

    assert (status, list(inbox.events)) == (200, ["Ev1"])


def test_a_retry_is_the_same_event(inbox: Inbox):
    for _ in range(3):
        request(inbox, event(message("街灯が切れています")))

    assert len(inbox.events) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-slack-request-timestamp": str(NOW)},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": "v0=00"},
        {"x-slack-request-timestamp": "yesterday", "x-slack-signature": "v0=00"},
        {"x-slack-request-timestamp": "9" * 5_000, "x-slack-signature": "v0=00"},
        {"x-slack-request-timestamp": "１２", "x-slack-signature": "v0=ほ"},
    ],
)
def test_what_is_not_signed_is_not_stored(inbox: Inbox, headers: dict[str, str]):
    status, _ = request(inbox, event(message("街灯")), headers)

    assert (status, inbox.events) == (401, {})


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (301, 401), (-299, 200), (-301, 401)])
def test_a_signature_is_good_for_five_minutes(inbox: Inbox, seconds: int, status: int):
    assert request(inbox, event(message("街灯")), now=NOW + seconds)[0] == status


def test_a_body_over_one_mebibyte_is_refused(inbox: Inbox):
    assert request(inbox, b"{" + b" " * MAX_BODY)[0] == 413
    assert inbox.events == {}


def test_slack_hears_503_when_nothing_can_be_stored(inbox: Inbox):
    inbox.is_away = True

    assert request(inbox, event(message("街灯")))[0] == 503


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b"payload=%7B", b"payload=1", b"\xff\xfe", b"a=1", b'{"type": 7}', b"null"]
)
def test_what_nobody_understands_is_stored_for_a_person_to_see(inbox: Inbox, body: bytes):
    status, _ = request(inbox, body)

    assert (status, len(inbox.events)) == (200, 1)
    assert read(next(iter(inbox.events.values())).body) is None


def test_deeply_nested_bodies_do_no_harm(inbox: Inbox):
    status, _ = request(inbox, b'{"event":' + b"[" * 100_000)

    assert (status, len(inbox.events)) == (200, 1)


def test_the_address_is_verified_with_its_challenge(inbox: Inbox):
    status, body = request(inbox, json.dumps({"type": "url_verification", "challenge": "abc"}).encode())

    assert (status, json.loads(body), inbox.events) == (200, {"challenge": "abc"}, {})


def test_slack_may_look_at_the_certificate(inbox: Inbox):
    assert request(inbox, b"", {}, method="GET", query=b"ssl_check=1&token=x")[0] == 200
    assert request(inbox, b"ssl_check=1&token=x")[0] == 200
    assert request(inbox, b"", {}, method="GET")[0] == 405
    assert inbox.events == {}


def test_an_empty_form_is_handed_back_kindly_and_not_stored(inbox: Inbox):
    state = {"values": {"text": {"value": {"type": "plain_text_input", "value": "　\n"}}}}
    status, body = request(inbox, interaction("view_submission", view={"id": "V1", "state": state}))

    assert json.loads(body) == {"response_action": "errors", "errors": {"text": "ひとこと書いてください。"}}
    assert (status, inbox.events) == (200, {})


def test_a_form_sent_twice_is_one_concern(inbox: Inbox):
    state = {"values": {"text": {"value": {"type": "plain_text_input", "value": "街灯"}}}}
    for trigger in ("1", "2"):
        view = {"id": "V1", "type": "modal", "callback_id": "kizuki_form", "state": state, "private_metadata": ""}
        answer = request(inbox, interaction("view_submission", trigger_id=trigger, view=view))
        assert answer == (200, b"")

    assert [one.text for one in inbox.read()] == ["街灯"]


def test_whoever_waits_before_a_screen_goes_first(inbox: Inbox):
    for body in (interaction("shortcut", callback_id="kizuki_new"), command(""), pressed("済 1")):
        request(inbox, body)
    assert all(one.is_prompt for one in inbox.events.values())

    inbox.events.clear()
    request(inbox, command("街灯が切れています"))
    request(inbox, event(message("街灯")))
    assert not any(one.is_prompt for one in inbox.events.values())


def test_a_command_is_answered_to_its_writer_alone(inbox: Inbox):
    said = json.loads(request(inbox, command("街灯が切れています"))[1])

    assert said["response_type"] == "ephemeral"
    assert "街灯" not in said["text"]
    assert request(inbox, command("書く"))[1] == b""


# --- the contracts ---------------------------------------------------------------------------------------


def contract(name: str) -> list[dict[str, Any]]:
    path = CONTRACTS / name
    if not path.exists():
        pytest.skip("the folder ../shared is not here")
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def raw(row: dict[str, Any]) -> bytes:
    body = row["body"]
    if "raw_body" in row:
        return str(row["raw_body"]).encode()
    if row.get("kind") == "socket_mode" and "payload" in body:
        body = body["payload"]  # an envelope's content
    if row.get("kind") == "events" and isinstance(body.get("event"), dict):
        body = {**body, "type": "event_callback"}  # the samples are blanked
    if isinstance(body, dict) and body.get("command") is not None:
        return urlencode(body).encode()
    is_event = isinstance(body, dict) and ("event" in body or "challenge" in body or "type" not in body)
    return json.dumps(body).encode() if is_event else urlencode({"payload": json.dumps(body)}).encode()


@pytest.mark.parametrize("name", FILES)
def test_every_known_payload_is_answered_and_harms_nothing(inbox: Inbox, name: str):
    for row in contract(f"slack/{name}"):
        status, _ = request(inbox, raw(row))
        assert status == 200, row["name"]

    for stored in inbox.events.values():
        read(stored.body, stored.event_id)


def test_every_realistic_payload_means_what_its_sender_meant():
    kinds: dict[str, int] = {}
    for row in contract("slack/payloads_realistic.json"):
        inbox = Inbox()
        request(inbox, raw(row))
        for stored in inbox.events.values():
            for one in read(stored.body, stored.event_id) or [None]:
                kind = one.kind if one else "unknown"
                kinds[kind] = kinds.get(kind, 0) + 1

    assert kinds == {
        "text": 24,
        "ignored": 16,
        "edited": 1,
        "unsent": 1,
        "home": 1,
        "joined_room": 1,
        "gone": 4,
        "unfollow": 1,
        "screen": 2,
        "press": 5,
        "unknown": 2,  # two frames of the socket itself, which its client takes
    }


def test_signatures_are_judged_as_slack_makes_them(inbox: Inbox):
    for row in contract("signature_vectors.json"):
        if row["platform"] != "slack":
            continue
        body = row["raw_body"].encode()
        status, _ = request(inbox, body, row["headers"], secret=row["secret"], now=row["now"])
        assert (status == 200) is row["valid"], row["name"]


# --- messages --------------------------------------------------------------------------------------------


def test_a_direct_message_is_a_private_text():
    one = heard(message("街灯が切れています"))

    assert (one.kind, one.text, one.is_private) == ("text", "街灯が切れています", True)
    assert (one.sender, one.room) == (f"slack:{HANA}", f"slack:{CHAT}")
    assert one.message == f"{CHAT}/1767225600.000100"
    assert one.at == datetime(2026, 1, 1, 0, 0, 0, 100, tzinfo=UTC)


def test_a_mention_that_arrives_twice_acts_once():
    text = f"<@{BOT}> 東町の空き家"
    first, second = heard(in_channel(text)), heard({**in_channel(text), "type": "app_mention"})

    assert first.kind == "ignored"
    assert (second.kind, second.text, second.is_called) == ("text", "東町の空き家", True)
    assert second.room == f"slack:{COUNCIL}/1767225600.000100"


def test_words_in_a_thread_know_their_thread():
    one = heard(in_channel("昨日訪ねました", thread_ts="1767225500.000100"))

    assert one.thread == one.room == f"slack:{COUNCIL}/1767225500.000100"
    assert (one.is_private, one.is_called) == (False, False)


def test_a_correction_follows_its_message():
    was, now = message("三号棟です"), message("二号棟でした")
    inner = {"type": "message", "subtype": "message_changed", "channel": CHAT, "channel_type": "im"}

    one = heard({**inner, "message": now, "previous_message": was})
    assert (one.kind, one.text, one.message) == ("edited", "二号棟でした", f"{CHAT}/1767225600.000100")
    assert heard({**inner, "message": {**was, "attachments": [{}]}, "previous_message": was}).kind == "ignored"


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_deleted", "deleted_ts": "1767225600.000100"},
        {"subtype": "message_changed", "message": {"subtype": "tombstone", "ts": "1767225600.000100"}},
    ],
)
def test_a_deletion_is_followed_even_when_a_stone_is_left(change: dict[str, Any]):
    inner = {
        "type": "message",
        "channel": COUNCIL,
        "channel_type": "channel",
        "previous_message": in_channel("街灯"),
    }

    one = heard({**inner, **change})
    assert (one.kind, one.message) == ("unsent", f"{COUNCIL}/1767225600.000100")


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"user": BOT},
        {"user": "USLACKBOT"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "message_replied"},
    ],
)
def test_what_bots_and_slack_itself_write_is_passed_over(more: dict[str, Any]):
    assert heard(in_channel("こんにちは", **more)).kind == "ignored"


def test_a_picture_with_words_is_its_words_and_a_file_alone_is_a_file():
    shared = {"subtype": "file_share", "files": [{"id": "F1", "mimetype": "image/jpeg"}]}
    said = {"transcription": {"status": "complete", "preview": {"content": "倒れています"}}}

    assert heard(message("写真です", **shared)).text == "写真です"
    assert heard(message("", **shared)).kind == "file"
    assert heard(message("", subtype="file_share", files=[said])).text == "倒れています"


def test_new_kinds_of_events_are_shown_to_a_person():
    assert read(event({"type": "something_new"})) is None
    assert read(event(message("街灯", subtype="something_new"))) is None


def test_only_the_loss_of_the_bots_own_token_is_the_end():
    assert heard({"type": "tokens_revoked", "tokens": {"oauth": [HANA], "bot": []}}).kind == "ignored"
    assert heard({"type": "tokens_revoked", "tokens": {"bot": [BOT]}}).kind == "gone"
    assert heard({"type": "app_uninstalled"}).kind == "gone"


def test_home_is_laid_out_for_whoever_opens_it():
    one = heard({"type": "app_home_opened", "user": HANA, "channel": CHAT, "tab": "home"})

    assert (one.kind, one.room) == ("home", f"slack:{HANA}")
    assert heard({"type": "app_home_opened", "user": HANA, "channel": CHAT, "tab": "messages"}).kind == "ignored"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("<tel:0450001234|045-000-1234> です", "045-000-1234 です"),
        ("<tel:0450001234|自宅>", "自宅 0450001234"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<mailto:a@example.com|連絡先>", "連絡先 a@example.com"),
        ("<https://example.com/?a=1&amp;b=2>", "https://example.com/?a=1&b=2"),
        ("<https://example.com/|地図>", "地図 https://example.com/"),
        ("<http://example.com|example.com>", "example.com"),
        (f"<@{BOT}> 街灯", "街灯"),
        (f"<@{BOT}|kizuki> 街灯", "街灯"),
        ("<@U0STAFF001> さん", "（メンバー） さん"),
        ("<#C1|見守り>", "#見守り"),
        ("<!here> <!channel>", "@here @channel"),
        ("&lt;至急&gt; &amp;amp;", "<至急> &amp;"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("a < b", "a < b"),
    ],
)
def test_slacks_marks_are_read_as_words(written: str, read_as: str):
    assert marks.plain(written, BOT) == read_as


# --- commands, shortcuts, buttons, forms -----------------------------------------------------------------


def one_of(raw_body: bytes) -> Incoming:
    found = understood(raw_body)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("text", ["", "  ", "書く", "気づきを書く"])
def test_a_command_without_words_opens_the_form(text: str):
    one = one_of(command(text))

    assert (one.kind, one.trigger, one.room) == ("screen", "1.2.c", f"slack:{HANA}")


def test_a_command_with_words_is_private():
    one = one_of(command("三号棟の方が三日出てこない"))

    assert (one.kind, one.is_private, one.room) == ("text", True, f"slack:{HANA}")


def test_the_shortcut_opens_the_form():
    one = one_of(interaction("shortcut", callback_id="kizuki_new"))

    assert (one.kind, one.trigger) == ("screen", "1.2.a")


def test_a_message_taken_as_a_concern_keeps_its_own_name():
    source = {"type": "message", "user": "U0OTHER", "ts": "1767225600.000300", "text": "<tel:119|119>へ"}
    body = interaction(
        "message_action", callback_id="kizuki_from_message", channel={"id": COUNCIL}, message=source
    )

    one = one_of(body)
    assert (one.kind, one.text, one.message) == ("text", "119へ", f"{COUNCIL}/1767225600.000300")
    assert (one.sender, one.room, one.is_private, one.thread) == (f"slack:{HANA}", f"slack:{HANA}", True, None)


def test_what_the_bot_said_does_not_become_a_concern():
    source = {"type": "message", "user": BOT, "bot_id": "B1", "ts": "1767225600.000300", "text": "受付12"}
    body = interaction(
        "message_action", callback_id="kizuki_from_message", channel={"id": COUNCIL}, message=source
    )

    assert (one_of(body).kind, one_of(body).text) == ("press", "")


def test_a_press_in_a_channel_is_answered_to_whoever_pressed():
    one = one_of(pressed("見ました 12"))

    assert (one.kind, one.text, one.is_private) == ("press", "見ました 12", False)
    assert one.thread == f"slack:{COUNCIL}/1767225600.000200"
    assert one.room == f"slack:{COUNCIL}/1767225600.000200@{HANA}"


def test_a_press_in_direct_messages_is_private():
    one = one_of(pressed("わたしの気づき", CHAT))

    assert (one.is_private, one.room) == (True, f"slack:{CHAT}")


def test_a_menu_is_a_sentence_too():
    action = {"type": "static_select", "action_id": "choose_1", "block_id": "b", "action_ts": "1.1"}
    chosen = {
        **action,
        "selected_option": {"value": "テーマ 12 防災", "text": {"type": "plain_text", "text": "防災"}},
    }
    container = {"type": "message", "message_ts": "1.2", "channel_id": COUNCIL}

    assert one_of(interaction("block_actions", container=container, actions=[chosen])).text == "テーマ 12 防災"


def test_a_press_on_the_home_page_lays_it_out_anew():
    action = {"type": "button", "action_id": "say_1", "block_id": "b", "value": "次第 承認", "action_ts": "1.1"}
    body = interaction(
        "block_actions", container={"type": "view"}, view={"id": "V1", "type": "home"}, actions=[action]
    )

    found = understood(body)
    assert found is not None
    assert [(one.kind, one.room) for one in found] == [("press", f"slack:{HANA}"), ("home", f"slack:{HANA}")]


def test_the_button_that_writes_opens_the_form():
    one = one_of(pressed("気づきを書く", CHAT))

    assert (one.kind, one.trigger) == ("screen", "1.2.a")


def test_a_button_that_only_leads_somewhere_is_passed_over():
    action = {"type": "button", "action_id": "open_1", "block_id": "b", "action_ts": "1.1"}

    assert one_of(interaction("block_actions", container={}, actions=[action])).kind == "ignored"


def submitted(text: str, submit: str = "") -> bytes:
    state = {"values": {"text": {"value": {"type": "plain_text_input", "value": text}}}}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "kizuki_form",
        "state": state,
        "private_metadata": json.dumps({"submit": submit}),
    }
    return interaction("view_submission", view=view)


def test_a_form_is_a_concern_or_the_rest_of_a_sentence():
    assert (one_of(submitted("街灯")).kind, one_of(submitted("街灯")).text) == ("text", "街灯")
    sentence = one_of(submitted("見回りをします", "回答 12"))
    assert (sentence.kind, sentence.text) == ("press", "回答 12 見回りをします")


# --- Socket Mode -----------------------------------------------------------------------------------------


class Town:
    """A stand-in for Slack on a port, and Kizuki's line to it."""

    def __init__(self, inbox: Inbox) -> None:
        self.slack = SlackPlatform(self.nobody, lambda: AT, SECRET, "xoxb-practice", "xapp-practice")
        self.slack.add_channel(COUNCIL, "地区社協")
        self.slack.add_user(HANA, "hana", "花")
        self.inbox = inbox

    async def nobody(self, kind: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        return 0, b""

    def wait(self, is_so: Any) -> None:
        end = time.monotonic() + 15
        while not is_so():
            assert time.monotonic() < end
            time.sleep(0.01)


@pytest.fixture
def town(inbox: Inbox) -> Iterator[Town]:
    town = Town(inbox)
    with running(Starlette(routes=[Mount("/slack", routes=town.slack.routes())])) as origin:
        settings = Settings(
            slack_bot_token="xoxb-practice", slack_app_token="xapp-practice", slack_api_url=f"{origin}/slack/api/"
        )
        platform = slack.connect(settings, inbox.hear)
        assert platform is not None
        assert platform.routes == []
        platform.start()
        try:
            town.wait(lambda: town.slack.sockets.connected)
            yield town
        finally:
            platform.stop()
            loop = town.slack.sockets._loop
            assert loop is not None
            asyncio.run_coroutine_threadsafe(town.slack.sockets.close(), loop).result(5)


def test_the_socket_acknowledges_what_is_stored(town: Town):
    posted = asyncio.run(town.slack.say_to_bot(HANA, "街灯が切れています"))

    assert posted.status == 200
    assert [one.text for one in town.inbox.read()] == ["街灯が切れています"]


def test_the_socket_does_not_acknowledge_what_was_not_stored(town: Town):
    town.inbox.is_away = True
    assert asyncio.run(town.slack.say_to_bot(HANA, "街灯")).status == 0

    town.inbox.is_away = False
    assert asyncio.run(town.slack.say_to_bot(HANA, "街灯")).status == 200


def test_the_socket_answers_commands_and_connects_anew_when_slack_asks(town: Town):
    answer = asyncio.run(town.slack.command(HANA, COUNCIL, "/kizuki", "街灯"))
    assert json.loads(answer.body)["response_type"] == "ephemeral"

    opened = [call for call in town.slack.calls if call.method == "apps.connections.open"]
    loop = town.slack.sockets._loop
    assert loop is not None
    asyncio.run_coroutine_threadsafe(town.slack.sockets.refresh(), loop).result(5)
    town.wait(
        lambda: (
            sum(one.method == "apps.connections.open" for one in town.slack.calls) > len(opened)
            and town.slack.sockets.connected
        )
    )
    assert asyncio.run(town.slack.say_to_bot(HANA, "二通目")).status == 200


# --- connecting ------------------------------------------------------------------------------------------


def test_slack_is_off_without_a_token_or_a_way_to_be_heard(inbox: Inbox):
    assert slack.connect(Settings(), inbox.hear) is None
    assert slack.connect(Settings(slack_bot_token="xoxb-1"), inbox.hear) is None

    platform = slack.connect(Settings(slack_bot_token="xoxb-1", slack_signing_secret=SECRET), inbox.hear)
    assert platform is not None
    assert [path for path, _ in platform.routes] == ["/slack/events"]


def test_the_manifest_names_what_is_listened_to():
    path = Path(slack.__file__).with_name("manifest.json")
    manifest = json.loads(path.read_text(encoding="utf-8"))

    names = [shortcut["callback_id"] for shortcut in manifest["features"]["shortcuts"]]
    assert names == ["kizuki_new", "kizuki_from_message"]
    for name in manifest["settings"]["event_subscriptions"]["bot_events"]:
        inner = (
            message("街灯") if name.startswith("message.") else {"type": name, "user": HANA, "channel": COUNCIL}
        )
        assert read(event({"ts": "1.2", "text": "街灯", **inner})) is not None, name
