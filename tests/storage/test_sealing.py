"""Nobody who finds the disk reads what a neighbour wrote."""

import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sealing import Keyring, MasterKeyMissing, WrongMasterKey, read_key, read_or_make_key

RING = Keyring(bytes(range(32)))
# every code point, also the lone surrogates that LINE can send
TEXTS = st.text(st.characters(exclude_categories=()), max_size=200)


@given(TEXTS)
def test_what_is_sealed_opens_to_the_same_words(text: str) -> None:
    key = RING.new_key()

    assert RING.unseal(RING.seal(text, key), key) == text


@given(st.binary(max_size=500))
def test_what_passes_through_comes_out_unchanged(body: bytes) -> None:
    assert RING.unseal_passing(RING.seal_passing(body)) == body


def test_sealing_the_same_words_twice_looks_different() -> None:
    key = RING.new_key()

    assert RING.seal("ごみ", key) != RING.seal("ごみ", key)


def test_sealed_words_cannot_be_found_in_the_bytes() -> None:
    sealed = RING.seal("山田さん", RING.new_key())

    assert "山田さん".encode() not in sealed


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_changed_byte_does_not_open(place: int) -> None:
    key = RING.new_key()
    sealed = bytearray(RING.seal("公園の街灯", key))
    sealed[place] ^= 1

    with pytest.raises(WrongMasterKey):
        RING.unseal(bytes(sealed), key)


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x01" + b"0" * 12])
def test_a_cut_off_text_does_not_open(broken: bytes) -> None:
    with pytest.raises(WrongMasterKey):
        RING.unseal_passing(broken)


def test_another_master_key_opens_nothing() -> None:
    other = Keyring(os.urandom(32))
    key = RING.new_key()

    with pytest.raises(WrongMasterKey):
        other.unseal(RING.seal("公園", key), key)
    with pytest.raises(WrongMasterKey):
        other.unseal_passing(RING.seal_passing(b"x"))
    assert other.blind("line:U1") != RING.blind("line:U1")


def test_one_use_of_the_master_key_does_not_open_the_other() -> None:
    with pytest.raises(WrongMasterKey):
        RING.unseal_passing(RING.new_key())


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"

    first = read_or_make_key(path)

    assert read_or_make_key(path) == read_key(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["key"]


def test_starts_at_the_same_moment_agree_on_one_key(tmp_path: Path) -> None:
    path, found = tmp_path / "key", []
    starts = [threading.Thread(target=lambda: found.append(_make_in_a_process(path))) for _ in range(4)]

    for start in starts:
        start.start()
    for start in starts:
        start.join()

    assert set(found) == {read_key(path)}


def _make_in_a_process(path: Path) -> bytes:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, read_or_make_key(path))
        os._exit(0)
    os.waitpid(child, 0)
    key = os.read(read, 32)
    os.close(read)
    os.close(write)
    return key


@pytest.mark.parametrize("words", ["", "abc", "zz" * 32, "ab" * 31])
def test_a_damaged_key_file_says_what_to_do(tmp_path: Path, words: str) -> None:
    path = tmp_path / "key"
    path.write_text(words)

    with pytest.raises(MasterKeyMissing, match="restore it"):
        read_key(path)
