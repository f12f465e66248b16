"""LINE: its webhook, its events in our words, and what we say in its messages.

The webhook neither imports nor trusts the SDK's parser: one malformed event would fail its whole batch
(measured with line-bot-sdk 3.27), and its import costs a second. The SDK sends.
"""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.messages import Hear, Incoming, Kind, Platform, Posting, Say, SendFailed, Sent
from bot.settings import Settings
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
PATH = "/line/webhook"
COUNCIL_PATH = "/line/{council}/webhook"
REPLY_SECONDS = 50  # LINE: within one minute of receipt
MAX_UNITS = 5_000  # UTF-16 code units of one text message; the SDK does not check it
MAX_MESSAGES = 5
MAX_QUICK_REPLIES = 13
MAX_LABEL = 20
MAX_ACTION_TEXT = 300
MAX_CONTENT = 10 * 1024 * 1024
TIMEOUTS = (3.0, 10.0)  # connect, read; the SDK has none of its own
DUMMY_TOKENS = ("0" * 32, "f" * 32)  # LINE's "verify" in older consoles


def connect(settings: Settings, hear: Hear, council: str = "main") -> Platform | None:
    """Connect LINE, or None when its two values are not set."""
    if not settings.has_line:
        return None
    webhook = Webhook(str(settings.line_channel_secret), hear, council)
    voice = Voice(settings)
    return Platform(SCHEME, ((PATH, webhook), (COUNCIL_PATH, webhook)), read, voice.send)


# --- hearing ---------------------------------------------------------------------------------------------


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


# --- speaking --------------------------------------------------------------------------------------------


class Voice:
    """Speaks on LINE with one kept client; the SDK is imported at the first word, for it costs a second."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._sdk: Any = None
        self._api: Any = None
        self._blob: Any = None

    def send(self, posting: Posting) -> Sent:
        """Say one thing. Raises SendFailed."""
        self._connect()
        act = _ACTS.get(posting.say.kind)
        if act is None:
            raise SendFailed("unsupported", permanent=True)
        try:
            return act(self, posting)
        except self._sdk.ApiException as error:
            raise _failure(error) from error
        except OSError as error:
            raise SendFailed("network") from error
        except Exception as error:
            if type(error).__module__.startswith("urllib3"):
                raise SendFailed("network") from error
            raise

    def _connect(self) -> None:
        with self._lock:
            if self._sdk is not None:
                return
            from linebot.v3 import messaging  # noqa: PLC0415 - 1 to 2 s and 70 MB, needed only to speak

            token, host = self._settings.line_channel_access_token, self._settings.line_api_url
            client = messaging.ApiClient(messaging.Configuration(access_token=token, host=host))
            data = messaging.ApiClient(
                messaging.Configuration(access_token=token, host=self._settings.line_data_url)
            )
            self._api, self._blob = messaging.MessagingApi(client), messaging.MessagingApiBlob(data)
            self._sdk = messaging

    def _say(self, posting: Posting) -> Sent:
        messages = self._messages(posting.say)
        if posting.reply_token is not None:
            sent = self._reply(posting, messages)
            if sent is not None:
                return sent
        return self._push(posting, messages)

    def _reply(self, posting: Posting, messages: list[Any]) -> Sent | None:
        request = self._sdk.ReplyMessageRequest(reply_token=posting.reply_token, messages=messages)
        try:
            answer = self._api.reply_message(request, _request_timeout=TIMEOUTS)
        except self._sdk.ApiException as error:
            if error.status != 400 or "reply token" not in str(error.body):
                raise
            # the token works once: if it is used up after an earlier try, the words have arrived
            return Sent() if posting.was_attempted else None
        return Sent(_first_id(answer))

    def _push(self, posting: Posting, messages: list[Any]) -> Sent:
        to = posting.destination.split(":", 1)[1]
        if not to.startswith("U"):
            raise SendFailed("group_push", permanent=True)  # a push to a group costs every member
        if not posting.may_push:
            raise SendFailed("budget", needs_push=True)
        request = self._sdk.PushMessageRequest(to=to, messages=messages)
        try:
            answer = self._api.push_message(
                request, x_line_retry_key=posting.retry_key, _request_timeout=TIMEOUTS
            )
        except self._sdk.ApiException as error:
            if error.status == 409:  # accepted before, under the same retry key
                return Sent(pushes=1)
            raise
        return Sent(_first_id(answer), pushes=1)

    def _fetch(self, posting: Posting) -> Sent:
        answer = self._blob.get_message_content_with_http_info(
            posting.say.message, _request_timeout=TIMEOUTS, _preload_content=True
        )
        if answer.status_code == 202:
            raise SendFailed("preparing", retry_after=5)
        content = bytes(answer.data or b"")
        if len(content) > MAX_CONTENT:
            raise SendFailed("too_large", permanent=True)
        return Sent(content=content, content_type=(answer.headers or {}).get("Content-Type"))

    def _messages(self, say: Say) -> list[Any]:
        texts = _cut(_whole_text(say))
        quick = self._quick_reply(say)
        last = len(texts) - 1
        return [
            self._sdk.TextMessage(text=text, quick_reply=quick if place == last else None)
            for place, text in enumerate(texts)
        ]

    def _quick_reply(self, say: Say) -> Any:
        links = [self._sdk.URIAction(label=label[:MAX_LABEL], uri=address) for label, address in say.links]
        presses = [
            self._sdk.MessageAction(label=c.label[:MAX_LABEL], text=c.says[:MAX_ACTION_TEXT]) for c in say.choices
        ]
        actions = (links + presses)[:MAX_QUICK_REPLIES]
        items = [self._sdk.QuickReplyItem(action=action) for action in actions]
        return self._sdk.QuickReply(items=items) if items else None


_ACTS: dict[str, Callable[[Voice, Posting], Sent]] = {"text": Voice._say, "fetch": Voice._fetch}


def _whole_text(say: Say) -> str:
    facts = [f"{label}：{value}" for label, value in say.facts]
    # on a computer LINE shows no quick replies: a link must also stand in the text
    links = [f"{label}\n{address}" for label, address in say.links if not address.startswith("tel:")]
    return "\n".join(part for part in (say.title, say.text, *facts, *links) if part)


def _cut(text: str) -> list[str]:
    """Part a text into messages of at most 5,000 UTF-16 units, at line ends where possible."""
    pieces: list[str] = []
    rest = text
    while _units(rest) > MAX_UNITS and len(pieces) < MAX_MESSAGES - 1:
        end = _fitting(rest)
        line_end = rest.rfind("\n", 0, end)
        end = line_end if line_end > end // 2 else end
        pieces.append(rest[:end].rstrip("\n"))
        rest = rest[end:].lstrip("\n")
    return [*pieces, rest[: _fitting(rest)]]


def _fitting(text: str) -> int:
    """How many characters from the start fit into one message."""
    units = 0
    for place, char in enumerate(text):
        units += 2 if ord(char) > 0xFFFF else 1
        if units > MAX_UNITS:
            return place
    return len(text)


def _units(text: str) -> int:
    return len(text) + sum(ord(char) > 0xFFFF for char in text)


def _first_id(answer: Any) -> str | None:
    sent = getattr(answer, "sent_messages", None) or []
    return str(sent[0].id) if sent else None


def _failure(error: Any) -> SendFailed:
    """Say what a refusal means: whether trying again can help, and whether the month's pushes are used up."""
    status, body = int(error.status or 0), str(error.body)
    if status == 429 and "monthly limit" in body:
        return SendFailed("budget", needs_push=True)
    if status == 429 or status >= 500:
        return SendFailed(f"http_{status}", retry_after=_retry_after(error))
    if status in (401, 403):
        return SendFailed(f"http_{status}")  # the token: an officer can mend it, and the backlog is kept
    if status in (404, 410):
        return SendFailed("not_there", permanent=True)
    return SendFailed(f"http_{status}", permanent=status == 400, is_closed="Failed to send" in body)


def _retry_after(error: Any) -> float | None:
    given = (error.headers or {}).get("Retry-After", "")
    return float(given) if str(given).isdigit() else None
