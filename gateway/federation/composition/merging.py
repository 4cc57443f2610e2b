"""The merging of all subgraphs, in the order in which one thing rests on another."""

from collections.abc import Sequence

from gateway.errors import Text
from gateway.federation.composition.carrying import carry
from gateway.federation.composition.differences import hint_differences
from gateway.federation.composition.elements import Kind
from gateway.federation.composition.executable import merge_executable
from gateway.federation.composition.guards import check_guards, spread_guards
from gateway.federation.composition.interfaces import check_implementations, give_to_implementations
from gateway.federation.composition.kinds import add_types, merge_enum, merge_members, merge_type_definition
from gateway.federation.composition.merged import Supergraph
from gateway.federation.composition.problems import Findings
from gateway.federation.composition.reading import ROOTS
from gateway.federation.composition.sources import Merge, Place, merge_description
from gateway.federation.composition.vocabulary import settle_vocabulary

__all__ = ["merge_subgraphs"]


def merge_subgraphs(places: Sequence[Place], findings: Findings) -> Supergraph:
    """Give the supergraph, and write down every problem met on the way."""
    supergraph = Supergraph([place.graph for place in places])
    merge = Merge(places, supergraph, findings)
    settle_vocabulary(merge)
    add_types(merge)
    for merged in supergraph.types.values():
        merge_members(merge, merged)
    for merged in supergraph.types.values():
        merge_type_definition(merge, merged)
    for merged in supergraph.types.values():
        if merged.kind is Kind.ENUM:
            merge_enum(merge, merged)
    merge_executable(merge)
    merge_schema(merge)
    if ROOTS["query"] not in supergraph.roots:
        message = Text("No subgraph has a query", "各子图均无查询根类型")
        findings.refuse("NO_QUERIES", message, merge.names(place.index for place in places), None)
    give_to_implementations(merge)
    check_implementations(merge)
    spread_guards(merge)
    check_guards(supergraph, findings)
    hint_differences(merge)
    return supergraph


def merge_schema(merge: Merge) -> None:
    """Merge what stands on the schemas themselves, and name the roots that have a field."""
    schemas = {place.index: place.schema.schema for place in merge.places}
    merge_description(schemas.values(), merge.supergraph.schema)
    carry(merge, schemas, merge.supergraph.schema, "schema")
    types = merge.supergraph.types
    merge.supergraph.roots = [root for root in ROOTS.values() if root in types and types[root].fields]
