"""How Slack's people and places are written as addresses.

`slack:U…` a person, `slack:D…` a person's direct messages with the bot, `slack:C…/ts` a thread, and
`slack:C…/ts@U…` words in that place that only this person sees. A message is `C…/ts`.
"""

from typing import NamedTuple

SCHEME = "slack"


class Place(NamedTuple):
    """Where words go: a channel or a person, a thread in it, and the only one who shall see them."""

    channel: str
    thread: str | None = None
    only: str | None = None

    @property
    def is_person(self) -> bool:
        """Say whether a person is meant, whose direct messages must be opened first."""
        return self.channel.startswith(("U", "W"))


def person(user: str) -> str:
    """Write a person's address. Raises ValueError when nobody is named."""
    if not user or not isinstance(user, str):
        raise ValueError("nobody")
    return f"{SCHEME}:{user}"


def room(channel: str, thread: str | None = None, only: str | None = None) -> str:
    """Write a place's address."""
    return f"{SCHEME}:{channel}" + (f"/{thread}" if thread else "") + (f"@{only}" if only else "")


def message(channel: str, ts: str) -> str:
    """Name a message, the same for every event about it."""
    return f"{channel}/{ts}"


def parse(address: str) -> Place:
    """Read an address, or the name of a message."""
    rest, _, only = address.removeprefix(f"{SCHEME}:").partition("@")
    channel, _, thread = rest.partition("/")
    return Place(channel, thread or None, only or None)


def is_private(channel: str) -> bool:
    """Say whether a channel is a one-to-one chat."""
    return channel.startswith("D")
