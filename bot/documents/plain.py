"""A Paper as plain text, for chat and for mail: legible on a telephone, without any markup."""

from __future__ import annotations

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

_INDENT = "　"


def plain(paper: Paper) -> bytes:
    """Write the paper as lines of text, UTF-8, headings in 【】; room for handwriting is left out.

    Nothing is escaped here, since plain text has no meaning to escape from: the platform that
    sends it escapes for itself (Slack reads <!channel> as a call to everybody).
    """
    clean = mapped(paper, printable)
    parts = [
        "\n".join([*clean.lines, clean.title]),
        "\n".join(_labelled(pair) for pair in clean.meta),
        *map(_section, clean.sections),
        clean.footer,
    ]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def _section(section: Section) -> str:
    heading = " ".join(filter(None, (section.number, section.heading)))
    first = f"【{heading}】{timed(section.minutes)}" if heading else ""
    return "\n".join(filter(None, [first, *map(_block, section.blocks)]))


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return text
        case Note(text):
            return f"※{text}"
        case Items(items):
            return "\n".join(map(_item, items))
        case Table(header, rows):
            return "\n".join(_row(header, row) for row in rows)
        case Space():
            return ""
        case Chart():
            return "\n".join(
                (block.label, *(f"・{label} {bar} {number}" for label, bar, number in block.drawn()))
            )


def _item(item: Item) -> str:
    tags = f"［{'・'.join(item.tags)}］" if item.tags else ""
    first = f"{item.number} {item.heading}" if item.number else f"・{item.heading}"
    return "\n".join([f"{first}{tags}{timed(item.minutes)}", *map(_detail, item.details)])


def _detail(pair: Pair) -> str:
    return _INDENT + _labelled(pair).replace("\n", "\n" + _INDENT)


def _labelled(pair: Pair) -> str:
    label, value = pair
    return f"{label}：{value}" if label else value


def _row(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    """One line of a table: in one of two columns the first names the second, as people read it aloud."""
    if len(row) == 2:
        return "・" + _labelled(row)
    cells = zip(header, row, strict=True)
    return "・" + "／".join(_labelled(pair) for pair in cells if pair[1])
