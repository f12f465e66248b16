"""`classify`, `same-matter`, `evaluate`, `train`, `bench`: how well Kizuki reads, line by line and in figures."""

import importlib
import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

from bot import bootstrap, evaluation
from bot.embedding import load_embedding
from bot.texts import phrase
from bot.understanding import Reader, classify_lines, load_reader, same_matter_lines
from handlers.terminal.calling import Call, WrongUsage
from handlers.terminal.screen import aside

Answer = Callable[[Reader, Iterable[str]], Iterator[str]]
LEARNERS = ("bot.name_learning", "bot.learning", "bot.similarity_learning")
NEEDS_TORCH = ("bot.similarity_learning",)
FIGURES = bootstrap.ROOT / "tests" / "figures"
PROGRESS_EVERY = 20


def classify(call: Call) -> int:
    """Judge messages, one JSON line after the other, as fast as they come."""
    stream(classify_lines, load_reader(), _input(), sys.stdout)
    return 0


def same_matter(call: Call) -> int:
    """Compare pairs of messages, one JSON line after the other."""
    stream(same_matter_lines, load_reader(), _input(), sys.stdout)
    return 0


def stream(answer: Answer, reader: Reader, lines: Iterable[str], out: TextIO) -> None:
    """Answer each line at once, and go on whatever a line holds."""
    count = 0
    is_watched = sys.stderr.isatty()
    for line in lines:
        for words in _survive(answer, reader, line):
            out.write(words + "\n")
            out.flush()
            count += 1
        if is_watched and count % PROGRESS_EVERY == 0:
            sys.stderr.write("\r" + phrase("terminal.progress", count=count))
            sys.stderr.flush()
    if is_watched:
        sys.stderr.write("\r" + phrase("terminal.progress", count=count) + "\n")


def _survive(answer: Answer, reader: Reader, line: str) -> list[str]:
    """One line that trips the reader must not cost the answers to all the others."""
    try:
        return list(answer(reader, [line]))
    except Exception as error:
        return [json.dumps({"id": _id_of(line), "error": type(error).__name__})]


def _id_of(line: str) -> object:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return asked.get("id") if isinstance(asked, dict) else None


def _input() -> TextIO:
    """Read UTF-8 whatever the terminal is set to; broken bytes spoil their own line only."""
    return io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")


def evaluate(call: Call) -> int:
    """Print every promised figure for a labelled file, with the language model and without it."""
    words = call.words
    for path in (words.gold, words.pairs):
        if path is not None:
            path.stat()
    reader = load_reader(use_model=not words.without_model)
    sys.stdout.write(evaluation.report(words.gold, reader, words.pairs, words.errors) + "\n")
    if reader.has_model:
        alone = load_reader(use_model=False)
        sys.stdout.write("\n" + evaluation.report(words.gold, alone, words.pairs) + "\n")
    return 0


def train(call: Call) -> int:
    """Learn again from the sentences in bot/training."""
    if load_embedding() is None:
        aside(phrase("terminal.no_model"))
        return 1
    for name in LEARNERS:
        if name in NEEDS_TORCH and importlib.util.find_spec("torch") is None:
            aside(phrase("terminal.no_torch", name=name))
            continue
        aside(phrase("terminal.training", name=name))
        importlib.import_module(name).main()
    return 0


def bench(call: Call) -> int:
    """Measure the promised figures side by side; the measuring rods lie with the tests."""
    if not (FIGURES / "__main__.py").exists():
        raise WrongUsage(phrase("terminal.no_figures"))
    more = ["--quick"] if call.words.quick else []
    command = [sys.executable, "-m", "tests.figures", *more]
    return subprocess.run(command, cwd=bootstrap.ROOT, check=False).returncode  # noqa: S603 - our own program
