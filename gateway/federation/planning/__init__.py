"""From a supergraph and an operation to a plan: pure, without network or clock."""

from gateway.federation.planning.drawing import draw, draw_needs, draw_onward
from gateway.federation.planning.holdings import Hold, Holdings
from gateway.federation.planning.joined_graph import JoinedGraph
from gateway.federation.planning.plan import Batch, Fetch, OperationPlan, Plan
from gateway.federation.planning.planner import Unplannable
from gateway.federation.planning.supergraph_sdl import NoSupergraph, read_supergraph

__all__ = [
    "Batch",
    "Fetch",
    "Hold",
    "Holdings",
    "JoinedGraph",
    "NoSupergraph",
    "OperationPlan",
    "Plan",
    "Unplannable",
    "draw",
    "draw_needs",
    "draw_onward",
    "read_supergraph",
]
