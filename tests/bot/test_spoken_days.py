"""Days as people type them, at the edges of the calendar."""

from datetime import UTC, datetime, time

import pytest

from bot import dates
from bot.spoken_days import DayIsOver, NotADay, read

NOW = datetime(2026, 11, 10, 1, tzinfo=UTC)  # a Tuesday, ten in the morning in Japan
USUAL = time(19)


def spoken(typed: str, now: datetime = NOW) -> str:
    moment, rest = read(typed, now, USUAL)
    return f"{dates.jst(moment):%Y-%m-%d %H:%M} {rest}".strip()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12/18 19:00", "2026-12-18 19:00"),
        ("12/18", "2026-12-18 19:00"),  # no hour: the usual one
        ("12月18日 19時", "2026-12-18 19:00"),
        ("12月18日(金)18時半", "2026-12-18 18:30"),
        ("12月18日 午後7時15分から", "2026-12-18 19:15"),
        ("12月18日 午前10時", "2026-12-18 10:00"),
        ("12/20 10:00 みどり会館 2階", "2026-12-20 10:00 みどり会館 2階"),
        ("12/20 みどり会館", "2026-12-20 19:00 みどり会館"),
        ("1/15 19:00", "2027-01-15 19:00"),  # over the year's end
        ("4/1", "2027-04-01 19:00"),  # over the end of the fiscal year
        ("2027/3/31 18:00", "2027-03-31 18:00"),
        ("2028-2-29", "2028-02-29 19:00"),
        ("11/10 23:59", "2026-11-10 23:59"),  # later today
    ],
)
def test_a_day_is_read_as_it_is_meant(typed: str, meant: str) -> None:
    assert spoken(typed) == meant


@pytest.mark.parametrize("typed", ["2/30", "13/1", "2/29", "12/18 25:00", "12/18 10:75", "18日", "会館", "0/0"])
def test_a_day_that_no_calendar_has_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(NotADay):
        read(typed, NOW, USUAL)


@pytest.mark.parametrize("typed", ["11/9", "11/10 9:00", "2025/12/18", "6/1"])
def test_a_day_that_has_passed_is_said_to_be_over(typed: str) -> None:
    with pytest.raises(DayIsOver):
        read(typed, NOW, USUAL)


def test_the_leap_day_is_found_from_either_side_of_the_new_year() -> None:
    assert spoken("2/29 19:00", datetime(2027, 12, 1, tzinfo=UTC)) == "2028-02-29 19:00"
    assert spoken("2/29", datetime(2028, 2, 1, tzinfo=UTC)) == "2028-02-29 19:00"
