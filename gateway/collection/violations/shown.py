"""A case as the graph shows it to one caller: the alleged agency is not told by which rule it was found (R25.2)."""

import strawberry

from gateway.access.callers import Caller
from gateway.access.papers.problems import basis_entry
from gateway.collection.violations import rights
from gateway.collection.violations.case import Case, Found, Step
from gateway.collection.violations.procedure import basis_of
from schema.papers import LegalBasisEntry
from schema.violations import Violation, ViolationEvidence, ViolationStep

__all__ = ["show"]


def show(case: Case, caller: Caller) -> Violation:
    """Write a case as *caller* may see it."""
    basis = basis_entry(basis_of(case.kind))
    rules = rights.reads_rules(caller, case)
    return Violation(
        id=strawberry.ID(case.id),
        kind=case.kind,
        agency=case.agency,
        state=case.state,
        opened_at=case.opened_at,
        opened_by=case.opened_by,
        evidence=[_evidence(each, rules=rules) for each in case.evidence],
        history=[_step(each, basis) for each in case.steps],
    )


def _evidence(found: Found, *, rules: bool) -> ViolationEvidence:
    told = found.evidence
    return ViolationEvidence(
        found_at=found.at,
        source=told.source,
        reference=told.reference,
        said=told.said.english,
        said_chinese=told.said.chinese,
        rule=told.rule if rules else None,
    )


def _step(step: Step, basis: LegalBasisEntry) -> ViolationStep:
    return ViolationStep(
        at=step.at,
        actor=step.actor,
        to=step.to_state,
        legal_basis=basis,
        organisation=step.organisation,
        from_=step.from_state,
        reason=step.reason,
        document=step.document,
    )
