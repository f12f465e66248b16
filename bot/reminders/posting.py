"""Puts many people's bundles into the outbox at once: what `outbox.tell` does for one, in a few questions."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col

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


def _ways(ledger: Ledger, person_ids: list[int]) -> dict[int, str]:
    """Give the address at which each was last heard."""
    query = (
        select(col(Address.person_id), col(Address.sealed), col(Key.wrapped))
        .join(Person, col(Person.id) == col(Address.person_id))
        .join(Key, col(Key.id) == col(Person.key_id))
        .where(col(Address.person_id).in_(person_ids), col(Address.is_reachable).is_(True))
        .order_by(col(Address.heard_at), col(Address.id))
    )
    last = {row[0]: row for row in columns(ledger, query) if row[2] is not None}
    return {id_: ledger.keyring.unseal(sealed, wrapped) for id_, sealed, wrapped in last.values()}


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
