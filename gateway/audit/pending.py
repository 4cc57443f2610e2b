"""An entry on its way into the trail, with all that can be made of it before it has its place there."""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from gateway.audit import body
from gateway.audit.codes import OUTCOMES, TIERS, WAYS
from gateway.audit.entry import Entry, Receipt, SubjectLine
from gateway.audit.pseudonyms import Pseudonyms
from schema.disclosure import Outcome, Standing
from schema.line_shapes import LOOKS, LineShape

__all__ = ["COUNTED", "EVERYBODY", "LANES", "Pending", "Place", "TallyKey"]

LANES: Final = ("n", "denied", "viewed", "own")
"""The tally's columns: counted queries, denied attempts, public views, a subject's own queries (AMB-25)."""

TallyKey = tuple[bytes, str]
"""A subject's keyed name, and the organisation whose queries of it are counted, or `EVERYBODY`."""
EVERYBODY: Final = ""
"""Stands for all who ask, where an organisation would (R19.7)."""

COUNTED: Final = 0
"""The lane of what is counted for the organisation as well."""

_FIRST: Final = [0]
_LANE_OF_STANDING = {Standing.PUBLIC: LANES.index("viewed"), Standing.SELF: LANES.index("own")}


class Pending:
    """An entry on its way into the trail, with the future that its answer waits for."""

    __slots__ = (
        "alone",
        "asker",
        "body",
        "columns",
        "entry",
        "expires_at",
        "future",
        "keys",
        "lanes",
        "numbers",
        "shapes",
        "tier",
        "viewer",
    )

    def __init__(self, entry: Entry, names: Pseudonyms, future: asyncio.Future[Receipt], expires_at: float) -> None:
        """Do all of the work that needs no place in the trail yet.

        Raises:
            ValueError: where two lines are about one subject.

        """
        lines = entry.subjects
        self.entry = entry
        self.keys = [names.subject(line.subject_id) for line in lines]
        if len(lines) > 1 and len(set(self.keys)) != len(lines):
            message = "an entry has one line about each subject, not two"
            raise ValueError(message)
        self.viewer = names.viewer(entry.organisation, entry.person)
        self.asker = entry.organisation or self.viewer.hex()
        """Whose queries of a subject are counted together: those of the organisation, else of the person (AMB-25)."""
        self.shapes, self.numbers = _shapes(lines)
        self.body = body.encode(entry, self.numbers)
        self.lanes = [_lane(line) for line in lines]
        self.tier = max([TIERS[line.tier] for line in lines], default=0)
        way, outcome, purpose = WAYS[entry.method], OUTCOMES[entry.outcome], entry.purpose_code or ""
        self.columns = (entry.kind, self.viewer, entry.organisation, way, purpose, outcome, self.tier)
        """The columns of its record that the head has too: kind, viewer, organisation, way, purpose, outcome, tier."""
        self.future = future
        self.expires_at = expires_at
        self.alone = False
        """Whether it is tried by itself, since the database refused it in company."""


class Place(NamedTuple):
    """The end of a stream: the next entry's number, and the leaf of the one before."""

    stream: int
    seq: int
    prev: bytes = b""


def _shapes(lines: Sequence[SubjectLine]) -> tuple[list[LineShape], list[int]]:
    """Give the shapes of these lines, each once, and of each line which of them is its own."""
    if len(lines) == 1:
        return [lines[0].shape], _FIRST
    shapes = list({id(line.shape): line.shape for line in lines}.values())
    places = {id(shape): place for place, shape in enumerate(shapes)}
    return shapes, [places[id(line.shape)] for line in lines]


def _lane(line: SubjectLine) -> int | None:
    """Say which of the subject's counts a line raises: only what was disclosed under a counting standing is counted."""
    if line.outcome is Outcome.DENIED:
        return LANES.index("denied")
    if line.outcome is not Outcome.DISCLOSED:
        return None
    if line.counted:
        return COUNTED
    return None if line.shape.digest in LOOKS else _LANE_OF_STANDING[line.standing]
