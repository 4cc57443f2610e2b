"""Who may report for an agency, and who may see what it reported (Art. 2, 10; R2.1, R10.1).

Pure: a caller in, silence or a refusal out.
"""

from typing import Final

from gateway.access.callers import Caller
from gateway.access.papers.rights import is_staff
from gateway.errors import Forbidden, Text
from schema.disclosure import LegalBasis, OrganizationKind, Role

__all__ = ["may_see", "reporter"]

_ORGANS: Final = frozenset(
    {OrganizationKind.ADMINISTRATIVE, OrganizationKind.JUDICIAL, OrganizationKind.AUTHORISED_PUBLIC_BODY}
)
_BASIS: Final = LegalBasis("10")


def reporter(caller: Caller) -> str:
    """Give the agency for which *caller* reports.

    Raises:
        Forbidden: saying who may.

    """
    if caller.is_public:
        raise Forbidden(Text("say first who you are, with a token", "请先以令牌表明身份"), legal_basis=_BASIS)
    if Role.REPORTER not in caller.roles or caller.organisation_kind not in _ORGANS or caller.organisation is None:
        raise Forbidden(
            Text("reporting officers of agencies alone report (Art. 10)", "仅限有关机关和组织的报送人员报送（第十条）"),
            legal_basis=_BASIS,
        )
    return caller.organisation


def may_see(caller: Caller, provider: str | None) -> bool:
    """Say whether *caller* may see what *provider* reported: its own people and staff; of all (None), staff alone."""
    if is_staff(caller):
        return True
    own = caller.organisation_kind in _ORGANS and caller.organisation is not None
    return own and caller.organisation == provider
