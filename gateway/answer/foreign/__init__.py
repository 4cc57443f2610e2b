"""A graph that a city brought along, asked like the credit graph: the same door, the same journey, the same trail."""

from gateway.answer.foreign.explained import Explained, explained
from gateway.answer.foreign.graph import ForeignGraph
from gateway.answer.foreign.operation import ForeignOperations
from gateway.answer.foreign.origin import open_sources, read_graph, read_subgraphs, read_text

__all__ = [
    "Explained",
    "ForeignGraph",
    "ForeignOperations",
    "explained",
    "open_sources",
    "read_graph",
    "read_subgraphs",
    "read_text",
]
