import html
import re
from pathlib import Path

import pytest

from gateway.access.personas import PERSONAS
from gateway.web.login.people import PEOPLE
from tests.gateway.web.console.made_up import Browser, made_up_house, token_in


@pytest.fixture
def browser(tmp_path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN201 (a fixture)
    with made_up_house(tmp_path / "keys") as someone:
        yield someone


def test_everybody_of_the_demonstration_is_offered_with_what_they_are(browser: Browser) -> None:
    page = html.unescape(browser.open("/login").text)
    assert re.findall(r'name="persona" value="([a-z-]+)"', page) == [name for name in PERSONAS if name != "public"]
    for each in PEOPLE:
        assert each.is_what.chinese in page
        assert each.is_what.english in page


def test_a_chosen_person_is_logged_in_and_led_to_the_page_asked_for(browser: Browser) -> None:
    asked = browser.open("/console/papers?state=SUBMITTED")
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=/console/papers%3Fstate%3DSUBMITTED")
    answer = browser.log_in("centre-approver", "/console/papers?state=SUBMITTED")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/papers?state=SUBMITTED")
    assert browser.open("/console/papers?state=SUBMITTED").status_code == 200
    assert browser.shelf.asked[-1].caller.person == "demo:centre-approver"


@pytest.mark.parametrize("persona", ["public", "nobody", ""])
def test_only_people_of_the_list_can_be_chosen(browser: Browser, persona: str) -> None:
    assert browser.log_in(persona).status_code == 401


def test_a_login_that_was_not_begun_here_logs_nobody_in(browser: Browser, tmp_path: Path) -> None:
    assert browser.client.post("/login", data={"persona": "auditor", "token": "x"}).status_code == 401
    token = token_in(browser.open("/login").text)
    with made_up_house(tmp_path / "keys") as another:
        another.open("/login")
        refused = another.client.post("/login", data={"persona": "auditor", "token": token})
        assert refused.status_code == 401
        assert "表单不是由本系统给出的" in refused.text


@pytest.mark.parametrize("leads_to", ["https://elsewhere.example", "//elsewhere.example", "/graphql"])
def test_nobody_is_led_elsewhere(browser: Browser, leads_to: str) -> None:
    assert browser.log_in("auditor", leads_to).headers["location"] == "/console"


def test_each_login_has_a_session_of_its_own(browser: Browser) -> None:
    """An id that somebody fixed beforehand is never taken over."""
    browser.log_in("auditor")
    first, token = browser.client.cookies["xinyong"], browser.token()
    browser.log_in("auditor")
    assert browser.client.cookies["xinyong"] != first
    assert browser.token() != token
    assert browser.send("/console/papers/P0/submit", {}, token=token).status_code == 403


def test_logging_out_takes_the_cookie_away_and_only_by_a_form_of_the_session(browser: Browser) -> None:
    browser.log_in("auditor")
    assert browser.client.post("/logout", data={"token": "x"}).status_code == 401
    assert browser.open("/console").status_code == 200
    assert browser.open("/logout").status_code == 405
    left = browser.send("/logout", {})
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert browser.open("/console").headers["location"] == "/login?next=/console"
    assert browser.send("/logout", {}, token="x").headers["location"] == "/login"


def test_a_copy_of_the_cookie_opens_nothing_after_logging_out(browser: Browser) -> None:
    browser.log_in("auditor")
    token, copied = browser.token(), browser.client.cookies["xinyong"]
    browser.send("/logout", {})
    browser.shelf.asked.clear()
    for _ in range(2):
        browser.client.cookies.set("xinyong", copied, domain="house.test")
        assert browser.open("/console").headers["location"] == "/login?next=/console"
        assert browser.send("/console/papers/P0/submit", {}, token=token).headers["location"] == "/login?next=/console"
        assert browser.send("/logout", {}, token=token).headers["location"] == "/login"
    assert not browser.shelf.asked
    browser.client.cookies.clear()
    browser.log_in("auditor")
    assert browser.open("/console").status_code == 200, "who logs in anew is let in"


def test_where_nobody_can_say_whether_a_session_was_ended_its_cookie_opens_nothing(browser: Browser) -> None:
    browser.log_in("auditor")
    token = browser.token()
    browser.shelf.asked.clear()
    browser.shelf.ended.is_down = True
    for answer in (
        browser.open("/console"),
        browser.send("/console/papers/P0/submit", {}, token=token),
        browser.send("/logout", {}, token=token),
    ):
        assert (answer.status_code, "SOURCE_UNAVAILABLE" in answer.text) == (503, True)
        assert PERSONAS["auditor"].person not in answer.text
        assert "set-cookie" not in answer.headers, "who was not logged out can try again"
    assert not browser.shelf.asked
    assert browser.open("/login").status_code == 200
    browser.shelf.ended.is_down = False
    assert browser.open("/console").status_code == 200
    assert browser.send("/logout", {}).headers["location"] == "/login"
