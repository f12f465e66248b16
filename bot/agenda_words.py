"""Words of the order paper that leave the board's room: what officers typed is masked there, and they are warned.

A concern is masked before anybody reads it; a heading, a report or a notice is typed by an officer who may
forget that a printed paper lies on a kitchen table (個人情報保護法 27条). On the officers' own pages the words
stay as typed, with a note beside them, so that the officer can mend them.
"""

from __future__ import annotations

from bot import agenda, letters
from bot.privacy import mask
from bot.texts import phrase
from storage.ledger import Ledger
from storage.meetings import Item
from storage.topics import Topic


def handed_out(ledger: Ledger, item: Item) -> str:
    """Give the words of a line as they may lie on a table: a person in them has the letter of the topic."""
    own = _typed(ledger, item)
    return _masked(ledger, own, item) if own else agenda.heading(ledger, item)


def names_somebody(ledger: Ledger, item: Item) -> bool:
    """Say whether an officer's words on a line point to a person or a house."""
    own = _typed(ledger, item)
    return bool(own and mask(own).masks)


def masked_for(ledger: Ledger, topic: Topic, words: str) -> str:
    """Mask the board's words on a topic, with the topic's own letters."""
    if not mask(words).masks:
        return words
    return mask(words, known=letters.known(ledger, topic)).text


def warning(count: int) -> str:
    """Say that so many lines name somebody; nothing when none does."""
    return phrase("talk.naming_count", count=count) if count else ""


def _masked(ledger: Ledger, words: str, item: Item) -> str:
    if item.topic_id is None:
        return mask(words).text
    return masked_for(ledger, ledger.by_id(Topic, item.topic_id), words)


def _typed(ledger: Ledger, item: Item) -> str:
    """What an officer typed for a line, or for its topic; empty where the concern's own masked words stand."""
    own = ledger.unseal(item.key_id, item.heading_sealed)
    if own or item.topic_id is None:
        return own or ""
    topic = ledger.by_id(Topic, item.topic_id)
    return ledger.unseal(topic.key_id, topic.heading_sealed) or ""
