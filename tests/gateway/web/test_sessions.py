import dataclasses
from pathlib import Path

import pytest

from gateway.access.callers import Caller
from gateway.web.sessions import Seal, Session, Sessions
from schema.disclosure import OrganizationKind, Role
from tests.gateway.web.console.made_up import Browser, a_paper, made_up_house

NOW = 1_795_600_000.0
KEY = bytes(range(32))
CALLER = Caller(
    person="u-17",
    name="程税安",
    organisation="TAX",
    organisation_kind=OrganizationKind.ADMINISTRATIVE,
    roles=frozenset({Role.OFFICER, Role.REPORTER}),
    subject=("rid", "410199200104231074"),
    token_id="t",
)


def sessions(key: bytes = KEY, *, secure: bool = False) -> Sessions:
    return Sessions(Seal(key), 3_600, secure=secure)


def cookies(session: Session, *, secure: bool = False) -> dict[str, str]:
    cookie = sessions(secure=secure).cookie(session, NOW, secure=secure)
    return {cookie.name: cookie.value}


def test_any_process_with_the_key_reads_the_session_whole() -> None:
    session = sessions().begin(CALLER, NOW + 9_999, NOW)
    assert sessions().of(cookies(session), NOW, secure=False) == session


def test_a_caller_without_organisation_or_subject_is_read_whole_too() -> None:
    alone = dataclasses.replace(CALLER, organisation=None, organisation_kind=None, subject=None, roles=frozenset())
    session = sessions().begin(alone, NOW + 9_999, NOW)
    assert sessions().of(cookies(session), NOW, secure=False) == session


@pytest.mark.parametrize(("token_ends", "lives"), [(NOW + 60, 60), (NOW + 9_999, 3_600)])
def test_a_session_ends_at_its_term_or_with_its_token(token_ends: float, lives: int) -> None:
    session = sessions().begin(CALLER, token_ends, NOW)
    assert sessions().cookie(session, NOW, secure=False).lives_s == lives
    assert sessions().of(cookies(session), NOW + lives - 1, secure=False) == session
    assert sessions().of(cookies(session), NOW + lives, secure=False) is None


def test_nothing_of_the_caller_can_be_read_in_the_cookie() -> None:
    (value,) = cookies(sessions().begin(CALLER, NOW + 60, NOW)).values()
    assert "410199200104231074" not in value
    assert "TAX" not in value
    assert len(value) < 1_000
    assert "410199200104231074" not in repr(sessions().begin(CALLER, NOW + 60, NOW))


@pytest.mark.parametrize("place", [0, 5, 30, -2])
def test_a_cookie_in_which_a_character_differs_is_none(place: int) -> None:
    ((name, value),) = cookies(sessions().begin(CALLER, NOW + 60, NOW)).items()
    other = "A" if value[place] != "A" else "B"
    changed = value[:place] + other + value[place:][1:]
    assert sessions().of({name: changed}, NOW, secure=False) is None


@pytest.mark.parametrize("value", ["", "x", "é", "A" * 5_000, "AAAA" * 20])
def test_what_is_no_cookie_of_ours_is_none(value: str) -> None:
    assert sessions().of({"xinyong": value}, NOW, secure=False) is None


def test_another_key_and_another_use_open_nothing() -> None:
    session = sessions().begin(CALLER, NOW + 60, NOW)
    assert sessions(b"o" * 32).of(cookies(session), NOW, secure=False) is None
    sealed = Seal(KEY).close("login/1", {"until": NOW + 60})
    assert sessions().of({"xinyong": sealed}, NOW, secure=False) is None
    assert Seal(KEY).open("login/1", sealed) == {"until": NOW + 60}


@pytest.mark.parametrize("over", [{"roles": ["KING"]}, {"kind": "KING"}, {"until": None}, {"subject": []}])
def test_what_another_version_sealed_is_no_session(over: dict[str, object]) -> None:
    told = {"id": "i", "until": NOW + 60, "person": "p", "name": "n", "organisation": None, "kind": None}
    sealed = Seal(KEY).close("session/1", {**told, "roles": [], "subject": None, "token": "t", **over})
    assert sessions().of({"xinyong": sealed}, NOW, secure=False) is None


def test_by_https_the_cookie_has_a_name_that_no_other_host_can_set() -> None:
    session = sessions().begin(CALLER, NOW + 60, NOW)
    header = sessions(secure=True).cookie(session, NOW, secure=False).header()
    assert header.startswith("__Host-xinyong=")
    assert header.endswith("; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure")
    assert sessions(secure=True).of(cookies(session), NOW, secure=False) is None, "the plain name counts no longer"
    assert sessions().cookie(session, NOW, secure=False).header().endswith("HttpOnly; SameSite=Strict")


def test_a_forms_token_is_of_one_session_alone() -> None:
    one, other = (sessions().begin(CALLER, NOW + 60, NOW) for _ in range(2))
    assert sessions().is_form_of(one, sessions().form_token(one))
    assert not sessions().is_form_of(other, sessions().form_token(one))
    assert not sessions().is_form_of(one, "")
    assert not sessions().is_form_of(one, "é")


@pytest.fixture
def browser(tmp_path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN201 (a fixture)
    with made_up_house(tmp_path / "keys") as someone:
        someone.log_in("centre-approver")
        someone.shelf.papers.append(a_paper("P0"))
        yield someone


def test_every_process_of_the_house_serves_every_browser(browser: Browser, tmp_path: Path) -> None:
    """Nothing of a session is kept in a process: cookie and form of the one are good at the other."""
    with made_up_house(tmp_path / "keys") as other:
        other.client.cookies = browser.client.cookies
        other.shelf.papers.append(a_paper("P0"))
        told = {"decision": "ACCEPT", "reason": "好"}
        assert other.send("/console/papers/P0/review", told, token=browser.token()).status_code == 303


STEPS = ["/console/papers/P0/review", "/console/papers/P0/revoke", "/console/papers/P0/submit"]
STEPS += ["/console/papers/new/AUTHORISATION", "/console/grants/new", "/console/grants/G0/approve"]


@pytest.mark.parametrize("path", STEPS)
def test_a_form_without_the_sessions_token_does_nothing(browser: Browser, path: str) -> None:
    browser.shelf.asked.clear()
    for token in ("", "x"):
        refused = browser.send(path, {"decision": "ACCEPT", "reason": "好"}, token=token)
        assert refused.status_code == 403
        assert "表单不属于当前会话" in refused.text
    assert not browser.shelf.asked


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_another_site_sends_does_nothing(browser: Browser, site: str) -> None:
    told = {"decision": "ACCEPT", "reason": "好"}
    refused = browser.send("/console/papers/P0/review", told, headers={"sec-fetch-site": site})
    assert refused.status_code == 403
    assert not browser.shelf.given


def test_a_form_of_nobody_leads_to_the_login_and_does_nothing(browser: Browser) -> None:
    token = browser.token()
    browser.client.cookies.clear()
    answer = browser.send("/console/papers/P0/review", {"decision": "ACCEPT"}, token=token)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/console")
    assert not browser.shelf.given


def test_a_body_that_is_no_form_or_too_long_is_refused(browser: Browser) -> None:
    json = browser.client.post("/console/papers/P0/review", json={"token": browser.token()})
    assert (json.status_code, "请求体不是表单" in json.text) == (400, True)
    long = browser.send("/console/papers/P0/review", {"reason": "长" * 2_000_000})
    assert long.status_code == 413
    broken = browser.client.post(
        "/console/papers/P0/review", content=b"--x", headers={"content-type": "multipart/form-data"}
    )
    assert broken.status_code == 400
    assert not browser.shelf.given


@pytest.mark.parametrize("path", ["/login", "/console", "/console/papers", "/console/nowhere", "/console/papers/P0"])
def test_every_page_keeps_itself_to_itself(browser: Browser, path: str) -> None:
    headers = browser.open(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
