"""No page leaves without its entry: each is one operation of its session's caller (Art. 19)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text, update
from starlette.testclient import TestClient

from gateway.app import application
from gateway.store.tables import RECORD
from tests.gateway.web.console.made_up import token_in
from tests.journeys.visitor import CODES, PERSONS, Place

PAGES = ["/console", "/console/papers", "/console/papers/new", "/console/papers/new/AUTHORISATION"]
PAGES += ["/console/grants", "/console/grants/new", "/console/papers/none", "/console/grants/none", "/console/subject"]


@pytest.fixture
def client(files: Place) -> Iterator[TestClient]:
    """Give a browser without scripts, before the house as it is served."""
    with TestClient(application(files.settings()), base_url="http://house.test") as someone:
        yield someone


@contextmanager
def leaving(place: Place, entries: int) -> Iterator[None]:
    """Check that what is asked within leaves exactly so many entries."""
    before = _count(place)
    yield
    assert _count(place) - before == entries


def _count(place: Place) -> int:
    engine = create_engine(place.trail)
    try:
        with engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(RECORD)).scalar_one())
    finally:
        engine.dispose()


def log_in(client: TestClient, persona: str) -> None:
    page = client.get("/login").text
    client.post("/login", data={"token": token_in(page), "persona": persona}, follow_redirects=False)


def test_who_logged_out_of_one_house_is_logged_out_of_every_house_on_its_database(city: Place) -> None:
    with (
        TestClient(application(city.settings()), base_url="http://house.test") as one,
        TestClient(application(city.settings()), base_url="http://house.test") as other,
    ):
        log_in(one, "company")
        other.cookies = one.cookies
        token = token_in(other.get("/console").text)
        assert one.post("/logout", data={"token": token}, follow_redirects=False).headers["location"] == "/login"
        assert "xinyong" in other.cookies
        for client in (one, other):
            assert client.get("/console", follow_redirects=False).headers["location"] == "/login?next=/console"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_leaves_one_entry(client: TestClient, files: Place, path: str) -> None:
    log_in(client, "company")
    with leaving(files, 1):
        assert client.get(path).status_code in (200, 404)


def test_nobody_sees_a_page_and_nothing_is_asked_for_who_is_not_logged_in(client: TestClient, files: Place) -> None:
    with leaving(files, 0):
        for path in PAGES:
            assert client.get(path, follow_redirects=False).headers["location"].startswith("/login?next=")


def test_a_refused_form_leaves_its_entry_and_changes_nothing(client: TestClient, files: Place) -> None:
    log_in(client, "company")
    token = token_in(client.get("/console").text)
    with leaving(files, 1):
        refused = client.post(
            "/console/grants/none/approve", data={"token": token, "decision": "ACCEPT", "reason": "好"}
        )
    assert refused.status_code == 403
    assert "PAPER_INVALID" in refused.text


def test_where_lines_of_the_log_cannot_be_opened_the_page_does_not_say_that_nobody_looked(
    client: TestClient, files: Place
) -> None:
    log_in(client, "company")
    assert "未能提供" not in client.get("/console/subject/log").text
    engine = create_engine(files.trail)
    with engine.begin() as connection:
        connection.execute(update(RECORD).values(sealed=b"changed"))
    engine.dispose()
    page = client.get("/console/subject/log").text
    assert "未能提供 1 项" in page
    assert "INTERNAL_SERVER_ERROR" in page
    assert "There is no entry" not in page
    page = client.get("/console/subject").text
    assert "INTERNAL_SERVER_ERROR" in page
    assert "Nobody has." not in page


def test_where_the_log_cannot_be_read_an_entry_is_shown_and_not_as_if_it_were_not_sealed(
    client: TestClient, files: Place
) -> None:
    log_in(client, "auditor")
    client.get("/console")
    found = re.search(r"/console/trail/entries/[^\"]+", client.get("/console/trail").text)
    assert found is not None
    assert "未能提供" not in client.get(found[0]).text
    engine = create_engine(files.trail)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_run RENAME TO elsewhere"))
    engine.dispose()
    page = client.get(found[0])
    assert (page.status_code, "AUDIT_UNAVAILABLE" in page.text) == (200, True)
    assert "cannot be read now" in page.text
    assert "not sealed yet" not in page.text


def test_what_a_page_shows_of_the_subject_is_what_the_graph_answers(
    client: TestClient, files: Place, tmp_path: Path
) -> None:
    """Without its certificate a company is a third party to itself: the page is open no farther than the graph."""
    without_papers = replace(files, trail=f"sqlite:///{tmp_path}/empty.sqlite")
    with TestClient(application(without_papers.settings()), base_url="http://house.test") as someone:
        for each, seen in ((client, True), (someone, False)):
            log_in(each, "company")
            page = each.get("/console/subject").text
            assert CODES["LP-07"] in page
            assert ("实缴金额" in page) is seen
            assert ("须先出示有效身份证明" in page) is not seen


def test_a_file_that_comes_with_a_form_and_each_look_at_it_have_their_entries(client: TestClient, files: Place) -> None:
    log_in(client, "centre-operator")
    token = token_in(client.get("/console").text)
    proof = {"evidence": ("认定.pdf", b"%PDF-1.7 made up", "application/pdf")}
    with leaving(files, 2):
        shown = client.post("/console/papers/new/RECOGNITION", data={"token": token}, files=proof)
    assert shown.status_code == 422
    (digest,) = re.findall(r'value="([0-9a-f]{64}) 认定.pdf"', shown.text)
    with leaving(files, 1):
        assert client.get(f"/console/evidence/{digest}").content == b"%PDF-1.7 made up"
    with leaving(files, 1):
        assert client.get(f"/console/evidence/{'0' * 64}").status_code == 404
    with leaving(files, 2):
        wrong = {"evidence": ("认定.pdf", b"MZ made up", "application/pdf")}
        refused = client.post("/console/papers/new/RECOGNITION", data={"token": token}, files=wrong)
    assert "文件内容并非 application/pdf" in refused.text


def presented(client: TestClient, kind: str, told: dict[str, str]) -> str:
    """Present a paper at the window, let the centre accept it, and give its id."""
    log_in(client, "centre-operator")
    token = token_in(client.get("/console").text)
    proof = {"evidence": ("证明.pdf", b"%PDF-1.7 made up", "application/pdf")}
    path = f"/console/papers/new/{kind}"
    answer = client.post(path, data={"token": token, **told}, files=proof, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    paper = answer.headers["location"].partition("?")[0]
    log_in(client, "centre-approver")
    token = token_in(client.get("/console").text)
    sent = {"token": token, "decision": "ACCEPT", "reason": "材料齐全"}
    assert client.post(f"{paper}/review", data=sent).status_code == 200
    return paper


def test_who_holds_an_own_paper_sees_what_is_known_of_them_though_the_token_names_no_subject(
    client: TestClient,
) -> None:
    log_in(client, "auditor")
    assert "须先出示有效身份证明" in client.get("/console/subject").text
    person = PERSONS["IN-02"]
    told = {"subject.name": person["name"], "subject.number": person["idNumber"], "verification": "WINDOW_SIGHTED"}
    paper = presented(client, "IDENTITY_DOCUMENT", {**told, "holder": "demo:auditor"})
    log_in(client, "auditor")
    assert person["name"] in client.get("/console/subject").text
    token = token_in(client.get("/console").text)
    ended = client.post(f"{paper}/revoke", data={"token": token, "reason": "不再需要"})
    assert "已撤销，自下一次查询起生效。" in ended.text
    assert "须先出示有效身份证明" in client.get("/console/subject").text


def test_an_agency_that_is_down_is_told_and_its_records_are_not_told_as_none(client: TestClient, files: Place) -> None:
    Path(files.urls["TAX"].removeprefix("sqlite:///")).unlink()
    log_in(client, "company")
    page = client.get("/console/subject").text
    assert "信息提供单位未应答" in page
    assert "否 no" in page
    assert "税务登记信息" not in page


def test_who_may_not_revoke_has_no_button_and_no_way_around_it(client: TestClient) -> None:
    person = PERSONS["IN-02"]
    told = {"subject.name": person["name"], "subject.number": person["idNumber"], "verification": "WINDOW_SIGHTED"}
    paper = presented(client, "IDENTITY_DOCUMENT", {**told, "holder": "demo:auditor"})
    log_in(client, "company")
    token = token_in(client.get("/console").text)
    assert client.get(paper).status_code == 404
    assert client.post(f"{paper}/revoke", data={"token": token, "reason": "不再需要"}).status_code == 403
