"""A violation case by the door: opened, found and decided by people, each step an entry of the trail (Art. 19, 25)."""

from typing import Any

from tests.journeys.visitor import Visitor

OPEN = """mutation Open($violation: ViolationInput!) { openViolation(violation: $violation) {
  violation { id state } errors { code field } } }"""
FIND = """mutation Find($id: ID!) { findViolation(id: $id, finding: SUBSTANTIATE, reason: "经核实情况属实") {
  violation { state } errors { code } } }"""
DECIDE = """mutation Decide($id: ID!, $measure: ViolationMeasure!) {
  decideViolation(id: $id, measure: $measure, document: "郑发改处〔2026〕3号", reason: "情节已查明") {
    violation { state history { actor to document legalBasis { article item } } } errors { code } } }"""
LIST = """query List { violations { totalCount nodes { id kind agency state evidence { said rule } } } }"""
ALLEGED = {"kind": "V6", "agency": "MARKET_REGULATION", "said": "同一主体一日四十次", "rule": "高频查询"}


async def opened(visitor: Visitor) -> str:
    told = await visitor.ask(OPEN, {"violation": ALLEGED}, persona="auditor")
    assert told.data["openViolation"]["errors"] == []
    return str(told.data["openViolation"]["violation"]["id"])


async def case_seen_by(visitor: Visitor, persona: str, case_id: str) -> Any:  # noqa: ANN401 (JSON)
    nodes = (await visitor.ask(LIST, persona=persona)).data["violations"]["nodes"]
    return next((each for each in nodes if each["id"] == case_id), None)


async def test_people_open_find_and_decide_and_each_step_is_an_entry(visitor: Visitor) -> None:
    before = await visitor.entries()
    case_id = await opened(visitor)
    assert (await visitor.ask(FIND, {"id": case_id}, persona="centre-approver")).data["findViolation"]["errors"] == []
    refused = await visitor.ask(DECIDE, {"id": case_id, "measure": "CRIMINAL"}, persona="centre-approver")
    assert refused.codes == ["FORBIDDEN"]
    assert refused.errors[0]["extensions"]["legalBasis"]["article"] == "25"
    told = await visitor.ask(DECIDE, {"id": case_id, "measure": "CRIMINAL"}, persona="supervisor")
    decided = told.data["decideViolation"]["violation"]
    assert decided["state"] == "CRIMINAL"
    assert decided["history"][-1] == {
        "actor": "demo:supervisor",
        "to": "CRIMINAL",
        "document": "郑发改处〔2026〕3号",
        "legalBasis": {"article": "25", "item": "6"},
    }
    again = await visitor.ask(FIND, {"id": case_id}, persona="supervisor")
    assert again.codes == ["STATE_CONFLICT"]
    assert await visitor.entries() - before == 5


async def test_the_alleged_agency_sees_its_case_and_not_how_it_was_found(visitor: Visitor) -> None:
    case_id = await opened(visitor)
    own = await case_seen_by(visitor, "market-officer", case_id)
    assert own["evidence"] == [{"said": ALLEGED["said"], "rule": None}]
    assert (await case_seen_by(visitor, "auditor", case_id))["evidence"][0]["rule"] == ALLEGED["rule"]
    for persona in ("tax-officer", "company", "public"):
        assert await case_seen_by(visitor, persona, case_id) is None
