"""Passes: how an officer comes to the pages, by a link sent through the chat that already knows them.

No password at all: LINE and Slack have verified who writes. A link works once and for ten minutes; it opens
a visit of twelve hours. Only blind indexes are stored.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from bot import people
from storage.ledger import Ledger, id_of
from storage.people import Pass, Person

LINK_MINUTES = 10
PRINTED_HOURS = 24  # a link that the command prints, to be carried over by hand
VISIT_HOURS = 12


def make_link(ledger: Ledger, person: Person, public_url: str, *, printed: bool = False) -> str:
    """Make a one-time link to the officers' pages. Raises NotYours for whoever may not enter."""
    people.require(person, "enter_desk")
    life = timedelta(hours=PRINTED_HOURS) if printed else timedelta(minutes=LINK_MINUTES)
    token = _issue(ledger, person, "link", ledger.now + life)
    ledger.journal(person.id, "link", f"person:{person.ref}")
    return f"{public_url.rstrip('/')}/desk/enter/{token}"


def open_visit(ledger: Ledger, token: str) -> str | None:
    """Use up a link and begin a visit; None when the link is unknown, used or over."""
    found = _valid(ledger, token, "link")
    if found is None or found.used_at is not None:
        return None
    if not _use_up(ledger, found):
        return None  # opened twice at the same moment
    person = ledger.by_id(Person, found.person_id)
    if not people.may(person, "enter_desk"):
        return None
    ledger.journal(person.id, "enter", f"person:{person.ref}")
    return _issue(ledger, person, "visit", ledger.now + timedelta(hours=VISIT_HOURS))


def visitor(ledger: Ledger, token: str) -> Person | None:
    """Say whose visit this is, None when it is over or the person's role has ended."""
    found = _valid(ledger, token, "visit")
    person = ledger.by_id(Person, found.person_id) if found else None
    return person if person and people.may(person, "enter_desk") else None


def end_visit(ledger: Ledger, token: str) -> None:
    """End a visit."""
    found = _valid(ledger, token, "visit")
    if found is not None:
        found.expires_at = ledger.now
        ledger.session.add(found)


def _use_up(ledger: Ledger, link: Pass) -> bool:
    used: Any = ledger.session.exec(
        update(Pass).where(col(Pass.id) == link.id, col(Pass.used_at).is_(None)).values(used_at=ledger.now)
    )
    return bool(used.rowcount)


def _issue(ledger: Ledger, person: Person, kind: str, expires_at: datetime) -> str:
    token = secrets.token_urlsafe(24)
    ledger.add(
        Pass(
            council_id=ledger.council_id,
            person_id=id_of(person),
            kind=kind,
            blind=ledger.blind(f"{kind}:{token}"),
            expires_at=expires_at,
        )
    )
    return token


def _valid(ledger: Ledger, token: str, kind: str) -> Pass | None:
    return ledger.first(
        Pass,
        col(Pass.blind) == ledger.blind(f"{kind}:{token}"),
        col(Pass.kind) == kind,
        col(Pass.expires_at) > ledger.now,
    )
