"""Days and hours as a council says them, and the hours in which it is left in peace."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import (
    JST,
    RestRules,
    ago,
    at,
    digital,
    fiscal_year,
    fiscal_year_days,
    fiscal_year_label,
    is_quiet,
    is_rest_day,
    jst,
    nth_weekday,
    oclock,
    span,
    spoken,
    wake,
    wareki,
    wareki_short,
)

REST = RestRules()
MOMENTS = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001
    max_value=datetime(2030, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, JST, timezone(timedelta(hours=-8))]),
)
DAYS = st.dates(min_value=date(1927, 1, 1), max_value=date(2099, 12, 31))


def jst_at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JST)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 24), "令和8年11月24日（火）"),
        (date(2019, 5, 1), "令和元年5月1日（水）"),
        (date(2019, 4, 30), "平成31年4月30日（火）"),
        (date(1989, 1, 8), "平成元年1月8日（日）"),
        (date(1989, 1, 7), "昭和64年1月7日（土）"),
        (date(2028, 2, 29), "令和10年2月29日（火）"),
        (date(2026, 12, 31), "令和8年12月31日（木）"),
        (date(2027, 1, 1), "令和9年1月1日（金）"),
        (date(1926, 12, 24), "1926年12月24日（金）"),
    ],
)
def test_a_day_is_said_in_the_years_of_its_era(day, said):
    assert wareki(day) == said
    assert wareki_short(day) == said[:-3]


@pytest.mark.parametrize(
    ("day", "year", "label"),
    [
        (date(2027, 3, 31), 2026, "令和8年度"),
        (date(2027, 4, 1), 2027, "令和9年度"),
        (date(2028, 2, 29), 2027, "令和9年度"),
        (date(2026, 12, 31), 2026, "令和8年度"),
        (date(2027, 1, 1), 2026, "令和8年度"),
        (date(2019, 4, 1), 2019, "令和元年度"),
        (date(2019, 3, 31), 2018, "平成30年度"),
        (date(1989, 3, 31), 1988, "昭和63年度"),
    ],
)
def test_the_fiscal_year_begins_on_the_first_of_april(day, year, label):
    assert fiscal_year(day) == year
    assert fiscal_year_label(day) == label


@given(DAYS)
def test_a_day_lies_in_its_fiscal_year_and_the_years_join(day):
    first, last = fiscal_year_days(day)

    assert first <= day <= last
    assert fiscal_year_days(last + timedelta(days=1))[0] == last + timedelta(days=1)
    assert (first.month, first.day, last.month, last.day) == (4, 1, 3, 31)


@pytest.mark.parametrize(
    ("year", "month", "n", "weekday", "day"),
    [
        (2026, 12, 3, 2, date(2026, 12, 16)),  # 第3水曜
        (2026, 12, 1, 1, date(2026, 12, 1)),  # the month begins on that weekday
        (2026, 2, 4, 5, date(2026, 2, 28)),
        (2028, 2, 5, 1, date(2028, 2, 29)),
        (2026, 11, -1, 1, date(2026, 11, 24)),
        (2026, 12, -1, 3, date(2026, 12, 31)),
    ],
)
def test_the_third_wednesday_is_found(year, month, n, weekday, day):
    assert nth_weekday(year, month, n, weekday) == day


@pytest.mark.parametrize("n", [5, 6, 0, -5, -6])
def test_a_month_without_a_fifth_wednesday_says_so(n):
    with pytest.raises(ValueError, match="2026-02"):
        nth_weekday(2026, 2, n, 2)


def test_a_moment_is_said_in_japanese_time():
    moment = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)

    assert jst(moment).isoformat() == "2026-11-24T19:30:00+09:00"
    assert spoken(moment) == "11月24日（火）19時30分"
    assert oclock(moment) == "19時30分"
    assert digital(moment) == "19:30"
    assert spoken(datetime(2026, 11, 24, 15, tzinfo=UTC)) == "11月25日（水）0時"
    assert digital(jst_at(4, 1, 9, 5)) == "09:05"
    assert at(date(2026, 11, 24), time(19, 30)) == moment


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        jst(datetime(2026, 11, 24, 10))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "0日"),
        (2, "2日"),
        (13, "13日"),
        (14, "2週間"),
        (21, "3週間"),
        (59, "8週間"),
        (60, "2か月"),
        (120, "4か月"),
        (364, "12か月"),
        (365, "1年"),
        (430, "1年2か月"),
        (729, "1年11か月"),
        (730, "2年"),
    ],
)
def test_a_wait_is_said_in_the_largest_fitting_unit(days, said):
    assert span(days) == said


def test_a_wait_cannot_be_negative():
    with pytest.raises(ValueError, match="negative"):
        span(-1)


def test_days_ago_are_counted_on_the_calendar_in_japan():
    now = jst_at(11, 24, 0, 30)

    assert ago(jst_at(11, 23, 23, 59), now) == "1日前"
    assert ago(jst_at(11, 24, 0, 1), now) == "今日"
    assert ago(now + timedelta(hours=1), now) == "今日"
    assert ago(jst_at(7, 24, 12), now) == "4か月前"


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (jst_at(11, 24, 8, 59), True),
        (jst_at(11, 24, 9), False),
        (jst_at(11, 24, 19, 59), False),
        (jst_at(11, 24, 20), True),
        (jst_at(11, 23, 12), True),  # 勤労感謝の日
        (jst_at(11, 21, 12), True),  # Saturday
        (jst_at(9, 22, 12), True),  # 国民の休日 between two holidays
        (jst_at(5, 6, 12), True),  # 振替休日
        (jst_at(8, 12, 12), False),
        (jst_at(8, 13, 12), True),  # お盆
        (jst_at(8, 17, 12), False),
        (jst_at(12, 28, 12), False),
        (jst_at(12, 29, 12), True),
        (jst_at(1, 4, 12, year=2027), False),
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), False),  # 9:00 in Japan
    ],
)
def test_nights_and_holidays_are_quiet(moment, quiet):
    assert is_quiet(moment, REST) is quiet


@pytest.mark.parametrize(
    ("moment", "awake"),
    [
        (jst_at(11, 24, 12, 34), jst_at(11, 24, 12, 34)),
        (jst_at(11, 24, 3), jst_at(11, 24, 9)),
        (jst_at(11, 24, 20), jst_at(11, 25, 9)),
        (jst_at(11, 20, 21), jst_at(11, 24, 9)),  # Friday night, then 勤労感謝の日 on Monday
        (jst_at(12, 28, 20), jst_at(1, 4, 9, year=2027)),
        (jst_at(8, 12, 22), jst_at(8, 17, 9)),
        (jst_at(5, 1, 20), jst_at(5, 7, 9)),  # 連休
        (jst_at(2, 28, 21, year=2028), jst_at(2, 29, 9, year=2028)),
        (datetime(2026, 11, 24, 11, 0, tzinfo=UTC), jst_at(11, 25, 9)),
    ],
)
def test_what_is_held_goes_out_at_the_first_waking_hour(moment, awake):
    assert wake(moment, REST) == awake


@given(MOMENTS)
def test_waking_is_never_quiet_never_early_and_needs_no_second_time(moment):
    awake = wake(moment, REST)

    assert not is_quiet(awake, REST)
    assert awake >= moment
    assert awake.utcoffset() == timedelta(hours=9)
    assert wake(awake, REST) == awake


def test_a_council_may_keep_its_own_rest():
    saturday_noon = jst_at(11, 21, 12)
    open_all_days = RestRules(saturdays=False, sundays=False, holidays=False, new_year=False, obon=False)

    assert not is_quiet(saturday_noon, RestRules(saturdays=False))
    assert is_quiet(jst_at(11, 22, 12), RestRules(saturdays=False))
    assert not is_rest_day(date(2027, 1, 1), open_all_days)
    assert wake(jst_at(1, 1, 22), open_all_days) == jst_at(1, 2, 9)


def test_rest_after_midnight_and_no_nights_at_all_are_understood():
    early = RestRules(evening=time(0), morning=time(7))
    none = RestRules(evening=time(0), morning=time(0))

    assert not is_quiet(jst_at(11, 24, 23), early)
    assert wake(jst_at(11, 24, 1), early) == jst_at(11, 24, 7)
    assert wake(jst_at(11, 23, 12), early) == jst_at(11, 24, 7)
    assert not is_quiet(jst_at(11, 24, 3), none)
    assert wake(jst_at(11, 23, 12), none) == jst_at(11, 24, 0)
