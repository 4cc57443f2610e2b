"""How a step of a procedure is a row: the same columns wherever steps are kept (`step_columns`)."""

from typing import Any

from schema.disclosure import LegalBasis
from schema.steps import Step

__all__ = ["read_step", "step_row"]


def step_row(of_id: str, n: int, step: Step) -> dict[str, Any]:
    """Give the row of the n-th step of what has that id."""
    return {
        "of_id": of_id,
        "n": n,
        "at": step.at,
        "actor": step.actor,
        "organisation": step.organisation,
        "from_state": step.from_state,
        "to_state": step.to_state,
        "reason": step.reason,
        "article": step.legal_basis.article,
        "paragraph": step.legal_basis.paragraph,
        "item": step.legal_basis.item,
    }


def read_step(row: Any) -> Step:  # noqa: ANN401 (a row; SQLAlchemy has no types for it)
    """Read a step's row."""
    basis = LegalBasis(row.article, paragraph=row.paragraph, item=row.item)
    return Step(row.at, row.actor, row.organisation, row.from_state, row.to_state, row.reason, basis)
