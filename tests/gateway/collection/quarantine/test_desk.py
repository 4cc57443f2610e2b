"""Held rows are read by reviewers, decided by two persons, and gone afterwards (Art. 9; R9.4, R14.2)."""

from datetime import date

import pytest
from sqlalchemy import select

from gateway.collection.quarantine.errors import NoSuchRow
from gateway.errors import BadUserInput, Forbidden, NotCompetent, StateConflict
from gateway.store.tables import QUARANTINE_REASON, QUARANTINED
from schema.catalogue import RECORDS
from schema.quarantine import QuarantineDecision, QuarantinedRow, QuarantineState
from schema.quarantine_desk import QuarantinePayload
from schema.reporting import Reported, Row, RowCode, RowProblem, read_row
from schema.text import Text
from tests.gateway.collection.quarantine.room import Coming, Room, Waiting

CANARY = "张某患有金丝雀症"
RELEASE, REFUSE = QuarantineDecision.RELEASE, QuarantineDecision.REFUSE
WHY = "经核实可以处理"
REVIEWERS = ("centre-operator", "centre-approver", "centre-security")
OTHERS = (
    "public",
    "individual",
    "company",
    "tax-officer",
    "market-reporter",
    "supervisor",
    "auditor",
    "credit-service",
)


def suspected(row: int = 7, text: str = CANARY) -> Waiting:
    reason = RowProblem(
        row, "title", RowCode.SUSPECTED_PROHIBITED, Text("seems to tell of disease", "疑含疾病"), "9(2)"
    )
    values = {
        "subjectIdNumber": "410199199003070018",
        "subjectName": "王小明",
        "recordNumber": "其他〔2026〕1号",
        "title": text,
        "content": "未在疑点之列",
        "occurredOn": date(2026, 3, 1),
    }
    return Waiting(Row(row, values), (reason,))


def conflict(row: int = 8) -> Waiting:
    reason = RowProblem(row, None, RowCode.IDENTITY_CONFLICT, Text("two subjects", "两个主体"), "7(1)")
    return Waiting(Row(row, {"subjectName": "某公司"}), (reason,))


def shown(payload: QuarantinePayload) -> QuarantinedRow:
    assert payload.errors == []
    assert payload.quarantined is not None
    return payload.quarantined


async def everything(room: Room) -> str:
    async with room.store.engine.connect() as connection:
        rows = [
            repr(tuple(row))
            for table in (QUARANTINED, QUARANTINE_REASON)
            for row in await connection.execute(select(table))
        ]
    return "\n".join(rows)


async def test_a_released_row_is_taken_in_for_who_sent_it_and_is_deleted_here(room: Room) -> None:
    (row_id,) = await room.hold(suspected(), coming=Coming(record_type="OtherRecord"))
    proposed = shown(await room.desk("centre-operator").propose(row_id, RELEASE, WHY))
    assert (proposed.state, proposed.proposal) == (QuarantineState.PROPOSED, RELEASE)
    released = shown(await room.desk("centre-approver").decide(row_id, RELEASE, WHY))
    assert (released.state, released.outcome, released.values) == (QuarantineState.RELEASED, "ACCEPTED", [])
    (taken,) = room.taken_in
    assert (taken.provider, taken.officer, taken.mode, taken.row.number) == ("TAX", "demo:tax-reporter", "BATCH", 7)
    assert taken.row.values["title"] == CANARY
    assert taken.row.reviewed
    async with room.store.engine.connect() as connection:
        assert list((await connection.execute(select(QUARANTINED.c.sealed))).scalars()) == [None]


async def test_a_refused_row_is_deleted_and_its_agency_named_as_a_candidate(room: Room) -> None:
    for each in await room.hold(suspected(), conflict()):
        await room.desk("centre-operator").propose(each, REFUSE, WHY)
        refused = shown(await room.desk("centre-security").decide(each, REFUSE, WHY))
        assert (refused.state, refused.outcome) == (QuarantineState.REFUSED, None)
    assert room.taken_in == []
    assert [held.row for held in room.confirmed] == [7]  # a conflict of codes is no prohibited information


async def test_what_a_row_says_is_nowhere_in_the_open(room: Room) -> None:
    (row_id,) = await room.hold(suspected())
    for text in (await everything(room), repr(await room.register.one(row_id)), repr(suspected())):
        assert "金丝雀" not in text
        assert "410199199003070018" not in text


@pytest.mark.parametrize("persona", REVIEWERS)
async def test_a_reviewer_reads_the_doubtful_columns_the_key_and_the_subject_masked(room: Room, persona: str) -> None:
    (row_id,) = await room.hold(suspected(), coming=Coming(record_type="OtherRecord"))
    found = await room.desk(persona).quarantined(row_id)
    assert found is not None
    assert {each.column: each.text for each in found.values} == {
        "title": CANARY,
        "recordNumber": "其他〔2026〕1号",
        "subjectIdNumber": "4101************18",
        "subjectName": "王小明",
    }


@pytest.mark.parametrize("persona", OTHERS)
async def test_for_others_there_is_no_such_row(room: Room, persona: str) -> None:
    (row_id,) = await room.hold(suspected())
    desk = room.desk(persona)
    if persona != "tax-officer":
        assert await desk.quarantined(row_id) is None
        assert (await desk.quarantine(None, None, (20, None))).nodes == []
        with pytest.raises(NoSuchRow):
            await desk.propose(row_id, REFUSE, WHY)
    else:
        own = await desk.quarantined(row_id)
        assert own is not None
        assert own.values == []
        with pytest.raises(Forbidden):
            await desk.decide(row_id, REFUSE, WHY)


async def test_an_agency_sees_what_became_of_its_rows_and_never_what_reviewers_said_among_themselves(
    room: Room,
) -> None:
    (row_id,) = await room.hold(suspected())
    await room.desk("centre-operator").propose(row_id, RELEASE, "疑为误判")
    waiting = await room.desk("tax-reporter").quarantined(row_id)
    assert waiting is not None
    assert (waiting.state, waiting.proposal, waiting.proposed_for) == (QuarantineState.PROPOSED, None, None)
    await room.desk("centre-approver").decide(row_id, REFUSE, "确属疾病信息")
    refused = await room.desk("tax-reporter").quarantined(row_id)
    assert refused is not None
    assert (refused.state, refused.decided_for) == (QuarantineState.REFUSED, "确属疾病信息")
    assert refused.decided_by is None


async def test_two_persons_are_needed(room: Room) -> None:
    (row_id,) = await room.hold(suspected())
    with pytest.raises(StateConflict):
        await room.desk("centre-approver").decide(row_id, RELEASE, WHY)
    with pytest.raises(Forbidden):
        await room.desk("centre-approver").propose(row_id, RELEASE, WHY)
    await room.desk("centre-operator").propose(row_id, RELEASE, WHY)
    with pytest.raises(Forbidden):
        await room.desk("centre-operator").decide(row_id, RELEASE, WHY)


async def test_what_is_decided_stays_decided(room: Room) -> None:
    (row_id,) = await room.hold(suspected())
    await room.desk("centre-operator").propose(row_id, REFUSE, WHY)
    await room.desk("centre-approver").decide(row_id, REFUSE, WHY)
    with pytest.raises(StateConflict):
        await room.desk("centre-operator").propose(row_id, RELEASE, WHY)
    with pytest.raises(StateConflict):
        await room.desk("centre-security").decide(row_id, RELEASE, WHY)


async def test_a_decision_needs_a_reason(room: Room) -> None:
    (row_id,) = await room.hold(suspected())
    payload = await room.desk("centre-operator").propose(row_id, REFUSE, " ")
    assert [each.field for each in payload.errors] == [["reason"]]


async def test_a_release_that_breaks_off_leaves_the_row_held(room: Room) -> None:
    (row_id,) = await room.hold(suspected())
    await room.desk("centre-operator").propose(row_id, RELEASE, WHY)
    room.intake_is_down = True
    with pytest.raises(ConnectionError):
        await room.desk("centre-approver").decide(row_id, RELEASE, WHY)
    held = await room.register.one(row_id)
    assert held is not None
    assert held.state is QuarantineState.PROPOSED
    assert held.values is not None
    room.intake_is_down = False
    assert shown(await room.desk("centre-approver").decide(row_id, RELEASE, WHY)).outcome == "ACCEPTED"


async def test_a_row_whose_release_has_begun_cannot_be_refused(room: Room) -> None:
    (row_id,) = await room.hold(suspected())
    await room.desk("centre-operator").propose(row_id, RELEASE, WHY)
    room.intake_is_down = True
    with pytest.raises(ConnectionError):
        await room.desk("centre-approver").decide(row_id, RELEASE, WHY)
    with pytest.raises(StateConflict):
        await room.desk("centre-security").decide(row_id, REFUSE, WHY)
    with pytest.raises(StateConflict):
        await room.desk("centre-operator").propose(row_id, REFUSE, WHY)
    assert room.confirmed == []


async def test_who_refuses_while_another_releases_is_too_late(room: Room) -> None:
    (row_id,) = await room.hold(suspected())
    await room.desk("centre-operator").propose(row_id, RELEASE, WHY)
    room.meanwhile = lambda: room.desk("centre-security").decide(row_id, REFUSE, WHY)
    with pytest.raises(StateConflict):
        await room.desk("centre-approver").decide(row_id, RELEASE, WHY)
    room.meanwhile = None
    assert room.taken_in == []
    assert shown(await room.desk("centre-approver").decide(row_id, RELEASE, WHY)).state is QuarantineState.RELEASED


async def test_a_row_that_its_agency_may_not_report_any_more_can_be_refused(room: Room) -> None:
    (row_id,) = await room.hold(suspected())
    await room.desk("centre-operator").propose(row_id, RELEASE, WHY)
    room.refusal = NotCompetent()
    with pytest.raises(NotCompetent):
        await room.desk("centre-approver").decide(row_id, RELEASE, WHY)
    refused = shown(await room.desk("centre-approver").decide(row_id, REFUSE, WHY))
    assert refused.state is QuarantineState.REFUSED


async def test_nobody_releases_alone_what_was_to_be_refused(room: Room) -> None:
    (row_id,) = await room.hold(suspected())
    await room.desk("centre-operator").propose(row_id, REFUSE, WHY)
    with pytest.raises(StateConflict):
        await room.desk("centre-approver").decide(row_id, RELEASE, WHY)
    assert room.taken_in == []


async def test_a_row_that_comes_again_with_its_submission_is_held_once(room: Room) -> None:
    await room.hold(suspected(7), suspected(9))
    assert len(await room.hold(suspected(7), suspected(9))) == 2


async def test_pages_go_newest_first_and_their_cursors_are_one_readers_own(room: Room) -> None:
    await room.hold(*(suspected(n) for n in range(1, 6)))
    desk = room.desk("centre-operator")
    first = await desk.quarantine(None, "TAX", (3, None))
    rest = await desk.quarantine(QuarantineState.WAITING, None, (3, first.page_info.end_cursor))
    assert sorted(each.row for each in (*first.nodes, *rest.nodes)) == [1, 2, 3, 4, 5]
    assert (first.total_count, first.page_info.has_next_page, rest.page_info.has_next_page) == (5, True, False)
    with pytest.raises(BadUserInput):
        await room.desk("centre-approver").quarantine(None, None, (3, first.page_info.end_cursor))
    assert (await desk.quarantine(None, "COURT", (3, None))).nodes == []


@pytest.mark.parametrize("row_id", ["", "Q-", "Q-AAAAAAAAAAAAAAAA", "x' OR 1=1 --", "Q-" + "A" * 1000])
async def test_an_id_that_is_none_is_no_row(room: Room, row_id: str) -> None:
    assert await room.desk("centre-operator").quarantined(row_id) is None


def test_a_reviewed_row_is_not_suspected_again() -> None:
    values = {
        "subjectKind": "个人",
        "subjectIdNumber": "410199199003070018",
        "subjectName": "王小明",
        "recordNumber": "其他〔2026〕1号",
        "title": "患有疾病",
        "content": "内容",
        "polarity": "NEUTRAL",
        "legalBasis": "《某法》第一条",
        "occurredOn": "2026-03-01",
        "authorityName": "某局",
    }
    first = read_row(RECORDS["OtherRecord"], Row(1, values), today=date(2026, 11, 23))
    again = read_row(RECORDS["OtherRecord"], Row(1, values, reviewed=True), today=date(2026, 11, 23))
    assert isinstance(first, Reported)
    assert isinstance(again, Reported)
    assert [each.code for each in first.suspected] == [RowCode.SUSPECTED_PROHIBITED]
    assert again.suspected == ()
