"""What agencies report, from the door to the next answer: taken in, corrected, revoked, told again (Art. 11, 12)."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.reporting import COMPANY, OTHER, PERSON, Reporter, honour, reporting, settings_of
from tests.journeys.visitor import SUPERVISION


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[Reporter]:
    """Give the same over SQLite alone, for what no database has a part in."""
    async with reporting(settings_of(f"sqlite:///{tmp_path}/house.sqlite", tmp_path)) as someone:
        yield someone


async def test_a_record_goes_in_is_corrected_and_revoked_and_each_next_answer_says_so(reporter: Reporter) -> None:
    told = await reporter.report([honour()])
    assert (told.status, told.json["state"], told.json["counts"]["accepted"]) == (201, "DONE", 1), told.json
    (shown,) = await reporter.honours()
    assert (shown["documentNumber"], shown["provider"]["code"]) == ("郑政〔2026〕1号", "TAX")

    told = await reporter.report([honour(awardingBody="河南省人民政府", correctionReason="机关有误")], mode="MANUAL")
    assert told.json["counts"]["updated"] == 1
    (shown,) = await reporter.honours()
    assert (shown["awardingBody"], shown["version"]) == ("河南省人民政府", 2)

    told = await reporter.report([honour(action="REVOKE")])
    assert told.json["counts"]["revoked"] == 1
    assert await reporter.honours() == []
    (shown,) = await reporter.honours(persona="tax-reporter")
    assert (shown["awardingBody"], shown["recordStatus"], shown["version"]) == ("河南省人民政府", "REVOKED", 3)


async def test_the_same_file_again_is_the_same_receipt_and_changes_nothing(reporter: Reporter) -> None:
    first = await reporter.report([honour()])
    again = await reporter.report([honour()])
    assert (again.status, again.json.pop("again")) == (200, True)
    assert first.json["id"] == again.json["id"]
    assert first.json["counts"] == again.json["counts"]
    (shown,) = await reporter.honours()
    assert shown["version"] == 1


async def test_a_row_that_says_what_is_known_already_is_unchanged(embedded: Reporter) -> None:
    await embedded.report([honour()])
    told = await embedded.report([honour(), honour("2")])
    assert {name: n for name, n in told.json["counts"].items() if n} == {"accepted": 1, "unchanged": 1}


async def test_good_rows_are_taken_and_bad_ones_told_all_at_once(embedded: Reporter) -> None:
    rows = [honour("1"), honour("2", honourLevel="COUNTY", awardedOn="2026-02-30"), 7, honour("3", bloodType="A")]
    told = await embedded.report(rows)
    assert {name: n for name, n in told.json["counts"].items() if n} == {"accepted": 1, "refused": 3}
    found = [(each["row"], each["column"], each["code"]) for each in told.json["problems"]]
    assert {(2, "honourLevel", "UNKNOWN_WORD"), (2, "awardedOn", "DATE"), (3, None, "FORMAT")} <= set(found)
    assert 4 in [row for row, _, _ in found]
    assert all(each["messageChinese"] for each in told.json["problems"])
    assert [each["documentNumber"] for each in await embedded.honours()] == ["1"]


async def test_all_or_nothing_takes_all_or_nothing(reporter: Reporter) -> None:
    told = await reporter.report([honour("1"), honour("2", awardedOn=None)], allOrNothing=True)
    assert (told.status, told.json["state"], told.json["counts"]["refused"]) == (422, "REFUSED", 1)
    assert [each["row"] for each in told.json["problems"]] == [2]
    assert await reporter.honours() == []
    told = await reporter.report([honour("1"), honour("2")], allOrNothing=True)
    assert (told.status, told.json["state"], told.json["counts"]["accepted"]) == (201, "DONE", 2)
    assert len(await reporter.honours()) == 2


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?allornothing=true", "allOrNothing, mode, number, period"),
        ("?mode=BATCH&mode=MANUAL", "twice"),
        ("?period=2026-10", "period: the address and the body differ"),
        ("?allOrNothing=false", "allOrNothing: the address and the body differ"),
    ],
)
async def test_what_an_address_says_in_vain_or_against_the_body_takes_nothing_in(
    embedded: Reporter, query: str, named: str
) -> None:
    told = await embedded.report([honour()], query=query, period="2026-11", allOrNothing=True)
    assert (told.status, told.codes) == (400, ["BAD_USER_INPUT"]), told.json
    assert named in told.json["errors"][0]["message"]
    assert told.headers["audit-record"]
    assert await embedded.honours() == []
    agreed = await embedded.report([honour()], query="?period=2026-11&allOrNothing=true", period="2026-11", mode=None)
    assert (agreed.status, agreed.json["period"], agreed.json["mode"]) == (201, "2026-11", "BATCH")


async def test_a_filter_that_means_nothing_gives_no_list(embedded: Reporter) -> None:
    told = await embedded.at("GET", query="?recordtype=Honour", headers=embedded.as_("tax-reporter"))
    assert (told.status, told.codes) == (400, ["BAD_USER_INPUT"])


@pytest.mark.parametrize("period", ["2026-02-30", "0000", "0000-11", "2026-13"])
async def test_a_period_that_the_calendar_has_not_is_none(embedded: Reporter, period: str) -> None:
    told = await embedded.report([honour()], period=period)
    assert (told.status, told.codes) == (400, ["BAD_USER_INPUT"])


async def test_a_document_with_a_byte_order_mark_is_read_and_one_in_another_encoding_told_so(
    embedded: Reporter,
) -> None:
    """Windows writes both."""
    body = json.dumps({"recordType": "Honour", "rows": [honour()]}, ensure_ascii=False)
    sent = {"content-type": "application/json", **embedded.as_("tax-reporter")}
    told = await embedded.at("POST", content=b"\xef\xbb\xbf" + body.encode(), headers=sent)
    assert (told.status, told.json["counts"]["accepted"]) == (201, 1), told.json
    for encoding in ("gbk", "utf-16"):
        told = await embedded.at("POST", content=body.encode(encoding), headers=sent)
        assert (told.status, told.codes) == (400, ["BAD_USER_INPUT"])
        assert "UTF-8" in told.json["errors"][0]["message"]


async def test_who_is_turned_away_is_told_the_entry_and_the_article(embedded: Reporter) -> None:
    told = await embedded.report([], "EffectiveJudgment")
    assert (told.status, told.codes) == (403, ["RECORD_TYPE_NOT_COMPETENT"])
    assert told.headers["audit-record"]
    told = await embedded.report([honour()], persona="tax-officer")
    assert (told.status, told.codes) == (403, ["FORBIDDEN"])
    assert told.json["errors"][0]["extensions"]["legalBasis"]["article"] == "10"


async def test_json_lines_are_rows_too(reporter: Reporter) -> None:
    told = await reporter.lines([honour(str(n)) for n in range(1200)], query="&period=2026-10&mode=BATCH")
    assert (told.status, told.json["rows"], told.json["counts"]["accepted"]) == (201, 1200, 1200)
    assert told.json["period"] == "2026-10"
    again = await reporter.lines([honour(str(n)) for n in range(1200)], query="&period=2026-10&mode=BATCH")
    assert again.json["again"]


async def test_who_does_not_wait_reads_at_the_receipts_address_how_many_rows_are_in(embedded: Reporter) -> None:
    rows = [honour(str(n)) for n in range(1_300)]
    told = await embedded.lines(rows, headers={"prefer": "respond-async"})
    assert (told.status, told.headers["location"]) == (202, f"/submissions/{told.json['id']}")
    seen = {0}
    while (receipt := await embedded.receipt(told))["state"] == "RUNNING":
        seen.add(receipt["rows"])
    assert seen <= {0, 500, 1_000, 1_300}
    assert (receipt["state"], receipt["counts"]["accepted"]) == ("DONE", 1_300)
    again = await embedded.lines(rows)
    assert (again.status, again.json["id"], again.json["again"]) == (200, told.json["id"], True)


async def test_a_nil_submission_is_a_submission(embedded: Reporter) -> None:
    told = await embedded.report([], period="2026-11-22", mode="SYSTEM")
    assert (told.status, told.json["rows"], told.json["state"]) == (201, 0, "DONE")


async def test_an_agency_reports_what_it_is_competent_for_alone(embedded: Reporter) -> None:
    told = await embedded.report([], "EffectiveJudgment")
    assert (told.status, told.codes) == (403, ["RECORD_TYPE_NOT_COMPETENT"])
    for persona in ("public", "tax-officer", "company", "centre-operator"):
        told = await embedded.report([], persona=persona)
        assert (told.status, told.codes) == (403, ["FORBIDDEN"]), persona


async def test_a_receipt_is_given_again_to_its_own_agency_and_staff(embedded: Reporter) -> None:
    told = await embedded.report([honour(), honour("2", awardedOn="?"), honour("3", awardedOn="?")])
    for persona in ("tax-reporter", "tax-officer", "centre-operator", "supervisor"):
        assert (await embedded.receipt(told, persona))["counts"] == told.json["counts"]
    page = await embedded.receipt(told, query="?problemsFirst=1")
    assert ([each["row"] for each in page["problems"]], page["problemsAfter"]) == ([2], 1)
    page = await embedded.receipt(told, query="?problemsFirst=1&problemsAfter=1")
    assert [each["row"] for each in page["problems"]] == [3]
    for persona in ("public", "market-reporter", "company"):
        found = await embedded.at("GET", f"/{told.json['id']}", headers=embedded.as_(persona))
        assert (found.status, found.codes) == (404, ["NOT_FOUND"]), persona
    for path in ("/S-TAX-20261123-000000000000", "/nothing", "/S-%00-1"):
        found = await embedded.at("GET", path, headers=embedded.as_("centre-operator"))
        assert (found.status, found.codes) == (404, ["NOT_FOUND"]), path
    listed = await embedded.at("GET", query="?agency=%00", headers=embedded.as_("centre-operator"))
    assert listed.json["submissions"] == []


async def test_receipts_are_listed_newest_first_each_agency_its_own(reporter: Reporter) -> None:
    ids = [(await reporter.report([honour(str(n))])).json["id"] for n in range(3)]
    others = (await reporter.report([honour()], persona="market-reporter")).json["id"]
    first = (await reporter.at("GET", query="?first=2", headers=reporter.as_("tax-reporter"))).json
    rest = await reporter.at("GET", query=f"?first=2&after={first['after']}", headers=reporter.as_("tax-reporter"))
    listed = [each["id"] for each in (*first["submissions"], *rest.json["submissions"])]
    assert listed == ids[::-1]
    everybodys = await reporter.at("GET", headers=reporter.as_("centre-operator"))
    assert {each["id"] for each in everybodys.json["submissions"]} == {*ids, others}
    assert (await reporter.at("GET", headers=reporter.as_("public"))).status == 404


async def test_an_individual_is_found_by_its_number_and_never_by_name(reporter: Reporter) -> None:
    own = {name: value for name, value in honour().items() if not name.startswith("subject")}
    told = await reporter.report([{**own, **PERSON}])
    assert told.json["counts"]["accepted"] == 1
    told = await reporter.report([{**own, **PERSON, "subjectName": "别人", "documentNumber": "2"}])
    assert told.json["counts"]["quarantined"] == 1
    assert [each["code"] for each in told.json["problems"]] == ["IDENTITY_CONFLICT"]
    asked = """query { subject(by: {individual: {idNumber: "410199200104231074", name: "欧阳澈"}}) {
      honours { nodes { documentNumber } } } }"""
    told = await reporter.ask(asked, persona="market-officer", purpose=SUPERVISION)
    assert told.data, told.body
    assert len(told.data["subject"]["honours"]["nodes"]) == 1


async def test_an_individual_without_a_residents_number_is_found_by_its_document(embedded: Reporter) -> None:
    own = {name: value for name, value in honour().items() if not name.startswith("subject")}
    foreigner = {"subjectKind": "INDIVIDUAL", "subjectName": "John", "subjectIdType": "PASSPORT"}
    told = await embedded.report([{**own, **foreigner, "subjectIdNumber": "e1234567"}])
    assert told.json["counts"]["accepted"] == 1, told.json
    asked = """query($type: IdDocumentType!) { subject(by: {individual:
      {idType: $type, idNumber: "E1234567", name: "John"}}) { honours { nodes { documentNumber } } } }"""
    for kind, found in (("PASSPORT", True), ("OTHER", False)):
        answer = await embedded.ask(asked, {"type": kind}, persona="market-officer", purpose=SUPERVISION)
        assert (answer.data["subject"] is not None) is found


async def test_a_registration_tells_the_register_what_a_legal_person_is_called_now(reporter: Reporter) -> None:
    await reporter.report([honour()])
    registered = {
        "unifiedSocialCreditCode": COMPANY,
        "entityName": "新名称有限公司",
        "organizationType": "ENTERPRISE",
        "legalRepresentativeName": "方知远",
        "establishedOn": "2020-02-03",
        "address": "郑州市演示大道1号",
        "regionCode": "410100",
        "registrationAuthority": "郑州市市场监督管理局",
        "status": "ACTIVE",
    }
    told = await reporter.report([registered], "EntityRegistration", persona="market-reporter")
    assert told.json["counts"]["accepted"] == 1, told.json
    asked = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) { name
      ... on LegalPerson { establishedOn regionCode } } }"""
    subject = (await reporter.ask(asked, {"code": COMPANY})).data["subject"]
    assert subject == {"name": "新名称有限公司", "establishedOn": "2020-02-03", "regionCode": "410100"}
    assert len(await reporter.honours()) == 1


async def test_codes_of_two_subjects_in_one_row_are_a_conflict(reporter: Reporter) -> None:
    await reporter.report([honour(code=OTHER)])
    told = await reporter.report([honour("2", subjectOrganizationCode=OTHER[8:17])])
    assert told.json["counts"]["quarantined"] == 1
    assert [each["code"] for each in told.json["problems"]] == ["IDENTITY_CONFLICT"]
    assert await reporter.honours() == []


async def test_each_submission_leaves_its_entries_and_each_refusal_too(embedded: Reporter) -> None:
    for rows, persona, record_type, entries in (
        ([honour()], "tax-reporter", "Honour", 2),  # that it was begun, and that it was taken
        ([honour()], "tax-reporter", "Honour", 1),
        ([], "tax-reporter", "EffectiveJudgment", 2),  # the refusal's, and the candidate's of Art. 25(3)
        ([], "public", "Honour", 1),
    ):
        async with embedded.leaving(entries):
            told = await embedded.report(rows, record_type, persona=persona)
        assert told.headers["audit-record"] if told.status < 300 or persona == "public" else told.codes


async def test_older_increments_that_come_late_are_stale(embedded: Reporter) -> None:
    await embedded.report([honour(awardingBody="新", sourceUpdatedAt="2026-05-02T00:00:00+08:00")])
    told = await embedded.report([honour(awardingBody="旧", sourceUpdatedAt="2026-05-01T00:00:00+08:00")])
    assert told.json["counts"]["stale"] == 1
    assert [each["awardingBody"] for each in await embedded.honours()] == ["新"]


NONE = [
    (b"{", "application/json", 400),
    (b"[]", "application/json", 400),
    (b'{"recordType": "Honour"}', "application/json", 400),
    (b'{"recordType": "Honour", "rows": [], "evil": 1}', "application/json", 400),
    (b'{"recordType": "Honour", "rows": [], "mode": {"a": []}}', "application/json", 400),
    (b'{"recordType": "Nothing", "rows": []}', "application/json", 400),
    (b'{"recordType": "Honour", "rows": [], "period": "2026-13"}', "application/json", 400),
    (b"[" * 100_000, "application/json", 400),
    (b"a,b", "text/csv", 415),
    (b"", "", 415),
]


async def test_what_is_no_submission_is_told_so(embedded: Reporter) -> None:
    for content, kind, status in NONE:
        headers = {"content-type": kind, **embedded.as_("tax-reporter")}
        told = await embedded.at("POST", content=content, headers=headers)
        assert (told.status, told.codes) == (status, ["BAD_USER_INPUT"]), content[:80]


SUBMIT = """mutation($input: RecordInput!) { submitRecord(input: $input) {
  outcome submission { id mode counts { accepted updated unchanged } } errors { code field messageChinese } } }"""
REVOKE = """mutation($input: RevocationInput!) { revokeRecord(input: $input) {
  outcome submission { id } errors { code field message } } }"""


def entered(**more: Any) -> dict[str, object]:  # noqa: ANN401 (values of a row)
    values = {name: value for name, value in honour(**more).items() if not name.startswith("subject")}
    subject = {"unifiedSocialCreditCode": COMPANY, "name": "某公司"}
    return {"recordType": "Honour", "subject": subject, "values": values}


async def test_one_record_is_entered_corrected_and_taken_back_by_mutations(reporter: Reporter) -> None:
    async with reporter.leaving(entries=3):  # the operation's own, and the submission's two
        told = await reporter.ask(SUBMIT, {"input": entered()}, persona="tax-reporter")
    payload = told.data["submitRecord"]
    assert (payload["outcome"], payload["errors"], payload["submission"]["mode"]) == ("ACCEPTED", [], "MANUAL")
    for body, outcome in (("乙", "UPDATED"), ("乙", "UNCHANGED"), ("郑州市人民政府", "UPDATED")):
        told = await reporter.ask(SUBMIT, {"input": entered(awardingBody=body)}, persona="tax-reporter")
        assert told.data["submitRecord"]["outcome"] == outcome
    (shown,) = await reporter.honours()
    assert (shown["awardingBody"], shown["version"]) == ("郑州市人民政府", 3)
    key = {"honourName": "守合同重信用企业", "documentNumber": "郑政〔2026〕1号"}
    given = {"recordType": "Honour", "subject": {"unifiedSocialCreditCode": COMPANY}, "key": key, "reason": "撤销荣誉"}
    told = await reporter.ask(REVOKE, {"input": given}, persona="tax-reporter")
    assert told.data["revokeRecord"]["outcome"] == "REVOKED"
    assert await reporter.honours() == []


async def test_a_mutation_tells_all_that_is_wrong_with_a_record_and_where(embedded: Reporter) -> None:
    wrong = entered(awardedOn="明天", honourLevel="?")
    wrong["subject"] = {"unifiedSocialCreditCode": "91410199DEM001025X", "name": "某公司"}
    told = await embedded.ask(SUBMIT, {"input": wrong}, persona="tax-reporter")
    payload = told.data["submitRecord"]
    assert payload["outcome"] == "REFUSED"
    places = {tuple(each["field"]): each["code"] for each in payload["errors"]}
    assert places.keys() == {
        ("input", "values", "awardedOn"),
        ("input", "values", "honourLevel"),
        ("input", "subject", "unifiedSocialCreditCode"),
    }


async def test_a_request_id_makes_a_second_sending_the_same(embedded: Reporter) -> None:
    ids = set()
    for _ in range(2):
        told = await embedded.ask(SUBMIT, {"input": {**entered(), "requestId": "7"}}, persona="tax-reporter")
        assert told.data["submitRecord"]["outcome"] == "ACCEPTED"
        ids.add(told.data["submitRecord"]["submission"]["id"])
    assert len(ids) == 1
    told = await embedded.ask(SUBMIT, {"input": {**entered(), "requestId": "号"}}, persona="tax-reporter")
    assert [each["field"] for each in told.data["submitRecord"]["errors"]] == [["input", "requestId"]]


async def test_nobody_but_reporting_officers_enters_a_record(embedded: Reporter) -> None:
    for persona in ("public", "tax-officer", "centre-operator", "company"):
        told = await embedded.ask(SUBMIT, {"input": entered()}, persona=persona)
        assert told.codes == ["FORBIDDEN"], persona


async def test_receipts_are_read_in_the_graph(reporter: Reporter) -> None:
    ids = [(await reporter.report([honour(str(n), awardedOn="?")])).json["id"] for n in range(3)]
    asked = """query($after: String) { submissions(first: 2, after: $after, recordType: Honour) {
      nodes { id recordType state counts { refused } problemCount } pageInfo { hasNextPage endCursor } } }"""
    told = await reporter.ask(asked, persona="tax-reporter")
    page = told.data["submissions"]
    rest = await reporter.ask(asked, {"after": page["pageInfo"]["endCursor"]}, persona="tax-reporter")
    assert [each["id"] for each in (*page["nodes"], *rest.data["submissions"]["nodes"])] == ids[::-1]
    assert (page["pageInfo"]["hasNextPage"], rest.data["submissions"]["pageInfo"]["hasNextPage"]) == (True, False)
    assert page["nodes"][0]["counts"]["refused"] == 1
    one = "query($id: ID!) { submission(id: $id) { id problems { row column code messageChinese } } }"
    told = await reporter.ask(one, {"id": ids[0]}, persona="tax-officer")
    assert [(each["column"], each["code"]) for each in told.data["submission"]["problems"]] == [("awardedOn", "DATE")]
    for persona in ("public", "market-reporter"):
        assert (await reporter.ask(one, {"id": ids[0]}, persona=persona)).data["submission"] is None
        assert (await reporter.ask(asked, persona=persona)).data["submissions"]["nodes"] == []


async def test_a_page_of_receipts_has_the_problems_of_each(embedded: Reporter) -> None:
    for row in (honour("1", awardedOn="?"), honour("2"), honour("3", awardedOn="?", level="?")):
        await embedded.report([row])
    asked = "{ submissions(first: 3) { nodes { problemCount problems { column } } } }"
    told = await embedded.ask(asked, persona="tax-reporter")
    assert told.errors == []
    found = [(each["problemCount"], len(each["problems"])) for each in told.data["submissions"]["nodes"]]
    assert [count for count, _ in found] == [listed for _, listed in found]
    assert [count > 0 for count, _ in found] == [True, False, True]
