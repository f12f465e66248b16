"""Every paper in every format, opened by the programs that people open them with."""

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdf
import pytest

from bot.documents import FORMATS
from bot.documents.paper import Paper, mapped
from bot.documents.readings import read_readings, readings, with_readings
from bot.themes import themes
from tests.bot.every_paper import HANDED_OUT, RARE, every_paper
from tests.conftest import Town, _copied

NAMES = (*HANDED_OUT, "status", "meters", "activities", "yearly")
OFFICE_SECONDS = 300


@pytest.fixture(scope="module")
def papers(
    empty_file: Path, reader: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Paper]]:
    """The papers of one town, composed once."""
    database = _copied(empty_file, tmp_path_factory.mktemp("papers"))
    yield every_paper(Town(database, reader))  # type: ignore[arg-type]
    database.close()


def words(paper: Paper) -> list[str]:
    """Give every text of a paper that stands in each format."""
    found: list[str] = []
    mapped(paper, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    return [text for text in found if text.strip()]


def squeezed(text: str) -> str:
    return "".join(text.split())


def pages_of(content: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def test_all_papers_are_tried(papers: dict[str, Paper]) -> None:
    assert set(papers) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_names_its_days_by_the_era(name: str, papers: dict[str, Paper]) -> None:
    written = "\n".join(words(papers[name]))

    assert "令和" in written
    assert re.findall(r"20\d\d|令和\d+年.{0,3}\d+/\d+", written) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_pdf_is_tagged_titled_and_its_words_can_be_copied_out(name: str, papers: dict[str, Paper]) -> None:
    paper = papers[name]
    content = FORMATS["pdf"](paper)
    reader = pypdf.PdfReader(io.BytesIO(content))
    root = reader.root_object

    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("ja")
    assert reader.metadata is not None
    assert reader.metadata.title == paper.title
    assert [round(side) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    shown = "".join(pages_of(content))
    assert [text for text in words(paper) if squeezed(text) not in shown] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_font_of_a_pdf_is_inside_it(name: str, papers: dict[str, Paper]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(FORMATS["pdf"](papers[name])))

    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index,attr-defined]
    inside = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]
    assert all("/FontFile2" in each or "/FontFile3" in each for each in inside)
    assert any("BIZUDPGothic" in str(font["/BaseFont"]) for font in fonts)


@pytest.mark.parametrize("name", HANDED_OUT)
def test_what_is_handed_out_is_large(name: str, papers: dict[str, Paper]) -> None:
    assert papers[name].large


def test_rare_characters_and_half_width_kana_come_out_as_they_were_written(papers: dict[str, Paper]) -> None:
    assert squeezed(RARE) in copied(FORMATS["pdf"](papers["agenda"]))


def copied(content: bytes) -> str:
    """Copy all words out of a PDF as a reader does, with the program that readers' programs are built on."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("needs pdftotext")
    return squeezed(
        subprocess.run([program, "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    )


# --- furigana


def test_the_built_in_readings_are_kana_and_cover_the_themes() -> None:
    known = dict(readings())

    assert all(re.fullmatch(r"[ぁ-ゖー]+", kana) for kana in known.values())
    assert known["役員会"] == "やくいんかい"
    kanji = re.compile(r"[一-龠]")
    bare = []
    for theme in themes():
        left = theme.label
        for word in sorted(known, key=len, reverse=True):
            left = left.replace(word, "")
        bare += [theme.label] if kanji.search(left) else []
    assert bare == []


def test_a_word_that_stands_twice_in_the_list_is_told() -> None:
    with pytest.raises(ValueError, match="役員"):
        read_readings('[a]\n"役員" = "やくいん"\n[b]\n"役員" = "やくいん"')


@pytest.mark.parametrize("name", NAMES)
def test_furigana_take_nothing_away(name: str, papers: dict[str, Paper]) -> None:
    read = with_readings(papers[name])
    page = FORMATS["html"](read).decode()

    assert "<ruby>" in page
    assert FORMATS["html"](papers[name]).decode() == re.sub(r"<ruby>(.*?)<rt>.*?</rt></ruby>", r"\1", page)
    assert "しゃきょう" in "".join(pages_of(FORMATS["pdf"](read))) or name in ("posting",)
    for ending in ("md", "txt", "csv"):
        assert FORMATS[ending](read) == FORMATS[ending](papers[name])


# --- LibreOffice


@pytest.fixture(scope="module")
def word(papers: dict[str, Paper], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Let LibreOffice print every Word file, once for all tests."""
    folder = tmp_path_factory.mktemp("word")
    said = _converted(folder, "pdf", *_written(folder, papers, "docx"))
    assert not re.search(r"error|warn|repair|corrupt|could not", said, re.IGNORECASE), said
    return folder


@pytest.fixture(scope="module")
def sheets(papers: dict[str, Paper], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Let LibreOffice print every Excel file, and read every CSV as a workbook."""
    folder = tmp_path_factory.mktemp("sheets")
    openpyxl.Workbook().save(folder / "probe.xlsx")
    _converted(folder, "csv", folder / "probe.xlsx")
    if not (folder / "probe.csv").exists():
        pytest.skip("needs LibreOffice Calc, which this machine's LibreOffice lacks")
    said = _converted(folder, "pdf", *_written(folder, papers, "xlsx"))
    said += _converted(
        folder, "xlsx", *_written(folder, papers, "csv"), filters=("--infilter=CSV:44,34,76,1,,1041",)
    )
    assert not re.search(r"error|warn|repair|corrupt|could not", said, re.IGNORECASE), said
    return folder


def _written(folder: Path, papers: dict[str, Paper], ending: str) -> list[Path]:
    files = [folder / f"{name}-{ending}.{ending}" for name in papers]
    for file, paper in zip(files, papers.values(), strict=True):
        file.write_bytes(FORMATS[ending](paper))
    return files


def _converted(folder: Path, to: str, *files: Path, filters: tuple[str, ...] = ()) -> str:
    """Run LibreOffice with a profile of its own; give what it said, its remark on a missing Java left out."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("needs soffice (LibreOffice)")
    own = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        program,
        own,
        "--headless",
        *filters,
        "--convert-to",
        to,
        "--outdir",
        str(folder),
        *map(str, files),
    ]
    done = subprocess.run(command, capture_output=True, timeout=OFFICE_SECONDS, check=True)
    said = (done.stdout + done.stderr).decode()
    return "\n".join(line for line in said.splitlines() if "javaldx" not in line)


@pytest.mark.parametrize("name", NAMES)
def test_libreoffice_prints_a_word_file_with_every_word(name: str, word: Path, papers: dict[str, Paper]) -> None:
    printed = (word / f"{name}-docx.pdf").read_bytes()
    shown = copied(printed) + "".join(pages_of(printed))  # the one goes by lines, the other by cells

    paper = papers[name]
    assert [text for text in words(paper) if squeezed(text) not in shown] == []


@pytest.mark.parametrize("name", NAMES)
def test_libreoffice_prints_an_excel_file_with_its_tables(
    name: str, sheets: Path, papers: dict[str, Paper]
) -> None:
    shown = "".join(pages_of((sheets / f"{name}-xlsx.pdf").read_bytes()))

    assert squeezed(papers[name].title) in shown
    heads = [cell for s in papers[name].sections for b in s.blocks if hasattr(b, "header") for cell in b.header]
    assert [cell for cell in heads if squeezed(cell) not in shown] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_csv_opens_as_japanese_and_without_a_formula(name: str, sheets: Path, papers: dict[str, Paper]) -> None:
    book = openpyxl.load_workbook(sheets / f"{name}-csv.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert all(cell.data_type != "f" for cell in cells)
    shown = {str(cell.value).strip() for cell in cells}
    assert papers[name].title in shown
    assert set(papers[name].lines) <= shown
    assert "�" not in "".join(shown)


def test_the_rare_characters_reach_a_word_file(word: Path, papers: dict[str, Paper]) -> None:
    assert squeezed(_rare(papers)) in copied((word / "agenda-docx.pdf").read_bytes())


def test_the_rare_characters_reach_a_spreadsheet(papers: dict[str, Paper]) -> None:
    told = _rare(papers)
    rows = csv.reader(io.StringIO(FORMATS["csv"](papers["agenda"]).decode("utf-8-sig")))
    assert told in {cell for row in rows for cell in row}
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](papers["agenda"])))
    assert told in {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}


def _rare(papers: dict[str, Paper]) -> str:
    told = next(text for text in words(papers["agenda"]) if "ｻﾛﾝ" in text)
    assert told == RARE
    return told
