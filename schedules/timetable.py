"""The timetable: every job, when it runs (Asia/Tokyo), and how late it may still be of use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot import alerts, dates
from schedules import climb_alerts, compile_agenda, ping_commissioners, plan_meetings, tidy
from storage.ledger import Ledger

When = Callable[[Ledger], time | None]


@dataclass(frozen=True)
class Job:
    """One job. `at` gives its hour in Japan each day; without it, the job runs in each minute from `due` on.

    After a downtime only the newest slot is caught up, and not at all once it is older than `fresh_for`.
    """

    name: str
    run: Callable[[Ledger], str]
    at: When = lambda ledger: None
    fresh_for: timedelta = timedelta(days=1)
    due: Callable[[Ledger], datetime | None] = lambda ledger: None

    def newest_slot(self, ledger: Ledger) -> datetime | None:
        """Give the newest due time that is not after now."""
        hour = self.at(ledger)
        if hour is None:
            due = self.due(ledger)
            is_due = due is not None and due <= ledger.now
            return ledger.now.replace(second=0, microsecond=0) if is_due else None
        today = dates.jst(ledger.now).date()
        slot = dates.at(today, hour)
        return slot if slot <= ledger.now else dates.at(today - timedelta(days=1), hour)

    def next_slot(self, ledger: Ledger) -> datetime | None:
        """Give the next due time after now."""
        hour = self.at(ledger)
        if hour is None:
            return self.due(ledger)
        today = dates.jst(ledger.now).date()
        slot = dates.at(today, hour)
        return slot if slot > ledger.now else dates.at(today + timedelta(days=1), hour)


def daily(hour: int, minute: int = 0) -> When:
    """Every day at this hour in Japan."""
    return lambda ledger: time(hour, minute)


def _ping_time(ledger: Ledger) -> time:
    hour, minute = ledger.council.ping_time.split(":")
    return time(int(hour), int(minute))


def _next_climb(ledger: Ledger) -> datetime | None:
    return min((alert.climbs_at for alert in alerts.climbing(ledger)), default=None)


TIMETABLE: tuple[Job, ...] = (
    Job("climb_alerts", climb_alerts.run, due=_next_climb),
    Job("tidy", tidy.run, daily(3)),
    Job("plan_meetings", plan_meetings.run, daily(6)),
    Job("compile_agenda", compile_agenda.run, daily(9)),
    Job("ping_commissioners", ping_commissioners.run, _ping_time, fresh_for=timedelta(hours=8)),
)
