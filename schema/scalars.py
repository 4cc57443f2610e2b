"""The codes that have a type of their own in the graph; :mod:`schema.identifiers` checks them (Art. 7(1), 8(1))."""

from collections.abc import Mapping
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

__all__ = [
    "SCALARS",
    "IdDocumentNumber",
    "OrganizationCode",
    "RegionCode",
    "RegistrationNumber",
    "UnifiedSocialCreditCode",
]

UnifiedSocialCreditCode = NewType("UnifiedSocialCreditCode", str)
OrganizationCode = NewType("OrganizationCode", str)
RegistrationNumber = NewType("RegistrationNumber", str)
IdDocumentNumber = NewType("IdDocumentNumber", str)
RegionCode = NewType("RegionCode", str)


def _code(name: str, description: str) -> ScalarDefinition:
    definition: ScalarDefinition = strawberry.scalar(name=name, description=description, serialize=str, parse_value=str)
    return definition


SCALARS: Mapping[object, ScalarDefinition] = {
    UnifiedSocialCreditCode: _code("UnifiedSocialCreditCode", "统一社会信用代码: 18 characters, GB 32100"),
    OrganizationCode: _code("OrganizationCode", "组织机构代码: 9 characters without hyphen, GB 11714"),
    RegistrationNumber: _code("RegistrationNumber", "注册号: 15 digits, GS 15"),
    IdDocumentNumber: _code(
        "IdDocumentNumber", "证件号码: a resident identity number (GB 11643) or another document's"
    ),
    RegionCode: _code("RegionCode", "行政区划代码: 6 digits, GB/T 2260; a soft reference"),
}
"""What Strawberry needs to know of each code's type."""
