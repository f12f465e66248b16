"""A Paper as Markdown: for the command line, for mail to those who like it, and for diffs."""

from __future__ import annotations

import re

from bot.documents.paper import (
    Block,
    Chart,
    Item,
    Items,
    Note,
    Pair,
    Paper,
    Paragraph,
    Section,
    Space,
    Table,
    mapped,
    printable,
    timed,
)

_MEANINGFUL = re.compile(r"([\\`*_{}\[\]<>#|~!&$^])")
# At the start of a line these make a list, a heading rule or a quotation.
_LEADING = re.compile(r"^(\s*)([-+=:]|\d+(?=[.)]))", re.MULTILINE)


def markdown(paper: Paper) -> bytes:
    """Write the paper as GitHub-flavoured Markdown, UTF-8; room for handwriting is left out."""
    safe = mapped(paper, escape)
    parts = [
        *safe.lines,
        f"# {safe.title}",
        "\n".join(f"- {_labelled(pair)}" for pair in safe.meta),
        *(part for section in safe.sections for part in _section(section)),
        f"---\n\n{safe.footer}" if safe.footer else "",
    ]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def escape(text: str) -> str:
    """Make a resident's words mean nothing but themselves in Markdown.

    A line break becomes <br>, which holds in a heading, a list and a table cell alike.
    """
    plain = _MEANINGFUL.sub(r"\\\1", printable(text).strip())
    return _LEADING.sub(r"\1\\\2", plain).replace("\n", "<br>")


def _section(section: Section) -> list[str]:
    heading = " ".join(filter(None, (section.number, section.heading)))
    first = [f"## {heading}{timed(section.minutes)}"] if heading else []
    return [*first, *map(_block, section.blocks)]


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return text
        case Note(text):
            return f"※ {text}"
        case Items(items):
            return "\n".join(map(_item, items))
        case Table():
            return _table(block)
        case Space():
            return ""
        case Chart():
            return "\n".join(
                (block.label, "", *(f"- {label} {bar} {number}" for label, bar, number in block.drawn()))
            )


def _item(item: Item) -> str:
    tags = "".join(f" \\[{tag}\\]" for tag in item.tags)
    first = " ".join(filter(None, (item.number, f"**{item.heading}**")))
    details = (f"  - {_labelled(pair)}" for pair in item.details)
    return "\n".join([f"- {first}{tags}{timed(item.minutes)}", *details])


def _labelled(pair: Pair) -> str:
    label, value = pair
    return f"{label}： {value}" if label else value


def _table(table: Table) -> str:
    rows = [table.header, ("---",) * len(table.header), *table.rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
