"""Backups: whole, private, and never bringing back what was taken back."""

import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import backup, erased
from storage.councils import Council
from storage.database import Database
from storage.keys import Key
from storage.ledger import Ledger, id_of, open_ledger
from storage.only_one import AlreadyServing, OnlyOne
from storage.people import Address, Person
from storage.schema import SchemaTooNew, migrate
from storage.sealing import Keyring, WrongMasterKey

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)


class House:
    """A database, its master key and its list, as on a small machine."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'data' / 'kizuki.db'}"
        self.path = folder / "data" / "kizuki.db"
        self.list = erased.list_of(folder / "key")
        self.keyring = Keyring(os.urandom(32))
        self.copy = folder / "copy.db"
        database = Database(self.url)
        migrate(database)
        with database.transaction() as session:
            session.add(Council(code="main", name="みどり地区社協", created_at=NOW))
        database.close()

    def ledger(self) -> "Opened":
        return Opened(self)

    def add_person(self, ref: str) -> int:
        with self.ledger() as ledger:
            person = Person(council_id=ledger.council_id, ref=ref, key_id=ledger.new_key(), created_at=NOW)
            person.name_sealed = ledger.seal(person.key_id, "山田")
            ledger.add(person)
            blind, sealed = ledger.blind(f"line:{ref}"), ledger.seal(person.key_id, f"line:{ref}")
            ledger.add(
                Address(
                    council_id=ledger.council_id,
                    person_id=id_of(person),
                    scheme="line",
                    blind=blind,
                    sealed=sealed,
                    heard_at=NOW,
                )
            )
            return person.key_id

    def destroy(self, key: int) -> None:
        with self.ledger() as ledger:
            ledger.destroy_key(key)

    def name_of(self, ref: str) -> str | None:
        with self.ledger() as ledger:
            person = ledger.one(Person, Person.ref == ref)
            return ledger.unseal(person.key_id, person.name_sealed)

    def keep(self) -> int:
        return backup.backup(self.url, self.copy, self.list)

    def bring_back(self) -> int:
        return backup.restore(self.url, self.copy, self.keyring, self.list)


class Opened:
    """The council's ledger, opened and closed as a short command does it."""

    def __init__(self, house: House) -> None:
        self._database = Database(house.url)
        self._ledger = open_ledger(self._database, house.keyring, "main", NOW)

    def __enter__(self) -> Ledger:
        return self._ledger.__enter__()

    def __exit__(self, *error: object) -> None:
        self._ledger.__exit__(*error)  # type: ignore[arg-type]
        self._database.close()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_backup_brings_everything_back(house: House) -> None:
    house.add_person("PAAAAAA")
    house.keep()
    house.path.unlink()

    house.bring_back()

    assert house.name_of("PAAAAAA") == "山田"


def test_only_the_owner_may_read_a_backup(house: House) -> None:
    house.keep()

    assert stat.S_IMODE(house.copy.stat().st_mode) == 0o600


def test_a_backup_is_one_file_and_leaves_no_other_behind(house: House) -> None:
    house.keep()

    assert sorted(path.name for path in house.copy.parent.iterdir()) == ["copy.db", "data"]


def test_a_backup_can_be_taken_while_somebody_serves(house: House) -> None:
    house.add_person("PAAAAAA")
    with OnlyOne(house.path), house.ledger() as ledger:
        ledger.journal(None, "look", "nothing")

        assert house.keep() > 0


def test_a_backup_never_overwrites_the_database_itself(house: House) -> None:
    with pytest.raises(backup.WouldOverwrite):
        backup.backup(house.url, house.path, house.list)


def test_a_restore_refuses_while_somebody_serves(house: House) -> None:
    house.keep()

    with OnlyOne(house.path), pytest.raises(AlreadyServing):
        house.bring_back()


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + b"x" * 4096])
def test_a_restore_refuses_what_is_no_backup(house: House, content: bytes) -> None:
    house.add_person("PAAAAAA")
    house.copy.write_bytes(content)

    with pytest.raises(backup.NotABackup):
        house.bring_back()

    assert house.name_of("PAAAAAA") == "山田"


def test_a_restore_refuses_another_programs_database(house: House) -> None:
    with closing(sqlite3.connect(house.copy)) as other:
        other.execute("CREATE TABLE songs (id INTEGER)")

    with pytest.raises(backup.NotABackup):
        house.bring_back()


def test_a_restore_refuses_a_newer_schema(house: House) -> None:
    house.keep()
    with closing(sqlite3.connect(house.copy)) as copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
        copy.commit()

    with pytest.raises(SchemaTooNew):
        house.bring_back()


def test_a_restore_refuses_a_backup_under_another_master_key(house: House) -> None:
    house.add_person("PAAAAAA")
    house.keep()
    right, house.keyring = house.keyring, Keyring(os.urandom(32))

    with pytest.raises(WrongMasterKey):
        house.bring_back()

    house.keyring = right
    assert house.name_of("PAAAAAA") == "山田"


def test_what_was_erased_after_the_backup_stays_erased(house: House) -> None:
    key = house.add_person("PAAAAAA")
    house.add_person("PBBBBBB")
    house.keep()
    house.destroy(key)

    assert house.bring_back() == 1
    assert house.name_of("PAAAAAA") is None
    assert house.name_of("PBBBBBB") == "山田"
    with house.ledger() as ledger:
        assert [a.person_id for a in ledger.all(Address)] == [2]


def test_what_was_erased_stays_erased_on_a_new_machine(house: House) -> None:
    key = house.add_person("PAAAAAA")
    house.keep()
    old = house.copy.read_bytes()
    house.destroy(key)
    house.keep()
    house.copy.write_bytes(old)
    house.path.unlink()

    assert house.bring_back() == 1
    assert house.name_of("PAAAAAA") is None


def test_a_damaged_database_can_be_replaced(house: House) -> None:
    house.add_person("PAAAAAA")
    house.keep()
    house.path.write_bytes(b"\x00" * 8192)

    house.bring_back()

    assert house.name_of("PAAAAAA") == "山田"


def test_a_key_made_after_a_restore_is_never_taken_for_an_erased_one(house: House) -> None:
    house.keep()
    gone = house.add_person("PAAAAAA")
    house.destroy(gone)
    house.bring_back()
    house.add_person("PBBBBBB")
    house.keep()

    assert house.bring_back() == 0
    assert house.name_of("PBBBBBB") == "山田"


def test_two_databases_under_one_master_key_do_not_erase_each_others_keys(house: House, tmp_path: Path) -> None:
    other = House(tmp_path / "other")
    other.list = house.list
    with closing(sqlite3.connect(other.path)) as connection:
        connection.execute("UPDATE councils SET created_at = '2020-01-01 00:00:00.000000'")
        connection.commit()
    other.destroy(other.add_person("PCCCCCC"))
    other.keep()
    house.add_person("PAAAAAA")
    house.keep()

    assert house.bring_back() == 0
    assert house.name_of("PAAAAAA") == "山田"


def test_the_list_survives_a_line_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "key.erased"
    erased.remember(path, "abc", [3])
    with path.open("a") as file:
        file.write("abc")

    erased.remember(path, "abc", [3, 4])

    assert erased.read(path, "abc") == {3, 4}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_restored_file_holds_no_trace_of_an_erased_key(house: House) -> None:
    key = house.add_person("PAAAAAA")
    with house.ledger() as ledger:
        found = ledger.session.get(Key, key)
        assert found is not None
        assert found.wrapped is not None
        wrapped = found.wrapped
    house.keep()
    assert wrapped in house.copy.read_bytes()
    house.destroy(key)

    house.bring_back()

    assert wrapped not in house.path.read_bytes()


def test_postgresql_is_left_to_its_own_tools(house: House) -> None:
    with pytest.raises(backup.NotOnPostgres):
        backup.backup("postgresql+psycopg://somewhere/kizuki", house.copy, house.list)
