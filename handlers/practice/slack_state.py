"""What the stand-in for Slack remembers: people, channels, messages, views, and who may do what."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Message = dict[str, Any]
View = dict[str, Any]


class SlackRefused(Exception):
    """Slack's answer when it says no: {"ok": false, "error": …}."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        """Keep the code and, for malformed input, the particulars."""
        super().__init__(error)
        self.error = error
        self.messages = messages or []


class Thread(NamedTuple):
    """A message of the channel and the answers under it, oldest first."""

    root: Message
    replies: list[Message]


@dataclass
class SlackUser:
    """A member of the workspace."""

    id: str
    name: str
    real_name: str
    is_bot: bool = False


@dataclass
class Channel:
    """A channel, or one person's direct messages with the bot."""

    id: str
    name: str
    bot_in: bool = True
    is_private: bool = False
    is_archived: bool = False
    im_of: str | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    ephemeral: list[Message] = field(default_factory=list)
    last_post: float = float("-inf")

    @property
    def kind(self) -> str:
        """Slack's channel_type."""
        return "im" if self.im_of else "group" if self.is_private else "channel"

    @property
    def threads(self) -> list[Thread]:
        """The channel as it is read: each message with its answers, oldest first."""
        return [Thread(one, self.replies(ts)) for ts, one in self.messages.items() if is_root(one)]

    @property
    def texts(self) -> list[str]:
        """The words of all messages that are there, oldest first."""
        return [str(one["text"]) for one in self.messages.values()]

    def replies(self, ts: str) -> list[Message]:
        """The answers under a message, oldest first."""
        return [one for one in self.messages.values() if one.get("thread_ts") == ts and one["ts"] != ts]


@dataclass
class Trigger:
    """Permission to open a modal for a person, good for three seconds and once."""

    user: str
    until: float
    used: bool = False


@dataclass
class Hook:
    """A response_url: for 30 minutes and five answers."""

    channel: str
    user: str
    message_ts: str | None
    until: float
    left: int = 5
    is_ephemeral: bool = False


@dataclass(frozen=True)
class Call:
    """One call that the stand-in answered; `error` is Slack's code, or the HTTP status as words."""

    method: str
    channel: str | None
    error: str | None
    at: datetime


class SlackState:
    """One workspace with one app in it."""

    team = "T0PRACTICE"
    domain = "practice"
    app = "A0PRACTICE"
    bot_user = "U0KIZUKIBT"
    bot = "B0KIZUKIBT"

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Start with the bot alone."""
        self.now = now
        self.users: dict[str, SlackUser] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, View] = {}
        self.modals: dict[str, list[str]] = {}
        self.modal_errors: dict[str, dict[str, str]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.calls: list[Call] = []
        self.version = 0
        self.last_ts = 0
        self.users[self.bot_user] = SlackUser(self.bot_user, "kizuki", "気づき", is_bot=True)

    def user(self, user: str) -> SlackUser:
        """The member of that id, made on first sight."""
        return self.users.setdefault(user, SlackUser(user, user.lower(), user))

    def im(self, user: str) -> Channel:
        """A person's direct messages with the bot."""
        channel_id = "D" + user[1:]
        return self.channels.setdefault(channel_id, Channel(channel_id, "directmessage", im_of=user))

    def ts(self) -> str:
        """The next timestamp: never the same twice, never backwards."""
        micros = int(self.now().timestamp() * 1_000_000)
        self.last_ts = max(micros, self.last_ts + 1)
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def reach(self, channel_id: object) -> Channel:
        """The channel that an app names; a member's id means the direct messages with them."""
        name = str(channel_id or "").lstrip("#")
        if name in self.users:
            return self.im(name)
        by_name = (one for one in self.channels.values() if not one.im_of and one.name == name)
        found = self.channels.get(name) or next(by_name, None)
        if found is None or (found.is_private and not found.bot_in):
            raise SlackRefused("channel_not_found")
        return found

    def writable(self, channel_id: object) -> Channel:
        """The same, if the bot may write there."""
        channel = self.reach(channel_id)
        if channel.is_archived:
            raise SlackRefused("is_archived")
        if not channel.bot_in:
            raise SlackRefused("not_in_channel")
        return channel

    def add(self, channel: Channel, message: Message) -> Message:
        """Put a message into a channel and give it its ts."""
        thread_ts = message.get("thread_ts")
        if thread_ts is not None and thread_ts not in channel.messages:
            raise SlackRefused("thread_not_found")
        if thread_ts is not None:
            root = channel.messages[thread_ts]
            message["thread_ts"] = root.get("thread_ts", thread_ts)
        made = {"type": "message", "ts": self.ts(), "team": self.team, **message}
        named_blocks(made)
        channel.messages[made["ts"]] = made
        self.version += 1
        return made

    def remove(self, channel: Channel, ts: str) -> Message:
        """Delete a message; the head of a thread leaves a tombstone, as in Slack."""
        if channel.replies(ts):
            gone = channel.messages[ts]
            channel.messages[ts] = {
                "type": "message",
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "user": "USLACKBOT",
                "hidden": True,
                "ts": ts,
            }
        else:
            gone = channel.messages.pop(ts)
        self.version += 1
        return gone

    def trigger(self, user: str, seconds: float) -> str:
        """Let the app open a modal for this person."""
        name = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(user, time.monotonic() + seconds)
        return name

    def use_trigger(self, name: object) -> str:
        """Use such a permission and say whose it was."""
        trigger = self.triggers.get(str(name))
        if trigger is None:
            raise SlackRefused("invalid_trigger_id")
        if trigger.used:
            raise SlackRefused("exchanged_trigger_id")
        if time.monotonic() > trigger.until:
            raise SlackRefused("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def keep_view(self, view: View, view_id: str | None = None, root: str | None = None) -> View:
        """Give a view its id and hash, and remember it."""
        view_id = view_id or "V" + secrets.token_hex(5).upper()
        made = {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "close": None,
            "submit": None,
            "state": {"values": {}},
            **view,
            "id": view_id,
            "team_id": self.team,
            "hash": f"{int(time.time())}.{secrets.token_hex(4)}",
            "previous_view_id": root,
            "root_view_id": root or view_id,
            "app_id": self.app,
            "app_installed_team_id": self.team,
            "bot_id": self.bot,
        }
        named_blocks(made)
        self.views[view_id] = made
        self.version += 1
        return made


def is_root(message: Message) -> bool:
    """Say whether a message stands in the channel itself and not in a thread."""
    return message.get("thread_ts") in (None, message["ts"]) or message.get("subtype") == "thread_broadcast"


def named_blocks(holder: dict[str, Any]) -> None:
    """Give blocks and elements the ids that Slack gives to those that have none."""
    for block in holder.get("blocks") or []:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in elements_of(block):
            element.setdefault("action_id", secrets.token_urlsafe(4))


def elements_of(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What can be pressed or filled in within a block."""
    if block["type"] == "actions":
        yield from block["elements"]
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            yield block[name]
