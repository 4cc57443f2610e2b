"""The indicator catalogue, read off the declared records (Art. 26)."""

from collections.abc import Iterator, Mapping
from types import ModuleType

from schema.categories import AGENCIES, CATEGORIES, CatalogueAgency, Category
from schema.definition import RecordDefinition
from schema.envelope import ENVELOPE, EnvelopeField
from schema.export import Document, as_document
from schema.record import definition_of
from schema.records import any_agency, courts, market_regulation, social_insurance, tax
from schema.terms import Term, terms

__all__ = [
    "AGENCIES",
    "BY_GRAPH_FIELD",
    "CATEGORIES",
    "ENVELOPE",
    "RECORDS",
    "VERSION",
    "CatalogueAgency",
    "Category",
    "EnvelopeField",
    "RecordType",
    "export",
]

VERSION = "0.2.0"
"""The catalogue's version; every record says under which it was reported."""


def _declared(*modules: ModuleType) -> Iterator[RecordDefinition]:
    for module in modules:
        for thing in vars(module).values():
            definition = definition_of(thing) if isinstance(thing, type) else None
            if definition is not None:
                yield definition


RECORDS: Mapping[str, RecordDefinition] = {
    definition.name: definition
    for definition in _declared(tax, courts, social_insurance, market_regulation, any_agency)
}
"""Every record type by name, in the catalogue's order."""

BY_GRAPH_FIELD: Mapping[str, RecordDefinition] = {definition.graph_field: definition for definition in RECORDS.values()}
"""Every record type by its field on the subject."""

RecordType: type[Term] = terms("信息类型: the record types of the catalogue (Art. 26)")(
    Term("RecordType", {name: (name, definition.chinese) for name, definition in RECORDS.items()})  # type: ignore[arg-type]  # the enum's functional form
)
"""The names of the record types, as an enum of the graph."""


def export() -> Document:
    """Give the whole catalogue as a document: what ``xinyong catalogue export --json`` prints (Art. 26)."""
    return as_document(RECORDS.values(), VERSION)
