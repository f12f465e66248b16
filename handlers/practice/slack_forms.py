"""Filling in a modal and finding a button, as Slack's own client does it for its member."""

from __future__ import annotations

from typing import Any

from handlers.practice.slack_events import filled
from handlers.practice.slack_state import View, elements_of


class NotFilledIn(ValueError):
    """Slack's client keeps a form back until it is filled in; by block_id, why."""

    def __init__(self, errors: dict[str, str]) -> None:
        """Keep what is missing where."""
        super().__init__("; ".join(f"{block}: {why}" for block, why in errors.items()))
        self.errors = errors


def find_element(
    blocks: list[dict[str, Any]], action_id: str, value: Any = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block and the element of that action_id; `value` tells buttons of one action_id apart."""
    there = []
    for block in blocks:
        for element in elements_of(block):
            there.append(element["action_id"])
            if element["action_id"] != action_id:
                continue
            if element["type"] != "button" or value in (None, element.get("value")):
                return block, element
    raise LookupError(f"no element {action_id} (value {value}); there are {there}")


def fill_in(view: View, values: dict[str, Any]) -> dict[str, Any]:
    """The state of a view with these values by action_id, initial values elsewhere.

    Raises NotFilledIn where an input that is not optional is empty, or a text is too short or long.
    """
    state: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for block in view["blocks"]:
        for element in elements_of(block):
            if element["type"] in ("button", "image"):
                continue
            value = values.get(element["action_id"], _initial(element))
            state.setdefault(block["block_id"], {})[element["action_id"]] = {
                "type": element["type"],
                **filled(element, value),
            }
            why = _wrong(block, element, value)
            if why:
                errors[block["block_id"]] = why
    if errors:
        raise NotFilledIn(errors)
    return state


def _initial(element: dict[str, Any]) -> Any:
    for name in ("initial_value", "initial_date", "initial_time"):
        if name in element:
            return element[name]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    return element["initial_option"]["value"] if "initial_option" in element else None


def _wrong(block: dict[str, Any], element: dict[str, Any], value: Any) -> str | None:
    if block["type"] != "input":
        return None
    if not value:
        return None if block.get("optional") else "この欄は必須です"
    least, most = element.get("min_length") or 0, element.get("max_length") or 3000
    if element["type"] == "plain_text_input" and not least <= len(str(value)) <= most:
        return f"{least}文字以上{most}文字以内で入力してください"
    return None
