"""A reporting officer asks: its own agency's records whole, all others as the public sees them (Art. 15, R15.3)."""

from typing import Any

from tests.journeys.questions import EVERYTHING_OF_A_LEGAL_PERSON
from tests.journeys.visitor import CODES, SUPERVISION, Visitor

Record = dict[str, Any]


async def lists_of(visitor: Visitor, code: str, persona: str, **how: Any) -> dict[str, Record | None]:  # noqa: ANN401 (parts of a question)
    told = await visitor.ask(EVERYTHING_OF_A_LEGAL_PERSON, {"code": code}, persona=persona, **how)
    assert told.status == 200
    assert set(told.codes) <= {"TIER_FORBIDDEN", "PURPOSE_REQUIRED", "FORBIDDEN"}
    subject: Record = told.data["subject"]
    return {
        name: value
        for name, value in subject.items()
        if (isinstance(value, dict) and "nodes" in value) or value is None
    }


def nodes_of(connection: Record | None, provider: str | None = None) -> dict[str, Record]:
    nodes = connection["nodes"] if connection else []
    return {each["id"]: each for each in nodes if provider in (None, each["provider"]["code"])}


def others(nodes: dict[str, Record], provider: str) -> dict[str, Record]:
    return {own_id: each for own_id, each in nodes.items() if each["provider"]["code"] != provider}


async def test_a_reporter_reads_its_own_agencys_records_whole_and_others_as_the_public(visitor: Visitor) -> None:
    own, of_others = 0, 0
    for story in ("LP-07", "LP-10", "LP-06", "LP-04", "LP-12"):
        whole = await lists_of(visitor, CODES[story], "market-officer", purpose=SUPERVISION)
        public = await lists_of(visitor, CODES[story], "public")
        seen = await lists_of(visitor, CODES[story], "tax-reporter", purpose=SUPERVISION)
        for name, connection in seen.items():
            mine = nodes_of(connection, "TAX")
            in_force = {
                own_id: each for own_id, each in mine.items() if each["recordStatus"] in ("ACTIVE", "CORRECTED")
            }
            assert in_force.keys() == nodes_of(whole.get(name), "TAX").keys(), name
            for own_id, record in nodes_of(whole.get(name), "TAX").items():
                for field, value in record.items():
                    assert value is None or mine[own_id][field] == value, f"{name}.{field}"
            own += len(mine)
            foreign = others(nodes_of(connection), "TAX")
            assert foreign == others(nodes_of(public.get(name)), "TAX"), name
            of_others += len(foreign)
    assert own > 10
    assert of_others > 10


async def test_a_reporter_sees_tier_c_of_its_own_agency(visitor: Visitor) -> None:
    query = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) { ... on LegalPerson {
      taxRegistrations { nodes { provider { code } financeOfficerName } } } } }"""
    told = await visitor.ask(query, {"code": CODES["LP-07"]}, persona="tax-reporter", purpose=SUPERVISION)
    nodes = told.data["subject"]["taxRegistrations"]["nodes"]
    assert nodes
    assert all(each["financeOfficerName"] for each in nodes if each["provider"]["code"] == "TAX")


async def test_without_a_purpose_a_reporter_is_the_public(visitor: Visitor) -> None:
    seen = await lists_of(visitor, CODES["LP-07"], "tax-reporter")
    assert seen == await lists_of(visitor, CODES["LP-07"], "public")


async def test_a_reporter_of_another_agency_does_not_see_them(visitor: Visitor) -> None:
    seen = await lists_of(visitor, CODES["LP-07"], "market-reporter", purpose=SUPERVISION)
    public = await lists_of(visitor, CODES["LP-07"], "public")
    for name, connection in seen.items():
        assert nodes_of(connection, "TAX") == nodes_of(public.get(name), "TAX"), name


async def test_a_reporter_is_told_of_every_field_that_it_reads_in_its_own_records_alone(visitor: Visitor) -> None:
    query = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
      administrativePenalties { nodes { provider { code } fineAmount legalRepresentativeId } } } }"""
    told = await visitor.ask(query, {"code": CODES["LP-04"]}, persona="tax-reporter", purpose=SUPERVISION)
    assert "AdministrativePenalty.legalRepresentativeId" in {
        error["extensions"].get("coordinate") for error in told.errors
    }
