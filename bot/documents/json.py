"""A Paper as JSON: for other programs, and to keep a final paper exactly as it was approved."""

from __future__ import annotations

import json as standard_json
from dataclasses import asdict
from typing import Any

from bot.documents.paper import (
    Block,
    Chart,
    Item,
    Items,
    Note,
    Paper,
    Paragraph,
    Section,
    Space,
    Table,
    mapped,
    printable,
)

_KINDS: dict[str, type[Block]] = {
    "paragraph": Paragraph,
    "note": Note,
    "items": Items,
    "table": Table,
    "space": Space,
    "chart": Chart,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def json(paper: Paper) -> bytes:
    """Write the paper as one JSON object, UTF-8, Japanese readable as it stands."""
    record = as_record(mapped(paper, printable))
    return (standard_json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def as_record(paper: Paper) -> dict[str, Any]:
    """The paper as plain lists and dictionaries; each block says its kind."""
    record = asdict(paper)
    for section, written in zip(paper.sections, record["sections"], strict=True):
        written["blocks"] = [
            {"kind": _NAMES[type(block)]} | fields
            for block, fields in zip(section.blocks, written["blocks"], strict=True)
        ]
    return record


def from_record(record: dict[str, Any]) -> Paper:
    """The paper that `as_record` took apart; lists (as JSON gives them) become tuples again.

    Raises KeyError for a kind of block, TypeError for a field, that this version does not know.
    """
    sections = tuple(
        Section(**_frozen(section) | {"blocks": tuple(map(_block, section["blocks"]))})
        for section in record["sections"]
    )
    return Paper(**_frozen(record) | {"sections": sections})


def _block(record: dict[str, Any]) -> Block:
    rest = {name: value for name, value in record.items() if name != "kind"}
    if record["kind"] == "items":
        return Items(tuple(Item(**_frozen(item)) for item in record["items"]))
    return _KINDS[record["kind"]](**_frozen(rest))


def _frozen(record: dict[str, Any]) -> dict[str, Any]:
    return {name: _as_tuple(value) for name, value in record.items()}


def _as_tuple(value: Any) -> Any:
    return tuple(map(_as_tuple, value)) if isinstance(value, list | tuple) else value
