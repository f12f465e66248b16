"""The stand-in for Slack: what members do in it, and the requests that follow from it."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from starlette.routing import Route

from handlers.practice import slack_events as events
from handlers.practice.delivery import SlackDeliver
from handlers.practice.faults import Faults
from handlers.practice.slack_api import SlackApi
from handlers.practice.slack_forms import NotFilledIn, fill_in, find_element
from handlers.practice.slack_limits import view_problems
from handlers.practice.slack_socket import Sockets
from handlers.practice.slack_state import (
    Call,
    Channel,
    Hook,
    Message,
    SlackState,
    SlackUser,
    Thread,
    View,
)
from handlers.practice.slack_views import push_modal, replace_view

__all__ = ["Answered", "Channel", "NotFilledIn", "Posted", "SlackPlatform", "Thread"]

HOOK_SECONDS = 30 * 60
TRIGGER_SECONDS = 3.0
_COULD_NOT_CONNECT = "接続できませんでした。もう一度お試しください。"


class Posted(NamedTuple):
    """What a member wrote, and the status with which Kizuki answered (0: no answer in time)."""

    ts: str
    status: int


class Answered(NamedTuple):
    """The status of an interaction, and what was answered with it."""

    status: int
    body: bytes = b""
    errors: dict[str, str] = {}  # noqa: RUF012 - never written to


@dataclass
class Delivery:
    """One request that was sent."""

    kind: str
    payload: dict[str, Any]
    status: int
    retry: int


class SlackPlatform:
    """Slack, as far as one app in one workspace can tell.

    Members and channels are named by their ids ("U…", "C…"); a member exists from the first deed,
    a channel is added by `add_channel`. Every deed sends signed requests (or envelopes, while the
    app is connected by Socket Mode) and waits until they are answered.
    """

    def __init__(
        self,
        deliver: SlackDeliver,
        now: Callable[[], datetime],
        signing_secret: str,
        bot_token: str,
        app_token: str,
        *,
        base_url: str = "http://127.0.0.1:8000/practice/slack-platform",
        faults: Faults | None = None,
        pace: bool = False,
        echo: bool = False,
        retry_after_seconds: Sequence[float] = (),
    ) -> None:
        """Open the stand-in.

        `deliver` carries a request to Kizuki; `base_url` is where `routes` are mounted, for the
        response_urls; `pace` allows one post a second and channel, with 429 beyond; `echo` sends the
        app the events of its own posts, as Slack does; `retry_after_seconds` are the pauses before
        an event is sent again that was not answered with 2xx (Slack's own: 0, 60, 300).
        """
        self.state = SlackState(now)
        self.faults = faults or Faults()
        self.base_url = base_url
        self.echo = echo
        self.trigger_seconds = TRIGGER_SECONDS
        self.deliveries: list[Delivery] = []
        self.sockets = Sockets(self.state.app)
        self._deliver = deliver
        self._secret = signing_secret
        self._pauses = tuple(retry_after_seconds)
        self._echoes: set[asyncio.Task[Answered]] = set()
        self._api = SlackApi(self.state, bot_token, app_token, self.faults, self._echo, self.sockets.url)
        self._api.pace_seconds = 1.0 if pace else 0.0

    def routes(self) -> list[Route]:
        """`/api/…` and `/hooks/…`, to be mounted at `base_url`; SLACK_API_URL is `base_url` + "/api/"."""
        return self._api.routes()

    @property
    def calls(self) -> list[Call]:
        """Every call the app made, oldest first."""
        return self.state.calls

    @property
    def version(self) -> int:
        """Grows with everything that can be seen."""
        return self.state.version

    def add_channel(self, channel: str, name: str, *, bot_in: bool = True, is_private: bool = False) -> Channel:
        """Make a channel."""
        self.state.channels[channel] = Channel(channel, name, bot_in=bot_in, is_private=is_private)
        self.state.version += 1
        return self.state.channels[channel]

    def add_user(self, user: str, name: str, real_name: str) -> SlackUser:
        """Let a member in."""
        self.state.users[user] = SlackUser(user, name, real_name)
        return self.state.users[user]

    def channel(self, channel: str) -> Channel:
        """A channel with its threads."""
        return self.state.channels[channel]

    def dm(self, user: str) -> Channel:
        """A member's direct messages with the bot."""
        self.state.user(user)
        return self.state.im(user)

    def home(self, user: str) -> list[dict[str, Any]]:
        """The blocks of a member's App Home; none before it was published."""
        view = self.state.homes.get(user)
        return view["blocks"] if view else []

    def modal(self, user: str) -> View | None:
        """The modal that is open before a member, the topmost of them."""
        stack = self.state.modals.get(user)
        return self.state.views[stack[-1]] if stack else None

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Posted:
        """Write in a channel, a thread or the direct messages; a mention of the bot arrives twice."""
        self.state.user(user)
        place, written = self.state.channels[channel], events.as_slack_writes(text, self._names())
        message: Message = {"user": user, "text": written, "blocks": events.rich_text(text)}
        message |= {"thread_ts": thread_ts} if thread_ts else {}
        made = self.state.add(place, message)
        status = await self._tell(place, made)
        if f"<@{self.state.bot_user}>" in written and not place.im_of:
            kept = ("user", "text", "ts", "team", "thread_ts")
            mention = {name: made[name] for name in kept if name in made}
            status = await self._event(
                {"type": "app_mention", "channel": channel, "event_ts": made["ts"], **mention}
            )
        return Posted(made["ts"], status)

    async def say_to_bot(self, user: str, text: str) -> Posted:
        """Write to the bot in direct messages."""
        return await self.say(user, self.dm(user).id, text)

    async def edit(self, user: str, channel: str, ts: str, text: str) -> int:
        """Correct one's own message."""
        place = self.state.channels[channel]
        before = place.messages[ts]
        written = events.as_slack_writes(text, self._names())
        edited = {"edited": {"user": user, "ts": self.state.ts()}, "blocks": events.rich_text(text)}
        place.messages[ts] = {**before, "text": written, **edited}
        self.state.version += 1
        return await self._tell(place, events.changed(self.state, place, place.messages[ts], before))

    async def delete(self, user: str, channel: str, ts: str) -> int:
        """Take a message away."""
        place = self.state.channels[channel]
        gone = self.state.remove(place, ts)
        return await self._tell(place, events.deleted(self.state, place, gone))

    async def command(self, user: str, channel: str, name: str, text: str) -> Answered:
        """Use a slash command; what is answered at once shows to this member only."""
        place, person = self.state.channels[channel], self.state.user(user)
        hook, trigger = self._hook(place, user), self._trigger(user)
        fields = events.command(self.state, person, place, name, text, hook, trigger)
        answer = await self._send("command", fields)
        self._show_answer(place, user, answer)
        return answer

    async def shortcut(self, user: str, callback_id: str) -> Answered:
        """Use a global shortcut."""
        made = events.interaction(self.state, "shortcut", self.state.user(user))
        more = {"callback_id": callback_id, "trigger_id": self._trigger(user), "action_ts": self.state.ts()}
        return await self._send("interactive", made | more)

    async def message_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Answered:
        """Use a shortcut in the menu of a message."""
        place = self.state.channels[channel]
        made = events.interaction(self.state, "message_action", self.state.user(user))
        more = {
            "callback_id": callback_id,
            "trigger_id": self._trigger(user),
            "action_ts": self.state.ts(),
            "response_url": self._hook(place, user),
            "message_ts": ts,
            "message": place.messages[ts],
            "channel": {"id": place.id, "name": place.name},
        }
        return await self._send("interactive", made | more)

    async def press(self, user: str, channel: str, ts: str, action_id: str, value: Any = None) -> Answered:
        """Press a button of a message, or choose from a menu in it.

        `value` tells buttons with one action_id apart, and says what is chosen in a menu.
        """
        place = self.state.channels[channel]
        shown = next((one for one in place.ephemeral if one["ts"] == ts and one["to"] == user), None)
        message = shown or place.messages[ts]
        where = events.from_message(place, message, is_ephemeral=shown is not None)
        where["response_url"] = self._hook(place, user, ts)
        return await self._press(user, message.get("blocks", []), where, action_id, value)

    async def press_home(self, user: str, action_id: str, value: Any = None) -> Answered:
        """Press a button of the App Home."""
        where = events.from_view(self.state.homes[user])
        return await self._press(user, self.home(user), where, action_id, value)

    async def press_modal(self, user: str, action_id: str, value: Any = None) -> Answered:
        """Press a button of the modal that is open."""
        view = self._open_modal(user)
        return await self._press(user, view["blocks"], events.from_view(view), action_id, value)

    async def submit(self, user: str, values: dict[str, Any], view_id: str | None = None) -> Answered:
        """Send the modal that is open, with values by action_id (for menus: the option's value).

        Raises NotFilledIn as Slack's own client would hold it back. Errors that Kizuki answers with
        leave the modal open and come back as `errors`.
        """
        view = self.state.views[view_id] if view_id else self._open_modal(user)
        view["state"] = {"values": fill_in(view, values)}
        made = events.interaction(self.state, "view_submission", self.state.user(user))
        more = {"trigger_id": self._trigger(user), "view": view, "response_urls": []}
        answer = await self._send("interactive", made | more)
        return self._after_submit(user, view, answer)

    async def close(self, user: str) -> Answered:
        """Close the modal without sending it."""
        view = self._open_modal(user)
        self.state.modals[user].pop()
        self.state.version += 1
        if not view["notify_on_close"]:
            return Answered(200)
        made = events.interaction(self.state, "view_closed", self.state.user(user))
        return await self._send("interactive", made | {"view": view, "is_cleared": False})

    async def open_home(self, user: str) -> int:
        """Look at the App Home."""
        inner = {"type": "app_home_opened", "user": user, "channel": self.dm(user).id, "tab": "home"}
        view = self.state.homes.get(user)
        return await self._event(inner | {"event_ts": self.state.ts()} | ({"view": view} if view else {}))

    async def send_event(self, inner: dict[str, Any]) -> int:
        """Send any other event, such as app_uninstalled or channel_archive."""
        return await self._event(inner | {"event_ts": self.state.ts()})

    def _names(self) -> dict[str, str]:
        bot = self.state.users[self.state.bot_user]
        return {bot.name: bot.id, bot.real_name: bot.id}

    def _open_modal(self, user: str) -> View:
        view = self.modal(user)
        if view is None:
            raise LookupError(f"no modal is open before {user}")
        return view

    def _trigger(self, user: str) -> str:
        return self.state.trigger(user, self.trigger_seconds)

    def _hook(self, channel: Channel, user: str, ts: str | None = None) -> str:
        name = secrets.token_urlsafe(16)
        self.state.hooks[name] = Hook(channel.id, user, ts, time.monotonic() + HOOK_SECONDS)
        return f"{self.base_url}/hooks/{name}"

    async def _press(
        self, user: str, blocks: list[dict[str, Any]], where: dict[str, Any], action_id: str, value: Any
    ) -> Answered:
        block, element = find_element(blocks, action_id, value)
        if element["type"] == "button" and element.get("url") and not element.get("value"):
            return Answered(200)
        made = events.interaction(self.state, "block_actions", self.state.user(user)) | where
        pressed = events.action(block, element, value, self.state.ts())
        return await self._send("interactive", made | {"trigger_id": self._trigger(user), "actions": [pressed]})

    def _after_submit(self, user: str, view: View, answer: Answered) -> Answered:
        said = _object(answer.body)
        self.state.modal_errors.pop(user, None)
        self.state.version += 1
        deed = said.get("response_action")
        broken = deed in ("update", "push") and view_problems(said.get("view"))
        if answer.status != 200 or broken:
            self.state.modal_errors[user] = {"": _COULD_NOT_CONNECT}
        elif deed == "errors":
            self.state.modal_errors[user] = dict(said["errors"])
        elif deed == "update":
            replace_view(self.state, view, said["view"])
        elif deed == "push":
            push_modal(self.state, user, said["view"])
        elif deed == "clear":
            self.state.modals[user] = []
        elif view["id"] in self.state.modals.get(user, []):
            self.state.modals[user].remove(view["id"])
        return answer._replace(errors=self.state.modal_errors.get(user, {}))

    def _show_answer(self, channel: Channel, user: str, answer: Answered) -> None:
        said = _object(answer.body) or {"text": answer.body.decode(errors="replace")}
        if answer.status != 200:
            said = {"text": "コマンドに応答がありませんでした。"}
        if said.get("text") or said.get("blocks"):
            message = {"type": "message", "user": self.state.bot_user, "ts": self.state.ts(), "text": "", **said}
            channel.ephemeral.append(message | {"to": user})
            self.state.version += 1

    def _echo(self, channel: Channel, message: Message) -> None:
        if self.echo:
            task = asyncio.get_running_loop().create_task(self._send("event", self._about(channel, message)))
            self._echoes.add(task)
            task.add_done_callback(self._echoes.discard)

    async def _tell(self, channel: Channel, message: Message) -> int:
        """An app hears of messages only where it is."""
        if not channel.bot_in:
            return 200
        return (await self._send("event", self._about(channel, message))).status

    def _about(self, channel: Channel, message: Message) -> dict[str, Any]:
        where = {"channel": channel.id, "channel_type": channel.kind}
        return events.event(self.state, {"event_ts": message["ts"], **message, **where})

    async def _event(self, inner: dict[str, Any]) -> int:
        return (await self._send("event", events.event(self.state, inner))).status

    async def _send(self, kind: str, payload: dict[str, Any]) -> Answered:
        """Send a request; events are sent again after each pause, interactions never (as at Slack)."""
        answer = await self._once(kind, payload, 0, "")
        for number, pause in enumerate(self._pauses if kind == "event" else (), start=1):
            if 200 <= answer.status < 300:
                break
            await asyncio.sleep(pause)
            reason = "http_error" if answer.status else "http_timeout"
            answer = await self._once(kind, payload, number, reason)
        return answer

    async def _once(self, kind: str, payload: dict[str, Any], retry: int, reason: str) -> Answered:
        if self.sockets.connected:
            answer = Answered(*await self.sockets.send(kind, payload, (retry, reason)))
        else:
            raw, content_type = _body(kind, payload)
            headers = events.headers(self._secret, raw, int(time.time()), content_type)
            again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
            answer = Answered(*await self._deliver(kind, raw, headers | again))
        self.deliveries.append(Delivery(kind, payload, answer.status, retry))
        return answer


def _body(kind: str, payload: dict[str, Any]) -> tuple[bytes, str]:
    if kind == "event":
        return events.as_json(payload), "application/json"
    form = payload if kind == "command" else {"payload": json.dumps(payload, ensure_ascii=False)}
    return events.as_form(form), "application/x-www-form-urlencoded"


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body or b"{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
