"""どこまで出してよいか: for the writer of a concern, and the secretariat when somebody telephones."""

from bot import concerns, reach
from handlers.web.desk.visit import Done, NotLookedAt, Outcome, Page, Shown, Visit
from storage.concerns import Concern


def show(visit: Visit) -> Outcome:
    """Show how far a concern may go, and its words."""
    concern = _own(visit)
    return Shown(
        "reach.html",
        {
            "number": concern.number,
            "reaches": reach.ALL,
            "now": concern.reach,
            "text": concerns.masked(visit.ledger, concern) or "",
            "wording": reach.wording(visit.ledger, concern),
            "at_most": reach.WORDS_CHARS,
        },
    )


def choose(visit: Visit) -> Outcome:
    """Let a concern go so far and no further."""
    to = visit.wanted("reach")
    if to not in reach.ALL:
        raise NotLookedAt
    concern = _own(visit)
    reach.choose(visit.ledger, concern, to, visit.person)
    return Done("reach.chosen", {"number": concern.number, "reach": reach.label(to)})


def word(visit: Visit) -> Outcome:
    """Give a concern its writer's own words."""
    concern = _own(visit)
    shown = reach.word(visit.ledger, visit.desk.reader(), concern, visit.text("words"), visit.person)
    return Done("reach.worded" if shown else "reach.unworded", {"number": concern.number, "words": shown})


def _own(visit: Visit) -> Concern:
    return reach.find(visit.ledger, visit.number("number"), visit.person)


_CONCERN = "/concerns/{number:int}"
PAGES = (
    Page("GET", f"{_CONCERN}/reach", show),
    Page("POST", f"{_CONCERN}/reach", choose),
    Page("POST", f"{_CONCERN}/wording", word),
)
