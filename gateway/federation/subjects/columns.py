"""Which columns the fields of a record rest on, and which of its records a kind of subject has at the least (R15.2)."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

from gateway.federation.subjects.records import Layout, polarity_columns, tier_columns
from schema.catalogue import ENVELOPE
from schema.definition import RecordDefinition
from schema.tiers import Tier

__all__ = ["CARRIED", "columns_of", "floor_of", "told_by", "whole_record"]

CARRIED = frozenset(
    {
        "provider",
        "version",
        "reportedAt",
        "submissionId",
        "submissionMode",
        "recordStatus",
        "disputeStatus",
        "subjectStatement",
        "correctedFrom",
        "terminatedOn",
        "publicityUntil",
        "sealed",
        "recordTier",
        "catalogueVersion",
    }
)
"""The envelope's fields that a row carries; the others are derived from columns or constant."""


def floor_of(record: RecordDefinition, kind: str) -> Tier | None:
    """Give the lowest tier that such a record of this kind of subject can have; None: none is ever open."""
    lowest: Tier = record.tier
    for rule in record.tier_rules:
        if rule.when.fields == {"subjectKind"} and rule.when.holds({"subjectKind": kind}):
            if rule.tier is None:
                return None
            lowest = max(lowest, rule.tier)
    return lowest


def whole_record(record: RecordDefinition, highest: Tier) -> set[str]:
    """Give all columns of a record type that a clearance opens, and those without which no row can be kept."""
    columns = set(Layout.always(record, expires=True)) | CARRIED
    columns |= {name for name, each in record.fields.items() if each.tier <= highest}
    columns |= polarity_columns(record) | tier_columns(record)
    return columns - {name for name in CARRIED if ENVELOPE[name].tier > highest and name not in record.fields}


def columns_of(record: RecordDefinition, name: str) -> frozenset[str]:
    """Give the columns on which a field of a record rests."""
    if name in record.fields or name not in _RESTS_ON:
        return frozenset({name})
    return frozenset(_RESTS_ON[name](record))


def told_by(record: RecordDefinition, name: str) -> frozenset[str]:
    """Give the record's own fields whose value, or what follows from it, a field of the envelope tells.

    An id tells none: it is a keyed hash.
    """
    return frozenset(_RESTS_ON[name](record) & record.fields.keys()) if name in _TELLS else frozenset()


def _retention_columns(record: RecordDefinition) -> frozenset[str]:
    return Layout.always(record, expires=True) - {"provider", "version", "recordStatus", *record.key}


def _ending_columns(record: RecordDefinition) -> set[str]:
    return {"terminatedOn"} | ({record.retention.end} if record.retention and record.retention.end else set())


_RESTS_ON: Mapping[str, Callable[[RecordDefinition], AbstractSet[str]]] = {
    "id": lambda record: {"provider", *record.key},
    "recordTier": tier_columns,
    "recordPolarity": polarity_columns,
    "occurredOn": lambda record: {record.occurred_on or "reportedAt"},
    "retentionUntil": _retention_columns,
    "terminatedOn": _ending_columns,
}

_TELLS = frozenset({"recordPolarity", "occurredOn", "terminatedOn"})
