"""A violation case in a real browser: an auditor opens it, the centre finds, the supervisor decides (Art. 25)."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.journeys.chromium import Tab, chromium_before
from tests.journeys.test_served import serving
from tests.journeys.visitor import Place


@pytest.fixture(scope="module")
def house(sqlite_city: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the city, and give its address."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(sqlite_city.trail.removeprefix("sqlite:///"), folder / "trail.sqlite")
    with serving(replace(sqlite_city, trail=f"sqlite:///{folder}/trail.sqlite"), folder) as (_, client):
        yield str(client.base_url).rstrip("/")


@pytest.fixture
def tab(house: str, chromium: str) -> Iterator[Tab]:
    """Give a browser before the house; whatever it says or tries outside fails the test."""
    with chromium_before(chromium, house) as open_tab:
        yield open_tab
        assert not open_tab.unexpected()


def test_a_case_goes_through_the_hands_of_auditor_centre_and_supervisor(tab: Tab) -> None:
    page = tab.log_in("auditor")
    page.click('a[href="/console/violations"]')
    page.select_option("#open-kind", "V6")
    page.select_option("#open-agency", "TAX")
    page.fill("#said", "同一主体一日查询四十次<b>无案由</b>")
    page.fill("#rule", "高频查询")
    page.click("form.panel button")
    expect(page.locator(".notice.good")).to_contain_text("已提出")
    expect(page.locator("main")).to_contain_text("<b>无案由</b>")
    address = page.url.partition("?")[0].removeprefix(tab.base)
    tab.log_out()

    tab.log_in("tax-officer")
    tab.open(address)
    expect(page.locator("main")).to_contain_text("同一主体一日查询四十次")
    expect(page.locator("main")).not_to_contain_text("高频查询")
    assert page.locator("form.panel").count() == 0
    tab.log_out()

    tab.log_in("centre-approver")
    tab.open(address)
    page.fill("#reason-find", "经核实情况属实")
    page.click('button[value="SUBSTANTIATE"]')
    expect(page.locator("h1")).to_contain_text("认定属实")
    assert page.locator("#measure option").count() == 1
    tab.log_out()

    tab.log_in("supervisor")
    tab.open(address)
    page.select_option("#measure", "DISCIPLINE")
    page.fill("#document", "郑发改处〔2026〕3号")
    page.fill("#reason-decide", "情节严重")
    page.click("form.panel button")
    expect(page.locator("h1")).to_contain_text("行政处分")
    expect(page.locator(".steps")).to_contain_text("郑发改处〔2026〕3号")
    page.fill("#reason-close", "已执行完毕")
    page.click("form.panel button")
    expect(page.locator("h1")).to_contain_text("已结案")
    assert page.locator("form.panel").count() == 0
    tab.open("/console/violations?state=CLOSED")
    expect(page.locator("tbody tr")).to_have_count(1)
