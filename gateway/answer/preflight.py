"""A dry run's answer: of each coordinate, whether it is open, and what would open it (R15.9)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from gateway.errors import Withheld, written_basis
from gateway.federation.subjects.plan import Path
from gateway.federation.subjects.resolve import Foreseen
from schema.disclosure import Decision, LegalBasis
from schema.tiers import Tier

__all__ = ["access_of"]


def access_of(plans: Iterable[Foreseen], purposes: Sequence[str]) -> list[dict[str, Any]]:
    """Give ``extensions.xinyong.access`` of an operation; *purposes* are those that fit the caller."""
    told: dict[tuple[str, bool], dict[str, Any]] = {}
    for foreseen in plans:
        for entry in _access_of(foreseen, purposes):
            told.setdefault((entry["coordinate"], entry["allowed"]), entry)
    return list(told.values())


def _access_of(foreseen: Foreseen, purposes: Sequence[str]) -> Iterator[dict[str, Any]]:
    root, plan, hindrance = foreseen
    if hindrance is not None:
        yield from _hindered(foreseen, hindrance, purposes)
        return
    for disclosed in plan.disclosed:
        path = (*root, *disclosed.path)
        yield _access_entry(disclosed.coordinate, path, disclosed.tier, disclosed.decision, purposes)
    for denied in plan.denied:
        path, error = (*root, *denied.path), denied.error
        if isinstance(error, Withheld):
            yield _access_entry(denied.coordinate, path, error.tier, error.decision, purposes)
        else:
            decision = Decision(
                allowed=False, legal_basis=error.legal_basis or LegalBasis("18"), reason=error.message()
            )
            yield _access_entry(denied.coordinate, path, Tier.PUBLIC, decision, ())


def _hindered(foreseen: Foreseen, decision: Decision, purposes: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Give every coordinate of a subject that would not be answered, with what that wants."""
    root, plan, _ = foreseen
    for disclosed in plan.disclosed:
        path = (*root, *disclosed.path)
        yield _access_entry(disclosed.coordinate, path, disclosed.tier, decision, purposes)
    for denied in plan.denied:
        tier = denied.error.tier if isinstance(denied.error, Withheld) else Tier.PUBLIC
        yield _access_entry(denied.coordinate, (*root, *denied.path), tier, decision, purposes)


def _access_entry(
    coordinate: str, path: Path, level: Tier, decision: Decision, purposes: Sequence[str]
) -> dict[str, Any]:
    return {
        "coordinate": coordinate,
        "path": list(path),
        "allowed": decision.allowed,
        "tier": str(level.value),
        "missingPaper": decision.missing_paper.value if decision.missing_paper else None,
        "purposes": list(purposes) if decision.purpose_missing else [],
        "legalBasis": written_basis(decision.legal_basis),
    }
