from collections.abc import Mapping

import pytest

from gateway.access.callers import PUBLIC_CALLER, Caller
from gateway.access.rules import (
    PUBLIC_FACTS,
    CallerFacts,
    clearance,
    decide,
    facts_of,
    fitting_purposes,
    in_chinese,
    matrix,
    may_find_individual,
    may_read_query_count,
    standing_towards,
)
from schema.disclosure import OrganizationKind, Paper, Purpose, PurposeCode, Role, Standing
from schema.tiers import Tier

OFFICER = frozenset({Role.OFFICER})
SERVICE = "91410199DEM0013591"
COMPANY = ("uscc", "91410199DEM001076Q")
OTHER = ("uscc", "91410199DEM001025G")
ORGAN = CallerFacts(OrganizationKind.ADMINISTRATIVE, OFFICER)
PUBLIC_BODY = CallerFacts(OrganizationKind.AUTHORISED_PUBLIC_BODY, OFFICER)
COURT = CallerFacts(OrganizationKind.JUDICIAL, OFFICER)
RECOGNISED = CallerFacts(OrganizationKind.CREDIT_SERVICE, OFFICER, recognised=True)
UNRECOGNISED = CallerFacts(OrganizationKind.CREDIT_SERVICE, OFFICER)


def purpose(code: PurposeCode) -> Purpose:
    return Purpose(code, "年度抽查 2026-7 号")


def caller(
    kind: OrganizationKind | None,
    *roles: Role,
    subject: tuple[str, str] | None = None,
    organisation: str | None = "TAX",
) -> Caller:
    return Caller("demo:somebody", "某人", organisation, kind, frozenset(roles), subject, "t1")


LICENSING = purpose(PurposeCode.LICENSING)
ADJUDICATION = purpose(PurposeCode.ADJUDICATION)
CREDIT = purpose(PurposeCode.CREDIT_SERVICE)
YES = "yes"
PURPOSE = "purpose"

Expected = tuple[str | Paper | None, str | Paper | None, str | Paper | None]
PAPER = Paper.AUTHORISATION


@pytest.mark.parametrize(
    ("standing", "facts", "why", "expected"),
    [
        pytest.param(Standing.PUBLIC, PUBLIC_FACTS, None, (YES, PAPER, PAPER), id="public"),
        pytest.param(Standing.PUBLIC, PUBLIC_FACTS, LICENSING, (YES, PAPER, PAPER), id="public with a purpose"),
        pytest.param(Standing.SELF, PUBLIC_FACTS, None, (YES, YES, YES), id="subject"),
        pytest.param(Standing.AUTHORISATION, PUBLIC_FACTS, None, (YES, PAPER, PAPER), id="third party"),
        pytest.param(Standing.DUTY, ORGAN, LICENSING, (YES, YES, Paper.OFFICIAL_LETTER), id="organ"),
        pytest.param(Standing.DUTY, ORGAN, None, (YES, PURPOSE, Paper.OFFICIAL_LETTER), id="organ without purpose"),
        pytest.param(Standing.DUTY, ORGAN, ADJUDICATION, (YES, PURPOSE, Paper.OFFICIAL_LETTER), id="not its purpose"),
        pytest.param(Standing.DUTY, PUBLIC_BODY, LICENSING, (YES, YES, Paper.OFFICIAL_LETTER), id="public body"),
        pytest.param(
            Standing.OFFICIAL_LETTER, ORGAN, LICENSING, (YES, YES, Paper.RESTRICTED_GRANT), id="organ with letter"
        ),
        pytest.param(
            *(Standing.DUTY, COURT, ADJUDICATION, (YES, Paper.OFFICIAL_LETTER, Paper.OFFICIAL_LETTER)), id="court"
        ),
        pytest.param(
            *(Standing.DUTY, COURT, None, (YES, Paper.OFFICIAL_LETTER, Paper.OFFICIAL_LETTER)),
            id="court without purpose",
        ),
        pytest.param(
            *(Standing.OFFICIAL_LETTER, COURT, ADJUDICATION, (YES, YES, Paper.RESTRICTED_GRANT)),
            id="court with letter",
        ),
        pytest.param(Standing.DUTY, RECOGNISED, CREDIT, (YES, YES, Paper.RESTRICTED_GRANT), id="credit service"),
        pytest.param(
            *(Standing.DUTY, RECOGNISED, LICENSING, (YES, PURPOSE, Paper.RESTRICTED_GRANT)),
            id="credit service with an organ's purpose",
        ),
        pytest.param(
            *(Standing.DUTY, UNRECOGNISED, CREDIT, (YES, Paper.RECOGNITION, Paper.RECOGNITION)),
            id="unrecognised credit service",
        ),
        pytest.param(
            *(Standing.OFFICIAL_LETTER, RECOGNISED, CREDIT, (YES, PAPER, PAPER)),
            id="a credit service has no official letter",
        ),
        pytest.param(
            *(Standing.DUTY, CallerFacts(OrganizationKind.ADMINISTRATIVE), LICENSING, (YES, PAPER, PAPER)),
            id="an organ's employee who is no officer",
        ),
        pytest.param(Standing.PROVIDER, ORGAN, LICENSING, (YES, None, None), id="provider"),
        pytest.param(Standing.STAFF, PUBLIC_FACTS, LICENSING, (YES, None, None), id="auditor or supervisor"),
    ],
)
def test_each_row_of_the_matrix_is_as_the_law_has_it(
    standing: Standing, facts: CallerFacts, why: Purpose | None, expected: Expected
) -> None:
    clear = clearance(facts, standing, why)
    for tier, wanted in zip(Tier, expected, strict=True):
        decision = decide(standing, tier, facts, why)
        assert decision == clear.decide(tier)
        assert decision.allowed is (wanted == YES)
        assert decision.purpose_missing is (wanted == PURPOSE)
        assert decision.missing_paper == (wanted if isinstance(wanted, Paper) else None)


def test_every_cell_has_an_article_a_reason_and_its_chinese() -> None:
    rows = matrix()
    assert len(rows) == len({row.requester for row in rows}) * len(Tier)
    assert {row.standing for row in rows} == set(Standing)
    for row in rows:
        assert row.legal_basis.article in {"15", "18"}
        assert row.reason
        assert not row.reason_chinese.isascii()


def test_equal_clearances_are_the_same_object() -> None:
    one = clearance(ORGAN, Standing.DUTY, LICENSING)
    assert one is clearance(PUBLIC_BODY, Standing.DUTY, purpose(PurposeCode.PROCUREMENT))
    assert one is not clearance(ORGAN, Standing.DUTY, None)
    assert clearance(PUBLIC_FACTS, Standing.PUBLIC, None) is clearance(ORGAN, Standing.PUBLIC, LICENSING)


def test_only_third_party_standings_count_as_queries() -> None:
    counting: Mapping[Standing, CallerFacts] = {
        **dict.fromkeys(Standing, PUBLIC_FACTS),
        Standing.DUTY: ORGAN,
        Standing.OFFICIAL_LETTER: COURT,
    }
    counted = {standing for standing, facts in counting.items() if clearance(facts, standing, None).counts}
    assert counted == set(Standing) - {Standing.PUBLIC, Standing.SELF}
    assert not clearance(UNRECOGNISED, Standing.DUTY, CREDIT).counts


def test_whoever_is_not_on_duty_has_a_clearance_of_the_public() -> None:
    assert clearance(UNRECOGNISED, Standing.DUTY, CREDIT).standing is Standing.PUBLIC
    assert clearance(CallerFacts(OrganizationKind.ENTERPRISE, OFFICER), Standing.DUTY, LICENSING).standing is (
        Standing.PUBLIC
    )


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [
        (
            OrganizationKind.ADMINISTRATIVE,
            "LICENSING PROCUREMENT SUPERVISION ENFORCEMENT QUALIFICATION HONOUR_REVIEW OTHER",
        ),
        (
            OrganizationKind.AUTHORISED_PUBLIC_BODY,
            "LICENSING PROCUREMENT SUPERVISION ENFORCEMENT QUALIFICATION HONOUR_REVIEW OTHER",
        ),
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


def test_standing_is_self_only_for_the_very_subject_of_the_token() -> None:
    handler = caller(OrganizationKind.ENTERPRISE, subject=COMPANY, organisation=COMPANY[1])
    assert standing_towards(handler, COMPANY) is Standing.SELF
    assert standing_towards(handler, OTHER) is Standing.PUBLIC
    assert standing_towards(handler, ("rid", COMPANY[1])) is Standing.PUBLIC
    assert standing_towards(handler, None) is Standing.PUBLIC


def test_acting_for_an_organisation_is_not_being_the_subject() -> None:
    employee = caller(OrganizationKind.ENTERPRISE, organisation=COMPANY[1])
    assert standing_towards(employee, COMPANY) is Standing.PUBLIC


def test_the_public_is_nobodys_self() -> None:
    assert standing_towards(PUBLIC_CALLER, None) is Standing.PUBLIC
    assert standing_towards(PUBLIC_CALLER, COMPANY) is Standing.PUBLIC


def test_an_officer_who_asks_about_itself_is_the_subject() -> None:
    officer = caller(OrganizationKind.ADMINISTRATIVE, Role.OFFICER, subject=("rid", "410199200104231074"))
    assert standing_towards(officer, ("rid", "410199200104231074")) is Standing.SELF
    assert standing_towards(officer, COMPANY) is Standing.DUTY


@pytest.mark.parametrize("kind", list(OrganizationKind))
@pytest.mark.parametrize("role", list(Role))
def test_only_officers_of_organs_are_on_duty(kind: OrganizationKind, role: Role) -> None:
    organs = {OrganizationKind.ADMINISTRATIVE, OrganizationKind.AUTHORISED_PUBLIC_BODY, OrganizationKind.JUDICIAL}
    on_duty = role is Role.OFFICER and kind in organs
    assert standing_towards(caller(kind, role), COMPANY) is (Standing.DUTY if on_duty else Standing.PUBLIC)


def test_a_credit_service_is_on_duty_while_it_is_recognised() -> None:
    service = caller(OrganizationKind.CREDIT_SERVICE, Role.OFFICER, organisation=SERVICE)
    assert standing_towards(service, COMPANY, {SERVICE}) is Standing.DUTY
    assert standing_towards(service, COMPANY, {"91410199DEM001367U"}) is Standing.PUBLIC
    assert facts_of(service, {SERVICE}).recognised
    assert not facts_of(service).recognised


def test_being_recognised_makes_no_organ_of_an_enterprise() -> None:
    enterprise = caller(OrganizationKind.ENTERPRISE, Role.OFFICER, organisation=SERVICE)
    assert standing_towards(enterprise, COMPANY, {SERVICE}) is Standing.PUBLIC


def test_an_individual_is_found_by_itself_and_by_officers_with_a_purpose() -> None:
    officer = caller(OrganizationKind.ADMINISTRATIVE, Role.OFFICER)
    assert may_find_individual(PUBLIC_CALLER, Standing.SELF, None).allowed
    assert may_find_individual(officer, Standing.DUTY, LICENSING).allowed
    without = may_find_individual(officer, Standing.DUTY, None)
    assert (without.allowed, without.purpose_missing, without.missing_paper) == (False, True, None)
    assert may_find_individual(officer, Standing.DUTY, ADJUDICATION).purpose_missing


@pytest.mark.parametrize(
    ("who", "standing", "why", "paper"),
    [
        (PUBLIC_CALLER, Standing.PUBLIC, LICENSING, Paper.AUTHORISATION),
        (caller(OrganizationKind.ADMINISTRATIVE, Role.REPORTER), Standing.PUBLIC, LICENSING, Paper.AUTHORISATION),
        (caller(OrganizationKind.ADMINISTRATIVE, Role.REPORTER), Standing.DUTY, LICENSING, Paper.AUTHORISATION),
        (caller(OrganizationKind.JUDICIAL, Role.OFFICER), Standing.DUTY, ADJUDICATION, Paper.OFFICIAL_LETTER),
        (caller(OrganizationKind.CREDIT_SERVICE, Role.OFFICER), Standing.DUTY, CREDIT, Paper.AUTHORISATION),
        (caller(OrganizationKind.SUPERVISOR, Role.SUPERVISOR), Standing.PUBLIC, LICENSING, Paper.AUTHORISATION),
    ],
)
def test_nobody_else_finds_an_individual(who: Caller, standing: Standing, why: Purpose, paper: Paper) -> None:
    decision = may_find_individual(who, standing, why)
    assert (decision.allowed, decision.purpose_missing, decision.missing_paper) == (False, False, paper)


def test_the_query_count_is_for_the_subject_and_auditors() -> None:
    assert may_read_query_count(PUBLIC_CALLER, Standing.SELF).allowed
    assert may_read_query_count(caller(OrganizationKind.CREDIT_CENTRE, Role.AUDITOR), Standing.PUBLIC).allowed
    assert not may_read_query_count(PUBLIC_CALLER, Standing.PUBLIC).allowed
    assert not may_read_query_count(caller(OrganizationKind.ADMINISTRATIVE, Role.OFFICER), Standing.DUTY).allowed


def test_every_reason_is_also_said_in_chinese() -> None:
    officer = caller(OrganizationKind.ADMINISTRATIVE, Role.OFFICER)
    court = caller(OrganizationKind.JUDICIAL, Role.OFFICER)
    decisions = [
        *(decide(standing, tier) for standing in Standing for tier in Tier),
        may_find_individual(officer, Standing.SELF, None),
        may_find_individual(officer, Standing.DUTY, None),
        may_find_individual(officer, Standing.DUTY, LICENSING),
        may_find_individual(court, Standing.DUTY, ADJUDICATION),
        may_find_individual(PUBLIC_CALLER, Standing.PUBLIC, None),
        may_read_query_count(officer, Standing.SELF),
        may_read_query_count(officer, Standing.DUTY),
    ]
    assert not any(in_chinese(each).isascii() for each in decisions)
