"""Who signs the log now: its key may be replaced while the gateway runs, and a former one signs nothing (R19.10)."""

from collections.abc import Callable, Iterable
from typing import Protocol

from gateway.audit.seal.errors import LogRefused
from gateway.audit.seal.notes import Reader, Signer
from gateway.errors import StartRefused

__all__ = ["Keyring", "Signing"]


class Signing(Protocol):
    """Signs the checkpoints of one log, with whichever of its keys it has."""

    @property
    def name(self) -> str:
        """The log's name."""
        ...

    @property
    def reader(self) -> Reader:
        """The public key of what it signs with."""
        ...

    def signer_of(self, vkey: str) -> Signer | None:
        """Give who signs with this key; None where it is not had.

        Raises:
            LogRefused: the keys cannot be read.

        """
        ...


class Keyring:
    """Keeps the key of one log, and reads it anew when the log asks for another."""

    def __init__(self, name: str, seed: bytes, again: Callable[[], Iterable[bytes]]) -> None:
        """Take the log's name, the key at the start, and what reads all that may be its key now."""
        self.name = name
        self._signer = Signer(name, seed)
        self._again = again

    @property
    def reader(self) -> Reader:
        """The public key of what it signs with."""
        return self._signer.reader

    def signer_of(self, vkey: str) -> Signer | None:
        """Give who signs with this key; None where it is not had.

        Raises:
            LogRefused: the keys cannot be read.

        """
        if self._signer.signer_of(vkey) is None:
            try:
                found = [Signer(self.name, seed) for seed in self._again()]
            except StartRefused as refused:
                raise LogRefused(str(refused)) from refused
            self._signer = next((each for each in found if each.signer_of(vkey)), self._signer)
        return self._signer.signer_of(vkey)
