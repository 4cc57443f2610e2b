"""An inspection: auditors find every query by its marks, subjects see who looked, and nobody else learns anything."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.audit.inspection.hiding import Hiding, hide, lift
from gateway.store import open_store
from tests.journeys.visitor import AS_OF, CODES, PERSONS, Place, Told, Visitor, visiting

LP_07 = {"unifiedSocialCreditCode": CODES["LP-07"]}
RATINGS = """query OfficersRatings($by: SubjectRef!) { subject(by: $by) { id ... on LegalPerson {
  taxCreditRatings(first: 2) { nodes { ratingYear grade } }
  socialInsurancePayments(first: 1) { nodes { paidAmount } } } } }"""
LOG = """query Log($filter: QueryLogFilter, $first: Int, $after: String) {
  queryLog(filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage hasPreviousPage endCursor }
    nodes { receipt kind at requester organisation organisationKind method channel purpose purposeText papers outcome
      tier operationName document opened errors traceId responseDigest inspected
      subjects { id standing basis outcome tier counted nth nthOfOrganisation paper
        fields { coordinate tier decision article } withheld { coordinate tier decision missingPaper article }
        rows { coordinate records } }
      sources { connector asked reached }
      spans { name offsetUs durationUs attributes { key value } } } } }"""
OWN_LOG = """query Own($by: SubjectRef!, $first: Int, $after: String) { subject(by: $by) { queryCount
  queryLog(first: $first, after: $after) { pageInfo { hasNextPage endCursor }
    nodes { receipt at requester organisation organisationKind purpose purposeText method standing outcome tier nth
      basis paper fields { coordinate tier } withheld { coordinate decision } rows { coordinate records } } } } }"""
SEALED = "query Seal($filter: QueryLogFilter) { queryLog(filter: $filter) { nodes { seal { index checkpoint } } } }"


def reason(text: str) -> dict[str, str]:
    return {"code": "SUPERVISION", "text": text}


async def look(visitor: Visitor, text: str, persona: str = "market-officer") -> str:
    """Let an officer look at LP-07 for a purpose that only this test has, and give the receipt."""
    told = await visitor.ask(RATINGS, {"by": LP_07}, persona=persona, purpose=reason(text))
    receipt: str = told.json["extensions"]["xinyong"]["receipt"]
    return receipt


async def search(visitor: Visitor, told: Mapping[str, Any], persona: str = "auditor", **more: Any) -> Told:  # noqa: ANN401 (variables)
    return await visitor.ask(LOG, {"filter": dict(told), **more}, persona=persona)


async def receipts(visitor: Visitor, told: Mapping[str, Any]) -> list[str]:
    """Give the receipts of the newest hundred that are found."""
    found = await search(visitor, told, first=100)
    assert found.errors == []
    return [each["receipt"] for each in found.data["queryLog"]["nodes"]]


async def test_an_officers_query_is_found_by_each_of_its_marks(visitor: Visitor) -> None:
    begun = datetime.now(UTC) - timedelta(seconds=1)
    receipt = await look(visitor, "企业名录核查甲")
    (entry,) = (await search(visitor, {"receipt": receipt})).data["queryLog"]["nodes"]
    requester, subject_id = entry["requester"], entry["subjects"][0]["id"]
    now = {"from": begun.isoformat(), "to": (begun + timedelta(minutes=5)).isoformat()}
    for found_by in (
        {"requester": requester},
        {"requester": requester, "organisation": "MARKET_REGULATION"},
        {"organisation": "MARKET_REGULATION"},
        {"subject": LP_07},
        {"subject": {"id": subject_id}},
        {"purpose": "SUPERVISION"},
        {"outcome": "DISCLOSED"},
        {"coordinate": "TaxCreditRating.grade"},
        {"coordinate": "TaxCreditRating.grade", "subject": LP_07, "requester": requester},
        {"coordinate": "LegalPerson.taxCreditRatings", "organisation": "MARKET_REGULATION", "outcome": "DISCLOSED"},
        {},
    ):
        assert receipt in await receipts(visitor, {**found_by, **now}), found_by
    for found_by in (
        {"requester": "nobody"},
        {"requester": requester, "organisation": "TAX"},
        {"organisation": "TAX"},
        {"subject": {"unifiedSocialCreditCode": CODES["LP-05"]}},
        {"purpose": "LICENSING"},
        {"outcome": "DENIED"},
        {"coordinate": "TaxArrears.nothing"},
        {"paper": "no-such-paper"},
    ):
        assert receipt not in await receipts(visitor, {**found_by, **now}), found_by
    assert receipt not in await receipts(visitor, {"to": begun.isoformat()})


async def test_a_query_on_a_paper_is_found_by_the_paper(visitor: Visitor) -> None:
    told = await visitor.ask(
        RATINGS,
        {"by": {"unifiedSocialCreditCode": CODES["LP-10"]}},
        persona="third-party",
        purpose={"code": "TRANSACTION", "text": "供应链合作前核查"},
        extensions={"paper": "DEMO-AUTH-LP10"},
    )
    receipt = told.json["extensions"]["xinyong"]["receipt"]
    assert receipt in await receipts(visitor, {"paper": "DEMO-AUTH-LP10"})
    both = {"paper": "DEMO-AUTH-LP10", "subject": {"unifiedSocialCreditCode": CODES["LP-10"]}}
    assert receipt in await receipts(visitor, both)
    assert receipt in await receipts(visitor, {"paper": "DEMO-AUTH-LP10", "coordinate": "TaxCreditRating.grade"})
    (entry,) = (await search(visitor, {"receipt": receipt})).data["queryLog"]["nodes"]
    assert "DEMO-AUTH-LP10" in entry["papers"]
    assert (entry["subjects"][0]["standing"], entry["subjects"][0]["paper"]) == ("AUTHORISATION", "DEMO-AUTH-LP10")


async def test_an_entry_says_who_when_how_why_and_which_fields(visitor: Visitor) -> None:
    receipt = await look(visitor, "企业名录核查乙")
    (entry,) = (await search(visitor, {"receipt": receipt})).data["queryLog"]["nodes"]
    assert (entry["organisation"], entry["organisationKind"]) == ("MARKET_REGULATION", "ADMINISTRATIVE")
    assert (entry["purpose"], entry["purposeText"]) == ("SUPERVISION", "企业名录核查乙")
    assert (entry["method"], entry["operationName"], entry["outcome"]) == ("API", "OfficersRatings", "DISCLOSED")
    assert (entry["kind"], entry["opened"], entry["inspected"]) == ("QUERY", True, None)
    (line,) = entry["subjects"]
    assert (line["standing"], line["counted"]) == ("DUTY", True)
    assert line["nth"] >= line["nthOfOrganisation"] >= 1
    told = {each["coordinate"]: each["tier"] for each in line["fields"]}
    assert told["TaxCreditRating.grade"] == "A"
    withheld = {each["coordinate"]: (each["tier"], each["missingPaper"]) for each in line["withheld"]}
    assert withheld["SocialInsurancePayment.paidAmount"] == ("C", "OFFICIAL_LETTER")
    assert {each["coordinate"]: each["records"] for each in line["rows"]}["LegalPerson.taxCreditRatings"] == 2
    assert any(each["connector"] == "TAX" and each["reached"] for each in entry["sources"])
    fetch = next(each for each in entry["spans"] if each["name"] == "fetch TAX")
    assert fetch["durationUs"] > 0
    assert fetch["offsetUs"] >= 0
    assert {"key": "subjects", "value": "1"} in fetch["attributes"]


async def test_pages_go_on_where_the_last_one_ended(visitor: Visitor) -> None:
    begun = datetime.now(UTC).isoformat()
    made = [await look(visitor, "企业名录核查丙") for _ in range(5)]
    asked = {"organisation": "MARKET_REGULATION", "from": begun}
    found: list[str] = []
    after, more = None, True
    for _ in range(3):
        page = (await search(visitor, asked, first=2, after=after)).data["queryLog"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        found += [each["receipt"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        more = page["pageInfo"]["hasNextPage"]
    assert found == made[::-1]
    assert not more
    assert (await search(visitor, {}, after="nonsense")).codes == ["BAD_USER_INPUT"]
    assert (await search(visitor, {}, first=101)).codes == ["BAD_USER_INPUT"]
    assert (await search(visitor, {"from": "2026-11-01T00:00:00"})).codes == ["BAD_USER_INPUT"]
    turned = {"from": "2026-11-02T00:00:00+08:00", "to": "2026-11-01T00:00:00+08:00"}
    assert (await search(visitor, turned)).codes == ["BAD_USER_INPUT"], (
        "no empty page, which would say that nobody asked"
    )
    for none in ("nonsense", f"1.{2**63}.{'0' * 64}", f"{2**31}.1.{'0' * 64}"):
        assert (await search(visitor, {"receipt": none})).codes == ["BAD_USER_INPUT"]


async def test_an_inspection_leaves_an_entry_with_its_filter_under_seal(visitor: Visitor) -> None:
    person = PERSONS["IN-10"]
    by = {"individual": {"idNumber": person["idNumber"], "name": person["name"]}}
    async with visitor.leaving(entries=1):
        asked = await search(visitor, {"subject": by, "requester": person["idNumber"]})
    receipt = asked.json["extensions"]["xinyong"]["receipt"]
    (entry,) = (await search(visitor, {"receipt": receipt})).data["queryLog"]["nodes"]
    assert (entry["kind"], entry["outcome"], entry["organisation"]) == ("AUDIT_READ", "DISCLOSED", "CREDIT_CENTRE")
    (line,) = entry["subjects"]
    assert (line["standing"], line["counted"], line["nth"]) == ("STAFF", False, None)
    (read,) = json.loads(entry["inspected"])["read"]
    assert read["filter"]["subject_id"] == line["id"]
    assert person["idNumber"] not in entry["inspected"]
    own = await visitor.ask(OWN_LOG, {"by": by}, persona="individual")
    assert own.data["subject"]["queryLog"]["nodes"][0]["organisation"] == "CREDIT_CENTRE", "it sees the inspection too"


@pytest.mark.parametrize("persona", ["public", "tax-officer", "company", "supervisor", "centre-approver"])
async def test_who_is_no_auditor_is_refused_and_that_is_recorded_as_denied(visitor: Visitor, persona: str) -> None:
    async with visitor.leaving(entries=1):
        told = await search(visitor, {"organisation": "TAX"}, persona=persona)
    assert told.data == {"queryLog": None}
    assert told.codes == ["FORBIDDEN"]
    assert told.errors[0]["extensions"]["legalBasis"]["article"] == "19"
    newest = (await search(visitor, {"outcome": "DENIED"}, first=1)).data["queryLog"]["nodes"][0]
    assert (newest["errors"], newest["kind"], newest["operationName"]) == (["FORBIDDEN"], "QUERY", "Log")


async def test_a_subject_sees_who_looked_at_it(visitor: Visitor) -> None:
    await look(visitor, "企业名录核查丁")
    told = await visitor.ask(OWN_LOG, {"by": LP_07}, persona="company")
    assert told.errors == []
    newest = told.data["subject"]["queryLog"]["nodes"][0]
    assert (newest["organisation"], newest["purposeText"]) == ("MARKET_REGULATION", "企业名录核查丁")
    assert newest["requester"]
    assert (newest["standing"], newest["outcome"], newest["nth"]) == ("DUTY", "DISCLOSED", None)
    assert "TaxCreditRating.grade" in [each["coordinate"] for each in newest["fields"]]
    assert newest["receipt"].count(".") == 0, "it tells nothing of the trail's course"


async def test_of_a_view_of_what_is_public_nobody_is_named(visitor: Visitor) -> None:
    public = "query P($by: SubjectRef!) { subject(by: $by) { name } }"
    await visitor.ask(public, {"by": LP_07}, persona="third-party")
    told = await visitor.ask(OWN_LOG, {"by": LP_07}, persona="company")
    newest = told.data["subject"]["queryLog"]["nodes"][0]
    assert newest["standing"] == "PUBLIC"
    assert (newest["requester"], newest["organisation"], newest["organisationKind"]) == (None, None, None)
    audited = await visitor.ask(OWN_LOG, {"by": LP_07}, persona="auditor")
    seen = [each["requester"] for each in audited.data["subject"]["queryLog"]["nodes"][:2]]
    assert any(each and "third-party" in each for each in seen), "auditors see who it was"


async def test_the_subjects_own_log_has_pages(visitor: Visitor) -> None:
    for text in ("企业名录核查戊", "企业名录核查己", "企业名录核查庚"):
        await look(visitor, text)
    first = (await visitor.ask(OWN_LOG, {"by": LP_07, "first": 2}, persona="company")).data["subject"]["queryLog"]
    assert [each["purposeText"] for each in first["nodes"]] == ["企业名录核查庚", "企业名录核查己"]
    after = {"by": LP_07, "first": 3, "after": first["pageInfo"]["endCursor"]}
    second = (await visitor.ask(OWN_LOG, after, persona="company")).data["subject"]["queryLog"]
    assert second["nodes"][0]["purposeText"] == "企业名录核查戊"
    told = await visitor.ask(OWN_LOG, {"by": LP_07, "first": 0}, persona="company")
    assert (told.data["subject"]["queryLog"], told.codes) == (None, ["BAD_USER_INPUT"])
    strange = await visitor.ask(OWN_LOG, after, persona="auditor")
    assert strange.codes == ["BAD_USER_INPUT"], "a cursor of the subject's list is of no other"


async def test_others_learn_nothing_of_who_looked(visitor: Visitor) -> None:
    """The same bytes for a subject that was looked at as for one that was not (R15.7)."""
    await look(visitor, "企业名录核查辛")
    query = "query L($by: SubjectRef!) { subject(by: $by) { queryLog { nodes { at requester } } } }"
    bodies = set()
    for code in (CODES["LP-07"], CODES["LP-03"]):
        by = {"unifiedSocialCreditCode": code}
        told = await visitor.ask(query, {"by": by}, persona="tax-officer", purpose=reason("年度双随机抽查"))
        assert told.codes == ["FORBIDDEN"]
        kept = {name: value for name, value in told.json.items() if name != "extensions"}
        kept["errors"][0]["extensions"].pop("requestId")
        bodies.add(json.dumps(kept))
    assert len(bodies) == 1


@pytest.mark.parametrize("by_rule", [False, True])
async def test_a_hidden_entry_is_not_shown_to_the_subject_until_its_day(city: Place, *, by_rule: bool) -> None:
    """AMB-29: by a cited rule, until a day; the count does not tell of it either, and auditors see it all along."""
    text = f"侦查需要 {uuid.uuid4().hex[:6]}"
    until = AS_OF + timedelta(days=10)
    async with visiting(city.settings()) as visitor:
        before = (await visitor.ask(OWN_LOG, {"by": LP_07}, persona="company")).data["subject"]["queryCount"]
        persona = "court-officer" if by_rule else "market-officer"
        code = "ENFORCEMENT" if by_rule else "SUPERVISION"
        told = await visitor.ask(RATINGS, {"by": LP_07}, persona=persona, purpose={"code": code, "text": text})
        receipt = told.json["extensions"]["xinyong"]["receipt"]
        stream, seq, _ = receipt.split(".")
        hiding = Hiding(
            id=uuid.uuid4().hex[:8],
            article="刑事诉讼法第五十四条",
            reason="侦查期间不宜告知",
            until=until,
            set_by="demo:supervisor",
            place=None if by_rule else (int(stream), int(seq)),
            organisation="COURT" if by_rule else None,
            purpose="ENFORCEMENT",
        )
        store = open_store(city.trail)
        try:
            await hide(store.engine, hiding, datetime.now(UTC))
            hidden = (await visitor.ask(OWN_LOG, {"by": LP_07}, persona="company")).data["subject"]
            assert text not in [each["purposeText"] for each in hidden["queryLog"]["nodes"]]
            assert hidden["queryCount"] == before
            seen = (await visitor.ask(OWN_LOG, {"by": LP_07}, persona="auditor")).data["subject"]
            assert text in [each["purposeText"] for each in seen["queryLog"]["nodes"]]
            assert seen["queryCount"] == before + 1
            async with visiting(city.settings(as_of=until)) as later:
                shown = (await later.ask(OWN_LOG, {"by": LP_07}, persona="company")).data["subject"]
                assert text in [each["purposeText"] for each in shown["queryLog"]["nodes"]]
            assert await lift(store.engine, hiding.id, "demo:supervisor", datetime.now(UTC))
            lifted = (await visitor.ask(OWN_LOG, {"by": LP_07}, persona="company")).data["subject"]
            assert text in [each["purposeText"] for each in lifted["queryLog"]["nodes"]]
            assert not await lift(store.engine, hiding.id, "demo:supervisor", datetime.now(UTC)), "once"
        finally:
            await store.close()
