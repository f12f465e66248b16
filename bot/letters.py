"""Letters (Aさん, Bさん): one person has one letter within a topic, so that a story stays readable.

Which name has which letter is kept nowhere but beside the words themselves, under the key of the concern or
note that says the name: when that key is destroyed the name is gone, in every copy of the database too.
"""

import json
from collections.abc import Mapping

from sqlmodel import col

from bot import originals, threads
from bot.privacy import Masked, letters_of
from storage.concerns import Concern
from storage.ledger import Ledger
from storage.topics import Note, Topic


def known(ledger: Ledger, topic: Topic) -> dict[str, str]:
    """Give the letters of a topic, name by name, as its concerns and notes gave them, oldest first.

    For a topic that was put together with another, those of the other: there the story goes on.
    """
    home = _home(ledger, topic)
    found: dict[str, str] = {}
    for concern in threads.voices(ledger, home):
        learn(found, of_concern(ledger, concern))
    learn(found, of_notes(ledger, home))
    for gone in ledger.all(Topic, col(Topic.merged_into_id) == home.id):
        learn(found, of_notes(ledger, gone))
    return found


def around(ledger: Ledger, concern: Concern) -> dict[str, str]:
    """Give the letters of a concern's topic, to be asked before its words change."""
    topic = ledger.first(Topic, col(Topic.id) == concern.topic_id) if concern.topic_id else None
    return known(ledger, topic) if topic else {}


def of_concern(ledger: Ledger, concern: Concern) -> dict[str, str]:
    """Give the letters of one concern."""
    masks = tuple(originals.masks(ledger, concern))
    return letters_of(Masked("", masks), originals.words(ledger, concern)) if masks else {}


def of_notes(ledger: Ledger, topic: Topic) -> dict[str, str]:
    """Give the letters of what was said in a topic's own thread."""
    found: dict[str, str] = {}
    for note in ledger.all(Note, col(Note.topic_id) == topic.id, col(Note.unsent_at).is_(None)):
        learn(found, json.loads(ledger.unseal(note.key_id, note.names_sealed) or "{}"))
    return found


def seal(ledger: Ledger, key_id: int, masked: Masked, text: str) -> bytes | None:
    """Seal the letters of a note, whose own words are not kept; None when it names nobody."""
    letters = letters_of(masked, text)
    return ledger.seal(key_id, json.dumps(letters, ensure_ascii=False)) if letters else None


def learn(found: dict[str, str], more: Mapping[str, str]) -> None:
    """Add letters; whoever has one keeps it."""
    for name, letter in more.items():
        found.setdefault(name, letter)


def _home(ledger: Ledger, topic: Topic) -> Topic:
    while topic.merged_into_id is not None:
        topic = ledger.by_id(Topic, topic.merged_into_id)
    return topic
