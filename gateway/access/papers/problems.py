"""What a person can mend about a paper: all of it at once, each with its place in what was sent (Art. 18)."""

from dataclasses import dataclass

from gateway.errors import BadUserInput, EvidenceRequired, PaperInvalid, Text, written_basis
from schema.desk import UserError
from schema.disclosure import LegalBasis
from schema.papers import LegalBasisEntry

__all__ = ["Problem", "basis_entry", "invalid", "unproved", "unusable", "user_error"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and on what article."""

    code: str
    field: tuple[str, ...]
    said: Text
    legal_basis: LegalBasis | None = None


def unusable(field: tuple[str, ...], said: Text) -> Problem:
    """Give the problem of a value that is none: BAD_USER_INPUT."""
    return Problem(BadUserInput.code, field, said)


def invalid(field: tuple[str, ...], said: Text, basis: LegalBasis) -> Problem:
    """Give the problem of a paper that is none in the law's sense: PAPER_INVALID."""
    return Problem(PaperInvalid.code, field, said, basis)


def unproved(field: tuple[str, ...], said: Text, basis: LegalBasis) -> Problem:
    """Give the problem of a paper without its file: EVIDENCE_REQUIRED."""
    return Problem(EvidenceRequired.code, field, said, basis)


def user_error(problem: Problem) -> UserError:
    """Write a problem as the graph does."""
    return UserError(
        code=problem.code,
        message=problem.said.english,
        message_chinese=problem.said.chinese,
        field=list(problem.field),
        legal_basis=None if problem.legal_basis is None else basis_entry(problem.legal_basis),
    )


def basis_entry(basis: LegalBasis) -> LegalBasisEntry:
    """Write where a step or a refusal rests in the law."""
    told = written_basis(basis)
    return LegalBasisEntry(
        instrument=basis.instrument,
        article=basis.article,
        paragraph=basis.paragraph,
        item=basis.item,
        rule_pack=basis.rule_pack,
        status=told["status"],
    )
