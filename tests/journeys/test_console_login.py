"""A person logs in at the city's issuer in a real browser: another site, so that cookies show what they are worth."""

from pathlib import Path
from typing import cast

from playwright.sync_api import expect
from starlette.applications import Starlette

from gateway.access.callers import Verifier
from gateway.answer import Desk
from gateway.settings import Settings
from gateway.web.console import Rooms, pages
from tests.gateway.web.console.made_up import MadeUpDesk, MadeUpEvidence, Shelf
from tests.gateway.web.login.stand import CLIENT, SECRET, Stand, standing
from tests.journeys.chromium import chromium_before, free_port, served


def test_a_login_at_another_site_comes_back_to_the_page_asked_for(chromium: str, tmp_path: Path) -> None:
    secret, port, shelf = tmp_path / "secret", free_port(), Shelf()
    secret.write_text(SECRET)
    with standing(Stand(lies={"page": "yes"})) as issuer:
        told = {
            "auth": {
                "issuer": issuer.address,
                "jwks_url": f"{issuer.address}/jwks",
                "oidc": {"client_id": CLIENT, "client_secret_file": secret},
            },
            "server": {"public_url": f"http://127.0.0.1:{port}"},
        }
        desk = cast("Desk", MadeUpDesk(shelf))
        verifier = Verifier(issuer.keys(), issuer.address, "xinyong")
        rooms = Rooms(desk, MadeUpEvidence(shelf), verifier, b"k" * 32, shelf.ended, shelf.reporting)
        house = Starlette(routes=pages(Settings.model_validate(told), rooms))
        with served(house, port) as base, chromium_before(chromium, base) as tab:
            page = tab.open("/console/papers?state=SUBMITTED")
            page.click("main .button")
            assert page.url.startswith(issuer.address), "the person logs in at the issuer, never here"
            page.click("#go")
            page.wait_for_url(f"{base}/console/papers?state=SUBMITTED")
            expect(page.locator(".who")).to_contain_text("程税安")
            (cookie,) = tab.context.cookies()
            assert cookie.get("name") == "xinyong", "the login's own cookie is gone"
            assert (cookie.get("httpOnly"), cookie.get("sameSite"), cookie.get("path")) == (True, "Strict", "/")
            assert page.evaluate("document.cookie") == ""
            assert not tab.unexpected()
    assert shelf.asked[-1].caller.organisation == "TAX"
