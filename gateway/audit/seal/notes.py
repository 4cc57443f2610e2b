"""Checkpoints as signed notes: how long the log is, its root, when it was sealed (c2sp.org/tlog-checkpoint).

The instant stands in a line of its own behind the root, under the signature: without it nobody could show that what
expired was old enough (Art. 19). Where the log's key is replaced, both keys and the reason follow it, under
the signature too: by the former key's signature under any other checkpoint nobody can take its place.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gateway.audit.seal.suites import HASH_BYTES

__all__ = ["Change", "Checkpoint", "NoteRefused", "Reader", "Signer"]

_ED25519: Final = b"\x01"
_SIGNED: Final = "sealed "
_FORM: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_CHANGED: Final = ("predecessor ", "successor ", "because ")


class NoteRefused(ValueError):
    """A note that is no checkpoint of this log, or whose signature is not of its key."""


@dataclass(frozen=True, slots=True)
class Change:
    """That the key of a log is replaced: both public keys, and why."""

    predecessor: str
    successor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log vouches for: so many leaves, with this root, at this instant; and maybe that its key changes here."""

    origin: str
    size: int
    root: bytes
    sealed_at: datetime
    change: Change | None = None

    def __str__(self) -> str:
        """Write the text that is signed."""
        root = base64.b64encode(self.root).decode()
        sealed = self.sealed_at.astimezone(UTC).strftime(_FORM)
        change = self.change
        told = (change.predecessor, change.successor, change.reason) if change else ()
        changed = "".join(f"{name}{value}\n" for name, value in zip(_CHANGED, told, strict=False))
        return f"{self.origin}\n{self.size}\n{root}\n{_SIGNED}{sealed}\n{changed}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read the text that was signed.

        Raises:
            NoteRefused: it is no checkpoint, or is written otherwise than we write it.

        """
        try:
            origin, size, root, sealed, *told = text.removesuffix("\n").split("\n")
            at = datetime.strptime(sealed.removeprefix(_SIGNED), _FORM).replace(tzinfo=UTC)
            values = [each.removeprefix(name) for name, each in zip(_CHANGED, told, strict=bool(told))]
            found = cls(origin, int(size), base64.b64decode(root, validate=True), at, Change(*values) if told else None)
        except (ValueError, binascii.Error) as unreadable:
            message = "this is no checkpoint: origin, size, root, instant"
            raise NoteRefused(message) from unreadable
        if str(found) != text or len(found.root) != HASH_BYTES:
            message = "this checkpoint is not written as the log writes them"
            raise NoteRefused(message)
        return found


class Signer:
    """Signs the checkpoints of one log with the key that only the gateway holds."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the log's name and the 32 bytes of its key."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._key.public_key().public_bytes_raw()
        self.name = name
        self.reader = Reader(name, public)

    def sign(self, checkpoint: Checkpoint) -> str:
        """Give the signed note."""
        text = str(checkpoint)
        return f"{text}\n{self._signature(text)}"

    def sign_too(self, note: str) -> str:
        """Give a signed note with this key's signature below the others."""
        text = note.partition("\n\n")[0]
        return note + self._signature(f"{text}\n")

    def signer_of(self, vkey: str) -> "Signer | None":
        """Give who signs with this key: itself, or nobody."""
        return self if vkey == self.reader.vkey else None

    def _signature(self, text: str) -> str:
        signature = base64.b64encode(self.reader.key_hash + self._key.sign(text.encode())).decode()
        return f"— {self.name} {signature}\n"


class Reader:
    """Opens the signed notes of one log with its public key."""

    def __init__(self, name: str, public: bytes) -> None:
        """Take the log's name and its public key of 32 bytes."""
        self.name = name
        self.key_hash = hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
        self._public = public
        self._key = Ed25519PublicKey.from_public_bytes(public)

    @classmethod
    def of(cls, written: str) -> Self:
        """Read a public key as `vkey` writes it.

        Raises:
            NoteRefused: it is none.

        """
        try:
            name, key_hash, key = written.strip().split("+", 2)
            kind_and_key = base64.b64decode(key, validate=True)
            found = cls(name, kind_and_key[1:])
        except ValueError as unreadable:
            message = "this is no public key of a log: NAME+HASH+KEY"
            raise NoteRefused(message) from unreadable
        if kind_and_key[:1] != _ED25519 or found.key_hash.hex() != key_hash:
            message = "this public key is not of Ed25519, or its hash is wrong"
            raise NoteRefused(message)
        return found

    @property
    def vkey(self) -> str:
        """The public key as those who check write it: name, hash, key."""
        return f"{self.name}+{self.key_hash.hex()}+{base64.b64encode(_ED25519 + self._public).decode()}"

    def open(self, note: str) -> Checkpoint:
        """Give the checkpoint of a signed note; signatures of others (witnesses, the log's other keys) are passed over.

        Raises:
            NoteRefused: saying why.

        """
        text, separator, signatures = note.partition("\n\n")
        ours = [line for line in signatures.splitlines() if line.startswith(f"— {self.name} ")] if separator else []
        if not ours:
            message = f"it is not signed by {self.name}"
            raise NoteRefused(message)
        self._check(f"{text}\n", [line.rpartition(" ")[2] for line in ours])
        checkpoint = Checkpoint.read(f"{text}\n")
        if checkpoint.origin != self.name:
            message = f"it is of the log {checkpoint.origin}, not {self.name}"
            raise NoteRefused(message)
        return checkpoint

    def _check(self, text: str, written: list[str]) -> None:
        """Find the signature that names this key to be of it."""
        try:
            signatures = [base64.b64decode(each, validate=True) for each in written]
            (signature,) = {each[4:] for each in signatures if each[:4] == self.key_hash}
            self._key.verify(signature, text.encode())
        except (InvalidSignature, ValueError) as wrong:
            message = "its signature is not of the log's key"
            raise NoteRefused(message) from wrong
