"""A Paper as CSV: its tables for a spreadsheet, opened as Japanese and never run.

A cell that begins with =, +, - or @ is a formula to a spreadsheet, whoever typed it (OWASP, CSV injection); the
mark that a spreadsheet itself uses for text is set before it. The byte order mark makes Excel read UTF-8.
"""

from __future__ import annotations

import csv as standard_csv
import io
from collections.abc import Iterator

from bot.documents.paper import Block, Chart, Item, Items, Note, Paper, Paragraph, Table, mapped, printable

_BOM = "\ufeff"
# also in full width: a spreadsheet that normalises its input would find a formula there
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def csv(paper: Paper) -> bytes:
    """Write the paper's words and tables as rows, UTF-8 with byte order mark, lines ended as Excel ends them."""
    clean = mapped(paper, printable)
    written = io.StringIO(newline="")
    out = standard_csv.writer(written, lineterminator="\r\n")
    for row in _rows(clean):
        out.writerow([harmless(cell) for cell in row])
    return (_BOM + written.getvalue()).encode("utf-8")


def harmless(cell: str) -> str:
    """Give a cell's text so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell


def _rows(paper: Paper) -> Iterator[tuple[str, ...]]:
    yield from ((line,) for line in (*paper.lines, paper.title))
    yield from paper.meta
    for section in paper.sections:
        yield ()
        yield (" ".join(filter(None, (section.number, section.heading))),)
        for block in section.blocks:
            yield from _of_block(block)
    if paper.footer:
        yield ()
        yield (paper.footer,)


def _of_block(block: Block) -> Iterator[tuple[str, ...]]:
    match block:
        case Paragraph(text) | Note(text):
            yield (text,)
        case Items(items):
            yield from (row for item in items for row in _of_item(item))
        case Table(header, rows):
            yield header
            yield from rows
        case Chart():
            yield (block.label,)
            yield from ((label, str(count), block.unit) for label, count in block.bars)
        case _:
            return


def _of_item(item: Item) -> Iterator[tuple[str, ...]]:
    yield (item.number, item.heading, "・".join(item.tags), str(item.minutes or ""))
    yield from (("", label, value) for label, value in item.details)
