import dataclasses

import pytest

from gateway.access.callers import PUBLIC_CALLER, Caller
from gateway.access.finding import FINDING_REASONS, may_find_individual, may_inspect, may_read_query_count
from gateway.access.held import NOTHING_HELD, Authorisation, Grant, Held, Letter
from gateway.access.matrix import Requester
from gateway.access.standings import Look, Sight, look_at
from schema.disclosure import OrganizationKind, Paper, Purpose, PurposeCode, Role, Scope, Standing

PAYMENTS = frozenset({"SocialInsurancePayment"})
LISTED = Scope(all_shared=True, restricted=PAYMENTS)
SUPERVISION = Purpose(PurposeCode.SUPERVISION, "年度双随机抽查")
LICENSING = Purpose(PurposeCode.LICENSING, "餐饮许可 2026-118 号审查")
TRANSACTION = Purpose(PurposeCode.TRANSACTION, "设备采购合同前的信用核查")
CREDIT = Purpose(PurposeCode.CREDIT_SERVICE, "企业信用评级 2026-7 号")
ADJUDICATION = Purpose(PurposeCode.ADJUDICATION, "（2026）豫01民初7号案件审理")

AUTHORISED = Held(
    own=frozenset({"the-requester"}),
    authorisations=(Authorisation("AU-1", "the-subject", LISTED, frozenset({PurposeCode.TRANSACTION})),),
)
LETTER = Letter("OL-1", frozenset({"the-subject"}), None, frozenset({PurposeCode.SUPERVISION}))
GRANTED = (Grant("RG-1", LISTED, frozenset({PurposeCode.SUPERVISION})),)
WITH_LETTER = Held(letters=(LETTER,), grants=GRANTED)


def caller(kind: OrganizationKind | None, *roles: Role) -> Caller:
    return Caller("demo:somebody", "某人", "TAX", kind, frozenset(roles), None, "t1")


OFFICER = caller(OrganizationKind.ADMINISTRATIVE, Role.OFFICER)
REPORTER = caller(OrganizationKind.ADMINISTRATIVE, Role.REPORTER)
COURT = caller(OrganizationKind.JUDICIAL, Role.OFFICER)
SERVICE = caller(OrganizationKind.CREDIT_SERVICE, Role.OFFICER)
HANDLER = caller(OrganizationKind.ENTERPRISE)


def test_whoever_has_a_paper_that_says_so_is_the_subject() -> None:
    held = Held(own=frozenset({"the-subject"}))
    assert look_at(HANDLER, "the-subject", held, None).sight.standing is Standing.SELF
    assert look_at(OFFICER, "the-subject", held, None).sight.standing is Standing.SELF
    assert look_at(HANDLER, "another", held, None).sight.standing is Standing.PUBLIC
    assert look_at(HANDLER, "", held, None).sight.standing is Standing.PUBLIC


def test_acting_for_an_organisation_is_not_being_the_subject() -> None:
    assert look_at(HANDLER, "the-subject", NOTHING_HELD, None).sight.standing is Standing.PUBLIC


@pytest.mark.parametrize(
    ("claim", "row"),
    [
        (("rid", "410199200104231074"), Requester.INDIVIDUAL_WITHOUT_DOCUMENT),
        (("uscc", "91410199DEM001076Q"), Requester.LEGAL_PERSON_WITHOUT_CERTIFICATE),
    ],
)
def test_whose_token_names_the_subject_is_told_that_its_own_paper_is_missing(
    claim: tuple[str, str], row: Requester
) -> None:
    claiming = dataclasses.replace(HANDLER, subject=claim)
    held = Held(claimed="the-subject")
    assert look_at(claiming, "the-subject", held, None).sight == Sight(row)
    assert look_at(claiming, "another", held, None).sight == Sight(Requester.PUBLIC)
    assert look_at(claiming, "", held, None).sight == Sight(Requester.PUBLIC)
    proved = dataclasses.replace(held, own=frozenset({"the-subject"}))
    assert look_at(claiming, "the-subject", proved, None).sight.standing is Standing.SELF


def test_who_is_on_duty_loses_nothing_by_naming_itself() -> None:
    service = dataclasses.replace(SERVICE, subject=("uscc", "91410199DEM0013591"))
    look = look_at(service, "the-subject", Held(claimed="the-subject", recognised=True), CREDIT)
    assert look.sight == Sight(Requester.CREDIT_SERVICE, purpose_fits=True)


def test_an_individual_without_its_document_is_not_found_and_told_which_paper_it_wants() -> None:
    claiming = dataclasses.replace(HANDLER, subject=("rid", "410199200104231074"))
    decision = may_find_individual(look_at(claiming, "the-subject", Held(claimed="the-subject"), None))
    assert (decision.allowed, decision.missing_paper) == (False, Paper.IDENTITY_DOCUMENT)


def test_an_authorisation_lets_a_third_party_look_at_its_subject_alone() -> None:
    look = look_at(HANDLER, "the-subject", AUTHORISED, TRANSACTION)
    assert (look.sight.standing, look.sight.scope, look.paper) == (Standing.AUTHORISATION, LISTED, "AU-1")
    other = look_at(HANDLER, "another", AUTHORISED, TRANSACTION)
    assert other.refusal is not None
    assert other.paper is None


def test_a_paper_for_another_purpose_opens_nothing() -> None:
    assert look_at(HANDLER, "the-subject", AUTHORISED, LICENSING).refusal is not None
    assert look_at(OFFICER, "the-subject", WITH_LETTER, LICENSING).refusal is not None


def test_a_paper_without_a_purpose_waits_for_one() -> None:
    look = look_at(HANDLER, "the-subject", AUTHORISED, None)
    assert (look.refusal, look.sight.purpose_fits) == (None, False)


def test_a_letter_reaches_as_far_as_the_grant_behind_it() -> None:
    look = look_at(OFFICER, "the-subject", WITH_LETTER, SUPERVISION)
    assert look.sight == Sight(Requester.ORGAN_WITH_LETTER, purpose_fits=True, scope=LISTED, granted=LISTED)
    without = look_at(OFFICER, "the-subject", Held(letters=(LETTER,)), SUPERVISION)
    assert without.sight.scope == Scope()


def test_a_letter_with_a_scope_of_its_own_narrows_the_grant() -> None:
    narrow = Letter("OL-2", frozenset({"the-subject"}), Scope(), frozenset({PurposeCode.SUPERVISION}))
    look = look_at(OFFICER, "the-subject", Held(letters=(narrow,), grants=GRANTED), SUPERVISION)
    assert (look.sight.scope, look.sight.granted) == (Scope(), LISTED)


def test_a_grant_for_another_purpose_opens_nothing() -> None:
    grants = (Grant("RG-1", LISTED, frozenset({PurposeCode.LICENSING})),)
    look = look_at(OFFICER, "the-subject", Held(letters=(LETTER,), grants=grants), SUPERVISION)
    assert look.sight.scope == Scope()


def test_of_several_papers_the_one_that_reaches_is_taken() -> None:
    other = Letter("OL-0", frozenset({"the-subject"}), None, frozenset({PurposeCode.LICENSING}))
    held = Held(letters=(other, LETTER), grants=GRANTED)
    assert look_at(OFFICER, "the-subject", held, SUPERVISION).paper == "OL-1"


def test_a_credit_service_stays_on_duty_and_reaches_c_by_grant_and_authorisation() -> None:
    paper = Authorisation("AU-2", "the-subject", LISTED, frozenset({PurposeCode.CREDIT_SERVICE}))
    grants = (Grant("RG-2", LISTED, frozenset({PurposeCode.CREDIT_SERVICE})),)
    look = look_at(SERVICE, "the-subject", Held(recognised=True, authorisations=(paper,), grants=grants), CREDIT)
    assert (look.sight.requester, look.sight.scope) == (Requester.CREDIT_SERVICE, LISTED)
    without = look_at(SERVICE, "the-subject", Held(recognised=True, authorisations=(paper,)), CREDIT)
    assert without.sight.scope == Scope()
    unrecognised = look_at(SERVICE, "the-subject", Held(authorisations=(paper,)), CREDIT)
    assert unrecognised.sight.requester is Requester.THIRD_PARTY


def test_a_reporter_looks_as_provider_of_its_own_agency() -> None:
    sight = look_at(REPORTER, "the-subject", NOTHING_HELD, SUPERVISION).sight
    assert sight == Sight(Requester.PROVIDER, purpose_fits=True, own="TAX")
    assert look_at(OFFICER, "the-subject", NOTHING_HELD, SUPERVISION).sight.own == ""


def test_an_individual_is_found_by_itself_by_officers_with_a_purpose_and_on_a_paper() -> None:
    def may(who: Caller, held: Held, purpose: Purpose | None) -> tuple[bool, bool, Paper | None]:
        decision = may_find_individual(look_at(who, "the-subject", held, purpose))
        return decision.allowed, decision.purpose_missing, decision.missing_paper

    assert may(HANDLER, Held(own=frozenset({"the-subject"})), None) == (True, False, None)
    assert may(OFFICER, NOTHING_HELD, LICENSING) == (True, False, None)
    assert may(OFFICER, NOTHING_HELD, None) == (False, True, None)
    assert may(OFFICER, NOTHING_HELD, ADJUDICATION) == (False, True, None)
    assert may(OFFICER, WITH_LETTER, SUPERVISION) == (True, False, None)
    assert may(OFFICER, WITH_LETTER, None) == (False, True, None)
    assert may(OFFICER, WITH_LETTER, LICENSING) == (False, False, None)
    assert may(HANDLER, AUTHORISED, TRANSACTION) == (True, False, None)
    assert may(COURT, NOTHING_HELD, ADJUDICATION) == (False, False, Paper.OFFICIAL_LETTER)
    assert may(SERVICE, Held(recognised=True), CREDIT) == (False, False, Paper.AUTHORISATION)
    assert may(REPORTER, NOTHING_HELD, LICENSING) == (False, False, Paper.AUTHORISATION)
    assert may(PUBLIC_CALLER, NOTHING_HELD, LICENSING) == (False, False, Paper.AUTHORISATION)


def test_the_query_count_is_for_the_subject_and_auditors() -> None:
    auditor = caller(OrganizationKind.CREDIT_CENTRE, Role.AUDITOR)
    assert may_read_query_count(PUBLIC_CALLER, Standing.SELF).allowed
    assert may_read_query_count(auditor, Standing.STAFF).allowed
    assert not may_read_query_count(PUBLIC_CALLER, Standing.PUBLIC).allowed
    assert not may_read_query_count(OFFICER, Standing.DUTY).allowed


@pytest.mark.parametrize("kind", OrganizationKind)
def test_the_log_as_a_whole_is_for_auditors_of_the_centre_and_of_its_supervisor(kind: OrganizationKind) -> None:
    auditor = dataclasses.replace(OFFICER, organisation_kind=kind, roles=frozenset({Role.AUDITOR}))
    decision = may_inspect(auditor)
    assert decision.allowed is (kind in {OrganizationKind.CREDIT_CENTRE, OrganizationKind.SUPERVISOR})
    assert (decision.legal_basis.article, decision.reason in FINDING_REASONS) == ("19", True)
    assert not may_inspect(dataclasses.replace(auditor, roles=frozenset({Role.SUPERVISOR, Role.APPROVER}))).allowed
    assert not may_inspect(PUBLIC_CALLER).allowed


def test_a_refused_look_shows_no_more_than_without_the_paper() -> None:
    refused = look_at(OFFICER, "another", WITH_LETTER, SUPERVISION)
    assert refused == Look(Sight(Requester.ORGAN, purpose_fits=True), refusal=refused.refusal)
