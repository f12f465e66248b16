"""The practice town's clock: the real time, or a told one, and moved on to what is due next."""

import threading
from datetime import UTC, datetime, timedelta


class PracticeClock:
    """Gives the time in the practice town."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """Give the practice town's time (aware, UTC)."""
        return datetime.now(UTC) + self._ahead

    def start_at(self, moment: datetime) -> None:
        """Let the clock show this moment from now on (while the story is told)."""
        with self._lock:
            self._ahead = moment - datetime.now(UTC)

    def jump_to(self, moment: datetime) -> None:
        """Move on to a moment that lies ahead; never back."""
        with self._lock:
            self._ahead += max(moment - self(), timedelta())

    def catch_up(self) -> None:
        """Show the real time again."""
        with self._lock:
            self._ahead = timedelta()
