"""The stand-in for LINE: what people do on their phones, and the webhooks that follow from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from starlette.routing import Route

from handlers.practice import line_events as events
from handlers.practice.delivery import LineDeliver
from handlers.practice.faults import Faults
from handlers.practice.line_api import LineApi
from handlers.practice.line_state import Call, Chat, Choice, LineGroup, LineState

__all__ = ["Chat", "Choice", "Delivery", "LinePlatform", "NotOffered", "Sent"]

# The smallest picture and sound that are still real: one PNG pixel, one silent MPEG-4 box.
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f"
    "000501010091a6a4450000000049454e44ae426082"
)
_SOUND = bytes.fromhex("00000018667479704d344120000000004d3441206d703432")


class NotOffered(LookupError):
    """Nobody can press a button that is not there."""


class Sent(NamedTuple):
    """What a person sent, and the status with which Kizuki answered (0: no answer in time)."""

    message_id: str
    status: int


@dataclass
class Delivery:
    """One webhook that was sent."""

    events: list[events.Event]
    body: bytes
    status: int


class LinePlatform:
    """LINE, as far as one channel can tell.

    People are LINE user ids ("U" and 32 hexadecimal digits) and exist from the moment they do
    something. Every method that a person's hand would do sends a signed webhook and waits until it
    is answered; what the bot answers shows in `chat`.
    """

    def __init__(
        self,
        deliver: LineDeliver,
        now: Callable[[], datetime],
        channel_secret: str,
        access_token: str,
        *,
        quota: int | None = 200,
        faults: Faults | None = None,
        redeliver_after_seconds: Sequence[float] = (),
    ) -> None:
        """Open the stand-in.

        `deliver` carries a webhook to Kizuki and gives the status; `quota` is pushes a month (200
        as on the free plan, None for no limit); `redeliver_after_seconds` are the pauses before
        each redelivery of a webhook that was not answered with 2xx, none as at LINE, where
        redelivery is off by default.
        """
        self.state = LineState(now, quota)
        self.faults = faults or Faults()
        self.deliveries: list[Delivery] = []
        self._deliver = deliver
        self._secret = channel_secret
        self._pauses = tuple(redeliver_after_seconds)
        self._api = LineApi(self.state, access_token, self.faults, self._probe)

    def routes(self) -> list[Route]:
        """The paths of the Messaging API, to be mounted where LINE_API_URL and LINE_DATA_URL point."""
        return self._api.routes()

    @property
    def calls(self) -> list[Call]:
        """Every call the bot made, oldest first."""
        return self.state.calls

    @property
    def version(self) -> int:
        """Grows with everything that can be seen."""
        return self.state.version

    def chat(self, user: str) -> Chat:
        """The chat of a person (or group), both sides, with what can be pressed now."""
        return self.state.chat(user)

    async def follow(self, user: str) -> int:
        """Add the account as a friend, or unblock it."""
        person = self.state.user(user)
        was_blocked, person.friend, person.blocked = person.blocked, True, False
        self.state.version += 1
        made = self._event("follow", user) | {"follow": {"isUnblocked": was_blocked}}
        return await self.deliver_events([made])

    async def unfollow(self, user: str) -> int:
        """Block the account."""
        person = self.state.user(user)
        person.friend, person.blocked, person.last_wrote = False, True, None
        self.state.version += 1
        return await self.deliver_events([self._event("unfollow", user, replies=False)])

    async def say(self, user: str, text: str) -> Sent:
        """Write a message in the one-to-one chat."""
        return await self._send(user, lambda mid: events.text(mid, text))

    async def send_sticker(self, user: str, package_id: str = "446", sticker_id: str = "1988") -> Sent:
        """Send a sticker."""
        sticker = {
            "type": "sticker",
            "packageId": package_id,
            "stickerId": sticker_id,
            "stickerResourceType": "STATIC",
            "keywords": ["OK"],
        }
        return await self._send(user, lambda mid: sticker | {"id": mid, "quoteToken": events.quote_token()})

    async def send_image(self, user: str, picture: bytes = _PIXEL, kind: str = "image/png") -> Sent:
        """Send a picture, which the bot can then fetch."""
        image = {"type": "image", "contentProvider": {"type": "line"}}
        make = lambda mid: image | {"id": mid, "quoteToken": events.quote_token()}  # noqa: E731
        return await self._send(user, make, (picture, kind))

    async def send_audio(self, user: str, sound: bytes = _SOUND, duration_ms: int = 8200) -> Sent:
        """Send a voice message, which the bot can then fetch."""
        audio = {"type": "audio", "duration": duration_ms, "contentProvider": {"type": "line"}}
        return await self._send(user, lambda mid: audio | {"id": mid}, (sound, "audio/x-m4a"))

    async def send_location(
        self,
        user: str,
        title: str = "いまいる場所",
        address: str = "",
        latitude: float = 35.4658,
        longitude: float = 139.6223,
    ) -> Sent:
        """Send a place on the map."""
        place: dict[str, Any] = {"type": "location", "title": title, "latitude": latitude, "longitude": longitude}
        place |= {"address": address} if address else {}
        return await self._send(user, lambda mid: place | {"id": mid})

    async def unsend(self, user: str, message_id: str) -> int:
        """Take a message back."""
        message = self.state.chat(user).message(message_id)
        if message is not None:
            message.unsent = True
            message.content = {"type": "text", "text": "メッセージの送信を取り消しました"}
        self.state.contents.pop(message_id, None)
        self.state.version += 1
        made = self._event("unsend", user, replies=False) | {"unsend": {"messageId": message_id}}
        return await self.deliver_events([made])

    async def press(
        self, user: str, label: str, message_id: str | None = None, params: dict[str, str] | None = None
    ) -> Sent:
        """Press a quick reply, a button of a card, or an area of the rich menu, by what is written on it.

        A message action sends its text, a postback sends its data and shows its displayText; a link
        or a copy is the phone's own business and sends nothing (status 200).
        `message_id` says which message's button, where several read the same; `params` what was
        picked, for a date picker. Raises NotOffered when there is no such button now.
        """
        choice = self._find(user, label, message_id)
        if choice.quick:
            self.state.chat(user).pressed.add(choice.message_id)
            self.state.version += 1
        kind, action = choice.action["type"], choice.action
        if kind == "message":
            return await self.say(user, action["text"])
        if kind == "location":
            return await self.send_location(user)
        if kind in ("postback", "datetimepicker"):
            return await self._postback(user, action, params)
        return Sent("", 200)

    async def join_group(self, group: str, members: Sequence[str] = ()) -> int:
        """Invite the bot to a group."""
        self.state.groups[group] = LineGroup(group, set(members))
        made = events.event(
            "join", self.state.now(), events.from_group(group), self.state.issue_reply_token(group)
        )
        return await self.deliver_events([made])

    async def say_in_group(self, group: str, user: str, text: str, mention_bot: bool = False) -> Sent:
        """Write in a group; with `mention_bot` the text begins by calling the bot's name."""
        self.state.groups.setdefault(group, LineGroup(group)).members.add(user)
        name = self.state.bot_name
        words = f"@{name} {text}" if mention_bot else text
        message = events.text(self.state.message_id(), words)
        if mention_bot:
            message["mention"] = events.mention_of(self.state.bot_user, name)
        return await self._message_event(group, user, events.from_group(group, user), message)

    async def edit_in_group(self, group: str, user: str, message_id: str, text: str) -> int:
        """Correct a message (LINE offers this in groups only): same message id, new tokens."""
        message = self.state.chat(group).message(message_id)
        if message is not None:
            message.content = {"type": "text", "text": text}
        token = self.state.issue_reply_token(group)
        made = events.event("messageEdited", self.state.now(), events.from_group(group, user), token)
        return await self.deliver_events([made | {"message": events.text(message_id, text)}])

    async def deliver_events(self, batch: Sequence[events.Event]) -> int:
        """Send events in one signed webhook, and again after each pause while it is not answered with 2xx."""
        sent = list(batch)
        status = await self._post(sent)
        for pause in self._pauses:
            if 200 <= status < 300:
                break
            await asyncio.sleep(pause)
            status = await self.redeliver(sent)
        return status

    async def redeliver(self, batch: Sequence[events.Event]) -> int:
        """Send events once more, marked as redelivered: same ids, same reply tokens."""
        for one in batch:
            if "replyToken" in one:
                self.state.renew_reply_token(one["replyToken"])
        return await self._post(events.redelivered(batch))

    async def _probe(self) -> int:
        return await self._post([])

    async def _post(self, batch: list[events.Event]) -> int:
        raw = events.body(self.state.bot_user, batch)
        status = await self._deliver(raw, events.headers(self._secret, raw))
        self.deliveries.append(Delivery(batch, raw, status))
        return status

    def _event(self, kind: str, user: str, *, replies: bool = True) -> events.Event:
        token = self.state.issue_reply_token(user) if replies else None
        return events.event(kind, self.state.now(), events.from_user(user), token)

    async def _send(
        self, user: str, make: Callable[[str], dict[str, Any]], content: tuple[bytes, str] | None = None
    ) -> Sent:
        message = make(self.state.message_id())
        if content is not None:
            self.state.contents[message["id"]] = content
        person = self.state.user(user)
        person.last_wrote = self.state.now()
        return await self._message_event(user, user, events.from_user(user), message)

    async def _message_event(
        self, chat_id: str, user: str, source: dict[str, str], message: dict[str, Any]
    ) -> Sent:
        shown = {name: value for name, value in message.items() if name not in ("id", "quoteToken")}
        self.state.add(chat_id, "person", user, shown, message["id"])
        token = self.state.issue_reply_token(chat_id)
        made = events.event("message", self.state.now(), source, token) | {"message": message}
        return Sent(message["id"], await self.deliver_events([made]))

    async def _postback(self, user: str, action: dict[str, Any], params: dict[str, str] | None) -> Sent:
        shown = action.get("displayText")
        message_id = self.state.add(user, "person", user, {"type": "text", "text": shown}) if shown else ""
        postback = {"data": action["data"]} | ({"params": params} if params else {})
        made = self._event("postback", user) | {"postback": postback}
        return Sent(message_id, await self.deliver_events([made]))

    def _find(self, user: str, label: str, message_id: str | None) -> Choice:
        offered = self.state.chat(user).offered + self.menu(user)
        for choice in offered:
            if choice.label == label and message_id in (None, choice.message_id):
                return choice
        there = "、".join(choice.label for choice in offered) or "なし"
        raise NotOffered(f"「{label}」というボタンはありません（いまあるもの: {there}）")

    def menu(self, user: str) -> list[Choice]:
        """The areas of the rich menu that this person sees."""
        menu_id = self.state.user(user).rich_menu or self.state.default_rich_menu
        areas = self.state.rich_menus.get(menu_id or "", {}).get("areas", [])
        actions = [area["action"] for area in areas]
        return [Choice(str(one.get("label") or one.get("text") or ""), one, menu_id or "") for one in actions]
