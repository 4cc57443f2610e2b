"""The second opinion finds what is planted into an answer, and nothing in an honest one."""

import copy
from typing import Any

import pytest

from tests.journeys.clearances import Clearances, Sight
from tests.journeys.opinion import above, identity_numbers
from tests.journeys.visitor import CODES, PERSONS, SUPERVISION, Visitor

LP_07 = {"code": CODES["LP-07"]}
QUERY = """query Ratings($code: String!) {
  them: subject(by: {unifiedSocialCreditCode: $code}) {
    ...OnCompany
    penalties: administrativePenalties(first: 3) { nodes { severity number: penaltyDocumentNumber ... on CreditRecord {
      tier: recordTier id submissionMode } counterpartyName counterpartyCategory } } } }
fragment OnCompany on LegalPerson {
  rated: taxCreditRatings { totalCount list: nodes { g: grade ratingYear points: score } }
  socialInsurancePayments(first: 1) { nodes { period paidAmount } }
  effectiveJudgments { nodes { documentType sealed amount } } }"""
SAID: dict[str, Any] = {"query": QUERY, "variables": LP_07}
HONEST: dict[str, Any] = {
    "them": {
        "rated": {"totalCount": 1, "list": [{"g": "A", "ratingYear": 2024, "points": None}]},
        "socialInsurancePayments": None,
        "effectiveJudgments": {"nodes": [{"documentType": "JUDGMENT", "sealed": None, "amount": None}]},
        "penalties": {
            "nodes": [
                {
                    "severity": "GENERAL",
                    "number": "1",
                    "tier": "A",
                    "id": "x",
                    "submissionMode": None,
                    "counterpartyName": "秦**",
                    "counterpartyCategory": "NATURAL_PERSON",
                }
            ]
        },
    }
}
PUBLIC = Clearances(Sight("A"))


def found(planted: dict[str, Any], clearances: Clearances = PUBLIC) -> list[str]:
    return list(above(SAID, planted, clearances))


def test_in_an_honest_answer_nothing_is_found() -> None:
    assert found(HONEST) == []


def test_what_another_clearance_opens_is_not_too_high_for_it() -> None:
    whole = copy.deepcopy(HONEST)
    whole["them"]["rated"]["list"][0]["points"] = "88.5"
    assert found(whole) == ["TaxCreditRating.score = '88.5'"]
    assert found(whole, Clearances(Sight("B"))) == []
    assert found(whole, Clearances(Sight("A"), {CODES["LP-07"]: Sight("C")})) == []


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("rated", "list", 0, "points"), "88.5", "TaxCreditRating.score"),
        (("rated", "list", 0, "g"), "D", "a TaxCreditRating of tier B"),
        (("penalties", "nodes", 0, "tier"), "B", "a AdministrativePenalty of tier B"),
        (("penalties", "nodes", 0, "severity"), "MINOR", "a AdministrativePenalty of tier B"),
        (("penalties", "nodes", 0, "submissionMode"), "BATCH", "AdministrativePenalty.submissionMode"),
        (("penalties", "nodes", 0, "counterpartyName"), "秦立恒", "without its mask"),
        (("effectiveJudgments", "nodes", 0, "documentType"), "MEDIATION", "a EffectiveJudgment of tier B"),
        (("effectiveJudgments", "nodes", 0, "sealed"), True, "a EffectiveJudgment of tier excluded"),
        (("effectiveJudgments", "nodes", 0, "amount"), "1.00", "EffectiveJudgment.amount"),
        (("socialInsurancePayments",), {"nodes": []}, "a list of SocialInsurancePayment"),
    ],
)
def test_what_is_planted_is_found(place: tuple[str | int, ...], value: object, told: str) -> None:
    planted = copy.deepcopy(HONEST)
    at: Any = planted["them"]
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    assert any(told in each for each in found(planted))


def test_a_reporter_may_be_shown_what_its_own_agency_reports_and_no_more() -> None:
    said = {"query": QUERY.replace("points: score", "points: score provider { code }"), "variables": LP_07}
    planted = copy.deepcopy(HONEST)
    of_tax = {"g": "D", "ratingYear": 2024, "points": "40", "provider": {"code": "TAX"}}
    planted["them"]["rated"]["list"] = [of_tax]
    reporter = Clearances(Sight("A", reports="TAX"))
    assert list(above(said, planted, reporter)) == []
    planted["them"]["rated"]["list"] = [{**of_tax, "provider": {"code": "COURT"}}]
    assert list(above(said, planted, reporter)) == ["a TaxCreditRating of tier B", "TaxCreditRating.score = '40'"]


def test_an_identity_number_is_told_from_a_credit_code() -> None:
    number = PERSONS["IN-01"]["idNumber"]
    assert identity_numbers(f"当事人{number}自认, {CODES['LP-07']}, {number[:4]}************{number[-2:]}") == [number]
    assert identity_numbers("410199199003070010") == []
    assert identity_numbers("410199199003070018") == ["410199199003070018"]


async def test_every_answer_of_a_journey_is_looked_through(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a visitor is told is judged as the public's, though an officer asked: the journey fails."""
    asked = "subject(by: {unifiedSocialCreditCode: $code}) { administrativeCompulsions { totalCount } }"
    query = f"query Compulsions($code: String!) {{ {asked} }}"
    await visitor.ask(query, LP_07, persona="market-officer", purpose=SUPERVISION)
    monkeypatch.setattr("tests.journeys.clearances._FITTING", {})
    with pytest.raises(AssertionError, match="a list of AdministrativeCompulsion"):
        await visitor.ask(query, LP_07, persona="market-officer", purpose=SUPERVISION)
