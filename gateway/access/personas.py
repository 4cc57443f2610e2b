"""The people of the demonstration, as claims (contract, section 4). All are invented, and so are their codes.

The codes lie in a region that was never assigned (410199) and a range kept for demonstrations (DEM); only their
check characters are real. The subjects among them are those of the demonstration's city.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.errors import StartRefused
from schema.disclosure import OrganizationKind, Role

__all__ = ["PERSONAS", "Persona", "UnknownPersona", "claims"]

_LP_02: Final = "91410199DEM001025G"
_LP_07: Final = "91410199DEM001076Q"
_IN_10: Final = "410199200104231074"
_CREDIT_SERVICE: Final = "91410199DEM0013591"


class UnknownPersona(StartRefused):
    """There is no persona of that name."""


@dataclass(frozen=True, slots=True)
class Persona:
    """One person of the demonstration; ``public`` is nobody and has no claims."""

    name: str
    person: str
    organisation: str | None = None
    kind: OrganizationKind | None = None
    role: Role | None = None
    subject: str | None = None

    @property
    def is_public(self) -> bool:
        """Whether this is who sends no token."""
        return not self.person

    def claims(self) -> dict[str, object]:
        """Give the claims that say who this is, without those that say for whom and until when."""
        if self.is_public:
            return {}
        told: dict[str, object] = {"sub": f"demo:{self.name}", "name": self.person}
        if self.organisation is not None and self.kind is not None:
            told |= {"org": self.organisation, "org_kind": self.kind.value}
        told["roles"] = [] if self.role is None else [self.role.value]
        if self.subject is not None:
            told["subject"] = self.subject
        return told


def claims(name: str) -> dict[str, object]:
    """Give the claims of the persona *name*; the public's are none.

    Raises:
        UnknownPersona: naming those that there are.

    """
    if name not in PERSONAS:
        message = f"There is no persona {name!r}: choose one of {', '.join(PERSONAS)}"
        raise UnknownPersona(message)
    return PERSONAS[name].claims()


def _of_agency(name: str, person: str, agency: str, role: Role) -> Persona:
    kind = OrganizationKind.JUDICIAL if agency == "COURT" else OrganizationKind.ADMINISTRATIVE
    return Persona(name, person, agency, kind, role)


def _handler(name: str, person: str, code: str) -> Persona:
    return Persona(name, person, code, OrganizationKind.ENTERPRISE, subject=f"uscc:{code}")


_ALL: Final = (
    Persona("public", ""),
    Persona("individual", "欧阳澈", subject=f"rid:{_IN_10}"),
    _handler("company", "顾云舟", _LP_07),
    _handler("third-party", "麦知秋", _LP_02),
    _of_agency("tax-officer", "程税安", "TAX", Role.OFFICER),
    _of_agency("court-officer", "严法正", "COURT", Role.OFFICER),
    _of_agency("market-officer", "商市平", "MARKET_REGULATION", Role.OFFICER),
    _of_agency("social-insurance-officer", "任保宁", "SOCIAL_INSURANCE", Role.OFFICER),
    _of_agency("tax-reporter", "贾税报", "TAX", Role.REPORTER),
    _of_agency("market-reporter", "尹市报", "MARKET_REGULATION", Role.REPORTER),
    Persona("credit-service", "冯信衡", _CREDIT_SERVICE, OrganizationKind.CREDIT_SERVICE, Role.OFFICER),
    Persona("centre-operator", "钟信维", "CREDIT_CENTRE", OrganizationKind.CREDIT_CENTRE, Role.OPERATOR),
    Persona("centre-approver", "钟信审", "CREDIT_CENTRE", OrganizationKind.CREDIT_CENTRE, Role.APPROVER),
    Persona("supervisor", "杜发督", "DEVELOPMENT_REFORM", OrganizationKind.SUPERVISOR, Role.SUPERVISOR),
    Persona("auditor", "沈计明", "CREDIT_CENTRE", OrganizationKind.CREDIT_CENTRE, Role.AUDITOR),
)

PERSONAS: Final[Mapping[str, Persona]] = MappingProxyType({each.name: each for each in _ALL})
"""Every persona by name, in the order of the contract."""
