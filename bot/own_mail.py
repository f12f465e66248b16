"""One's own mail (自分のメール): a member gives their own address by chat, and proves that it is theirs.

A slip of the finger would send a neighbour's trouble to a stranger. So a number goes to the address first, and
nothing else is sent there before the number has come back by chat. The address is sealed under the person's key
and is nowhere else: no log, no journal and no answer says it.
"""

import secrets
from datetime import timedelta

from sqlmodel import col

from bot import contact, outbox, people
from bot.answerable import Answerable
from bot.messages import Say
from bot.outbox import About
from bot.texts import phrase
from storage.journal import JournalEntry
from storage.ledger import Ledger, id_of
from storage.minutes import Way
from storage.people import UNPROVEN, Address, Pass, Person

CODE_HOURS = 24
CODES_A_DAY = 3  # nobody's mailbox is filled through us
GUESSES_A_DAY = 5
KIND = "mail"
ASKED, WRONG = "ask_mail", "mail_refused"


class TooOften(Answerable):
    """The day's numbers have been sent, or the day's guesses been made."""

    key = "contact.own.too_often"


class WrongCode(Answerable):
    """The number is not the one that was sent, or its time is over."""

    key = "contact.own.wrong_code"


class NoMail(Answerable):
    """The person has no mail address here."""

    key = "contact.own.none"


def ask(ledger: Ledger, person: Person, written: str) -> None:
    """Send a number to the address that somebody says is theirs; a new one takes the place of an older one.

    Whether the address belongs to another member is not said before it is proven. Raises NotAnAddress,
    TooOften, NotYours.
    """
    people.require(person, "be_reminded")
    address = contact.checked(written)
    if _today(ledger, person, ASKED) >= CODES_A_DAY:
        raise TooOften
    _forget_unproven(ledger, person)
    ledger.add(
        Address(
            council_id=ledger.council_id,
            person_id=id_of(person),
            scheme=UNPROVEN,
            blind=ledger.blind(f"{UNPROVEN}:{person.id}"),
            sealed=ledger.seal(person.key_id, address),
            is_reachable=False,
            heard_at=ledger.now,
        )
    )
    code = f"{secrets.randbelow(1_000_000):06}"
    sent = ledger.add(
        Pass(
            council_id=ledger.council_id,
            person_id=id_of(person),
            kind=KIND,
            blind=ledger.blind(f"{KIND}:{person.id}:{code}"),
            expires_at=ledger.now + timedelta(hours=CODE_HOURS),
        )
    )
    ledger.journal(person.id, ASKED, f"person:{person.ref}")
    say = Say("text", title=phrase("contact.own.subject"), text=phrase("contact.own.mail", code=code))
    # not in the person's name: a mail that cannot be delivered must not send its number by another way
    outbox.post(ledger, address, say, f"own_mail:{sent.blind}", About())


def confirm(ledger: Ledger, person: Person, code: str) -> None:
    """Take the number that came by mail: from now on the address is used.

    Raises WrongCode, TooOften, SomebodyElses.
    """
    if _today(ledger, person, WRONG) >= GUESSES_A_DAY:
        raise TooOften
    found = ledger.first(
        Pass,
        col(Pass.blind) == ledger.blind(f"{KIND}:{person.id}:{code}"),
        col(Pass.expires_at) > ledger.now,
        col(Pass.used_at).is_(None),
    )
    way = _unproven(ledger, person)
    address = ledger.unseal(person.key_id, way.sealed) if way else None
    if found is None or address is None:
        ledger.journal(person.id, WRONG, f"person:{person.ref}")
        raise WrongCode
    contact.set_mail(ledger, person, address, person)
    _forget_unproven(ledger, person)


def stop(ledger: Ledger, person: Person) -> None:
    """Take the address away; papers then come as the person is reached anyhow. Raises NoMail."""
    is_waiting = _unproven(ledger, person) is not None
    _forget_unproven(ledger, person)
    if not is_waiting and not contact.has_mail(ledger, person):
        raise NoMail
    contact.set_mail(ledger, person, "", person)
    if person.way == Way.MAIL:
        contact.choose_way(ledger, person, None, contact.post_of(ledger, person), person)


def _unproven(ledger: Ledger, person: Person) -> Address | None:
    mine = (col(Address.person_id) == person.id, col(Address.scheme) == UNPROVEN)
    return ledger.first(Address, *mine)


def _forget_unproven(ledger: Ledger, person: Person) -> None:
    """Forget what was not proven, with the number that went there."""
    way = _unproven(ledger, person)
    if way is not None:
        ledger.session.delete(way)
    for code in ledger.all(Pass, col(Pass.person_id) == person.id, col(Pass.kind) == KIND):
        ledger.session.delete(code)
    ledger.session.flush()


def _today(ledger: Ledger, person: Person, action: str) -> int:
    return ledger.count(
        JournalEntry,
        col(JournalEntry.subject) == f"person:{person.ref}",
        col(JournalEntry.action) == action,
        col(JournalEntry.at) > ledger.now - timedelta(days=1),
    )
