import re

import pytest

from tests.gateway.web.console.made_up import Browser
from tests.gateway.web.console.made_up_collection import a_measure

PATH = "/console/quality"


def test_an_agency_sees_its_own_numbers_whole_with_the_span_that_they_are_of(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.measures = [a_measure("TAX")]
    page = browser.open(f"{PATH}?from=2026-11-01&to=2026-11-20").text
    for told in (
        "75.00%",
        "2026-11-01 至 2026-11-20",
        "退回 49",
        "零报送 1",
        "迟报 2",
        "未报 1",
        "日期无效",
        "从未报送",
        "2026-11-23 09:30",
        "demo:tax-reporter",
        "1 日内",
    ):
        assert told in page
    assert 'name="agency"' not in page
    assert re.findall(r'class="span"[^>]*width="(\d+)"', page) == ["1000", "1000", "0"]


def test_staff_see_all_agencies_beside_each_other_and_go_to_one(browser: Browser) -> None:
    browser.log_in("supervisor")
    browser.shelf.measures = [a_measure("TAX"), a_measure("COURT", acceptance=None, rows=0)]
    page = browser.open(PATH).text
    (court, tax) = sorted(set(re.findall(r'href="(/console/quality\?[^"]+)"', page)))
    assert "agency=COURT" in court
    assert "报送人员" not in page.partition("<main")[2]
    whole = browser.open(tax.replace("&amp;", "&")).text
    assert "报送人员" in whole
    assert "单位COURT" not in whole


def test_by_default_it_is_of_the_last_thirty_days(browser: Browser) -> None:
    browser.log_in("centre-operator")
    page = browser.open(PATH).text
    assert "2026-10-25 至 2026-11-23" in page
    assert "期间内没有报送" in page
    assert browser.shelf.asked[-1].variables == {"from": "2026-10-25", "to": "2026-11-23", "agency": None}


def test_an_agency_that_did_nothing_wrong_is_told_so(browser: Browser) -> None:
    browser.log_in("tax-reporter")
    browser.shelf.measures = [a_measure("TAX", reasons=[], met_late=0, silent=[], officers=[])]
    page = browser.open(PATH).text
    for told in ("没有退回的行", "没有迟报", "期间内无人报送"):
        assert told in page


@pytest.mark.parametrize("wrong", ["from=yesterday", "to=2026-13-01"])
def test_what_is_no_day_is_said(browser: Browser, wrong: str) -> None:
    browser.log_in("supervisor")
    assert browser.open(f"{PATH}?{wrong}").status_code == 400
