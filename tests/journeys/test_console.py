"""The console in a real browser, before a served house: papers and grants on their whole way."""

import re
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from gateway.access import tokens
from tests.journeys.chromium import Tab
from tests.journeys.visitor import AS_OF, CODES, PERSONS, Place

PROOF = b"%PDF-1.7 made up"
PICTURE = b"\x89PNG\r\n\x1a\n made up"
PAID = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) { ... on LegalPerson {
  socialInsurancePayments(first: 1) { nodes { insuranceKind paidAmount } } } } }"""


def ask(house: tuple[Place, str], persona: str, paper: str) -> Any:  # noqa: ANN401 (JSON)
    """Ask for what LP-10 paid, on a paper, as a program would."""
    token = tokens.issue(persona, house[0].keys, time.time())
    said = {
        "query": PAID,
        "variables": {"code": CODES["LP-10"]},
        "extensions": {"papers": [paper], "purpose": {"code": "TRANSACTION", "text": "供应链合作前核查"}},
    }
    answer = httpx2.post(f"{house[1]}/graphql", json=said, headers={"authorization": f"Bearer {token}"})
    return answer.json()


def day(days: int) -> str:
    return (AS_OF + timedelta(days=days)).isoformat()


def fill_authorisation(page: Page) -> None:
    """Fill in what LP-10 wrote for LP-02."""
    page.fill("[name='subject.code']", CODES["LP-10"])
    page.fill("[name=requester]", CODES["LP-02"])
    page.check("[name='scope.allShared']")
    page.click("text=有限共享类（C）信息，逐项选择")
    page.check("[value='SocialInsurancePayment.paidAmount']")
    page.check("[name=purposes][value=TRANSACTION]")
    page.fill("[name=signatory]", "甄思源")
    page.fill("[name=signedOn]", day(-3))
    page.fill("[name=validTo]", day(30))
    page.select_option("[name=signature]", "PAPER")
    page.fill("[name=seal]", "4101990010")
    page.set_input_files("[type=file]", {"name": "授权书.pdf", "mimeType": "application/pdf", "buffer": PROOF})


def hand_in(page: Page) -> None:
    page.click("main form .actions button:not(.quiet)")


def decide(page: Page, reason: str, decision: str = "ACCEPT") -> None:
    page.fill("form:has([name=decision]) textarea", reason)
    page.click(f"[name=decision][value={decision}]")


def present(tab: Tab, persona: str, kind: str, told: dict[str, str]) -> None:
    """Let somebody present an own paper, and the centre accept it."""
    page = tab.log_in(persona)
    tab.open(f"/console/papers/new/{kind}")
    for name, value in told.items():
        field = page.locator(f"[name='{name}']")
        field.select_option(value) if field.evaluate("each => each.tagName") == "SELECT" else field.fill(value)
    page.set_input_files("[type=file]", {"name": "证明.png", "mimeType": "image/png", "buffer": PICTURE})
    hand_in(page)
    expect(page.locator(".notice.good")).to_contain_text("等待审核")
    paper = page.url.partition("?")[0]
    tab.log_out()
    page = tab.log_in("centre-approver")
    page.goto(paper)
    decide(page, "与登记信息一致")
    expect(page.locator("h1")).to_contain_text("已受理")
    tab.log_out()


def test_an_authorisation_is_presented_reviewed_used_and_revoked(house: tuple[Place, str], tab: Tab) -> None:
    page = tab.log_in("centre-operator")
    page.click("text=出示证明材料 Present a paper >> nth=0")
    tab.open("/console/papers/new/AUTHORISATION")
    fill_authorisation(page)
    hand_in(page)
    expect(page.locator(".notice.good")).to_contain_text("等待审核")
    paper = page.url.split("/")[-1].partition("?")[0]
    assert ask(house, "third-party", paper)["errors"][0]["extensions"]["code"] == "PAPER_INVALID"
    tab.log_out()

    page = tab.log_in("centre-approver")
    page.click("text=Papers to review >> .. >> .. >> a")
    page.click(f"a[href='/console/papers/{paper}']")
    with page.expect_download() as download:
        page.click("text=授权书.pdf")
    assert Path(download.value.path()).read_bytes() == PROOF
    assert download.value.suggested_filename == "授权书.pdf"
    expect(page.locator("dl.facts")).to_contain_text("公章 Seal")
    decide(page, "授权书签章齐全")
    expect(page.locator("h1")).to_contain_text("已受理")
    expect(page.locator(".steps")).to_contain_text("授权书签章齐全")

    seen = ask(house, "third-party", paper)["data"]["subject"]["socialInsurancePayments"]["nodes"]
    assert seen[0]["paidAmount"] is not None
    tab.log_out()
    page = tab.log_in("third-party")
    tab.open(f"/console/papers/{paper}")
    expect(page.locator("main")).to_contain_text("SocialInsurancePayment.paidAmount")
    expect(page.locator("main")).to_contain_text("已使用 1 次")
    assert page.locator("[name=decision]").count() == 0
    assert page.locator("form[action$=revoke]").count() == 0, "it is the subject's, and the centre's, to end"
    tab.log_out()
    page = tab.log_in("centre-approver")
    tab.open(f"/console/papers/{paper}")
    page.fill("form[action$=revoke] textarea", "主体要求撤销")
    page.click("form[action$=revoke] button")
    expect(page.locator("h1")).to_contain_text("已撤销")
    assert ask(house, "third-party", paper)["errors"][0]["extensions"]["code"] == "PAPER_INVALID"


def test_who_presented_a_paper_cannot_review_it_by_any_button(house: tuple[Place, str], tab: Tab) -> None:
    page = tab.log_in("third-party")
    tab.open("/console/papers/new/AUTHORISATION")
    fill_authorisation(page)
    page.fill("[name=requester]", "")
    hand_in(page)
    paper = page.url.split("/")[-1].partition("?")[0]
    assert page.locator("form[action$=review]").count() == 0
    token = page.get_attribute("form.who [name=token]", "value")
    form: dict[str, str | float | bool] = {"token": token or "", "decision": "ACCEPT", "reason": "自行受理"}
    forged = tab.context.request.post(f"{house[1]}/console/papers/{paper}/review", form=form)
    assert forged.status == httpx2.codes.FORBIDDEN
    assert "FORBIDDEN" in forged.text()
    tab.open(f"/console/papers/{paper}")
    expect(page.locator("h1")).to_contain_text("待审核")


def test_all_problems_are_shown_at_once_and_what_was_typed_is_kept(tab: Tab) -> None:
    page = tab.log_in("centre-operator")
    tab.open("/console/papers/new/AUTHORISATION")
    fill_authorisation(page)
    page.fill("[name=signedOn]", day(20))
    page.fill("[name='subject.code']", CODES["LP-10"][:-1] + "0")
    page.fill("[name=signatory]", "")
    hand_in(page)
    expect(page.locator("[role=alert]")).to_contain_text("此项必填")
    assert page.input_value("[name=signedOn]") == day(20)
    assert page.is_checked("[value='SocialInsurancePayment.paidAmount']")
    expect(page.locator("main")).to_contain_text("已收到 received：授权书.pdf")
    page.click("[role=alert] a")
    assert page.evaluate("document.activeElement.id") or page.url.endswith("#signatory")
    page.fill("[name=signatory]", "甄思源")
    hand_in(page)
    expect(page.locator("#subject .problem")).to_contain_text("校验码")


def test_a_grant_goes_through_three_persons(tab: Tab) -> None:
    page = tab.log_in("market-officer")
    page.click("text=Propose a grant >> .. >> .. >> a")
    page.click("text=有限共享类（C）信息，逐项选择")
    page.check("[value='PersonIdentity.educationLevel']")
    page.check("[name=purposes][value=SUPERVISION]")
    page.fill("[name=validFrom]", day(-1))
    page.fill("[name=validTo]", day(300))
    page.fill("[name=approvalDocument]", f"郑市监〔2026〕{uuid.uuid4().hex[:4]}号")
    hand_in(page)
    expect(page.locator("h1")).to_contain_text("已提出")
    grant = page.url.partition("?")[0]
    assert page.locator("[name=decision]").count() == 0
    tab.log_out()
    for persona, reason in (("centre-approver", "范围必要"), ("supervisor", "同意")):
        page = tab.log_in(persona)
        page.goto(grant)
        decide(page, reason)
        expect(page.locator(".notice.good")).to_be_visible()
        tab.log_out()
    page = tab.log_in("market-officer")
    page.goto(grant)
    expect(page.locator("h1")).to_contain_text("生效中")
    expect(page.locator(".steps li")).to_have_count(4)  # three persons, and the day on which it came into force
    page.fill("form[action$=withdraw] textarea", "不再需要")
    page.click("form[action$=withdraw] button")
    expect(page.locator("h1")).to_contain_text("已撤回")


@pytest.mark.parametrize(("persona", "name"), [("company", "河南星野软件股份有限公司"), ("individual", "欧阳澈")])
def test_a_subject_sees_everything_about_itself(tab: Tab, persona: str, name: str) -> None:
    page = tab.log_in(persona)
    page.click("nav >> text=我的信用信息")
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("信息提供单位")
    expect(page.locator("main table", has_text="数据时间")).to_contain_text("税务机关")
    assert page.locator("text=未能提供").count() == 0


def test_an_own_paper_opens_what_is_known_of_oneself(tab: Tab) -> None:
    """Whose token names no subject is known by the identity document that the centre has accepted."""
    page = tab.log_in("auditor")
    tab.open("/console/subject")
    expect(page.locator("main")).to_contain_text("须先出示有效身份证明")
    tab.log_out()
    person = PERSONS["IN-02"]
    told = {"subject.name": person["name"], "subject.number": person["idNumber"], "validTo": day(3_000)}
    at_the_window = {"verification": "WINDOW_SIGHTED", "holder": "demo:auditor"}
    present(tab, "centre-operator", "IDENTITY_DOCUMENT", {**told, **at_the_window})
    page = tab.log_in("auditor")
    tab.open("/console/subject")
    expect(page.locator("h1")).to_contain_text(person["name"])


def test_who_is_no_subject_is_told_what_to_present(tab: Tab) -> None:
    page = tab.log_in("supervisor")
    page.click("nav >> text=我的信用信息")
    expect(page.locator("main")).to_contain_text("须先出示有效身份证明")


def test_a_page_of_another_site_cannot_send_a_form(house: tuple[Place, str], tab: Tab) -> None:
    tab.log_in("centre-approver")
    html = f'<form method="post" action="{house[1]}/console/grants/new"><button>send</button></form>'
    tab.context.route("http://localhost:1/other", lambda route: route.fulfill(body=html, content_type="text/html"))
    page = tab.context.new_page()
    page.goto("http://localhost:1/other")
    page.click("button")
    page.wait_for_url(re.compile("/login"))
    assert page.locator("text=登录").first.is_visible(), "a strict cookie does not travel with it"


def test_a_form_of_the_session_before_is_refused_with_words(tab: Tab) -> None:
    page = tab.log_in("tax-officer")
    tab.open("/console/grants/new")
    another = tab.context.new_page()
    another.goto(f"{tab.base}/login")
    another.click('button[value="tax-officer"]')
    another.wait_for_url(f"{tab.base}/console")
    hand_in(page)
    expect(page.locator("main")).to_contain_text("表单不属于当前会话")
