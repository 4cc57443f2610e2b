"""Candidates are opened by the rooms, with evidence, and each is an entry of the trail first (Art. 25, R25.1)."""

import asyncio

import pytest

from gateway.audit.codes import VIOLATION
from gateway.collection.violations import Evidence
from gateway.errors import AuditUnavailable, Text
from schema.violations import ViolationFinding, ViolationKind, ViolationState
from tests.gateway.collection.violations.room import Room

UNMET = Evidence(
    "OBLIGATIONS", "OB-1", Text("unmet after criticism", "通报批评后仍未报送"), matter="AdministrativePenalty 2026-10"
)


async def test_a_candidate_is_open_and_says_who_found_what(room: Room) -> None:
    case_id = await room.cases.open(ViolationKind.NOT_REPORTING, "TAX", UNMET, by="OBLIGATIONS")
    (case,) = await room.register.cases([case_id])
    assert (case.kind, case.agency, case.state) == (ViolationKind.NOT_REPORTING, "TAX", ViolationState.OPEN)
    assert [each.evidence.reference for each in case.evidence] == ["OB-1"]
    assert [(each.actor, each.from_state, each.to_state) for each in case.steps] == [
        ("OBLIGATIONS", None, ViolationState.OPEN)
    ]


async def test_what_is_found_more_in_an_open_matter_joins_its_case(room: Room) -> None:
    first = await room.cases.open(ViolationKind.NOT_REPORTING, "TAX", UNMET)
    more = Evidence("OBLIGATIONS", "OB-2", Text("again", "再次未报送"), matter=UNMET.matter)
    assert await room.cases.open(ViolationKind.NOT_REPORTING, "TAX", more) == first
    elsewhere = await room.cases.open(ViolationKind.NOT_REPORTING, "COURT", more)
    (case, others) = await room.register.cases([first, elsewhere])
    assert [each.evidence.reference for each in case.evidence] == ["OB-1", "OB-2"]
    assert others.agency == "COURT"


async def test_the_same_evidence_opens_nothing_twice_even_after_a_dismissal(room: Room) -> None:
    case_id = await room.cases.open(ViolationKind.NOT_REPORTING, "TAX", UNMET)
    assert await room.cases.open(ViolationKind.NOT_REPORTING, "TAX", UNMET) == case_id
    await room.desk("centre-approver").find(case_id, ViolationFinding.DISMISS, "报送期限计算有误")
    assert await room.cases.open(ViolationKind.NOT_REPORTING, "TAX", UNMET) == case_id
    more = Evidence("OBLIGATIONS", "OB-9", Text("later", "其后未报送"), matter=UNMET.matter)
    assert await room.cases.open(ViolationKind.NOT_REPORTING, "TAX", more) != case_id
    assert len(room.entries) == 2


async def test_two_that_open_one_matter_at_once_open_one_case(room: Room) -> None:
    found = [
        Evidence("INTAKE", f"S-{n}", Text("not competent", "无报送权限"), matter="EffectiveJudgment") for n in range(6)
    ]
    opened = await asyncio.gather(*(room.cases.open(ViolationKind.IMPROPER_MEANS, "TAX", each) for each in found))
    assert len({*opened}) == 1
    (case,) = await room.register.cases(opened[:1])
    assert sorted(each.evidence.reference for each in case.evidence) == [f"S-{n}" for n in range(6)]


async def test_a_candidate_is_an_entry_of_the_trail_before_it_is_there(room: Room) -> None:
    room.trail_is_down = True
    with pytest.raises(AuditUnavailable):
        await room.cases.open(ViolationKind.NOT_REPORTING, "TAX", UNMET)
    assert (await room.desk("auditor").violations(None, None, None, (20, None))).total_count == 0
    room.trail_is_down = False
    case_id = await room.cases.open(ViolationKind.NOT_REPORTING, "TAX", UNMET)
    (entry,) = room.entries
    assert entry.kind == VIOLATION
    assert entry.about == {
        "case": case_id,
        "violation": "V1",
        "agency": "TAX",
        "source": "OBLIGATIONS",
        "reference": "OB-1",
    }
