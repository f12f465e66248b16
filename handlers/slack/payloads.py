"""What Slack sent, before anybody understands it: its identity, its haste, and what must be answered at once.

Shared by the webhook and by Socket Mode, which carry the same payloads. Nothing heavy is imported here: it
stands before the answer that Slack waits for three seconds.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from bot.texts import phrase
from handlers.intake import RawEvent, digest_id

OPENING = ("", "書く", "気づきを書く")  # words that ask for the form
PROMPT = ("shortcut", "message_action", "block_actions", "view_submission")
SUGGESTIONS = ("block_suggestion", "dialog_suggestion")

Payload = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    """What a request means for the front door: what is to be stored, if anything, and what is answered."""

    event: RawEvent | None = None
    answer: Payload | None = None


def parse(body: bytes) -> Payload | None:
    """Take the payload out of a body: JSON for events, a form for commands and interactions."""
    try:
        if body.lstrip()[:1] == b"{":
            return _mapping(json.loads(body))
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if "payload" in form:
            return _mapping(json.loads(form["payload"]))
    except (ValueError, RecursionError):
        return None
    return dict(form) if "command" in form or "ssl_check" in form else None


def hear(payload: Payload | None, body: bytes) -> Heard:
    """Decide what is stored and what is answered. What nobody understands is stored as it came."""
    if payload is None:
        return Heard(RawEvent(digest_id(body), body))
    kind = payload.get("type")
    if kind == "url_verification":
        return Heard(answer={"challenge": str(payload.get("challenge", ""))})
    if "ssl_check" in payload and "command" not in payload:
        return Heard()
    if kind in SUGGESTIONS:
        return Heard(answer={"options": []})
    if kind == "view_submission" and (errors := _blanks(payload)):
        return Heard(answer={"response_action": "errors", "errors": errors})
    stored = json.dumps(payload).encode()
    return Heard(RawEvent(identity(payload, stored), stored, _is_prompt(payload)), _answer(payload))


def identity(payload: Mapping[str, Any], stored: bytes) -> str:
    """Give a payload's identity: Slack's own for events; for all else the parts that a repetition shares.

    A form that is sent again because the answer got lost has the same view and values, but a new trigger.
    """
    given = payload.get("event_id")
    if isinstance(given, str) and given and given.isascii():
        return given
    view = payload.get("view")
    if payload.get("type") == "view_submission" and isinstance(view, dict) and view.get("id"):
        parts = [view["id"], payload.get("user"), view.get("state")]
        return digest_id(json.dumps(parts, sort_keys=True).encode())
    return digest_id(stored)


def inputs(payload: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Give each question of a form as (block, kind, value); what was left empty is an empty text."""
    view = payload.get("view")
    state = view.get("state") if isinstance(view, dict) else None
    values = state.get("values") if isinstance(state, dict) else None
    for block, elements in values.items() if isinstance(values, dict) else ():
        for element in elements.values() if isinstance(elements, dict) else ():
            if isinstance(element, dict):
                yield str(block), str(element.get("type")), _value(element)


def opens_form(text: object) -> bool:
    """Say whether these words ask for the form instead of telling something."""
    return isinstance(text, str) and text.strip() in OPENING


def _value(element: Mapping[str, Any]) -> str:
    chosen = element.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, dict) else element.get("value")
    return value if isinstance(value, str) else ""


def _blanks(payload: Mapping[str, Any]) -> dict[str, str]:
    """Say which question wants words, when a form came back without any."""
    texts = [(block, value) for block, kind, value in inputs(payload) if kind == "plain_text_input"]
    if not texts or any(value.strip() for _, value in texts):
        return {}
    return {texts[0][0]: phrase("form.blank")}


def _answer(payload: Mapping[str, Any]) -> Payload | None:
    if "command" in payload and not opens_form(payload.get("text")):
        return {"response_type": "ephemeral", "text": phrase("slack.command_heard")}
    return None


def _is_prompt(payload: Mapping[str, Any]) -> bool:
    """Say whether somebody sits before a screen and waits."""
    if "command" in payload:
        return opens_form(payload.get("text"))
    return payload.get("type") in PROMPT


def _mapping(value: Any) -> Payload | None:
    return value if isinstance(value, dict) else None
