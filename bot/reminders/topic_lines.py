"""How topics read in a bundle, written for many topics at once: a few queries, however many people are told."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from bot import dates, themes
from bot.reminders.kind import columns
from bot.texts import phrase
from storage.concerns import Concern, Standing
from storage.keys import Key
from storage.ledger import Ledger
from storage.topics import Topic

HEADING_CHARS = 24
AT_ONCE = 1_000  # so many places a question may have on every database


@dataclass(frozen=True)
class Told:
    """What a line says of a topic."""

    number: int
    theme: str
    heading: str
    opened_at: datetime

    def line(self, now: datetime) -> str:
        """Give the line."""
        age = dates.ago(self.opened_at, now)
        return phrase("ping.line", number=self.number, theme=self.theme, heading=self.heading, age=age)


def told(ledger: Ledger, numbers: Iterable[int]) -> dict[int, Told]:
    """Read what lines say of the topics with these receipt numbers; as `threads.heading` does for one."""
    found: dict[int, Told] = {}
    for some in chunks(sorted(set(numbers))):
        found.update(_told(ledger, some))
    return found


def chunks(those: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut what is asked for into questions that every database takes."""
    return (those[i : i + AT_ONCE] for i in range(0, len(those), AT_ONCE))


def _told(ledger: Ledger, numbers: Sequence[int]) -> dict[int, Told]:
    query = (
        select(
            col(Topic.id),
            col(Topic.number),
            col(Topic.theme),
            col(Topic.is_unsorted),
            col(Topic.is_restricted),
            col(Topic.heading_sealed),
            col(Key.wrapped),
            col(Topic.opened_at),
        )
        .join(Key, col(Key.id) == col(Topic.key_id))
        .where(col(Topic.council_id) == ledger.council_id, col(Topic.number).in_(numbers))
    )
    rows = columns(ledger, query)
    words = _first_words(ledger, [row.id for row in rows if not row.heading_sealed and not row.is_restricted])
    return {
        row.number: Told(row.number, _theme(row), _heading(ledger, row, words.get(row.id, "")), row.opened_at)
        for row in rows
    }


def _theme(row: Any) -> str:
    return phrase("thread.unsorted") if row.is_unsorted else themes.label(row.theme)


def _heading(ledger: Ledger, row: Any, words: str) -> str:
    own = _open(ledger, row.heading_sealed, row.wrapped)
    if own:
        return own
    if row.is_restricted:
        return phrase("thread.restricted_heading", theme=themes.label(row.theme))
    text = " ".join(words.split())
    if not text:
        return phrase("thread.gone_heading")
    return text if len(text) <= HEADING_CHARS else text[: HEADING_CHARS - 1] + "…"


def _first_words(ledger: Ledger, topic_ids: Sequence[int]) -> dict[int, str]:
    """Open of each topic its first concern alone: opening is what costs."""
    words = func.coalesce(col(Concern.wording_sealed), col(Concern.masked_sealed))
    query = (
        select(col(Concern.topic_id), words, col(Key.wrapped))
        .join(Key, col(Key.id) == col(Concern.key_id))
        .where(col(Concern.topic_id).in_(topic_ids), col(Concern.status) == Standing.SHARED)
        .order_by(col(Concern.id).desc())
    )
    first = {row[0]: row for row in columns(ledger, query)}  # the oldest comes last and stays
    return {topic: _open(ledger, sealed, wrapped) for topic, sealed, wrapped in first.values()}


def _open(ledger: Ledger, sealed: bytes | None, wrapped: bytes | None) -> str:
    return ledger.keyring.unseal(sealed, wrapped) if sealed and wrapped else ""
