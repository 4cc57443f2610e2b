"""An open house before one graph: its doors, what works in it, and how all of it is closed again."""

import asyncio
import time
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.access.callers import Verifier
from gateway.access.keys import Keys
from gateway.answer import Desk, Graph
from gateway.audit.retention import Keeping
from gateway.audit.seal import Seal
from gateway.audit.spans import SpanCopies
from gateway.audit.trail import Trail
from gateway.collection.opening import Working
from gateway.collection.rulebook import Rule, missing
from gateway.errors import AuditUnavailable
from gateway.settings import Settings
from gateway.store import Store
from gateway.web.evidence import EvidenceDoor
from gateway.web.graphql import GraphqlDoor
from gateway.web.metrics import Metrics
from gateway.web.submissions import SubmissionsDoor
from schema.days import day_of

__all__ = ["House"]

G_co = TypeVar("G_co", bound=Graph, covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class House(Generic[G_co]):
    """An open gateway before one graph: its door, and all that must be closed again."""

    graph: G_co
    door: GraphqlDoor
    desk: Desk
    trail: Trail
    keys: Keys
    verifier: Verifier
    settings: Settings
    metrics: Metrics
    seal: Seal
    keeping: Keeping
    store: Store
    _copies: SpanCopies | None
    rules: tuple[Rule, ...] | None = None
    """The platform's own rules, one for each matter of Art. 14; a foreign graph rests on none."""
    evidence: EvidenceDoor | None = None
    """The door of files that prove papers; a foreign graph has none."""
    submissions: SubmissionsDoor | None = None
    """The door of what agencies report; a foreign graph has none."""
    working: Working | None = None
    """What the rooms of collection do by themselves; a foreign graph has none."""

    async def close(self) -> None:
        """Write what waits, and give everything back."""
        if self.working is not None:
            await self.working.close()
        if self.submissions is not None:
            await self.submissions.close()
        if self._copies is not None:
            await asyncio.to_thread(self._copies.close)
        await self.keeping.close()
        await self.trail.close()
        await self.seal.close()
        await self.graph.close()
        await self.store.close()

    async def probe(self) -> dict[str, bool]:
        """Say of each part whether it is ready."""
        try:
            await self.trail.query_count(["probe"])
            trail = True
        except AuditUnavailable:
            trail = False
        rules = {} if self.rules is None else {"rules": not missing(self.rules, day_of(time.time()))}
        return {**await self.graph.ready(), "trail": trail, "seal": self.seal.well, **rules}
