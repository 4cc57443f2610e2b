"""How a question to a foreign graph would be answered: its plan; no subgraph is asked, and nothing is recorded."""

from collections.abc import Mapping
from typing import Any

from gateway.answer.foreign import Explained, ForeignOperations, explained, read_graph
from gateway.federation.execution import Federation
from gateway.settings import Settings

__all__ = ["explain_foreign"]


def explain_foreign(settings: Settings, query: str, variables: Mapping[str, Any]) -> Explained:
    """Give the plan of *query*: fetches, dependencies, requests, cost.

    Raises:
        StartRefused: the graph cannot be read or composed.
        GatewayError: the query cannot be planned.

    """
    joined = read_graph(settings.foreign)
    operation = ForeignOperations.within(settings.limits, joined.api).read(query, None)
    return explained(Federation.over(joined, {}), operation, variables)
