"""Attendance (出欠): who was invited to a meeting, who has excused themselves, who is there."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlmodel import col

from bot import meetings, people
from storage.ledger import Ledger, id_of
from storage.meetings import Attendance, Kind, Meeting, Presence
from storage.people import Person, Role

ORDER = (Role.OFFICER, Role.COMMISSIONER, Role.ORGANISATION, Role.SECRETARIAT)
SEATED = (Role.OFFICER, Role.COMMISSIONER, Role.ORGANISATION)  # the secretariat serves and has no seat


class Counts(NamedTuple):
    """How many were invited, and how they stand."""

    invited: int
    present: int
    excused: int
    absent: int


class Quorum(NamedTuple):
    """議席n名中m名: a board is complete with more than half of its seats (過半数で成立)."""

    seats: int
    present: int

    @property
    def is_reached(self) -> bool:
        """Say whether more than half of the seats are taken."""
        return self.present * 2 > self.seats


def invited(ledger: Ledger, meeting: Meeting) -> list[Person]:
    """List who is invited, officers first, then commissioners, organisations, the secretariat.

    Whoever is marked at the meeting is listed too, so that a role that changed later takes nobody away.
    """
    asked = meetings.invited(ledger, meeting)
    others = set(of_meeting(ledger, meeting)) - {id_of(p) for p in asked}
    found = ledger.all(Person, col(Person.id).in_(others), col(Person.erased_at).is_(None)) if others else []
    return sorted((*asked, *found), key=_place)


def of_meeting(ledger: Ledger, meeting: Meeting) -> dict[int, Presence]:
    """Give what is known of each person, by person id; whoever has said nothing and was not ticked is missing."""
    rows = ledger.all(Attendance, col(Attendance.meeting_id) == meeting.id)
    return {row.person_id: Presence(row.presence) for row in rows}


def mark(ledger: Ledger, meeting: Meeting, person: Person, presence: Presence | None, by: Person | None) -> None:
    """Write down whether somebody is there; None takes it back. The same again changes nothing."""
    found = _row(ledger, meeting, person)
    if presence is None:
        if found is not None:
            ledger.session.delete(found)
            ledger.session.flush()
        return
    row = found or Attendance(
        council_id=ledger.council_id,
        meeting_id=id_of(meeting),
        person_id=id_of(person),
        presence=presence,
        at=ledger.now,
    )
    row.presence = presence
    row.at = ledger.now
    ledger.add(row)
    ledger.journal(
        by.id if by else None, "attendance", f"person:{person.ref}", f"meeting:{meeting.id} {presence}"
    )


def excuse(ledger: Ledger, meeting: Meeting, person: Person) -> None:
    """Note that somebody has said beforehand that they cannot come. Who is there already stays there."""
    if of_meeting(ledger, meeting).get(id_of(person)) != Presence.PRESENT:
        mark(ledger, meeting, person, Presence.EXCUSED, person)


def will_come(ledger: Ledger, meeting: Meeting, person: Person) -> None:
    """Take an excuse back: the person comes after all. Being there is ticked in the meeting alone."""
    if of_meeting(ledger, meeting).get(id_of(person)) == Presence.EXCUSED:
        mark(ledger, meeting, person, None, person)


def present(ledger: Ledger, meeting: Meeting) -> list[Person]:
    """List who was there."""
    known = of_meeting(ledger, meeting)
    return [p for p in invited(ledger, meeting) if known.get(id_of(p)) == Presence.PRESENT]


def absentees(ledger: Ledger, meeting: Meeting) -> list[Person]:
    """List who was invited and was not there, excused or not.

    Where nobody was ticked, attendance was not taken: then only those are listed who were written down as absent
    or excused, since it would be wrong to send everybody what they have just heard.
    """
    known = of_meeting(ledger, meeting)
    was_taken = Presence.PRESENT in known.values()
    away = (Presence.EXCUSED, Presence.ABSENT, *((None,) if was_taken else ()))
    return [p for p in invited(ledger, meeting) if known.get(id_of(p)) in away]


def excused(ledger: Ledger, meeting: Meeting) -> list[Person]:
    """List who has said beforehand that they cannot come."""
    known = of_meeting(ledger, meeting)
    return [p for p in invited(ledger, meeting) if known.get(id_of(p)) == Presence.EXCUSED]


def counts(ledger: Ledger, meeting: Meeting) -> Counts:
    """Count a meeting's people, for its minutes and the year's figures."""
    everybody = invited(ledger, meeting)
    known = of_meeting(ledger, meeting)
    here = sum(1 for p in everybody if known.get(id_of(p)) == Presence.PRESENT)
    excused_ = sum(1 for p in everybody if known.get(id_of(p)) == Presence.EXCUSED)
    return Counts(len(everybody), here, excused_, len(absentees(ledger, meeting)) - excused_)


def quorum(ledger: Ledger, meeting: Meeting) -> Quorum | None:
    """Give how many of the board's seats are taken; None where no seats are counted."""
    seats = ledger.council.seats
    if not seats or meeting.kind != Kind.BOARD:
        return None
    return Quorum(seats, sum(1 for p in present(ledger, meeting) if p.role in SEATED))


def matching(ledger: Ledger, those: Iterable[Person], words: str) -> list[Person]:
    """Find people by what the officers call them, or by their short sign; spaces do not count."""
    wanted = _plain(words)
    if not wanted:
        return []
    named = [(p, _plain(people.name_of(ledger, p) or "")) for p in those]
    exact = [p for p, name in named if wanted in (name, p.ref.lower())]
    return exact or [p for p, name in named if wanted in name]


def _plain(words: str) -> str:
    return "".join(words.split()).removesuffix("さん").lower()


def _place(person: Person) -> tuple[int, int]:
    roles = [str(role) for role in ORDER]
    return roles.index(person.role) if person.role in roles else len(roles), id_of(person)


def _row(ledger: Ledger, meeting: Meeting, person: Person) -> Attendance | None:
    return ledger.first(
        Attendance, col(Attendance.meeting_id) == meeting.id, col(Attendance.person_id) == person.id
    )
