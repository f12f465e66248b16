"""Logging, set up in one place: to the error output, as JSON lines unless a person is watching.

Log lines carry ids and codes, never what a neighbour wrote. Libraries do not know that rule (slack_bolt
logs the body of a stale request at INFO), so of them only the place and the kind of error is kept.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(level: str, stream: TextIO | None = None) -> None:
    """Let everything that is logged from now on go to the error output, from this level on.

    The output is looked up at each line, since whoever embeds us may exchange it.
    """
    number = LEVELS.get(level.lower(), LEVELS["info"])
    structlog.configure(
        processors=_processors(is_watched=(stream or sys.stderr).isatty()),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_Loggers(stream),
        cache_logger_on_first_use=False,
    )
    handler = _Lines(stream)
    handler.setFormatter(_PlaceOnly())
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def _processors(*, is_watched: bool) -> list[Processor]:
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=False)
        if is_watched
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return [
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        last,
    ]


class _Loggers:
    """Makes loggers that know their name, which structlog's own for streams do not."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out

    def __call__(self, *names: Any) -> structlog.PrintLogger:
        logger = structlog.PrintLogger(self._out or sys.stderr)
        logger.name = str(names[0]) if names else "kizuki"  # type: ignore[attr-defined]
        return logger


class _Lines(logging.Handler):
    """Writes what libraries log beside our own lines."""

    def __init__(self, out: TextIO | None) -> None:
        super().__init__()
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        (self._out or sys.stderr).write(self.format(record) + "\n")


class _PlaceOnly(logging.Formatter):
    """Says where a library logged and what kind of error it met, not its sentence: that may quote a message."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[0] if record.exc_info else None
        return json.dumps(
            {
                "event": "library",
                "level": record.levelname.lower(),
                "logger": record.name,
                "place": f"{record.module}:{record.lineno}",
                "error": error.__name__ if error else None,
                "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            }
        )
