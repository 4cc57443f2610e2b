"""The trail in a real browser, before a served house: search, one entry, verification, evidence, numbers."""

import asyncio
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
from playwright.sync_api import Page, expect

from gateway.access import tokens
from gateway.audit.seal.succession import Reason
from gateway.commands.log_key import rotate
from gateway.store.engine import Address
from tests.journeys.chromium import Tab, chromium_before
from tests.journeys.test_served import serving
from tests.journeys.visitor import CODES, PERSONS, Place

RATINGS = """query OfficersRatings($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
  ... on LegalPerson { taxCreditRatings(first: 2) { nodes { ratingYear grade } }
    socialInsurancePayments(first: 1) { nodes { paidAmount } } } } }"""


def look(house: tuple[Place, str], text: str, persona: str = "market-officer") -> str:
    """Let an officer look at LP-07 as a program would, and give the receipt."""
    token = tokens.issue(persona, house[0].keys, time.time())
    said = {
        "query": RATINGS,
        "variables": {"code": CODES["LP-07"]},
        "extensions": {"purpose": {"code": "SUPERVISION", "text": text}},
    }
    answer = httpx2.post(f"{house[1]}/graphql", json=said, headers={"authorization": f"Bearer {token}"})
    receipt: str = answer.json()["extensions"]["xinyong"]["receipt"]
    return receipt


def fits(page: Page) -> bool:
    """Say whether nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def verified(tab: Tab, receipt: str) -> Page:
    """Verify an entry by its button, again until it is sealed."""
    page = tab.open(f"/console/trail/entries/{receipt}")
    for _ in range(30):
        page.click("text=核验 Verify")
        if "尚未封存" not in page.inner_text(".notice"):
            return page
        page.wait_for_timeout(300)
    pytest.fail("it was never sealed")


def plant(place: Place, statement: str, *values: Any) -> None:  # noqa: ANN401 (of a statement)
    """Change the database behind the gateway's back, as its administrator could."""
    if place.trail.startswith("sqlite"):
        with closing(sqlite3.connect(place.trail.removeprefix("sqlite:///"), timeout=10)) as database, database:
            database.create_function("sha256", 1, lambda content: hashlib.sha256(content).digest())
            database.execute(statement, dict(zip("123", values, strict=False)))
        return
    with ThreadPoolExecutor(1) as elsewhere:  # the browser has an event loop in this thread
        elsewhere.submit(asyncio.run, _planted(Address.parse(place.trail), statement, values)).result()


async def _planted(address: Address, statement: str, values: Sequence[Any]) -> None:
    connection = await asyncpg.connect(address.dsn, server_settings={"search_path": str(address.schema)})
    await connection.execute(statement, *values)
    await connection.close()


REWRITTEN = {
    "sqlite": "CAST(replace(CAST(head AS TEXT), 'MARKET_REGULATION', 'TAX') AS BLOB)",
    "postgresql": "convert_to(replace(convert_from(head, 'UTF8'), 'MARKET_REGULATION', 'TAX'), 'UTF8')",
}
ZERO = {"sqlite": "x'00'", "postgresql": r"'\x00'::bytea"}


def test_an_auditor_searches_and_reads_one_entry_with_its_waterfall(house: tuple[Place, str], tab: Tab) -> None:
    receipt = look(house, "网页检索甲")
    page = tab.log_in("auditor")
    page.click("nav >> text=查询记录")
    page.fill("#organisation", "MARKET_REGULATION")
    page.fill("#subject", CODES["LP-07"])
    page.select_option("#purpose", "SUPERVISION")
    page.fill("#coordinate", "TaxCreditRating.grade")
    page.click("form.search button")
    row = page.locator("tbody tr", has_text="网页检索甲")
    expect(row).to_contain_text("已提供")
    expect(page.locator("#coordinate")).to_have_value("TaxCreditRating.grade")
    row.locator("a").first.click()
    assert page.url.endswith(f"/console/trail/entries/{receipt}")
    main = page.locator("main")
    for told in ("网页检索甲", "市场监督管理", "OfficersRatings", "TaxCreditRating.grade", "TIER_FORBIDDEN", receipt):
        expect(main).to_contain_text(told)
    fetch = page.locator(".waterfall li", has_text="fetch TAX")
    expect(fetch).to_contain_text("ms")
    assert fetch.locator("rect.span").bounding_box()["width"] > 0  # type: ignore[index]  # it is drawn
    assert fits(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert fits(page)


def test_what_was_not_found_is_said_and_numbers_of_persons_stay_out_of_addresses(tab: Tab) -> None:
    page = tab.log_in("auditor")
    tab.open("/console/trail?organisation=NOBODY")
    expect(page.locator("main")).to_contain_text("没有符合条件的记录")
    page.click("text=按证件号码和姓名查找个人")
    page.fill("#number", PERSONS["IN-09"]["idNumber"])
    page.fill("#name", PERSONS["IN-09"]["name"])
    page.click("details form button")
    expect(page.locator("h1")).to_contain_text("查询记录")
    assert PERSONS["IN-09"]["idNumber"] not in page.url
    tab.open("/console/trail/entries/1.999999." + "0" * 64)
    expect(page.locator("main")).to_contain_text("页面不存在")


def test_an_entry_is_verified_and_a_planted_change_is_seen(house: tuple[Place, str], tab: Tab) -> None:
    receipt, untouched = look(house, "网页核验甲"), look(house, "网页核验乙")
    tab.log_in("auditor")
    page = verified(tab, receipt)
    expect(page.locator(".notice.good")).to_contain_text("核验通过")
    stream, seq, _ = receipt.split(".")
    changed = "UPDATE audit_record SET organisation = $1 WHERE stream = $2 AND seq = $3"
    plant(house[0], changed, "TAX", int(stream), int(seq))
    page = verified(tab, receipt)
    wrong = page.locator(".notice.wrong")
    expect(wrong).to_contain_text("核验不通过")
    expect(wrong).to_contain_text(f"audit_record stream {stream} seq {seq}")
    expect(wrong).to_contain_text("organisation is 'TAX'")
    plant(house[0], changed, "MARKET_REGULATION", int(stream), int(seq))
    expect(verified(tab, untouched).locator(".notice.good")).to_be_visible()


def test_entries_from_before_and_after_the_logs_key_was_replaced_are_verified(
    sqlite_city: Place, chromium: str, tmp_path: Path
) -> None:
    """A house of its own, since the key is replaced in the folder of its keys."""
    shutil.copy(sqlite_city.trail.removeprefix("sqlite:///"), tmp_path / "trail.sqlite")
    shutil.copytree(sqlite_city.keys, tmp_path / "keys")
    place = replace(sqlite_city, trail=f"sqlite:///{tmp_path}/trail.sqlite", keys=tmp_path / "keys")
    with serving(place, tmp_path) as (_, client):
        house = place, str(client.base_url).rstrip("/")
        with chromium_before(chromium, house[1], viewport={"width": 1000, "height": 800}) as tab:
            before = look(house, "网页核验戊")
            tab.log_in("auditor")
            expect(verified(tab, before).locator(".notice.good")).to_be_visible()
            with ThreadPoolExecutor(1) as elsewhere:  # as above
                elsewhere.submit(asyncio.run, rotate(place.settings(), Reason.YEARLY)).result()
            after = look(house, "网页核验己")
            for receipt in (after, before):
                expect(verified(tab, receipt).locator(".notice.good")).to_contain_text("核验通过")
            assert not tab.unexpected()


def test_an_answer_that_was_rewritten_is_seen_by_its_receipt(house: tuple[Place, str], tab: Tab) -> None:
    receipt = look(house, "网页核验丙")
    tab.log_in("auditor")
    verified(tab, receipt)
    stream, seq, _ = receipt.split(".")
    # Sealing goes on behind the last sealed entry: were that the rewritten one, nothing after it would be sealed.
    following = next(each for each in (look(house, "网页核验丁") for _ in range(20)) if each.startswith(f"{stream}."))
    verified(tab, following)
    engine = house[0].trail.partition(":")[0]
    head = REWRITTEN[engine]
    leaf = (
        f"sha256(CAST({ZERO[engine]} || {head} AS BLOB))" if engine == "sqlite" else f"sha256({ZERO[engine]} || {head})"
    )
    changed = f"UPDATE audit_record SET head = {head}, leaf = {leaf} WHERE stream = $1 AND seq = $2"  # noqa: S608 (ours)
    plant(house[0], changed, int(stream), int(seq))
    wrong = verified(tab, receipt).locator(".notice.wrong")
    expect(wrong).to_contain_text("log index")
    expect(wrong).to_contain_text("it was changed")


def test_evidence_is_exported_verifies_offline_and_is_recorded(
    house: tuple[Place, str], tab: Tab, tmp_path: Path
) -> None:
    receipts = [look(house, f"网页证据{name}") for name in "甲乙"]
    page = tab.log_in("auditor")
    for receipt in receipts:
        verified(tab, receipt)
    tab.open("/console/trail?organisation=MARKET_REGULATION")
    for receipt in receipts:
        page.check(f"[name=receipt][value='{receipt}']")
    with page.expect_download() as download:
        page.click("text=导出所选证据包")
    with zipfile.ZipFile(download.value.path()) as bundle:
        bundle.extractall(tmp_path)
    folder = tmp_path / "evidence"
    done = subprocess.run(
        [sys.executable, folder / "verify.py", folder], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((folder / "entries").iterdir())) == len(receipts)
    tab.open("/console/trail?requester=demo:auditor")
    rows = page.locator("tbody a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    found = [tab.open(path).inner_text("main") for path in rows[:4]]
    assert any("evidence" in each and receipts[0] in each for each in found), "the export is itself an entry"


def test_numbers_and_anomalies_lead_to_their_entries(house: tuple[Place, str], tab: Tab) -> None:
    for _ in range(4):
        look(house, "反复使用的同一事由", "court-officer")
    page = tab.log_in("auditor")
    page.click("text=查询记录 Query log >> nth=0")
    page.click("text=统计与异常")
    assert page.locator(".chart rect.span").count() >= 1
    expect(page.locator(".waterfall").first).to_contain_text("市场监督管理")
    page.fill("#samePurpose", "4")
    page.click("form.search button")
    anomaly = page.locator(".anomaly", has_text="重复使用同一事由")
    expect(anomaly.filter(has_text="反复使用的同一事由")).to_be_visible()
    anomaly.filter(has_text="反复使用的同一事由").locator("text=其全部记录").click()
    expect(page.locator("tbody tr").first).to_contain_text("反复使用的同一事由")
    tab.open("/console/trail/numbers?subjects=x")
    expect(page.locator("main")).to_contain_text("BAD_USER_INPUT")


def test_who_is_no_auditor_is_refused(tab: Tab) -> None:
    page = tab.log_in("tax-officer")
    assert page.locator("nav >> text=查询记录").count() == 0
    for path in ("/console/trail", "/console/trail/numbers"):
        tab.open(path)
        expect(page.locator("main")).to_contain_text("FORBIDDEN")
        expect(page.locator("main")).to_contain_text("审计人员")


def test_a_subject_sees_who_looked(house: tuple[Place, str], tab: Tab) -> None:
    look(house, "主体可见之事由")
    page = tab.log_in("company")
    tab.open("/console/subject")
    expect(page.locator("main")).to_contain_text("主体可见之事由")
    page.click("text=全部查询记录")
    expect(page.locator("tbody")).to_contain_text("主体可见之事由")
    expect(page.locator("tbody")).to_contain_text("市场监督管理")
    page.set_viewport_size({"width": 360, "height": 740})
    assert fits(page)


def test_a_dark_window_is_dark(house: tuple[Place, str], tab: Tab) -> None:
    receipt = look(house, "夜间模式")
    page = tab.log_in("auditor")
    page.emulate_media(color_scheme="dark")
    tab.open(f"/console/trail/entries/{receipt}")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(json.loads(ground.replace("rgb(", "[").replace(")", "]"))) < 3 * 60
