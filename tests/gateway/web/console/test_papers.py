import re
from typing import Any

import pytest
import strawberry

from gateway.errors import AuditUnavailable, EvidenceRequired, Forbidden, StateConflict, Text
from schema.desk import UserError
from schema.disclosure import PurposeCode, QueryMethod
from schema.papers import Evidence, PaperKind, PaperParticular, PaperState, PaperSubject
from schema.terms import SubjectKind
from tests.gateway.web.console.made_up import PDF, Browser, a_paper

AUTHORISATION = {
    "subject.code": "91410199DEM001106T",
    "scope.allShared": "yes",
    "scope.restricted": ["SocialInsurancePayment.paidAmount"],
    "purposes": ["TRANSACTION"],
    "signatory": "甄思源",
    "signedOn": "2026-11-20",
    "validTo": "2026-12-31",
    "signature": "PAPER",
    "seal": "4101990001",
}
PROOF = {"evidence": ("授权书.pdf", PDF, "application/pdf")}


def test_every_page_is_one_question_by_the_website_as_its_caller(browser: Browser) -> None:
    browser.log_in("centre-approver")
    browser.shelf.papers.append(a_paper("P0"))
    for path in ("/console", "/console/papers", "/console/papers/P0", "/console/papers/new", "/console/grants"):
        browser.shelf.asked.clear()
        assert browser.open(path).status_code == 200
        (question,) = browser.shelf.asked
        assert question.method is QueryMethod.WEBSITE
        assert question.caller.person == "demo:centre-approver"
        assert question.document.startswith("query Console")


def test_a_list_shows_what_waits_and_keeps_the_filter_over_its_pages(browser: Browser) -> None:
    browser.log_in("centre-approver")
    browser.shelf.papers.extend(a_paper(f"P{number}") for number in range(25))
    page = browser.open("/console/papers?state=SUBMITTED").text
    assert "待审核 25 件" in page
    assert "共 25 件" in page
    following = re.search(r'href="(/console/papers\?state=SUBMITTED&amp;after=20)"', page)
    assert following is not None
    assert browser.open(following[1].replace("&amp;", "&")).text.count("/console/papers/P") == 5


def test_a_page_of_a_paper_shows_what_is_written_and_leads_to_what_was_asked_on_it(browser: Browser) -> None:
    file = Evidence(digest="ab" * 32, media_type="application/pdf", size=7, also_proves=[strawberry.ID("P9")])
    particulars = [PaperParticular(name="seal", value="<b>4101990001</b>")]
    browser.shelf.papers.append(a_paper("P0", evidence=[file], particulars=particulars))
    browser.log_in("auditor")
    page = browser.open("/console/papers/P0").text
    assert "公章" in page
    assert "&lt;b&gt;4101990001&lt;/b&gt;" in page
    assert 'href="/console/papers/P9"' in page
    assert 'href="/console/trail?paper=P0"' in page
    browser.log_in("third-party")
    page = browser.open("/console/papers/P0").text
    assert "/console/trail" not in page
    assert 'href="/console/subject/log"' in page


@pytest.mark.parametrize("query", ["state=NONE", "kind=RESTRICTED_GRANT"])
def test_a_filter_that_is_none_is_refused_with_words(browser: Browser, query: str) -> None:
    browser.log_in("auditor")
    page = browser.open(f"/console/papers?{query}")
    assert page.status_code == 400
    assert "BAD_USER_INPUT" in page.text
    assert "没有该种类或状态" in page.text


def test_a_paper_is_presented_with_its_file(browser: Browser) -> None:
    browser.log_in("third-party")
    answer = browser.send("/console/papers/new/AUTHORISATION", AUTHORISATION, files=PROOF)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/papers/P0?done=present"
    given = browser.shelf.given[0].authorisation
    assert given.subject.unified_social_credit_code == "91410199DEM001106T"
    assert given.scope.restricted == ["SocialInsurancePayment.paidAmount"]
    assert (given.scope.all_shared, given.purposes) == (True, [PurposeCode.TRANSACTION])
    (digest,) = given.evidence
    assert browser.shelf.files[digest].content == PDF
    assert "已提交，等待审核。" in browser.open(answer.headers["location"]).text


def test_a_draft_is_kept_and_handed_in_later(browser: Browser) -> None:
    browser.log_in("third-party")
    kept = browser.send("/console/papers/new/AUTHORISATION", {**AUTHORISATION, "draft": "yes"}, files=PROOF)
    assert kept.headers["location"] == "/console/papers/P0?done=draft"
    assert "已存为草稿" in browser.open(kept.headers["location"]).text
    assert browser.send("/console/papers/P0/submit", {}).headers["location"] == "/console/papers/P0?done=submit"
    assert browser.shelf.papers[0].state is PaperState.SUBMITTED


def test_all_problems_stand_at_their_fields_and_nothing_typed_is_lost(browser: Browser) -> None:
    browser.log_in("third-party")
    told = {**AUTHORISATION, "signedOn": "yesterday", "signatory": "", "subject.name": "甲"}
    answer = browser.send("/console/papers/new/AUTHORISATION", told, files=PROOF)
    assert answer.status_code == 422
    page = answer.text
    assert not browser.shelf.given
    for said in ("日期应写作 2026-11-23", "此项必填", "代码与姓名、证件号码请只填其一"):
        assert said in page
    assert 'value="yesterday"' in page
    assert 'value="91410199DEM001106T"' in page
    assert re.search(r'value="SocialInsurancePayment.paidAmount" checked', page)
    assert re.search(r'<option value="PAPER" selected>', page)
    assert f'value="{0:064x} 授权书.pdf" checked' in page, "the file is there already, and needs not be sent again"


def test_a_file_that_was_taken_in_is_not_sent_twice(browser: Browser) -> None:
    browser.log_in("third-party")
    told = {**AUTHORISATION, "evidence": "ab" * 32 + " 授权书.pdf"}
    assert browser.send("/console/papers/new/AUTHORISATION", told, files={"x": ("", b"")}).status_code == 303
    assert browser.shelf.given[0].authorisation.evidence == ["ab" * 32]


def test_a_file_of_another_kind_is_refused_at_its_field(browser: Browser) -> None:
    browser.log_in("third-party")
    wrong = {"evidence": ("run.exe", b"MZ", "application/pdf")}
    answer = browser.send("/console/papers/new/AUTHORISATION", AUTHORISATION, files=wrong)
    assert answer.status_code == 422
    assert "不是 PDF、PNG 或 JPEG" in answer.text
    assert not browser.shelf.given


def test_what_the_graph_finds_wrong_stands_at_its_field(browser: Browser) -> None:
    browser.log_in("third-party")
    browser.shelf.errors = [
        UserError(
            code="X", message="too late", message_chinese="有效期已过", field=["paper", "authorisation", "validTo"]
        ),
        UserError(
            code="X",
            message="no such field",
            message_chinese="无此指标",
            field=["paper", "authorisation", "scope", "restricted", "0"],
        ),
        UserError(code="X", message="twice", message_chinese="重复出示", field=["paper"]),
    ]
    page = browser.send("/console/papers/new/AUTHORISATION", AUTHORISATION, files=PROOF)
    assert page.status_code == 422
    assert re.search(r'id="validTo-problem-1">有效期已过', page.text)
    assert re.search(r'id="scope-problem-1">无此指标', page.text)
    assert "重复出示" in page.text


@pytest.mark.parametrize(
    ("persona", "kinds"),
    [
        ("individual", {"IDENTITY_DOCUMENT", "ENTITY_CERTIFICATE", "AUTHORISATION"}),
        (
            "tax-officer",
            {"IDENTITY_DOCUMENT", "ENTITY_CERTIFICATE", "AUTHORISATION", "OFFICIAL_LETTER", "COLLECTION_CONSENT"},
        ),
        ("supervisor", {"IDENTITY_DOCUMENT", "ENTITY_CERTIFICATE", "AUTHORISATION", "RECOGNITION"}),
    ],
)
def test_each_is_offered_what_they_may_present(browser: Browser, persona: str, kinds: set[str]) -> None:
    browser.log_in(persona)
    page = browser.open("/console/papers/new").text
    assert set(re.findall(r"/console/papers/new/([A-Z_]+)", page)) == kinds


FILLED: dict[str, dict[str, Any]] = {
    "IDENTITY_DOCUMENT": {"subject.name": "欧阳澈", "subject.number": "410199200104231074", "verification": "EID"},
    "ENTITY_CERTIFICATE": {
        "subject.code": "91410199DEM001076Q",
        "handlerName": "顾云舟",
        "handlerIdNumber": "410199200104231074",
        "issuedOn": "2026-11-20",
        "seal": "1",
        "signature": "E_SIGNATURE",
    },
    "AUTHORISATION": AUTHORISATION,
    "OFFICIAL_LETTER": {
        "letterNumber": "郑税函〔2026〕1号",
        "subjects": "91410199DEM001106T\n\n欧阳澈 410199200104231074\n",
        "purposes": ["SUPERVISION", "ENFORCEMENT"],
        "handlers": "demo:tax-officer",
        "signatory": "甲",
        "issuedOn": "2026-11-20",
        "validTo": "2026-12-20",
        "seal": "1",
        "signature": "PAPER",
        "maxUses": "1",
    },
    "COLLECTION_CONSENT": {
        "subject.name": "欧阳澈",
        "subject.number": "410199200104231074",
        "items": ["TaxArrears.arrearsBalance"],
        "purpose": "欠税公告",
        "notice": "不利后果……",
        "noticeVersion": "1",
        "noticeGivenAt": "2026-11-20T09:00",
        "signatory": "欧阳澈",
        "signedAt": "2026-11-20T10:00",
        "signature": "PAPER",
        "givenExpressly": "yes",
        "documentOfItsOwn": "yes",
        "validTo": "2027-11-20",
    },
    "RECOGNITION": {
        "organisation": "91410199DEM0013591",
        "approvalDocument": "郑发改〔2026〕1号",
        "issuedOn": "2026-11-20",
        "validTo": "2027-11-20",
    },
}


@pytest.mark.parametrize("kind", list(PaperKind))
def test_every_kind_has_a_form_that_the_graph_takes(browser: Browser, kind: PaperKind) -> None:
    browser.log_in("centre-operator")
    assert browser.open(f"/console/papers/new/{kind.value}").status_code == 200
    answer = browser.send(f"/console/papers/new/{kind.value}", FILLED[kind.value], files=PROOF)
    assert answer.status_code == 303, answer.text
    (given,) = browser.shelf.given
    (name,) = (name for name, value in vars(given).items() if value)
    assert name == kind.value.lower()


def test_a_letter_lists_its_subjects_one_by_one(browser: Browser) -> None:
    browser.log_in("tax-officer")
    browser.send("/console/papers/new/OFFICIAL_LETTER", FILLED["OFFICIAL_LETTER"], files=PROOF)
    company, person = browser.shelf.given[0].official_letter.subjects
    assert company.unified_social_credit_code == "91410199DEM001106T"
    assert (person.individual.name, person.individual.id_number) == ("欧阳澈", "410199200104231074")
    told = {**FILLED["OFFICIAL_LETTER"], "subjects": "91410199DEM001106T\nall of them please"}
    assert (
        "第 2 行：应为统一社会信用代码" in browser.send("/console/papers/new/OFFICIAL_LETTER", told, files=PROOF).text
    )


def test_an_instant_is_of_the_citys_zone(browser: Browser) -> None:
    browser.log_in("centre-operator")
    browser.send("/console/papers/new/COLLECTION_CONSENT", FILLED["COLLECTION_CONSENT"], files=PROOF)
    assert browser.shelf.given[0].collection_consent.signed_at.isoformat() == "2026-11-20T10:00:00+08:00"


def test_a_form_knows_what_the_token_said(browser: Browser) -> None:
    browser.log_in("individual")
    assert 'value="410199200104231074"' in browser.open("/console/papers/new/IDENTITY_DOCUMENT").text
    browser.log_in("tax-officer")
    assert "demo:tax-officer</textarea>" in browser.open("/console/papers/new/OFFICIAL_LETTER").text
    browser.log_in("company")
    assert 'value="91410199DEM001076Q"' in browser.open("/console/papers/new/ENTITY_CERTIFICATE").text


def test_an_approver_reviews_what_another_presented_and_says_why(browser: Browser) -> None:
    browser.log_in("centre-approver")
    browser.shelf.papers.append(a_paper("P0"))
    assert 'action="/console/papers/P0/review"' in browser.open("/console/papers/P0").text
    answer = browser.send("/console/papers/P0/review", {"decision": "ACCEPT", "reason": " 材料齐全 "})
    assert answer.headers["location"] == "/console/papers/P0?done=review"
    assert browser.shelf.given == [("ACCEPT", "材料齐全")]
    assert "已受理" in browser.open("/console/papers/P0").text


@pytest.mark.parametrize(
    ("persona", "over", "offered"),
    [
        ("centre-approver", {}, {"review"}),
        ("centre-approver", {"presented_by": "demo:centre-approver"}, set()),
        ("auditor", {}, set()),
        ("centre-operator", {"state": PaperState.DRAFT}, {"submit"}),
        ("centre-approver", {"state": PaperState.DRAFT}, set()),
        ("centre-operator", {"state": PaperState.ACCEPTED}, {"revoke"}),
        ("supervisor", {"state": PaperState.ACCEPTED}, {"revoke"}),
        ("third-party", {"state": PaperState.ACCEPTED}, {"revoke"}),
        ("auditor", {"state": PaperState.ACCEPTED}, set()),
        ("centre-approver", {"state": PaperState.REVOKED}, set()),
    ],
)
def test_a_button_is_there_for_who_may_press_it(
    browser: Browser, persona: str, over: dict[str, Any], offered: set[str]
) -> None:
    browser.log_in(persona)
    browser.shelf.papers.append(a_paper("P0", **over))
    page = browser.open("/console/papers/P0").text
    assert set(re.findall(r'action="/console/papers/P0/([a-z]+)"', page)) == offered


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Forbidden(Text("who presented a paper does not review it", "出示人不得审核")), 403, "出示人不得审核"),
        (StateConflict("REVOKED"), 409, "已撤销"),
        (EvidenceRequired(), 400, "缺少可供核验的证明文件"),
    ],
)
def test_a_refusal_is_a_page_with_its_code_and_what_to_do(
    browser: Browser, error: Exception, status: int, said: str
) -> None:
    browser.log_in("centre-approver")
    browser.shelf.papers.append(a_paper("P0"))
    browser.shelf.raises = error  # type: ignore[assignment]  # each of the parameters is one
    page = browser.send("/console/papers/P0/review", {"decision": "ACCEPT", "reason": "好"})
    assert page.status_code == status
    assert said in page.text
    assert error.code in page.text  # type: ignore[attr-defined]  # as above
    assert "怎么办" in page.text
    assert browser.shelf.papers[0].state is PaperState.SUBMITTED


def test_a_decision_that_is_none_is_refused_by_the_graph(browser: Browser) -> None:
    browser.log_in("centre-approver")
    browser.shelf.papers.append(a_paper("P0"))
    assert browser.send("/console/papers/P0/review", {"decision": "MAYBE", "reason": "好"}).status_code == 400
    assert not browser.shelf.given


def test_what_is_not_there_is_told_like_what_may_not_be_seen(browser: Browser) -> None:
    browser.log_in("auditor")
    for path in (
        "/console/papers/P9",
        "/console/grants/G9",
        "/console/evidence/00",
        "/console/nowhere",
        "/console/papers/new/RESTRICTED_GRANT",
    ):
        page = browser.open(path)
        assert page.status_code == 404
        assert "页面不存在" in page.text


def test_nothing_leaves_that_could_not_be_recorded(browser: Browser) -> None:
    browser.log_in("auditor")
    browser.desk.fails = AuditUnavailable("the disk is full")
    page = browser.open("/console/papers")
    assert page.status_code == 503
    assert "AUDIT_UNAVAILABLE" in page.text
    assert "disk" not in page.text


def test_what_is_unforeseen_tells_its_code_alone(browser: Browser) -> None:
    browser.log_in("auditor")
    browser.desk.fails = KeyError("secret place")
    page = browser.open("/console/papers")
    assert page.status_code == 500
    assert "INTERNAL_SERVER_ERROR" in page.text
    assert "secret" not in page.text


def test_a_file_is_given_to_be_kept_and_never_run(browser: Browser) -> None:
    browser.log_in("third-party")
    browser.send("/console/papers/new/AUTHORISATION", AUTHORISATION, files=PROOF)
    file = browser.open(f"/console/evidence/{0:064x}")
    assert file.content == PDF
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''%E6%8E%88%E6%9D%83%E4%B9%A6.pdf"
    assert file.headers["content-security-policy"].startswith("sandbox")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["cache-control"] == "no-store"


POISON = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp.exe\u2066'


def test_poisoned_text_is_text_and_turns_nothing_around(browser: Browser) -> None:
    browser.log_in("centre-approver")
    poisoned = a_paper(
        "P0",
        subjects=[PaperSubject(id=strawberry.ID("s"), kind=SubjectKind.INDIVIDUAL, name=POISON)],
        number=POISON,
        signatory=POISON,
        evidence=[Evidence(digest="ab", media_type="application/pdf", size=1, name=POISON)],
    )
    poisoned.history[0].reason = POISON
    browser.shelf.papers.append(poisoned)
    for path in ("/console/papers", "/console/papers/P0"):
        page = browser.open(path).text
        assert "&lt;script&gt;" in page
        assert "<script" not in page
        assert "<img" not in page
        assert "\u202e" not in page
        assert "⟦U+202E⟧" in page
        assert "<bdi>&#34;&gt;" in page


def test_what_was_typed_comes_back_as_text_too(browser: Browser) -> None:
    browser.log_in("third-party")
    page = browser.send("/console/papers/new/AUTHORISATION", {**AUTHORISATION, "signatory": POISON, "validTo": ""}).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page
