"""The rules of the house, kept by looking at it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import NAMES
from bot.texts import book, places
from schedules.timetable import TIMETABLE
from storage.concerns import Standing
from storage.topics import Status

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "handlers", "storage", "schedules")
TOP_LEVEL = {
    "bot", "handlers", "storage", "schedules", "tests", "pyproject.toml", "README.md", "README.ja.md",
    "LICENSE", "requirements.txt", "requirements-model.txt", "requirements-dev.txt",
}  # fmt: skip


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (p for p in sorted((ROOT / room).rglob("*.py")) if "versions" not in p.parts)


def test_every_public_function_says_what_it_does_for_the_council() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources()
        for node in _public_functions(ast.parse(path.read_text()))
        if not ast.get_docstring(node)
    ]
    assert bare == []


def test_a_topics_status_is_written_in_one_place() -> None:
    writes = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        for line in path.read_text().splitlines()
        if re.search(r"\btopic\.status = ", line)
    ]
    assert writes == ["bot/topics.py"]


def test_no_log_line_carries_words_or_addresses() -> None:
    forbidden = re.compile(r"log\.\w+\([^)]*\b(text|words|masked|body|address|sender|name)=")
    found = [str(path) for path in sources() if forbidden.search(path.read_text())]
    assert found == []


def test_every_job_stands_in_the_timetable() -> None:
    files = {p.stem for p in (ROOT / "schedules").glob("*.py")} - {"__init__", "clock", "timetable"}
    assert files == {job.name for job in TIMETABLE}


def test_every_status_has_its_phrases() -> None:
    for status in Status:
        assert f"status.{status}" in book()
        assert f"arrow.{status}" in book()
    for standing in (Standing.SETTLING, Standing.KEPT):
        assert f"arrow.{standing}" in book()


@pytest.mark.parametrize("key", sorted(book()))
def test_a_phrase_names_its_places_by_words(key: str) -> None:
    assert all(re.fullmatch(r"[a-z_]+", place) for place in places(book()[key]))


def test_every_phrase_that_the_code_names_stands_in_the_book() -> None:
    named = {
        match
        for path in sources()
        for match in re.findall(r'(?<![\w.])phrase\(\s*"([a-z_]+\.[a-z_.]+)"', path.read_text())
    }
    assert sorted(named - set(book())) == []


def test_every_setting_is_documented_for_whoever_installs() -> None:
    documented = set(re.findall(r"^#?\s*([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert documented == set(NAMES)


def test_nothing_happens_at_import() -> None:
    """No engine, client, app or settings at module level."""
    made = re.compile(
        r"^\w+\s*(:.*)?= .*(create_engine|Starlette|WebClient|App|load_reader|Database)\(", re.MULTILINE
    )
    assert [str(path) for path in sources() if made.search(path.read_text())] == []


def test_the_top_level_holds_what_the_card_says() -> None:
    here = {p.name for p in ROOT.iterdir() if not p.name.startswith(".") and not p.name.endswith(".egg-info")}
    assert here - {"var", "build"} <= TOP_LEVEL


def _public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith(
            "_"
        ):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    inner
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
                    and not inner.name.startswith("_")
                )
