"""What the practice page shows, as plain data: the phones, the channels, the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import dates
from handlers.practice.line_platform import LinePlatform
from handlers.practice.line_state import ChatMessage, Choice
from handlers.practice.slack_platform import Channel, SlackPlatform
from handlers.practice.slack_state import Message

_LATEST = 200
_HIDDEN = {"ts", "team", "type", "client_msg_id", "metadata", "bot_profile", "bot_id", "app_id"}


@dataclass(frozen=True)
class PracticePerson:
    """Somebody of the practice town; without a LINE or Slack id the person is not there."""

    key: str
    name: str
    role: str
    line_id: str | None = None
    slack_id: str | None = None
    uses_desk: bool = False


def line_view(line: LinePlatform, people: Sequence[PracticePerson]) -> dict[str, Any]:
    """Each person's phone, by LINE id."""
    return {person.line_id: _phone(line, person.line_id) for person in people if person.line_id}


def _phone(line: LinePlatform, user: str) -> dict[str, Any]:
    chat, person = line.chat(user), line.state.user(user)
    loading = person.loading_until
    return {
        "friend": person.friend,
        "loading": loading is not None and _awaits(chat.messages, loading, line.state.now()),
        "messages": [_bubble(one) for one in chat.messages[-_LATEST:]],
        "quick": [_choice(one) for one in chat.quick_replies],
        "menu": [_choice(one) for one in line.menu(user)],
    }


def _awaits(messages: list[ChatMessage], until: datetime, now: datetime) -> bool:
    return now < until and bool(messages) and messages[-1].side == "person"


def _bubble(message: ChatMessage) -> dict[str, Any]:
    card = message.content.get("contents") or message.content.get("template")
    return {
        "id": message.id,
        "side": message.side,
        "text": message.text,
        "kind": message.content["type"],
        "card": card,
        **_moment(message.at),
        "unsent": message.unsent,
        "buttons": [_choice(one) for one in message.buttons],
    }


def _choice(choice: Choice) -> dict[str, Any]:
    link = choice.action.get("uri") if choice.action["type"] == "uri" else None
    return {"label": choice.label, "message_id": choice.message_id, "link": link}


def slack_view(slack: SlackPlatform, people: Sequence[PracticePerson]) -> dict[str, Any]:
    """The channels with their threads, and what each member alone sees."""
    members = [person.slack_id for person in people if person.slack_id]
    names = {one.id: one.real_name for one in slack.state.users.values()}
    names |= {person.slack_id: person.name for person in people if person.slack_id}
    public = [one for one in slack.state.channels.values() if not one.im_of]
    return {
        "names": names,
        "bot": slack.state.bot_user,
        "channels": [_channel(one) for one in public],
        "dms": {user: _channel(slack.dm(user)) for user in members},
        "homes": {user: slack.home(user) for user in members},
        "modals": {user: _modal(slack, user) for user in members},
    }


def _channel(channel: Channel) -> dict[str, Any]:
    threads = [
        {"root": _post(thread.root), "replies": [_post(one) for one in thread.replies]}
        for thread in channel.threads[-_LATEST:]
    ]
    ephemeral = [_post(one) | {"to": one["to"]} for one in channel.ephemeral[-20:]]
    return {"id": channel.id, "name": channel.name, "threads": threads, "ephemeral": ephemeral}


def _post(message: Message) -> dict[str, Any]:
    shown = {name: value for name, value in message.items() if name not in _HIDDEN}
    at = datetime.fromtimestamp(float(message["ts"]), tz=dates.JST)
    return shown | {"ts": message["ts"], **_moment(at)}


def clock_view(now: datetime, said: str) -> dict[str, str]:
    """The clock of the practice town, and what happened when it was last moved."""
    return {"day": dates.wareki(dates.jst(now).date()), "at": dates.digital(now), "said": said}


def _moment(at: datetime) -> dict[str, str]:
    day = dates.jst(at).date()
    return {"day": f"{day.month}月{day.day}日（{dates.weekday(day)}）", "at": dates.digital(at)}


def _modal(slack: SlackPlatform, user: str) -> dict[str, Any] | None:
    view = slack.modal(user)
    if view is None:
        return None
    names = ("id", "hash", "title", "submit", "close", "blocks")
    return {name: view[name] for name in names} | {"errors": slack.state.modal_errors.get(user, {})}
