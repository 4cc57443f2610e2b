"""Reporting by somebody who wants more than is due: back doors of Art. 9 and 20, conflicts, odd ids (Art. 7 to 12)."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gateway.audit.entry import Entry
from gateway.collection.intake.integrity import altered
from gateway.errors import AuditUnavailable
from gateway.store import open_store
from gateway.store.tables import RECORD_VERSION
from tests.journeys.reporting import COMPANY, PERSON, Reporter, honour
from tests.journeys.test_firewall import REVOKE, arrears, consent, other


async def versions(url: str) -> list[Any]:
    store = open_store(url)
    async with store.engine.connect() as connection:
        rows = list((await connection.execute(select(RECORD_VERSION))).all())
    await store.close()
    return rows


async def test_a_revocation_brings_in_no_value_that_a_report_could_not(reporter: Reporter, url: str) -> None:
    told = await reporter.report([arrears(action="REVOKE", sourceUpdatedAt="2026-11-01T00:00:00+08:00")], "TaxArrears")
    assert told.json["counts"]["revoked"] == 1, told.json
    (version,) = await versions(url)
    assert set(version.payload) == {"taxpayerNumber", "taxType", "arrearsPeriod"}


async def test_one_number_by_two_names_in_one_file_is_a_conflict(reporter: Reporter) -> None:
    row = {name: value for name, value in honour().items() if not name.startswith("subject")}
    rows = [{**row, **PERSON}, {**row, **PERSON, "documentNumber": "2", "subjectName": "另一人"}]
    told = await reporter.report(rows)
    assert {name: n for name, n in told.json["counts"].items() if n} == {"accepted": 1, "quarantined": 1}
    assert [(each["row"], each["code"]) for each in told.json["problems"]] == [(2, "IDENTITY_CONFLICT")]


async def test_one_registration_number_of_two_subjects_in_one_file_is_a_conflict(reporter: Reporter) -> None:
    rows = [
        honour("1", subjectRegistrationNumber="410199000000018"),
        honour("2", "91410199DEM001076Q", subjectRegistrationNumber="410199000000018"),
    ]
    told = await reporter.report(rows)
    assert {name: n for name, n in told.json["counts"].items() if n} == {"accepted": 1, "quarantined": 1}, told.json


async def test_an_id_that_is_none_is_told_so_at_once(reporter: Reporter) -> None:
    for path in ("/%00", "?agency=%00", "?after=MjAyNi0xMS0yNlQwMDowMDowMCswMDowMCAA"):
        told = await reporter.at("GET", path, headers=reporter.as_("centre-operator"))
        assert told.status in {200, 400, 404}, (path, told.status, told.json)
    one = ("submission", "quarantined", "violation", "obligation", "reportingReminder", "criticismReport")
    many = ("submissions", "violations", "reportingReminders", "criticismReports")
    fields = " ".join([f"{each}(id: $none) {{ id }}" for each in one])
    fields += " ".join([f" {each}(agency: $nobody) {{ nodes {{ id }} }}" for each in many])
    fields += " quarantine(provider: $nobody) { totalCount } obligations(filter: {agency: $nobody}) { totalCount }"
    fields += " reportingOfficers(agency: $nobody) { agency } catalogueVersions(region: $nobody) { version }"
    told = await reporter.ask(
        f"query($none: ID!, $nobody: String) {{ {fields} }}",
        {"none": "\x00", "nobody": "\x00"},
        persona="centre-operator",
    )
    assert told.errors == []


async def test_an_instant_in_the_future_does_not_close_a_record_for_ever(reporter: Reporter) -> None:
    told = await reporter.report([honour(sourceUpdatedAt="2062-11-01T00:00:00+08:00")])
    assert [each["code"] for each in told.json["problems"]] == ["FUTURE_DATE"]


async def test_who_reports_what_is_not_its_own_is_alleged_however_it_asks(reporter: Reporter) -> None:
    told = await reporter.report([], "EffectiveJudgment", headers={"prefer": "respond-async"})
    assert told.status == 403
    listed = await reporter.ask("{ violations { nodes { kind agency } } }", persona="supervisor")
    assert [(each["kind"], each["agency"]) for each in listed.data["violations"]["nodes"]] == [("V3", "TAX")]


async def test_nobody_learns_of_an_individual_by_what_is_above_them(reporter: Reporter) -> None:
    asked = "query($of: IndividualRef!) { subject(by: {individual: $of}) { kind name } }"
    said = {"of": {"idNumber": PERSON["subjectIdNumber"], "name": PERSON["subjectName"]}}
    everybody = ("public", "tax-officer", "company", "credit-service")
    before = [(await reporter.ask(asked, said, persona=who)).data for who in everybody]
    row = {name: value for name, value in other(recordTier="C").items() if not name.startswith("subject")}
    told = await reporter.report([{**row, **PERSON}], "OtherRecord")
    assert told.json["counts"]["accepted"] == 1, told.json
    assert [(await reporter.ask(asked, said, persona=who)).data for who in everybody] == before


async def test_what_is_reported_above_a_tier_is_not_seen_below_it(reporter: Reporter) -> None:
    told = await reporter.report(
        [honour("A"), honour("B", recordTier="B"), honour("C", recordTier="C"), honour("X", sealed=True)]
    )
    assert told.json["counts"]["accepted"] == 4
    seen = {
        who: {each["documentNumber"] for each in await reporter.honours(persona=who)}
        for who in ("public", "market-officer")
    }
    assert seen == {"public": {"A"}, "market-officer": {"A", "B"}}


async def test_a_withdrawn_consent_is_no_tampering(reporter: Reporter, url: str, tmp_path: Path) -> None:
    paper = await consent(reporter, tmp_path, "TaxArrears.arrearsBalance")
    rows = [arrears(statement="经复核无误"), arrears(arrearsPeriod="2026-Q2")]
    told = await reporter.report(rows, "TaxArrears")
    assert told.json["counts"]["accepted"] == 2, told.json
    await reporter.ask(REVOKE, {"id": paper}, persona="centre-approver")
    store = open_store(url)
    async with store.engine.connect() as connection:
        found, _ = await altered(connection, None)
    await store.close()
    assert found == []


async def test_a_failing_database_repeats_no_row_in_the_log(
    reporter: Reporter, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await reporter.report([honour("1")])
    store = open_store(url)
    async with store.engine.begin() as connection:
        if store.address.is_postgresql:
            rule = "ALTER TABLE record_version ADD CONSTRAINT full_up CHECK (version < 2)"
            await connection.exec_driver_sql(rule)
        else:
            rule = "CREATE TRIGGER full_up BEFORE INSERT ON record_version BEGIN SELECT RAISE(ABORT, 'full'); END"
            await connection.exec_driver_sql(rule)
    await store.close()
    told = await reporter.report([honour("1", awardingBody="金丝雀委员会")])
    assert (told.status, told.codes) == (503, ["SOURCE_UNAVAILABLE"]), told.json
    assert "full" in caplog.text
    assert "金丝雀" not in caplog.text
    assert COMPANY not in caplog.text


async def test_no_receipt_is_done_before_its_entry_is_kept(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    door: Any = reporter.house.submissions

    append = door.intake.append

    async def failing(entry: Entry) -> Any:  # noqa: ANN401 (a receipt)
        if entry.operation_name != "collection.submission.begun":
            full = "the disk is full"
            raise AuditUnavailable(full)
        return await append(entry)

    with monkeypatch.context() as patch:
        patch.setattr(type(door.intake), "append", property(lambda _: failing))
        told = await reporter.report([honour()])
    assert (told.status, told.codes) == (503, ["AUDIT_UNAVAILABLE"])
    (listed,) = (await reporter.at("GET", headers=reporter.as_("tax-reporter"))).json["submissions"]
    assert (listed["state"], listed["receivedAt"]) == ("RUNNING", None)
    async with reporter.leaving(entries=2):  # that it was taken up, and that it was taken
        told = await reporter.report([honour()])
    assert (told.status, told.json["state"], told.json["counts"]["accepted"]) == (201, "DONE", 1)
