"""Remote: a service that speaks GraphQL, asked over a network: requests by key are joined, equal queries shared."""

from connectors.subgraph import GraphqlSource
from gateway.federation.execution.joining import Line
from gateway.federation.execution.seam import Leg
from gateway.federation.execution.ways.documents import DocumentLeg, Operation
from gateway.federation.planning.plan import Plan

__all__ = ["Remote"]


class Remote:
    """The way to a service."""

    def __init__(self, source: GraphqlSource) -> None:
        """Ask *source*, which keeps its own deadline, and how large an answer may be."""
        self._line = Line(source)

    def leg(self, plan: Plan, subgraph: str) -> Leg[Operation]:
        """Make ready what a plan asks there."""
        return DocumentLeg(self._line, plan, subgraph)
