"""How a held row goes from state to state: two persons, and no step back (Art. 9; R9.4, R14.2)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.errors import StateConflict, Text
from schema.disclosure import LegalBasis
from schema.quarantine import QuarantineDecision, QuarantineState

__all__ = ["BASIS", "decided", "proposed"]

BASIS: Final = LegalBasis("9")

_DECIDED: Final[Mapping[QuarantineDecision, QuarantineState]] = MappingProxyType(
    {
        QuarantineDecision.RELEASE: QuarantineState.RELEASED,
        QuarantineDecision.REFUSE: QuarantineState.REFUSED,
    }
)


def proposed(state: QuarantineState) -> QuarantineState:
    """Give the state after a proposal; a new proposal takes the place of one that nobody has decided on.

    Raises:
        StateConflict: it is decided.

    """
    if state not in (QuarantineState.WAITING, QuarantineState.PROPOSED):
        raise _conflict(state)
    return QuarantineState.PROPOSED


def decided(state: QuarantineState, decision: QuarantineDecision) -> QuarantineState:
    """Give the state after a decision, which follows a proposal.

    Raises:
        StateConflict: nobody has proposed anything, or it is decided.

    """
    if state is not QuarantineState.PROPOSED:
        raise _conflict(state)
    return _DECIDED[decision]


def _conflict(state: QuarantineState) -> StateConflict:
    return StateConflict(state.value, Text(f"it is {state.value}", f"当前状态为 {state.value}"), legal_basis=BASIS)
