"""Sealing: nobody who finds the disk reads what a neighbour wrote.

Each concern, note and person has a data key of its own, wrapped by the master key. Destroying that one
key makes every copy unreadable at once, in the thread's outbox row as well as in the original
(個人情報保護法 22条: erase without delay what is no longer needed; 23条: safety control).
"""

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"


class MasterKeyMissing(Exception):
    """The database holds sealed text, and the key that opens it is not where it should be."""


class WrongMasterKey(Exception):
    """A seal did not open: the key file belongs to another installation, or the text was tampered with."""


class Keyring:
    """Seals and opens with the master key, which lives outside the data directory.

    Three uses are kept apart by derivation: wrapping data keys, sealing what passes through (inbox and
    receipts), and blind indexes by which an address is found again without being readable.
    """

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise MasterKeyMissing(f"a master key has {KEY_BYTES} bytes, not {len(master)}")
        self._wrapping = AESGCM(_derive(master, "wrapping"))
        self._passing = AESGCM(_derive(master, "passing"))
        self._index = _derive(master, "index")
        self.signing = _derive(master, "signing").hex()

    def new_key(self) -> bytes:
        """Make a fresh data key and return it wrapped, ready to be stored."""
        return _seal(self._wrapping, os.urandom(KEY_BYTES))

    def seal(self, text: str, wrapped: bytes) -> bytes:
        """Seal a text under one data key. Lone surrogates, which LINE can send, survive."""
        return _seal(self._data_key(wrapped), text.encode("utf-8", "surrogatepass"))

    def unseal(self, sealed: bytes, wrapped: bytes) -> str:
        """Open what `seal` closed. Raises WrongMasterKey."""
        return _unseal(self._data_key(wrapped), sealed).decode("utf-8", "surrogatepass")

    def seal_passing(self, body: bytes) -> bytes:
        """Seal what is stored only until it is worked off (a webhook body, a receipt)."""
        return _seal(self._passing, body)

    def unseal_passing(self, sealed: bytes) -> bytes:
        """Open what `seal_passing` closed. Raises WrongMasterKey."""
        return _unseal(self._passing, sealed)

    def blind(self, text: str) -> str:
        """Give the index under which an address or message id is found again, unreadable without the key."""
        return hmac.new(self._index, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:40]

    def _data_key(self, wrapped: bytes) -> AESGCM:
        return AESGCM(_unseal(self._wrapping, wrapped))


def read_or_make_key(path: Path) -> bytes:
    """Read the master key, or make it on the first start with mode 0600.

    Kept outside the data directory, so that a copied database or backup alone opens nothing.
    """
    if path.exists():
        return read_key(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = os.urandom(KEY_BYTES)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # a link fails when another process was first: two starts at once agree on one key
        os.link(fresh, path)
    except FileExistsError:
        return read_key(path)
    finally:
        fresh.unlink()
    return key


def read_key(path: Path) -> bytes:
    """Read the master key. Raises MasterKeyMissing with what to do."""
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise MasterKeyMissing(
            f"The key file {path} cannot be read as a key: restore it from where you keep its copy."
        ) from error
    if len(key) != KEY_BYTES:
        raise MasterKeyMissing(f"The key file {path} is damaged: restore it from where you keep its copy.")
    return key


def _derive(master: bytes, purpose: str) -> bytes:
    return hmac.new(master, f"kizuki/{purpose}/1".encode(), hashlib.sha256).digest()


def _seal(cipher: AESGCM, plain: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + cipher.encrypt(nonce, plain, VERSION)


def _unseal(cipher: AESGCM, sealed: bytes) -> bytes:
    version, nonce, closed = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, closed, version)
    except (InvalidTag, ValueError) as error:
        raise WrongMasterKey("a sealed text did not open with this master key") from error
