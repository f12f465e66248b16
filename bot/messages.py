"""The shapes that pass between platforms and the bot: what was heard, what is to be said.

A button is a sentence the person did not have to type: a press comes back as an ordinary message. So there
is no conversation state, no second path for buttons, and everything also works by typing.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

Kind = Literal[
    "text",  # somebody wrote
    "press",  # somebody pressed a button or chose from a menu: `text` is its sentence
    "edited",  # `message` now reads `text`
    "unsent",  # `message` was taken back
    "follow",  # somebody added the bot, or came back
    "unfollow",  # somebody blocked it
    "picture",
    "voice",
    "file",  # a file or video: not taken, since rosters are sent by mistake
    "place",  # `text` is the name and address of a place
    "sticker",
    "home",  # somebody opened the bot's home page on the platform
    "joined_room",  # the bot was added to a group or channel
    "screen",  # somebody opened a form; `trigger` opens it
    "gone",  # the platform took the account away (token revoked, uninstalled, channel archived)
    "ignored",  # understood, and nothing is to be done
]


@dataclass(frozen=True)
class Incoming:
    """What any platform hands to the bot.

    `account` is scheme:council. `sender` and `room` are addresses (`line:U…`, `slack:C…/1699.1`); `room` is
    the sender's own address in a one-to-one chat. `message` is the platform's id of the message meant.
    """

    account: str
    event_id: str
    kind: Kind
    sender: str | None
    room: str | None
    at: datetime
    text: str = ""
    message: str | None = None
    is_private: bool = True  # a one-to-one chat
    is_called: bool = False  # the bot was mentioned by name
    is_at_home: bool = False  # pressed on the home page, which shows the outcome itself
    reply_token: str | None = None
    reply_until: datetime | None = None
    trigger: str | None = None  # Slack: opens a form within 3 s
    thread: str | None = None  # the room's thread, as an address
    aside: str | None = None  # the same place, for words that the sender alone sees there

    @property
    def scheme(self) -> str:
        """The platform's short name."""
        return self.account.split(":", 1)[0]

    @property
    def council(self) -> str:
        """The council's code."""
        return self.account.split(":", 1)[1]


@dataclass(frozen=True)
class Choice:
    """A button: `label` is seen (20 characters at most, LINE), `says` is the sentence it stands for."""

    label: str
    says: str
    style: Literal["", "primary", "danger"] = ""


@dataclass(frozen=True)
class Menu:
    """One choice among many, for platforms with menus; the others offer it as choices."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Field:
    """One question of a form. `choices` makes it a menu."""

    name: str
    label: str
    hint: str = ""
    is_long: bool = False
    is_optional: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Say:
    """What is to be said or done, in no platform's words.

    kind: text (to a person), post (into a channel or thread), replace and delete (an earlier post), home
    (a person's home page), form (a screen to fill in), fetch (a picture or voice message), ask (a language model
    for a theme: `title` holds the rules, `text` the masked words).
    """

    kind: Literal["text", "post", "replace", "delete", "home", "form", "fetch", "ask"]
    text: str = ""
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = ()
    menus: tuple[Menu, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # (label, address)
    blocks: "tuple[Say, ...]" = ()  # home: one card after another
    fields: tuple[Field, ...] = ()
    trigger: str | None = None
    submit: str = ""  # form: which sentence its answers make; see `conversation`
    message: str | None = None  # fetch: the platform's id of the message
    attachments: tuple[tuple[str, str, str], ...] = ()  # mail: (name, media type, content in base64)

    def to_json(self) -> dict[str, Any]:
        """Give the form in which it is sealed into the outbox."""
        return {key: _plain(value) for key, value in vars(self).items() if value not in ("", (), None)}

    @staticmethod
    def from_json(raw: dict[str, Any]) -> "Say":
        """Read what `to_json` gave."""
        return Say(
            kind=raw["kind"],
            text=raw.get("text", ""),
            title=raw.get("title", ""),
            facts=tuple((label, value) for label, value in raw.get("facts", ())),
            choices=_choices(raw.get("choices", ())),
            menus=tuple(Menu(m["label"], _choices(m["choices"])) for m in raw.get("menus", ())),
            links=tuple((label, address) for label, address in raw.get("links", ())),
            blocks=tuple(Say.from_json(block) for block in raw.get("blocks", ())),
            fields=tuple(
                Field(**{**entry, "choices": _choices(entry.get("choices", ()))})
                for entry in raw.get("fields", ())
            ),
            trigger=raw.get("trigger"),
            submit=raw.get("submit", ""),
            message=raw.get("message"),
            attachments=tuple((name, kind, content) for name, kind, content in raw.get("attachments", ())),
        )


def _plain(value: Any) -> Any:
    """Give what JSON takes; `asdict` copies deeply, which thousands of bundles would wait seconds for."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, (Say, Choice, Menu, Field)):
        return {key: one if isinstance(one, str) else _plain(one) for key, one in vars(value).items()}
    return value


def _choices(raw: Sequence[dict[str, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(**choice) for choice in raw)


@dataclass(frozen=True)
class Posting:
    """One outbox row as a platform gets it: what to say, where, and what was tried before."""

    row_id: int
    say: Say
    destination: str  # an address
    under: str | None  # sent_ref of the post that opened the thread
    target: str | None  # sent_ref of the post to replace or delete
    retry_key: str
    reply_token: str | None
    may_push: bool
    was_attempted: bool  # an earlier attempt may have arrived
    along: tuple[Say, ...] = ()  # what waits for the person's next message, and goes with the free reply


@dataclass(frozen=True)
class Sent:
    """What a platform said of a posting."""

    ref: str | None = None  # how the platform names the message
    pushes: int = 0  # how many of the month's pushes it cost
    content: bytes | None = field(default=None, repr=False)  # fetch: the picture; ask: the code of a theme
    content_type: str | None = None
    took_along: bool = False  # whether what waited went with the free reply


@dataclass(frozen=True)
class Allowance:
    """What a platform says of the month's pushes: how many there are (None: no limit), how many are used."""

    quota: int | None
    used: int


class SendFailed(Exception):
    """The platform did not take a posting.

    `reason` is a code for people and logs. `permanent`: trying again cannot help. `retry_after`: seconds the
    platform asked to wait. `needs_push`: no free reply is possible any more, and a push was not allowed.
    `is_closed`: nothing gets through to this person any more (blocked, deactivated). `closes`: nothing gets
    through to this "room" (archived, bot removed) or on this whole "platform" (token revoked) until somebody
    mends it; what waits is kept.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        needs_push: bool = False,
        is_closed: bool = False,
        closes: Literal["", "room", "platform"] = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.needs_push = needs_push
        self.is_closed = is_closed
        self.closes = closes


class Reader(Protocol):
    """Turns one stored event into what was heard; None when it is not understood. Never raises for content."""

    def __call__(self, account: str, event_id: str, body: bytes, at: datetime) -> Sequence[Incoming] | None:
        """Read one event."""


Hear = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Platform:
    """A connected platform: where it is heard, how its events are read, how it is spoken to."""

    scheme: str
    routes: Sequence[Any]  # (path, ASGI application)
    read: Reader
    send: Callable[[Posting], Sent]
    start: Callable[[], None] = lambda: None
    stop: Callable[[], None] = lambda: None
    allowance: Callable[[], Allowance] | None = None  # asks for the month's pushes; raises SendFailed
