"""ポスティング: what is carried by hand, to whom and where it is dropped, and what was handed over."""

from datetime import timedelta
from typing import Any

from bot import contact, dates, handouts, posting_list
from handlers.web.desk.visit import Done, Outcome, Page, Printed, Shown, Visit
from storage.ledger import Ledger, NoSuchRecord
from storage.minutes import Handout
from storage.people import Person

ENDINGS = ("pdf", "docx")
SHOWN_FOR = timedelta(days=7)


def show(visit: Visit) -> Outcome:
    """Show what is to be handed over, then what was in the last days."""
    ledger = visit.ledger
    done = handouts.posted(ledger, ledger.now - SHOWN_FOR)
    return Shown(
        "posting.html",
        {
            "rows": [_row(ledger, handout) for handout in handouts.to_post(ledger)],
            "done": [_row(ledger, handout) for handout in done],
            "endings": ENDINGS,
        },
    )


def _row(ledger: Ledger, handout: Handout) -> dict[str, Any]:
    person = ledger.by_id(Person, handout.person_id)
    return {
        "id": handout.id,
        "name": posting_list.name(ledger, person),
        "where": contact.post_of(ledger, person),
        "what": handouts.title_of(ledger, handout),
        "day": dates.wareki(handout.post_on) if handout.post_on else "",
        "fell_back": handouts.fell_back(ledger, handout),
        "takes_answer": handout.what == handouts.MINUTES,
        "answered": handout.answered_at is not None,
    }


def hand_over(visit: Visit) -> Outcome:
    """Tick a paper off (お渡し済み)."""
    handouts.hand_over(visit.ledger, visit.number("handout"), visit.person)
    return Done("handout.page.said_done")


def not_handed_over(visit: Visit) -> Outcome:
    """Take the tick back."""
    handouts.hand_over(visit.ledger, visit.number("handout"), visit.person, done=False)
    return Done("handout.page.said_undo")


def answer(visit: Visit) -> Outcome:
    """Write down what an absentee has said to whoever brought the paper."""
    handout = visit.ledger.by_id(Handout, visit.number("handout"))
    person = visit.ledger.by_id(Person, handout.person_id)
    handouts.answer(visit.ledger, visit.desk.reader(), person, visit.wanted("words"))
    return Done("handout.page.said_answer")


def sheet(visit: Visit) -> Outcome:
    """Give the posting list to take along."""
    return Printed(posting_list.posting_paper(visit.ledger), _ending(visit))


def paper(visit: Visit) -> Outcome:
    """Give the paper that one person gets."""
    handout = visit.ledger.by_id(Handout, visit.number("handout"))
    return Printed(handouts.paper_of(visit.ledger, handout), _ending(visit))


def _ending(visit: Visit) -> str:
    ending = str(visit.request.path_params["ending"])
    if ending not in ENDINGS:
        raise NoSuchRecord(ending)
    return ending


_ONE = "/posting/{handout:int}"
PAGES = (
    Page("GET", "/posting", show, "edit_agenda"),
    Page("GET", "/posting/list.{ending}", sheet, "edit_agenda"),
    Page("POST", f"{_ONE}/done", hand_over, "edit_agenda"),
    Page("POST", f"{_ONE}/undo", not_handed_over, "edit_agenda"),
    Page("POST", f"{_ONE}/answer", answer, "edit_agenda"),
    Page("GET", f"{_ONE}/paper.{{ending}}", paper, "edit_agenda"),
)
