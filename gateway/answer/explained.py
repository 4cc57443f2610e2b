"""The plans of a question to the credit graph, as they are explained: who would be asked for what, what is withheld."""

from collections.abc import Iterator, Sequence
from typing import Any

from gateway.errors import GatewayError, withheld, written_basis
from gateway.federation.cost import Cost
from gateway.federation.planning import Plan
from gateway.federation.subjects.plan import Path, SubjectPlan
from gateway.federation.subjects.resolve import Foreseen
from schema.tiers import Tier

__all__ = ["plans_told"]


def plans_told(roots: Plan, foreseen: Sequence[Foreseen], weight: Cost) -> dict[str, Any]:
    """Tell the plan of the *roots* and those of subjects: what they ask of whom, what is withheld and why, the cost."""
    told = [each for each in foreseen if each.hindrance is None]
    return {
        "plans": [
            {"path": list(path), "type": plan.root_type, **plan.as_bare_dict(), "tree": plan.as_tree()}
            for path, plan in [((), roots), *((each.path, each.plan.asked) for each in told)]
        ],
        "fetches": [fetch for each in told for fetch in _fetches(each.plan)],
        "withheld": [one for each in foreseen for one in _withheld(each)],
        "cost": weight.as_dict(),
        "amount": weight.told(),
    }


def _fetches(plan: SubjectPlan) -> Iterator[dict[str, Any]]:
    for fetch in plan.fetches:
        for selection in fetch.selections:
            yield {
                "connector": fetch.connector.agency,
                "recordType": selection.record.name,
                "fields": list(selection.columns),
                "highestTier": str(fetch.highest.value),
            }


def _withheld(foreseen: Foreseen) -> Iterator[dict[str, Any]]:
    root, plan, hindrance = foreseen
    if hindrance is not None:
        yield _denied("Query.subject", root, withheld("Query.subject", Tier.SHARED, hindrance))
        return
    for each in plan.denied:
        yield _denied(each.coordinate, (*root, *each.path), each.error)


def _denied(coordinate: str, path: Path, error: GatewayError) -> dict[str, Any]:
    basis = error.legal_basis
    return {
        "coordinate": coordinate,
        "path": list(path),
        "code": error.code,
        "tier": None,
        "legalBasis": written_basis(basis) if basis else None,
        **error.particulars(),
    }
