"""Other ways: a word that cannot go the way it was meant to goes by another way of the same person.

A blocked account, or a month without pushes, is no reason for an officer or a commissioner not to hear.
"""

from sqlmodel import col

from bot import outbox
from storage.ledger import Ledger, new_retry_key
from storage.outbox import Delivery, OutboxRow
from storage.people import Address, Person

FREE = ("slack", "mailto")
ALL = (*FREE, "line")


def go_otherwise(ledger: Ledger, row: OutboxRow, by: tuple[str, ...] = ALL) -> OutboxRow | None:
    """Send a row's words by another way of its person; None when there is none, and the row stays as it is.

    No way is tried twice for the same words. The new row takes the old one's place; what a concern's key seals
    stays sealed by it.
    """
    if row.person_id is None or row.kind != "text" or row.payload_sealed is None:
        return None
    way = _next_way(ledger, row, by)
    if way is None:
        return None
    person = ledger.by_id(Person, row.person_id)
    address = ledger.unseal(person.key_id, way.sealed)
    if address is None:
        return None
    made = ledger.add(_copy(ledger, row, way.scheme, address))
    row.status = Delivery.CANCELLED
    row.reason = "other_way"
    row.payload_sealed = None
    ledger.session.add(row)
    return made


def leave(ledger: Ledger, address: str) -> int:
    """Send by other ways what waits for an address that was closed (blocked); say how many words found one."""
    waiting = ledger.all(
        OutboxRow,
        col(OutboxRow.status) == Delivery.WAITING,
        col(OutboxRow.destination) == ledger.blind(address),
        by=col(OutboxRow.id),
    )
    return sum(go_otherwise(ledger, row) is not None for row in waiting)


def _next_way(ledger: Ledger, row: OutboxRow, by: tuple[str, ...]) -> Address | None:
    tried = _tried(ledger, row)
    ways = ledger.all(Address, col(Address.person_id) == row.person_id, col(Address.is_reachable).is_(True))
    open_ = [way for way in ways if way.scheme in by and way.scheme not in tried]
    return min(open_, key=lambda way: by.index(way.scheme), default=None)


def _tried(ledger: Ledger, row: OutboxRow) -> set[str]:
    tried = {row.scheme}
    before = row
    while before.instead_of_id is not None:
        before = ledger.by_id(OutboxRow, before.instead_of_id)
        tried.add(before.scheme)
    return tried


def _copy(ledger: Ledger, row: OutboxRow, scheme: str, address: str) -> OutboxRow:
    return OutboxRow(
        council_id=ledger.council_id,
        person_id=row.person_id,
        destination=ledger.blind(address),
        destination_sealed=ledger.keyring.seal_passing(address.encode()),
        scheme=scheme,
        kind=row.kind,
        key_id=row.key_id,
        payload_sealed=row.payload_sealed,
        concern_id=row.concern_id,
        topic_id=row.topic_id,
        retry_key=new_retry_key(),
        dedupe=outbox.fitting(f"otherwise:{row.id}:{scheme}"),
        is_urgent=row.is_urgent,
        created_at=ledger.now,
        next_at=ledger.now,
        instead_of_id=row.id,
    )
