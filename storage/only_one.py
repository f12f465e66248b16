"""Only one serving process on a SQLite file, told at once and kindly."""

import fcntl
import os
from pathlib import Path
from types import TracebackType


class AlreadyServing(Exception):
    """Another process serves this database."""


class OnlyOne:
    """Holds the lock of the serving process; the operating system frees it even after a kill."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".serving")
        self._file: int | None = None

    def __enter__(self) -> "OnlyOne":
        """Take the lock. Raises AlreadyServing with the other's process id, without waiting."""
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            other = os.read(self._file, 20).decode().strip() or "?"
            os.close(self._file)
            raise AlreadyServing(
                f"Kizuki is already running on this database (process {other}). "
                "Stop that one first, or use PostgreSQL for several processes."
            ) from error
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Free the lock."""
        if self._file is not None:
            os.close(self._file)
