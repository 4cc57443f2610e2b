"""Each agency names who reports for it before anything is taken in from it, in each of the three ways (Art. 10)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, update

from gateway.collection.intake.sync import Synchronisation
from gateway.collection.officers.demonstration import demonstration_officers
from gateway.collection.officers.errors import OfficersUnavailable
from gateway.collection.officers.register import OfficerRegister
from gateway.errors import OfficerRequired
from gateway.store.tables import REPORTING_OFFICER
from schema.officers import ReportingStanding
from tests.journeys.reporting import Reporter, honour

LIST = """query($agency: String) { reportingOfficers(agency: $agency) { agency agencyName standing
  officers { person name deputy namedBy document endedBy reason } } }"""
NAME = """mutation($officer: OfficerInput!) { nameReportingOfficer(officer: $officer) {
  agency { agency standing officers { person deputy namedBy document } } errors { code field messageChinese } } }"""
END = """mutation($agency: String, $person: String!) {
  endReportingOfficer(agency: $agency, person: $person, reason: "调离报送岗位") {
    agency { standing officers { person endedBy reason } } errors { code } } }"""
SUBMIT = """mutation { submitRecord(input: {recordType: "Honour", subject: {name: "某"}, values: {}}) {
  outcome errors { code } } }"""
PERSON = {"person": "oidc:tax-7", "name": "石税工"}


def rooms(reporter: Reporter) -> Any:  # noqa: ANN401 (the rooms of the house)
    return reporter.house.graph.collection


async def nobody_named(reporter: Reporter) -> None:
    """Let no agency have named anybody yet, as in a city that begins."""
    async with rooms(reporter).allegations.engine.begin() as connection:
        await connection.execute(delete(REPORTING_OFFICER))


async def standing(reporter: Reporter, agency: str = "TAX") -> str:
    told = await reporter.ask(LIST, {"agency": agency}, persona="supervisor")
    (found,) = told.data["reportingOfficers"]
    return str(found["standing"])


async def test_nothing_is_taken_in_from_an_agency_that_named_nobody_and_each_refusal_is_an_entry(
    reporter: Reporter,
) -> None:
    await nobody_named(reporter)
    before = await reporter.entries()
    told = await reporter.report([honour()])
    assert (told.status, told.codes) == (403, ["OFFICER_REQUIRED"])
    assert told.errors[0]["extensions"]["legalBasis"]["article"] == "10"
    later = await reporter.report([honour()], headers={"prefer": "respond-async"})
    assert later.codes == ["OFFICER_REQUIRED"]
    assert await reporter.entries() - before == 2
    by_hand = await reporter.ask(SUBMIT.replace('"Honour"', "Honour"), persona="tax-reporter")
    assert by_hand.codes == ["OFFICER_REQUIRED"]
    assert await reporter.honours() == []
    run = Synchronisation(rooms(reporter).intake, reporter.house.graph.connectors, reporter.house.keys)
    with pytest.raises(OfficerRequired):
        await run.run("TAX")
    assert (await reporter.at("GET", headers=reporter.as_("tax-reporter"))).json["submissions"] == []


async def test_an_agency_names_its_officer_then_reports_and_the_deputy_completes_it(reporter: Reporter) -> None:
    await nobody_named(reporter)
    assert await standing(reporter) == "NONE"
    named = (await reporter.ask(NAME, {"officer": PERSON}, persona="tax-officer")).data["nameReportingOfficer"]
    assert named["errors"] == []
    assert named["agency"] == {
        "agency": "TAX",
        "standing": "WITHOUT_DEPUTY",
        "officers": [{"person": "oidc:tax-7", "deputy": False, "namedBy": "demo:tax-officer", "document": None}],
    }
    assert (await reporter.report([honour()])).json["counts"]["accepted"] == 1
    deputy = {"person": "oidc:tax-8", "name": "石税副", "deputy": True}
    await reporter.ask(NAME, {"officer": deputy}, persona="tax-officer")
    assert await standing(reporter) == "READY"
    again = await reporter.ask(NAME, {"officer": PERSON}, persona="tax-officer")
    assert again.codes == ["STATE_CONFLICT"]


async def test_when_the_last_one_has_gone_the_agency_reports_on_and_the_supervisor_is_told(
    reporter: Reporter, caplog: pytest.LogCaptureFixture
) -> None:
    await nobody_named(reporter)
    await reporter.ask(NAME, {"officer": PERSON}, persona="tax-officer")
    told = await reporter.ask(END, {"person": PERSON["person"]}, persona="tax-officer")
    assert told.data["endReportingOfficer"]["agency"] == {
        "standing": "DEGRADED",
        "officers": [{"person": "oidc:tax-7", "endedBy": "demo:tax-officer", "reason": "调离报送岗位"}],
    }
    assert "TAX has no reporting officer any more" in caplog.text
    assert await standing(reporter) == "DEGRADED"
    assert (await reporter.report([honour()])).status == 201
    gone = await reporter.ask(END, {"person": PERSON["person"]}, persona="tax-officer")
    assert gone.codes == ["NOT_FOUND"]
    named_again = await reporter.ask(NAME, {"officer": PERSON}, persona="tax-officer")
    assert [each["person"] for each in named_again.data["nameReportingOfficer"]["agency"]["officers"]] == [
        "oidc:tax-7",
        "oidc:tax-7",
    ]


async def test_while_somebody_is_left_nobody_is_alarmed_and_a_house_that_opens_again_names_nobody_anew(
    reporter: Reporter, caplog: pytest.LogCaptureFixture
) -> None:
    await reporter.ask(END, {"person": "demo:tax-officer"}, persona="tax-officer")
    assert await standing(reporter) == "WITHOUT_DEPUTY"
    assert "no reporting officer any more" not in caplog.text
    await rooms(reporter).settle(reporter.house.settings)
    assert await standing(reporter) == "WITHOUT_DEPUTY"


async def test_the_centre_names_by_the_agencys_letter_and_only_who_may_names_at_all(reporter: Reporter) -> None:
    of_court = {**PERSON, "agency": "COURT"}
    without = await reporter.ask(NAME, {"officer": of_court}, persona="centre-operator")
    (error,) = without.data["nameReportingOfficer"]["errors"]
    assert (error["code"], error["field"]) == ("BAD_USER_INPUT", ["officer", "document"])
    letter = {**of_court, "document": "郑中法函〔2026〕9号"}
    named = (await reporter.ask(NAME, {"officer": letter}, persona="centre-operator")).data["nameReportingOfficer"]
    assert {"oidc:tax-7"} < {each["person"] for each in named["agency"]["officers"]}
    for persona in ("public", "tax-reporter", "market-officer", "supervisor", "auditor", "company", "credit-service"):
        for agency in ("TAX", None):
            if (persona, agency) == ("market-officer", None):
                continue
            refused = await reporter.ask(NAME, {"officer": {**PERSON, "agency": agency}}, persona=persona)
            assert refused.codes == ["FORBIDDEN"], (persona, agency)
    nowhere = {**letter, "agency": "NO_SUCH"}
    told = await reporter.ask(NAME, {"officer": nowhere}, persona="centre-operator")
    assert told.data["nameReportingOfficer"]["errors"][0]["field"] == ["officer", "agency"]


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"person": "a b"}, "person"),
        ({"person": "人" * 5}, "person"),
        ({"person": "x" * 101}, "person"),
        ({"name": "石"}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"document": "x"}, "document"),
        ({"name": "石\x00"}, "name"),
        ({"name": "石\u202e工"}, "name"),
        ({"document": "函\x00"}, "document"),
    ],
)
async def test_all_that_is_wrong_is_said_with_its_place(reporter: Reporter, over: dict[str, str], field: str) -> None:
    told = await reporter.ask(NAME, {"officer": {**PERSON, **over}}, persona="tax-officer")
    (error,) = told.data["nameReportingOfficer"]["errors"]
    assert error["field"] == ["officer", field]


async def test_a_reason_is_needed_to_end(reporter: Reporter) -> None:
    ending = END.replace("调离报送岗位", "")
    told = await reporter.ask(ending, {"person": "demo:tax-reporter"}, persona="tax-officer")
    assert [each["code"] for each in told.data["endReportingOfficer"]["errors"]] == ["BAD_USER_INPUT"]


async def test_agencies_see_their_own_officers_and_staff_all(reporter: Reporter) -> None:
    for persona, seen in (
        ("tax-reporter", {"TAX"}),
        ("public", set()),
        ("company", set()),
        ("credit-service", set()),
    ):
        told = await reporter.ask(LIST, persona=persona)
        assert {each["agency"] for each in told.data["reportingOfficers"]} == seen
    told = await reporter.ask(LIST, persona="auditor")
    every = {each["agency"] for each in told.data["reportingOfficers"]}
    assert every == set(rooms(reporter).intake.ledger.agencies)
    assert (await reporter.ask(LIST, {"agency": "TAX"}, persona="market-officer")).data["reportingOfficers"] == []


async def test_a_number_of_an_identity_is_written_down_nowhere(reporter: Reporter) -> None:
    given = {**PERSON, "name": "石 410199199003070018"}
    told = await reporter.ask(NAME, {"officer": given}, persona="tax-officer")
    assert told.data["nameReportingOfficer"]["errors"] == []
    listed = await reporter.ask(LIST, {"agency": "TAX"}, persona="tax-officer")
    assert b"410199199003070018" not in listed.body


async def test_the_demonstrations_agencies_have_an_officer_and_a_deputy(reporter: Reporter) -> None:
    told = await reporter.ask(LIST, persona="supervisor")
    assert {each["standing"] for each in told.data["reportingOfficers"]} == {ReportingStanding.READY.value}
    people = {each["agency"]: each["officers"][0]["person"] for each in told.data["reportingOfficers"]}
    assert (people["TAX"], people["COURT"]) == ("demo:tax-reporter", "demo:court-officer")


async def test_without_the_register_nothing_is_taken_in(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: object) -> bool:
        message = "down"
        raise OfficersUnavailable(message)

    monkeypatch.setattr(OfficerRegister, "has_named", gone)
    told = await reporter.report([honour()])
    assert (told.status, told.codes) == (503, ["SOURCE_UNAVAILABLE"])
    assert await reporter.honours() == []


async def test_odd_names_of_agencies_and_people_are_those_of_nobody(reporter: Reporter) -> None:
    register: OfficerRegister = rooms(reporter).named
    assert not await register.has_named("a\x00b")
    told = await reporter.ask(END, {"person": "a\x00b"}, persona="tax-officer")
    assert told.codes == ["NOT_FOUND"]


async def test_a_naming_that_ended_long_ago_counts_as_one(reporter: Reporter) -> None:
    async with rooms(reporter).allegations.engine.begin() as connection:
        ended = {"ended_at": REPORTING_OFFICER.c.named_at, "ended_by": "demo:tax-officer", "reason": "调离"}
        await connection.execute(update(REPORTING_OFFICER).values(ended))
    assert await standing(reporter) == "DEGRADED"
    assert (await reporter.report([honour()])).status == 201


async def test_of_two_houses_that_open_at_once_one_names_the_demonstrations_officers(reporter: Reporter) -> None:
    await nobody_named(reporter)
    register: OfficerRegister = rooms(reporter).named
    officer = next(demonstration_officers(["TAX"]))
    twice = [officer, replace(officer, id="RO-other")]
    await register.name_first(twice)  # as if the other had written it in between
    assert await standing(reporter) == "NONE"
    await asyncio.gather(*(register.name_first(demonstration_officers(["TAX"])) for _ in range(4)))
    assert await standing(reporter) == "READY"
    assert len((await register.named(["TAX"]))["TAX"]) == 2
