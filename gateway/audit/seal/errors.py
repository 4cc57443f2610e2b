"""What may go wrong with the seal; none of it is ever told to who asks, and none of it stops an answer."""

from dataclasses import dataclass

__all__ = ["AnchorFailed", "Broken", "LogRefused", "SealingFailed"]


class SealingFailed(Exception):
    """A tick could not be done, for the database's sake; the next one tries again."""


class LogRefused(Exception):
    """This log must not be sealed on: another key, another suite, or it is not the log that an anchor knows."""


class AnchorFailed(Exception):
    """An anchor did not take a checkpoint, or knows another log under our name."""


@dataclass(frozen=True, slots=True)
class Broken(Exception):
    """An entry that cannot follow the one before it: somebody removed or changed what was durable."""

    stream: int
    seq: int
    reason: str

    def __str__(self) -> str:
        """Name the row."""
        return f"audit_record stream {self.stream} seq {self.seq}: {self.reason}"
