"""A paper's whole life by the doors: presented, reviewed, cited, revoked; each step an entry (Art. 18, 19)."""

import hashlib
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from gateway.access import personas
from gateway.access.personas import Persona
from schema.disclosure import OrganizationKind
from tests.journeys.clearances import Accepted
from tests.journeys.visitor import AS_OF, CODES, PERSONS, Place, Told, Visitor, visiting

PDF = b"%PDF-1.7\n% letter\n"
DIGEST = hashlib.sha256(PDF).hexdigest()
SUPERVISION = {"code": "SUPERVISION", "text": "欠费企业专项核查"}
PAID = """query Paid($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
  ... on LegalPerson { socialInsurancePayments(first: 1) { nodes { period paidAmount } } } } }"""
PRESENT = """mutation Present($paper: PaperInput!) { presentPaper(paper: $paper) {
  paper { id state subjects { name } } errors { code field message messageChinese legalBasis { article } } } }"""
REVIEW = """mutation Review($id: ID!, $decision: ReviewDecision!) {
  reviewPaper(id: $id, decision: $decision, reason: "公章与签发人核对相符") { paper { state } errors { code } } }"""
REVOKE = (
    """mutation Revoke($id: ID!) { revokePaper(id: $id, reason: "案件已经办结") { paper { state } errors { code } } }"""
)


async def evidence(visitor: Visitor, persona: str) -> None:
    assert visitor.house.evidence is not None
    transport = httpx2.ASGITransport(visitor.house.evidence)
    async with httpx2.AsyncClient(transport=transport, base_url="http://house.test") as client:
        headers = {"content-type": "application/pdf", **visitor.as_(persona)}
        assert (await client.post("/evidence", content=PDF, headers=headers)).status_code == 201


def letter(**over: Any) -> dict[str, Any]:  # noqa: ANN401 (an input's fields)
    given = {
        "letterNumber": "郑税函〔2026〕77号",
        "issuedOn": str(AS_OF),
        "signatory": "局长甲",
        "seal": "4101990000009",
        "signature": "PAPER",
        "subjects": [{"unifiedSocialCreditCode": CODES["LP-07"]}],
        "purposes": ["SUPERVISION"],
        "handlers": ["demo:tax-officer"],
        "validTo": str(AS_OF + timedelta(30)),
        "evidence": [DIGEST],
    }
    return {"officialLetter": {**given, **over}}


def opened_by(visitor: Visitor, own_id: str) -> None:
    """Tell the second opinion that a letter was accepted."""
    opens = frozenset({"SocialInsurancePayment", "PersonIdentity"})
    visitor.accepted[own_id] = Accepted("demo:tax-officer", frozenset({CODES["LP-07"]}), opens)


async def paid(visitor: Visitor, *papers: str, persona: str = "tax-officer", key: str = "LP-07") -> Told:
    return await visitor.ask(
        PAID, {"code": CODES[key]}, persona=persona, purpose=SUPERVISION, extensions={"papers": list(papers)}
    )


async def test_a_letter_opens_what_its_grant_names_until_it_is_revoked(visitor: Visitor) -> None:
    assert (await paid(visitor)).codes == ["TIER_FORBIDDEN"]
    await evidence(visitor, "tax-officer")
    async with visitor.leaving(1):
        told = await visitor.ask(PRESENT, {"paper": letter()}, persona="tax-officer")
    presented = told.data["presentPaper"]
    assert (presented["errors"], presented["paper"]["state"]) == ([], "SUBMITTED")
    own_id = presented["paper"]["id"]
    assert (await paid(visitor, own_id)).codes == ["PAPER_INVALID"]
    reviewed = await visitor.ask(REVIEW, {"id": own_id, "decision": "ACCEPT"}, persona="centre-approver")
    assert reviewed.data["reviewPaper"] == {"paper": {"state": "ACCEPTED"}, "errors": []}
    opened_by(visitor, own_id)
    opened = await paid(visitor, own_id)
    assert opened.errors == []
    (payment,) = opened.data["subject"]["socialInsurancePayments"]["nodes"]
    assert payment["paidAmount"] is not None
    counted = await visitor.ask(f'{{ paper(id: "{own_id}") {{ useCount }} }}', persona="tax-officer")
    assert counted.data["paper"]["useCount"] == 1
    revoked = await visitor.ask(REVOKE, {"id": own_id}, persona="tax-officer")
    assert revoked.data["revokePaper"]["paper"]["state"] == "REVOKED"
    del visitor.accepted[own_id]
    refused = await paid(visitor, own_id)
    assert refused.codes == ["PAPER_INVALID"]
    assert "revoked" in refused.errors[0]["message"]


async def test_what_was_done_is_told_though_what_was_asked_beside_it_failed(visitor: Visitor) -> None:
    await evidence(visitor, "tax-officer")
    both = """mutation Both($paper: PaperInput!) { __typename
      first: presentPaper(paper: $paper) { paper { state } errors { code } }
      second: revokePaper(id: "none", reason: "案件已经办结") { paper { state } errors { code } }
      third: presentPaper(paper: $paper) { paper { state } errors { code } } }"""
    async with visitor.leaving(1):
        told = await visitor.ask(both, {"paper": letter(letterNumber="郑税函〔2026〕79号")}, persona="tax-officer")
    assert told.data["first"] == {"paper": {"state": "SUBMITTED"}, "errors": []}
    assert [each["code"] for each in told.data["third"]["errors"]] == ["PAPER_INVALID"], "the number is known by now"
    assert (told.data["__typename"], told.data["second"]) == ("Mutation", None)
    assert [each["path"] for each in told.errors] == [["second"]]


async def test_a_one_time_letter_is_not_replayed(visitor: Visitor) -> None:
    await evidence(visitor, "tax-officer")
    given = letter(letterNumber="郑税函〔2026〕78号", maxUses=1)
    told = await visitor.ask(PRESENT, {"paper": given}, persona="tax-officer")
    own_id = told.data["presentPaper"]["paper"]["id"]
    await visitor.ask(REVIEW, {"id": own_id, "decision": "ACCEPT"}, persona="centre-approver")
    opened_by(visitor, own_id)
    assert (await paid(visitor, own_id)).errors == []
    replayed = await paid(visitor, own_id)
    assert replayed.codes == ["PAPER_INVALID"]
    assert replayed.json.get("data") is None


async def test_what_can_be_mended_is_told_and_what_cannot_is_raised(visitor: Visitor) -> None:
    wrong = letter(validTo=str(AS_OF + timedelta(91)), handlers=[], evidence=["0" * 64])
    told = await visitor.ask(PRESENT, {"paper": wrong}, persona="tax-officer")
    errors = told.data["presentPaper"]["errors"]
    assert {(each["code"], each["field"][-1]) for each in errors} == {
        ("PAPER_INVALID", "validTo"),
        ("PAPER_INVALID", "handlers"),
        ("EVIDENCE_REQUIRED", "0"),
    }
    assert {each["legalBasis"]["article"] for each in errors} == {"18"}
    raised = await visitor.ask(PRESENT, {"paper": letter()}, persona="third-party")
    assert raised.codes == ["FORBIDDEN"]
    conflict = await visitor.ask(REVIEW, {"id": "DEMO-LETTER-TAX", "decision": "ACCEPT"}, persona="centre-approver")
    assert conflict.codes == ["STATE_CONFLICT"]
    assert conflict.errors[0]["extensions"]["state"] == "ACCEPTED"
    unknown = await visitor.ask(REVOKE, {"id": "OL-FORGED"}, persona="centre-approver")
    assert unknown.codes == ["PAPER_INVALID"]


@pytest.mark.parametrize(
    ("cited", "persona", "codes"),
    [
        ("DEMO-LETTER-TAX", "tax-officer", []),
        ("DEMO-LETTER-EXPIRED", "tax-officer", ["PAPER_INVALID"]),
        ("DEMO-LETTER-TAX", "court-officer", ["PAPER_INVALID"]),
        ("DEMO-LETTER-TAX", "third-party", ["PAPER_INVALID"]),
        ("DEMO-LETTER-COURT", "court-officer", []),
        ("DEMO-FORGED", "tax-officer", ["PAPER_INVALID"]),
    ],
)
async def test_the_demonstrations_letters_open_tier_c_to_their_handlers_alone(
    visitor: Visitor, cited: str, persona: str, codes: list[str]
) -> None:
    told = await paid(visitor, cited, persona=persona, key="LP-10")
    assert told.codes == codes
    if not codes:
        assert told.data["subject"]["socialInsurancePayments"]["nodes"][0]["paidAmount"] is not None


async def test_the_demonstrations_authorisation_opens_what_it_names(visitor: Visitor) -> None:
    transaction = {"code": "TRANSACTION", "text": "采购合同签约前核查"}

    async def ask(paper: str) -> Told:
        variables = {"code": CODES["LP-10"]}
        return await visitor.ask(
            PAID, variables, persona="third-party", purpose=transaction, extensions={"paper": paper}
        )

    opened = await ask("DEMO-AUTH-LP10")
    assert opened.errors == []
    assert opened.data["subject"]["socialInsurancePayments"]["nodes"][0]["paidAmount"] is not None
    assert (await ask("DEMO-AUTH-REVOKED")).codes == ["PAPER_INVALID"]


async def test_whose_token_names_itself_is_told_which_paper_of_its_own_is_missing(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, number = CODES["LP-01"], PERSONS["IN-08"]["idNumber"]
    handler = Persona("handler", "乙", code, OrganizationKind.ENTERPRISE, subject=f"uscc:{code}")
    citizen = Persona("citizen", "韩雪宁", subject=f"rid:{number}")
    monkeypatch.setattr(personas, "PERSONAS", {"handler": handler, "citizen": citizen})
    told = await visitor.ask(PAID, {"code": code}, persona="handler")
    assert [(each["extensions"]["code"], each["extensions"]["missingPaper"]) for each in told.errors] == [
        ("TIER_FORBIDDEN", "ENTITY_CERTIFICATE")
    ]
    assert "certificate" in told.errors[0]["extensions"]["hint"]
    of_others = await visitor.ask(PAID, {"code": CODES["LP-07"]}, persona="handler")
    assert of_others.errors[0]["extensions"]["missingPaper"] == "AUTHORISATION"
    itself = {"number": number, "name": "韩雪宁"}
    query = """query($number: String!, $name: String!) {
      subject(by: {individual: {idNumber: $number, name: $name}}) { name } }"""
    foreseen = await visitor.ask(query, itself, persona="citizen", extensions={"dryRun": True})
    (name,) = foreseen.json["extensions"]["xinyong"]["access"]
    assert (name["allowed"], name["missingPaper"]) == (False, "IDENTITY_DOCUMENT")
    asked = await visitor.ask(query, itself, persona="citizen")
    assert asked.data == {"subject": None}
    (error,) = asked.errors
    assert (error["path"], error["extensions"]["missingPaper"]) == (["subject"], "IDENTITY_DOCUMENT")
    nobody = {"number": PERSONS["IN-09"]["idNumber"], "name": PERSONS["IN-09"]["name"]}
    assert (await visitor.ask(query, nobody, persona="citizen")).errors == []


async def test_of_a_certificate_and_a_document_that_have_expired_it_is_told_that_they_are_missing(city: Place) -> None:
    async with visiting(city.settings(as_of=AS_OF + timedelta(3_001))) as visitor:
        company = await visitor.ask(PAID, {"code": CODES["LP-07"]}, persona="company")
        number = {"number": PERSONS["IN-10"]["idNumber"], "name": PERSONS["IN-10"]["name"]}
        query = """query($number: String!, $name: String!) {
          subject(by: {individual: {idNumber: $number, name: $name}}) { name } }"""
        individual = await visitor.ask(query, number, persona="individual")
    for told, paper in ((company, "ENTITY_CERTIFICATE"), (individual, "IDENTITY_DOCUMENT")):
        (error,) = told.errors
        assert (error["extensions"]["code"], error["extensions"]["missingPaper"]) == ("TIER_FORBIDDEN", paper)
        assert error["extensions"]["legalBasis"]["article"] == "18"


RECORDED = """query Recorded($receipt: String!) { queryLog(filter: {receipt: $receipt}) {
  nodes { outcome errors operationName spans { name } } } }"""


async def recorded(visitor: Visitor, told: Told) -> dict[str, Any]:
    """Give what an auditor reads of an answer."""
    receipt = told.json["extensions"]["xinyong"]["receipt"]
    (entry,) = (await visitor.ask(RECORDED, {"receipt": receipt}, persona="auditor")).data["queryLog"]["nodes"]
    return dict(entry)


@pytest.mark.parametrize("told", ["errors { code }", "paper { id }"], ids=["asked what to mend", "asked nothing of it"])
async def test_a_paper_that_is_not_taken_is_recorded_as_that(visitor: Visitor, told: str) -> None:
    await evidence(visitor, "tax-officer")
    present = f"mutation A($paper: PaperInput!) {{ presentPaper(paper: $paper) {{ {told} }} }}"
    taken = await visitor.ask(present, {"paper": letter(letterNumber=f"郑税函 {told}")}, persona="tax-officer")
    assert await recorded(visitor, taken) == {
        "outcome": "DISCLOSED",
        "errors": [],
        "operationName": "A",
        "spans": [{"name": "resolve Mutation.presentPaper"}],
    }
    for wrong, outcome, code in (
        ({"validTo": str(AS_OF + timedelta(91))}, "DENIED", "PAPER_INVALID"),
        ({"evidence": ["0" * 64]}, "FAILED", "EVIDENCE_REQUIRED"),
        ({"signatory": ""}, "FAILED", "BAD_USER_INPUT"),
    ):
        said = letter(letterNumber="郑税函〔2026〕81号", **wrong)
        entry = await recorded(visitor, await visitor.ask(present, {"paper": said}, persona="tax-officer"))
        assert (entry["outcome"], entry["errors"]) == (outcome, [code])


async def test_a_dry_run_of_a_mutation_does_nothing(visitor: Visitor) -> None:
    await visitor.ask(REVOKE, {"id": "DEMO-LETTER-TAX"}, persona="tax-officer", extensions={"dryRun": True})
    told = await visitor.ask('{ paper(id: "DEMO-LETTER-TAX") { state } }', persona="tax-officer")
    assert told.data["paper"]["state"] == "ACCEPTED"


async def test_no_number_of_a_person_is_in_an_answer_about_papers(visitor: Visitor) -> None:
    everything = """{ papers(first: 100) { totalCount nodes { id kind state subjects { id kind name } holders
      organisation number signatory purposes scope { allShared shared restricted } issuedOn signedOn validFrom validTo
      signature verification evidence { digest mediaType size name } useCount maxUses presentedBy reviewedBy
      history { at actor organisation from to reason legalBasis { article item } } } pageInfo { hasNextPage } }
      grants { totalCount nodes { id agency state scope { restricted } purposes validFrom validTo approvalDocument
      history { at actor from to reason } } } }"""
    ours, all_grants = ["DEMO-GRANT-TAX"], ["DEMO-GRANT-COURT", "DEMO-GRANT-TAX"]
    for persona, papers, grants in (
        ("auditor", 9, all_grants),
        ("tax-officer", 2, ours),
        ("individual", 1, []),
        ("public", 0, []),
    ):
        told = await visitor.ask(everything, persona=persona)
        assert told.errors == []
        assert told.data["papers"]["totalCount"] >= papers
        shown = sorted(each["id"] for each in told.data["grants"]["nodes"])
        assert [each for each in shown if each.startswith("DEMO-")] == grants
        assert grants or shown == []
        for each in PERSONS.values():
            assert each["idNumber"].encode() not in told.body
