"""How a case goes from state to state: a table and nothing else; no step leads back (Art. 25; R25.1)."""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.errors import StateConflict, Text
from schema.disclosure import LegalBasis
from schema.violations import ViolationFinding, ViolationKind, ViolationMeasure, ViolationState

__all__ = ["STEPS", "CaseStep", "basis_of", "case_step", "step_of"]


class CaseStep(enum.StrEnum):
    """What somebody does to a case."""

    SUBSTANTIATE = "SUBSTANTIATE"
    DISMISS = "DISMISS"
    ORDER_CORRECTION = "ORDER_CORRECTION"
    DISCIPLINE = "DISCIPLINE"
    HOLD_LIABLE = "HOLD_LIABLE"
    REFER = "REFER"
    CLOSE = "CLOSE"


_MEASURES: Final[Mapping[ViolationMeasure, CaseStep]] = {
    ViolationMeasure.CORRECTION_ORDERED: CaseStep.ORDER_CORRECTION,
    ViolationMeasure.DISCIPLINE: CaseStep.DISCIPLINE,
    ViolationMeasure.CIVIL: CaseStep.HOLD_LIABLE,
    ViolationMeasure.CRIMINAL: CaseStep.REFER,
}
_FOUND: Final = ViolationState.SUBSTANTIATED

STEPS: Final[Mapping[tuple[ViolationState, CaseStep], ViolationState]] = MappingProxyType(
    {
        (ViolationState.OPEN, CaseStep.SUBSTANTIATE): _FOUND,
        (ViolationState.OPEN, CaseStep.DISMISS): ViolationState.DISMISSED,
        **{(_FOUND, step): ViolationState[measure.name] for measure, step in _MEASURES.items()},
        **{(ViolationState[measure.name], CaseStep.CLOSE): ViolationState.CLOSED for measure in _MEASURES},
    }
)
"""Every step of a case that there is."""


def step_of(said: ViolationFinding | ViolationMeasure) -> CaseStep:
    """Give the step that a finding or a measure is.

    >>> step_of(ViolationMeasure.CRIMINAL).value
    'REFER'
    """
    if isinstance(said, ViolationMeasure):
        return _MEASURES[said]
    return CaseStep.SUBSTANTIATE if said is ViolationFinding.SUBSTANTIATE else CaseStep.DISMISS


def basis_of(kind: ViolationKind) -> LegalBasis:
    """Give the item of the article on which a case rests.

    >>> basis_of(ViolationKind.PROHIBITED).item
    '2'
    """
    return LegalBasis("25", item=kind.item)


def case_step(state: ViolationState, step: CaseStep, kind: ViolationKind) -> ViolationState:
    """Give the state to which a step leads.

    Raises:
        StateConflict: there is no such step from the present state, which the error names.

    """
    to = STEPS.get((state, step))
    if to is None:
        said = Text(f"it is {state.value}", f"当前状态为 {state.value}")
        raise StateConflict(state.value, said, legal_basis=basis_of(kind))
    return to
