"""What intake hears of that may be a violation, and tells whoever keeps the cases; it decides nothing (Art. 25)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from gateway.collection.intake.submission import Submission
from schema.prohibited import prohibited_word
from schema.prohibited_items import ProhibitedItem
from schema.reporting import RowProblem

__all__ = ["Alleging", "NoAlleging", "Prohibited", "Seen", "seen_in"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A column by which Art. 9 forbids something: the item, and the lexicon's own word for it, never the sender's."""

    article: str
    item: ProhibitedItem | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Prohibited:
    """What an officer sent though it must not be collected: where it lies, and by which columns; never a value."""

    provider: str
    officer: str
    record_type: str
    reference: str
    """The digest of a file that was refused whole, or the submission whose rows were refused."""
    columns: tuple[Seen, ...]
    whole: bool
    """Whether all of it was refused, and nothing of it was read."""


class Alleging(Protocol):
    """Whoever keeps the cases; intake does not fail by it."""

    async def not_competent(self, submission: Submission) -> None:
        """Hear of what an agency sends though it is not competent for it (Art. 25(3), R2.2)."""
        ...

    async def prohibited(self, found: Prohibited) -> None:
        """Hear of what Art. 9 forbids to collect (Art. 25(2), R9.3)."""
        ...


class NoAlleging:
    """Nobody keeps cases here."""

    async def not_competent(self, submission: Submission) -> None:
        """Hear of it in vain."""

    async def prohibited(self, found: Prohibited) -> None:
        """Hear of it in vain."""


def seen_in(problems: Iterable[RowProblem]) -> tuple[Seen, ...]:
    """Give by which columns problems speak of what is forbidden, each once.

    A heading may hold a value beside the word that forbids it, so that the word alone is repeated (R9.3).
    """
    seen: dict[Seen, None] = {}
    for each in problems:
        found = None if each.column is None else prohibited_word(each.column)
        article = each.article or "9"
        seen[Seen(article) if found is None else Seen(article, *found)] = None
    return tuple(seen)
