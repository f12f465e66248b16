"""The tray of what could not be taken in (受け取れなかったもの): a person looks, so that nothing is lost."""

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from bot import people
from storage.inbox import InboxRow, Received
from storage.ledger import Ledger, NoSuchRecord
from storage.people import Person

FOR_A_PERSON = (Received.UNKNOWN, Received.ASIDE)


def waiting(ledger: Ledger, limit: int = 100) -> list[InboxRow]:
    """List what nobody has looked at, newest first."""
    query = select(InboxRow).where(*_mine(ledger)).order_by(col(InboxRow.id).desc()).limit(limit)
    return list(ledger.session.exec(query))


def count(ledger: Ledger) -> int:
    """Count what nobody has looked at."""
    return ledger.session.exec(select(func.count()).select_from(InboxRow).where(*_mine(ledger))).one()


def find(ledger: Ledger, id_: int) -> InboxRow:
    """Give one row of the tray. Raises NoSuchRecord."""
    row = ledger.session.exec(select(InboxRow).where(*_mine(ledger), col(InboxRow.id) == id_)).first()
    if row is None:
        raise NoSuchRecord("InboxRow")
    return row


def read(ledger: Ledger, row: InboxRow, by: Person) -> str:
    """Show what came, to whoever may read originals, and write down who looked."""
    people.require(by, "read_original")
    ledger.journal(by.id, "read_inbox", f"inbox:{row.id}")
    if row.body_sealed is None:
        return ""
    return ledger.keyring.unseal_passing(row.body_sealed).decode("utf-8", "replace")


def settle(ledger: Ledger, row: InboxRow, by: Person) -> None:
    """Put a row away once a person has looked at it; its body goes."""
    row.status = Received.DONE
    row.body_sealed = None
    ledger.session.add(row)
    ledger.journal(by.id, "settle_inbox", f"inbox:{row.id}")


def try_again(ledger: Ledger, row: InboxRow, by: Person) -> None:
    """Let a row be worked off once more from the beginning."""
    row.status = Received.WAITING
    row.tries = 0
    row.next_at = ledger.now
    row.lease_until = None
    row.reason = None
    ledger.session.add(row)
    ledger.journal(by.id, "retry_inbox", f"inbox:{row.id}")


def _mine(ledger: Ledger) -> tuple[Any, ...]:
    """Give the conditions for this council's rows: an account is scheme:council."""
    own = col(InboxRow.account).endswith(f":{ledger.council.code}", autoescape=True)
    return own, col(InboxRow.status).in_(FOR_A_PERSON)
