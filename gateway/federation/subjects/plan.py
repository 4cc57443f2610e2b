"""The plan of a subject: the answer's shape, who is asked for what, what is withheld and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.errors import GatewayError
from gateway.federation.planning import Plan
from gateway.federation.rows.requests import RowsRequest
from gateway.federation.selections import Argument
from gateway.federation.subjects.logs import LogPlan
from gateway.federation.subjects.project import Projection
from gateway.federation.subjects.records import Reading
from schema.definition import RecordDefinition
from schema.disclosure import Clearance, Decision
from schema.line_shapes import LineShape
from schema.tiers import Tier

__all__ = [
    "DEFAULT_FIRST",
    "LARGEST_PAGE",
    "ConnectionPlan",
    "Denied",
    "Disclosed",
    "Path",
    "SourcesPlan",
    "SubjectPlan",
    "Viewpoint",
]

Path = tuple[str | int, ...]
DEFAULT_FIRST = 20
"""How many records a connection gives when it is not said."""
LARGEST_PAGE = 100
"""How many it gives at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Viewpoint:
    """All that a plan depends on beside the document: what may be seen, of which kind of subject.

    Equal only to itself, since plans are looked up by it on every question: whoever makes one keeps it.
    """

    clearance: Clearance
    kind: str
    expires: bool
    """Whether Art. 20 protects the subject as an individual."""
    count_visible: bool


@dataclass(frozen=True, slots=True)
class Denied:
    """One coordinate that is withheld: where in the answer, and the error that says why."""

    path: Path
    coordinate: str
    error: GatewayError
    under: int | None
    """The connection whose records' way back holds the path: without records, it does not exist."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One coordinate that is open, the tier of what it holds, where it first stands, and the decision that opens it."""

    path: Path
    coordinate: str
    tier: Tier
    decision: Decision


@dataclass(frozen=True, slots=True, eq=False)
class ConnectionPlan:
    """One connection of the answer: which records, which page of them, and where it stands."""

    path: Path
    record: RecordDefinition
    first: Argument
    after: Argument
    plain_first: int | None
    """The page's size where the document itself says it and no cursor is given."""
    under: int | None
    totals: tuple[Path, ...]
    """Where ``totalCount`` stands, under each of its response keys."""
    watched: Mapping[str, tuple[tuple[str, str], ...]]
    """Where a column's value shows, as the keys of the nodes and of the field: for values that were lost."""


@dataclass(frozen=True, slots=True)
class SourcesPlan:
    """One list of the subject's sources: where it stands, and what of it says how agencies report."""

    path: Path
    under: int | None
    """The connection whose records' way back holds the path."""
    reported: tuple[str, ...]
    """The response keys of ``lastSubmission`` and ``overdue``, which are looked up beside the agencies' answers."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class SubjectPlan:
    """How one kind of subject is answered from one viewpoint."""

    viewpoint: Viewpoint
    project: Projection
    connections: tuple[ConnectionPlan, ...]
    resolvers: tuple[str, ...]
    """The names of the connections' spans, in their order."""
    readings: Mapping[str, Reading]
    asked: Plan
    """Who is asked for what."""
    fetches: tuple[RowsRequest, ...]
    """What of it the connectors are asked for, in their order."""
    places: tuple[str, ...]
    """Where a cache keeps each selection of each fetch."""
    denied: tuple[Denied, ...]
    counts: bool
    """Whether the query count is asked."""
    logs: tuple[LogPlan, ...]
    """The pages of the subject's log that are asked for."""
    sources: tuple[SourcesPlan, ...]
    """Where the subject's sources are asked for."""
    asks_reported: bool
    """Whether any of them is asked how its agency reports."""
    known_sources: tuple[str, ...]
    """The connectors that may be named: those with anything that this viewpoint may see (R15.7)."""
    disclosed: tuple[Disclosed, ...]
    shape: LineShape
    """What is decided on each coordinate, for the trail."""
    highest: str
    """The strictest tier among what is disclosed, for the trail."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The schema coordinates that are disclosed."""
        return self.shape.fields

    @property
    def withheld(self) -> tuple[str, ...]:
        """Those that are not."""
        return self.shape.withheld
