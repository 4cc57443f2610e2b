"""Opened entries as the graph shows them: whole to auditors, line by line to their subjects (Art. 19, AMB-29)."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
import strawberry

from gateway.audit.decisions import Rulings
from gateway.audit.entry import Receipt
from gateway.audit.inspection.opening import (
    KINDS,
    METHODS,
    OUTCOMES_BY_NUMBER,
    TIERS_BY_NUMBER,
    Opened,
    as_bytes,
)
from schema.disclosure import OrganizationKind, Outcome, PurposeCode, QueryMethod, Standing
from schema.inspection import QueryLogEntry
from schema.line_shapes import COUNTED, Ruling
from schema.query_log import (
    QueryLogField,
    QueryLogKind,
    QueryLogLine,
    QueryLogRows,
    QueryLogSource,
    QueryLogSpan,
    QueryLogSpanAttribute,
    QueryLogSubject,
)

__all__ = ["entry_shown", "line_shown"]

_REMEMBERED: Final = 1_024
_NOTHING: Final[Mapping[str, Any]] = {}
_US_NS: Final = 1_000
_SHAPE: Final = 7
"""Where in a line's half under seal the number of its shape stands."""


_ODD: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What reading a head or a body raises that somebody wrote anew: the columns are shown, and verification says so."""


class _Shape(NamedTuple):
    """A shape as it is shown: the connections whose records are counted, what was told, what was withheld."""

    connections: list[str]
    fields: list[QueryLogField]
    withheld: list[QueryLogField]


def entry_shown(opened: Opened) -> QueryLogEntry:
    """Give an entry as auditors see it."""
    try:
        return _entry(opened)
    except _ODD:
        return _entry(opened.closed())


def _entry(opened: Opened) -> QueryLogEntry:
    row, head, body = opened.row, opened.head, opened.body or _NOTHING
    inspected = body.get("inspected")
    return QueryLogEntry(
        receipt=opened.receipt,
        kind=KINDS.get(row.kind, QueryLogKind.QUERY),
        at=row.at,
        organisation=row.organisation,
        method=_method(row.way),
        outcome=Outcome(OUTCOMES_BY_NUMBER.get(row.outcome, Outcome.FAILED)),
        tier=TIERS_BY_NUMBER.get(row.tier, ""),
        papers=[strawberry.ID(each) for each in head["papers"]] if head else None,
        subjects=_subjects(opened),
        sources=[QueryLogSource(connector=name, asked=a, reached=r) for name, a, r in body.get("sources", ())],
        spans=_spans(body),
        errors=list(body.get("errors", ())),
        opened=opened.body is not None,
        response_digest=head["answer"] if head else None,
        trace_id=head["trace"] if head else None,
        requester=body.get("person"),
        organisation_kind=_organisation_kind(body),
        channel=body.get("channel"),
        purpose=_purpose(row.purpose),
        purpose_text=body.get("purposeText"),
        operation_name=body.get("operation"),
        document=body.get("document"),
        request_id=body.get("request"),
        inspected=None if inspected is None else orjson.dumps(inspected, option=orjson.OPT_SORT_KEYS).decode(),
    )


def line_shown(opened: Opened, subject_id: str, receipt_key: bytes | None) -> QueryLogLine | None:
    """Give what an entry did about one subject; with a *receipt_key* as the subject sees it, else as auditors do.

    None where the entry cannot be opened any more.
    """
    try:
        return _line(opened, subject_id, receipt_key)
    except _ODD:
        return None


def _line(opened: Opened, subject_id: str, receipt_key: bytes | None) -> QueryLogLine | None:
    body, row = opened.body, opened.row
    subject = next((each for each in _subjects(opened) if each.id == subject_id), None)
    if body is None or subject is None:
        return None
    to_itself = receipt_key is not None
    named = not to_itself or subject.standing is not Standing.PUBLIC
    receipt = Receipt(row.stream, row.seq, as_bytes(row.leaf))
    return QueryLogLine(
        receipt=str(receipt) if receipt_key is None else receipt.opaque(receipt_key),
        at=row.at,
        method=_method(row.way),
        standing=subject.standing,
        outcome=subject.outcome,
        tier=subject.tier,
        fields=subject.fields,
        withheld=subject.withheld,
        rows=subject.rows,
        requester=body["person"] if named else None,
        organisation=row.organisation or None if named else None,
        organisation_kind=_organisation_kind(body) if named else None,
        channel=body["channel"],
        purpose=_purpose(row.purpose),
        purpose_text=body["purposeText"] if named else None,
        basis=subject.basis,
        paper=subject.paper if named else None,
        nth=None if to_itself else subject.nth,
    )


def _subjects(opened: Opened) -> list[QueryLogSubject]:
    """Put each line's half under seal to its half in the head: they stand in one order.

    Raises:
        ValueError: they are not as many; the head was written anew.

    """
    if opened.body is None:
        return []
    sealed, heads = opened.body["subjects"], opened.head.get("subjects", ())
    return [_subject(opened, one, other) for one, other in zip(sealed, heads, strict=True)]


def _subject(opened: Opened, sealed: Sequence[Any], head: Sequence[Any]) -> QueryLogSubject:
    own_id, standing, basis, outcome, tier, counted, paper, _, counts = sealed
    rulings = _rulings(opened, sealed)
    shape = None if rulings is None else _shown(rulings)
    return QueryLogSubject(
        id=strawberry.ID(own_id),
        standing=Standing(standing),
        outcome=Outcome(outcome),
        tier=tier,
        counted=counted,
        fields=shape and shape.fields,
        withheld=shape and shape.withheld,
        rows=shape and _rows(shape, counts),
        basis=basis or None,
        paper=strawberry.ID(paper) if paper else None,
        nth=head[1] or None,
        nth_of_organisation=head[2] or None,
    )


def _rows(shape: _Shape, counts: Sequence[int]) -> list[QueryLogRows]:
    return [QueryLogRows(coordinate=each, records=n) for each, n in zip(shape.connections, counts, strict=False)]


def _rulings(opened: Opened, sealed: Sequence[Any]) -> Rulings | None:
    """Give what was decided about a subject, by the shape that its line names; None where it is not known."""
    number = sealed[_SHAPE]
    return opened.shapes[number] if number < len(opened.shapes) else None


@functools.lru_cache(maxsize=_REMEMBERED)
def _shown(rulings: Rulings) -> _Shape:
    """Give what a shape says, once for all the entries that have it."""
    decided = [each for each in rulings if each.decision != COUNTED]
    return _Shape(
        [each.coordinate for each in rulings if each.decision == COUNTED],
        [_field(each) for each in decided if each.allowed],
        [_field(each) for each in decided if not each.allowed],
    )


def _field(ruling: Ruling) -> QueryLogField:
    return QueryLogField(
        coordinate=ruling.coordinate,
        tier=ruling.tier,
        decision=ruling.decision,
        missing_paper=ruling.missing_paper or None,
        article=ruling.article or None,
    )


def _spans(body: Mapping[str, Any]) -> list[QueryLogSpan]:
    began = body.get("startedAtNs", 0)
    return [
        QueryLogSpan(
            name=name,
            offset_us=max(0, started - began) // _US_NS,
            duration_us=duration // _US_NS,
            attributes=[QueryLogSpanAttribute(key=key, value=str(value)) for key, value in attributes],
        )
        for name, started, duration, attributes in body.get("spans", ())
    ]


def _method(way: int) -> QueryMethod:
    return QueryMethod(METHODS.get(way, QueryMethod.API))


def _organisation_kind(body: Mapping[str, Any]) -> OrganizationKind | None:
    kind = body.get("organisationKind")
    return None if kind is None else OrganizationKind(kind)


def _purpose(code: str) -> PurposeCode | None:
    return PurposeCode(code) if code in PurposeCode.__members__ else None
