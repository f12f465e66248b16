"""Roles: who has which duty in the council, how they can be reached, and how a duty ends.

Commissioners are replaced together every three years (民生委員法 10条), so ending a duty must be as easy as
beginning one, and must leave nobody's topics without a carer.
"""

from collections.abc import Iterable

from sqlmodel import col

from bot import people, themes, topics
from bot.answerable import Answerable
from storage.ledger import Ledger, NoSuchRecord, id_of
from storage.people import UNPROVEN, Address, Invite, Person, Role
from storage.topics import Topic

HOLDERS = (Role.SECRETARIAT, Role.OFFICER, Role.COMMISSIONER, Role.ORGANISATION)


class LastSecretariat(Answerable):
    """The council would be left without a secretariat."""

    key = "desk.people.last"


def holders(ledger: Ledger) -> list[Person]:
    """List everybody with a duty, by role, then as they came."""
    found = people.with_role(ledger, *HOLDERS)
    return sorted(found, key=lambda p: (HOLDERS.index(Role(p.role)), p.duty_rank or 99, id_of(p)))


def find(ledger: Ledger, ref: str) -> Person:
    """Give somebody with a duty by their short sign. Raises NoSuchRecord."""
    person = ledger.one(Person, col(Person.ref) == ref)
    if person.role not in HOLDERS or person.erased_at is not None:
        raise NoSuchRecord("Person")
    return person


def ways(ledger: Ledger, person: Person) -> dict[str, bool]:
    """Say by which platforms a person is reached; False where they have blocked the account."""
    found: dict[str, bool] = {}
    proven = col(Address.scheme) != UNPROVEN
    for way in ledger.all(Address, col(Address.person_id) == person.id, proven):
        found[way.scheme] = found.get(way.scheme, False) or way.is_reachable
    return found


def put_in_charge(
    ledger: Ledger, person: Person, those: Iterable[str], duty_rank: int | None, by: Person
) -> None:
    """Say for which themes a person is asked, and in which order urgent alerts come to them."""
    wanted = set(those)
    person.themes = [code for code in themes.codes() if code in wanted]
    person.duty_rank = duty_rank
    ledger.session.add(person)
    ledger.journal(by.id, "put_in_charge", f"person:{person.ref}", ",".join(person.themes))


def new_code(ledger: Ledger, person: Person, by: Person) -> str:
    """Give somebody a new join code, for a new telephone or a code that ran out. Older ones stop working."""
    for old in ledger.all(Invite, col(Invite.person_id) == person.id, col(Invite.used_at).is_(None)):
        old.used_at = ledger.now
        ledger.session.add(old)
    ledger.journal(by.id, "new_code", f"person:{person.ref}")
    return people.invite_again(ledger, person)


def end(ledger: Ledger, person: Person, by: Person) -> None:
    """End a duty: the person writes on as a resident, and their topics go to others.

    Raises LastSecretariat, since nobody could then invite a new one.
    """
    if person.role == Role.SECRETARIAT and len(people.with_role(ledger, Role.SECRETARIAT)) == 1:
        raise LastSecretariat
    for topic in ledger.all(Topic, col(Topic.assignee_id) == person.id, col(Topic.status).not_in(topics.ENDS)):
        topics.hand_on(ledger, topic, person)
    for code in ledger.all(Invite, col(Invite.person_id) == person.id, col(Invite.used_at).is_(None)):
        code.used_at = ledger.now
        ledger.session.add(code)
    ledger.journal(by.id, "end_role", f"person:{person.ref}", person.role)
    person.role = Role.RESIDENT
    person.themes = []
    person.duty_rank = None
    ledger.session.add(person)
