"""What a hand can do on the practice page, each deed by its name in the page's addresses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from handlers.practice.line_platform import LinePlatform
from handlers.practice.slack_platform import SlackPlatform

GLOBAL_SHORTCUT, MESSAGE_SHORTCUT, COMMAND = "kizuki_new", "kizuki_from_message", "/kizuki"

Deed = Callable[[dict[str, Any]], Awaitable[int]]
"""Takes what the page sent; gives the status with which Kizuki answered."""


class PhoneDeeds:
    """The hand that holds one person's phone."""

    def __init__(self, line: LinePlatform, user: str) -> None:
        """Hold the phone of `user`."""
        self._line, self._user = line, user

    def named(self) -> dict[str, Deed]:
        """Every deed by its name."""
        return {
            "say": self.say,
            "press": self.press,
            "unsend": self.unsend,
            "follow": self.follow,
            "unfollow": self.unfollow,
            "sticker": self.sticker,
            "image": self.image,
            "audio": self.audio,
            "location": self.location,
        }

    async def say(self, asked: dict[str, Any]) -> int:
        """Write."""
        return (await self._line.say(self._user, str(asked["text"]))).status

    async def press(self, asked: dict[str, Any]) -> int:
        """Press a button."""
        return (await self._line.press(self._user, str(asked["label"]), asked.get("message_id"))).status

    async def unsend(self, asked: dict[str, Any]) -> int:
        """Take a message back."""
        return await self._line.unsend(self._user, str(asked["message_id"]))

    async def follow(self, asked: dict[str, Any]) -> int:
        """Add the account as a friend."""
        return await self._line.follow(self._user)

    async def unfollow(self, asked: dict[str, Any]) -> int:
        """Block it."""
        return await self._line.unfollow(self._user)

    async def sticker(self, asked: dict[str, Any]) -> int:
        """Send a sticker."""
        return (await self._line.send_sticker(self._user)).status

    async def image(self, asked: dict[str, Any]) -> int:
        """Send a picture."""
        return (await self._line.send_image(self._user)).status

    async def audio(self, asked: dict[str, Any]) -> int:
        """Send a voice."""
        return (await self._line.send_audio(self._user)).status

    async def location(self, asked: dict[str, Any]) -> int:
        """Send a place."""
        return (await self._line.send_location(self._user)).status


class SlackDeeds:
    """The hand of one member in Slack."""

    def __init__(self, slack: SlackPlatform, user: str) -> None:
        """Act as `user`."""
        self._slack, self._user = slack, user

    def named(self) -> dict[str, Deed]:
        """Every deed by its name."""
        return {
            "say": self.say,
            "edit": self.edit,
            "delete": self.delete,
            "press": self.press,
            "shortcut": self.shortcut,
            "message_shortcut": self.message_shortcut,
            "submit": self.submit,
            "close": self.close,
            "home": self.home,
        }

    async def say(self, asked: dict[str, Any]) -> int:
        """Write."""
        text, channel = str(asked["text"]), str(asked["channel"])
        if text.split(maxsplit=1)[:1] == [COMMAND]:
            words = text.strip()[len(COMMAND) :].strip()
            return (await self._slack.command(self._user, channel, COMMAND, words)).status
        return (await self._slack.say(self._user, channel, text, asked.get("thread_ts"))).status

    async def edit(self, asked: dict[str, Any]) -> int:
        """Correct one's own posting."""
        return await self._slack.edit(self._user, asked["channel"], asked["ts"], str(asked["text"]))

    async def delete(self, asked: dict[str, Any]) -> int:
        """Take it away."""
        return await self._slack.delete(self._user, asked["channel"], asked["ts"])

    async def press(self, asked: dict[str, Any]) -> int:
        """On a message, in the modal or on the App Home: wherever the button was."""
        action_id, value = str(asked["action_id"]), asked.get("value")
        if asked.get("place") == "modal":
            return (await self._slack.press_modal(self._user, action_id, value)).status
        if asked.get("place") == "home":
            return (await self._slack.press_home(self._user, action_id, value)).status
        return (await self._slack.press(self._user, asked["channel"], asked["ts"], action_id, value)).status

    async def shortcut(self, asked: dict[str, Any]) -> int:
        """Use the global shortcut."""
        return (await self._slack.shortcut(self._user, GLOBAL_SHORTCUT)).status

    async def message_shortcut(self, asked: dict[str, Any]) -> int:
        """Use the shortcut of a message."""
        place, ts = asked["channel"], asked["ts"]
        return (await self._slack.message_shortcut(self._user, place, ts, MESSAGE_SHORTCUT)).status

    async def submit(self, asked: dict[str, Any]) -> int:
        """Send the modal."""
        return (await self._slack.submit(self._user, dict(asked["values"]))).status

    async def close(self, asked: dict[str, Any]) -> int:
        """Close the modal."""
        return (await self._slack.close(self._user)).status

    async def home(self, asked: dict[str, Any]) -> int:
        """Look at the App Home."""
        return await self._slack.open_home(self._user)
