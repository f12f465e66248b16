"""What is to be said, in Slack's blocks, within its limits, and with nothing in it that Slack would obey.

Limits: docs.slack.dev (Block Kit reference); 13,200 characters a message are not documented but measured by
others (slackapi/bolt-js#2509). What is too long is parted at line ends, and beyond that cut with a kind word.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from bot.messages import Choice, Field, Menu, Say
from bot.texts import phrase
from handlers.slack.marks import escaped

MAX_HEADER = 150
MAX_SECTION = 3_000
MAX_FIELD = 2_000
FIELDS_A_SECTION = 10
MAX_BUTTON = 75
MAX_VALUE = 2_000
MAX_ELEMENTS = 25
MAX_OPTIONS = 100
MAX_OPTION_VALUE = 150
MAX_PLACEHOLDER = 150
MAX_MODAL_TITLE = 24
MAX_INPUT = 3_000
MAX_LABEL = 2_000
MAX_URL = 3_000
MAX_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_CHARS = 12_000  # of all blocks of a message; Slack refuses beyond about 13,200
MAX_VIEW_BYTES = 200_000  # Slack refuses a view beyond 250 kB
MAX_FALLBACK = 3_900  # Slack advises 4,000
FORM = "kizuki_form"
INPUT = "value"

Block = dict[str, Any]


class Message(NamedTuple):
    """A message: its blocks, and the same in words for notifications and screen readers."""

    text: str
    blocks: list[Block]


def message(say: Say) -> Message:
    """Lay out a message. There is always a text."""
    words = [say.title, say.text, *(f"{label}：{value}" for label, value in say.facts)]
    fallback = "\n".join(part for part in words if part).strip() or phrase("slack.no_words")
    blocks = _fitting(_card(say, _Counter()), MAX_BLOCKS, MAX_CHARS)
    return Message(_cut(fallback, MAX_FALLBACK), blocks or [_section(_cut(fallback, MAX_SECTION))])


def home(say: Say) -> dict[str, Any]:
    """Lay out a person's home page, one whole card after another."""
    counter = _Counter()
    kept: list[Block] = []
    for card in say.blocks or (say,):
        own = _fitting(_card(card, counter), MAX_BLOCKS, MAX_CHARS)
        if len(kept) + len(own) + 1 >= MAX_VIEW_BLOCKS or _bytes([*kept, *own]) > MAX_VIEW_BYTES:
            kept.append(_section(phrase("slack.cut")))
            break
        kept += [{"type": "divider"}, *own] if kept and own else own
    return {"type": "home", "blocks": kept or [_section(phrase("slack.no_words"))]}


def modal(say: Say) -> dict[str, Any]:
    """Lay out a form; `submit` travels with it and comes back with the answers."""
    opening = [_section(piece) for piece in _pieces(say.text)]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": _plain(say.title or phrase("form.title"), MAX_MODAL_TITLE),
        "submit": _plain(phrase("form.submit"), MAX_MODAL_TITLE),
        "close": _plain(phrase("form.cancel"), MAX_MODAL_TITLE),
        "private_metadata": json.dumps({"submit": say.submit}, ensure_ascii=False),
        "blocks": [*opening, *(_input(field) for field in say.fields)][:MAX_VIEW_BLOCKS],
    }


class _Counter:
    """Gives each button its own action id; what it stands for is in its value."""

    def __init__(self) -> None:
        self._count = 0

    def next(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{self._count}"


def _card(say: Say, counter: _Counter) -> list[Block]:
    title = [{"type": "header", "text": _plain(say.title, MAX_HEADER)}] if say.title.strip() else []
    texts = [_section(piece) for piece in _pieces(say.text)]
    return [*title, *texts, *_facts(say.facts), *_calls(say.links), *_actions(say, counter)]


def _facts(facts: Sequence[tuple[str, str]]) -> Iterator[Block]:
    fields = [_mrkdwn(_fact(label, value)) for label, value in facts if value.strip()]
    for start in range(0, len(fields), FIELDS_A_SECTION):
        yield {"type": "section", "fields": fields[start : start + FIELDS_A_SECTION]}


def _fact(label: str, value: str) -> str:
    head = f"*{_cut(label, MAX_BUTTON)}*\n"
    return head + _cut(value, MAX_FIELD - len(head))


def _calls(links: Sequence[tuple[str, str]]) -> Iterator[Block]:
    """Telephone numbers stand as links in the text, since Slack's buttons open web pages only."""
    lines = [f"<{address}|{_label(label)}>" for label, address in links if address.startswith("tel:")]
    if lines:
        yield _section("\n".join(lines)[:MAX_SECTION])


def _label(label: str) -> str:
    return escaped(label.replace("|", "／"))


def _actions(say: Say, counter: _Counter) -> Iterator[Block]:
    links = [
        _link(label, address, counter) for label, address in say.links if address.startswith(("http:", "https:"))
    ]
    buttons = [_button(c, counter) for c in say.choices if c.label.strip() and 0 < len(c.says) <= MAX_VALUE]
    menus = [menu for one in say.menus if (menu := _menu(one, counter)) is not None]
    elements = [one for one in links if one is not None] + buttons + menus
    for start in range(0, len(elements), MAX_ELEMENTS):
        yield {"type": "actions", "elements": elements[start : start + MAX_ELEMENTS]}


def _button(choice: Choice, counter: _Counter) -> Block:
    button = {
        "type": "button",
        "action_id": counter.next("say"),
        "text": _plain(choice.label, MAX_BUTTON),
        "value": choice.says,
    }
    if choice.style:
        button["style"] = choice.style
    if choice.style == "danger":
        button["confirm"] = _confirm(choice.label)
    return button


def _confirm(label: str) -> Block:
    return {
        "title": _plain(phrase("slack.confirm_title"), 100),
        "text": _plain(phrase("slack.confirm_text", label=label[:MAX_BUTTON]), 300),
        "confirm": _plain(phrase("slack.confirm_yes"), 30),
        "deny": _plain(phrase("slack.confirm_no"), 30),
        "style": "danger",
    }


def _link(label: str, address: str, counter: _Counter) -> Block | None:
    if len(address) > MAX_URL or not label.strip():
        return None
    text = _plain(label, MAX_BUTTON)
    return {"type": "button", "action_id": counter.next("open"), "text": text, "url": address}


def _menu(menu: Menu, counter: _Counter) -> Block | None:
    options = _options(menu.choices)
    if not options:
        return None
    return {
        "type": "static_select",
        "action_id": counter.next("choose"),
        "placeholder": _plain(menu.label or phrase("slack.menu"), MAX_PLACEHOLDER),
        "options": options,
    }


def _options(choices: Sequence[Choice]) -> list[Block]:
    """A sentence that does not fit is left out: cut short it would say something else."""
    fitting = [c for c in choices if c.label.strip() and 0 < len(c.says) <= MAX_OPTION_VALUE]
    return [{"text": _plain(c.label, MAX_BUTTON), "value": c.says} for c in fitting[:MAX_OPTIONS]]


def _input(field: Field) -> Block:
    options = _options(field.choices)
    element: Block
    if options:
        placeholder = _plain(phrase("slack.menu"), MAX_PLACEHOLDER)
        element = {"type": "static_select", "placeholder": placeholder, "options": options}
    else:
        element = {"type": "plain_text_input", "multiline": field.is_long, "max_length": MAX_INPUT}
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": _plain(field.label, MAX_LABEL),
        "element": {**element, "action_id": INPUT},
        "optional": field.is_optional,
    }
    return block | ({"hint": _plain(field.hint, MAX_LABEL)} if field.hint else {})


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Block:
    # verbatim: Slack looks for no names, channels or addresses in it
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": _shortened(text, limit), "emoji": False}


def _shortened(text: str, limit: int) -> str:
    return _within(text, limit, "…")


def _cut(text: str, limit: int) -> str:
    return _within(text, limit, phrase("slack.cut"))


def _within(text: str, limit: int, mark: str) -> str:
    """Write a text for Slack, at most so long; a cut never goes through an escape."""
    whole = escaped(text)
    if len(whole) <= limit:
        return whole
    return escaped(text[: _fit(text, limit - len(mark))].rstrip()) + mark


def _pieces(text: str) -> Iterator[str]:
    """Part a text into sections, at line ends where possible."""
    rest = text.strip("\n")
    while rest.strip():
        end = _fit(rest, MAX_SECTION)
        line_end = rest.rfind("\n", 0, end)
        end = line_end if end < len(rest) and line_end > end // 2 else end
        yield escaped(rest[:end].rstrip("\n"))
        rest = rest[end:].lstrip("\n")


def _fit(text: str, limit: int) -> int:
    """How many characters from the start fit when they are written for Slack."""
    end = min(len(text), limit)
    while len(escaped(text[:end])) > limit:
        end -= max(1, (len(escaped(text[:end])) - limit) // 5)
    return end


def _fitting(blocks: Sequence[Block], most: int, chars: int) -> list[Block]:
    """Keep what can be pressed, then of the words as much as there is room for, and say where they are cut."""
    kept: dict[int, Block] = {}
    room, seats = chars - len(phrase("slack.cut")), most - 1
    for place in sorted(range(len(blocks)), key=lambda place: blocks[place]["type"] != "actions"):
        block, size = blocks[place], _chars(blocks[place])
        if size <= room and seats > 0:
            kept[place] = block
            room, seats = room - size, seats - 1
        elif block["type"] != "actions":
            kept[place] = _section(phrase("slack.cut"))
            break  # words after the cut would have no context
    return [kept[place] for place in sorted(kept)]


def _bytes(blocks: list[Block]) -> int:
    return len(json.dumps(blocks))


def _chars(part: Any) -> int:
    """Count the characters that are seen."""
    if isinstance(part, dict):
        own = len(part["text"]) if isinstance(part.get("text"), str) else 0
        return own + sum(_chars(value) for value in part.values())
    return sum(_chars(one) for one in part) if isinstance(part, list) else 0
