import re
from collections import Counter
from datetime import timedelta

import pytest

from gateway.errors import BadUserInput, CollectionUnavailable, NotCompetent, Text
from schema.reporting import RowOutcome
from schema.terms import SubmissionMode
from tests.gateway.web.console.made_up import Browser
from tests.gateway.web.console.made_up_collection import AT, a_problem, a_receipt

PATH = "/console/submissions"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload(browser: Browser, name: str = "荣誉.xlsx", content: bytes = b"PK...", **said: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 (the client's own answer)
    return browser.send(PATH, said, files={"file": (name, content)})


def test_a_file_is_sent_as_it_is_and_its_receipt_is_opened(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.reporting.answers = a_receipt("S-9", state="RUNNING", received_at=None)
    answer = upload(browser, recordType="Honour", period="2026-11", allOrNothing="true")
    assert answer.headers["location"] == f"{PATH}/S-9?done=send"
    ((reported, at_once),) = browser.shelf.reporting.sent
    assert (reported.content, reported.media_type, at_once) == (b"PK...", XLSX, False)
    assert reported.said == {"recordType": "Honour", "period": "2026-11", "allOrNothing": "true", "mode": "BATCH"}


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("rows.jsonl", b"{}", "application/x-ndjson"),
        ("rows.json", b"{}", "application/json"),
        ("old.xls", b"\xd0\xcf", XLSX),
        ("unnamed", b"PK", XLSX),
    ],
)
def test_the_form_of_a_file_is_known_by_its_name_or_its_beginning(
    browser: Browser, name: str, content: bytes, media_type: str
) -> None:
    browser.log_in("tax-reporter")
    upload(browser, name, content)
    assert browser.shelf.reporting.sent[0][0].media_type == media_type


def test_what_came_before_is_said_to_have_come(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    answer = upload(browser)
    assert answer.headers["location"].endswith("?done=again")
    assert "该文件此前已报送过" in browser.open(answer.headers["location"]).text


@pytest.mark.parametrize("refusal", [NotCompetent(), CollectionUnavailable("down")])
def test_a_refused_file_is_told_above_the_form_that_keeps_what_was_said(
    browser: Browser, refusal: NotCompetent | CollectionUnavailable
) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.reporting.raises = refusal
    answer = upload(browser, recordType="Honour", period="2026-11")
    assert answer.status_code == 422
    assert refusal.code in answer.text
    assert 'value="2026-11"' in answer.text
    assert '<option value="Honour" selected>' in answer.text
    assert "down" not in answer.text


def test_without_a_file_nothing_is_sent(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    assert "请选择文件" in browser.send(PATH, {"period": "2026"}).text
    assert "请选择文件" in upload(browser, name="", content=b"").text
    assert browser.shelf.reporting.sent == []


def test_that_there_is_nothing_to_report_is_said_without_a_file(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    assert "零报送" in browser.open(PATH).text
    answer = browser.send(PATH, {"nil": "true", "recordType": "Honour", "period": "2026-11"})
    assert answer.headers["location"] == f"{PATH}/S-0?done=again"
    ((reported, _),) = browser.shelf.reporting.sent
    assert (reported.content, reported.media_type) == (b"", "application/x-ndjson")
    assert reported.said == {"recordType": "Honour", "period": "2026-11", "mode": "BATCH"}
    assert "请选择零报送的信息类型" in browser.send(PATH, {"nil": "true", "period": "2026-11"}).text
    assert len(browser.shelf.reporting.sent) == 1


def test_a_receipt_says_what_came_of_the_rows_and_what_is_wrong_where(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    counts = Counter({RowOutcome.ACCEPTED: 2, RowOutcome.REFUSED: 1})
    browser.shelf.reporting.kept = [a_receipt("S-1", counts=counts, problems=60)]
    browser.shelf.reporting.problems = [
        a_problem(4, message=a_problem().message),
        *(a_problem(n, column=None, code="LATE", warning=True) for n in range(59)),
    ]
    page = browser.open(f"{PATH}/S-1").text
    for told in (
        "荣誉",
        "没有这一天",
        "no such day",
        "日期无效",
        "awardedOn",
        "第11条",
        "共 60 处",
        "demo:tax-reporter",
    ):
        assert told in page
    assert "http-equiv" not in page
    second = browser.open(f"{PATH}/S-1?after=50").text
    assert "第 51 至 60 处" in second
    assert "没有这一天" in second
    assert browser.open(f"{PATH}/S-1?after=x").status_code == 400
    assert browser.open(f"{PATH}/S-2").status_code == 404


@pytest.mark.parametrize(("age_s", "again_s"), [(0, 12), (-55, 1), (300, 15)])
def test_what_is_still_coming_in_is_looked_at_again_the_later_the_longer_it_takes(
    browser: Browser, age_s: int, again_s: int
) -> None:
    browser.log_in("tax-reporter")
    begun = AT - timedelta(seconds=age_s)
    browser.shelf.reporting.kept = [a_receipt("S-1", state="RUNNING", begun_at=begun, received_at=None, rows=500)]
    page = browser.open(f"{PATH}/S-1").text
    assert f'<meta http-equiv="refresh" content="{again_s}">' in page
    assert "已处理 500 行" in page


def test_what_broke_off_is_told_as_unfinished_in_the_list_and_on_its_page_which_waits_no_more(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    begun = AT - timedelta(minutes=10)
    broken = a_receipt("S-1", state="RUNNING", begun_at=begun, received_at=None, rows=500, counts=Counter())
    browser.shelf.reporting.kept = [broken, a_receipt("S-2")]
    page = browser.open(f"{PATH}/S-1").text
    assert "已处理 500 行后中断" in page
    assert "http-equiv" not in page
    listed = browser.open(PATH).text
    assert "未完成的报送" in listed
    assert listed.count("/console/submissions/S-1") == 2
    browser.shelf.reporting.kept = [a_receipt("S-2")]
    assert "未完成" not in browser.open(PATH).text


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"state": "REFUSED", "counts": Counter({RowOutcome.REFUSED: 1}), "problems": 1}, "未入库任何一行"),
        ({"counts": Counter({RowOutcome.QUARANTINED: 2})}, "有 2 行存疑"),
        ({"rows": 0, "counts": Counter()}, "零报送"),
        ({}, "已全部处理"),
    ],
)
def test_each_end_of_a_submission_is_said_in_words(browser: Browser, over: dict[str, object], said: str) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.reporting.kept = [a_receipt("S-1", **over)]
    assert said in browser.open(f"{PATH}/S-1").text


def test_receipts_are_listed_by_pages_and_by_what_is_asked_for(browser: Browser) -> None:
    browser.log_in("centre-operator")
    browser.shelf.reporting.kept = [a_receipt(f"S-{n}") for n in range(3)]
    page = browser.open(f"{PATH}?recordType=Honour&mode=BATCH&agency=TAX").text
    assert browser.shelf.reporting.asked[-1] == {
        "recordType": "Honour",
        "mode": "BATCH",
        "agency": "TAX",
        "first": "20",
    }
    assert re.findall(r'href="/console/submissions/(S-\d)"', page) == ["S-0", "S-1"]
    assert "税务机关" in page
    (more,) = re.findall(r'href="(/console/submissions\?[^"]*after=2)"', page)
    assert re.findall(r'href="/console/submissions/(S-\d)"', browser.open(more.replace("&amp;", "&")).text) == ["S-2"]
    for wrong in ("recordType=Nothing", "mode=POST"):
        assert browser.open(f"{PATH}?{wrong}").status_code == 400


def test_only_a_reporting_officer_finds_the_form(browser: Browser) -> None:
    for persona, found in (("tax-reporter", True), ("centre-operator", False), ("tax-officer", False)):
        browser.log_in(persona)
        assert ('name="file"' in browser.open(PATH).text) is found, persona


def test_each_look_is_one_question_and_so_one_entry(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.reporting.kept = [a_receipt("S-1")]
    for path in (PATH, f"{PATH}/S-1", f"{PATH}/new", f"{PATH}/new/Honour", f"{PATH}/new/Honour/revoke"):
        before = len(browser.shelf.asked)
        browser.open(path)
        assert len(browser.shelf.asked) == before + 1, path


def test_a_form_is_as_long_as_a_workbook_for_who_reports_alone(browser: Browser) -> None:
    large = b"PK" + bytes(13_000_000)
    browser.log_in("tax-reporter")
    assert upload(browser, content=large).status_code == 303
    browser.log_in("tax-officer")
    assert upload(browser, content=large).status_code == 413


def test_the_same_file_comes_back_marked(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.reporting.kept = [a_receipt("S-1", problems=1)]
    assert f'action="{PATH}/S-1/workbook"' in browser.open(f"{PATH}/S-1").text
    answer = browser.send(f"{PATH}/S-1/workbook", {}, files={"file": ("a.xlsx", b"PK" + bytes(13_000_000))})
    assert answer.content.endswith(b"S-1")
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"] == 'attachment; filename="S-1.xlsx"'


def test_another_file_is_told_on_the_receipt(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.reporting.kept = [a_receipt("S-1", problems=1)]
    assert "请选择文件" in browser.send(f"{PATH}/S-1/workbook", {}).text
    browser.shelf.reporting.raises = BadUserInput(Text("another file", "不是该文件"))
    answer = browser.send(f"{PATH}/S-1/workbook", {}, files={"file": ("a.xlsx", b"PK")})
    assert answer.status_code == 422
    assert "不是该文件" in answer.text


@pytest.mark.parametrize("over", [{"problems": 0}, {"state": "RUNNING"}, {"mode": SubmissionMode.MANUAL}])
def test_where_there_is_nothing_to_mark_no_file_is_asked_for(browser: Browser, over: dict[str, object]) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.reporting.kept = [a_receipt("S-1", **{"problems": 1, **over})]
    assert f"{PATH}/S-1/workbook" not in browser.open(f"{PATH}/S-1").text
