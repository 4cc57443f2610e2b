from collections.abc import Mapping

import pytest

from gateway.access.matrix import ROWS, Opens, Requester
from gateway.access.rules import clearance, decide, in_chinese, matrix
from gateway.access.standings import Sight
from schema.disclosure import Paper, Scope, Standing
from schema.tiers import Tier

YES = "yes"
PURPOSE = "purpose"
SCOPE = "scope"
AUTHORISATION, LETTER, GRANT = Paper.AUTHORISATION, Paper.OFFICIAL_LETTER, Paper.RESTRICTED_GRANT

Expected = tuple[str | Paper | None, str | Paper | None, str | Paper | None]

WITHOUT_PAPERS: Mapping[tuple[Requester, bool], Expected] = {
    (Requester.PUBLIC, False): (YES, AUTHORISATION, AUTHORISATION),
    (Requester.PUBLIC, True): (YES, AUTHORISATION, AUTHORISATION),
    (Requester.SUBJECT, False): (YES, YES, YES),
    (Requester.SUBJECT, True): (YES, YES, YES),
    (Requester.INDIVIDUAL_WITHOUT_DOCUMENT, False): (YES, Paper.IDENTITY_DOCUMENT, Paper.IDENTITY_DOCUMENT),
    (Requester.LEGAL_PERSON_WITHOUT_CERTIFICATE, False): (YES, Paper.ENTITY_CERTIFICATE, Paper.ENTITY_CERTIFICATE),
    (Requester.THIRD_PARTY, False): (YES, AUTHORISATION, AUTHORISATION),
    (Requester.THIRD_PARTY, True): (YES, AUTHORISATION, AUTHORISATION),
    (Requester.ORGAN, False): (YES, PURPOSE, LETTER),
    (Requester.ORGAN, True): (YES, YES, LETTER),
    (Requester.ORGAN_WITH_LETTER, False): (YES, PURPOSE, GRANT),
    (Requester.ORGAN_WITH_LETTER, True): (YES, YES, GRANT),
    (Requester.JUDICIAL_ORGAN, False): (YES, LETTER, LETTER),
    (Requester.JUDICIAL_ORGAN, True): (YES, LETTER, LETTER),
    (Requester.JUDICIAL_ORGAN_WITH_LETTER, False): (YES, PURPOSE, GRANT),
    (Requester.JUDICIAL_ORGAN_WITH_LETTER, True): (YES, YES, GRANT),
    (Requester.CREDIT_SERVICE, False): (YES, PURPOSE, GRANT),
    (Requester.CREDIT_SERVICE, True): (YES, YES, GRANT),
    (Requester.UNRECOGNISED_CREDIT_SERVICE, True): (YES, Paper.RECOGNITION, Paper.RECOGNITION),
    (Requester.PROVIDER, False): (YES, PURPOSE, PURPOSE),
    (Requester.PROVIDER, True): (YES, None, None),
    (Requester.STAFF, True): (YES, None, None),
}
PAYMENTS = "SocialInsurancePayment"
LISTED = Scope(all_shared=True, restricted=frozenset({PAYMENTS}))


@pytest.mark.parametrize(("requester", "fits"), WITHOUT_PAPERS, ids=str)
def test_each_row_of_the_matrix_is_as_the_law_has_it(requester: Requester, *, fits: bool) -> None:
    for tier, wanted in zip(Tier, WITHOUT_PAPERS[requester, fits], strict=True):
        decision = decide(Sight(requester, fits), tier)
        assert decision.allowed is (wanted == YES)
        assert decision.purpose_missing is (wanted == PURPOSE)
        assert decision.missing_paper == (wanted if isinstance(wanted, Paper) else None)
        assert not decision.out_of_scope


def test_the_matrix_asks_for_every_requester() -> None:
    assert {requester for requester, _ in WITHOUT_PAPERS} == set(Requester)


def test_an_authorisation_opens_what_it_names_and_says_of_the_rest_that_it_is_not_named() -> None:
    seen = clearance(Sight(Requester.THIRD_PARTY, purpose_fits=True, scope=LISTED))
    assert seen.decide(Tier.SHARED, "TaxArrears", "arrearsAmount").allowed
    assert seen.decide(Tier.RESTRICTED, PAYMENTS, "paidAmount").allowed
    refused = seen.decide(Tier.RESTRICTED, "TaxRegistration", "financeOfficerName")
    assert (refused.allowed, refused.out_of_scope, refused.missing_paper) == (False, True, AUTHORISATION)


def test_an_authorisation_without_a_purpose_asks_for_one_where_it_would_open() -> None:
    seen = clearance(Sight(Requester.THIRD_PARTY, purpose_fits=False, scope=LISTED))
    assert seen.decide(Tier.RESTRICTED, PAYMENTS, "paidAmount").purpose_missing
    assert not seen.decide(Tier.RESTRICTED, "TaxRegistration", "financeOfficerName").purpose_missing


def test_a_letter_opens_of_tier_c_what_the_grant_names() -> None:
    seen = clearance(Sight(Requester.ORGAN_WITH_LETTER, purpose_fits=True, scope=LISTED, granted=LISTED))
    assert seen.decide(Tier.SHARED, "TaxArrears").allowed
    assert seen.decide(Tier.RESTRICTED, PAYMENTS, "paidAmount").allowed
    refused = seen.decide(Tier.RESTRICTED, "TaxRegistration", "financeOfficerName")
    assert (refused.allowed, refused.out_of_scope, refused.missing_paper) == (False, False, GRANT)


def test_what_is_granted_but_not_in_the_letter_is_out_of_the_letters_scope() -> None:
    seen = clearance(Sight(Requester.ORGAN_WITH_LETTER, purpose_fits=True, scope=Scope(), granted=LISTED))
    refused = seen.decide(Tier.RESTRICTED, PAYMENTS, "paidAmount")
    assert (refused.allowed, refused.out_of_scope, refused.missing_paper) == (False, True, LETTER)
    service = clearance(Sight(Requester.CREDIT_SERVICE, purpose_fits=True, scope=Scope(), granted=LISTED))
    refused = service.decide(Tier.RESTRICTED, PAYMENTS, "paidAmount")
    assert (refused.allowed, refused.out_of_scope, refused.missing_paper) == (False, True, AUTHORISATION)


def test_a_credit_service_sees_tier_c_with_grant_and_authorisation() -> None:
    seen = clearance(Sight(Requester.CREDIT_SERVICE, purpose_fits=True, scope=LISTED, granted=LISTED))
    assert seen.decide(Tier.RESTRICTED, PAYMENTS, "paidAmount").allowed


def test_a_field_that_is_named_opens_its_records_but_none_above_their_types_tier() -> None:
    one_field = Scope(restricted=frozenset({"EmploymentStatus.state", f"{PAYMENTS}.paidAmount"}))
    seen = clearance(Sight(Requester.ORGAN_WITH_LETTER, purpose_fits=True, scope=one_field, granted=one_field))
    assert seen.decide_records(Tier.RESTRICTED, "EmploymentStatus").allowed
    assert seen.decide(Tier.RESTRICTED, "EmploymentStatus", "state").allowed
    assert not seen.decide(Tier.RESTRICTED, "EmploymentStatus", "employerName").allowed
    assert seen.highest_of("EmploymentStatus", Tier.RESTRICTED) is Tier.RESTRICTED
    assert seen.highest_of(PAYMENTS, Tier.SHARED) is Tier.SHARED


def test_of_records_that_one_named_field_opens_no_other_field_is_open() -> None:
    penalty = "AdministrativePenalty"
    scope = Scope(all_shared=False, shared=frozenset({f"{penalty}.remarks"}))
    seen = clearance(Sight(Requester.THIRD_PARTY, purpose_fits=True, scope=scope))
    assert seen.decide_field(Tier.SHARED, penalty, "remarks", Tier.SHARED).allowed
    refused = seen.decide_field(Tier.PUBLIC, penalty, "penaltyContent", Tier.SHARED)
    assert (refused.allowed, refused.out_of_scope, refused.missing_paper) == (False, True, AUTHORISATION)
    assert seen.decide_field(Tier.PUBLIC, penalty, "penaltyContent", Tier.PUBLIC).allowed


def test_tier_b_as_a_whole_opens_no_field_of_records_of_tier_c() -> None:
    one_field = Scope(all_shared=True, restricted=frozenset({"EffectiveJudgment.amount"}))
    authorised = Sight(Requester.THIRD_PARTY, purpose_fits=True, scope=one_field)
    lettered = Sight(Requester.ORGAN_WITH_LETTER, purpose_fits=True, scope=one_field, granted=one_field)
    for seen in (clearance(authorised), clearance(lettered)):
        assert seen.decide_field(Tier.SHARED, "EffectiveJudgment", "amount", Tier.RESTRICTED).allowed
        assert not seen.decide_field(Tier.SHARED, "EffectiveJudgment", "outcomeSummary", Tier.RESTRICTED).allowed
        assert seen.decide_field(Tier.SHARED, "EffectiveJudgment", "outcomeSummary", Tier.PUBLIC).allowed


def test_a_reporter_is_told_that_its_agencys_records_are_its_own() -> None:
    assert clearance(Sight(Requester.PROVIDER, purpose_fits=True, own="TAX")).own == "TAX"
    assert clearance(Sight(Requester.PROVIDER, purpose_fits=False, own="TAX")).own == ""


def test_every_cell_has_an_article_a_reason_and_its_chinese() -> None:
    rows = matrix()
    assert len(rows) == len({row.requester for row in rows}) * len(Tier)
    assert {row.standing for row in rows} == set(Standing)
    for row in rows:
        assert row.legal_basis.article in {"15", "18"}
        assert row.reason
        assert not row.reason_chinese.isascii()


def test_a_paper_is_named_wherever_a_paper_opens() -> None:
    for row in matrix():
        assert (row.missing_paper is not None) is (row.opens is Opens.WITH_PAPER)


def test_equal_clearances_are_the_same_object() -> None:
    one = clearance(Sight(Requester.ORGAN, purpose_fits=True))
    assert one is clearance(Sight(Requester.ORGAN, purpose_fits=True))
    assert one is not clearance(Sight(Requester.ORGAN, purpose_fits=False))
    assert clearance(Sight(Requester.PUBLIC, purpose_fits=True)) is clearance(Sight(Requester.PUBLIC))
    paper = Sight(Requester.THIRD_PARTY, purpose_fits=True, scope=Scope(restricted=frozenset({PAYMENTS})))
    again = Sight(Requester.THIRD_PARTY, purpose_fits=True, scope=Scope(restricted=frozenset({PAYMENTS})))
    assert clearance(paper) is clearance(again)


def test_only_standings_of_others_count_as_queries() -> None:
    counted = {ROWS[each, Tier.PUBLIC].standing for each in Requester if clearance(Sight(each)).counts}
    assert counted == set(Standing) - {Standing.PUBLIC, Standing.SELF}


def test_withdrawn_records_are_for_the_subject_itself() -> None:
    assert {each for each in Requester if clearance(Sight(each, purpose_fits=True)).everything} == {Requester.SUBJECT}


def test_every_reason_is_also_said_in_chinese() -> None:
    sights = [
        Sight(each, fits, scope, granted)
        for each in Requester
        for fits in (True, False)
        for scope, granted in ((None, None), (LISTED, None), (Scope(), LISTED))
    ]
    decisions = [decide(each, tier, PAYMENTS, "paidAmount") for each in sights for tier in Tier]
    assert not any(in_chinese(each).isascii() for each in decisions)
