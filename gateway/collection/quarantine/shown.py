"""A held row as the graph shows it: what it says is for reviewers alone, while it is held (R9.4)."""

from collections.abc import Iterator
from typing import Final

import strawberry

from gateway.access.callers import Caller
from gateway.collection.quarantine import rights
from gateway.collection.quarantine.held import Held
from schema.catalogue import RECORDS
from schema.definition import RecordDefinition
from schema.masks import mask_text
from schema.quarantine import QuarantinedRow, QuarantinedValue, QuarantineReason
from schema.reporting import COMMON_COLUMNS, SUBJECT_COLUMNS, field_named, shown_name

__all__ = ["show"]

_LONGEST: Final = 10_000


def show(held: Held, caller: Caller) -> QuarantinedRow:
    """Write a row as *caller* may see it."""
    proposal, decision = held.proposal, held.decision
    staff = rights.is_reviewer(caller)
    return QuarantinedRow(
        id=strawberry.ID(held.id),
        state=held.state,
        provider=held.provider,
        record_type=held.record_type,
        submission_id=held.submission_id,
        row=held.row,
        held_at=held.held_at,
        reasons=[
            QuarantineReason(
                code=each.code,
                said=each.message.english,
                said_chinese=each.message.chinese,
                column=each.column,
                article=each.article,
            )
            for each in held.reasons
        ],
        values=list(_values(held)) if staff else [],
        proposal=None if proposal is None or not staff else proposal.decision,
        proposed_by=None if proposal is None or not staff else proposal.person,
        proposed_at=None if proposal is None or not staff else proposal.at,
        proposed_for=None if proposal is None or not staff else proposal.reason,
        decided_by=None if decision is None or not staff else decision.person,
        decided_at=None if decision is None else decision.at,
        decided_for=None if decision is None else decision.reason,
        outcome=held.outcome,
    )


def _values(held: Held) -> Iterator[QuarantinedValue]:
    """Give what a reviewer needs: the columns in doubt, the natural key, and whom the row is about."""
    definition = RECORDS.get(held.record_type)
    if held.values is None or definition is None:
        return
    doubtful = {each.column for each in held.reasons}
    for written, value in held.values.items():
        column = field_named(definition, written)
        if column is None or value is None:
            continue
        name = column.name
        if name in doubtful or name in definition.key or name in SUBJECT_COLUMNS:
            yield QuarantinedValue(column=shown_name(name), chinese=_chinese(definition, name), text=_text(value))


def _chinese(definition: RecordDefinition, name: str) -> str | None:
    if name in definition.fields:
        return definition.fields[name].chinese
    return SUBJECT_COLUMNS.get(name) or COMMON_COLUMNS.get(name)


def _text(value: object) -> str:
    """Give a value as text, without what reads like an identity number (R14.3)."""
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return mask_text(text[:_LONGEST])
