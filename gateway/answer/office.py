"""What the gateway answers from itself, through its own schema: viewer, catalogue, papers, introspection, mutations."""

import inspect
import time
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from graphql import GraphQLResolveInfo

from gateway.access.held import Held
from gateway.answer.findings import Here
from gateway.answer.inspector import Noted
from gateway.answer.question import Question
from gateway.audit.entry import Span
from gateway.errors import GatewayError, InternalError
from gateway.federation.execution.ways.local import carry_out
from gateway.federation.operations import Local
from gateway.federation.subjects.plan import Path
from schema.catalogue_versions.desk import CatalogueStepsDesk
from schema.context import Context
from schema.desk import PaperDesk
from schema.obligation_desk import ObligationDesk
from schema.officers import OfficerDesk
from schema.quality import QualityDesk
from schema.quarantine_desk import QuarantineDesk
from schema.submission_desk import SubmissionDesk
from schema.violation_desk import ViolationDesk

if TYPE_CHECKING:
    from gateway.answer.credit import CreditGraph

__all__ = ["RootLost", "answered_here"]

Resolve = Callable[..., Any]


class Answered(NamedTuple):
    """What came of a root field, by its response key, what went wrong, and what its entry says of it."""

    data: Mapping[str, Any]
    errors: list[tuple[Path, GatewayError]]
    here: Here


class RootLost(Exception):
    """A root field was lost that is never null, so the data are null as a whole (GraphQL, section 6.4.4)."""

    def __init__(self, errors: Sequence[tuple[Path, GatewayError]], here: Here) -> None:
        """Keep the errors with their paths, and what the entry says of the field."""
        super().__init__()
        self.errors = errors
        self.here = here


async def answered_here(  # noqa: PLR0913, PLR0917 (all that a resolver of ours rests on)
    graph: "CreditGraph", asked: Local, question: Question, held: Held, noted: Noted, now: float
) -> Answered:
    """Carry out a root field that no agency is asked for.

    Raises:
        RootLost: it may not be null, and there is nothing else to answer.

    """
    root_value, context = graph.root_value(question, held), _context(graph, question, noted, now)
    refusals = _Refusals()
    started_ns, begun = time.time_ns(), time.perf_counter_ns()
    watching = (refusals,) if asked.changes else ()
    result = await carry_out(graph.schema, asked.document, question.variables, root_value, context, watching)
    span: Span = (f"resolve {asked.coordinate}", started_ns, time.perf_counter_ns() - begun, ())
    errors: list[tuple[Path, GatewayError]] = []
    for error in result.errors or ():
        meant = error.original_error
        told = meant if isinstance(meant, GatewayError) else InternalError(error.message)
        errors.append((tuple(error.path or (asked.key,)), told))
    here = Here(span, tuple(dict.fromkeys(refusals.codes)))
    if result.data is None:
        raise RootLost(errors, here)
    return Answered(result.data, errors, here)


class _Refusals:
    """Sees what a mutation tells the person to mend, whether or not it was asked to be told (R18.3)."""

    def __init__(self) -> None:
        self.codes: list[str] = []

    async def resolve(
        self, resolve: Resolve, source: object, info: "GraphQLResolveInfo[Any]", **arguments: object
    ) -> Any:  # noqa: ANN401 (whatever a field is resolved to)
        """Resolve one field; the errors of a payload are noted by their codes."""
        resolved = resolve(source, info, **arguments)
        payload = await resolved if inspect.isawaitable(resolved) else resolved
        if info.path.prev is None:
            self.codes.extend(each.code for each in getattr(payload, "errors", ()))
        return payload


def _context(graph: "CreditGraph", question: Question, noted: Noted, now: float) -> Any:  # noqa: ANN401 (a made-up graph of the tests has no desks)
    """Give the desks that the caller's resolvers act through."""
    caller = question.caller
    if graph.inspection is None:
        return SimpleNamespace(papers=graph.desk(caller, now))
    return Context(
        papers=cast("PaperDesk", graph.desk(caller, now)),
        trail=graph.inspection.desk(caller, now, noted),
        violations=cast("ViolationDesk", graph.violations(caller, now)),
        catalogues=cast("CatalogueStepsDesk", graph.catalogues(caller, now)),
        quarantine=cast("QuarantineDesk", graph.quarantine(caller, now)),
        obligations=cast("ObligationDesk", graph.obligations(caller, now)),
        submissions=cast("SubmissionDesk", graph.submissions(caller, now)),
        quality=cast("QualityDesk", graph.quality(caller, now)),
        officers=cast("OfficerDesk", graph.officers(caller, now)),
    )
