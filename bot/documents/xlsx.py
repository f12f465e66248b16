"""A Paper as an Excel workbook: its words on the first sheet, each table and chart on a sheet of its own.

Words from people are written as text, never as a formula, a link or an error; numbers with a unit become numbers,
so that a secretariat can go on reckoning with them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from bot.documents.paper import Chart, Item, Items, Note, Paper, Paragraph, Section, Table, mapped, printable

FONT = "BIZ UDPGothic"
_NUMBER = re.compile(r"([0-9]{1,9})([件回人食世帯か所月日名%]{0,3})")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
NAME_CHARS = 31  # Excel's own limit for the name of a sheet
CELL_CHARS = 32_000  # Excel's own limit is 32,767


def xlsx(paper: Paper) -> bytes:
    """Write the paper as a workbook that opens as Japanese, with native charts."""
    # Imported here: 170 ms, which no process should wait for at its start.
    import xlsxwriter  # noqa: PLC0415

    clean = mapped(paper, printable)
    content = io.BytesIO()
    safe = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, safe) as book:
        book.set_properties({"title": clean.title, "author": "", "comments": ""})
        _Book(book).write(clean)
    return content.getvalue()


class _Book:
    """One workbook while it is written: its formats, and the names that its sheets have taken."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._names: set[str] = set()
        base = {"font_name": FONT, "font_size": 12, "valign": "top"}
        self._text = book.add_format({**base, "text_wrap": True})
        self._bold = book.add_format({**base, "bold": True, "text_wrap": True})
        self._head = book.add_format(
            {**base, "bold": True, "border": 1, "bg_color": "#EBEBEB", "text_wrap": True}
        )
        self._cell = book.add_format({**base, "border": 1, "text_wrap": True})
        self._base = base
        self._units: dict[str, Any] = {}

    def write(self, paper: Paper) -> None:
        """Write the first sheet, then one for each table and chart."""
        self._first(paper)
        for section in paper.sections:
            for block in section.blocks:
                if isinstance(block, Table):
                    self._table(section, block)
                elif isinstance(block, Chart):
                    self._chart(block)

    def _first(self, paper: Paper) -> None:
        sheet = self._sheet(paper.title)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 70)
        for place, (label, value, is_bold) in enumerate(_lines(paper)):
            sheet.write_string(place, 0, label[:CELL_CHARS], self._bold)
            sheet.write_string(place, 1, value[:CELL_CHARS], self._bold if is_bold else self._text)

    def _table(self, section: Section, table: Table) -> None:
        sheet = self._sheet(section.heading)
        for column, (name, share) in enumerate(zip(table.header, table.widths, strict=True)):
            sheet.set_column(column, column, max(10, 72 * share // max(sum(table.widths), 1)))
            sheet.write_string(0, column, name, self._head)
        for place, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                self._put(sheet, place, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)

    def _chart(self, chart: Chart) -> None:
        sheet = self._sheet(chart.label)
        sheet.set_column(0, 0, 30)
        for place, (label, count) in enumerate(chart.bars):
            sheet.write_string(place, 0, label, self._cell)
            sheet.write_number(place, 1, count, self._unit(chart.unit))
        if not chart.bars:
            return
        drawn = self._book.add_chart({"type": "bar"})
        last = len(chart.bars) - 1
        values = [sheet.get_name(), 0, 1, last, 1]
        drawn.add_series({"categories": [sheet.get_name(), 0, 0, last, 0], "values": values})
        drawn.set_title({"name": chart.label, "name_font": {"name": FONT}})
        drawn.set_legend({"none": True})
        drawn.set_y_axis({"reverse": True})
        sheet.insert_chart(0, 3, drawn)

    def _put(self, sheet: Any, row: int, column: int, cell: str) -> None:
        number = _NUMBER.fullmatch(cell)
        if number:
            sheet.write_number(row, column, int(number[1]), self._unit(number[2]))
        else:
            sheet.write_string(row, column, cell[:CELL_CHARS], self._cell)

    def _unit(self, unit: str) -> Any:
        if unit not in self._units:
            shown = f'0"{unit}"' if unit else "0"
            self._units[unit] = self._book.add_format({**self._base, "border": 1, "num_format": shown})
        return self._units[unit]

    def _sheet(self, wanted: str) -> Any:
        """Make a sheet under a name that Excel takes and that no other sheet has."""
        plain = _NOT_IN_A_NAME.sub("　", wanted).strip("' 　")[: NAME_CHARS - 4] or "表"
        names = (plain, *(f"{plain} ({n})" for n in range(2, 1000)))
        name = next(n for n in names if n.lower() not in self._names)
        self._names.add(name.lower())
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet


def _lines(paper: Paper) -> Iterator[tuple[str, str, bool]]:
    yield from (("", line, True) for line in (*paper.lines, paper.title))
    yield from ((label, value, False) for label, value in paper.meta)
    for section in paper.sections:
        yield "", "", False
        yield section.number, section.heading, True
        for block in section.blocks:
            match block:
                case Paragraph(text) | Note(text):
                    yield "", text, False
                case Items(items):
                    yield from (line for item in items for line in _of_item(item))
                case _:
                    continue
    yield "", paper.footer, False


def _of_item(item: Item) -> Iterator[tuple[str, str, bool]]:
    yield item.number, f"{item.heading}{''.join(f'［{tag}］' for tag in item.tags)}", True
    yield from ((label, value, False) for label, value in item.details)
