"""By which names a column may come: the catalogue's own, its Chinese, both generations of double publicity (5.8).

The standard of 2019 stands at the fields themselves; that of 2016 here. Sums of the standard are in 万元, the
catalogue's in yuan: so a column knows the unit of the name it came under.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from schema.definition import FieldDefinition, RecordDefinition
from schema.reporting.row import COMMON_COLUMNS, SUBJECT_COLUMNS
from schema.reporting.spelling import folded

__all__ = ["NOT_KEPT", "Column", "columns_of", "field_named"]

TEN_THOUSAND: Final = 10_000

_GENERATION_2016: Final[Mapping[str, Mapping[str, str]]] = {
    "AdministrativeLicence": {
        "XK_XMMC": "licenceDocumentName",
        "XK_SPLB": "licenceType",
        "XK_XDR": "counterpartyName",
        "XK_XDR_TYPE": "counterpartyCategory",
        "XK_XDR_ZDM": "organizationCode",
        "XK_XDR_GSDJ": "registrationNumber",
        "XK_XDR_SFZ": "counterpartyId",
        "XK_FR": "legalRepresentativeName",
        "XK_FR_SFZH": "legalRepresentativeId",
        "XK_JZQ": "validTo",
        "XK_XZJG": "authorityName",
        "SJC": "sourceUpdatedAt",
    },
    "AdministrativePenalty": {
        "CF_CFMC": "violationType",
        "CF_CFLB1": "penaltyTypes",
        "CF_CFLB2": "penaltyTypes",
        "CF_XDR": "counterpartyName",
        "CF_XDR_ZDM": "organizationCode",
        "CF_XDR_GSDJ": "registrationNumber",
        "CF_XDR_SFZ": "counterpartyId",
        "CF_FR": "legalRepresentativeName",
        "CF_JG": "penaltyContent",
        "CF_XZJG": "authorityName",
        "SJC": "sourceUpdatedAt",
    },
}

NOT_KEPT: Final[Mapping[str, frozenset[str]]] = {
    "AdministrativeLicence": frozenset({"DFBM"}),
    "AdministrativePenalty": frozenset({"DFBM", "CF_ZT"}),
}
"""Columns of the standard of 2016 that the catalogue has no field for: known, so not refused, and not kept."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column's name means: the field (or common or subject column) and, for sums, how many yuan are one."""

    name: str
    unit: int = 1


@functools.lru_cache(maxsize=256)
def columns_of(definition: RecordDefinition) -> Mapping[str, Column]:
    """Give every name that a column of a record type may come under, folded, with what it means."""
    found: dict[str, Column] = {}
    for name, chinese in (*COMMON_COLUMNS.items(), *SUBJECT_COLUMNS.items()):
        found[name] = found[folded(chinese)] = Column(name)
    for name, attribute in _GENERATION_2016.get(definition.name, {}).items():
        found[name] = Column(attribute)
    for field in definition.fields.values():
        found |= _names(field)
    return MappingProxyType(found)


def _names(field: FieldDefinition) -> dict[str, Column]:
    plain = Column(field.name)
    label = folded(field.chinese)
    found = {label: plain, field.name: plain}
    if field.type == "Decimal" and label.endswith("(元)"):
        found[label.removesuffix("(元)")] = plain
        found[label.removesuffix("(元)") + "(万元)"] = Column(field.name, TEN_THOUSAND)
    if field.double_publicity:
        found[field.double_publicity] = Column(field.name, TEN_THOUSAND) if field.type == "Decimal" else plain
    return found


def field_named(definition: RecordDefinition, written: str) -> Column | None:
    """Give what a column's name means in a record type; None where the catalogue has no such column.

    >>> from schema.catalogue import RECORDS
    >>> penalty = RECORDS["AdministrativePenalty"]
    >>> field_named(penalty, "CF_NR_FK"), field_named(penalty, "罚款金额（元）")
    (Column(name='fineAmount', unit=10000), Column(name='fineAmount', unit=1))
    >>> field_named(penalty, "血型") is None
    True
    """
    columns = columns_of(definition)
    if (found := columns.get(written)) is not None:
        return found
    if len(written) > 100:  # noqa: PLR2004  # longer than any name of the catalogue
        return None
    name = folded(written).strip("*")
    return columns.get(name) or columns.get(name.upper())
