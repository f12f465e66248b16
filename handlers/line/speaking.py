"""Speaking on LINE with its SDK: the free reply first, a push with its own retry key otherwise."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from bot.messages import Allowance, Posting, Say, SendFailed, Sent
from bot.settings import Settings

Answer = TypeVar("Answer")

MAX_UNITS = 5_000  # UTF-16 code units of one text message; the SDK does not check it
MAX_MESSAGES = 5
MAX_QUICK_REPLIES = 13
MAX_LABEL = 20
MAX_ACTION_TEXT = 300
MAX_CONTENT = 10 * 1024 * 1024
TIMEOUTS = (3.0, 10.0)  # connect, read; the SDK has none of its own


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
        return self._guarded(lambda: act(self, posting))

    def _guarded(self, call: Callable[[], Answer]) -> Answer:
        """Make one call of the SDK, and say in our words what went wrong."""
        try:
            return call()
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

    def allowance(self) -> Allowance:
        """Ask LINE for the month's pushes: how many there are, and how many are used. Raises SendFailed."""
        self._connect()
        return self._guarded(self._ask_allowance)

    def _ask_allowance(self) -> Allowance:
        quota = self._api.get_message_quota(_request_timeout=TIMEOUTS)
        used = self._api.get_message_quota_consumption(_request_timeout=TIMEOUTS)
        is_limited = str(quota.type).lower().endswith("limited") and quota.value is not None
        return Allowance(int(quota.value) if is_limited else None, int(used.total_usage))

    def _say(self, posting: Posting) -> Sent:
        messages = self._messages(posting.say)
        if posting.reply_token is not None:
            along = self._along(posting, MAX_MESSAGES - len(messages))
            sent = self._reply(posting, [*along, *messages], took_along=bool(along))
            if sent is not None:
                return sent
        return self._push(posting, messages)

    def _along(self, posting: Posting, room: int) -> list[Any]:
        """Lay out what waited for this person, before the answer, whose buttons stay in sight. All or nothing."""
        waited = [message for say in posting.along for message in self._messages(say)]
        for message in waited:
            message.quick_reply = None  # LINE shows those of the last message alone
        return waited if len(waited) <= room else []

    def _reply(self, posting: Posting, messages: list[Any], *, took_along: bool) -> Sent | None:
        request = self._sdk.ReplyMessageRequest(reply_token=posting.reply_token, messages=messages)
        try:
            answer = self._api.reply_message(request, _request_timeout=TIMEOUTS)
        except self._sdk.ApiException as error:
            if error.status != 400 or "reply token" not in str(error.body):
                raise
            # the token works once: if it is used up after an earlier try, the words have arrived
            return Sent(took_along=took_along) if posting.was_attempted else None
        return Sent(_first_id(answer), took_along=took_along)

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
        return SendFailed("monthly_limit", needs_push=True)
    if status == 429 or status >= 500:
        return SendFailed(f"http_{status}", retry_after=_retry_after(error))
    if status in (401, 403):  # the token: an officer can mend it, and the backlog is kept
        return SendFailed(f"http_{status}", closes="platform")
    if status in (404, 410):
        return SendFailed("not_there", permanent=True)
    return SendFailed(f"http_{status}", permanent=status == 400, is_closed="Failed to send" in body)


def _retry_after(error: Any) -> float | None:
    given = (error.headers or {}).get("Retry-After", "")
    return float(given) if str(given).isdigit() else None
