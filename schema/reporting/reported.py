"""A row that was read: what it says, of whom, under which natural key, as of when (Art. 7, 8, 12)."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

from schema.definition import RecordDefinition
from schema.reporting.problems import RowProblem
from schema.reporting.row import Action
from schema.reporting.spelling import key_part
from schema.reporting.subject import SubjectNamed
from schema.tiers import Tier

__all__ = ["PersonNamed", "Reported", "natural_key"]


def natural_key(provider: str, subject_id: str, parts: Iterable[object]) -> str:
    """Give the digest under which a record is the same record again: provider, subject and the catalogue's key (R12.6).

    Two spellings of one document number are one key: blanks, full-width digits and brackets do not count.
    """
    named = "\x1f".join([provider, subject_id, *(key_part(part) for part in parts)])
    return hashlib.sha256(named.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """A person inside a record, whose key the platform makes: ``key_field`` gets it (personKey, officerKey, …).

    By the document's number, or else by the agency's ``own_number`` of the person, which is no identity number.
    """

    key_field: str
    id_type: str | None = None
    id_number: str | None = field(default=None, repr=False)
    own_number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reported:
    """What a good row says. ``values`` are canonical and as `reported_record.payload` keeps them.

    ``person`` is set where a part of the key is the platform's to make: hand it to :meth:`with_person_key` before
    :attr:`key` is complete. ``consent_items`` are the fields with a value that Art. 9(3) allows with the subject's
    written consent alone; ``suspected`` are the words of Art. 9 found in free text, for which a person must look at the
    row: both are for the firewall (``gateway/collection/quarantine``). ``warnings`` go into the receipt.
    """

    definition: RecordDefinition = field(repr=False)
    row: int
    action: Action
    subject: SubjectNamed
    values: Mapping[str, object] = field(repr=False)
    source_updated_at: datetime | None = None
    terminated_on: date | None = None
    publicity_until: date | None = None
    record_tier: Tier = Tier.PUBLIC
    sealed: bool = False
    correction_reason: str | None = field(default=None, repr=False)
    statement: str | None = field(default=None, repr=False)
    source_id: str | None = None
    person: PersonNamed | None = None
    kept_until: date | None = None
    consent_items: tuple[str, ...] = ()
    suspected: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The natural key's parts in the catalogue's order, without provider and subject."""
        return tuple(key_part(self.values[name]) for name in self.definition.key)

    def natural_key(self, provider: str, subject_id: str) -> str:
        """Give the digest of the whole natural key (`reported_record.natural_key`)."""
        return natural_key(provider, subject_id, self.key)

    def with_person_key(self, key: str) -> Self:
        """Give the same with the platform's key of the person in its field."""
        if self.person is None:
            return self
        return replace(self, values={**self.values, self.person.key_field: key}, person=None)
