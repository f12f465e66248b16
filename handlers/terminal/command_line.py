"""The command line: finds the command, does it, and says kindly what to do when it cannot be done.

Each group of commands is imported only when its command is given, hence imports inside functions: the tables
take half a second and the language model another, which `--help` and a slip of the pen need not wait for.
"""

# ruff: noqa: PLC0415
import errno
import os
import sys
from collections.abc import Callable, Sequence

from bot.answerable import Answerable
from bot.settings import BadSettings
from bot.texts import phrase
from handlers.terminal import arguments as arguments_
from handlers.terminal.calling import Call, Plugs, WrongUsage
from handlers.terminal.screen import aside

__all__ = ["Plugs", "run"]

WRONG_USAGE = 2
INTERRUPTED = 130

# By name, since importing the libraries only to name their errors would cost the second that is saved.
REFUSALS = {
    "MasterKeyMissing": "key_missing",
    "WrongMasterKey": "wrong_key",
    "AlreadyServing": "already_serving",
    "SchemaTooNew": "schema_too_new",
    "SchemaTooOld": "schema_too_old",
    "NotOnPostgres": "not_on_postgres",
    "NoDatabase": "no_database",
    "NotABackup": "not_a_backup",
    "WouldOverwrite": "would_overwrite",
    "NoSuchCouncil": "no_database",
    "OperationalError": "database_away",
    "NotStored": "database_away",
    "NotOnLoopback": "practice_here",
    "DatabaseError": "database_broken",
}


def run(arguments: Sequence[str], plugs: Plugs) -> int:
    """Do what was typed; give the exit status: 0 done, 1 could not be done, 2 wrongly written."""
    try:
        words = arguments_.read(list(arguments))
        _begin_logging(plugs)
        status = _command(words.command)(Call(words, plugs))
        sys.stdout.flush()
    except SystemExit as ended:  # argparse has shown its help
        return int(ended.code or 0)
    except BrokenPipeError:
        _leave_quietly()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        aside(refusal)
        return WRONG_USAGE if isinstance(error, WrongUsage) else 1
    return status


def _begin_logging(plugs: Plugs) -> None:
    from handlers.terminal import logs

    logs.configure(plugs.environment().get("KIZUKI_LOG_LEVEL") or "info")


def _command(name: str | None) -> Callable[[Call], int]:
    """Find what does a command."""
    group = next((find for names, find in _GROUPS.items() if name in names), None)
    if group is None:
        raise WrongUsage(phrase("terminal.handled_before", words=name))
    return group(name)


def _serving(name: str | None) -> Callable[[Call], int]:
    from handlers.terminal import serving

    return serving.serve if name else serving.begin


def _checking(name: str | None) -> Callable[[Call], int]:
    from handlers.terminal import checking

    return checking.check if name == "check" else checking.status


def _inviting(name: str | None) -> Callable[[Call], int]:
    from handlers.terminal import inviting

    return inviting.invite if name == "invite" else inviting.erase


def _papers(name: str | None) -> Callable[[Call], int]:
    from handlers.terminal import papers

    return {"agenda": papers.agenda, "minutes": papers.minutes, "report": papers.report}[name or ""]


def _keeping(name: str | None) -> Callable[[Call], int]:
    from handlers.terminal import keeping

    return {
        "run": keeping.run_job,
        "migrate": keeping.migrate,
        "backup": keeping.backup,
        "restore": keeping.restore,
    }[name or ""]


def _reading(name: str | None) -> Callable[[Call], int]:
    from handlers.terminal import reading

    return {
        "classify": reading.classify,
        "same-matter": reading.same_matter,
        "evaluate": reading.evaluate,
        "train": reading.train,
        "bench": reading.bench,
    }[name or ""]


_GROUPS: dict[tuple[str | None, ...], Callable[[str | None], Callable[[Call], int]]] = {
    (None, "serve"): _serving,
    ("check", "status"): _checking,
    ("invite", "erase"): _inviting,
    ("agenda", "minutes", "report"): _papers,
    ("run", "migrate", "backup", "restore"): _keeping,
    ("classify", "same-matter", "evaluate", "train", "bench"): _reading,
}


def _refusal(error: Exception) -> str | None:
    """Say what to do about an error that somebody can mend; None for our own faults."""
    if isinstance(error, WrongUsage):
        return str(error)
    if isinstance(error, Answerable):
        return phrase(error.key, **error.values)
    if isinstance(error, BadSettings):
        lines = [f"× {m.name}：{m.problem}\n　　→ {phrase('check.write', line=m.mend)}" for m in error.mends]
        return "\n".join([phrase("terminal.bad_settings"), *lines])
    for kind in type(error).__mro__:
        if kind.__name__ in REFUSALS:
            return phrase(f"terminal.{REFUSALS[kind.__name__]}")
    return _of_system(error) if isinstance(error, OSError) else None


def _of_system(error: OSError) -> str | None:
    if error.errno == errno.EADDRINUSE:
        return phrase("terminal.port_taken")
    if error.errno == errno.EADDRNOTAVAIL:
        return phrase("terminal.host_unknown")
    if error.errno == errno.ENOSPC:
        return phrase("terminal.disk_full")
    if isinstance(error, FileNotFoundError):
        return phrase("terminal.no_such_file", file=error.filename)
    if isinstance(error, PermissionError):
        return phrase("terminal.not_allowed", file=error.filename or "")
    if isinstance(error, (IsADirectoryError, NotADirectoryError)):
        return phrase("terminal.no_file", file=error.filename)
    return None


def _leave_quietly() -> None:
    """Let nobody complain at the end that the reader of our output has gone."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - for the rest of the process
