"""Puts many people's bundles into the outbox at once: what `outbox.tell` does for one, in a few questions."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlmodel import col

from bot import outbox
from bot.messages import Say
from bot.reminders.kind import columns
from storage.keys import Key
from storage.ledger import Ledger, new_retry_key
from storage.outbox import Delivery, OutboxRow
from storage.people import Address, Person

PREFIX = "bundle:"


def tell_many(ledger: Ledger, says: Mapping[int, Say], day: str) -> list[int]:
    """Tell each person their own words of the day, once; give whom it was said to.

    Whoever cannot be reached, and whoever has been told today, is left out.
    """
    ways = _ways(ledger, list(says))
    known = _known(ledger, [f"{PREFIX}{id_}:{day}" for id_ in ways])
    told = [id_ for id_ in ways if f"{PREFIX}{id_}:{day}" not in known]
    if told:
        rows = [_row(ledger, id_, ways[id_], says[id_], day) for id_ in told]
        ledger.session.connection().execute(insert(OutboxRow), rows)
    return told


def seal(ledger: Ledger, say: Say) -> bytes:
    """Seal words as they pass through the outbox."""
    body = json.dumps(say.to_json(), ensure_ascii=False)
    return ledger.keyring.seal_passing(body.encode("utf-8", "surrogatepass"))


class _Way(NamedTuple):
    """One way to one person, as the question for all of them gives it."""

    person_id: int
    sealed: bytes
    scheme: str
    heard_at: datetime
    chosen: str | None
    wrapped: bytes | None


def _ways(ledger: Ledger, person_ids: list[int]) -> dict[int, str]:
    """Give the address by which each is told something, chosen as `outbox.way_to` chooses for one."""
    query = (
        select(
            col(Address.person_id),
            col(Address.sealed),
            col(Address.scheme),
            col(Address.heard_at),
            col(Person.way),
            col(Key.wrapped),
        )
        .join(Person, col(Person.id) == col(Address.person_id))
        .join(Key, col(Key.id) == col(Person.key_id))
        .where(col(Address.person_id).in_(person_ids), col(Address.is_reachable).is_(True))
        .order_by(col(Address.heard_at).desc(), col(Address.id))
    )
    ways: dict[int, list[_Way]] = {}
    for row in columns(ledger, query):
        way = _Way(*row)
        ways.setdefault(way.person_id, []).append(way)
    best = {id_: outbox.best(those[0].chosen, those, ledger.now) for id_, those in ways.items()}
    return {
        id_: ledger.keyring.unseal(way.sealed, way.wrapped)
        for id_, way in best.items()
        if way is not None and way.wrapped is not None
    }


def _known(ledger: Ledger, dedupes: list[str]) -> set[str]:
    mine = (col(OutboxRow.council_id) == ledger.council_id, col(OutboxRow.dedupe).in_(dedupes))
    return {dedupe for (dedupe,) in columns(ledger, select(col(OutboxRow.dedupe)).where(*mine))}


def _row(ledger: Ledger, person_id: int, address: str, say: Say, day: str) -> dict[str, Any]:
    return {
        "council_id": ledger.council_id,
        "person_id": person_id,
        "destination": ledger.blind(address),
        "destination_sealed": ledger.keyring.seal_passing(address.encode()),
        "scheme": address.split(":", 1)[0],
        "kind": say.kind,
        "payload_sealed": seal(ledger, say),
        "retry_key": new_retry_key(),
        "dedupe": f"{PREFIX}{person_id}:{day}",
        "is_urgent": False,
        "status": Delivery.WAITING,
        "created_at": ledger.now,
        "next_at": ledger.now,
        "tries": 0,
    }
