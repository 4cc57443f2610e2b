"""Who is on duty, and for which purposes that duty asks (Art. 15, 19; contract, section 4)."""

import functools
from collections.abc import Mapping
from typing import Final

from gateway.access.callers import Caller
from gateway.access.matrix import Requester
from schema.disclosure import OrganizationKind, Purpose, PurposeCode, Role

__all__ = ["ORGANS", "fits", "fitting_purposes", "requester_of"]

_OF_ORGANS: Final = frozenset(PurposeCode) - {
    PurposeCode.CREDIT_SERVICE,
    PurposeCode.TRANSACTION,
    PurposeCode.ADJUDICATION,
    PurposeCode.SELF,
}
_FITTING: Final[Mapping[OrganizationKind, frozenset[PurposeCode]]] = {
    OrganizationKind.ADMINISTRATIVE: _OF_ORGANS,
    OrganizationKind.AUTHORISED_PUBLIC_BODY: _OF_ORGANS,
    OrganizationKind.JUDICIAL: frozenset(
        {PurposeCode.ADJUDICATION, PurposeCode.ENFORCEMENT, PurposeCode.SUPERVISION, PurposeCode.OTHER}
    ),
    OrganizationKind.CREDIT_SERVICE: frozenset({PurposeCode.CREDIT_SERVICE}),
}
ORGANS: Final = frozenset({OrganizationKind.ADMINISTRATIVE, OrganizationKind.AUTHORISED_PUBLIC_BODY})
"""Administrative organs and authorised public bodies: the law gives them tier B on duty (Art. 15(1)(2))."""
_STAFF: Final = frozenset({Role.OPERATOR, Role.APPROVER, Role.SECURITY, Role.AUDITOR, Role.SUPERVISOR})
_HOUSE: Final = frozenset({OrganizationKind.CREDIT_CENTRE, OrganizationKind.SUPERVISOR})


def fitting_purposes(kind: OrganizationKind | None) -> frozenset[PurposeCode]:
    """Give the purposes for which an organisation of *kind* queries on duty (Art. 15; contract, section 4)."""
    return frozenset() if kind is None else _FITTING.get(kind, frozenset())


def fits(kind: OrganizationKind | None, purpose: Purpose | None) -> bool:
    """Say whether *purpose* is one of the duties of an organisation of *kind* (Art. 15)."""
    return purpose is not None and purpose.code in fitting_purposes(kind)


def requester_of(caller: Caller, *, recognised: bool) -> Requester:
    """Say as which row of the matrix *caller* asks about others, without any paper cited (R15.3).

    An OFFICER of an organ, or of a credit service recognised today, is on duty; a REPORTER of an organ is the provider
    of its own agency's records; staff of the centre and of the supervisor are staff; everybody else is the public.
    """
    return _requester(caller.organisation_kind, caller.roles, recognised)


@functools.lru_cache(maxsize=1_024)
def _requester(kind: OrganizationKind | None, roles: frozenset[Role], recognised: bool) -> Requester:  # noqa: FBT001 (a key of the cache)
    if kind is OrganizationKind.CREDIT_SERVICE:
        if not recognised:
            return Requester.UNRECOGNISED_CREDIT_SERVICE
        return Requester.CREDIT_SERVICE if Role.OFFICER in roles else Requester.PUBLIC
    if kind in ORGANS or kind is OrganizationKind.JUDICIAL:
        if Role.OFFICER in roles:
            return Requester.ORGAN if kind in ORGANS else Requester.JUDICIAL_ORGAN
        return Requester.PROVIDER if Role.REPORTER in roles else Requester.PUBLIC
    return Requester.STAFF if kind in _HOUSE and roles & _STAFF else Requester.PUBLIC
