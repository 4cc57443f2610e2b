"""An individual's negative record: reported, shown, expired, deleted, and not taken in again (Art. 20)."""

from datetime import date
from typing import Any

from sqlalchemy import select

from gateway.collection.quarantine import QuarantineRegister
from gateway.collection.retention import Deletion, Tombstones, WaitingRows
from gateway.store.tables import QUARANTINED
from tests.journeys.reporting import COMPANY, PERSON, Reporter
from tests.journeys.visitor import SUPERVISION

PENALTIES = """query($number: String!, $name: String!) {
  subject(by: {individual: {idNumber: $number, name: $name}}) {
    administrativePenalties { nodes { id penaltyDocumentNumber retentionUntil version } } } }"""
AFTER = date(2027, 1, 1)


def penalty(number: str = "郑税罚〔2021〕9号", **more: Any) -> dict[str, Any]:  # noqa: ANN401 (a row)
    return {
        **PERSON,
        "counterpartyName": PERSON["subjectName"],
        "counterpartyCategory": "NATURAL_PERSON",
        "penaltyDocumentNumber": number,
        "violationType": "偷税",
        "violationFacts": "未按期申报",
        "penaltyBasis": "税收征收管理法第六十三条",
        "penaltyTypes": ["FINE"],
        "penaltyContent": "罚款",
        "decisionDate": "2021-12-20",
        "authorityName": "郑州市税务局",
        "authorityCode": COMPANY,
        "sourceUnitName": "郑州市税务局",
        "sourceUnitCode": COMPANY,
        **more,
    }


async def penalties(reporter: Reporter) -> list[dict[str, Any]]:
    who = {"number": PERSON["subjectIdNumber"], "name": PERSON["subjectName"]}
    told = await reporter.ask(PENALTIES, who, persona="tax-officer", purpose=SUPERVISION)
    nodes: list[dict[str, Any]] = told.data["subject"]["administrativePenalties"]["nodes"]
    return nodes


def deletion(reporter: Reporter) -> Deletion:
    house: Any = reporter.house
    intake = house.graph.collection.intake
    waiting = WaitingRows(intake.centre, QuarantineRegister(intake.centre, house.keys))
    return Deletion(intake.centre, house.keys, intake.append, intake.dropping, waiting=waiting)


async def test_what_was_deleted_is_in_no_answer_leaves_its_id_and_is_refused_when_it_comes_again(
    reporter: Reporter,
) -> None:
    told = await reporter.report([penalty()], "AdministrativePenalty")
    assert told.json["counts"]["accepted"] == 1, told.json
    await reporter.report([penalty(penaltyContent="罚款并通报", correctionReason="内容有误")], "AdministrativePenalty")
    (shown,) = await penalties(reporter)
    assert (shown["retentionUntil"], shown["version"]) == ("2026-12-20", 2)

    house = deletion(reporter)
    deleted = await house.run(AFTER)
    assert (deleted.records, deleted.unreadable) == ({"AdministrativePenalty": 1}, 0)
    assert await penalties(reporter) == []
    async with house.centre.reading() as connection:
        (stone,) = [each async for each in Tombstones.all(connection)]
    assert stone.id == shown["id"]

    again = await reporter.report([penalty(remarks="再报")], "AdministrativePenalty")
    assert [each["code"] for each in again.json["problems"]] == ["RETENTION_EXPIRED"]
    later = penalty(terminatedOn="2026-11-01", remarks="终止日期有误")
    assert (await reporter.report([later], "AdministrativePenalty")).json["counts"]["refused"] == 1
    revoked = await reporter.report([penalty(action="REVOKE")], "AdministrativePenalty")
    assert revoked.json["counts"]["refused"] == 1
    other = await reporter.report([penalty("郑税罚〔2026〕1号", decisionDate="2026-11-02")], "AdministrativePenalty")
    assert other.json["counts"]["accepted"] == 1
    assert [each["penaltyDocumentNumber"] for each in await penalties(reporter)] == ["郑税罚〔2026〕1号"]


async def test_a_row_whose_five_years_end_in_quarantine_leaves_nothing_of_what_it_said(reporter: Reporter) -> None:
    told = await reporter.report(
        [penalty(violationFacts="少报收入"), penalty("2", decisionDate="2026-01-02", violationFacts="少报收入")],
        "AdministrativePenalty",
    )
    assert told.json["counts"]["quarantined"] == 2, told.json
    house = deletion(reporter)
    assert (await house.find(AFTER)).waiting == 1
    deleted = await house.run(AFTER)
    assert (deleted.total, deleted.waiting) == (0, 1)
    async with house.centre.reading() as connection:
        rows = (await connection.execute(select(QUARANTINED).order_by(QUARANTINED.c.row))).all()
    assert [(row.state, row.sealed is None, row.decided_by) for row in rows] == [
        ("REFUSED", True, "GATEWAY"),
        ("WAITING", False, None),
    ]
    assert (await house.run(AFTER)).run == ""
