"""Commands, shortcuts, buttons and forms of Slack in our words: each is a sentence that could have been typed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.messages import Incoming
from handlers.slack import addresses, marks
from handlers.slack.events import Letter, home, moment, words
from handlers.slack.payloads import inputs, opens_form

Body = Mapping[str, Any]


def command(letter: Letter, body: Body) -> list[Incoming]:
    """Read a slash command, whatever its name: Slack sends only those that the app's own manifest names.

    Nobody else in the channel sees what is typed, so it is answered in direct messages.
    """
    if opens_form(body.get("text")):
        return [_screen(letter, body["user_id"], body)]
    text = marks.plain(str(body["text"]), letter.bot_user)
    address = addresses.person(body["user_id"])
    return [letter.incoming("text", sender=address, room=address, text=text, is_called=True)]


def shortcut(letter: Letter, body: Body) -> list[Incoming]:
    """Open the form."""
    return [_screen(letter, body["user"]["id"], body)]


def message_shortcut(letter: Letter, body: Body) -> list[Incoming]:
    """Take somebody's message as a concern, once: it keeps the message's own name, and follows its edits."""
    message, channel = body["message"], body["channel"]["id"]
    address = addresses.person(body["user"]["id"])
    text = "" if message.get("bot_id") else words(message, letter.bot_user)
    return [
        letter.incoming(
            "text" if text else "press",  # nothing to take: the answer to an unknown button says so
            sender=address,
            room=address,
            at=moment(message.get("ts"), letter.at),
            text=text,
            message=addresses.message(channel, message.get("ts") or body["message_ts"]),
            is_called=True,
        )
    ]


def pressed(letter: Letter, body: Body) -> list[Incoming]:
    """Read buttons and menus; after a press on the home page it is laid out anew."""
    view = body.get("view") or {}
    if view.get("type") == "modal":
        return letter.ignored()  # what was chosen comes with the form
    heard = [one for action in body["actions"] if (one := _press(letter, body, _value(action))) is not None]
    if heard and view.get("type") == "home":
        heard = [replace(one, is_at_home=True) for one in heard]
        heard.append(home(letter, body["user"]["id"]))
    return heard or letter.ignored()


def submitted(letter: Letter, body: Body) -> list[Incoming]:
    """Read a form: `submit` begins the sentence that its answers make; without one they are a concern."""
    beginning = _submit(body["view"].get("private_metadata"))
    parts = [
        marks.plain(value)
        for _, kind, value in inputs(body)
        if value.strip() and (beginning or kind == "plain_text_input")
    ]
    address = addresses.person(body["user"]["id"])
    text = " ".join([beginning, *parts]).strip() if beginning else "\n".join(parts)
    if not parts:
        return letter.ignored()
    return [letter.incoming("press" if beginning else "text", sender=address, room=address, text=text)]


def _press(letter: Letter, body: Body, says: str | None) -> Incoming | None:
    if says is None:
        return None  # a button that only leads somewhere
    user = body["user"]["id"]
    if opens_form(says):
        return _screen(letter, user, body)
    where = _where(body, user)
    return letter.incoming("press", sender=addresses.person(user), text=says, **where)


def _where(body: Body, user: str) -> dict[str, Any]:
    """Say where a button stands. In a channel the answer is for whoever pressed it alone: nobody is shown up."""
    container, message = body.get("container") or {}, body.get("message") or {}
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id")
    ts = container.get("message_ts") or message.get("ts")
    if not channel or not ts:
        return {"room": addresses.person(user)}
    thread = container.get("thread_ts") or message.get("thread_ts")
    if not thread and not container.get("is_ephemeral"):
        thread = ts
    name = addresses.message(channel, ts)
    if addresses.is_private(channel):
        return {"room": addresses.room(channel), "message": name}
    return {
        "room": addresses.room(channel, thread, user),
        "message": name,
        "is_private": False,
        "thread": addresses.room(channel, thread) if thread else None,
    }


def _screen(letter: Letter, user: str, body: Body) -> Incoming:
    address = addresses.person(user)
    return letter.incoming("screen", sender=address, room=address, trigger=body.get("trigger_id"))


def _value(action: Body) -> str | None:
    chosen = action.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, Mapping) else action.get("value")
    return value if isinstance(value, str) else None


def _submit(metadata: object) -> str:
    try:
        kept = json.loads(str(metadata))
    except ValueError:
        return ""
    return str(kept.get("submit") or "") if isinstance(kept, dict) else ""
