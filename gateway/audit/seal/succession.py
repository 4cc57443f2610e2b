"""The keys of a log: the one it was begun with, and those that took its place, each from a size of the log on (R19.10).

A succession is a checkpoint that names both keys and the reason, signed with both: who trusts the former key can follow
it to the new one. Where the former key is stolen or lost its signature would show nothing, or cannot be had: then the
new key signs alone, and only somebody who was told of it outside can know that it is the log's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from gateway.audit.seal.notes import Change, Checkpoint, NoteRefused, Reader, Signer

__all__ = ["LogKeys", "Reason", "Succession", "signed_succession"]


class Reason(StrEnum):
    """Why a log's key is replaced."""

    YEARLY = "YEARLY"
    LEFT = "LEFT"
    """Somebody left who had the key."""
    STOLEN = "STOLEN"
    LOST = "LOST"

    @property
    def is_witnessed(self) -> bool:
        """Whether the former key signs its own succession."""
        return self in {Reason.YEARLY, Reason.LEFT}


@dataclass(frozen=True, slots=True)
class Succession:
    """One key in the place of another, as it is kept: checkpoints of more than *size* entries are signed with it."""

    number: int
    size: int
    vkey: str
    reason: str
    at: datetime
    note: str

    @property
    def is_witnessed(self) -> bool:
        """Whether the former key was to sign it."""
        return self.reason not in {Reason.STOLEN, Reason.LOST}

    def check(self, former: str) -> Checkpoint:
        """Find its note to be signed as it must be, and to say what is kept, with *former* as the key before.

        Raises:
            NoteRefused: saying why.

        """
        told = Reader.of(self.vkey).open(self.note)
        if (told.change, told.size) != (Change(former, self.vkey, self.reason), self.size):
            message = "its note tells of other keys, of another size or reason"
            raise NoteRefused(message)
        if self.is_witnessed:
            try:
                Reader.of(former).open(self.note)
            except NoteRefused as refused:
                message = f"the key before did not sign it: {refused}"
                raise NoteRefused(message) from refused
        return told


@dataclass(frozen=True, slots=True)
class LogKeys:
    """All keys of one log, in their order."""

    first: str
    successions: tuple[Succession, ...] = ()
    _readers: dict[str, Reader] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, first: str, rows: Sequence[Sequence[object]]) -> Self:
        """Take the log's first key, and rows of successions by their number."""
        return cls(first, tuple(Succession(*row) for row in rows))  # type: ignore[arg-type] # as the columns are

    @property
    def vkeys(self) -> tuple[str, ...]:
        """The public keys, the oldest first."""
        return self.first, *(each.vkey for each in self.successions)

    @property
    def present(self) -> str:
        """The public key that signs now."""
        return self.vkeys[-1]

    def each(self) -> Iterator[tuple[str, Succession]]:
        """Give each succession, with the public key that it ended."""
        return zip(self.vkeys, self.successions, strict=False)

    def of_size(self, size: int) -> str:
        """Give the public key that signs checkpoints of so many entries."""
        return next((each.vkey for each in reversed(self.successions) if each.size < size), self.first)

    def newest(self, size: int, note: str) -> str:
        """Give what to show for the newest checkpoint: the succession where the log has not grown since, else its note.

        So the present key opens it, whatever the size.
        """
        return next((each.note for each in reversed(self.successions) if each.size == size), note)

    def open(self, note: str) -> Checkpoint:
        """Give the checkpoint of a note, signed with the key of its size; or a succession that is one of these.

        Raises:
            NoteRefused: it is signed with another, or is none of them.

        """
        told = Checkpoint.read(note.partition("\n\n")[0] + "\n")
        if told.change is None:
            return self._reader(self.of_size(told.size)).open(note)
        if all(each.vkey != told.change.successor or each.size != told.size for each in self.successions):
            message = "it tells of a key that the log does not know"
            raise NoteRefused(message)
        return self._reader(told.change.successor).open(note)

    def former_of(self, note: str) -> str | None:
        """Give the key out of use that signed this note, if one did."""
        for vkey in self.vkeys:
            try:
                told = self._reader(vkey).open(note)
            except NoteRefused:
                continue
            return vkey if vkey != self.of_size(told.size) else None
        return None

    def leads_from(self, vkey: str) -> bool:
        """Say whether who trusts this key can follow the successions to the present one."""
        if vkey not in self.vkeys:
            return False
        try:
            for former, succession in list(self.each())[self.vkeys.index(vkey) :]:
                succession.check(former)
                if not succession.is_witnessed:
                    return False
        except NoteRefused:
            return False
        return True

    def _reader(self, vkey: str) -> Reader:
        if vkey not in self._readers:
            self._readers[vkey] = Reader.of(vkey)
        return self._readers[vkey]


def signed_succession(checkpoint: Checkpoint, reason: Reason, former: Signer | str, successor: Signer) -> str:
    """Sign that one key takes the place of another, where *checkpoint* says how far the log has come and when it is.

    A former key that is only named, by its public part, does not sign.
    """
    vkey = former if isinstance(former, str) else former.reader.vkey
    change = Change(vkey, successor.reader.vkey, reason)
    told = Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.sealed_at, change)
    return successor.sign(told) if isinstance(former, str) else successor.sign_too(former.sign(told))
