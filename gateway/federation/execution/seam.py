"""The seam: how a planned request is carried out, whatever the way to its subgraph."""

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from gateway.federation.planning.plan import Batch, Plan

if TYPE_CHECKING:
    from gateway.federation.execution.running import Run

__all__ = ["Leg", "Prepared", "Way", "Work"]

H = TypeVar("H")
Prepared = tuple[Batch, Any]
"""A request of the plan that is ready, and what its leg has made ready to ask."""
Work = tuple[Coroutine[Any, Any, None], Sequence[Batch]]
"""What must be awaited for an answer to be heard, and the requests of the plan that are done with it."""


class Leg(Protocol[H]):
    """All that one plan asks of one subgraph, made ready once, and asked in each run for what is in hand there."""

    def prepare(self, hand: H, batch: Batch, /) -> Any:  # noqa: ANN401 - its own, and given back to it
        """Give what is to be asked now; None where there is nothing to ask, and what follows need not wait."""
        ...

    def begin(self, run: "Run[H]", prepared: Sequence[Prepared], /) -> Sequence[Work]:
        """Ask all that is ready at once, as few times as can be.

        What comes by itself is told to the run: `Run.begun` when it is asked, `Run.end` once it is heard. What must be
        awaited is given back.
        """
        ...


class Way(Protocol[H]):
    """The way to one subgraph: rows, local or remote."""

    def leg(self, plan: Plan, subgraph: str) -> Leg[H]:
        """Make ready what a plan asks there, as the *subgraph* that it is called in the plan."""
        ...
