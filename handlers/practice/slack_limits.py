"""Slack's rules for blocks and views, as the Block Kit reference states them.

Problems are worded as Slack words them ("[ERROR] must be less than … [json-pointer:…]"), so that a
mistake shows here as it would show on the real platform. What the SDK's own models refuse is refused too.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_MESSAGE_CHARS = 13_200  # measured by others, not documented: slackapi/bolt-js#2509
MAX_TEXT = 40_000
MAX_VIEW_BYTES = 250_000

Thing = dict[str, Any]
_Check = Callable[[Thing, str], Iterator[str]]
_OTHER_BLOCKS = {"divider", "rich_text", "video", "file", "table", "call", "context_actions"}
_LONGEST_OPTIONS = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}
_SELECTS = {"static_select", "multi_static_select", *_LONGEST_OPTIONS}


def block_problems(blocks: object, where: str = "/blocks", most: int = MAX_MESSAGE_BLOCKS) -> list[str]:
    """Everything that Slack would refuse about these blocks; empty when they are fine."""
    if not isinstance(blocks, list):
        return [_error("must be an array", where)]
    if len(blocks) > most:
        return [_error(f"no more than {most} items allowed", where)]
    found = [one for index, block in enumerate(blocks) for one in _block(block, f"{where}/{index}")]
    ids = Counter(block.get("block_id") for block in blocks if isinstance(block, dict))
    found += [_error("`block_id` already exists", where) for name, n in ids.items() if name and n > 1]
    return found or [one for index, block in enumerate(blocks) for one in _sdk(block, f"{where}/{index}")]


def chars_in(blocks: list[Thing]) -> int:
    """All the characters that a message's blocks would show."""
    return sum(len(text) for text in _texts(blocks))


def view_problems(view: object) -> list[str]:
    """Everything that Slack would refuse about a modal or an App Home."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return [_error("must provide a string [view.type: modal or home]", "/view/type")]
    found = block_problems(view.get("blocks"), "/view/blocks", MAX_VIEW_BLOCKS)
    for name, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(str(view.get(name) or "")) > limit:
            found.append(_error(f"must be less than {limit + 1} characters", f"/view/{name}"))
    if view["type"] == "modal":
        found += _modal(view)
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        found.append(_error("view is too large", "/view"))
    return found


def _modal(view: Thing) -> Iterator[str]:
    yield from _text(view.get("title"), 24, "/view/title", plain=True)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            yield from _text(view[name], 24, f"/view/{name}", plain=True)
    has_input = any(isinstance(one, dict) and one.get("type") == "input" for one in view.get("blocks") or [])
    if has_input and view.get("submit") is None:
        yield _error("a `submit` is required when there is an input", "/view/submit")


def _error(message: str, pointer: str) -> str:
    return f"[ERROR] {message} [json-pointer:{pointer}]"


def _sdk(block: Thing, where: str) -> Iterator[str]:
    try:
        parsed = Block.parse(copy.deepcopy(block))
        if parsed is None:
            yield _error(f"unsupported type: {block.get('type')}", f"{where}/type")
        else:
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError, ValueError, AttributeError, KeyError) as problem:
        yield _error(str(problem), where)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield value
            elif isinstance(value, dict | list):
                yield from _texts(value)


def _text(thing: object, limit: int, where: str, *, plain: bool = False) -> Iterator[str]:
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if not isinstance(thing, dict) or thing.get("type") not in kinds:
        yield _error(f"must be a text object of {' or '.join(kinds)}", where)
        return
    words = thing.get("text")
    if not isinstance(words, str) or not words:
        yield _error("must be more than 0 characters", f"{where}/text")
    elif len(words) > limit:
        yield _error(f"must be less than {limit + 1} characters", f"{where}/text")


def _string(thing: Thing, name: str, limit: int, where: str, *, needed: bool = False) -> Iterator[str]:
    value = thing.get(name)
    if value is None and not needed:
        return
    if not isinstance(value, str) or (needed and not value):
        yield _error("must be a string", f"{where}/{name}")
    elif len(value) > limit:
        yield _error(f"must be less than {limit + 1} characters", f"{where}/{name}")


def _block(block: object, where: str) -> Iterator[str]:
    if not isinstance(block, dict):
        yield _error("must be an object", where)
        return
    kind = str(block.get("type"))
    yield from _string(block, "block_id", 255, where)
    if kind in _BLOCKS:
        yield from _BLOCKS[kind](block, where)
    elif kind not in _OTHER_BLOCKS:
        yield _error(f"unsupported type: {kind}", f"{where}/type")


def _section(block: Thing, where: str) -> Iterator[str]:
    if block.get("text") is None and not block.get("fields"):
        yield _error("missing required field: text", where)
    if block.get("text") is not None:
        yield from _text(block["text"], 3000, f"{where}/text")
    fields = block.get("fields") or []
    if len(fields) > 10:
        yield _error("no more than 10 items allowed", f"{where}/fields")
    for index, one in enumerate(fields):
        yield from _text(one, 2000, f"{where}/fields/{index}")
    if block.get("accessory") is not None:
        yield from _element(block["accessory"], f"{where}/accessory")


def _header(block: Thing, where: str) -> Iterator[str]:
    yield from _text(block.get("text"), 150, f"{where}/text", plain=True)


def _markdown(block: Thing, where: str) -> Iterator[str]:
    yield from _string(block, "text", 12_000, where, needed=True)


def _image(block: Thing, where: str) -> Iterator[str]:
    yield from _string(block, "alt_text", 2000, where, needed=True)
    if block.get("slack_file") is None:
        yield from _string(block, "image_url", 3000, where, needed=True)


def _context(block: Thing, where: str) -> Iterator[str]:
    yield from _many(block, 10, where)
    for index, one in enumerate(_elements(block)):
        place = f"{where}/elements/{index}"
        if isinstance(one, dict) and one.get("type") == "image":
            yield from _image(one, place)
        else:
            yield from _text(one, 2000, place)


def _actions(block: Thing, where: str) -> Iterator[str]:
    yield from _many(block, 25, where)
    elements = _elements(block)
    for index, one in enumerate(elements):
        yield from _element(one, f"{where}/elements/{index}")
    ids = Counter(one.get("action_id") for one in elements if isinstance(one, dict))
    for name, count in ids.items():
        if name and count > 1:
            yield _error(f'`action_id` "{name}" already exists in this block', f"{where}/elements")


def _input(block: Thing, where: str) -> Iterator[str]:
    yield from _text(block.get("label"), 2000, f"{where}/label", plain=True)
    if block.get("hint") is not None:
        yield from _text(block["hint"], 2000, f"{where}/hint", plain=True)
    yield from _element(block.get("element"), f"{where}/element")


def _elements(block: Thing) -> list[Any]:
    elements = block.get("elements")
    return elements if isinstance(elements, list) else []


def _many(block: Thing, most: int, where: str) -> Iterator[str]:
    if not 1 <= len(_elements(block)) <= most:
        yield _error(f"must have between 1 and {most} items", f"{where}/elements")


def _element(element: object, where: str) -> Iterator[str]:
    if not isinstance(element, dict) or not isinstance(element.get("type"), str):
        yield _error("must be an element", where)
        return
    kind = element["type"]
    yield from _string(element, "action_id", 255, where)
    if kind == "button":
        yield from _text(element.get("text"), 75, f"{where}/text", plain=True)
        yield from _string(element, "value", 2000, where)
        yield from _string(element, "url", 3000, where)
        if element.get("style") not in (None, "primary", "danger"):
            yield _error("must be primary or danger", f"{where}/style")
    if kind in _SELECTS and not element.get("option_groups"):
        yield from _options(element, _LONGEST_OPTIONS.get(kind, 100), where)
    if element.get("placeholder") is not None:
        yield from _text(element["placeholder"], 150, f"{where}/placeholder", plain=True)
    if element.get("confirm") is not None:
        yield from _confirm(element["confirm"], f"{where}/confirm")


def _options(element: Thing, most: int, where: str) -> Iterator[str]:
    options = element.get("options")
    if not isinstance(options, list) or not 1 <= len(options) <= most:
        yield _error(f"must have between 1 and {most} items", f"{where}/options")
        return
    for index, option in enumerate(options):
        place = f"{where}/options/{index}"
        if not isinstance(option, dict):
            yield _error("must be an object", place)
            continue
        yield from _text(option.get("text"), 75, f"{place}/text")
        yield from _string(option, "value", 150, place, needed=True)


def _confirm(confirm: Any, where: str) -> Iterator[str]:
    for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if not isinstance(confirm, dict) or confirm.get(name) is None:
            yield _error(f"missing required field: {name}", where)
        else:
            yield from _text(confirm[name], limit, f"{where}/{name}")


_BLOCKS: dict[str, _Check] = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "image": _image,
    "context": _context,
    "actions": _actions,
    "input": _input,
}
