import pytest

from gateway.access.callers import PUBLIC_CALLER, Caller
from gateway.access.duties import fits, fitting_purposes, requester_of
from gateway.access.matrix import Requester
from schema.disclosure import OrganizationKind, Purpose, PurposeCode, Role

OF_ORGANS = "LICENSING PROCUREMENT SUPERVISION ENFORCEMENT QUALIFICATION HONOUR_REVIEW OTHER"


def caller(kind: OrganizationKind | None, *roles: Role) -> Caller:
    return Caller("demo:somebody", "某人", "TAX", kind, frozenset(roles), None, "t1")


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [
        (OrganizationKind.ADMINISTRATIVE, OF_ORGANS),
        (OrganizationKind.AUTHORISED_PUBLIC_BODY, OF_ORGANS),
        (OrganizationKind.JUDICIAL, "ADJUDICATION ENFORCEMENT SUPERVISION OTHER"),
        (OrganizationKind.CREDIT_SERVICE, "CREDIT_SERVICE"),
        (OrganizationKind.ENTERPRISE, ""),
        (OrganizationKind.CREDIT_CENTRE, ""),
        (OrganizationKind.SUPERVISOR, ""),
        (None, ""),
    ],
)
def test_the_purposes_of_each_kind_of_organisation_are_those_of_the_contract(
    kind: OrganizationKind | None, fitting: str
) -> None:
    assert fitting_purposes(kind) == {PurposeCode(name) for name in fitting.split()}


def test_a_purpose_fits_who_has_that_duty() -> None:
    licensing = Purpose(PurposeCode.LICENSING, "餐饮许可 2026-118 号审查")
    assert fits(OrganizationKind.ADMINISTRATIVE, licensing)
    assert not fits(OrganizationKind.JUDICIAL, licensing)
    assert not fits(OrganizationKind.ADMINISTRATIVE, None)


@pytest.mark.parametrize("kind", list(OrganizationKind))
@pytest.mark.parametrize("role", list(Role))
def test_only_officers_of_organs_are_on_duty_and_only_their_reporters_are_providers(
    kind: OrganizationKind, role: Role
) -> None:
    organs = {
        OrganizationKind.ADMINISTRATIVE: Requester.ORGAN,
        OrganizationKind.AUTHORISED_PUBLIC_BODY: Requester.ORGAN,
        OrganizationKind.JUDICIAL: Requester.JUDICIAL_ORGAN,
    }
    staff = kind in {OrganizationKind.CREDIT_CENTRE, OrganizationKind.SUPERVISOR}
    wanted = Requester.STAFF if staff and role not in {Role.OFFICER, Role.REPORTER} else Requester.PUBLIC
    if kind in organs and role is Role.OFFICER:
        wanted = organs[kind]
    elif kind in organs and role is Role.REPORTER:
        wanted = Requester.PROVIDER
    elif kind is OrganizationKind.CREDIT_SERVICE:
        wanted = Requester.UNRECOGNISED_CREDIT_SERVICE
    assert requester_of(caller(kind, role), recognised=False) is wanted


def test_a_credit_service_is_on_duty_while_it_is_recognised() -> None:
    service = caller(OrganizationKind.CREDIT_SERVICE, Role.OFFICER)
    assert requester_of(service, recognised=True) is Requester.CREDIT_SERVICE
    assert requester_of(service, recognised=False) is Requester.UNRECOGNISED_CREDIT_SERVICE
    assert requester_of(caller(OrganizationKind.CREDIT_SERVICE), recognised=True) is Requester.PUBLIC


def test_being_recognised_makes_no_organ_of_an_enterprise() -> None:
    assert requester_of(caller(OrganizationKind.ENTERPRISE, Role.OFFICER), recognised=True) is Requester.PUBLIC


def test_who_sends_no_token_is_the_public() -> None:
    assert requester_of(PUBLIC_CALLER, recognised=False) is Requester.PUBLIC
