"""Notes (追記): what is said under a topic, masked like a concern, and taken back like one."""

from sqlmodel import col

from bot import letters, people, threads, tombs
from bot.texts import phrase
from bot.understanding import Reader
from storage.ledger import Ledger, id_of
from storage.people import Person
from storage.topics import Note, Topic


def add(
    ledger: Ledger,
    reader: Reader,
    topic: Topic,
    person: Person,
    message: str,
    text: str,
    *,
    from_desk: bool = False,
) -> Note | None:
    """Write down what a person said in a topic's thread; None when it is known or was taken back before.

    A note from the desk is also said in the platform's thread, since it was not written there.
    """
    people.require(person, "discuss")
    blind = ledger.blind(message)
    early = tombs.find(ledger, blind)
    if ledger.first(Note, col(Note.message) == blind) or (early is not None and early.words_sealed is None):
        return None
    text = tombs.take_words(ledger, early) if early is not None else text
    key_id = ledger.new_key()
    masked = reader.mask(text, known=letters.known(ledger, topic))
    note = ledger.add(
        Note(
            council_id=ledger.council_id,
            topic_id=id_of(topic),
            person_id=id_of(person),
            key_id=key_id,
            masked_sealed=ledger.seal(key_id, masked.text),
            names_sealed=letters.seal(ledger, key_id, masked, text),
            message=blind,
            at=ledger.now,
        )
    )
    ledger.journal(person.id, "note", f"topic:{topic.number}")
    if from_desk:
        who = people.name_of(ledger, person) or phrase(f"role.{person.role}")
        threads.say(ledger, topic, phrase("thread.note", who=who, text=masked.text), f"note:{note.id}")
    return note


def edit(ledger: Ledger, reader: Reader, message_blind: str, text: str) -> bool:
    """Follow a note that now reads otherwise; say whether the message is a note, be it taken back or not."""
    note = ledger.first(Note, col(Note.message) == message_blind)
    if note is not None and note.unsent_at is None:
        masked = reader.mask(text, known=letters.known(ledger, ledger.by_id(Topic, note.topic_id)))
        note.masked_sealed = ledger.seal(note.key_id, masked.text)
        note.names_sealed = letters.seal(ledger, note.key_id, masked, text)
        ledger.session.add(note)
    return note is not None


def unsend(ledger: Ledger, message_blind: str) -> None:
    """Follow a note that was taken back."""
    note = ledger.first(Note, col(Note.message) == message_blind, col(Note.unsent_at).is_(None))
    if note is not None:
        note.unsent_at = ledger.now
        note.masked_sealed = b""
        note.names_sealed = None
        ledger.session.add(note)
        ledger.destroy_key(note.key_id)


def of_topic(ledger: Ledger, topic: Topic) -> list[tuple[Note, str]]:
    """List a topic's notes with their masked words, oldest first."""
    notes = ledger.all(Note, col(Note.topic_id) == topic.id, col(Note.unsent_at).is_(None))
    return [(note, ledger.unseal(note.key_id, note.masked_sealed) or "") for note in notes]
