"""What comes of an operation beside its data: errors with their places, what was told of whom, how the sources did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from connectors.errors import SourceError, SourceMisbehaved
from gateway.errors import GatewayError, SourceGarbled, SourceLost
from gateway.federation.execution.timing import Timing
from gateway.federation.subjects.pages import Page
from gateway.federation.subjects.plan import Path, SubjectPlan, Viewpoint
from schema.disclosure import Decision, Outcome

__all__ = ["Beholder", "Denials", "Outcomes", "Timeliness", "Told", "is_there", "lost"]

Timeliness = Mapping[str, tuple[datetime | None, bool | None]]
"""By agency: when it reported last, and whether anything is overdue; None: it never did, or was to (Art. 12, 13)."""


class Beholder(Protocol):
    """Who is looking: what it may see of a subject, and whether it may find it at all."""

    def viewpoint(self, kind: str, identifier: str) -> Viewpoint:
        """Give the viewpoint towards a subject."""
        ...

    def may_find(self, kind: str, identifier: str) -> bool:
        """Say whether this subject is there for the caller (R15.8)."""
        ...

    def unproved(self, kind: str, identifier: str) -> Decision | None:
        """Say which paper the caller lacks to be the individual that it says it is, or None (Art. 18)."""
        ...

    def hindrance(self, kind: str, identifier: str) -> Decision | None:
        """Say why nothing at all is open of a subject named like this, or None (R15.8, R18.3, R18.4)."""
        ...

    @property
    def cites(self) -> bool:
        """Whether the question rests on papers that were cited."""
        ...

    def refusal(self, kind: str, identifier: str) -> GatewayError | None:
        """Say why the papers cited do not reach a subject, or None (R18.3, R18.4)."""
        ...


class Told(NamedTuple):
    """What was told of one subject, for the trail."""

    subject_id: str
    outcome: Outcome
    viewpoint: Viewpoint | None = None
    plan: SubjectPlan | None = None
    """By which it was told, or would have been."""
    fields: tuple[str, ...] = ()
    """The schema coordinates that were disclosed."""
    rows_of: Sequence[int] = ()
    """Of each of the plan's connections, how many records the page holds."""


class Denials(Exception):
    """The caller wants all or nothing, and something is withheld."""

    def __init__(self, errors: Sequence[tuple[Path, GatewayError]]) -> None:
        """Keep the errors with their paths."""
        super().__init__()
        self.errors = errors


@dataclass(slots=True)
class Outcomes:
    """What comes of one operation beside its data."""

    beholder: Beholder
    today: date
    now: float
    variables: Mapping[str, Any]
    fail_on_denied: bool = False
    errors: list[tuple[Path, GatewayError]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    sought: set[str] = field(default_factory=set)
    """The ids by which subjects were asked for, whether or not there is one of that id."""
    timings: list[Timing] = field(default_factory=list)
    sources: dict[str, tuple[bool, float | None]] = field(default_factory=dict)
    """By connector: whether it was reached, and of when the oldest of what it said is."""
    denied: set[tuple[Path, str]] = field(default_factory=set)
    timeliness: Timeliness | GatewayError = field(default_factory=dict)
    """How the connectors' agencies report, or the error that stands in its place."""

    def deny(self, root: Path, plan: SubjectPlan, pages: Sequence[Page | None]) -> None:
        """Report what a plan withholds: once a coordinate, whatever the data and however many subjects."""
        for each in plan.denied:
            place = (tuple(step for step in (*root, *each.path) if not isinstance(step, int)), each.coordinate)
            if place in self.denied or not is_there(each.under, pages):
                continue
            self.denied.add(place)
            self.errors.append(((*root, *each.path), each.error))

    def saw(self, agency: str, reached_at: float | None) -> None:
        """Note of when what a source said is, None where it was not reached: one failure is enough for that."""
        before = self.sources.get(agency)
        reached = reached_at is not None
        if before is not None:
            reached = reached and before[0]
            reached_at = min((each for each in (reached_at, before[1]) if each is not None), default=None)
        self.sources[agency] = (reached, reached_at if reached else None)


def is_there(under: int | None, pages: Sequence[Page | None]) -> bool:
    """Say whether the records exist below which something stands."""
    if under is None:
        return True
    page = pages[under]
    return page is not None and bool(page.rows)


def lost(agency: str, failure: SourceError) -> GatewayError:
    """Give the error of a field whose source failed."""
    return (SourceGarbled if isinstance(failure, SourceMisbehaved) else SourceLost)(agency, str(failure))
