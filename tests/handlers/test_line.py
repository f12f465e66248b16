"""LINE: what comes in is checked, kept and understood; what goes out keeps LINE's rules."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.messages import Allowance, Choice, Posting, Say, SendFailed
from bot.settings import Settings
from handlers import line
from handlers.intake import Door
from handlers.practice.delivery import line_webhook_at
from handlers.practice.faults import Trouble
from handlers.practice.line_platform import LinePlatform
from handlers.practice.running import running
from storage.database import Database
from storage.intake import Event, GroupCommit, SqliteStore
from storage.sealing import Keyring
from tests.conftest import shared

SECRET = "kizuki-test-channel-secret-0000001"
NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
USER = "U" + "a1" * 16


@dataclass
class Webhook:
    """The real webhook over a real database, called as an ASGI server would."""

    database: Database
    app: line.Webhook
    keyring: Keyring

    def post(self, body: bytes, signature: str | None = None, method: str = "POST") -> int:
        signed = signature if signature is not None else _sign(body)
        headers = [(b"x-line-signature", signed.encode("utf-8"))]
        return asyncio.run(self._call({"type": "http", "method": method, "headers": headers}, body))

    async def _call(self, scope: dict[str, Any], body: bytes) -> int:
        status: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])

        await self.app(scope, receive, send)
        return status[0]

    def rows(self) -> list[tuple[str, bytes]]:
        with self.database.reading() as session:
            found = session.connection().exec_driver_sql("SELECT event_id, body_sealed FROM inbox ORDER BY id")
            return [(row[0], self.keyring.unseal_passing(row[1])) for row in found]


def _raw(entry: dict[str, Any]) -> bytes:
    if "raw" in entry:
        return str(entry["raw"]).encode("utf-8", "surrogatepass")
    return json.dumps(entry["body"]).encode()


def _sign(body: bytes) -> str:
    return base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()


@pytest.fixture
def webhook(sqlite: Database, tmp_path: Path) -> Iterator[Webhook]:
    keyring = Keyring(os.urandom(32))
    commit = GroupCommit(SqliteStore(tmp_path / "kizuki.db", lambda: sqlite.writing))
    door = Door(commit, keyring, lambda: NOW, lambda: None)
    yield Webhook(sqlite, line.Webhook(SECRET, door.hear, "main"), keyring)
    commit.close()


def _body(*events: dict[str, Any]) -> bytes:
    return json.dumps({"destination": "U" + "d" * 32, "events": list(events)}).encode()


def _event(event_id: str = "01KDVDQ4K0DE3B4WZZ6KYE37BB", **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "message": {"type": "text", "id": "1", "text": "街灯が切れています"},
        "webhookEventId": event_id,
        "timestamp": 1767225661000,
        "source": {"type": "user", "userId": USER},
        "replyToken": "t" * 32,
        "mode": "active",
        **more,
    }


def test_a_well_signed_event_is_on_disk_before_it_is_answered(webhook: Webhook) -> None:
    assert webhook.post(_body(_event())) == 200
    assert [event_id for event_id, _ in webhook.rows()] == ["01KDVDQ4K0DE3B4WZZ6KYE37BB"]


@pytest.mark.parametrize("signature", ["", "wrong", "あ", _sign(b"another body")])
def test_what_is_not_well_signed_is_refused_and_not_stored(webhook: Webhook, signature: str) -> None:
    assert webhook.post(_body(_event()), signature) == 401
    assert webhook.rows() == []


def test_the_verify_button_with_no_events_is_answered(webhook: Webhook) -> None:
    assert webhook.post(_body()) == 200
    assert webhook.rows() == []


def test_a_redelivered_event_is_stored_once(webhook: Webhook) -> None:
    for _ in range(3):
        assert webhook.post(_body(_event())) == 200
    assert len(webhook.rows()) == 1


def test_events_of_several_people_in_one_body_are_kept_one_by_one(webhook: Webhook) -> None:
    assert webhook.post(_body(_event("01A"), {"type": "broken"}, _event("01C"))) == 200
    assert len(webhook.rows()) == 3


def test_a_body_over_one_mebibyte_is_refused(webhook: Webhook) -> None:
    assert webhook.post(b" " * 1_048_577) == 413


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b'{"events":null}', b"\xff\xfe", b"[" * 50_000])
def test_what_cannot_be_understood_is_kept_for_a_person(webhook: Webhook, body: bytes) -> None:
    assert webhook.post(body) == 200
    (event_id, kept) = webhook.rows()[0]
    assert kept == body
    assert line.read("line:main", event_id, kept, NOW) is None


def test_when_the_disk_takes_nothing_line_is_asked_to_send_again(webhook: Webhook, tmp_path: Path) -> None:
    (tmp_path / "kizuki.db").rename(tmp_path / "away.db")
    assert webhook.post(_body(_event())) == 503


class FullDisk(SqliteStore):
    """A store whose file may not grow any more, as on a full disk, until `has_room`."""

    has_room = False

    def write(self, events: Sequence[Event]) -> None:
        limit = 1_000_000_000 if self.has_room else 1  # SQLite keeps it at the present size at least
        self._open().execute(f"PRAGMA max_page_count={limit}")
        super().write(events)


def test_when_the_disk_is_full_line_is_asked_again_and_nothing_is_lost(sqlite: Database, tmp_path: Path) -> None:
    store = FullDisk(tmp_path / "kizuki.db", lambda: sqlite.writing)
    commit = GroupCommit(store)
    door = Door(commit, Keyring(os.urandom(32)), lambda: NOW, lambda: None)
    webhook = Webhook(sqlite, line.Webhook(SECRET, door.hear, "main"), Keyring(os.urandom(32)))
    long_text = {"type": "text", "id": "1", "text": "あ" * 5_000}

    answers = [webhook.post(_body(_event(f"01{n:04}", message=long_text))) for n in range(40)]
    assert set(answers[-10:]) == {503}
    store.has_room = True
    again = [webhook.post(_body(_event(f"01{n:04}", message=long_text))) for n in range(40)]
    commit.close()

    assert set(again) == {200}
    with sqlite.reading() as session:
        stored = session.connection().exec_driver_sql("SELECT count(*) FROM inbox").scalar()
    assert stored == 40


def test_the_official_signature_example_holds() -> None:
    """LINE's own example in "Verify webhook signature"."""
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    signature = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
    assert line.is_signed(b"8c570fa6dd201bb328f1c1eac23a96d8", body, signature)


def test_every_body_of_the_contract_is_stored_and_none_breaks_the_reading(webhook: Webhook) -> None:
    bodies = [
        *json.loads(shared("contracts/line/webhook_bodies_realistic.json").read_text()),
        *json.loads(shared("contracts/line/webhook_bodies_sdk.json").read_text()),
    ]
    expected: set[str] = set()
    for entry in bodies:
        raw = _raw(entry)
        assert webhook.post(raw) == 200
        expected |= {event.event_id for event in line.split(raw)}
    stored = webhook.rows()
    assert {event_id for event_id, _ in stored} == expected
    for event_id, body in stored:
        heard = line.read("line:main", event_id, body, NOW)
        assert heard is None or heard[0].account == "line:main"


def test_the_signature_vectors_of_the_contract_hold() -> None:
    vectors = json.loads(shared("contracts/signature_vectors.json").read_text())
    for vector in (v for v in vectors if v["platform"] == "line"):
        signature = vector.get("signature") or ""
        body = vector["raw_body"].encode("utf-8", "surrogatepass")
        assert line.is_signed(vector["secret"].encode(), body, signature) == vector["valid"], vector["name"]


@pytest.mark.parametrize(
    ("event", "kind", "text"),
    [
        (_event(), "text", "街灯が切れています"),
        (_event(type="unsend", unsend={"messageId": "1"}), "unsent", ""),
        (_event(type="follow"), "follow", ""),
        (_event(type="unfollow"), "unfollow", ""),
        (_event(type="postback", postback={"data": "使い方"}), "press", "使い方"),
        (_event(message={"type": "image", "id": "2"}), "picture", ""),
        (_event(message={"type": "audio", "id": "2"}), "voice", ""),
        (_event(message={"type": "file", "id": "2"}), "file", ""),
        (_event(message={"type": "sticker", "id": "2"}), "sticker", ""),
        (_event(message={"type": "location", "id": "2", "address": "緑町"}), "place", "場所：緑町"),
        (
            _event(type="messageEdited", message={"type": "text", "id": "1", "text": "直しました"}),
            "edited",
            "直しました",
        ),
        (_event(mode="standby"), "ignored", "街灯が切れています"),
    ],
)
def test_each_kind_of_event_is_understood(event: dict[str, Any], kind: str, text: str) -> None:
    heard = line.read("line:main", "e", json.dumps(event).encode(), NOW)
    assert heard is not None
    assert (heard[0].kind, heard[0].text, heard[0].sender) == (kind, text, f"line:{USER}")


def test_a_new_kind_of_event_waits_for_a_person() -> None:
    assert line.read("line:main", "e", json.dumps(_event(type="greatNewFeature")).encode(), NOW) is None


# --- speaking --------------------------------------------------------------------------------------------


@dataclass
class Talk:
    """The voice and the stand-in that hears it."""

    platform: LinePlatform
    voice: line.Voice

    def say(self, say: Say, **more: Any) -> Any:
        posting = Posting(
            row_id=1,
            say=say,
            destination=f"line:{USER}",
            under=None,
            target=None,
            retry_key=more.pop("retry_key", "123e4567-e89b-12d3-a456-426614174000"),
            reply_token=more.pop("reply_token", None),
            may_push=more.pop("may_push", True),
            was_attempted=more.pop("was_attempted", False),
        )
        return self.voice.send(posting)

    def heard(self) -> list[str]:
        return [m.text for m in self.platform.chat(USER).messages if m.side == "bot"]


@pytest.fixture
def talk() -> Iterator[Talk]:
    platform = LinePlatform(line_webhook_at("http://127.0.0.1:9/line/webhook"), lambda: NOW, SECRET, "token")
    with running(Starlette(routes=platform.routes())) as origin:
        settings = Settings(
            line_channel_secret=SECRET,
            line_channel_access_token="token",
            line_api_url=origin,
            line_data_url=origin,
        )
        asyncio.run(platform.follow(USER))
        yield Talk(platform, line.Voice(settings))


def test_a_push_is_said_once_however_often_it_is_tried(talk: Talk) -> None:
    """LINE answers 409 to a retry key it has accepted: that is success."""
    for attempt in (False, True, True):
        talk.say(Say("text", text="お知らせです"), was_attempted=attempt)
    assert talk.heard() == ["お知らせです"]


def test_without_budget_nothing_is_pushed(talk: Talk) -> None:
    with pytest.raises(SendFailed) as refused:
        talk.say(Say("text", text="お知らせです"), may_push=False)
    assert refused.value.needs_push
    assert talk.heard() == []


def test_a_long_text_is_parted_into_messages_that_line_takes(talk: Talk) -> None:
    talk.say(Say("text", text="😀" * 6_000))
    assert sum(len(text) for text in talk.heard()) == 6_000
    assert len(talk.heard()) == 3


def test_choices_are_offered_as_sentences(talk: Talk) -> None:
    talk.say(Say("text", text="どうしますか", choices=tuple(Choice(f"選ぶ{i}", f"済 {i}") for i in range(20))))
    offered = [choice.label for choice in talk.platform.chat(USER).quick_replies]
    assert offered == [f"選ぶ{i}" for i in range(13)]


def test_what_line_cannot_do_is_refused_for_good(talk: Talk) -> None:
    with pytest.raises(SendFailed) as refused:
        talk.say(Say("home"))
    assert refused.value.permanent


def test_what_waited_goes_before_the_answer_in_the_same_free_reply(talk: Talk) -> None:
    asyncio.run(talk.platform.say(USER, "こんにちは"))
    token = next(reversed(talk.platform.state.reply_tokens))
    waited = (Say("text", text="ひとつめ"), Say("text", text="ふたつめ", choices=(Choice("済", "済 1"),)))
    sent = talk.voice.send(
        Posting(
            row_id=1,
            say=Say("text", text="お返事"),
            destination=f"line:{USER}",
            under=None,
            target=None,
            retry_key="k",
            reply_token=token,
            may_push=False,
            was_attempted=False,
            along=waited,
        )
    )

    assert (sent.took_along, sent.pushes) == (True, 0)
    assert talk.heard() == ["ひとつめ", "ふたつめ", "お返事"]


def test_line_is_asked_for_the_months_pushes(talk: Talk) -> None:
    for n in range(3):
        talk.say(Say("text", text=f"お知らせ{n}"), retry_key=f"123e4567-e89b-12d3-a456-42661417400{n}")

    assert talk.voice.allowance() == Allowance(200, 3)


def test_a_month_that_is_used_up_is_told_apart_from_a_busy_moment(talk: Talk) -> None:
    talk.platform.state.quota = 0
    with pytest.raises(SendFailed) as refused:
        talk.say(Say("text", text="お知らせです"))
    assert (refused.value.reason, refused.value.needs_push) == ("monthly_limit", True)


def test_a_wrong_token_closes_the_platform_and_keeps_the_words(talk: Talk) -> None:
    talk.platform.faults.add(Trouble.TOKEN_REVOKED)
    with pytest.raises(SendFailed) as refused:
        talk.say(Say("text", text="お知らせです"))
    assert (refused.value.closes, refused.value.permanent) == ("platform", False)
