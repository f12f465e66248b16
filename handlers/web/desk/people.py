"""人: who has which duty. For the secretariat alone; residents have no names here."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import col

from bot import away, dates, organisations, people, roles, themes
from bot.answerable import Answerable
from handlers.web.desk.view import who
from handlers.web.desk.visit import Done, NotLookedAt, Outcome, Page, Shown, Visit
from storage.ledger import Ledger
from storage.people import Person, Role


class NeedsOrganisation(Answerable):
    """Somebody of an organisation, and which one is not said."""

    key = "desk.people.needs_organisation"


def show(visit: Visit) -> Outcome:
    """Show everybody with a duty, and the form that invites one more."""
    ledger = visit.ledger
    residents = ledger.count(Person, col(Person.role) == Role.RESIDENT, col(Person.erased_at).is_(None))
    return Shown(
        "people.html",
        {
            "people": [_row(ledger, person) for person in roles.holders(ledger)],
            "residents": residents,
            "roles": roles.HOLDERS,
            "organisations": organisations.all_of(ledger),
        },
    )


def invite(visit: Visit) -> Outcome:
    """Make a join code, shown this once, to be handed over on paper."""
    role = visit.wanted("role")
    name = visit.wanted("name")[:40]
    if role not in roles.HOLDERS:
        raise NotLookedAt
    organisation = visit.text("organisation")[:80]
    if role == Role.ORGANISATION and not organisation:
        raise NeedsOrganisation
    code = people.invite(
        visit.ledger,
        Role(role),
        visit.person,
        name=name,
        organisation=organisation if role == Role.ORGANISATION else "",
        themes=[code for code in visit.texts("themes") if code in themes.codes()],
        duty_rank=_rank(visit),
    )
    return Done("desk.people.invited", {"name": name, "code": code, "days": people.INVITE_DAYS})


def show_one(visit: Visit) -> Outcome:
    """Show one person with what can be changed."""
    person = _person(visit)
    return Shown(
        "person.html",
        {
            "row": _row(visit.ledger, person),
            "takes_themes": person.role == Role.COMMISSIONER,
            "last_day": _last_day(visit.ledger, person),
            "deputies": [(p.ref, who(visit.ledger, p), p.id == person.deputy_id) for p in _others(visit, person)],
        },
    )


def _others(visit: Visit, person: Person) -> list[Person]:
    """List who can stand in: everybody of the room but the person."""
    return [p for p in people.with_role(visit.ledger, *people.ROOM) if p.id != person.id]


def _last_day(ledger: Ledger, person: Person) -> date | None:
    """Give the last day on which a person rests."""
    is_away = people.is_away(person, dates.jst(ledger.now).date())
    return person.away_until - timedelta(days=1) if is_away and person.away_until else None


def rename(visit: Visit) -> Outcome:
    """Change what the officers call a person."""
    people.rename(visit.ledger, _person(visit), visit.wanted("name"))
    return Done("desk.said.renamed")


def put_in_charge(visit: Visit) -> Outcome:
    """Change themes and the order in which urgent alerts come."""
    roles.put_in_charge(visit.ledger, _person(visit), visit.texts("themes"), _rank(visit), visit.person)
    return Done("desk.said.in_charge")


def rest(visit: Visit) -> Outcome:
    """Note until when a person rests, and who stands in for them."""
    person, ledger = _person(visit), visit.ledger
    deputy = roles.find(ledger, visit.text("deputy")) if visit.text("deputy") else None
    away.set_deputy(ledger, person, deputy, visit.person)
    if visit.text("last_day"):
        away.begin(ledger, person, _day(visit.text("last_day")), visit.person)
        return Done("away.desk_said")
    if person.away_until is not None:
        away.come_back(ledger, person, visit.person)
        return Done("away.desk_came_back")
    return Done("away.desk_said")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise away.NotUntil from error


def new_code(visit: Visit) -> Outcome:
    """Give a new join code."""
    person = _person(visit)
    code = roles.new_code(visit.ledger, person, visit.person)
    name = who(visit.ledger, person)
    return Done("desk.people.invited", {"name": name, "code": code, "days": people.INVITE_DAYS})


def ask_end(visit: Visit) -> Outcome:
    """Ask once more before a duty ends."""
    return Shown("confirm_end.html", {"row": _row(visit.ledger, _person(visit))})


def end(visit: Visit) -> Outcome:
    """End a duty."""
    person = _person(visit)
    name = who(visit.ledger, person)
    roles.end(visit.ledger, person, visit.person)
    return Done("desk.said.ended", {"name": name}, "/people")


def add_organisation(visit: Visit) -> Outcome:
    """Write an organisation down, so that it can take topics home."""
    organisations.add(visit.ledger, visit.wanted("name"), visit.person.id)
    return Done("desk.said.organisation")


def _row(ledger: Ledger, person: Person) -> dict[str, Any]:
    named = organisations.find(ledger, person.organisation_id).name if person.organisation_id else ""
    return {
        "ref": person.ref,
        "name": people.name_of(ledger, person) or "",
        "who": who(ledger, person),
        "role": person.role,
        "organisation": named,
        "themes": person.themes,
        "duty_rank": person.duty_rank,
        "ways": roles.ways(ledger, person),
        "away": person.away_until if people.is_away(person, ledger.now.date()) else None,
    }


def _rank(visit: Visit) -> int | None:
    return visit.whole("duty_rank", 1, 99) if visit.text("duty_rank") else None


def _person(visit: Visit) -> Person:
    return roles.find(visit.ledger, visit.request.path_params["ref"])


_ONE = "/people/{ref}"
PAGES = (
    Page("GET", "/people", show, "invite"),
    Page("POST", "/people", invite, "invite"),
    Page("POST", "/organisations", add_organisation, "invite"),
    Page("GET", _ONE, show_one, "invite"),
    Page("POST", f"{_ONE}/name", rename, "invite"),
    Page("POST", f"{_ONE}/duty", put_in_charge, "invite"),
    Page("POST", f"{_ONE}/away", rest, "invite"),
    Page("POST", f"{_ONE}/code", new_code, "invite"),
    Page("GET", f"{_ONE}/end", ask_end, "invite"),
    Page("POST", f"{_ONE}/end", end, "invite"),
)
