import re
from collections import Counter

import pytest

from gateway.errors import ReadLive
from gateway.web.console.entry_form import entry_form, groups_of, revoke_form, values_of
from gateway.web.console.forms.inputs import Choice, Choices, Day, LongText
from schema.catalogue import RECORDS
from schema.reporting import RowOutcome
from tests.gateway.web.console.made_up import Browser
from tests.gateway.web.console.made_up_collection import a_problem, a_receipt

PATH = "/console/submissions/new/Honour"
GOOD = {
    "subjectUnifiedSocialCreditCode": "91410199DEM001025G",
    "honourName": "守合同重信用企业",
    "documentNumber": "郑政〔2026〕1号",
    "honourLevel": "市级政府",
    "awardingBody": "郑州市人民政府",
    "awardedOn": "2026-03-01",
}


@pytest.mark.parametrize("record_type", RECORDS)
def test_every_record_type_has_both_its_forms(record_type: str) -> None:
    definition = RECORDS[record_type]
    form, takes_back = entry_form(record_type), revoke_form(record_type)
    names = {each.name for each in form.inputs}
    assert len(names) == len(form.inputs)
    assert not names & {"action", "sourceUpdatedAt", "sourceId"}
    for field in definition.fields.values():
        if field.required and field.name in names:
            assert next(each for each in form.inputs if each.name == field.name).required
    assert {each.name for each in takes_back.inputs} <= names
    assert "correctionReason" in {each.name for each in takes_back.inputs}
    assert sum(len(each.inputs) for each in groups_of(form)) == len(form.inputs)


def test_each_input_is_of_the_kind_that_its_column_is() -> None:
    licence = {each.name: each for each in entry_form("AdministrativeLicence").inputs}
    assert isinstance(licence["decisionDate"], Day)
    assert type(licence["validTo"]).__name__ == "Line", "a day that may have no end"
    assert isinstance(licence["licenceContent"], LongText)
    penalty = {each.name: each for each in entry_form("AdministrativePenalty").inputs}
    assert isinstance(penalty["penaltyTypes"], Choices)
    honour = {each.name: each for each in entry_form("Honour").inputs}
    assert isinstance(honour["honourLevel"], Choice)
    assert "第15条" in honour["honourName"].hint.chinese
    arrears = {each.name: each for each in entry_form("TaxArrears").inputs}
    assert "书面同意（第9条第(3)项）" in arrears["newArrears"].hint.chinese


def test_lists_are_read_line_by_line_and_what_is_empty_is_not_said() -> None:
    form = entry_form("AdministrativePenalty")
    written = {"penaltyTypes": ["警告", "罚款"], "fineAmount": [" 5 "], "authorityName": ["  "]}
    assert values_of(form, written) == {"penaltyTypes": ["警告", "罚款"], "fineAmount": "5"}


def test_a_record_is_sent_once_by_one_form(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    page = browser.open(PATH).text
    number = re.search(r'name="number" value="([0-9a-f]+)"', page)
    assert number is not None
    answer = browser.send(PATH, {**GOOD, "number": number[1]})
    assert answer.headers["location"] == "/console/submissions/S-0"
    ((reported, at_once),) = browser.shelf.reporting.sent
    assert at_once
    assert reported.media_type == "application/json"
    assert f'"mode":"MANUAL","number":"{number[1]}"' in reported.content.decode()
    assert browser.shelf.reporting.rows() == [{**GOOD, "action": "UPSERT"}]
    assert f'value="{number[1]}"' not in browser.open(PATH).text


def test_every_mistake_stands_beside_its_field_and_nothing_is_sent(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    answer = browser.send(PATH, {**GOOD, "awardedOn": "2026-12-30", "honourName": "", "honourLevel": "市级政府"})
    assert answer.status_code == 422
    assert browser.shelf.reporting.sent == []
    for name, said in (("awardedOn", "日期晚于今日"), ("honourName", "不得为空")):
        problem = re.search(rf'id="{name}-problem-1">([^<]+)<', answer.text)
        assert problem is not None
        assert said in problem[1]
    assert 'value="郑政〔2026〕1号"' in answer.text
    assert '<option value="市级政府" selected>' in answer.text


def test_what_is_only_odd_in_old_data_is_wrong_where_it_is_typed(browser: Browser) -> None:
    """The organisation's code inside this credit code has a wrong check character."""
    browser.log_in("tax-reporter")
    answer = browser.send(PATH, {**GOOD, "subjectUnifiedSocialCreditCode": "not a code"})
    assert "subjectUnifiedSocialCreditCode-problem-1" in answer.text


def test_what_the_room_refuses_stands_beside_its_field_too(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    reporting = browser.shelf.reporting
    reporting.answers = a_receipt("S-7", counts=Counter({RowOutcome.REFUSED: 1}), problems=2)
    reporting.problems = [a_problem(code="CONSENT_REQUIRED"), a_problem(column=None)]
    answer = browser.send(PATH, GOOD)
    assert answer.status_code == 422
    assert "awardedOn-problem-1" in answer.text
    assert "/console/submissions/S-7" in answer.text


def test_what_waits_for_a_person_is_no_mistake(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.reporting.answers = a_receipt("S-7", counts=Counter({RowOutcome.QUARANTINED: 1}), problems=1)
    assert browser.send(PATH, GOOD).headers["location"] == "/console/submissions/S-7"


def test_a_record_is_taken_back_by_its_key_alone(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    page = browser.open(f"{PATH}/revoke").text
    assert 'name="documentNumber"' in page
    assert 'name="awardingBody"' not in page
    form = revoke_form("Honour")
    wanted = {name: value for name, value in GOOD.items() if name in {each.name for each in form.inputs}}
    assert browser.send(f"{PATH}/revoke", {**wanted, "correctionReason": "表彰已撤销"}).status_code == 303
    (row,) = browser.shelf.reporting.rows()
    assert (row["action"], row["correctionReason"]) == ("REVOKE", "表彰已撤销")


def test_a_refusal_of_the_whole_is_a_page_of_its_own(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.reporting.raises = ReadLive()
    assert browser.send(PATH, GOOD).status_code == ReadLive.status


@pytest.mark.parametrize("persona", ["tax-officer", "centre-approver", "company"])
def test_nobody_else_finds_a_form(browser: Browser, persona: str) -> None:
    browser.log_in(persona)
    assert browser.open(PATH).status_code == 404
    assert "仅限有关机关和组织的报送人员报送" in browser.open("/console/submissions/new").text


def test_what_an_agency_may_not_report_has_no_form(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    page = browser.open("/console/submissions/new").text
    assert 'href="/templates/TaxArrears.xlsx"' in page
    assert "PersonIdentity" not in page
    for name in ("PersonIdentity", "Nothing"):
        assert browser.open(f"/console/submissions/new/{name}").status_code == 404


def test_an_identity_number_is_in_no_address(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    page = browser.open(PATH).text
    (form,) = re.findall(r"<form[^>]*action=\"/console/submissions/new/Honour\"[^>]*>", page)
    assert 'method="post"' in form
