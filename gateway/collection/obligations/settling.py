"""Which receipt meets which obligation, and whether in time (R12.2, R12.3, R13.4; AMB-35). Pure.

A receipt that names a period meets that one; one that names none is an increment up to its own instant, and so meets
every period that had ended by then. The first that comes decides; nil is a receipt like any other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from gateway.collection.obligations.obligation import KeptObligation, Received
from gateway.collection.obligations.procedure import ObligationAct, obligation_step, state_at
from schema.days import midnight
from schema.obligations import ObligationState

__all__ = ["Met", "settle"]


@dataclass(frozen=True, slots=True)
class Met:
    """An obligation, the receipt that meets it, and what it was and is thereby."""

    obligation: KeptObligation
    receipt: Received
    before: ObligationState
    after: ObligationState


def settle(waiting: Iterable[KeptObligation], receipts: Sequence[Received]) -> Iterator[Met]:
    """Give each of the *waiting* obligations that a receipt meets; all are of one agency and record type."""
    in_order = sorted(receipts, key=attrgetter("received_at", "id"))
    for each in waiting:
        found = next((receipt for receipt in in_order if _meets(receipt, each)), None)
        if found is not None:
            before = state_at(each.decided, each.opens_at, each.due_at, found.received_at)
            yield Met(each, found, before, obligation_step(before, ObligationAct.MEET))


def _meets(receipt: Received, obligation: KeptObligation) -> bool:
    period = obligation.period
    if receipt.period is None:
        return receipt.received_at >= obligation.opens_at
    return receipt.period == period.name and receipt.received_at >= midnight(period.last)
