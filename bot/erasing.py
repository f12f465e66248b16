"""Erasing a person: everything they wrote is taken back, and nothing says any more who they were.

個人情報保護法 22条 asks to erase without delay what is no longer needed. Destroying the keys reaches the
copies too: the thread's outbox rows, exports and, through the list beside the master key, backups.
"""

from dataclasses import dataclass

from sqlalchemy import delete, or_, update
from sqlmodel import col, select

from bot import bring_in, concerns, notes, outbox, sitting, threads
from bot.answerable import Answerable
from bot.messages import Say
from bot.outbox import About
from bot.texts import phrase
from storage.concerns import Concern
from storage.inbox import InboxRow, Received
from storage.ledger import Ledger, id_of
from storage.meetings import Item
from storage.outbox import Delivery, OutboxRow
from storage.people import Address, Invite, Pass, Person
from storage.topics import Note, Topic

NOBODY = "erased"


class NoSuchPerson(Answerable):
    """No person of this council has this reference."""

    key = "erase.no_such_person"


@dataclass(frozen=True)
class Erased:
    """How much was taken back."""

    concerns: int
    notes: int


def find(ledger: Ledger, ref: str) -> Person:
    """Find a person by the reference that names them (P and six letters). Raises NoSuchPerson."""
    found = ledger.first(Person, col(Person.ref) == ref.strip().upper())
    if found is None or found.erased_at is not None:
        raise NoSuchPerson(ref=ref)
    return found


def erase(ledger: Ledger, person: Person) -> Erased:
    """Take back all that a person wrote, then forget who they are. It cannot be undone.

    The thread posts are replaced there as well; a topic that others noticed too stays.
    """
    written = [
        c for c in ledger.all(Concern, col(Concern.writer_id) == person.id) if c.status not in concerns.TAKEN_BACK
    ]
    for concern in written:
        concerns.withdraw(ledger, concern, None)
    said = ledger.all(Note, col(Note.person_id) == person.id, col(Note.unsent_at).is_(None))
    for note in said:
        _take_back_note(ledger, note)
    _take_back_lines(ledger, person)
    _let_go_of_topics(ledger, person)
    _forget_ways(ledger, person)
    _forget_person(ledger, person)
    ledger.journal(None, "erase", f"person:{person.ref}", f"concerns {len(written)} notes {len(said)}")
    ledger.session.flush()
    return Erased(len(written), len(said))


def _take_back_lines(ledger: Ledger, person: Person) -> None:
    """Take the person's words off what they brought in (持ち寄り); that their body brought something in stays.

    The key of a line is destroyed, which reaches final minutes and backups. What the board wrote on it is the
    board's, and goes on under a new key.
    """
    gone = phrase("erase.line_gone", who=bring_in.stands_for(ledger, person))
    for item in ledger.all(Item, col(Item.brought_by_id) == person.id):
        talk = sitting.talk_of(ledger, item)
        if item.key_id is not None:
            ledger.destroy_key(item.key_id)
        item.key_id = ledger.new_key()
        item.heading_sealed = ledger.seal(item.key_id, gone)
        sitting.write(ledger, item, talk)
        ledger.journal(None, "erase_line", f"item:{item.id}")


def _take_back_note(ledger: Ledger, note: Note) -> None:
    notes.unsend(ledger, note.message)
    posted = ledger.first(OutboxRow, col(OutboxRow.dedupe) == f"note:{note.id}")
    if posted is None:
        return
    posted.payload_sealed = None
    if posted.status in (Delivery.WAITING, Delivery.FAILED):
        posted.status = Delivery.CANCELLED
    else:
        _replace(ledger, posted, note)
    ledger.session.add(posted)


def _replace(ledger: Ledger, posted: OutboxRow, note: Note) -> None:
    topic = ledger.by_id(Topic, note.topic_id)
    if topic.channel is not None:
        say = Say("replace", text=phrase("erase.note_gone"))
        about = About(topic_id=topic.id)
        outbox.post(ledger, topic.channel, say, f"note_gone:{note.id}", about, target_id=posted.id)


def _let_go_of_topics(ledger: Ledger, person: Person) -> None:
    for topic in ledger.all(Topic, col(Topic.assignee_id) == person.id):
        topic.assignee_id = None
        ledger.session.add(topic)
        ledger.session.flush()
        threads.refresh(ledger, topic)


def _forget_ways(ledger: Ledger, person: Person) -> None:
    """Blank the person's addresses wherever they stand: by the door, in the outbox, in the inbox."""
    ways = ledger.all(Address, col(Address.person_id) == person.id)
    known = [address for way in ways if (address := ledger.unseal(person.key_id, way.sealed))]
    for address in known:
        _forget_events(ledger, address)
    # a mail address that was not proven yet has another index by the door than in the outbox
    places = [*(way.blind for way in ways), *(ledger.blind(address) for address in known)]
    mine = or_(col(OutboxRow.person_id) == person.id, col(OutboxRow.destination).in_(places))
    here = col(OutboxRow.council_id) == ledger.council_id
    open_rows = col(OutboxRow.status).in_([Delivery.WAITING, Delivery.FAILED])
    ledger.session.exec(
        update(OutboxRow).where(here, mine, open_rows).values(status=Delivery.CANCELLED, reason="erased")
    )
    ledger.session.exec(
        update(OutboxRow)
        .where(here, mine)
        .values(payload_sealed=None, destination=NOBODY, destination_sealed=b"", reply_sealed=None)
    )
    for way in ways:
        ledger.session.delete(way)


def _forget_events(ledger: Ledger, address: str) -> None:
    """Empty what came from this address and waits, or lies in a tray, in the platform's own words."""
    sender = address.split(":", 1)[1]
    mine = col(InboxRow.account).like(f"%:{ledger.council.code}")
    rows = ledger.session.exec(select(InboxRow).where(mine, col(InboxRow.body_sealed).is_not(None)))
    for row in rows:
        if row.body_sealed is not None and sender.encode() in ledger.keyring.unseal_passing(row.body_sealed):
            row.body_sealed = None
            row.status = Received.DONE
            row.reason = "erased"
            ledger.session.add(row)


def _forget_person(ledger: Ledger, person: Person) -> None:
    here = id_of(person)
    ledger.session.exec(delete(Pass).where(col(Pass.person_id) == here))
    ledger.session.exec(delete(Invite).where(col(Invite.person_id) == here))
    person.name_sealed = None
    person.organisation_id = None
    person.themes = []
    person.duty_rank = None
    person.away_until = None
    person.erased_at = ledger.now
    ledger.session.add(person)
    ledger.destroy_key(person.key_id)
