"""LINE's rules for what may be sent, as the Messaging API reference states them.

Each check yields LINE's own error details, {"message": ..., "property": ...}, so that a mistake
shows here with the words it would show with on the real platform.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

Detail = dict[str, str]

MAX_MESSAGES = 5
MAX_TEXT_UNITS = 5000
MAX_QUICK_REPLIES = 13
MAX_LABEL = 20
MAX_FLEX_LABEL = 40
MAX_ALT_TEXT = 1500
MAX_BUBBLE_BYTES = 30 * 1024
MAX_CAROUSEL_BYTES = 50 * 1024
MAX_BUBBLES = 12

_ACTION_FIELDS: dict[str, tuple[str, int] | None] = {
    "message": ("text", 300),
    "postback": ("data", 300),
    "uri": ("uri", 1000),
    "clipboard": ("clipboardText", 1000),
    "datetimepicker": ("data", 300),
    "richmenuswitch": ("richMenuAliasId", 32),
    "camera": None,
    "cameraRoll": None,
    "location": None,
}
_QUICK_REPLY_ONLY = {"camera", "cameraRoll", "location"}
_FLEX_PARTS = {"box", "button", "image", "video", "icon", "text", "span", "separator", "filler", "spacer"}
_FLEX_BLOCKS = ("header", "hero", "body", "footer")
_LAYOUTS = {"horizontal", "vertical", "baseline"}
_URI = re.compile(r"^(https?|tel|mailto|line|lineworks):", re.IGNORECASE)


def utf16_units(text: str) -> int:
    """Count as LINE counts message text: 😀 and 𠮷 are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Count, nearly, what a person sees as one character: LINE counts labels so."""
    count, joined = 0, False
    for char in text:
        follows = (
            unicodedata.combining(char) != 0 or char in "\ufe0e\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff"
        )
        if char == "\u200d":
            joined = True
            continue
        if not follows and not joined:
            count += 1
        joined = False
    return count


def messages_problems(messages: object) -> Iterator[Detail]:
    """Check the `messages` of a reply, push or multicast."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= MAX_MESSAGES:
        yield _detail(f"Size must be between 1 and {MAX_MESSAGES}", "messages")
        return
    for index, message in enumerate(messages):
        yield from message_problems(message, f"messages[{index}]")


def message_problems(message: object, where: str) -> Iterator[Detail]:
    """Check one message object."""
    if not isinstance(message, dict):
        yield _detail("May not be empty", where)
        return
    check = _MESSAGE_CHECKS.get(str(message.get("type")))
    if check is None:
        kinds = ", ".join(_MESSAGE_CHECKS)
        yield _detail(f"Must be one of the following values: [{kinds}]", f"{where}.type")
        return
    yield from check(message, where)
    if message.get("quickReply") is not None:
        yield from _quick_reply_problems(message["quickReply"], f"{where}.quickReply")
    if isinstance(message.get("sender"), dict) and message["sender"].get("name") is not None:
        yield from _text(message["sender"], "name", 20, f"{where}.sender")


def action_problems(
    action: object, where: str, *, max_label: int = MAX_LABEL, needs_label: bool = True, quick: bool = False
) -> Iterator[Detail]:
    """Check one action object: a button, a quick reply, an area of a rich menu."""
    if not isinstance(action, dict) or action.get("type") not in _ACTION_FIELDS:
        yield _detail(f"Must be one of the following values: [{', '.join(_ACTION_FIELDS)}]", f"{where}.type")
        return
    kind = action["type"]
    if kind in _QUICK_REPLY_ONLY and not quick:
        yield _detail("Only available for quick reply", f"{where}.type")
    if needs_label or action.get("label") is not None:
        yield from _text(action, "label", max_label, where, graphemes)
    yield from _deed_problems(action, kind, where)


def _deed_problems(action: dict[str, Any], kind: str, where: str) -> Iterator[Detail]:
    wanted = _ACTION_FIELDS[kind]
    if wanted is not None:
        yield from _text(action, wanted[0], wanted[1], where)
    for extra in ("displayText", "text"):
        if kind == "postback" and action.get(extra) is not None:
            yield from _text(action, extra, 300, where)
    if kind == "uri" and not _URI.match(str(action.get("uri", ""))):
        yield _detail("invalid uri scheme", f"{where}.uri")
    if kind == "datetimepicker" and action.get("mode") not in ("date", "time", "datetime"):
        yield _detail("Must be one of the following values: [date, time, datetime]", f"{where}.mode")


def rich_menu_problems(menu: dict[str, Any]) -> Iterator[Detail]:
    """Check a rich menu before it is made."""
    size = menu.get("size") if isinstance(menu.get("size"), dict) else {}
    width, height = (size or {}).get("width", 0), (size or {}).get("height", 0)
    if not (800 <= width <= 2500 and height >= 250 and width / max(height, 1) >= 1.45):
        yield _detail("invalid size", "size")
    yield from _text(menu, "name", 300, "")
    yield from _text(menu, "chatBarText", 14, "", graphemes)
    areas = menu.get("areas")
    if not isinstance(areas, list) or len(areas) > 20:
        yield _detail("Size must be between 0 and 20", "areas")
        return
    for index, area in enumerate(areas):
        action = area.get("action") if isinstance(area, dict) else None
        yield from action_problems(action, f"areas[{index}].action", needs_label=False)


def _detail(message: str, where: str) -> Detail:
    return {"message": message, "property": where}


def _text(
    holder: dict[str, Any], name: str, limit: int, where: str, count: Callable[[str], int] = utf16_units
) -> Iterator[Detail]:
    value, place = holder.get(name), f"{where}.{name}".lstrip(".")
    if not isinstance(value, str) or not value.strip():
        yield _detail("May not be empty", place)
    elif count(value) > limit:
        yield _detail(f"Length must be between 0 and {limit}", place)


def _quick_reply_problems(quick: Any, where: str) -> Iterator[Detail]:
    items = quick.get("items") if isinstance(quick, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_QUICK_REPLIES:
        yield _detail(f"Size must be between 1 and {MAX_QUICK_REPLIES}", f"{where}.items")
        return
    for index, item in enumerate(items):
        place = f"{where}.items[{index}]"
        if not isinstance(item, dict) or item.get("type") != "action":
            yield _detail("Must be one of the following values: [action]", f"{place}.type")
            continue
        yield from action_problems(item.get("action"), f"{place}.action", quick=True)


def _text_message(message: dict[str, Any], where: str) -> Iterator[Detail]:
    yield from _text(message, "text", MAX_TEXT_UNITS, where)


def _sticker_message(message: dict[str, Any], where: str) -> Iterator[Detail]:
    yield from _text(message, "packageId", 20, where)
    yield from _text(message, "stickerId", 20, where)


def _media_message(message: dict[str, Any], where: str) -> Iterator[Detail]:
    names = ["originalContentUrl"] + (["previewImageUrl"] if message["type"] != "audio" else [])
    for name in names:
        yield from _text(message, name, 2000, where)
        if not str(message.get(name, "")).startswith("https://"):
            yield _detail("Must be a valid HTTPS URL", f"{where}.{name}")
    if message["type"] == "audio" and not isinstance(message.get("duration"), int):
        yield _detail("May not be empty", f"{where}.duration")


def _location_message(message: dict[str, Any], where: str) -> Iterator[Detail]:
    yield from _text(message, "title", 100, where)
    yield from _text(message, "address", 100, where)
    for name, bound in (("latitude", 90), ("longitude", 180)):
        value = message.get(name)
        if not isinstance(value, int | float) or not -bound <= value <= bound:
            yield _detail(f"Must be between -{bound} and {bound}", f"{where}.{name}")


def _imagemap_message(message: dict[str, Any], where: str) -> Iterator[Detail]:
    yield from _text(message, "baseUrl", 2000, where)
    yield from _text(message, "altText", MAX_ALT_TEXT, where)


def _coupon_message(message: dict[str, Any], where: str) -> Iterator[Detail]:
    yield from _text(message, "couponId", 100, where)


def _template_message(message: dict[str, Any], where: str) -> Iterator[Detail]:
    yield from _text(message, "altText", MAX_ALT_TEXT, where)
    template = message.get("template")
    kind = template.get("type") if isinstance(template, dict) else None
    check = _TEMPLATE_CHECKS.get(str(kind))
    if check is None or not isinstance(template, dict):
        yield _detail(
            f"Must be one of the following values: [{', '.join(_TEMPLATE_CHECKS)}]", f"{where}.template.type"
        )
        return
    yield from check(template, f"{where}.template")


def _actions(holder: dict[str, Any], least: int, most: int, where: str) -> Iterator[Detail]:
    actions = holder.get("actions")
    if not isinstance(actions, list) or not least <= len(actions) <= most:
        yield _detail(f"Size must be between {least} and {most}", f"{where}.actions")
        return
    for index, action in enumerate(actions):
        yield from action_problems(action, f"{where}.actions[{index}]")


def _buttons(template: dict[str, Any], where: str) -> Iterator[Detail]:
    crowned = bool(template.get("title") or template.get("thumbnailImageUrl"))
    yield from _text(template, "text", 60 if crowned else 160, where)
    if template.get("title") is not None:
        yield from _text(template, "title", 40, where)
    yield from _actions(template, 1, 4, where)


def _confirm(template: dict[str, Any], where: str) -> Iterator[Detail]:
    yield from _text(template, "text", 240, where)
    yield from _actions(template, 2, 2, where)


def _columns(template: dict[str, Any], where: str) -> Iterator[tuple[dict[str, Any] | None, str]]:
    columns = template.get("columns")
    if not isinstance(columns, list) or not 1 <= len(columns) <= 10:
        yield None, where
        return
    for index, column in enumerate(columns):
        yield (column if isinstance(column, dict) else {}), f"{where}.columns[{index}]"


def _carousel(template: dict[str, Any], where: str) -> Iterator[Detail]:
    sizes = set()
    for column, place in _columns(template, where):
        if column is None:
            yield _detail("Size must be between 1 and 10", f"{where}.columns")
            return
        crowned = bool(column.get("title") or column.get("thumbnailImageUrl"))
        yield from _text(column, "text", 60 if crowned else 120, place)
        yield from _actions(column, 1, 3, place)
        sizes.add(len(column.get("actions") or []))
    if len(sizes) > 1:
        yield _detail("The number of actions must be the same in every column", f"{where}.columns")


def _image_carousel(template: dict[str, Any], where: str) -> Iterator[Detail]:
    for column, place in _columns(template, where):
        if column is None:
            yield _detail("Size must be between 1 and 10", f"{where}.columns")
            return
        yield from _text(column, "imageUrl", 2000, place)
        yield from action_problems(column.get("action"), f"{place}.action", max_label=12, needs_label=False)


def _flex_message(message: dict[str, Any], where: str) -> Iterator[Detail]:
    yield from _text(message, "altText", MAX_ALT_TEXT, where)
    contents, place = message.get("contents"), f"{where}.contents"
    kind = contents.get("type") if isinstance(contents, dict) else None
    if kind == "bubble":
        yield from _bubble(contents, place)
    elif kind == "carousel" and isinstance(contents, dict):
        bubbles = contents.get("contents")
        if not isinstance(bubbles, list) or not 1 <= len(bubbles) <= MAX_BUBBLES:
            yield _detail(f"Size must be between 1 and {MAX_BUBBLES}", f"{place}.contents")
            return
        if _bytes(contents) > MAX_CAROUSEL_BYTES:
            yield _detail("At most 50 KB", place)
        for index, bubble in enumerate(bubbles):
            yield from _bubble(bubble, f"{place}.contents[{index}]")
    else:
        yield _detail("Must be one of the following values: [bubble, carousel]", f"{place}.type")


def _bytes(thing: object) -> int:
    return len(json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode())


def _bubble(bubble: Any, where: str) -> Iterator[Detail]:
    if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
        yield _detail("Must be one of the following values: [bubble]", f"{where}.type")
        return
    if _bytes(bubble) > MAX_BUBBLE_BYTES:
        yield _detail("At most 30 KB", where)
    if not any(bubble.get(name) for name in _FLEX_BLOCKS):
        yield _detail("At least one block must be specified", where)
    for name in _FLEX_BLOCKS:
        if bubble.get(name) is not None:
            yield from _flex_part(bubble[name], f"{where}.{name}")


def _flex_part(part: Any, where: str) -> Iterator[Detail]:
    if not isinstance(part, dict) or part.get("type") not in _FLEX_PARTS:
        yield _detail("unknown component type", f"{where}.type")
        return
    kind = part["type"]
    if kind == "box":
        yield from _box(part, where)
    elif kind in ("text", "span") and not (part.get("text") or part.get("contents")):
        yield _detail("must be non-empty text", f"{where}.text")
    elif kind in ("image", "icon", "video"):
        yield from _text(part, "url", 2000, where)
    if kind == "button" or part.get("action") is not None:
        yield from action_problems(
            part.get("action"), f"{where}.action", max_label=MAX_FLEX_LABEL, needs_label=kind == "button"
        )


def _box(part: dict[str, Any], where: str) -> Iterator[Detail]:
    if part.get("layout") not in _LAYOUTS:
        yield _detail("must be one of [horizontal, vertical, baseline]", f"{where}.layout")
    if not isinstance(part.get("contents"), list):
        yield _detail("must be specified", f"{where}.contents")
        return
    for index, child in enumerate(part["contents"]):
        yield from _flex_part(child, f"{where}.contents[{index}]")


_Check = Callable[[dict[str, Any], str], Iterator[Detail]]

_MESSAGE_CHECKS: dict[str, _Check] = {
    "text": _text_message,
    "textV2": _text_message,
    "image": _media_message,
    "video": _media_message,
    "audio": _media_message,
    "location": _location_message,
    "sticker": _sticker_message,
    "template": _template_message,
    "imagemap": _imagemap_message,
    "flex": _flex_message,
    "coupon": _coupon_message,
}
_TEMPLATE_CHECKS: dict[str, _Check] = {
    "buttons": _buttons,
    "confirm": _confirm,
    "carousel": _carousel,
    "image_carousel": _image_carousel,
}
