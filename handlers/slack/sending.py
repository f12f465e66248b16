"""Speaking on Slack with its own client, so that each word arrives once.

Slack has no key that makes a repetition harmless, and its SDK repeats a post whose connection dropped. So the
SDK's repetitions are off, each message carries the row it comes from as metadata, and before a second try the
place is searched for it.
"""

import http.client
import logging
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from bot.messages import Posting, Say, SendFailed, Sent
from bot.settings import Settings
from bot.texts import phrase
from handlers.slack import addresses, blocks
from handlers.slack.addresses import Place
from handlers.slack.refusals import failure

if TYPE_CHECKING:
    from slack_sdk import WebClient

EVENT_TYPE = "kizuki_post"
TIMEOUT_SECONDS = 10
PAGE = 200
PAGES = 10  # how far back a lost answer is looked for
ALREADY_GONE = ("message_not_found", "cant_update_message", "cant_delete_message")
TRIGGER_USED = "exchanged_trigger_id"
TRIGGER_LOST = ("expired_trigger_id", "invalid_trigger_id", "trigger_expired", TRIGGER_USED)


class Voice:
    """Speaks on Slack with one kept client; the SDK is imported at the first word, for it costs 0.25 s."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._kept: WebClient | None = None
        self._chats: dict[str, str] = {}  # person: their direct messages

    def send(self, posting: Posting) -> Sent:
        """Say one thing. Raises SendFailed."""
        act = ACTS.get(posting.say.kind)
        if act is None:
            raise SendFailed("unsupported", permanent=True)
        return act(self, posting)

    def _say(self, posting: Posting) -> Sent:
        place = addresses.parse(posting.destination)
        root = addresses.parse(posting.under).thread if posting.under else place.thread
        return self._post(posting, place._replace(thread=root))

    def _post(self, posting: Posting, place: Place) -> Sent:
        channel = self._chat_with(place.channel) if place.is_person else place.channel
        words = blocks.message(posting.say)
        if place.only:
            return self._whisper(channel, place, words)
        if posting.was_attempted and (ts := self._find(posting, channel, place.thread)):
            return Sent(addresses.message(channel, ts))
        answer = self._call(
            "chat.postMessage",
            channel=channel,
            thread_ts=place.thread,
            metadata={"event_type": EVENT_TYPE, "event_payload": _mark(posting)},
            unfurl_links=False,
            unfurl_media=False,
            **words._asdict(),
        )
        return Sent(addresses.message(str(answer["channel"]), str(answer["ts"])))

    def _whisper(self, channel: str, place: Place, words: blocks.Message) -> Sent:
        """Say something that one person sees. Slack keeps no record of it, so it cannot be looked for."""
        where = {"channel": channel, "user": place.only, "thread_ts": place.thread}
        self._call("chat.postEphemeral", **where, **words._asdict())
        return Sent()

    def _replace(self, posting: Posting) -> Sent:
        words = blocks.message(posting.say)
        channel, ts = _target(posting)
        return self._unless_gone("chat.update", channel=channel, ts=ts, **words._asdict())

    def _delete(self, posting: Posting) -> Sent:
        channel, ts = _target(posting)
        return self._unless_gone("chat.delete", channel=channel, ts=ts)

    def _unless_gone(self, method: str, **arguments: Any) -> Sent:
        """Change a message of ours; one that is not there any more needs no change."""
        try:
            self._call(method, **arguments)
        except SendFailed as refusal:
            if refusal.reason not in ALREADY_GONE:
                raise
        return Sent()

    def _home(self, posting: Posting) -> Sent:
        place = addresses.parse(posting.destination)
        if not place.is_person:
            raise SendFailed("not_a_person", permanent=True)
        self._call("views.publish", user_id=place.channel, view=blocks.home(posting.say))
        return Sent()

    def _form(self, posting: Posting) -> Sent:
        """Open a form. Slack allows it for three seconds after the press; later, words ask instead."""
        if not posting.say.trigger:
            return self._instead_of_form(posting)
        try:
            self._call("views.open", trigger_id=posting.say.trigger, view=blocks.modal(posting.say))
        except SendFailed as refusal:
            if refusal.reason not in TRIGGER_LOST:
                raise
            if refusal.reason == TRIGGER_USED and posting.was_attempted:
                return Sent()  # the earlier attempt has opened it
            return self._instead_of_form(posting)
        return Sent()

    def _instead_of_form(self, posting: Posting) -> Sent:
        place = addresses.parse(posting.destination)
        asking = Say("text", text=phrase("slack.form_late"))
        return self._post(_with(posting, asking), place)

    def _chat_with(self, user: str) -> str:
        if user not in self._chats:
            answer = self._call("conversations.open", users=user)
            self._chats[user] = str(answer["channel"]["id"])
        return self._chats[user]

    def _find(self, posting: Posting, channel: str, thread: str | None) -> str | None:
        """Find what an earlier attempt may have left: the message that carries this row's mark."""
        mark = _mark(posting)
        for message in self._recent(channel, thread):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload") == mark:
                return str(message["ts"])
        return None

    def _recent(self, channel: str, thread: str | None) -> Iterator[dict[str, Any]]:
        method = "conversations.replies" if thread else "conversations.history"
        where = {"channel": channel, "ts": thread} if thread else {"channel": channel}
        cursor = None
        for _ in range(PAGES):
            answer = self._call(method, **where, limit=PAGE, cursor=cursor, include_all_metadata=True)
            yield from answer.get("messages") or ()
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call Slack once. Raises SendFailed with Slack's own code."""
        from slack_sdk.errors import SlackApiError, SlackClientError  # noqa: PLC0415 - see _client

        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            client = self._client()
            answer = (
                client.api_call(method, json=given) if method in JSON else client.api_call(method, params=given)
            )
        except SlackApiError as error:
            raise failure(error.response) from error
        except (OSError, http.client.HTTPException, SlackClientError) as error:
            raise SendFailed("network") from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    def _client(self) -> "WebClient":
        with self._lock:
            if self._kept is None:
                from slack_sdk import WebClient  # noqa: PLC0415 - 0.25 s and 22 MB, needed only to speak

                self._kept = WebClient(
                    self._settings.slack_bot_token,
                    base_url=self._settings.slack_api_url.rstrip("/") + "/",
                    timeout=TIMEOUT_SECONDS,
                    retry_handlers=[],
                    logger=quiet_logger("kizuki.slack_sdk"),
                )
            return self._kept


def quiet_logger(name: str) -> logging.Logger:
    """Give an SDK a logger that says nothing: it writes what was said, and we log codes only."""
    quiet = logging.getLogger(name)
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False
    quiet.setLevel(logging.CRITICAL + 1)
    return quiet


def _mark(posting: Posting) -> dict[str, Any]:
    # the number alone could meet an older database's row in the same channel
    return {"row": posting.row_id, "key": posting.retry_key}


def _target(posting: Posting) -> tuple[str, str]:
    place = addresses.parse(posting.target or "")
    if not place.thread:
        raise SendFailed("no_target", permanent=True)
    return place.channel, place.thread


def _with(posting: Posting, say: Say) -> Posting:
    return Posting(**{**vars(posting), "say": say})


JSON = ("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", "views.open", "views.publish")
ACTS: dict[str, Callable[[Voice, Posting], Sent]] = {
    "text": Voice._say,
    "post": Voice._say,
    "replace": Voice._replace,
    "delete": Voice._delete,
    "home": Voice._home,
    "form": Voice._form,
}
