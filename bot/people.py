"""People: who writes, what they are to the council, and how they come and go."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlmodel import col

from bot import dates
from bot.answerable import Answerable
from storage.concerns import Concern
from storage.councils import Organisation
from storage.journal import JournalEntry
from storage.ledger import Ledger, id_of, spoken_code
from storage.people import Address, Invite, Person, Role
from storage.topics import Topic

CODE_LENGTH = 8
INVITE_DAYS = 14
GUESSES_A_DAY = 10

BOARD = (Role.OFFICER, Role.SECRETARIAT)
ROOM = (Role.COMMISSIONER, Role.OFFICER, Role.SECRETARIAT)

# who may do what; everybody may write, see their own concerns and take them back
MAY: dict[str, tuple[Role, ...]] = {
    "read_masked": ROOM,
    "discuss": ROOM,
    "sort": ROOM,
    "ask_board": ROOM,
    "merge": ROOM,
    "enter_desk": ROOM,
    "edit_agenda": BOARD,
    "decide": BOARD,
    "acknowledge": ROOM,
    "invite": (Role.SECRETARIAT,),
    "read_original": (Role.SECRETARIAT,),
    "send_again": BOARD,
    "be_reminded": (Role.ORGANISATION, *ROOM),
    "report_back": (Role.ORGANISATION, *BOARD),
    "count": BOARD,
    "know_meetings": (Role.ORGANISATION, *ROOM),
    "bring_in": (Role.ORGANISATION, *ROOM),
}


class NotYours(Answerable):
    """The person's role does not allow this."""

    key = "chat.not_yours"


class BadCode(Answerable):
    """No such join code, or it has been used, or its time is over."""

    key = "chat.bad_code"


def recognise(ledger: Ledger, address: str) -> Person:
    """Find whoever writes from this address; somebody new becomes a resident, without any registration."""
    known = _address(ledger, address)
    if known is not None:
        known.heard_at = ledger.now
        known.is_reachable = True
        ledger.session.add(known)
        return ledger.by_id(Person, known.person_id)
    person = _new_person(ledger, Role.RESIDENT)
    _add_address(ledger, person, address)
    return person


def find(ledger: Ledger, address: str) -> Person | None:
    """Find whoever writes from this address, without making anybody."""
    known = _address(ledger, address)
    return ledger.by_id(Person, known.person_id) if known else None


def may(person: Person, deed: str) -> bool:
    """Say whether the person's role allows a deed of the table."""
    return person.role in MAY[deed] and person.erased_at is None


def require(person: Person, deed: str) -> None:
    """Let the deed pass or raise NotYours."""
    if not may(person, deed):
        raise NotYours


def with_role(ledger: Ledger, *roles: Role) -> list[Person]:
    """List the council's people of these roles."""
    return ledger.all(Person, col(Person.role).in_(roles), col(Person.erased_at).is_(None))


def on_duty(ledger: Ledger) -> list[Person]:
    """List who gets urgent alerts, first to last: by duty rank, then the secretariat, then other officers."""
    order = {Role.SECRETARIAT: 1, Role.OFFICER: 2}
    today = dates.jst(ledger.now).date()
    present = [p for p in reachable(ledger, with_role(ledger, *BOARD)) if not is_away(p, today)]
    return sorted(present, key=lambda p: (p.duty_rank or 99, order.get(Role(p.role), 3), id_of(p)))


def reachable(ledger: Ledger, those: Sequence[Person]) -> list[Person]:
    """Keep those whom a word can reach: invited people who have not joined yet are passed over."""
    ways = ledger.all(
        Address, col(Address.person_id).in_([id_of(p) for p in those]), col(Address.is_reachable).is_(True)
    )
    found = {way.person_id for way in ways}
    return [p for p in those if p.id in found]


def is_away(person: Person, today: date) -> bool:
    """Say whether the person has said 「休みます」 until after today."""
    return person.away_until is not None and person.away_until > today


def name_of(ledger: Ledger, person: Person | None) -> str | None:
    """Give what the officers call a person; None for residents and strangers."""
    return ledger.unseal(person.key_id, person.name_sealed) if person else None


def rename(ledger: Ledger, person: Person, name: str) -> None:
    """Write down what the officers call a person."""
    person.name_sealed = ledger.seal(person.key_id, name.strip()[:40])
    ledger.session.add(person)


def invite(
    ledger: Ledger,
    role: Role,
    by: Person | None = None,
    *,
    name: str = "",
    organisation: str = "",
    themes: Iterable[str] = (),
    duty_rank: int | None = None,
) -> str:
    """Make a join code (参加コード) for a new person of this role and give it, to be handed over on paper.

    Good once, for 14 days. Only its blind index is stored.
    """
    person = _new_person(ledger, role)
    if name:
        rename(ledger, person, name)
    if organisation:
        person.organisation_id = id_of(_organisation(ledger, organisation))
    person.themes = list(themes)
    person.duty_rank = duty_rank
    ledger.session.add(person)
    ledger.journal(by.id if by else None, "invite", f"person:{person.ref}", role)
    return invite_again(ledger, person)


def invite_again(ledger: Ledger, person: Person) -> str:
    """Make a join code for somebody who is known already, for a second platform or a lost code."""
    code = spoken_code(CODE_LENGTH)
    ledger.add(
        Invite(
            council_id=ledger.council_id,
            blind=ledger.blind(f"code:{code}"),
            role=person.role,
            organisation_id=person.organisation_id,
            person_id=id_of(person),
            expires_at=ledger.now + timedelta(days=INVITE_DAYS),
        )
    )
    return f"{code[:4]}-{code[4:]}"


def join(ledger: Ledger, who: Person, address: str, code: str) -> Person:
    """Take up a join code: this address now belongs to the invited person.

    What was written from here before stays connected, so that its answers still arrive. Whoever guesses is
    refused without a look after ten wrong codes a day, in the same words. Raises BadCode.
    """
    if _has_guessed_too_often(ledger, who):
        raise BadCode
    plain = "".join(ch for ch in code.upper() if ch.isalnum())
    found = ledger.first(Invite, col(Invite.blind) == ledger.blind(f"code:{plain}"))
    if found is None or found.used_at is not None or found.expires_at < ledger.now:
        ledger.journal(who.id, "join_refused", f"person:{who.ref}")
        raise BadCode
    found.used_at = ledger.now
    invited = ledger.by_id(Person, found.person_id)
    way = _address(ledger, address)
    if way is not None:
        _move_address(ledger, way, invited, address)
    ledger.session.add(found)
    ledger.journal(invited.id, "join", f"person:{invited.ref}", invited.role)
    return invited


def leave(ledger: Ledger, address: str) -> None:
    """Note that an address cannot be reached any more (blocked, deactivated)."""
    known = _address(ledger, address)
    if known is not None:
        known.is_reachable = False
        ledger.session.add(known)


def writers(ledger: Ledger, person_ids: Iterable[int]) -> list[Person]:
    """List these people, each once, without the erased."""
    return ledger.all(Person, col(Person.id).in_(list(person_ids)), col(Person.erased_at).is_(None))


def _move_address(ledger: Ledger, way: Address, invited: Person, address: str) -> None:
    before = ledger.by_id(Person, way.person_id)
    way.person_id = id_of(invited)
    way.sealed = ledger.seal(invited.key_id, address)
    ledger.session.add(way)
    _hand_over_concerns(ledger, before, invited)


def _hand_over_concerns(ledger: Ledger, before: Person, invited: Person) -> None:
    """Let what somebody wrote follow them; what they look after too, when no way to them is left."""
    ledger.session.flush()
    is_gone = before.id != invited.id and not ledger.count(Address, col(Address.person_id) == before.id)
    if before.role != Role.RESIDENT and not is_gone:
        return
    for concern in ledger.all(Concern, col(Concern.writer_id) == before.id):
        concern.writer_id = id_of(invited)
        ledger.session.add(concern)
    if is_gone:
        for topic in ledger.all(Topic, col(Topic.assignee_id) == before.id):
            topic.assignee_id = invited.id if invited.role == Role.COMMISSIONER else None
            ledger.session.add(topic)


def _has_guessed_too_often(ledger: Ledger, who: Person) -> bool:
    wrong = ledger.count(
        JournalEntry,
        col(JournalEntry.subject) == f"person:{who.ref}",
        col(JournalEntry.action) == "join_refused",
        col(JournalEntry.at) > ledger.now - timedelta(days=1),
    )
    return wrong >= GUESSES_A_DAY


def _address(ledger: Ledger, address: str) -> Address | None:
    return ledger.first(Address, col(Address.blind) == ledger.blind(address))


def _add_address(ledger: Ledger, person: Person, address: str) -> None:
    ledger.add(
        Address(
            council_id=ledger.council_id,
            person_id=id_of(person),
            scheme=address.split(":", 1)[0],
            blind=ledger.blind(address),
            sealed=ledger.seal(person.key_id, address),
            heard_at=ledger.now,
        )
    )


def _new_person(ledger: Ledger, role: Role) -> Person:
    return ledger.add(
        Person(
            council_id=ledger.council_id,
            ref="P" + spoken_code(6),
            role=role,
            key_id=ledger.new_key(),
            created_at=ledger.now,
        )
    )


def _organisation(ledger: Ledger, name: str) -> Organisation:
    found = ledger.first(Organisation, col(Organisation.name) == name)
    return found or ledger.add(Organisation(council_id=ledger.council_id, name=name))
