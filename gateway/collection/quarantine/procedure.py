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


def proposed(state: QuarantineState, *, releasing: bool = False) -> QuarantineState:
    """Give the state after a proposal; a new proposal takes the place of one that nobody has decided on.

    Raises:
        StateConflict: it is decided, or its release has begun.

    """
    if releasing:
        raise _begun(state)
    if state not in (QuarantineState.WAITING, QuarantineState.PROPOSED):
        raise _conflict(state)
    return QuarantineState.PROPOSED


def decided(
    state: QuarantineState,
    decision: QuarantineDecision,
    proposal: QuarantineDecision | None,
    *,
    releasing: bool = False,
) -> QuarantineState:
    """Give the state after a decision, which follows a proposal; two persons want a release, one is enough to refuse.

    Raises:
        StateConflict: nobody has proposed anything, or not this; or it is decided, or its release has begun.

    """
    if state is not QuarantineState.PROPOSED:
        raise _conflict(state)
    release = decision is QuarantineDecision.RELEASE
    if release and proposal is not decision:
        said = Text(
            "its refusal was proposed: an operator proposes its release first", "现有意见为拒收：须先由操作人员提出放行"
        )
        raise StateConflict(state.value, said, legal_basis=BASIS)
    if releasing and not release:
        raise _begun(state)
    return _DECIDED[decision]


def _begun(state: QuarantineState) -> StateConflict:
    said = Text("its release has begun: decide its release again", "放行已开始：请再次决定放行")
    return StateConflict(state.value, said, legal_basis=BASIS)


def _conflict(state: QuarantineState) -> StateConflict:
    return StateConflict(state.value, Text(f"it is {state.value}", f"当前状态为 {state.value}"), legal_basis=BASIS)
