"""Hearing on LINE: its webhook, and its events in our words.

The webhook neither imports nor trusts the SDK's parser: one malformed event would fail its whole batch
(measured with line-bot-sdk 3.27), and its import costs a second.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.messages import Hear, Incoming, Kind
from bot.texts import phrase
from handlers.intake import (
    RawEvent,
    Receive,
    Scope,
    Send,
    TooLarge,
    digest_id,
    header,
    is_same,
    read_body,
    respond,
)
from storage.intake import NotStored

SCHEME = "line"
REPLY_SECONDS = 50  # LINE: within one minute of receipt
DUMMY_TOKENS = ("0" * 32, "f" * 32)  # LINE's "verify" in older consoles


class Webhook:
    """Answers `POST /line/webhook`: the signature on the raw bytes, then the disk, then 200."""

    def __init__(self, secret: str, hear: Hear, council: str) -> None:
        self._secret = secret.encode()
        self._hear = hear
        self._council = council

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hear one request. 401 stores nothing; whatever is well signed is stored."""
        if scope["method"] != "POST":
            return await respond(send, 405)
        try:
            body = await read_body(receive)
        except TooLarge:
            return await respond(send, 413)
        if not is_signed(self._secret, body, header(scope, b"x-line-signature")):
            return await respond(send, 401)
        council = scope.get("path_params", {}).get("council", self._council)
        try:
            await self._hear(f"{SCHEME}:{council}", split(body))
        except NotStored:
            return await respond(send, 503)
        return await respond(send, 200)  # no body: one write to the socket less


def is_signed(secret: bytes, body: bytes, signature: str) -> bool:
    """Check X-Line-Signature: base64 of HMAC-SHA256 over the raw body (LINE: verify webhook signature)."""
    expected = base64.b64encode(hmac.digest(secret, body, hashlib.sha256)).decode()
    return is_same(expected, signature)


def split(body: bytes) -> list[RawEvent]:
    """Part a body into its events, which may be of several people. What is no list of events stays whole."""
    try:
        events = json.loads(body)["events"]
    except (ValueError, KeyError, TypeError, RecursionError):
        events = None
    if not isinstance(events, list):
        return [RawEvent(digest_id(body), body)]
    if len(events) == 1:
        return [RawEvent(event_id(events[0], body), body)]
    return [_raw(event) for event in events]


def event_id(event: Any, body: bytes) -> str:
    """Give an event's identity: LINE's own, the same on redelivery."""
    given = event.get("webhookEventId") if isinstance(event, dict) else None
    return given if isinstance(given, str) and given.isascii() and given else digest_id(body)


def _raw(event: Any) -> RawEvent:
    body = json.dumps(event).encode()
    return RawEvent(event_id(event, body), body)


def read(account: str, event_id: str, body: bytes, at: datetime) -> Sequence[Incoming] | None:
    """Put one event into our words; None when it is not understood, which a person then sees."""
    try:
        event = json.loads(body)
        event = event["events"][0] if isinstance(event, dict) and "events" in event else event
        return _read_event(account, event_id, event, at)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError):
        return None


def _read_event(account: str, event_id: str, event: Mapping[str, Any], at: datetime) -> list[Incoming] | None:
    found = _kind(event)
    if found is None:
        return None
    kind, text, message = found
    if event.get("mode") == "standby":
        kind = "ignored"  # another module speaks; LINE asks not to answer
    source = event.get("source") or {}
    sender, room, is_private = _whence(source)
    token = event.get("replyToken")
    return [
        Incoming(
            account=account,
            event_id=event_id,
            kind=kind,
            sender=sender,
            room=room or sender,
            at=_moment(event, at),
            text=text,
            message=message,
            is_private=is_private,
            is_called=_is_called(event),
            reply_token=token if isinstance(token, str) and token not in DUMMY_TOKENS else None,
            reply_until=at + timedelta(seconds=REPLY_SECONDS),
        )
    ]


def _kind(event: Mapping[str, Any]) -> tuple[Kind, str, str | None] | None:
    """Name what happened, its text, and the message meant."""
    kind = event["type"]
    if kind in ("message", "messageEdited"):
        return _kind_of_message(event["message"], is_edit=kind == "messageEdited")
    if kind == "unsend":
        return "unsent", "", str(event["unsend"]["messageId"])
    if kind == "postback":
        return "press", str(event["postback"]["data"]), None
    simple = _SIMPLE.get(kind)
    return (simple, "", None) if simple else None


_SIMPLE: dict[str, Kind] = {
    "follow": "follow",
    "unfollow": "unfollow",
    "join": "joined_room",
    **dict.fromkeys(
        (
            "leave",
            "memberJoined",
            "memberLeft",
            "videoPlayComplete",
            "beacon",
            "accountLink",
            "membership",
            "module",
            "activated",
            "deactivated",
            "delivery",
        ),
        "ignored",
    ),
    "botSuspended": "gone",
    "botResumed": "ignored",
}
_MEDIA: dict[str, Kind] = {
    "image": "picture",
    "audio": "voice",
    "video": "file",
    "file": "file",
    "sticker": "sticker",
}


def _kind_of_message(message: Mapping[str, Any], *, is_edit: bool) -> tuple[Kind, str, str | None] | None:
    kind, message_id = message["type"], str(message["id"])
    if kind == "text":
        return "edited" if is_edit else "text", str(message["text"]), message_id
    if kind == "location":
        return "place", _place(message), message_id
    found = _MEDIA.get(kind)
    if found is None:
        return None
    return "ignored" if is_edit else found, "", message_id


def _place(message: Mapping[str, Any]) -> str:
    words = [str(message[key]) for key in ("title", "address") if message.get(key)]
    where = " ".join(words) or f"{message.get('latitude')}, {message.get('longitude')}"
    return phrase("receipt.place", where=where)


def _whence(source: Mapping[str, Any]) -> tuple[str | None, str | None, bool]:
    user = source.get("userId")
    group = source.get("groupId") or source.get("roomId")
    sender = f"{SCHEME}:{user}" if isinstance(user, str) and user else None
    room = f"{SCHEME}:{group}" if isinstance(group, str) and group else None
    return sender, room, source.get("type") == "user"


def _is_called(event: Mapping[str, Any]) -> bool:
    mention = (event.get("message") or {}).get("mention") or {}
    return any(isinstance(m, dict) and m.get("isSelf") for m in mention.get("mentionees") or ())


def _moment(event: Mapping[str, Any], at: datetime) -> datetime:
    stamp = event.get("timestamp")
    if not isinstance(stamp, int) or not 0 < stamp < 32_503_680_000_000:
        return at
    return datetime.fromtimestamp(stamp / 1000, UTC)
