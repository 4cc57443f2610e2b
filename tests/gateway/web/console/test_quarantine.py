import re

import pytest

from schema.desk import UserError
from schema.quarantine import QuarantineDecision, QuarantineState
from tests.gateway.web.console.made_up import Browser
from tests.gateway.web.console.made_up_collection import AT, a_row

PATH = "/console/quarantine"
PROPOSED = {
    "state": QuarantineState.PROPOSED,
    "proposal": QuarantineDecision.RELEASE,
    "proposed_by": "demo:centre-operator",
    "proposed_at": AT,
    "proposed_for": "核实无误",
}


def test_a_row_is_proposed_by_one_and_decided_by_another(browser: Browser) -> None:
    browser.shelf.rows.append(a_row("Q-1"))
    for persona, step, decision, reason in (
        ("centre-operator", "propose", "RELEASE", "核实无误"),
        ("centre-approver", "decide", "REFUSE", "确系病史"),
    ):
        browser.log_in(persona)
        page = browser.open(f"{PATH}/Q-1").text
        assert re.findall(rf'action="{PATH}/Q-1/(\w+)"', page) == [step]
        assert "当事人患病" in page
        answer = browser.send(f"{PATH}/Q-1/{step}", {"decision": decision, "reason": reason})
        assert answer.headers["location"] == f"{PATH}/Q-1?done={step}"
        assert browser.shelf.given.pop() == (QuarantineDecision[decision], reason)
    page = browser.open(f"{PATH}/Q-1?done=decide").text
    for told in ("已拒收", "内容已从隔离区删除", "核实无误", "确系病史", "demo:centre-operator"):
        assert told in page
    assert "当事人患病" not in page
    assert '<form class="panel"' not in page


@pytest.mark.parametrize(("persona", "buttons"), [("tax-reporter", 0), ("auditor", 0), ("centre-operator", 1)])
def test_only_who_proposes_finds_buttons(browser: Browser, persona: str, buttons: int) -> None:
    browser.log_in(persona)
    browser.shelf.rows.append(a_row("Q-1"))
    assert browser.open(f"{PATH}/Q-1").text.count(f'action="{PATH}/Q-1/') == buttons


def test_who_proposed_finds_no_button_to_decide(browser: Browser) -> None:
    browser.log_in("centre-approver")
    own = {**PROPOSED, "proposed_by": "demo:centre-approver"}
    browser.shelf.rows += [a_row("Q-1", **own), a_row("Q-2", **PROPOSED)]
    assert f"{PATH}/Q-1/decide" not in browser.open(f"{PATH}/Q-1").text
    assert f"{PATH}/Q-2/decide" in browser.open(f"{PATH}/Q-2").text


def test_what_the_graph_keeps_back_no_page_shows(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.rows.append(a_row("Q-1", values=[]))
    page = browser.open(f"{PATH}/Q-1").text
    assert "疑含疾病信息" in page
    assert "所报内容" not in page
    assert browser.open(f"{PATH}/Q-9").status_code == 404


def test_rows_are_listed_by_state_and_agency_without_what_they_say(browser: Browser) -> None:
    browser.log_in("centre-operator")
    browser.shelf.rows += [a_row("Q-1"), a_row("Q-2", provider="COURT"), a_row("Q-3", **PROPOSED)]
    page = browser.open(f"{PATH}?state=WAITING&provider=TAX").text
    assert re.findall(rf'href="{PATH}/(Q-\d)"', page) == ["Q-1"]
    assert "事项内容" in page
    assert "当事人患病" not in page
    assert browser.open(f"{PATH}?state=NONE").status_code == 400
    browser.log_in("tax-reporter")
    assert 'name="provider"' not in browser.open(PATH).text


def test_a_missing_reason_is_said_above_the_row(browser: Browser) -> None:
    browser.log_in("centre-operator")
    browser.shelf.rows.append(a_row("Q-1"))
    browser.shelf.errors = [UserError(code="X", message="say why", message_chinese="请填写理由", field=["reason"])]
    answer = browser.send(f"{PATH}/Q-1/propose", {"decision": "RELEASE", "reason": ""})
    assert answer.status_code == 422
    assert "请填写理由" in answer.text
