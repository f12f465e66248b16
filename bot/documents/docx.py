"""A Paper as a Word file that a secretary can go on editing: real styles, no text boxes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

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

FONT = "BIZ UDPGothic"
"""Comes with Windows 10 and later; elsewhere the word processor takes its own Japanese font."""

_TEXT_WIDTH_MM = 174
_HAND_LINE = "\t"


def docx(paper: Paper) -> bytes:
    """Write the paper as a Word document: A4, headings in the navigation pane, pages numbered.

    Words from people go in as text runs, which Word never takes for a field or a formula.
    """
    # Imported here: python-docx takes 150 ms, which no process should wait for at its start.
    from docx import Document  # noqa: PLC0415

    clean = mapped(paper, printable)
    document = Document()
    _prepare(document, clean)
    _describe(document, clean)
    for line in clean.lines:
        document.add_paragraph(line, style="Subtitle")
    document.add_paragraph(clean.title, style="Title")
    _meta(document, clean.meta)
    for section in clean.sections:
        _section(document, section)
    _footer(document, clean.footer)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _prepare(document: Any, paper: Paper) -> None:
    """Set page, language, fonts and styles; what Word's own template brings is overruled."""
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    _speak_japanese(document)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(18)
    for name in ("Details", "Remark", "Hand"):
        added = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        added.base_style = document.styles["Normal"]
    size = 14 if paper.large else 11
    for name, share, bold in _STYLES:
        points = round(size * share * 2) / 2
        least = 14 if paper.large and name not in _AROUND else 0
        _style(document.styles[name], max(points, least), bold=bold)
    _space_out(document)


_STYLES = (
    ("Normal", 1.0, False),
    ("Title", 1.5, True),
    ("Subtitle", 1.05, False),
    ("Heading 1", 1.2, True),
    ("Heading 2", 1.0, True),
    ("Details", 1.0, False),
    ("Remark", 0.88, False),
    ("Hand", 0.88, False),
    ("Header", 0.75, False),
    ("Footer", 0.75, False),
)
_AROUND = ("Header", "Footer")
"""What stands around the text may be smaller, as on the printed paper: larger, the page's number would wrap."""


def _style(style: Any, points: float, *, bold: bool) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    style.font.name, style.font.size, style.font.bold = FONT, Pt(points), bold
    style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        # A theme font wins over a named one, and the theme has no Japanese face.
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)


def _space_out(document: Any) -> None:
    """Place the styles: what belongs together stays on one page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    styles = document.styles
    for name, before, after in (
        ("Normal", 2, 4),
        ("Title", 4, 10),
        ("Subtitle", 0, 0),
        ("Heading 1", 16, 6),
        ("Heading 2", 10, 2),
        ("Details", 0, 2),
        ("Remark", 2, 4),
        ("Hand", 12, 0),
    ):
        layout = styles[name].paragraph_format
        layout.space_before, layout.space_after = Pt(before), Pt(after)
        layout.line_spacing, layout.keep_together = 1.2, True
    for name in ("Title", "Subtitle"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _unframe(styles[name])
    for name in ("Heading 1", "Heading 2"):
        styles[name].paragraph_format.keep_with_next = True
        styles[name].paragraph_format.tab_stops.add_tab_stop(Mm(_TEXT_WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
    styles["Details"].paragraph_format.left_indent = Mm(9)
    styles["Hand"].paragraph_format.tab_stops.add_tab_stop(
        Mm(_TEXT_WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
    )


def _describe(document: Any, paper: Paper) -> None:
    """Name the file by its title; the template's own author, remark and date of 2013 go."""
    about = document.core_properties
    about.title, about.language = paper.title, "ja-JP"
    about.author = about.comments = ""
    for element in list(about._element):
        if element.tag.endswith(("}created", "}modified")):
            about._element.remove(element)


def _speak_japanese(document: Any) -> None:
    """Tell Word that the text is Japanese, and not to widen 令和8年 to 令和 8 年."""
    from docx.oxml.ns import qn  # noqa: PLC0415

    language = next(document.styles.element.iter(qn("w:lang")))
    language.set(qn("w:val"), "ja-JP")
    language.set(qn("w:eastAsia"), "ja-JP")
    normal = document.styles["Normal"]
    normal.paragraph_format.space_before = 0
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN"):
        _insert(normal, tag, {"w:val": "0"}, before=("w:spacing",))


def _insert(style: Any, tag: str, attributes: dict[str, str], *, before: tuple[str, ...]) -> None:
    """Add to a style's layout what python-docx has no name for, in the order the schema asks."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(name), value)
    style.element.get_or_add_pPr().insert_element_before(element, *before)


def _unframe(style: Any) -> None:
    """Take away what Word's template gives a title: a blue rule below and wide letters."""
    from docx.oxml.ns import qn  # noqa: PLC0415

    look = style.element
    for parent, tag in ((look.pPr, "w:pBdr"), (look.rPr, "w:spacing"), (look.rPr, "w:kern")):
        for found in parent.findall(qn(tag)):
            parent.remove(found)


def _meta(document: Any, pairs: tuple[Pair, ...]) -> None:
    if pairs:
        _grid(document, tuple(pairs), (1, 5), bold_first_column=True)


def _section(document: Any, section: Section) -> None:
    heading = " ".join(filter(None, (section.number, section.heading)))
    if heading:
        document.add_paragraph(heading + _at_the_right(section.minutes), style="Heading 1")
    for block in section.blocks:
        _block(document, block)


def _block(document: Any, block: Block) -> None:
    match block:
        case Paragraph(text):
            document.add_paragraph(text)
        case Note(text):
            document.add_paragraph(f"※ {text}", style="Remark")
        case Items(items):
            for item in items:
                _item(document, item)
        case Table():
            _table(document, block)
        case Space():
            _space(document, block)
        case Chart():
            _chart(document, block)


def _space(document: Any, space: Space) -> None:
    document.add_paragraph(space.label, style="Remark").paragraph_format.keep_with_next = True
    for _ in range(space.lines):
        document.add_paragraph(_HAND_LINE, style="Hand")


def _chart(document: Any, chart: Chart) -> None:
    """Write bars of characters in a table: Word has no drawing that every other program opens."""
    document.add_paragraph(chart.label, style="Remark").paragraph_format.keep_with_next = True
    _grid(document, chart.drawn(), (3, 6, 2))
    document.add_paragraph()


def _item(document: Any, item: Item) -> None:
    """Write one matter; each line is kept with the next, so that it is not cut in two."""
    heading = " ".join(filter(None, (item.number or "・", item.heading)))
    paragraph = document.add_paragraph(heading, style="Heading 2")
    paragraph.add_run(_at_the_right(item.minutes)).bold = False
    tags = "".join(f"［{tag}］" for tag in item.tags)
    lines = [f"{label}：{value}" if label else value for label, value in (("", tags), *item.details)]
    for line in filter(None, lines):
        paragraph.paragraph_format.keep_with_next = True
        paragraph = document.add_paragraph(line, style="Details")


def _at_the_right(minutes: int | None) -> str:
    return f"\t{timed(minutes)}" if minutes is not None else ""


def _table(document: Any, table: Table) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415

    grid = _grid(document, (table.header, *table.rows), table.widths, bold_first_row=True)
    # The header is repeated on each page that the table runs over to.
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph()


def _grid(
    document: Any,
    rows: tuple[tuple[str, ...], ...],
    shares: tuple[int, ...],
    *,
    bold_first_row: bool = False,
    bold_first_column: bool = False,
) -> Any:
    """Lay cells out in a ruled table whose columns are shares of the text width."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    grid = document.add_table(rows=0, cols=len(shares), style="Table Grid")
    grid.autofit = False
    for column, share in zip(grid.columns, shares, strict=True):
        column.width = Mm(_TEXT_WIDTH_MM * share / sum(shares))
    for row_number, row in enumerate(rows):
        cells = grid.add_row().cells
        grid.rows[-1]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for column, (cell, text) in enumerate(zip(cells, row, strict=True)):
            cell.width = Mm(_TEXT_WIDTH_MM * shares[column] / sum(shares))
            run = cell.paragraphs[0].add_run(text)
            run.bold = (bold_first_row and row_number == 0) or (bold_first_column and column == 0)
    return grid


def _footer(document: Any, text: str) -> None:
    """Put the footer's words at the left and "1 / 2" at the right of every page."""
    from docx.enum.text import WD_TAB_ALIGNMENT  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    document.styles["Footer"].paragraph_format.tab_stops.clear_all()
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(_TEXT_WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{text}\t")
    _field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Any, instruction: str) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    paragraph._p.append(field)
