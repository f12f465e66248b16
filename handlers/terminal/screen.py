"""What is written to the terminal: answers to the output, everything else beside it."""

import sys
from pathlib import Path

from bot.texts import phrase
from handlers.terminal.calling import WrongUsage


def tell(text: str) -> None:
    """Write an answer."""
    sys.stdout.write(f"{text}\n")


def aside(text: str) -> None:
    """Write what is no answer: progress, warnings, refusals. A pipe then carries only the answer."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def ask(question: str) -> str:
    """Ask and give what was typed; nothing when nobody sits there."""
    aside(question)
    return sys.stdin.readline().strip()


def is_watched() -> bool:
    """Say whether a person sits before the terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


class Bar:
    """A progress bar beside the answers, for whoever sits before the terminal."""

    WIDTH = 24

    def __init__(self, label: str) -> None:
        self._label = label
        self._shown = (-1, -1)

    def show(self, done: int, whole: int) -> None:
        """Show how much of how much is done; the line ends when all is."""
        if (done, whole) == self._shown or not whole:
            return
        self._shown = (done, whole)
        full = self.WIDTH * done // whole
        line = f"\r{self._label} [{'#' * full}{' ' * (self.WIDTH - full)}] {done:,}/{whole:,}"
        sys.stderr.write(line + ("\n" if done >= whole else ""))
        sys.stderr.flush()


BINARY = ("pdf", "docx", "xlsx")


def deliver(content: bytes, ending: str, output: Path | None) -> None:
    """Write a paper to a file or, when none is named, to the output.

    Raises WrongUsage for a PDF on the screen.
    """
    if output is not None:
        output.write_bytes(content)
        aside(phrase("terminal.written", path=output))
        return
    if ending in BINARY and sys.stdout.isatty():
        raise WrongUsage(phrase("terminal.binary_to_screen", ending=ending))
    sys.stdout.flush()
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(content.decode("utf-8", "replace"))
    else:
        stream.write(content)
        stream.flush()
