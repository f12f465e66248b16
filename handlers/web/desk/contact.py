"""届け先: how papers reach one member. For the secretariat, who knows whose letter box is whose."""

from bot import contact, roles
from handlers.web.desk.view import who
from handlers.web.desk.visit import Done, NotLookedAt, Outcome, Page, Shown, Visit
from storage.minutes import Way
from storage.people import Person


def show(visit: Visit) -> Outcome:
    """Show a member's mail address, their way, and where a paper is dropped."""
    ledger, person = visit.ledger, _person(visit)
    return Shown(
        "contact.html",
        {
            "ref": person.ref,
            "name": who(ledger, person),
            "mail": contact.mail_of(ledger, person),
            "way": person.way or "",
            "now": contact.way_of(ledger, person),
            "post": contact.post_of(ledger, person),
            "ways": tuple(Way),
        },
    )


def change(visit: Visit) -> Outcome:
    """Write down how papers reach a member."""
    person, way = _person(visit), visit.text("way")
    if way and way not in tuple(Way):
        raise NotLookedAt
    contact.set_mail(visit.ledger, person, visit.text("mail"), visit.person)
    contact.choose_way(visit.ledger, person, Way(way) if way else None, visit.text("post"), visit.person)
    return Done("contact.set")


def _person(visit: Visit) -> Person:
    return roles.find(visit.ledger, visit.request.path_params["ref"])


PAGES = (
    Page("GET", "/people/{ref}/contact", show, "invite"),
    Page("POST", "/people/{ref}/contact", change, "invite"),
)
