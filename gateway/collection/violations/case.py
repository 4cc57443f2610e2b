"""A case as the room's own values: what is alleged, the evidence, the steps (Art. 25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.errors import Text
from schema.violations import ViolationKind, ViolationState

__all__ = ["Case", "Evidence", "Found", "Step"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for a violation: never a value of a record, only where it lies (R9.7).

    ``source`` is the room that found it (OBLIGATIONS, QUARANTINE, INTAKE, INTEGRITY …), ``reference`` its id there:
    the same is taken once. ``matter`` says what belongs to one case while that is open; without one, each reference is
    a matter of its own. ``rule`` is how it was found, which the alleged agency is not told (R25.2).
    """

    source: str
    reference: str
    said: Text
    matter: str = ""
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Evidence, and when it was put to a case."""

    evidence: Evidence
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One transition: by whom, when, why; ``from_state`` None for the first."""

    at: datetime
    actor: str
    organisation: str | None
    from_state: ViolationState | None
    to_state: ViolationState
    reason: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case against one agency."""

    id: str
    kind: ViolationKind
    agency: str
    matter: str
    state: ViolationState
    opened_by: str
    opened_at: datetime
    evidence: Sequence[Found] = ()
    steps: Sequence[Step] = ()
