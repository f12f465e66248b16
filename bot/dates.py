"""Days and hours as a council in Japan says them, and when it is to be left in peace.

Times come in and go out aware; the clock is the caller's. The storage keeps UTC, people read
Japanese time, and a reminder that goes out at the wrong one of the two wakes somebody.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

import jpholiday

JST = timezone(timedelta(hours=9), "JST")
"""Asia/Tokyo: no summer time since 1951, so that no time-zone files are needed on the machine."""

_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
_WEEKDAYS = "月火水木金土日"


def wareki(day: date) -> str:
    """令和8年11月24日（火）: the day as it stands on a paper of the council.

    The first year of an era is 元年. Days before 昭和 keep the Western year.
    """
    return f"{_era_year(day)}年{day.month}月{day.day}日（{weekday(day)}）"


def wareki_short(day: date) -> str:
    """令和8年11月24日, for tables, where the weekday takes room and says nothing."""
    return f"{_era_year(day)}年{day.month}月{day.day}日"


def weekday(day: date) -> str:
    """火: the day of the week in one character."""
    return _WEEKDAYS[day.weekday()]


def fiscal_year(day: date) -> int:
    """The Western year in which the day's fiscal year (年度, April to March) began."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_label(day: date) -> str:
    """令和8年度: the fiscal year of the day, by name.

    A year in which the era changed is named by the new one, as the state did in 2019 (令和元年度).
    """
    return f"{_era_year(date(fiscal_year(day), 5, 1))}年度"


def fiscal_year_days(day: date) -> tuple[date, date]:
    """First and last day (1 April, 31 March) of the fiscal year that the day lies in."""
    year = fiscal_year(day)
    return date(year, 4, 1), date(year + 1, 3, 31)


def nth_weekday(year: int, month: int, n: int, weekday: int) -> date:
    """The day that a rule such as 第3水曜 means in one month (weekday: Monday is 0).

    n counts from 1; -1 is the last one of the month.

    Raises ValueError when the month has no such day (a fifth Wednesday, say).
    """
    days_in_month = calendar.monthrange(year, month)[1]
    first = 1 + (weekday - date(year, month, 1).weekday()) % 7
    days = range(first, days_in_month + 1, 7)
    position = n - 1 if n > 0 else n
    if n == 0 or not -len(days) <= position < len(days):
        raise ValueError(f"{year}-{month:02} has no weekday {weekday} number {n}")
    return date(year, month, days[position])


def jst(moment: datetime) -> datetime:
    """The same moment on the clock in Japan.

    Raises ValueError when the moment has no time zone, since nobody can say when it is.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(JST)


def at(day: date, hour: time) -> datetime:
    """The moment at which the clock in Japan shows this hour on this day."""
    return datetime.combine(day, hour, JST)


def oclock(moment: datetime) -> str:
    """19時 or 19時30分, in Japanese time, for sentences and papers."""
    local = jst(moment)
    return f"{local.hour}時" + (f"{local.minute}分" if local.minute else "")


def digital(moment: datetime) -> str:
    """19:30, in Japanese time, for lists where hours stand below one another."""
    return f"{jst(moment):%H:%M}"


def spoken(moment: datetime) -> str:
    """11月24日（火）19時, in Japanese time: as one would say it, the year being clear."""
    local = jst(moment)
    return f"{local.month}月{local.day}日（{weekday(local)}）{oclock(local)}"


def month_day(day: date) -> str:
    """11月24日, for sentences in which the year and the weekday are clear."""
    return f"{day.month}月{day.day}日"


def span(days: int) -> str:
    """How long a matter has waited, in the largest fitting unit: 2日, 3週間, 4か月, 1年2か月.

    Rounded down, with months of 30 days: a board wants to feel the length, not to reckon with it.
    """
    if days < 0:
        raise ValueError("a span of days cannot be negative")
    if days < 14:
        return f"{days}日"
    if days < 60:
        return f"{days // 7}週間"
    if days < 365:
        return f"{days // 30}か月"
    years, months = days // 365, min(days % 365 // 30, 11)
    return f"{years}年" + (f"{months}か月" if months else "")


def ago(moment: datetime, now: datetime) -> str:
    """今日, 2日前, 3週間前: counted in calendar days in Japan, not in hours."""
    days = (jst(now).date() - jst(moment).date()).days
    return f"{span(days)}前" if days > 0 else "今日"


@dataclass(frozen=True)
class RestRules:
    """When a council's people are left in peace (夜間・休日の配慮). Hours are Japanese time.

    `evening` begins the quiet and `morning` ends it; if they are equal, no night is kept. The
    New Year and お盆 are no legal holidays, but the families of volunteers keep them.
    """

    evening: time = time(20)
    morning: time = time(9)
    saturdays: bool = True
    sundays: bool = True
    holidays: bool = True
    new_year: bool = True
    obon: bool = True


def is_quiet(moment: datetime, rest: RestRules) -> bool:
    """True when nothing may be sent but what is urgent."""
    local = jst(moment)
    return is_rest_day(local.date(), rest) or is_night(local.time(), rest)


def is_rest_day(day: date, rest: RestRules) -> bool:
    """True when the whole day is kept: weekend, public holiday, New Year, お盆, as the rules say."""
    month_day = (day.month, day.day)
    return (
        (rest.saturdays and day.weekday() == calendar.SATURDAY)
        or (rest.sundays and day.weekday() == calendar.SUNDAY)
        or (rest.holidays and jpholiday.is_holiday(day))
        or (rest.new_year and (month_day >= (12, 29) or month_day <= (1, 3)))
        or (rest.obon and (8, 13) <= month_day <= (8, 16))
    )


def is_night(hour: time, rest: RestRules) -> bool:
    """True when this hour of any day is kept; a night may begin after midnight."""
    if rest.evening > rest.morning:
        return hour >= rest.evening or hour < rest.morning
    return rest.evening <= hour < rest.morning


def wake(moment: datetime, rest: RestRules) -> datetime:
    """The moment itself if it is not quiet, otherwise the first one after it that is not.

    The answer is in Japanese time. What was held over a night or a holiday goes out then.
    """
    local = jst(moment)
    if not is_quiet(local, rest):
        return local
    day = local.date()
    while True:
        for hour in (time(0), rest.morning):
            candidate = at(day, hour)
            if candidate > local and not is_quiet(candidate, rest):
                return candidate
        day += timedelta(days=1)


def _era_year(day: date) -> str:
    for begin, era in _ERAS:
        if day >= begin:
            year = day.year - begin.year + 1
            return f"{era}{'元' if year == 1 else year}"
    return str(day.year)
