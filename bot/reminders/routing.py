"""To whom a reminder goes: to whoever it is for, or to who stands in for them while they are away."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import col

from bot import dates
from bot.reminders.kind import Cause, Kind, columns
from storage.ledger import Ledger
from storage.people import Address, Person, Role

HOLDERS = (Role.SECRETARIAT, Role.OFFICER, Role.COMMISSIONER, Role.ORGANISATION)


class Holder(NamedTuple):
    """What counts of somebody with a duty when a reminder looks for its way."""

    id: int
    role: str
    themes: list[str]
    deputy_id: int | None
    organisation_id: int | None
    away_until: date | None


@dataclass(frozen=True)
class Roll:
    """Everybody with a duty, and who of them can be told something today."""

    holders: Mapping[int, Holder]
    present: frozenset[int]
    commissioners: tuple[int, ...]  # those present, in the order of their ids

    def stand_in(self, person: Holder) -> int | None:
        """Give who is told instead: the deputy whom the person chose, or the next fitting commissioner.

        The same one each day, or a neighbour's trouble would be explained to somebody new every morning.
        """
        if person.deputy_id in self.present and person.deputy_id != person.id:
            return person.deputy_id
        if person.role != Role.COMMISSIONER or not self.commissioners:
            return None
        start = bisect_right(self.commissioners, person.id)
        order = [id_ for id_ in (*self.commissioners[start:], *self.commissioners[:start]) if id_ != person.id]
        wanted = set(person.themes)
        fitting = (id_ for id_ in order if wanted & set(self.holders[id_].themes))
        return next(fitting, order[0] if order else None)


def roll(ledger: Ledger) -> Roll:
    """Call the roll in two questions."""
    today = dates.jst(ledger.now).date()
    own = select(*(col(getattr(Person, name)) for name in Holder._fields)).where(
        col(Person.council_id) == ledger.council_id,
        col(Person.role).in_(HOLDERS),
        col(Person.erased_at).is_(None),
    )
    ways = select(col(Address.person_id)).where(
        col(Address.council_id) == ledger.council_id, col(Address.is_reachable).is_(True)
    )
    holders = {row.id: Holder(*row) for row in columns(ledger, own)}
    reached = {id_ for (id_,) in columns(ledger, ways)}
    here = (p for p in holders.values() if p.away_until is None or p.away_until <= today)
    present = frozenset(p.id for p in here if p.id in reached)
    commissioners = sorted(id_ for id_ in present if holders[id_].role == Role.COMMISSIONER)
    return Roll(holders, present, tuple(commissioners))


def route(
    kind: Kind, causes: Iterable[Cause], roll_: Roll, handed: Mapping[tuple[int, str], int]
) -> Iterator[Cause]:
    """Let each cause reach somebody: what was handed on goes there, what is an absent person's to both.

    The absent one is told nothing (see `bundles`) and finds it again on the day of return. Residents are never
    reminded; nor is anybody of what somebody else alone can do.
    """
    for given in causes:
        to = handed.get((given.person_id, given.subject))
        cause = replace(given, person_id=to) if to is not None and to in roll_.holders else given
        person = roll_.holders.get(cause.person_id)
        if person is None:
            continue
        yield cause
        if not kind.is_personal and cause.person_id not in roll_.present:
            other = roll_.stand_in(person)
            if other is not None:
                yield replace(cause, person_id=other)


def next_for(ledger: Ledger, person: Person) -> Person | None:
    """Find who can take something over: the deputy, the next commissioner, or the next of the same duty."""
    called = roll(ledger)
    own = called.holders.get(person.id or 0)
    if own is None:
        return None
    found = called.stand_in(own)
    if found is None:
        found = next((id_ for id_ in sorted(called.present) if _is_alike(called.holders[id_], own)), None)
    return ledger.by_id(Person, found) if found is not None else None


def _is_alike(other: Holder, person: Holder) -> bool:
    same = other.role == person.role and other.organisation_id == person.organisation_id
    return same and other.id != person.id
