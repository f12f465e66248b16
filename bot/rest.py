"""Rest (夜間・休日の配慮): when this council's people are left in peace."""

from bot.dates import RestRules
from storage.councils import Council


def rules(council: Council) -> RestRules:
    """Give the council's rules; the weekend is a setting, nights and holidays always rest."""
    return RestRules(saturdays=council.rest_weekends, sundays=council.rest_weekends)
