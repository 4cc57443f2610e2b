import re

import pytest

from schema.papers import GrantState
from schema.quarantine import QuarantineState
from tests.gateway.web.console.made_up import Browser, a_grant, a_paper
from tests.gateway.web.console.made_up_collection import a_row


@pytest.mark.parametrize(
    ("persona", "paths"),
    [
        ("individual", {"/console/subject", "/console/papers/new", "/console/papers"}),
        ("company", {"/console/subject", "/console/papers/new", "/console/papers"}),
        (
            "tax-officer",
            {
                "/console/papers/new",
                "/console/grants/new",
                "/console/papers",
                "/console/obligations",
                "/console/officers",
                "/console/catalogue",
            },
        ),
        (
            "tax-reporter",
            {
                "/console/papers/new",
                "/console/grants/new",
                "/console/papers",
                "/console/obligations",
                "/console/submissions",
                "/console/quality",
                "/console/officers",
                "/console/catalogue",
            },
        ),
        ("credit-service", {"/console/papers/new", "/console/grants/new", "/console/papers"}),
        (
            "centre-operator",
            {
                "/console/papers/new",
                "/console/papers",
                "/console/obligations",
                "/console/quarantine?state=WAITING",
                "/console/submissions",
                "/console/quality",
                "/console/officers",
                "/console/catalogue",
            },
        ),
        (
            "centre-approver",
            {
                "/console/papers?state=SUBMITTED",
                "/console/grants?state=PROPOSED",
                "/console/papers",
                "/console/obligations",
                "/console/violations",
                "/console/quarantine?state=PROPOSED",
                "/console/submissions",
                "/console/quality",
                "/console/officers",
                "/console/catalogue",
            },
        ),
        (
            "supervisor",
            {
                "/console/grants?state=REVIEWED",
                "/console/papers/new",
                "/console/papers",
                "/console/violations",
                "/console/submissions",
                "/console/quality",
                "/console/officers",
                "/console/catalogue",
                "/console/obligations",
            },
        ),
        (
            "auditor",
            {
                "/console/papers",
                "/console/trail",
                "/console/obligations",
                "/console/violations",
                "/console/officers",
                "/console/catalogue",
            },
        ),
    ],
)
def test_everybody_finds_what_they_can_do(browser: Browser, persona: str, paths: set[str]) -> None:
    browser.log_in(persona)
    page = browser.open("/console").text
    assert set(re.findall(r'class="go"><a href="([^"]+)"', page)) == paths
    assert f"<code>demo:{persona}</code>" in page
    for path in paths:
        assert browser.open(path).status_code == 200 or path == "/console/subject"


def test_what_waits_is_counted(browser: Browser) -> None:
    browser.shelf.papers.extend(a_paper(f"P{number}") for number in range(3))
    browser.shelf.grants.extend(a_grant(each.value, state=each) for each in GrantState)
    browser.log_in("centre-approver")
    browser.shelf.rows.extend(a_row(each.value, state=each) for each in QuarantineState)
    assert re.findall(r'class="count">(\d+)<', browser.open("/console").text) == ["1", "3", "1", "0", "3"]
    browser.log_in("supervisor")
    assert re.findall(r'class="count">(\d+)<', browser.open("/console").text) == ["1", "0", "3"]
    browser.log_in("tax-reporter")
    page = browser.open("/console").text
    assert "存疑待审的行" in page
    assert re.findall(r'class="count">(\d+)<', page) == ["2", "3"]


@pytest.mark.parametrize("persona", ["tax-reporter", "centre-approver", "individual"])
def test_where_the_centres_database_is_down_all_else_is_found(browser: Browser, persona: str) -> None:
    browser.shelf.centre_is_down = True
    browser.log_in(persona)
    page = browser.open("/console")
    assert page.status_code == 200
    assert "/console/papers" in page.text
    assert ("未能提供 1 项" in page.text) == (persona != "individual"), "who would hear what waits hears why not"
