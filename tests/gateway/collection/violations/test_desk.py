"""People decide on cases, each as far as the law lets them, and the alleged agency is not told how it was found."""

import pytest

from gateway.collection.violations import CallersCases, Evidence
from gateway.collection.violations.errors import CasesUnavailable, NoSuchCase
from gateway.collection.violations.procedure import CaseStep
from gateway.errors import BadUserInput, Forbidden, StateConflict, Text
from schema.violation_desk import ViolationPayload
from schema.violations import (
    Violation,
    ViolationFinding,
    ViolationInput,
    ViolationKind,
    ViolationMeasure,
    ViolationState,
)
from tests.gateway.collection.violations.room import Room

SUBSTANTIATE, DISMISS = ViolationFinding.SUBSTANTIATE, ViolationFinding.DISMISS
CORRECTION, DISCIPLINE = ViolationMeasure.CORRECTION_ORDERED, ViolationMeasure.DISCIPLINE
ALLEGED = ViolationInput(
    kind=ViolationKind.UNLAWFUL_USE,
    agency="TAX",
    said="同一人短期内查询同一主体四十次",
    reference="1.7.ab",
    rule="同一主体高频",
)


def shown(payload: ViolationPayload) -> Violation:
    assert payload.errors == []
    assert payload.violation is not None
    return payload.violation


async def candidate(room: Room, agency: str = "TAX") -> str:
    found = Evidence("INTAKE", f"S-{agency}", Text("not competent", "无报送权限"), rule="competence table")
    return await room.cases.open(ViolationKind.IMPROPER_MEANS, agency, found)


async def listed(desk: CallersCases) -> list[str]:
    return [str(each.id) for each in (await desk.violations(None, None, None, (20, None))).nodes]


@pytest.mark.parametrize("measure", ViolationMeasure)
async def test_a_case_goes_from_evidence_to_its_end_with_every_step_kept(room: Room, measure: ViolationMeasure) -> None:
    case_id = await candidate(room)
    found = shown(await room.desk("centre-approver").find(case_id, SUBSTANTIATE, "经核实情况属实"))
    assert found.state is ViolationState.SUBSTANTIATED
    decided = shown(
        await room.desk("supervisor", hours=1).decide(case_id, measure, "郑发改处〔2026〕3号", "情节已查明")
    )
    assert decided.state.name == measure.name
    closed = shown(await room.desk("supervisor", hours=2).close(case_id, "已按要求整改完毕"))
    assert closed.state is ViolationState.CLOSED
    assert [(each.from_, each.to, each.actor, each.document) for each in closed.history] == [
        (None, ViolationState.OPEN, "GATEWAY", None),
        (ViolationState.OPEN, ViolationState.SUBSTANTIATED, "demo:centre-approver", None),
        (ViolationState.SUBSTANTIATED, ViolationState[measure.name], "demo:supervisor", "郑发改处〔2026〕3号"),
        (ViolationState[measure.name], ViolationState.CLOSED, "demo:supervisor", None),
    ]
    assert {(each.legal_basis.article, each.legal_basis.item) for each in closed.history} == {("25", "3")}


async def test_a_person_opens_a_case_and_another_finds_on_it(room: Room) -> None:
    opened = shown(await room.desk("auditor").open(ALLEGED))
    assert (opened.state, opened.opened_by) == (ViolationState.OPEN, "demo:auditor")
    assert opened.evidence[0].reference == "1.7.ab"
    own = shown(await room.desk("centre-approver").open(ALLEGED))
    assert own.id != opened.id
    with pytest.raises(Forbidden, match="does not find on it"):
        await room.desk("centre-approver").find(str(own.id), SUBSTANTIATE, "经核实情况属实")
    assert (
        shown(await room.desk("supervisor").find(str(own.id), DISMISS, "查询均有案由")).state
        is ViolationState.DISMISSED
    )


@pytest.mark.parametrize("persona", ["tax-officer", "tax-reporter", "centre-operator", "company", "credit-service"])
async def test_nobody_else_opens_finds_decides_or_closes(room: Room, persona: str) -> None:
    case_id = await candidate(room)
    desk = room.desk(persona)
    with pytest.raises(Forbidden):
        await desk.open(ALLEGED)
    for step in (
        desk.find(case_id, SUBSTANTIATE, "经核实情况属实"),
        desk.decide(case_id, CORRECTION, "郑信改〔2026〕1号", "情节轻微"),
        desk.close(case_id, "已经整改"),
    ):
        with pytest.raises((Forbidden, NoSuchCase)):
            await step


async def test_the_centre_orders_corrections_and_all_else_is_the_supervisors(room: Room) -> None:
    case_id = await candidate(room)
    await room.desk("supervisor").find(case_id, SUBSTANTIATE, "经核实情况属实")
    with pytest.raises(Forbidden, match="the supervisor decides"):
        await room.desk("centre-approver").decide(case_id, DISCIPLINE, "郑信处〔2026〕1号", "情节严重")
    ordered = await room.desk("centre-approver").decide(case_id, CORRECTION, "郑信改〔2026〕1号", "情节轻微")
    assert shown(ordered).state is ViolationState.CORRECTION_ORDERED


async def test_the_centre_does_not_decide_on_itself(room: Room) -> None:
    case_id = await candidate(room, "CREDIT_CENTRE")
    with pytest.raises(Forbidden, match="one's own organisation"):
        await room.desk("centre-approver").find(case_id, DISMISS, "不存在违规情形")
    found = shown(await room.desk("supervisor").find(case_id, SUBSTANTIATE, "经核实情况属实"))
    assert found.state is ViolationState.SUBSTANTIATED


async def test_an_agency_sees_the_cases_against_it_without_the_rule_that_found_them(room: Room) -> None:
    own, others = await candidate(room), await candidate(room, "COURT")
    assert sorted(await listed(room.desk("auditor"))) == sorted([own, others])
    assert await listed(room.desk("tax-reporter")) == [own]
    assert await listed(room.desk("public")) == await listed(room.desk("company")) == []
    assert await room.desk("tax-officer").violation(others) is None
    seen, audited = await room.desk("tax-officer").violation(own), await room.desk("auditor").violation(own)
    assert seen is not None
    assert audited is not None
    assert seen.evidence[0].said == audited.evidence[0].said == "not competent"
    assert (seen.evidence[0].rule, audited.evidence[0].rule) == (None, "competence table")


async def test_the_centre_is_not_told_how_its_own_case_was_found_but_its_auditor_is(room: Room) -> None:
    case_id = await candidate(room, "CREDIT_CENTRE")
    operator, auditor = (
        await room.desk("centre-operator").violation(case_id),
        await room.desk("auditor").violation(case_id),
    )
    assert operator is not None
    assert auditor is not None
    assert (operator.evidence[0].rule, auditor.evidence[0].rule) == (None, "competence table")


async def test_all_that_is_wrong_is_told_at_once_and_nothing_is_done(room: Room) -> None:
    given = ViolationInput(kind=ViolationKind.OTHER, agency="NOBODY", said="x", reference="\x00", rule="r" * 101)
    payload = await room.desk("supervisor").open(given)
    assert payload.violation is None
    assert [each.field[-1] for each in payload.errors] == ["agency", "said", "reference", "rule"]
    case_id = await candidate(room)
    assert (await room.desk("supervisor").find(case_id, SUBSTANTIATE, " ")).errors[0].field == ["reason"]
    await room.desk("supervisor").find(case_id, SUBSTANTIATE, "经核实情况属实")
    refused = await room.desk("supervisor").decide(case_id, DISCIPLINE, "", "x")
    assert [each.field for each in refused.errors] == [["reason"], ["document"]]
    case = await room.desk("supervisor").violation(case_id)
    assert case is not None
    assert case.state is ViolationState.SUBSTANTIATED


async def test_a_step_that_another_was_faster_with_names_the_present_state(room: Room) -> None:
    case_id = await candidate(room)
    (before,) = await room.register.cases([case_id])
    await room.desk("supervisor").find(case_id, DISMISS, "查询均有案由")
    with pytest.raises(StateConflict, match="it is DISMISSED"):
        await room.desk("centre-approver").find(case_id, SUBSTANTIATE, "经核实情况属实")
    desk = room.desk("centre-approver")
    with pytest.raises(StateConflict, match="it is DISMISSED by now"):
        await desk._move(before, CaseStep.SUBSTANTIATE, "经核实情况属实")  # noqa: SLF001 (what it read before the other moved)


async def test_pages_go_on_where_they_ended_and_a_cursor_is_its_readers_alone(room: Room) -> None:
    opened = [await candidate(room, agency) for agency in ("TAX", "COURT", "MARKET_REGULATION")]
    desk = room.desk("auditor")
    page = await desk.violations(None, None, None, (2, None))
    rest = await desk.violations(None, None, None, (2, page.page_info.end_cursor))
    assert sorted(str(each.id) for each in (*page.nodes, *rest.nodes)) == sorted(opened)
    assert (page.page_info.has_next_page, rest.page_info.has_next_page, page.total_count) == (True, False, 3)
    with pytest.raises(BadUserInput):
        await room.desk("supervisor").violations(None, None, None, (2, page.page_info.end_cursor))
    assert (await desk.violations(None, None, "COURT", (9, None))).total_count == 1
    assert (await desk.violations(ViolationState.CLOSED, None, None, (9, None))).total_count == 0
    assert (await desk.violations(None, ViolationKind.IMPROPER_MEANS, "C\x00", (9, None))).total_count == 0


async def test_a_register_that_does_not_answer_is_one_refusal(room: Room) -> None:
    await room.store.engine.dispose()
    async with room.store.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE violation_case RENAME TO away")
    try:
        with pytest.raises(CasesUnavailable):
            await candidate(room)
    finally:
        async with room.store.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO violation_case")
