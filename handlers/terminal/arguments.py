"""How each command is written, and what `--help` says of it, in the language of whoever types it."""

import argparse
import difflib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from bot.dates import JST
from bot.texts import phrase
from handlers.terminal.calling import WrongUsage

ROLES_SERVED = ("all", "web", "worker", "clock")
SHEETS = ("agenda", "notices")
REPORTED = ("federation", "committee")
FORMATS = ("md", "txt", "pdf", "docx", "xlsx", "csv", "json", "html")
# in the order in which somebody meets them
COMMANDS = (
    "serve",
    "check",
    "invite",
    "status",
    "agenda",
    "minutes",
    "report",
    "run",
    "backup",
    "restore",
    "erase",
    "migrate",
    "classify",
    "same-matter",
    "evaluate",
    "train",
    "bench",
    "install",
    "test",
)


class Parser(argparse.ArgumentParser):
    """A parser that speaks Japanese and never prints a page of usage for a slip."""

    def __init__(self, *names: Any, **options: Any) -> None:
        super().__init__(
            *names, **{**options, "add_help": False, "allow_abbrev": False, "formatter_class": _Layout}
        )
        self._positionals.title = phrase("terminal.title_what")
        self._optionals.title = phrase("terminal.title_how")
        self.add_argument("-h", "--help", action="help", help=phrase("terminal.help_help"))

    def error(self, message: str) -> NoReturn:
        """Say in one sentence where the right way of writing stands."""
        raise WrongUsage(phrase("terminal.wrong_usage", command=self.prog))


class _Layout(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, phrase("terminal.title_usage"))


def read(arguments: list[str]) -> argparse.Namespace:
    """Understand what was typed. Raises WrongUsage; ends the program after showing the help."""
    first = arguments[0] if arguments else None
    if first is not None and not first.startswith("-") and first not in COMMANDS:
        raise WrongUsage(_unknown(first))
    return build().parse_args(arguments)


def build() -> Parser:
    """Build the parser of all commands."""
    parser = Parser(prog="kizuki", description=phrase("terminal.about"), epilog=phrase("terminal.epilog"))
    commands = parser.add_subparsers(
        dest="command", title=phrase("terminal.title_commands"), metavar=phrase("terminal.command"), prog="kizuki"
    )
    for name in COMMANDS:
        sentence = phrase(f"terminal.what_{name.replace('-', '_')}")
        _DETAILS.get(name, _nothing)(commands.add_parser(name, help=sentence, description=sentence))
    return parser


def moment(words: str) -> datetime:
    """Read a time; without a zone it is the time in Japan. Raises WrongUsage."""
    try:
        read_ = datetime.fromisoformat(words)
    except ValueError as error:
        raise WrongUsage(phrase("terminal.bad_time", words=words)) from error
    return read_ if read_.tzinfo else read_.replace(tzinfo=JST)


def one_of(words: str, allowed: Iterable[str], name: str) -> str:
    """Accept one of a few words. Raises WrongUsage with all of them."""
    known = tuple(allowed)
    if words not in known:
        raise WrongUsage(phrase("terminal.one_of", name=name, words=words, allowed="、".join(known)))
    return words


def _unknown(words: str) -> str:
    near = difflib.get_close_matches(words, COMMANDS, n=1)
    if near:
        return phrase("terminal.unknown_near", words=words, near=near[0])
    return phrase("terminal.unknown", words=words)


def _served(words: str) -> str:
    return one_of(words, ROLES_SERVED, "--role")


def _format(words: str) -> str:
    return one_of(words, FORMATS, "--format")


def _sheet(words: str) -> str:
    return one_of(words, SHEETS, "--sheet")


def _reported(words: str) -> str:
    return one_of(words, REPORTED, "--to")


def _rank(words: str) -> int:
    if not (words.isascii() and words.isdigit() and 1 <= int(words) <= 99):
        raise WrongUsage(phrase("terminal.bad_duty"))
    return int(words)


def _nothing(parser: Parser) -> None:
    """Need no more words."""


def _option(parser: Parser, name: str, help_: str, **more: Any) -> None:
    parser.add_argument(name, help=phrase(f"terminal.{help_}"), **more)


def _in_practice(parser: Parser) -> None:
    _option(parser, "--practice", "in_practice", action="store_true", dest="in_practice")


def _serve(parser: Parser) -> None:
    _option(parser, "--role", "serve_role", type=_served, default="all", metavar="all|web|worker|clock")
    _option(parser, "--practice", "serve_practice", action="store_true")


def _invite(parser: Parser) -> None:
    _option(parser, "--role", "invite_role", required=True, metavar="ROLE")
    _option(parser, "--name", "invite_name", default="", metavar="NAME")
    _option(parser, "--organisation", "invite_organisation", default="", metavar="NAME")
    _option(parser, "--themes", "invite_themes", default="", metavar="a,b")
    _option(parser, "--duty", "invite_duty", type=_rank, metavar="N")
    _option(parser, "--link", "invite_link", action="store_true")
    _in_practice(parser)


def _run(parser: Parser) -> None:
    _option(parser, "job", "run_job", metavar="JOB")
    _option(parser, "--at", "run_at", type=moment, metavar="TIME")
    _in_practice(parser)


def _backup(parser: Parser) -> None:
    _option(parser, "file", "backup_file", type=Path, metavar="FILE")


def _restore(parser: Parser) -> None:
    _option(parser, "file", "restore_file", type=Path, metavar="FILE")
    _option(parser, "--yes", "yes", action="store_true")


def _erase(parser: Parser) -> None:
    _option(parser, "--person", "erase_person", required=True, metavar="REF")
    _option(parser, "--yes", "yes", action="store_true")


def _paper(parser: Parser) -> None:
    _option(parser, "--format", "format", type=_format, metavar="|".join(FORMATS))
    _option(parser, "--output", "output", type=Path, metavar="FILE")
    _option(parser, "--readings", "readings", action="store_true")
    _in_practice(parser)


def _agenda(parser: Parser) -> None:
    _option(parser, "--sheet", "agenda_sheet", type=_sheet, default=SHEETS[0], metavar="|".join(SHEETS))
    _paper(parser)


def _report(parser: Parser) -> None:
    _option(parser, "--to", "report_to", type=_reported, metavar="|".join(REPORTED))
    _paper(parser)


def _status(parser: Parser) -> None:
    _option(parser, "--json", "json", action="store_true")
    _in_practice(parser)


def _lines(parser: Parser) -> None:
    _option(parser, "--jsonl", "jsonl", action="store_true")


def _evaluate(parser: Parser) -> None:
    _option(parser, "--gold", "gold", required=True, type=Path, metavar="FILE")
    _option(parser, "--pairs", "pairs", type=Path, metavar="FILE")
    _option(parser, "--errors", "errors", action="store_true")
    _option(parser, "--without-model", "without_model", action="store_true")


def _bench(parser: Parser) -> None:
    _option(parser, "--quick", "quick", action="store_true")


_DETAILS = {
    "serve": _serve,
    "invite": _invite,
    "run": _run,
    "backup": _backup,
    "restore": _restore,
    "erase": _erase,
    "agenda": _agenda,
    "minutes": _paper,
    "report": _report,
    "status": _status,
    "classify": _lines,
    "same-matter": _lines,
    "evaluate": _evaluate,
    "bench": _bench,
}
