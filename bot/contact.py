"""Contact (届け先): the mail address of a member, the way they like papers to come, and where to drop them.

The leaflet's councils share their minutes with absentees by mail and by hand (メールやポスティングで共有), since
not everybody looks at a chat. A mail address never takes the place of the chat that somebody writes in: it
counts as heard last of all.
"""

import re

from sqlmodel import col

from bot import outbox
from bot.answerable import Answerable
from storage.ledger import Ledger, id_of
from storage.minutes import Way
from storage.people import Address, Person

MAIL = "mailto"
POST_CHARS = 120
# dots may stand anywhere: older addresses of Japanese telephones have two in a row, or one at the end
_MAIL = re.compile(r"(?=.{6,200}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")


class NotAnAddress(Answerable):
    """No mail could be delivered there."""

    key = "contact.not_an_address"


class SomebodyElses(Answerable):
    """The address belongs to another member already."""

    key = "contact.somebody_elses"


def mail_of(ledger: Ledger, person: Person) -> str:
    """Give a person's mail address; empty without one, or when mail to it came back."""
    return (outbox.way_to(ledger, person, MAIL) or "").removeprefix(f"{MAIL}:")


def has_mail(ledger: Ledger, person: Person) -> bool:
    """Say whether a mail address of this person is written down, also one from which mail came back."""
    mine = (col(Address.person_id) == person.id, col(Address.scheme) == MAIL)
    return ledger.count(Address, *mine) > 0


def set_mail(ledger: Ledger, person: Person, written: str, by: Person) -> None:
    """Write down a person's mail address in place of an older one; empty takes it away.

    Raises NotAnAddress, SomebodyElses.
    """
    plain = written.strip()
    address = checked(plain) if plain else ""
    known = ledger.first(Address, col(Address.blind) == ledger.blind(address)) if plain else None
    if known is not None and known.person_id != person.id:
        raise SomebodyElses
    for old in ledger.all(Address, col(Address.person_id) == person.id, col(Address.scheme) == MAIL):
        ledger.session.delete(old)
    ledger.session.flush()
    if plain:
        _write_down(ledger, person, address)
    ledger.journal(by.id, "set_mail" if plain else "forget_mail", f"person:{person.ref}")


def checked(written: str) -> str:
    """Give a mail address as it was written down, ready to be written to. Raises NotAnAddress."""
    plain = written.strip().removeprefix(f"{MAIL}:")
    if not _MAIL.fullmatch(plain):
        raise NotAnAddress
    local, _, domain = plain.rpartition("@")
    return f"{MAIL}:{local}@{domain.lower()}"


def choose_way(ledger: Ledger, person: Person, way: Way | None, post: str, by: Person) -> None:
    """Say how papers come to a person (None: as they are reached anyhow) and where one is dropped."""
    person.way = way
    person.post_sealed = ledger.seal(person.key_id, post.strip()[:POST_CHARS]) if post.strip() else None
    ledger.session.add(person)
    ledger.journal(by.id, "choose_way", f"person:{person.ref}", way or "")


def post_of(ledger: Ledger, person: Person) -> str:
    """Give where a paper is dropped for a person, as the officers wrote it down."""
    return ledger.unseal(person.key_id, person.post_sealed) or ""


def way_of(ledger: Ledger, person: Person) -> Way:
    """Give how a paper reaches a person now: as they chose, else where they were last heard, else by hand."""
    if person.way == Way.PAPER:
        return Way.PAPER
    if person.way and outbox.way_to(ledger, person, person.way):
        return Way(person.way)
    row = ledger.first(
        Address,
        col(Address.person_id) == person.id,
        col(Address.is_reachable).is_(True),
        col(Address.scheme).in_([way.value for way in Way]),
        by=col(Address.heard_at).desc(),
    )
    return Way(row.scheme) if row else Way.PAPER


def _write_down(ledger: Ledger, person: Person, address: str) -> None:
    ledger.add(
        Address(
            council_id=ledger.council_id,
            person_id=id_of(person),
            scheme=MAIL,
            blind=ledger.blind(address),
            sealed=ledger.seal(person.key_id, address),
            heard_at=person.created_at,  # before any chat: what is said to a person goes where they write
        )
    )
