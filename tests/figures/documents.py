"""How long a paper takes as PDF, at its largest."""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bot.documents.paper import Item, Items, Paper, Section, Table
from bot.documents.pdf import pdf
from bot.documents.readings import with_readings
from bot.understanding import load_reader
from storage.database import Database
from storage.schema import upgrade
from tests.bot.every_paper import every_paper
from tests.conftest import Town

LIMIT_S = 1.0
ITEMS = 40


def measure(is_quick: bool) -> list[tuple[str, str, str, bool]]:
    """Print each paper with its items and rows brought up to forty; beside it, the same with furigana.

    Every turn has other words, since Typst remembers what it has set before.
    """
    papers = _papers()
    pdf(Paper("はじめに"))  # the fonts are read once in a process
    turns = 1 if is_quick else 3
    slowest = max(_seconds(paper, turns) for paper in papers.values())
    read = max(_seconds(with_readings(paper), turns) for paper in papers.values())
    return [
        (
            f"{len(papers)} papers as PDF, {ITEMS} items, the slowest",
            f"{slowest:.2f} s",
            f"under {LIMIT_S:.0f} s",
            slowest < LIMIT_S,
        ),
        ("the same with furigana", f"{read:.2f} s", f"under {LIMIT_S:.0f} s", read < LIMIT_S),
    ]


def _papers() -> dict[str, Paper]:
    with tempfile.TemporaryDirectory() as name:
        database = Database(f"sqlite:///{Path(name) / 'kizuki.db'}")
        upgrade(database)
        papers = every_paper(Town(database, load_reader()))
        database.close()
    return {name: _grown(paper) for name, paper in papers.items()}


def _grown(paper: Paper) -> Paper:
    """Repeat what the paper's first items or rows say until there are forty of them."""
    parts = []
    for section in paper.sections:
        blocks = []
        for block in section.blocks:
            if isinstance(block, Items) and block.items:
                times = range(ITEMS)
                blocks.append(Items(tuple(_other(block.items[n % len(block.items)], n) for n in times)))
            elif isinstance(block, Table) and block.rows:
                blocks.append(replace(block, rows=tuple(block.rows[n % len(block.rows)] for n in range(ITEMS))))
            else:
                blocks.append(block)
        parts.append(replace(section, blocks=tuple(blocks)))
    return replace(paper, sections=tuple(parts))


def _other(item: Item, turn: int) -> Item:
    return replace(item, heading=f"{item.heading} その{turn}", number=f"({turn + 1})")


def _seconds(paper: Paper, turns: int) -> float:
    taken = []
    for turn in range(turns):
        changed = replace(paper, sections=tuple(_renamed(section, turn) for section in paper.sections))
        begin = time.perf_counter()
        pdf(changed)
        taken.append(time.perf_counter() - begin)
    return min(taken)


def _renamed(section: Section, turn: int) -> Section:
    return replace(section, heading=f"{section.heading}{turn}")
