"""What the stand-in for LINE remembers: people, groups, chats, reply tokens, the month's pushes."""

from __future__ import annotations

import itertools
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
REPLY_TOKEN_LIFE = timedelta(minutes=1)
RETRY_KEY_LIFE = timedelta(hours=24)
REACHABLE_AFTER_WRITING = timedelta(days=7)


@dataclass(frozen=True)
class Choice:
    """A button that a person can press."""

    label: str
    action: dict[str, Any]
    message_id: str
    quick: bool = False


@dataclass
class ChatMessage:
    """One bubble; `content` is the message object as it was sent."""

    id: str
    side: Literal["person", "bot"]
    by: str
    at: datetime
    content: dict[str, Any]
    unsent: bool = False

    @property
    def text(self) -> str:
        """The words that are seen: the text, or what stands in for a picture or a card."""
        content = self.content
        return str(content.get("text") or content.get("altText") or f"（{content['type']}）")

    @property
    def quick_replies(self) -> list[Choice]:
        """The quick replies that came with this message."""
        items = (self.content.get("quickReply") or {}).get("items", [])
        return [_choice(item["action"], self.id, quick=True) for item in items]

    @property
    def buttons(self) -> list[Choice]:
        """The buttons inside a template or a Flex card, from top to bottom."""
        inside = self.content.get("template") or self.content.get("contents")
        return [_choice(action, self.id) for action in _actions_in(inside)]


@dataclass
class Chat:
    """A one-to-one chat or a group's, with both sides."""

    id: str
    messages: list[ChatMessage] = field(default_factory=list)
    pressed: set[str] = field(default_factory=set)

    @property
    def quick_replies(self) -> list[Choice]:
        """What is offered now: only the newest message's set shows, and a tap makes it go."""
        newest = self.messages[-1] if self.messages else None
        return [] if newest is None or newest.id in self.pressed else newest.quick_replies

    @property
    def offered(self) -> list[Choice]:
        """Everything that can be pressed: quick replies first, then buttons from the newest message up."""
        buttons = [button for message in reversed(self.messages) for button in message.buttons]
        return self.quick_replies + buttons

    @property
    def texts(self) -> list[str]:
        """The words of the bot, oldest first: the usual thing a test looks at."""
        return [message.text for message in self.messages if message.side == "bot"]

    def message(self, message_id: str) -> ChatMessage | None:
        """The message of that id."""
        return next((one for one in self.messages if one.id == message_id), None)


@dataclass
class LineUser:
    """A person with LINE; `blocked` after an unfollow."""

    id: str
    friend: bool = False
    blocked: bool = False
    last_wrote: datetime | None = None
    rich_menu: str | None = None
    loading_until: datetime | None = None

    def reachable(self, now: datetime) -> bool:
        """A push reaches friends and, for 7 days, whoever wrote to us."""
        return self.friend or (self.last_wrote is not None and now - self.last_wrote < REACHABLE_AFTER_WRITING)


@dataclass
class LineGroup:
    """A group the bot is in."""

    id: str
    members: set[str] = field(default_factory=set)


@dataclass
class ReplyToken:
    """Works once, and for a minute."""

    chat_id: str
    until: datetime
    used: bool = False


@dataclass(frozen=True)
class Accepted:
    """A push that was accepted under a retry key."""

    request_id: str
    sent: list[dict[str, str]]
    until: datetime


@dataclass(frozen=True)
class Call:
    """One call that the stand-in answered: what was asked, of whom, and the status."""

    method: str
    to: str | None
    status: int
    at: datetime


class LineState:
    """All of it, in memory, for one channel."""

    def __init__(self, now: Callable[[], datetime], quota: int | None) -> None:
        """Start with nobody; `quota` is the plan's pushes a month, None for no limit."""
        self.now = now
        self.quota = quota
        self.bot_user = "U" + secrets.token_hex(16)
        self.bot_name = "気づき"
        self.users: dict[str, LineUser] = {}
        self.groups: dict[str, LineGroup] = {}
        self.chats: dict[str, Chat] = {}
        self.reply_tokens: dict[str, ReplyToken] = {}
        self.retry_keys: dict[str, Accepted] = {}
        self.contents: dict[str, tuple[bytes, str]] = {}
        self.rich_menus: dict[str, dict[str, Any]] = {}
        self.default_rich_menu: str | None = None
        self.webhook_url: str | None = None
        self.calls: list[Call] = []
        self.version = 0
        self.used: Counter[str] = Counter()
        # Ids must not meet those of an earlier run, which the database may still remember.
        self._ids = itertools.count(int(time.time() * 1000) * 10_000)

    def message_id(self) -> str:
        """The next message's number."""
        return str(next(self._ids))

    def user(self, user: str) -> LineUser:
        """The person of that id, made on first sight."""
        return self.users.setdefault(user, LineUser(user))

    def chat(self, chat_id: str) -> Chat:
        """The chat with that person or group."""
        return self.chats.setdefault(chat_id, Chat(chat_id))

    def add(
        self, chat_id: str, side: Literal["person", "bot"], by: str, content: dict[str, Any], message_id: str = ""
    ) -> str:
        """Put a bubble into a chat."""
        message = ChatMessage(message_id or self.message_id(), side, by, self.now(), content)
        self.chat(chat_id).messages.append(message)
        self.version += 1
        return message.id

    def issue_reply_token(self, chat_id: str) -> str:
        """A token for the event that is about to be sent."""
        token = secrets.token_hex(16)
        self.reply_tokens[token] = ReplyToken(chat_id, self.now() + REPLY_TOKEN_LIFE)
        return token

    def renew_reply_token(self, token: str) -> None:
        """A redelivered event's token lives a minute from the redelivery, unless it was used."""
        self.reply_tokens[token].until = self.now() + REPLY_TOKEN_LIFE

    def recipients(self, address: str) -> int | None:
        """How many a push to this address costs; None when it can reach nobody we know of.

        Whoever has blocked us is not counted (reference: "Blocked or non-existent").
        """
        if address in self.groups:
            return len(self.groups[address].members)
        person = self.users.get(address)
        if person is None or not (person.blocked or person.reachable(self.now())):
            return None
        return 0 if person.blocked else 1

    @property
    def used_this_month(self) -> int:
        """Pushes of this month, as LINE counts them: by recipient, in Japan's time."""
        return self.used[self._month()]

    def may_spend(self, recipients: int) -> bool:
        """Say whether the month has that many left."""
        return self.quota is None or self.used_this_month + recipients <= self.quota

    def spend(self, recipients: int) -> None:
        """Count pushes."""
        self.used[self._month()] += recipients

    def _month(self) -> str:
        return self.now().astimezone(TOKYO).strftime("%Y-%m")

    def deliver(self, address: str, messages: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
        """Show messages in a chat, unless it is blocked; gives `sentMessages` either way."""
        blocked = address in self.users and self.users[address].blocked
        ids = [
            self.message_id() if blocked else self.add(address, "bot", self.bot_user, message)
            for message in messages
        ]
        return [{"id": one, "quoteToken": f"q{secrets.token_hex(20)}"} for one in ids]


def _choice(action: dict[str, Any], message_id: str, *, quick: bool = False) -> Choice:
    label = action.get("label") or action.get("text") or action.get("displayText") or ""
    return Choice(str(label), action, message_id, quick)


def _actions_in(part: Any) -> Iterator[dict[str, Any]]:
    """Walk a template or a Flex container in the order in which it is drawn."""
    if isinstance(part, list):
        for one in part:
            yield from _actions_in(one)
    if not isinstance(part, dict):
        return
    if isinstance(part.get("action"), dict):
        yield part["action"]
    yield from part.get("actions") or []
    for name in ("columns", "header", "hero", "body", "footer", "contents"):
        yield from _actions_in(part.get(name))
