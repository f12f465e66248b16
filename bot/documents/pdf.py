"""A Paper as PDF: A4, tagged, with the fonts inside, set by Typst."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from bot.documents.glyphs import FONTS, drawable
from bot.documents.json import as_record
from bot.documents.paper import Paper, mapped, printable

_LAYOUT = Path(__file__).with_name("paper.typ")


def pdf(paper: Paper) -> bytes:
    """Set the paper on A4, body 14 pt when it is `large`, 11 pt otherwise.

    The paper goes to Typst as data (`sys.inputs`), never as part of a program, so that
    `#read("/etc/passwd")` in a concern is printed as the words it is. System fonts are ignored:
    the same paper looks the same, and has the same bytes, on every machine.
    """
    # Imported here: on a web process that never prints, Typst would cost 8 MB for nothing.
    import typst  # noqa: PLC0415

    shown = mapped(paper, lambda text: drawable(printable(text)))
    shown = replace(shown, readings=shown.longest_readings_first())
    return typst.compile(
        str(_LAYOUT),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(as_record(shown), ensure_ascii=False)},
        pdf_standards="ua-1",
    )
