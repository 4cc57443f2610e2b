import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from gateway.access.callers import Verifier
from gateway.commands.check import problems
from gateway.errors import SettingsError, StartRefused
from gateway.settings import Settings, load
from tests.gateway.web.console.made_up import Browser, made_up_house
from tests.gateway.web.login.stand import CLIENT, SECRET, Stand, standing

BASE = "https://credit.test"


@pytest.fixture
def stand() -> Iterator[Stand]:
    with standing(Stand()) as issuer:
        yield issuer


def settings_of(stand: Stand, folder: Path, **oidc: Any) -> Settings:  # noqa: ANN401 (settings)
    secret = folder / "client-secret"
    secret.write_text(f"{SECRET}\n")
    return Settings.model_validate(
        {
            "auth": {
                "issuer": stand.address,
                "jwks_url": f"{stand.address}/jwks",
                "oidc": {"client_id": CLIENT, "client_secret_file": secret, **oidc},
            },
            "keys": {"folder": folder / "keys"},
            "server": {"public_url": BASE},
        }
    )


@contextmanager
def house_of(stand: Stand, folder: Path, **oidc: Any) -> Iterator[Browser]:  # noqa: ANN401 (settings)
    verifier = Verifier(stand.keys(), stand.address, "xinyong")
    with made_up_house(folder / "keys", settings_of(stand, folder, **oidc), verifier, BASE) as browser:
        yield browser


@pytest.fixture
def browser(stand: Stand, tmp_path: Path) -> Iterator[Browser]:
    with house_of(stand, tmp_path) as someone:
        yield someone


def sent_back(browser: Browser, leads_to: str = "/console") -> str:
    """Begin a login, and give where the issuer sends the browser back to."""
    begun = browser.open(f"/login/oidc?next={leads_to}")
    assert begun.status_code == 303, begun.text
    back = httpx2.get(begun.headers["location"])
    assert back.status_code == 302
    return back.headers["location"]


def test_who_logs_in_at_the_issuer_is_logged_in_here(browser: Browser, stand: Stand) -> None:
    assert "/login/oidc?next=/console/papers" in browser.open("/login?next=/console/papers").text
    back = sent_back(browser, "/console/papers")
    assert back.startswith(f"{BASE}/login/callback?")
    leaving = browser.open(back)
    assert leaving.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/console/papers">' in leaving.text
    cookie = leaving.headers.get_list("set-cookie")[0]
    assert cookie.startswith("__Host-xinyong=")
    assert cookie.endswith("; HttpOnly; SameSite=Strict; Secure")
    assert "Path=/;" in cookie
    browser.open("/console")
    caller = browser.shelf.asked[-1].caller
    assert (caller.person, caller.organisation, set(caller.roles)) == ("u-17", "TAX", {"OFFICER"})
    (asked,) = stand.asked
    assert asked["code_challenge_method"] == "S256"
    assert (asked["client_id"], asked["scope"], asked["response_type"]) == (CLIENT, "openid profile", "code")


def test_a_session_ends_with_its_token(browser: Browser, stand: Stand) -> None:
    stand.lies["exp"] = int(time.time()) + 90
    cookie = browser.open(sent_back(browser)).headers.get_list("set-cookie")[0]
    (lives,) = (int(part.removeprefix(" Max-Age=")) for part in cookie.split(";") if part.startswith(" Max-Age="))
    assert 60 < lives <= 90


def test_a_client_by_post_and_one_without_a_secret_are_taken_as_the_issuer_has_them(
    stand: Stand, tmp_path: Path
) -> None:
    stand.post_only = True
    with house_of(stand, tmp_path) as browser:
        assert browser.open(sent_back(browser)).status_code == 200
    with house_of(stand, tmp_path, client_secret_file=None) as browser:
        refused = browser.open(sent_back(browser))
        assert refused.status_code == 401, "this issuer knows the client by its secret alone"
        assert "UNAUTHENTICATED" in refused.text


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "xinyong"},
        {"aud": [CLIENT, "other"]},
        {"azp": "other"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": ""},
        {"org_kind": "KING"},
    ],
    ids=str,
)
def test_an_id_token_that_is_not_for_this_login_logs_nobody_in(
    browser: Browser, stand: Stand, lie: dict[str, Any]
) -> None:
    stand.lies |= lie
    refused = browser.open(sent_back(browser))
    assert refused.status_code == 401
    assert "登录未成功" in refused.text
    assert "__Host-xinyong" not in refused.headers.get("set-cookie", "")
    assert browser.open("/console").headers["location"] == "/login?next=/console"


def test_an_id_token_of_another_key_logs_nobody_in(browser: Browser, stand: Stand) -> None:
    stand.key = Stand().key
    assert browser.open(sent_back(browser)).status_code == 401


def test_an_answer_counts_once_and_in_the_browser_that_asked(browser: Browser, stand: Stand, tmp_path: Path) -> None:
    back = sent_back(browser)
    with house_of(stand, tmp_path) as another:
        assert another.open(back).status_code == 401, "a login begun elsewhere (CSRF)"
        another.open("/login/oidc")
        assert another.open(back).status_code == 401, "another state"
    assert browser.open(back).status_code == 200
    assert browser.open(back).status_code == 401, "a second time"


@pytest.mark.parametrize("change", ["state", "iss", "code", "error"])
def test_an_answer_that_was_changed_logs_nobody_in(browser: Browser, change: str) -> None:
    back = urlsplit(sent_back(browser))
    told = {name: values[0] for name, values in parse_qs(back.query).items()}
    told = {"error": "access_denied", "state": told["state"]} if change == "error" else {**told, change: "x"}
    refused = browser.client.get(back.path, params=told, follow_redirects=False)
    assert refused.status_code == 401


@pytest.mark.parametrize(
    "leads_to",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/console/../graphql",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_led_elsewhere(browser: Browser, leads_to: str) -> None:
    assert 'content="0; url=/console">' in browser.open(sent_back(browser, leads_to)).text
    assert "elsewhere" not in browser.client.get("/login", params={"next": leads_to}).text


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_an_issuer_that_says_it_is_another_is_not_asked(browser: Browser, stand: Stand, said: dict[str, Any]) -> None:
    stand.discovery |= said
    refused = browser.open("/login/oidc")
    assert refused.status_code == 502
    assert "SOURCE_UNAVAILABLE" in refused.text
    assert "elsewhere" not in refused.text


@pytest.mark.parametrize("answer", ["not JSON", "[]", '{"id_token": 1}', '{"access_token": "x"}', "x" * 300_000])
def test_a_token_endpoint_that_answers_otherwise_logs_nobody_in(browser: Browser, stand: Stand, answer: str) -> None:
    stand.answers = answer
    refused = browser.open(sent_back(browser))
    assert refused.status_code == 502
    assert "SOURCE_UNAVAILABLE" in refused.text


def test_an_issuer_that_is_down_is_told_as_down(tmp_path: Path) -> None:
    stand = Stand(address="http://localhost:9")
    with house_of(stand, tmp_path) as browser:
        refused = browser.open("/login/oidc")
        assert refused.status_code == 502
        assert "统一身份认证系统未应答" in refused.text
        assert "localhost" not in refused.text


def test_without_an_issuer_the_page_says_what_to_set(tmp_path: Path) -> None:
    with made_up_house(tmp_path / "keys", Settings.model_validate({"keys": {"folder": tmp_path / "keys"}})) as browser:
        assert "auth.oidc.client_id" in browser.open("/login").text
        assert browser.open("/login/oidc").status_code == 401
        assert browser.open("/login/callback?code=1&state=2").status_code == 401
        assert browser.client.post("/login", data={"persona": "auditor"}).status_code == 401


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_a_secret_that_is_not_there_stops_the_start(stand: Stand, tmp_path: Path, content: str | None) -> None:
    settings = settings_of(stand, tmp_path)
    path = tmp_path / "client-secret"
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(StartRefused, match="client_secret_file"), made_up_house(tmp_path / "keys", settings):
        pass


async def test_the_check_names_a_secret_that_is_not_there(tmp_path: Path) -> None:
    settings = settings_of(Stand(address="http://localhost:9"), tmp_path)
    assert not [each for each in await problems(lambda: settings) if each.room == "login"]
    (tmp_path / "client-secret").unlink()
    (told,) = (each.text for each in await problems(lambda: settings) if each.room == "login")
    assert "put the client's secret there" in told


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"XINYONG_AUTH__OIDC__CLIENT_ID": "x"}, "needs the issuer's address"),
        ({"XINYONG_SERVER__PUBLIC_URL": "http://credit.example"}, "write https://"),
        ({"XINYONG_SERVER__PUBLIC_URL": "https://credit.example/console"}, "without a path"),
        ({"XINYONG_SERVER__PUBLIC_URL": "https://a@credit.example"}, "without a path"),
        ({"XINYONG_AUTH__OIDC__SCOPES": "profile"}, "auth.oidc.scopes"),
        ({"XINYONG_AUTH__SESSION_S": "100000"}, "auth.session_s"),
        (
            {
                "XINYONG_AUTH__ISSUER": "https://id.example",
                "XINYONG_AUTH__JWKS_URL": "https://id.example/jwks",
                "XINYONG_AUTH__OIDC__CLIENT_ID": "x",
            },
            "needs server.public_url",
        ),
    ],
)
def test_settings_that_cannot_log_anybody_in_are_refused(told: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        load(None, told)


def test_an_address_of_the_loopback_may_be_without_tls() -> None:
    assert load(None, {"XINYONG_SERVER__PUBLIC_URL": "http://127.0.0.1:8000"}).server.public_url is not None
