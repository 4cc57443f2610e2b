"""Versions of the catalogue in the console: proposed, reviewed, approved, published by three persons (Art. 26)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from gateway.app import application
from tests.gateway.collection.catalogue.offices import catalogue, overlay
from tests.gateway.web.console.made_up import token_in
from tests.journeys.chromium import Tab
from tests.journeys.reporting import settings_of
from tests.journeys.test_served import serving
from tests.journeys.visitor import Place

PATH = "/console/catalogue"
NEXT = f"{PATH}/410100/9.0.0"
DAY = "2999-01-01"


class Person:
    """A browser without scripts, before a house of its own."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def log_in(self, persona: str) -> None:
        self.client.cookies.clear()
        page = self.client.get("/login").text
        said = {"token": token_in(page), "persona": persona}
        assert self.client.post("/login", data=said, follow_redirects=False).status_code == 303

    def send(self, path: str, files: Any = None, **said: str) -> Any:  # noqa: ANN401 (the client's own)
        token = token_in(self.client.get("/console").text)
        return self.client.post(path, data={"token": token, **said}, files=files, follow_redirects=False)

    def propose(self, document: object, **over: str) -> Any:  # noqa: ANN401 (as above)
        file = {"file": ("next.json", json.dumps(document).encode())}
        return self.send(PATH, file, **{"effectiveFrom": DAY, "reason": "业务调整", **over})

    def open(self, path: str) -> str:
        return str(self.client.get(path).text)


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    settings = settings_of(f"sqlite:///{tmp_path}/house.sqlite", tmp_path)
    with TestClient(application(settings), base_url="http://house.test") as client:
        yield Person(client)


def test_a_version_goes_from_a_file_into_force_by_three_persons_and_says_what_it_breaks(person: Person) -> None:
    person.log_in("tax-officer")
    assert person.propose(catalogue("9.0.0", tier="C")).headers["location"] == f"{NEXT}?done=propose"
    page = person.open(NEXT)
    for told in ("TaxCreditRating.grade", "不兼容", "1 项为不兼容变更", "待审核", "demo:tax-officer", "业务调整"):
        assert told in page
    assert '<form class="panel"' not in page  # whoever proposed it does nothing more
    for persona, step, state in (
        ("centre-approver", "review", "待批准"),
        ("supervisor", "approve", "待发布"),
    ):
        person.log_in(persona)
        assert f'action="{NEXT}/{step}"' in person.open(NEXT)
        answer = person.send(f"{NEXT}/{step}", decision="ACCEPT", reason="依法办理")
        assert answer.headers["location"] == f"{NEXT}?done={step}"
        assert state in person.open(NEXT)
    person.log_in("centre-operator")
    refused = person.send(f"{NEXT}/publish", reason="依法发布")
    assert refused.status_code == 422
    assert "TaxCreditRating.grade" in refused.text
    published = person.send(f"{NEXT}/publish", reason="依法发布", knowsBreaking="true")
    assert published.headers["location"] == f"{NEXT}?done=publish"
    assert "已发布" in person.open(NEXT)
    assert "9.0.0" in person.open(PATH)
    person.log_in("tax-reporter")
    again = person.send(f"{NEXT}/publish", reason="依法发布")
    assert again.status_code == 403


def test_a_countys_overlay_stands_beside_the_citys_and_one_that_loosens_is_refused_with_its_place(
    person: Person,
) -> None:
    person.log_in("centre-operator")
    loose = person.propose(overlay(tiers={"EmploymentStatus": "A"}))
    assert loose.status_code == 422
    assert "EmploymentStatus" in loose.text
    assert "业务调整" in loose.text  # the form keeps what was written
    assert person.propose(overlay()).headers["location"] == f"{PATH}/410181/1?done=propose"
    page = person.open(PATH)
    assert "县（市）区 410181" in page
    person.log_in("centre-approver")
    rejected = person.send(f"{PATH}/410181/1/review", decision="REJECT", reason="依据不足")
    assert rejected.headers["location"] == f"{PATH}/410181/1?done=review"
    assert "已退回" in person.open(f"{PATH}/410181/1")


@pytest.mark.parametrize(
    ("file", "over", "said"),
    [
        (None, {}, "请选择文件"),
        (b"{", {}, "文件不是 JSON"),
        (b"[]", {}, "不是 JSON 对象"),
        (b"{}", {"effectiveFrom": "soon"}, "生效日期"),
        (b"{}", {"effectiveFrom": "2020-01-01"}, "该日期已过"),
        (b"{}", {"reason": ""}, "reason"),
    ],
)
def test_what_cannot_be_proposed_is_said_above_the_form(
    person: Person, file: bytes | None, over: dict[str, str], said: str
) -> None:
    person.log_in("tax-officer")
    files = None if file is None else {"file": ("next.json", file)}
    answer = person.send(PATH, files, **{"effectiveFrom": DAY, "reason": "业务调整", **over})
    assert answer.status_code == 422
    assert said in answer.text


def test_nobody_decides_out_of_turn_and_what_is_not_there_is_no_page(person: Person) -> None:
    person.log_in("centre-operator")
    person.propose(catalogue("9.0.0"))
    for persona, step in (("supervisor", "approve"), ("centre-operator", "publish")):
        person.log_in(persona)
        assert person.send(f"{NEXT}/{step}", decision="ACCEPT", reason="依法办理").status_code == 409
    person.log_in("tax-officer")
    assert person.send(f"{NEXT}/review", decision="ACCEPT", reason="依法办理").status_code == 403
    assert person.client.get(f"{PATH}/410100/8.8.8").status_code == 404
    assert person.client.get(f"{PATH}/nowhere/1").status_code == 404
    person.log_in("company")
    assert person.client.get(NEXT).status_code == 404  # on its way it is for staff and agencies
    assert "9.0.0" not in person.open(PATH)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, str]]:
    """Serve a house with an empty register of versions."""
    folder = tmp_path_factory.mktemp("versions")
    place = Place({}, folder / "keys", f"sqlite:///{folder}/house.sqlite")
    with serving(place, folder) as (_, client):
        yield place, str(client.base_url).rstrip("/")


def test_in_a_browser_a_version_is_proposed_decided_and_published(tab: Tab) -> None:
    page = tab.log_in("tax-officer")
    page.click("h3:has-text('Catalogue versions') >> .. >> a")
    document = json.dumps(catalogue("9.0.0", tier="C")).encode()
    page.set_input_files("main [type=file]", {"name": "next.json", "mimeType": "application/json", "buffer": document})
    page.fill("[name=effectiveFrom]", DAY)
    page.fill("[name=reason]", "业务调整")
    page.click("main form button")
    expect(page.locator("main .notice.wrong")).to_contain_text("1 项为不兼容变更")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("TaxCreditRating.grade")
    for persona, button in (("centre-approver", "审核"), ("supervisor", "批准")):
        tab.log_out()
        tab.log_in(persona)
        tab.open(PATH)
        page.click("tbody a")
        page.check("[value=ACCEPT]")
        page.fill("[name=reason]", "依法办理")
        page.click(f"main form button:has-text('{button}')")
        expect(page.locator("main .notice.good")).to_contain_text("已办理")
    tab.log_out()
    tab.log_in("centre-operator")
    tab.open(NEXT)
    page.check("[name=knowsBreaking]")
    page.fill("[name=reason]", "依法发布")
    page.click("main form button:has-text('发布')")
    expect(page.locator("h1 .state")).to_contain_text("已发布")
    expect(page.locator("ol.steps li")).to_have_count(4)
    assert tab.unexpected() == []
