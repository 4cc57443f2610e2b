import re

import pytest

from schema.desk import UserError
from schema.violations import ViolationFinding, ViolationKind, ViolationMeasure, ViolationState
from tests.gateway.web.console.made_up import Browser, a_case

ALLEGED = {"kind": "V6", "agency": "COURT", "said": "同一主体一日四十次", "reference": "1.7.ab", "rule": "高频查询"}
PROBLEM = UserError(code="X", message="give a reason", message_chinese="请填写理由", field=["reason"])


def test_a_case_is_opened_found_decided_and_closed(browser: Browser) -> None:
    browser.log_in("auditor")
    assert browser.send("/console/violations", ALLEGED).headers["location"] == "/console/violations/V0?done=open"
    given = browser.shelf.given.pop()
    assert (given.kind, given.agency, given.rule) == (ViolationKind.UNLAWFUL_USE, "COURT", "高频查询")
    steps: tuple[tuple[str, str, dict[str, str], object], ...] = (
        ("centre-approver", "find", {"finding": "SUBSTANTIATE"}, (ViolationFinding.SUBSTANTIATE, "依法")),
        (
            "supervisor",
            "decide",
            {"measure": "DISCIPLINE", "document": "郑发改处〔2026〕3号"},
            (ViolationMeasure.DISCIPLINE, "郑发改处〔2026〕3号", "依法"),
        ),
        ("supervisor", "close", {}, "依法"),
    )
    for persona, step, sent, told in steps:
        browser.log_in(persona)
        assert f'action="/console/violations/V0/{step}"' in browser.open("/console/violations/V0").text
        answer = browser.send(f"/console/violations/V0/{step}", {**sent, "reason": "依法"})
        assert answer.headers["location"] == f"/console/violations/V0?done={step}"
        assert browser.shelf.given.pop() == told
    assert browser.shelf.cases[0].state is ViolationState.CLOSED
    assert "已结案" in browser.open("/console/violations/V0?done=close").text


def test_a_page_shows_the_evidence_its_rule_and_every_step(browser: Browser) -> None:
    browser.log_in("supervisor")
    browser.shelf.cases.append(a_case("V0"))
    page = browser.open("/console/violations/V0").text
    for told in ("无报送权限", "S-1", "发现规则", "R2.2", "信息接收", "待认定", "以不正当手段采集"):
        assert told in page
    assert browser.open("/console/violations/V9").status_code == 404


@pytest.mark.parametrize(("persona", "buttons"), [("tax-officer", 0), ("auditor", 0), ("centre-approver", 1)])
def test_only_who_decides_finds_buttons(browser: Browser, persona: str, buttons: int) -> None:
    browser.log_in(persona)
    browser.shelf.cases.append(a_case("V0"))
    assert browser.open("/console/violations/V0").text.count('action="/console/violations/V0/') == buttons


def test_the_centre_finds_only_the_correction_among_the_measures(browser: Browser) -> None:
    browser.shelf.cases.append(a_case("V0", state=ViolationState.SUBSTANTIATED))
    for persona, measures in (("centre-approver", 1), ("supervisor", 4)):
        browser.log_in(persona)
        page = browser.open("/console/violations/V0").text
        assert len(re.findall(r'<option value="[A-Z_]+">', page)) == measures


def test_nobody_finds_buttons_on_a_case_of_ones_own_organisation_or_that_one_opened(browser: Browser) -> None:
    browser.log_in("centre-approver")
    browser.shelf.cases += [a_case("V0", agency="CREDIT_CENTRE"), a_case("V1", opened_by="demo:centre-approver")]
    for name in ("V0", "V1"):
        assert f'action="/console/violations/{name}/' not in browser.open(f"/console/violations/{name}").text


def test_what_is_wrong_is_said_and_what_was_written_is_kept(browser: Browser) -> None:
    browser.log_in("auditor")
    browser.shelf.errors = [PROBLEM]
    page = browser.send("/console/violations", ALLEGED)
    assert page.status_code == 422
    assert "请填写理由" in page.text
    assert "同一主体一日四十次</textarea>" in page.text
    browser.shelf.cases.append(a_case("V0"))
    refused = browser.send("/console/violations/V0/find", {"finding": "DISMISS", "reason": ""})
    assert refused.status_code == 422
    assert "未能办理" in refused.text


def test_cases_are_listed_by_state_and_kind(browser: Browser) -> None:
    browser.log_in("auditor")
    browser.shelf.cases += [a_case("V0"), a_case("V1", state=ViolationState.DISMISSED, kind=ViolationKind.OTHER)]
    listed = re.findall(r'href="/console/violations/(V\d)"', browser.open("/console/violations?state=DISMISSED").text)
    assert listed == ["V1"]
    assert re.findall(r'href="/console/violations/(V\d)"', browser.open("/console/violations?kind=V3").text) == ["V0"]
    assert browser.open("/console/violations?state=NONE").status_code == 400
    assert browser.open("/console/violations?kind=V9").status_code == 400


def test_the_start_page_leads_staff_to_the_cases_and_an_agency_when_there_is_one(browser: Browser) -> None:
    browser.log_in("tax-officer")
    assert "/console/violations" not in browser.open("/console").text
    browser.shelf.cases.append(a_case("V0"))
    assert "/console/violations" in browser.open("/console").text
    browser.log_in("supervisor")
    assert "违规案件" in browser.open("/console").text
