"""The roots of an operation on the credit graph, planned: what the register and the office are asked for.

Of subjects only who they are: what else is asked of each depends on who looks, and is planned from there.
"""

from collections.abc import Mapping

from gateway.federation.operations import Operation
from gateway.federation.planning import JoinedGraph, Plan, draw_needs
from gateway.federation.planning.needs import Arguments, Need, Needs, NeedsReader, arguments_of
from gateway.federation.selections import Selector
from gateway.federation.subjects.graph import OF_THE_REGISTER

__all__ = ["planned_roots"]


def planned_roots(graph: JoinedGraph, operation: Operation, variables: Mapping[str, object]) -> Plan:
    """Plan the root fields of an operation, for the values of the variables of @skip and @include."""
    conditions = {name: bool(variables.get(name)) for name in operation.condition_names}
    root = graph.roots[operation.node.operation.value]
    reader, needs = NeedsReader(graph, operation.fragments, conditions), Needs(root)
    for nodes in Selector(operation.fragments, conditions).collect([operation.node.selection_set], (root,)).values():
        name = nodes[0].name.value
        if name not in OF_THE_REGISTER:
            reader.add(nodes, root, needs)
            continue
        key, arguments = arguments_of(nodes[0])
        needs.items[root, key] = Need(root, name, key, arguments, _who(graph, graph.field_type(root, name)))
    return draw_needs(graph, operation.node, needs)


def _who(graph: JoinedGraph, static: str) -> Needs:
    """Need to know who subjects are, or those of a page of them."""
    needs = Needs(static)
    name = "id" if static == "Subject" else "nodes"
    below = None if name == "id" else _who(graph, graph.field_type(static, name))
    needs.items[static, name] = Need(static, name, name, Arguments(), below)
    return needs
