"""Papers and grants as rows of the register, and back (Art. 18; R14.3).

What names persons is sealed, bound to the paper's id; in the open stands only what papers are found by.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

import orjson

from gateway.access.papers.paper import File, KeptGrant, KeptPaper, Named, Written, WrittenGrant
from gateway.access.papers.scopes import read_scope, write_scope
from schema.disclosure import PurposeCode
from schema.papers import GrantState, PaperKind, PaperState, SignatureKind, VerificationMethod
from schema.steps import Step
from schema.terms import SubjectKind

__all__ = [
    "Parts",
    "Seals",
    "evidence_rows",
    "grant_row",
    "paper_row",
    "person_rows",
    "place_of",
    "read_file",
    "read_grant",
    "read_paper",
    "read_purposes",
    "subject_rows",
]

Row = Any
"""A row of a statement: its columns have no types."""


class Seals(Protocol):
    """Seals what names persons."""

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """Encrypt, bound to a place."""
        ...

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """Decrypt what was sealed for the same place."""
        ...


class Parts(NamedTuple):
    """What belongs to one paper in other tables."""

    subjects: Sequence[Row]
    persons: Sequence[str]
    files: Sequence[File]
    steps: Sequence[Step]


def place_of(*parts: str) -> bytes:
    """Give what sealed bytes are bound to."""
    return "\x00".join(("paper", *parts)).encode()


def paper_row(paper: KeptPaper, seals: Seals) -> dict[str, Any]:
    """Give a paper's row."""
    written = paper.written
    most = written.max_uses
    return {
        "id": paper.id,
        "kind": written.kind.value,
        "state": paper.decided.value,
        "organisation": written.organisation,
        "number": written.number,
        "valid_from": written.valid_from,
        "valid_to": written.valid_to,
        "purposes": _purposes_text(written.purposes),
        "scope": None if written.scope is None else write_scope(written.scope),
        "max_uses": most,
        "capacity": None if most is None else most * len(written.subjects),
        "uses": paper.uses,
        "used_at": paper.used_at,
        "presented_by": paper.presented_by,
        "presented_at": paper.presented_at,
        "reviewed_by": paper.reviewed_by,
        "sealed": seals.seal(orjson.dumps(_told(written)), place_of(paper.id)),
    }


def read_paper(row: Row, parts: Parts, seals: Seals) -> KeptPaper:
    """Read a paper from its rows."""
    told = orjson.loads(seals.open(row.sealed, place_of(row.id)))
    written = Written(
        kind=PaperKind(row.kind),
        subjects=tuple(Named(each.subject_id, *_name(told["subjects"][each.position])) for each in parts.subjects),
        evidence=tuple(each.digest for each in parts.files),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        persons=tuple(parts.persons),
        organisation=row.organisation,
        number=row.number,
        purposes=read_purposes(row.purposes),
        scope=None if row.scope is None else read_scope(row.scope),
        max_uses=row.max_uses,
        issued_on=_day(told["issuedOn"]),
        signed_on=_day(told["signedOn"]),
        signatory=told["signatory"],
        signature=None if told["signature"] is None else SignatureKind(told["signature"]),
        verification=None if told["verification"] is None else VerificationMethod(told["verification"]),
        particulars=told["particulars"],
    )
    return KeptPaper(
        id=row.id,
        written=written,
        decided=PaperState(row.state),
        presented_by=row.presented_by,
        presented_at=row.presented_at,
        uses=row.uses,
        used_at=row.used_at,
        reviewed_by=row.reviewed_by,
        files=tuple(parts.files),
        steps=tuple(parts.steps),
    )


def subject_rows(paper: KeptPaper) -> list[dict[str, Any]]:
    """Give a row for each subject of a paper."""
    return [
        {"paper_id": paper.id, "subject_id": each.id, "position": n, "uses": 0}
        for n, each in enumerate(paper.written.subjects)
    ]


def person_rows(paper: KeptPaper) -> list[dict[str, Any]]:
    """Give a row for each person whom a paper serves."""
    return [{"paper_id": paper.id, "person": each} for each in paper.written.persons]


def evidence_rows(paper: KeptPaper) -> list[dict[str, Any]]:
    """Give a row for each file that proves a paper."""
    return [
        {"paper_id": paper.id, "digest": each, "sent_by": paper.presented_by, "position": n}
        for n, each in enumerate(paper.written.evidence)
    ]


def read_file(row: Row, seals: Seals) -> File:
    """Read a file's row."""
    sealed = row.sealed_name
    name = None if sealed is None else seals.open(sealed, place_of(row.digest, row.sent_by)).decode()
    return File(row.digest, row.media_type, row.size, name)


def grant_row(grant: KeptGrant) -> dict[str, Any]:
    """Give a grant's row; nothing in it names a person."""
    written = grant.written
    return {
        "id": grant.id,
        "agency": written.agency,
        "state": grant.decided.value,
        "scope": write_scope(written.scope),
        "purposes": _purposes_text(written.purposes),
        "valid_from": written.valid_from,
        "valid_to": written.valid_to,
        "approval_document": written.approval_document,
        "proposed_by": grant.proposed_by,
        "proposed_at": grant.proposed_at,
        "reviewed_by": grant.reviewed_by,
    }


def read_grant(row: Row, steps: Sequence[Step]) -> KeptGrant:
    """Read a grant from its row."""
    written = WrittenGrant(
        agency=row.agency,
        scope=read_scope(row.scope),
        purposes=read_purposes(row.purposes),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        approval_document=row.approval_document,
    )
    decided = GrantState(row.state)
    return KeptGrant(row.id, written, decided, row.proposed_by, row.proposed_at, row.reviewed_by, tuple(steps))


def read_purposes(written: str) -> frozenset[PurposeCode]:
    """Read codes with blanks between."""
    return frozenset(PurposeCode(each) for each in written.split())


def _purposes_text(purposes: Iterable[PurposeCode]) -> str:
    return " ".join(sorted(purposes))


def _told(written: Written) -> dict[str, Any]:
    """Give what is sealed: whatever names a person, or a thing that papers are not found by."""
    return {
        "subjects": [[each.kind.name, each.name, each.code] for each in written.subjects],
        "issuedOn": written.issued_on,
        "signedOn": written.signed_on,
        "signatory": written.signatory,
        "signature": written.signature,
        "verification": written.verification,
        "particulars": dict(written.particulars),
    }


def _name(told: Sequence[str]) -> tuple[SubjectKind, str, str]:
    kind, name, code = told
    return SubjectKind[kind], name, code


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
