"""What agencies report, in a real browser, before a house that knows nobody yet.

A workbook comes back marked, one record is typed in, two persons decide on a row in doubt.
"""

import asyncio
import io
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from gateway.collection.workbooks.columns import REASONS
from gateway.collection.workbooks.template import SHEETS
from gateway.store import migrate
from tests.gateway.collection.workbooks.filled import filled
from tests.journeys.chromium import Tab
from tests.journeys.reporting import COMPANY, HONOURS, OTHER, honour
from tests.journeys.test_served import serving
from tests.journeys.visitor import Place

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOUBTFUL = "当事人患有慢性病"


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, str]]:
    """Serve a house in which nothing was reported yet, once on each engine, and give its address."""
    folder = tmp_path_factory.mktemp("reported")
    if request.param == "sqlite":
        with _served(Place({}, folder / "keys", f"sqlite:///{folder}/house.sqlite"), folder) as told:
            yield told
        return
    url: str = request.getfixturevalue("postgres_url")
    schema = f"test_{uuid.uuid4().hex}"
    asyncio.run(_execute(url, f'CREATE SCHEMA "{schema}"'))
    try:
        place = Place({}, folder / "keys", f"{url}{'&' if '?' in url else '?'}schema={schema}")
        asyncio.run(migrate(place.trail))
        with _served(place, folder) as told:
            yield told
    finally:
        asyncio.run(_execute(url, f'DROP SCHEMA "{schema}" CASCADE'))


@contextmanager
def _served(place: Place, folder: Path) -> Iterator[tuple[Place, str]]:
    with serving(place, folder) as (_, client):
        yield place, str(client.base_url).rstrip("/")


def row(number: str, **over: Any) -> dict[str, Any]:  # noqa: ANN401 (a cell of any kind)
    """Give a row of an honour as the template has it."""
    return honour(number, honourLevel="市级政府", awardedOn=date(2026, 3, 1)) | over


def known(house: tuple[Place, str]) -> set[str]:
    """Ask, as the public would, for the company's honours."""
    said = {"query": HONOURS, "variables": {"code": COMPANY}}
    subject = httpx2.post(f"{house[1]}/graphql", json=said).json()["data"]["subject"]
    return {each["documentNumber"] for each in subject["honours"]["nodes"]} if subject else set()


def fill(page: Page, told: dict[str, str]) -> None:
    for name, value in told.items():
        field = page.locator(f"main [name='{name}']")
        field.select_option(value) if field.evaluate("each => each.tagName") == "SELECT" else field.fill(value)


def choose(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("main [type=file]", {"name": name, "mimeType": XLSX, "buffer": content})


def test_a_workbook_goes_up_its_receipt_says_what_is_wrong_and_it_comes_back_marked(
    house: tuple[Place, str], tab: Tab
) -> None:
    content = filled("Honour", [row("A1"), row("A2", awardedOn="2026-02-30"), row("A3")])
    page = tab.log_in("tax-reporter")
    page.click("h3:has-text('Report') >> .. >> a")
    page.click("main .button >> nth=0")
    with page.expect_download() as template:
        page.click("a[href='/templates/Honour.xlsx']")
    assert template.value.suggested_filename.endswith(".xlsx")
    page.click("text=← 信息报送")
    choose(page, "荣誉.xlsx", content)
    page.fill("[name=period]", "2026-11")
    page.click("form:has([type=file]) button")
    expect(page.locator("main")).to_contain_text("已处理；有 1 处问题")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("日期无效")
    expect(page.locator("tbody tr th")).to_have_text("4")
    assert known(house) >= {"A1", "A3"}

    choose(page, "荣誉.xlsx", content)
    with page.expect_download() as marked:
        page.click("form[action$=workbook] button")
    with CalamineWorkbook.from_filelike(io.BytesIO(Path(marked.value.path()).read_bytes())) as book:
        _, headers, *rows = book.get_sheet_by_name(SHEETS[0]).to_python()
    assert headers[-1] == REASONS
    assert ["DATE" in str(each[-1]) for each in rows] == [False, True, False]
    choose(page, "别的.xlsx", filled("Honour", [row("A9")]))
    page.click("form[action$=workbook] button")
    expect(page.locator("[role=alert]")).to_contain_text("不是本回执所载的文件")

    tab.open("/console/submissions")
    choose(page, "荣誉.xlsx", filled("Honour", [row("A1"), row("A2"), row("A3")]))
    page.click("form:has([type=file]) button")
    expect(page.locator("main")).to_contain_text("已全部处理")
    expect(page.locator(".facts")).to_contain_text("无变化")
    assert known(house) >= {"A1", "A2", "A3"}


def test_a_file_that_is_no_template_is_refused_above_the_form(tab: Tab) -> None:
    page = tab.log_in("tax-reporter")
    tab.open("/console/submissions")
    choose(page, "荣誉.xlsx", "荣誉名称,文号".encode())
    page.click("form:has([type=file]) button")
    expect(page.locator("[role=alert]")).to_contain_text("WORKBOOK_FORMAT")
    page.click("form:has([type=file]) button")
    expect(page.locator("[role=alert]")).to_contain_text("请选择文件")


def test_many_rows_come_in_while_the_page_looks_again_by_itself(tab: Tab) -> None:
    lines = "".join(f"{json.dumps(honour(f'M{n}', OTHER), ensure_ascii=False)}\n" for n in range(1_500)).encode()
    page = tab.log_in("tax-reporter")
    tab.open("/console/submissions")
    page.set_input_files("main [type=file]", {"name": "rows.jsonl", "mimeType": "text/plain", "buffer": lines})
    page.select_option("#send-type", "Honour")
    page.click("form:has([type=file]) button")
    expect(page.locator("main")).to_contain_text("已全部处理", timeout=30_000)
    expect(page.locator(".facts .took")).to_have_text("1500")
    receipt = page.url.partition("?")[0].rsplit("/", 1)[-1]
    tab.log_out()
    page = tab.log_in("centre-operator")
    tab.open("/console/submissions?agency=TAX&recordType=Honour")
    page.click(f"th >> a[href$='{receipt}']")
    expect(page.locator("h1")).to_contain_text("已处理")
    tab.log_out()
    page = tab.log_in("market-reporter")
    tab.open(f"/console/submissions/{receipt}")
    expect(page.locator("main")).to_contain_text("NOT_FOUND")


def test_a_record_is_typed_in_its_mistakes_are_mended_and_it_is_taken_back(house: tuple[Place, str], tab: Tab) -> None:
    page = tab.log_in("tax-reporter")
    tab.open("/console/submissions/new")
    page.click("a[href$='/new/Honour']")
    good = {name: str(value) for name, value in row("E1", awardedOn="2026-03-01").items()}
    fill(page, {**good, "awardedOn": "2031-03-01", "awardingBody": ""})
    page.click("form:has([name=honourName]) button")
    expect(page.locator("#awardedOn-problem-1")).to_contain_text("日期晚于今日")
    expect(page.locator("#awardingBody-problem-1")).to_contain_text("必填")
    assert page.input_value("[name=documentNumber]") == "E1"
    assert "E1" not in known(house)
    fill(page, {"awardedOn": "2026-03-01", "awardingBody": "郑州市人民政府"})
    page.click("form:has([name=honourName]) button")
    expect(page.locator(".facts")).to_contain_text("逐条录入")
    expect(page.locator(".facts")).to_contain_text("已接收")
    assert "E1" in known(house)

    tab.open("/console/submissions/new/Honour/revoke")
    fill(page, {name: good[name] for name in ("subjectUnifiedSocialCreditCode", "honourName", "documentNumber")})
    fill(page, {"correctionReason": "表彰已撤销"})
    page.click("button.danger")
    expect(page.locator(".facts")).to_contain_text("已撤销")
    assert "E1" not in known(house)


def test_a_row_in_doubt_is_decided_by_two_persons(tab: Tab) -> None:
    page = tab.log_in("tax-reporter")
    tab.open("/console/submissions/new/OtherRecord")
    fill(
        page,
        {
            "subjectUnifiedSocialCreditCode": COMPANY,
            "subjectName": "某公司",
            "recordNumber": f"其他〔2026〕{uuid.uuid4().hex[:4]}号",
            "title": "检查不合格",
            "content": DOUBTFUL,
            "polarity": "不良信息",
            "legalBasis": "《中华人民共和国消防法》第五十四条",
            "occurredOn": "2026-03-01",
            "authorityName": "郑州市消防救援支队",
        },
    )
    page.click("form:has([name=title]) button")
    expect(page.locator("main")).to_contain_text("有 1 行存疑")
    tab.open("/console/quarantine")
    page.click("th a")
    expect(page.locator("main")).to_contain_text("文本疑含禁止采集的信息")
    assert DOUBTFUL not in page.content(), "what it says is for the centre's reviewers"
    held = page.url
    tab.log_out()

    page = tab.log_in("centre-operator")
    page.click("text=Rows to look at >> .. >> .. >> a")
    page.goto(held)
    expect(page.locator("main")).to_contain_text(DOUBTFUL)
    page.fill("[name=reason]", "为检查情况，非个人病史")
    page.click("[name=decision][value=RELEASE]")
    expect(page.locator("h1")).to_contain_text("待决定")
    assert page.locator("[name=decision]").count() == 0
    token = page.get_attribute("form.who [name=token]", "value")
    form: dict[str, str | float | bool] = {"token": token or "", "decision": "RELEASE", "reason": "自行放行"}
    assert tab.context.request.post(f"{held}/decide", form=form).status == httpx2.codes.FORBIDDEN
    tab.log_out()

    page = tab.log_in("centre-approver")
    page.goto(held)
    page.fill("[name=reason]", "同意放行")
    page.click("[name=decision][value=RELEASE]")
    expect(page.locator("h1")).to_contain_text("已放行")
    expect(page.locator(".facts")).to_contain_text("已接收")
    expect(page.locator(".steps li")).to_have_count(2)
    assert DOUBTFUL not in page.content(), "it is deleted here"
