"""The timetable: every job, when it runs (Asia/Tokyo), and how late it may still be of use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot import alerts, bring_in, circulation, dates, handouts, minutes, rest
from bot.reminders import freshening
from schedules import (
    ask_after,
    ask_bring_in,
    circulate_agenda,
    climb_alerts,
    compile_agenda,
    finish_minutes,
    freshen_bundles,
    hand_out,
    ping_commissioners,
    plan_meetings,
    tidy,
)
from storage.ledger import Ledger

When = Callable[[Ledger], time | None]
LOOK_DAYS = 33  # a job of each month is found; slots are kept longer (tidy), so that none runs again


@dataclass(frozen=True)
class Job:
    """One job. `at` gives its hour in Japan each day; without it, the job runs in each minute from `due` on.

    After a downtime only the newest slot is caught up, and not at all once it is older than `fresh_for`.
    """

    name: str
    run: Callable[..., str]
    at: When = lambda ledger: None
    days: Callable[[date], bool] = lambda day: True  # at its hour on these days alone
    fresh_for: timedelta = timedelta(days=1)
    due: Callable[[Ledger], datetime | None] = lambda ledger: None
    shows_progress: bool = False  # takes a second argument that is told how far it is

    def newest_slot(self, ledger: Ledger) -> datetime | None:
        """Give the newest due time that is not after now."""
        hour = self.at(ledger)
        if hour is None:
            due = self.due(ledger)
            is_due = due is not None and due <= ledger.now
            return ledger.now.replace(second=0, microsecond=0) if is_due else None
        today = dates.jst(ledger.now).date()
        past = (dates.at(_day(today, -n), hour) for n in range(LOOK_DAYS) if self.days(_day(today, -n)))
        return next((slot for slot in past if slot <= ledger.now), None)

    def next_slot(self, ledger: Ledger) -> datetime | None:
        """Give the next due time after now."""
        hour = self.at(ledger)
        if hour is None:
            return self.due(ledger)
        today = dates.jst(ledger.now).date()
        coming = (dates.at(_day(today, n), hour) for n in range(LOOK_DAYS) if self.days(_day(today, n)))
        return next((slot for slot in coming if slot > ledger.now), None)


def _day(today: date, days: int) -> date:
    return today + timedelta(days=days)


def daily(hour: int, minute: int = 0) -> When:
    """Every day at this hour in Japan."""
    return lambda ledger: time(hour, minute)


def _ping_time(ledger: Ledger) -> time:
    return rest.ping_time(ledger.council)


def _next_climb(ledger: Ledger) -> datetime | None:
    return min((alert.climbs_at for alert in alerts.climbing(ledger)), default=None)


TIMETABLE: tuple[Job, ...] = (
    Job("climb_alerts", climb_alerts.run, due=_next_climb),
    Job("ask_bring_in", ask_bring_in.run, due=bring_in.due_at),
    Job("circulate_agenda", circulate_agenda.run, due=circulation.due_at),
    Job("finish_minutes", finish_minutes.run, due=minutes.due_at),
    Job("hand_out", hand_out.run, due=handouts.due_at),
    Job("tidy", tidy.run, daily(3)),
    Job("plan_meetings", plan_meetings.run, daily(6)),
    Job("compile_agenda", compile_agenda.run, daily(9)),
    Job("ask_after", ask_after.run, daily(10), fresh_for=timedelta(days=3)),
    Job(
        "ping_commissioners",
        ping_commissioners.run,
        _ping_time,
        fresh_for=timedelta(hours=8),
        shows_progress=True,
    ),
    Job("freshen_bundles", freshen_bundles.run, due=freshening.due_at),
)
