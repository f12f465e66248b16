"""Rest (夜間・休日の配慮): when this council's people are left in peace."""

from datetime import time

from bot import dates
from bot.dates import RestRules
from storage.councils import Council


def rules(council: Council) -> RestRules:
    """Give the council's rules for nights, weekends, public holidays, お盆 and New Year."""
    return RestRules(
        evening=hour(council.quiet_from),
        morning=hour(council.quiet_until),
        saturdays=council.rest_weekends,
        sundays=council.rest_weekends,
        holidays=council.rest_holidays,
        new_year=council.rest_new_year,
        obon=council.rest_obon,
    )


def ping_time(council: Council) -> time:
    """Give the hour of the daily bundle: the council's own, or the end of its night when it lies within.

    Both are set by hand, one after the other; a bundle that never left would be a ping lost.
    """
    own, night = hour(council.ping_time), rules(council)
    return night.morning if dates.is_night(own, night) else own


def hour(written: str) -> time:
    """Read an hour as the settings keep it (20:00, Asia/Tokyo)."""
    return time.fromisoformat(written)
