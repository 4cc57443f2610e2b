"""Writes what agencies reported to the credit centre, already under the catalogue's names, and the subject register."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from connectors import credit_centre as centre
from connectors.demonstration.ledger import Ledger
from connectors.demonstration.parties import Party
from schema.catalogue import RECORDS, VERSION
from schema.reporting import natural_key

__all__ = ["CentreDesk", "Keys", "Report"]


@dataclass(frozen=True, slots=True)
class Keys:
    """The gateway's keyed functions: ids of subjects, sealing of identity numbers, digests to find them by.

    ``subject_id("uscc" | "rid", identifier)``; ``seal(plaintext, context)`` with the subject's id as context.
    """

    subject_id: Callable[[str, str], str]
    seal: Callable[[bytes, bytes], bytes]
    id_digest: Callable[[str], bytes]

    def of(self, party: Party) -> str:
        """Give a subject's id."""
        return self.subject_id("uscc" if party.is_legal_person else "rid", party.identifier)


@dataclass(frozen=True, slots=True)
class Report:
    """How a record was reported: by whom, when, and what has become of it."""

    provider: str
    on: date
    version: int = 1
    mode: str = "BATCH"
    status: str = "ACTIVE"
    dispute: str = "NONE"
    statement: str | None = None
    tier: str = "A"


class CentreDesk:
    """The credit centre's side of the demonstration."""

    def __init__(self, ledger: Ledger, keys: Keys) -> None:
        """Write into *ledger*, with the gateway's keys."""
        self.ledger = ledger
        self.keys = keys
        self._ids: dict[str, str] = {}

    def register(self, party: Party) -> None:
        """Enter a subject into the register."""
        legal = party.is_legal_person
        subject = self._ids[party.identifier] = self.keys.of(party)
        self.ledger.add(
            centre.SUBJECT,
            id=subject,
            kind=party.kind,
            identifier=party.identifier if legal else None,
            sealed_identifier=None if legal else self.keys.seal(party.identifier.encode(), subject.encode()),
            name=party.name,
            organization_code=party.organization_code if legal else None,
            registration_number=party.registration_number,
            taxpayer_number=party.identifier if legal else None,
            organization_type=party.organization_type or None,
            established_on=party.established_on if legal else None,
            region_code="410100" if legal else None,
            id_digest=None if legal else self.keys.id_digest(party.identifier),
        )

    def report(self, party: Party, record_type: str, report: Report, **values: Any) -> None:  # noqa: ANN401 (a payload)
        """Enter a reported record; its values go by the catalogue's names, days and decimals as themselves.

        ``terminatedOn`` and ``publicityUntil`` may be said of any record: the envelope has them.
        """
        definition = RECORDS[record_type]
        payload = {name: _plain(value) for name, value in values.items() if name in definition.fields}
        subject = self._ids.get(party.identifier) or self.keys.of(party)
        self.ledger.add(
            centre.REPORTED_RECORD,
            record_type=record_type,
            provider=report.provider,
            subject_id=subject,
            natural_key=natural_key(report.provider, subject, (payload[name] for name in definition.key)),
            kind=party.kind,
            version=report.version,
            reported_at=f"{min(report.on, self.ledger.as_of).isoformat()}T15:30:00+08:00",
            submission_id=f"S-{report.provider}-{report.on:%Y%m%d}",
            submission_mode=report.mode,
            record_status=report.status,
            dispute_status=report.dispute,
            subject_statement=report.statement,
            corrected_from=None,
            terminated_on=values.get("terminatedOn"),
            publicity_until=values.get("publicityUntil"),
            sealed=False,
            record_tier=max(report.tier, str(definition.tier.value)),
            catalogue_version=VERSION,
            payload=orjson.dumps(payload).decode(),
        )

    def identity(self, person: Party, provider: str, on: date, **values: Any) -> None:  # noqa: ANN401 (a payload)
        """Enter who a person is; the key is the platform's own."""
        self.report(
            person,
            "PersonIdentity",
            Report(provider, on),
            personKey=self.key_of(person),
            name=person.name,
            idType="RESIDENT_ID",
            idNumber=person.identifier,
            **values,
        )

    def key_of(self, person: Party) -> str:
        """Give the platform's key of a person."""
        return self.keys.subject_id("rid", person.identifier)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
