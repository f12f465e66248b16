"""Slack's events in our words: who wrote what, where, and what became of it.

A mention in a channel comes twice with one `ts`, as `message` and as `app_mention`: only the second one acts.
Edits and deletions are subtypes of `message`, with their words inside (docs.slack.dev: message events).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.messages import Incoming, Kind
from handlers.slack import addresses, known, marks

Event = Mapping[str, Any]

SPOKEN = (None, "thread_broadcast", "file_share", "me_message")


@dataclass(frozen=True)
class Letter:
    """What every event says of itself: which council, its identity, when it was heard, the bot's own name."""

    account: str
    event_id: str
    at: datetime
    bot_user: str | None

    def incoming(self, kind: Kind, **more: Any) -> Incoming:
        """Write what was heard."""
        given = {"sender": None, "room": None, "at": self.at, **more}
        return Incoming(account=self.account, event_id=self.event_id, kind=kind, **given)

    def ignored(self) -> list[Incoming]:
        """Say that it was understood and nothing is to be done."""
        return [self.incoming("ignored")]


def bot_user(body: Event) -> str | None:
    """Give the bot's own user id, as Slack tells it with each event."""
    for one in body.get("authorizations") or ():
        if one.get("is_bot") and isinstance(one.get("user_id"), str):
            return str(one["user_id"])
    return None


def read(letter: Letter, event: Event) -> list[Incoming] | None:
    """Put one event into our words; None when nobody knows what it is."""
    kind = event["type"]
    act = ACTS.get(kind)
    if act is not None:
        return act(letter, event)
    return letter.ignored() if kind in known.QUIET_EVENTS else None


def _message(letter: Letter, event: Event) -> list[Incoming] | None:
    subtype = event.get("subtype") or None
    if subtype == "message_changed":
        return _changed(letter, event)
    if subtype == "message_deleted":
        return _deleted(letter, event)
    if subtype not in SPOKEN:
        return letter.ignored() if subtype in known.SYSTEM_MESSAGES else None
    if _is_bots(letter, event):
        return letter.ignored()
    is_private = _is_private(event)
    if not is_private and marks.mentions(str(event.get("text") or ""), letter.bot_user):
        return letter.ignored()  # it comes once more, as app_mention
    return _spoken(letter, event, is_private=is_private, is_called=False)


def _mention(letter: Letter, event: Event) -> list[Incoming] | None:
    if _is_private(event) or _is_bots(letter, event):
        return letter.ignored()
    return _spoken(letter, event, is_private=False, is_called=True)


def _spoken(letter: Letter, event: Event, *, is_private: bool, is_called: bool) -> list[Incoming] | None:
    channel, ts, user = event["channel"], event["ts"], event["user"]
    if not (channel and ts and user):
        return None
    thread = event.get("thread_ts") or None
    text = words(event, letter.bot_user)
    kind: Kind = "text" if text or not event.get("files") else "file"
    return [
        letter.incoming(
            kind,
            sender=addresses.person(user),
            room=addresses.room(channel, thread if is_private else thread or ts),
            at=moment(ts, letter.at),
            text=text,
            message=addresses.message(channel, ts),
            is_private=is_private,
            is_called=is_called,
            thread=addresses.room(channel, thread) if thread else None,
            # Slack shows such words in a thread only where one is going on already
            aside=None if is_private else addresses.room(channel, thread, user),
        )
    ]


def words(message: Event, bot: str | None) -> str:
    """Give the words of a message: its text, its rich text, or what was said in a voice clip."""
    text = marks.plain(str(message.get("text") or ""), bot)
    return text or marks.words_in_blocks(message.get("blocks"), bot) or _voice(message)


def _voice(message: Event) -> str:
    for file in message.get("files") or ():
        said = file.get("transcription") or {}
        preview = said.get("preview") or {}
        if said.get("status") == "complete" and preview.get("content"):
            return str(preview["content"])
    return ""


def _changed(letter: Letter, event: Event) -> list[Incoming]:
    now, before = event["message"], event.get("previous_message") or {}
    if now.get("subtype") == "tombstone":  # the first message of a thread leaves a stone behind
        return _gone_message(letter, event, str(now["ts"]), before)
    if _is_bots(letter, now):
        return letter.ignored()
    text = words(now, letter.bot_user)
    was_edited = words(before, letter.bot_user) != text if before else "edited" in now
    if not was_edited:  # a link's preview was added
        return letter.ignored()
    return [
        letter.incoming(
            "edited",
            sender=addresses.person(now["user"]) if now.get("user") else None,
            room=addresses.room(event["channel"]),
            text=text,
            message=addresses.message(event["channel"], now["ts"]),
            is_private=_is_private(event),
        )
    ]


def _deleted(letter: Letter, event: Event) -> list[Incoming]:
    before = event.get("previous_message") or {}
    return _gone_message(letter, event, str(event.get("deleted_ts") or before["ts"]), before)


def _gone_message(letter: Letter, event: Event, ts: str, before: Event) -> list[Incoming]:
    if _is_bots(letter, before):
        return letter.ignored()
    name = addresses.message(event["channel"], ts)
    return [letter.incoming("unsent", message=name, is_private=_is_private(event))]


def _home(letter: Letter, event: Event) -> list[Incoming]:
    if event.get("tab", "home") != "home" or not event.get("user"):
        return letter.ignored()
    return [home(letter, event["user"])]


def home(letter: Letter, user: str) -> Incoming:
    """Ask for a person's home page, which is laid out anew."""
    address = addresses.person(user)
    return letter.incoming("home", sender=address, room=address)


def _joined(letter: Letter, event: Event) -> list[Incoming]:
    if letter.bot_user is None or event.get("user") != letter.bot_user:
        return letter.ignored()
    return [letter.incoming("joined_room", room=addresses.room(event["channel"]), is_private=False)]


def _gone(letter: Letter, event: Event) -> list[Incoming]:
    return [letter.incoming("gone", text=str(event["type"]))]


def _revoked(letter: Letter, event: Event) -> list[Incoming]:
    """Only the bot's own token is the end; members take theirs back as they like."""
    tokens = event.get("tokens") or {}
    return _gone(letter, event) if tokens.get("bot") or not tokens.get("oauth") else letter.ignored()


def _user_change(letter: Letter, event: Event) -> list[Incoming]:
    user = event["user"]
    if not user.get("deleted"):
        return letter.ignored()
    address = addresses.person(user["id"])
    return [letter.incoming("unfollow", sender=address, room=address)]


def _is_bots(letter: Letter, message: Event) -> bool:
    """Say whether a bot wrote it, this one or another."""
    user = message.get("user")
    return bool(message.get("bot_id")) or user == "USLACKBOT" or (user is not None and user == letter.bot_user)


def _is_private(event: Event) -> bool:
    kind = event.get("channel_type")
    return kind == "im" if kind else addresses.is_private(str(event.get("channel") or ""))


def moment(ts: object, otherwise: datetime) -> datetime:
    """Read Slack's time, seconds since 1970 with a fraction."""
    try:
        seconds = float(str(ts))
    except ValueError:
        return otherwise
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 32_503_680_000 else otherwise


ACTS: dict[str, Callable[[Letter, Event], list[Incoming] | None]] = {
    "message": _message,
    "app_mention": _mention,
    "app_home_opened": _home,
    "member_joined_channel": _joined,
    "channel_archive": _gone,
    "channel_deleted": _gone,
    "group_archive": _gone,
    "group_deleted": _gone,
    "app_uninstalled": _gone,
    "tokens_revoked": _revoked,
    "user_change": _user_change,
}
