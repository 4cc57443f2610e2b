"""What was decided on the coordinates of one question about one subject, as the trail keeps it (Art. 19; R19.1).

A plan decides once, and all its subjects share what it decided: the trail writes it once, and each line names it.
"""

import functools
import hashlib
import json
from collections.abc import Iterable
from typing import Final, NamedTuple

from schema.disclosure import Decision, LegalBasis
from schema.tiers import Tier

__all__ = [
    "ALLOWED",
    "COUNTED",
    "EVIDENCE_LOOKED_AT",
    "LOG_LOOKED_AT",
    "LOOKS",
    "UNDECIDED",
    "LineShape",
    "Ruling",
    "cited",
    "digest_of",
    "joined",
    "told_of",
    "withheld_of",
]

ALLOWED: Final = "ALLOWED"
"""The decision on what was told; of what was withheld it is the error's code."""
COUNTED: Final = "COUNTED"
"""In the place of a decision: a connection whose records a line counts."""
_DIGEST_BYTES: Final = 16
_REMEMBERED: Final = 4_096


class Ruling(NamedTuple):
    """One schema coordinate: the tier of what it holds, the decision, the paper that is missing, the article."""

    coordinate: str
    tier: str
    decision: str
    missing_paper: str = ""
    article: str = ""

    @property
    def allowed(self) -> bool:
        """Whether it was told."""
        return self.decision == ALLOWED

    @classmethod
    def told(cls, coordinate: str, level: Tier, decision: Decision) -> "Ruling":
        """Rule that a coordinate is told."""
        return cls(coordinate, str(level.value), ALLOWED, article=cited(decision.legal_basis))

    @classmethod
    def withheld(
        cls, coordinate: str, level: Tier, code: str, basis: LegalBasis | None, missing_paper: str = ""
    ) -> "Ruling":
        """Rule that a coordinate is withheld, by an error's code."""
        return cls(coordinate, str(level.value), code, missing_paper, cited(basis) if basis else "")


class LineShape:
    """The rulings of one plan, and the connections whose records its lines count.

    Equal only to itself: lines of one plan share the object, and are written by it.
    """

    __slots__ = ("_otherwise", "basis", "connections", "digest", "fields", "rows", "rulings", "withheld")

    def __init__(self, rulings: Iterable[Ruling] = (), connections: Iterable[str] = (), basis: str = "") -> None:
        """Sum up; *basis* is the article on which the standing looks where nothing is told."""
        self._otherwise = basis
        self.rulings = tuple(rulings)
        self.connections = tuple(connections)
        """The coordinates whose records a line counts, in the order of its counts."""
        told = [each for each in self.rulings if each.allowed]
        self.fields = tuple(dict.fromkeys(each.coordinate for each in told))
        self.withheld = tuple(dict.fromkeys(each.coordinate for each in self.rulings if not each.allowed))
        self.basis = max(told, key=lambda each: each.tier).article if told else basis
        """The article on which the strictest was told."""
        self.rows = self.rulings + tuple(Ruling(each, "", COUNTED) for each in self.connections)
        """How the trail keeps it: the rulings, then the connections."""
        self.digest = digest_of(self.rows)
        """What a line names it by; whoever alters a row makes it another."""

    def ruled(self, rulings: Iterable[Ruling]) -> "LineShape":
        """Give the same with other rulings."""
        return LineShape(rulings, self.connections, self._otherwise)

    def __repr__(self) -> str:
        """Name what was told and what was not."""
        return f"LineShape(fields={self.fields!r}, withheld={self.withheld!r})"


def digest_of(rows: Iterable[Ruling]) -> bytes:
    """Give what rows of a shape are named by: 16 bytes of SHA-256 over them as JSON.

    >>> digest_of([Ruling("TaxArrears.taxType", "A", ALLOWED, article="15(1)")]).hex()
    'ca1a32b6d40bf627f0b0d4f4d2e79377'
    """
    written = json.dumps([list(each) for each in rows], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).digest()[:_DIGEST_BYTES]


UNDECIDED: Final = LineShape()
"""Of a line for which no plan was made: the subject was not there, or not for this caller."""

LOG_LOOKED_AT: Final = LineShape([Ruling("Query.queryLog", "", ALLOWED, article="19")])
"""Of a line about a subject whose entries an auditor looked for."""
EVIDENCE_LOOKED_AT: Final = LineShape([Ruling("Evidence.content", "", ALLOWED, article="18")], ["Evidence.content"])
"""Of a line about a subject on whose papers a file was given out."""
LOOKS: Final = frozenset({LOG_LOOKED_AT.digest, EVIDENCE_LOOKED_AT.digest})
"""By their digest, the shapes of lines that are recorded and are no query of information: they raise no count."""


@functools.lru_cache(maxsize=_REMEMBERED)
def told_of(shape: LineShape, fields: tuple[str, ...]) -> LineShape:
    """Give *shape* with no more told than *fields*: a source failed, and what it would have told was lost."""
    kept = set(fields)
    return shape.ruled(each for each in shape.rulings if not each.allowed or each.coordinate in kept)


@functools.lru_cache(maxsize=_REMEMBERED)
def withheld_of(shape: LineShape) -> LineShape:
    """Give *shape* with nothing told."""
    return shape.ruled(each for each in shape.rulings if not each.allowed)


@functools.lru_cache(maxsize=_REMEMBERED)
def joined(one: LineShape, other: LineShape) -> LineShape:
    """Give what two plans of one question decided about one subject; the counts of the first come first."""
    rulings = dict.fromkeys(one.rulings + other.rulings)
    return LineShape(rulings, one.connections + other.connections, one.basis or other.basis)


def cited(basis: LegalBasis) -> str:
    """Write an article as the trail has it.

    >>> cited(LegalBasis("15", item="2")), cited(LegalBasis("15", paragraph="2")), cited(LegalBasis("19"))
    ('15(2)', '15.2', '19')
    """
    paragraph = f".{basis.paragraph}" if basis.paragraph else ""
    return f"{basis.article}{paragraph}{f'({basis.item})' if basis.item else ''}"
