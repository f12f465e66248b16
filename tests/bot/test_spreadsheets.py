"""Spreadsheets: a user's words are words there, whatever they begin with, and they open as Japanese."""

import csv
import io
import zipfile

import openpyxl
import pytest

from bot.documents import FORMATS
from bot.documents.json import as_record, from_record
from bot.documents.paper import Chart, Item, Items, Note, Paper, Paragraph, Section, Table

FORMULAS = (
    "=1+1", "+81-90", "-2+3", "@SUM(A1)", "\t=1+1", "＝1+1", "＋1", "－1", "＠A1", "=HYPERLINK(\"http://x\",\"y\")",
    "=cmd|' /C calc'!A0", "http://example.jp/", "#REF!", "1E5", "00123", "TRUE",
)  # fmt: skip


def paper(*words: str) -> Paper:
    rows = tuple((word, "3件") for word in words)
    return Paper(
        title="一年の数",
        lines=("みどり地区社協",),
        meta=(("まとめた日", words[0]),),
        sections=(
            Section("気づき", (Table(("ことば", "件数"), rows), Note(words[0]))),
            Section("気づき", (Paragraph(words[0]), Items((Item(words[0], details=(("だれ", words[0]),)),)))),
            Section("図", (Chart("月ごと [見守り]/回", tuple((word, n) for n, word in enumerate(words)), "回"),)),
        ),
        footer="おわり",
    )


@pytest.mark.parametrize("word", FORMULAS)
def test_no_cell_of_an_excel_file_is_a_formula_or_a_link(word: str) -> None:
    content = FORMATS["xlsx"](paper(word))
    book = openpyxl.load_workbook(io.BytesIO(content))

    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    assert not any("<f>" in sheet or "hyperlink" in sheet for sheet in sheets)


@pytest.mark.parametrize("word", FORMULAS[:11])
def test_no_cell_of_a_csv_begins_like_a_formula(word: str) -> None:
    rows = csv.reader(io.StringIO(FORMATS["csv"](paper(word)).decode("utf-8-sig")))

    assert all(not cell.lstrip().startswith(tuple("=+-@＝＋－＠")) for row in rows for cell in row)


def test_a_csv_tells_excel_that_it_is_japanese() -> None:
    content = FORMATS["csv"](paper("見守り"))

    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    assert "見守り" in content.decode("utf-8-sig")


def test_two_parts_of_one_name_are_two_sheets_that_excel_takes() -> None:
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](paper("見守り"))))

    assert len(book.sheetnames) == len({name.lower() for name in book.sheetnames}) == 3
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)


def test_a_chart_is_kept_as_json_and_drawn_everywhere() -> None:
    whole = paper("見守り", "サロン")

    assert from_record(as_record(whole)) == whole
    for ending, make in FORMATS.items():
        assert make(whole), ending
    assert "■" in FORMATS["txt"](whole).decode()
    assert "<meter" in FORMATS["html"](whole).decode()
