"""What Slack sends to an app: events, commands and interactions, and their signature."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from typing import Any
from urllib.parse import urlencode

from handlers.practice.slack_state import Channel, Message, SlackState, SlackUser, View

Payload = dict[str, Any]

_SPECIAL = re.compile(
    r"(?P<kept><(?:[@#!][^>\s]+)>)"
    r"|(?P<url>https?://[^\s<>「」（）]+)"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<tel>(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])|(?<!\d)0\d{9,10}(?!\d))",
    re.ASCII,
)


def as_slack_writes(text: str, bot_names: dict[str, str]) -> str:
    """The text of a message as an app receives it.

    Slack escapes & < >, and turns telephone numbers, mail addresses and links into <tel:…|…>,
    <mailto:…|…> and <…>; a name of the bot after @ becomes a mention (`bot_names`: name to id).
    """
    out, start = [], 0
    for match in _SPECIAL.finditer(text):
        out += [_escaped(text[start : match.start()]), _special(match)]
        start = match.end()
    written = "".join([*out, _escaped(text[start:])])
    for name, user in bot_names.items():
        written = written.replace(f"@{name}", f"<@{user}>")
    return written


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _special(match: re.Match[str]) -> str:
    found = match.group()
    if match["kept"]:
        return found
    if match["url"]:
        return f"<{_escaped(found)}>"
    if match["mail"]:
        return f"<mailto:{found}|{found}>"
    return f"<tel:{found.replace('-', '')}|{found}>"


def rich_text(text: str) -> list[dict[str, Any]]:
    """The blocks with which Slack accompanies what a person types."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": secrets.token_urlsafe(4), "elements": [section]}]


def event(state: SlackState, inner: Payload) -> Payload:
    """The wrapper that every event comes in."""
    authorization = {
        "enterprise_id": None,
        "team_id": state.team,
        "user_id": state.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "legacy-verification-token",
        "team_id": state.team,
        "api_app_id": state.app,
        "event": inner,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(state.now().timestamp()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(8)}",
    }


def changed(state: SlackState, channel: Channel, message: Message, before: Message) -> Message:
    """The event that says a message reads differently now."""
    return _about_message(state, channel, "message_changed") | {"message": message, "previous_message": before}


def deleted(state: SlackState, channel: Channel, message: Message) -> Message:
    """The event that says a message is gone."""
    gone = {"deleted_ts": message["ts"], "previous_message": message}
    return _about_message(state, channel, "message_deleted") | gone


def _about_message(state: SlackState, channel: Channel, subtype: str) -> Message:
    ts = state.ts()
    return {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, "event_ts": ts}


def command(
    state: SlackState, user: SlackUser, channel: Channel, name: str, text: str, hook: str, trigger: str
) -> Payload:
    """A slash command, as the form's fields."""
    return {
        "token": "legacy-verification-token",
        "team_id": state.team,
        "team_domain": state.domain,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": state.app,
        "is_enterprise_install": "false",
        "response_url": hook,
        "trigger_id": trigger,
    }


def interaction(state: SlackState, kind: str, user: SlackUser) -> Payload:
    """What every interaction says."""
    person = {"id": user.id, "username": user.name, "name": user.name, "team_id": state.team}
    return {
        "type": kind,
        "user": person,
        "api_app_id": state.app,
        "token": "legacy-verification-token",
        "team": {"id": state.team, "domain": state.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def from_message(channel: Channel, message: Message, *, is_ephemeral: bool) -> Payload:
    """Where a press on a message's button happened."""
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": is_ephemeral,
    }
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    return {
        "container": container,
        "channel": {"id": channel.id, "name": channel.name},
        "message": message,
        "state": {"values": {}},
    }


def from_view(view: View) -> Payload:
    """Where a press on a button of a modal or an App Home happened."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def action(block: dict[str, Any], element: dict[str, Any], value: Any, ts: str) -> Payload:
    """What was pressed or chosen."""
    made = {
        "action_ts": ts,
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
    }
    if element["type"] == "button":
        wording = {"text": {"emoji": True, **element["text"]}}
        return made | wording | ({"value": element["value"]} if "value" in element else {})
    return made | filled(element, value)


def filled(element: dict[str, Any], value: Any) -> Payload:
    """How Slack writes what was put into an element; None where it was left empty."""
    kind = element["type"]
    if kind in ("static_select", "radio_buttons", "overflow"):
        return {"selected_option": _option(element, value)}
    if kind in ("checkboxes", "multi_static_select"):
        chosen = [_option(element, one) for one in value or []]
        return {"selected_options": chosen}
    names = {"datepicker": "selected_date", "timepicker": "selected_time", "datetimepicker": "selected_date_time"}
    selects = {"users_select": "selected_user", "conversations_select": "selected_conversation"}
    name = (names | selects).get(kind, "value")
    return {name: value}


def _option(element: dict[str, Any], value: Any) -> dict[str, Any] | None:
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    options: list[dict[str, Any]] = [option for group in groups for option in group["options"]]
    return next((option for option in options if option["value"] == value), None)


def as_json(payload: Payload) -> bytes:
    """An event's body."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def as_form(fields: Payload) -> bytes:
    """A command's body; interactions put their JSON into the field `payload`."""
    return urlencode(fields).encode()


def headers(signing_secret: str, raw: bytes, at: int, content_type: str) -> dict[str, str]:
    """The headers of a request, with Slack's signature over time and raw bytes."""
    base = f"v0:{at}:".encode() + raw
    digest = hmac.new(signing_secret.encode(), base, hashlib.sha256).hexdigest()
    return {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": str(at),
        "X-Slack-Signature": f"v0={digest}",
    }
