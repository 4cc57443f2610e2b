"""Obligations and reminders in a real browser: explained, signed, sent, read (Art. 12, 13)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from gateway.settings import Settings
from tests.journeys.chromium import Tab, chromium_before
from tests.journeys.test_served import serving
from tests.journeys.visitor import Place

WIDTH = 360
OVERDUE = "/console/obligations/TAX.AbnormalTaxpayer.2026-09"
DAILY = "/console/obligations/MARKET_REGULATION.Branch.2026-11-20"


class Dutiful(Place):
    """A place without agencies' systems, but for one that reports daily, in which duties count since September 2026."""

    def settings(self, **over: Any) -> Settings:  # noqa: ANN401 (sections of the settings)
        """Give its settings."""
        daily = {"agencies": {"MARKET_REGULATION": {"modes": {"Branch": "SYSTEM"}}}}
        return super().settings(obligations={"since": "2026-09-01"}, collection=daily, **over)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve it, and give its address."""
    folder: Path = tmp_path_factory.mktemp("dutiful")
    with serving(Dutiful({}, folder / "keys", f"sqlite:///{folder}/house.sqlite"), folder) as (_, client):
        yield str(client.base_url).rstrip("/")


@pytest.fixture
def tab(house: str, chromium: str) -> Iterator[Tab]:
    """Give a browser before the house; whatever it says or tries outside fails the test."""
    with chromium_before(chromium, house, viewport={"width": 1000, "height": 800}) as open_tab:
        yield open_tab
        assert not open_tab.unexpected()


def test_a_due_date_is_explained_and_a_reminder_signed_sent_and_read(tab: Tab) -> None:
    page = tab.log_in("centre-operator")
    page.click("text=报送义务与催报 >> xpath=.. >> a")
    page.select_option("#state", "OVERDUE")
    page.fill("#agency", "TAX")
    page.click("form.filter button")
    page.click("tr:has-text('2026-09') a")
    assert page.url.endswith(OVERDUE)
    counted = page.locator("table tbody tr")
    expect(counted.filter(has_text="2026-10-10")).to_contain_text("因国庆节调休上班")
    expect(counted.filter(has_text="2026-10-20").locator("td").first).to_have_text("10")
    page.click("dd a[href*='/console/reminders/']")
    expect(page.locator(".letter h2")).to_have_text("关于报送公共信用信息的催报通知")
    expect(page.locator(".letter .number")).to_contain_text("信催〔2026〕")
    reminder = page.url
    page.fill("#signatory", "钟信维")
    page.click("button:has-text('签发并送出')")
    expect(page.locator(".notice.good")).to_contain_text("已签发并送出")
    expect(page.locator(".letter .number")).to_have_text("信催〔2026〕1号")
    pdf = page.request.get(f"{reminder}/letter.pdf")
    assert (pdf.status, pdf.headers["content-type"]) == (200, "application/pdf")
    assert pdf.body().startswith(b"%PDF-")
    assert pdf.body() == page.request.get(f"{reminder}/letter.pdf").body()
    page.click("text=打印页")
    expect(page.locator(".letter .sender")).to_contain_text("钟信维")
    page.goto(reminder)
    page.fill("#at", "2026-11-23T00:00")
    page.fill("#reference", "公文交换第12号")
    page.click("button:has-text('登记')")
    expect(page.locator(".notice.wrong")).to_contain_text("送达时间")
    tab.log_out()
    page = tab.log_in("tax-reporter")
    page.goto(reminder)
    page.click("button:has-text('签收')")
    expect(page.locator(".notice.good")).to_contain_text("已签收")
    expect(page.locator("dl")).to_contain_text("平台送达")
    tab.open(OVERDUE)
    expect(page.locator("h1")).to_contain_text("已催报")


def test_a_daily_duty_counts_its_own_day_and_a_time_limit_does_not(tab: Tab) -> None:
    page = tab.log_in("centre-operator")
    tab.open(DAILY)
    expect(page.locator("table tbody tr")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("每日报送，自然日")
    expect(page.locator("main")).not_to_contain_text("起算日不计")
    tab.open(OVERDUE)
    expect(page.locator("main")).to_contain_text("起算日不计，自次日起算。")


def test_the_pages_can_be_read_in_a_narrow_window(tab: Tab) -> None:
    page = tab.page
    page.set_viewport_size({"width": WIDTH, "height": 700})
    tab.log_in("centre-approver")
    for path in ("/console/obligations", OVERDUE, "/console/reminders", "/console/criticism"):
        tab.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, path
        assert page.locator("h1").count() == 1, path


def test_who_has_no_part_in_it_finds_nothing(tab: Tab) -> None:
    page = tab.log_in("company")
    expect(page.locator("main")).not_to_contain_text("报送义务")
    tab.open("/console/obligations")
    expect(page.locator("main")).to_contain_text("没有符合条件的报送义务")
    for path in (OVERDUE, "/console/reminders/R-1", "/console/criticism/P-1/letter.pdf"):
        tab.open(path)
        expect(page.locator("main")).to_contain_text("页面不存在")
