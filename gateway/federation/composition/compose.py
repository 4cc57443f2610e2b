"""Subgraphs into a supergraph: read, brought to one meaning, checked, merged, checked again, printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.subgraph import Subgraph
from gateway.federation.composition.facts import Facts
from gateway.federation.composition.merging import merge_subgraphs
from gateway.federation.composition.printing import print_supergraph
from gateway.federation.composition.problems import Findings, Hint
from gateway.federation.composition.reading import read_subgraph
from gateway.federation.composition.sources import Place, graphs_of
from gateway.federation.composition.upgrade import upgrade

__all__ = ["Composed", "compose"]


@dataclass(frozen=True, slots=True)
class Composed:
    """A supergraph, and what its owners may want to know of it."""

    supergraph: str
    hints: tuple[Hint, ...]


def compose(subgraphs: Sequence[Subgraph]) -> Composed:
    """Compose subgraphs of Federation 1 and 2 into a supergraph.

    Raises:
        CompositionRefused: with every problem of the stage that found one.

    """
    findings = Findings()
    schemas = [schema for each in subgraphs if (schema := read_subgraph(each, findings)) is not None]
    findings.settle()
    upgrade(schemas, findings)
    findings.settle()
    places = [
        Place(index, schema, Facts(schema), graph)
        for index, (schema, graph) in enumerate(zip(schemas, graphs_of(schemas), strict=True))
    ]
    supergraph = merge_subgraphs(places, findings)
    findings.settle()
    return Composed(print_supergraph(supergraph), tuple(findings.hints))
