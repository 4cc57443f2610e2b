"""No page leaves without its entry: each is one operation of its session's caller (Art. 19)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from starlette.testclient import TestClient

from gateway.app import application
from gateway.store.tables import RECORD
from tests.gateway.web.console.made_up import token_in
from tests.journeys.visitor import CODES, Place

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
