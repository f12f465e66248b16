"""Organisations (構成団体): the member bodies of a council, which take topics home and report back."""

from sqlmodel import col

from storage.councils import Organisation
from storage.ledger import Ledger


def all_of(ledger: Ledger) -> list[Organisation]:
    """List the council's organisations, as they were written down."""
    return ledger.all(Organisation)


def find(ledger: Ledger, id_: int) -> Organisation:
    """Give one organisation. Raises NoSuchRecord."""
    return ledger.by_id(Organisation, id_)


def add(ledger: Ledger, name: str, by_id: int | None) -> Organisation:
    """Write an organisation down; the same name is the same organisation."""
    plain = name.strip()[:80]
    found = ledger.first(Organisation, col(Organisation.name) == plain)
    if found is not None:
        return found
    made = ledger.add(Organisation(council_id=ledger.council_id, name=plain))
    ledger.journal(by_id, "add_organisation", f"organisation:{made.id}")
    return made
