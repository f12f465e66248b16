"""Days and hours as people type them (12/18 19:00, 12月18日 19時), read by the calendar of Japan."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from bot import dates
from bot.answerable import Answerable

HALF_A_YEAR = timedelta(days=183)
# 12/18, 12月18日（金）, 2026/12/18; then 19:00, 19時, 19時半, 午後7時; then whatever else was typed
_DAY = (
    r"(?:(?P<year>20\d\d)\s*[/年-]\s*)?(?P<month>\d{1,2})\s*[/月-]\s*(?P<day>\d{1,2})\s*日?"
    r"\s*(?:\([月火水木金土日]\))?"
)
_HOUR = (
    r"(?:(?P<half>午前|午後|夜)\s*)?(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})|時(?:(?P<spoken>\d{1,2})分|(?P<past>半))?)(?:から|~)?"
)
_TYPED = re.compile(rf"{_DAY}(?:\s*{_HOUR})?(?:\s+(?P<rest>.*))?", re.DOTALL)


class NotADay(Answerable):
    """No calendar has this day, or no clock this hour."""

    key = "schedule.not_a_day"


class DayIsOver(Answerable):
    """The day has passed."""

    key = "schedule.day_is_over"


def read(typed: str, now: datetime, usual: time) -> tuple[datetime, str]:
    """Read a day, an hour and what follows them; without an hour the usual one is meant.

    `typed` is in one width (NFKC). A day without its year is the next one of that name within half a year, so
    that 「1/15」 in November means January. Raises NotADay, DayIsOver.
    """
    found = _TYPED.fullmatch(typed.strip())
    if found is None:
        raise NotADay
    moment = dates.at(_day(found, dates.jst(now).date()), _hour(found) or usual)
    if moment <= now:
        raise DayIsOver
    return moment, (found["rest"] or "").strip()


def begins_with_day(typed: str) -> bool:
    """Say whether words (in one width) begin with a day, whether there is such a day or not."""
    return re.match(rf"{_DAY}(?:\s|$)", typed.strip()) is not None


def _day(found: re.Match[str], today: date) -> date:
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        return _made(int(found["year"]), month, day)
    try:
        this_year = _made(today.year, month, day)
    except NotADay:  # 29 February
        this_year = date.min
    if this_year >= today:
        return this_year
    following = _made(today.year + 1, month, day)
    if following - today > HALF_A_YEAR:
        raise DayIsOver if this_year > date.min else NotADay
    return following


def _made(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotADay from error


def _hour(found: re.Match[str]) -> time | None:
    if found["hour"] is None:
        return None
    hour = int(found["hour"]) + (12 if found["half"] in ("午後", "夜") and int(found["hour"]) < 12 else 0)
    minute = 30 if found["past"] else int(found["minute"] or found["spoken"] or 0)
    try:
        return time(hour, minute)
    except ValueError as error:
        raise NotADay from error
