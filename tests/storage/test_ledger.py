"""The ledger: one council never sees another's rows."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import col

from storage.concerns import Concern
from storage.councils import Council, Organisation
from storage.database import Database
from storage.journal import JournalEntry
from storage.ledger import Ledger, NoSuchCouncil, NoSuchRecord, council_codes, id_of, open_ledger
from storage.people import Person
from storage.sealing import Keyring
from tests.conftest import MORNING

RING = Keyring(bytes(32))


@pytest.fixture
def two(database: Database) -> Database:
    with database.transaction() as session:
        for code in ("east", "west"):
            session.add(Council(code=code, name=code, created_at=MORNING))
    return database


@contextmanager
def ledger_of(database: Database, code: str) -> Iterator[Ledger]:
    with open_ledger(database, RING, code, MORNING) as ledger:
        yield ledger


def test_one_council_never_sees_anothers_rows(two: Database) -> None:
    with ledger_of(two, "east") as east:
        own = id_of(east.add(Organisation(council_id=east.council_id, name="子ども会")))

    with ledger_of(two, "west") as west:
        assert west.all(Organisation) == []
        assert west.first(Organisation, col(Organisation.id) == own) is None
        assert west.count(Organisation) == 0
        with pytest.raises(NoSuchRecord):
            west.by_id(Organisation, own)
        with pytest.raises(NoSuchRecord):
            west.one(Organisation)
    with ledger_of(two, "east") as east:
        assert east.by_id(Organisation, own).name == "子ども会"


def test_nobody_writes_into_anothers_ledger(two: Database) -> None:
    with ledger_of(two, "east") as east:
        other = east.council_id
    with ledger_of(two, "west") as west, pytest.raises(NoSuchRecord):
        west.add(Organisation(council_id=other, name="x"))


def test_a_council_sees_only_itself_among_the_councils(two: Database) -> None:
    with ledger_of(two, "west") as west:
        assert [c.code for c in west.all(Council)] == ["west"]
    assert council_codes(two) == ["east", "west"]


def test_the_same_address_has_another_index_in_each_council(two: Database) -> None:
    with ledger_of(two, "west") as west:
        here = west.blind("line:U1")
    with ledger_of(two, "east") as east:
        assert east.blind("line:U1") != here


def test_a_destroyed_key_makes_its_words_unreadable_for_ever(two: Database) -> None:
    with ledger_of(two, "east") as east:
        key = east.new_key()
        sealed = east.seal(key, "公園の街灯")
        assert east.unseal(key, sealed) == "公園の街灯"
        east.destroy_key(key)

    with ledger_of(two, "east") as east:
        assert east.unseal(key, sealed) is None
        with pytest.raises(NoSuchRecord):
            east.seal(key, "もう一度")


def test_no_council_is_made_by_asking_for_it(two: Database) -> None:
    with pytest.raises(NoSuchCouncil), ledger_of(two, "north"):
        pass


def test_a_deed_and_its_journal_are_kept_or_dropped_together(two: Database) -> None:
    def fail() -> None:
        with ledger_of(two, "east") as east:
            east.journal(None, "deed", "topic:1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with ledger_of(two, "east") as east:
        assert east.count(JournalEntry) == 0


def test_concerns_that_come_at_the_same_moment_get_numbers_of_their_own(two: Database) -> None:
    failed: list[BaseException] = []
    together = threading.Barrier(4)

    def post() -> None:
        together.wait()
        try:
            for _ in range(5):
                with ledger_of(two, "east") as east:
                    _post(east)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    with ledger_of(two, "east") as east:
        assert [c.number for c in east.all(Concern, by=col(Concern.number))] == list(range(1, 21))


def _post(ledger: Ledger) -> None:
    number = ledger.next_number(Concern)
    key = ledger.new_key()
    writer = ledger.first(Person) or ledger.add(
        Person(council_id=ledger.council_id, ref=f"P{number:06}", key_id=key, created_at=MORNING)
    )
    nothing: Any = ledger.seal(key, "")
    ledger.add(
        Concern(
            council_id=ledger.council_id,
            number=number,
            writer_id=id_of(writer),
            key_id=key,
            masked_sealed=nothing,
            because_sealed=nothing,
            masks_sealed=nothing,
            theme="other",
            confidence=0.0,
            is_abstained=True,
            urgency="normal",
            kind="concern",
            scheme="line",
            received_at=MORNING,
        )
    )
