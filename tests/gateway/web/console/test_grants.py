import re

import pytest

from schema.desk import UserError
from schema.disclosure import PurposeCode
from schema.papers import GrantState
from tests.gateway.web.console.made_up import Browser, a_grant

PROPOSED = {
    "scope.restricted": ["PersonIdentity", "SocialInsurancePayment.paidAmount"],
    "purposes": ["SUPERVISION"],
    "validFrom": "2026-11-01",
    "validTo": "2027-10-31",
    "approvalDocument": "郑发改〔2026〕9号",
}


def test_a_grant_goes_through_three_persons(browser: Browser) -> None:
    browser.log_in("tax-officer")
    proposed = browser.send("/console/grants/new", PROPOSED)
    assert proposed.headers["location"] == "/console/grants/G0?done=propose"
    given = browser.shelf.given.pop()
    assert given.scope.restricted == PROPOSED["scope.restricted"]
    assert given.purposes == [PurposeCode.SUPERVISION]
    for persona, step, state in (
        ("centre-approver", "review", GrantState.REVIEWED),
        ("supervisor", "approve", GrantState.ACTIVE),
        ("supervisor", "withdraw", GrantState.WITHDRAWN),
    ):
        browser.log_in(persona)
        assert f'action="/console/grants/G0/{step}"' in browser.open("/console/grants/G0").text
        answer = browser.send(f"/console/grants/G0/{step}", {"decision": "ACCEPT", "reason": "依法"})
        assert answer.headers["location"] == f"/console/grants/G0?done={step}"
        assert browser.shelf.grants[0].state is state


def test_what_is_wrong_stands_at_its_field(browser: Browser) -> None:
    browser.log_in("tax-officer")
    page = browser.send("/console/grants/new", {**PROPOSED, "validTo": "soon", "approvalDocument": ""})
    assert page.status_code == 422
    assert "日期应写作" in page.text
    assert not browser.shelf.given
    browser.shelf.errors = [
        UserError(
            code="X", message="no wildcard", message_chinese="不得使用通配符", field=["grant", "scope", "restricted"]
        )
    ]
    page = browser.send("/console/grants/new", PROPOSED)
    assert page.status_code == 422
    assert re.search(r'id="scope-problem-1">不得使用通配符', page.text)


def test_what_the_graph_finds_wrong_with_a_step_is_said_on_the_grants_page(browser: Browser) -> None:
    browser.log_in("centre-approver")
    browser.shelf.grants.append(a_grant("G0"))
    browser.shelf.errors = [
        UserError(code="X", message="give a reason", message_chinese="请填写理由", field=["reason"])
    ]
    page = browser.send("/console/grants/G0/review", {"decision": "ACCEPT", "reason": ""})
    assert page.status_code == 422
    assert "请填写理由" in page.text
    assert "未能办理" in page.text


def test_a_grant_is_found_however_many_there_are(browser: Browser) -> None:
    browser.log_in("auditor")
    browser.shelf.grants.extend(a_grant(f"G{number}") for number in range(130))
    assert browser.open("/console/grants/G129").status_code == 200
    assert "下一页" in browser.open("/console/grants").text


@pytest.mark.parametrize("state", list(GrantState))
def test_grants_are_listed_by_state(browser: Browser, state: GrantState) -> None:
    browser.log_in("auditor")
    browser.shelf.grants.extend(a_grant(each.value, state=each) for each in GrantState)
    page = browser.open(f"/console/grants?state={state.value}").text
    assert re.findall(r'href="/console/grants/([A-Z]+)"', page) == [state.value]
    assert browser.open("/console/grants?state=NONE").status_code == 400
