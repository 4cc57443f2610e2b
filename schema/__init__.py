"""The language of the law: the words an author of record types and connectors may use (Art. 2, 7, 8, 15, 26)."""

from schema.definition import Cycle, Mask, Prohibition, RecordDefinition, SubmissionClass
from schema.record import by_value, definition_of, field, five_years, raised, record
from schema.scalars import (
    IdDocumentNumber,
    OrganizationCode,
    RegionCode,
    RegistrationNumber,
    UnifiedSocialCreditCode,
)
from schema.terms import Polarity, SubjectKind, Term, terms
from schema.tiers import Tier

__all__ = [
    "Cycle",
    "IdDocumentNumber",
    "Mask",
    "OrganizationCode",
    "Polarity",
    "Prohibition",
    "RecordDefinition",
    "RegionCode",
    "RegistrationNumber",
    "SubjectKind",
    "SubmissionClass",
    "Term",
    "Tier",
    "UnifiedSocialCreditCode",
    "by_value",
    "definition_of",
    "field",
    "five_years",
    "raised",
    "record",
    "terms",
]
