"""The plan of a question to a foreign graph, as it is explained: who would be asked for what, in which order."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gateway.errors import InternalError
from gateway.federation.execution import Federation
from gateway.federation.operations import Operation
from gateway.federation.planning import Unplannable

__all__ = ["Explained", "explained"]


class Explained(NamedTuple):
    """A plan, told twice: as JSON takes it, and as lines."""

    tree: dict[str, Any]
    lines: list[str]


def explained(federation: Federation, operation: Operation, given: Mapping[str, Any]) -> Explained:
    """Give the plan of an operation for the variables *given*, with what the operation amounts to.

    Raises:
        BadUserInput: a variable does not fit.
        InternalError: no subgraph can be asked for one of its fields; the supergraph promises what it does not hold.

    """
    operation.refuse_null(given)
    variables = operation.variables(given)
    try:
        plan = federation.plan(operation.document, operation.name, variables)
    except Unplannable as error:
        raise InternalError(str(error)) from error
    tree = {**plan.as_dict(), "cost": operation.cost.as_dict()}
    return Explained(tree, [*plan.as_tree(), operation.cost.told()])
