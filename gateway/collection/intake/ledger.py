"""Which agencies report, what each is competent for, and in which of the three ways (Art. 2, 12(1); R2.1, R2.2, R12.1).

Pure: the catalogue's agencies, and those that the settings name besides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from gateway.errors import NotCompetent, ProviderUnknown, ReadLive, Text
from gateway.settings import ReportingAgency
from schema.catalogue import AGENCIES, RECORDS
from schema.definition import RecordDefinition
from schema.terms import SubmissionMode

__all__ = ["Ledger"]

ANY: Final = "ANY"
"""The catalogue's word for every competent agency."""
_REGISTERS: Final = frozenset({"EntityRegistration"})
"""Of which others than the competent agency keep a part: establishments, associations, law firms, unions."""
_NOTHING_SAID: Final = ReportingAgency()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The agencies by code; ``live`` are the record types that each one's connected system serves."""

    agencies: Mapping[str, ReportingAgency]
    live: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, said: Mapping[str, ReportingAgency], live: Mapping[str, Iterable[str]]) -> "Ledger":
        """Give the ledger of the settings' agencies and of the *live* connectors' record types."""
        known = {code: said.get(code, _NOTHING_SAID) for code in AGENCIES if code != ANY}
        served = {agency: frozenset(records) for agency, records in live.items()}
        return cls(MappingProxyType({**known, **said}), MappingProxyType(served))

    def name_of(self, agency: str) -> str:
        """Give an agency's Chinese name, else its code."""
        said = self.agencies.get(agency, _NOTHING_SAID).name
        return said or (AGENCIES[agency].chinese if agency in AGENCIES else agency)

    def is_competent(self, agency: str, definition: RecordDefinition) -> bool:
        """Say whether an agency may report a record type (R2.2)."""
        said = self.agencies.get(agency)
        return said is not None and (definition.agency in (agency, ANY) or definition.name in said.records)

    def mode_of(self, agency: str, record_type: str) -> SubmissionMode:
        """Give the way in which an agency reports a record type: as the settings say, else as it is connected."""
        said = self.agencies.get(agency, _NOTHING_SAID)
        connected = "SYSTEM" if self._is_live(agency, record_type) else "BATCH"
        return SubmissionMode[said.modes.get(record_type) or said.mode or connected]

    def obliged(self, agency: str) -> tuple[str, ...]:
        """Give the record types that are this agency's own to report; those of any agency fall due by their events."""
        said = self.agencies.get(agency, _NOTHING_SAID)
        return tuple(each.name for each in RECORDS.values() if each.agency == agency or each.name in said.records)

    def check(self, agency: str, record_type: str) -> RecordDefinition:
        """Give the definition of a record type that *agency* may send now.

        Raises:
            ProviderUnknown: no such agency reports here.
            NotCompetent: it is not competent for the record type, or there is none of that name.
            ReadLive: its own system is asked instead.

        """
        if agency not in self.agencies:
            raise ProviderUnknown(Text(f"{agency} is in no ledger of agencies", f"{agency} 未登记"))
        definition = RECORDS.get(record_type)
        if definition is None or not self.is_competent(agency, definition):
            named = record_type if definition is not None else "?"
            raise NotCompetent(
                Text(
                    f"{agency} may not report {named}" if definition else "the catalogue has no such record type",
                    f"{agency} 不得报送{definition.chinese}" if definition else "目录中没有该信息类型",
                )
            )
        if self._is_read_live(agency, record_type):
            raise ReadLive(
                Text(f"{record_type} of {agency} is read from its own system", f"{definition.chinese}由其系统直接提供")
            )
        return definition

    def kept_by_centre(self) -> frozenset[str]:
        """Give the record types that some agency reports to the centre: those of any agency, and those not live."""
        return frozenset(
            definition.name
            for definition in RECORDS.values()
            if definition.agency == ANY
            or definition.name in _REGISTERS
            or any(
                self.is_competent(agency, definition) and not self._is_read_live(agency, definition.name)
                for agency in self.agencies
            )
        )

    def _is_live(self, agency: str, record_type: str) -> bool:
        return record_type in self.live.get(agency, frozenset())

    def _is_read_live(self, agency: str, record_type: str) -> bool:
        return self._is_live(agency, record_type) and self.mode_of(agency, record_type) is SubmissionMode.SYSTEM
