"""Which connectors serve which record type, for which kind of subject: what the credit graph is joined from.

Built from the connectors at hand. A field of the subject that gives records is the union of all connectors that serve
that record type for that kind of subject; the agency itself stands before the credit centre's copy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.connector import Connector
from schema.catalogue import RECORDS

__all__ = ["CENTRE", "Supergraph"]

CENTRE = "CREDIT_CENTRE"
"""The agency code of the credit centre, whose copies stand behind the agencies' own records."""


@dataclass(frozen=True, slots=True, eq=False)
class Supergraph:
    """The connectors at hand, and what each serves."""

    connectors: Mapping[str, Connector]
    agencies: Mapping[str, str]
    """Names of agencies by code, as they answer for records."""
    serving: Mapping[tuple[str, str], tuple[Connector, ...]] = field(repr=False)

    @classmethod
    def of(cls, connectors: Sequence[Connector], agencies: Mapping[str, str]) -> "Supergraph":
        """Join connectors into one graph."""
        ordered = sorted(connectors, key=lambda each: each.agency == CENTRE)
        serving = {
            (record, kind): found
            for record, definition in RECORDS.items()
            for kind in definition.subject_kinds
            if (found := tuple(each for each in ordered if each.serves_kind(record, kind)))
        }
        names = {each.agency: each.name for each in ordered}
        return cls({each.agency: each for each in ordered}, {**agencies, **names}, serving)
