"""Who may name reporting officers, and see whom which agency has named (Art. 5, 10; R5.1, R10.1). Pure."""

from gateway.access.callers import Caller
from gateway.access.papers.rights import ORGANS, is_staff
from gateway.errors import Forbidden, Text
from schema.disclosure import LegalBasis, OrganizationKind, Role

__all__ = ["may_see", "name_for"]

_BASIS = LegalBasis("10")


def name_for(caller: Caller, agency: str | None) -> str:
    """Give the agency for which *caller* names: an agency's officer for its own, an operator of the centre for any.

    Raises:
        Forbidden: saying who may.

    """
    if caller.organisation_kind in ORGANS and Role.OFFICER in caller.roles and agency in (None, caller.organisation):
        return caller.organisation or ""
    centre = caller.organisation_kind is OrganizationKind.CREDIT_CENTRE and Role.OPERATOR in caller.roles
    if centre and agency is not None:
        return agency
    raise Forbidden(
        Text(
            "an agency's officer names who reports for it, or an operator of the centre by its letter",
            "报送人员由本单位工作人员指定，或由信用中心经办人员依单位来函登记",
        ),
        legal_basis=_BASIS,
    )


def may_see(caller: Caller, agency: str) -> bool:
    """Say whether *caller* may see whom an agency has named: its own people, and staff."""
    own = caller.organisation_kind in ORGANS and caller.organisation == agency
    return not caller.is_public and (is_staff(caller) or own)
