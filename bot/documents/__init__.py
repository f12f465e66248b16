"""The papers of the council in every format: n papers and m formats are n + m functions.

To add a format, write a module with one function from Paper to bytes and add its line here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.documents.csv import csv
from bot.documents.docx import docx
from bot.documents.html import html
from bot.documents.json import json
from bot.documents.markdown import markdown
from bot.documents.paper import Paper
from bot.documents.pdf import pdf
from bot.documents.plain import plain
from bot.documents.xlsx import xlsx

__all__ = ["FORMATS", "MEDIA_TYPES", "file_name"]

FORMATS: dict[str, Callable[[Paper], bytes]] = {
    "md": markdown,
    "txt": plain,
    "pdf": pdf,
    "docx": docx,
    "html": html,
    "json": json,
    "csv": csv,
    "xlsx": xlsx,
}
"""By the ending of the file; the same word is used on the command line and in addresses."""

MEDIA_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_name(paper: Paper, ending: str) -> str:
    """The name under which a paper is saved: its lines and title, as on the paper itself.

    Characters that Windows refuses in a name become a full-width space; at most 80 characters.
    """
    words = " ".join((*paper.lines, paper.title))
    return re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "　", words)[:80].strip(" .　") + f".{ending}"
