"""The practice town's clock: the real time, which can be moved on to what is due next."""

import threading
from datetime import UTC, datetime, timedelta


class PracticeClock:
    """Gives the time in the practice town. It only ever moves forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """Give the practice town's time (aware, UTC)."""
        return datetime.now(UTC) + self._ahead

    def jump_to(self, moment: datetime) -> None:
        """Move on to a moment that lies ahead."""
        with self._lock:
            self._ahead += max(moment - self(), timedelta())
