import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from gateway.access.callers import Verifier
from gateway.access.remote_keys import fetch_keys
from gateway.access.signatures import REGISTRY
from gateway.app import open_house
from gateway.errors import StartRefused
from gateway.settings import Auth, Database, Keys, Settings

ISSUER = "https://issuer.example"
KEY = OKPKey.generate_key("Ed25519", {"kid": "ed"})
JWKS = json.dumps({"keys": [KEY.as_dict(private=False)]}).encode()
MOST = 256 * 1024


@dataclass
class Issuer:
    """An issuer on the loopback: what stands under which path, where a path sends one, and what was asked."""

    url: str
    pages: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            content, target = told.pages.get(self.path), told.moved.get(self.path)
            self.send_response(302 if target else 200 if content is not None else 404)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is http.server's)
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Issuer(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield told
        server.shutdown()
        thread.join()


def token() -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "xinyong", "exp": now + 600, "sub": "u-1", "name": "程税安", "jti": "j-1"}
    return jwt.encode({"alg": "EdDSA", "kid": "ed"}, claims, KEY, registry=REGISTRY)


def settings_of(folder: Path, jwks_url: str) -> Settings:
    return Settings(
        database=Database(url=f"sqlite:///{folder}/house.sqlite"),
        keys=Keys(folder=folder / "keys"),
        auth=Auth(issuer=ISSUER, jwks_url=jwks_url),
    )


async def refusal(url: str, timeout_s: float = 5.0) -> str:
    with pytest.raises(StartRefused) as refused:
        await fetch_keys(url, timeout_s)
    said = refused.value.detail.english
    assert said.startswith(f"auth.jwks_url: {url} ")
    return said


async def test_keys_are_read_from_the_issuers_address(issuer: Issuer) -> None:
    issuer.pages["/jwks.json"] = JWKS
    keys = await fetch_keys(f"{issuer.url}/jwks.json")
    assert Verifier(keys, ISSUER, "xinyong").caller_of(f"Bearer {token()}", time.time()).person == "u-1"


async def test_a_redirection_on_the_same_host_is_followed(issuer: Issuer) -> None:
    issuer.pages["/new.json"] = JWKS
    issuer.moved["/old.json"] = "/new.json"
    await fetch_keys(f"{issuer.url}/old.json")
    assert issuer.asked == ["/old.json", "/new.json"]


async def test_a_redirection_to_another_host_is_not_followed(issuer: Issuer) -> None:
    issuer.pages["/new.json"] = JWKS
    issuer.moved["/old.json"] = f"{issuer.url.replace('127.0.0.1', 'localhost')}/new.json"
    assert "redirects to another host" in await refusal(f"{issuer.url}/old.json")
    assert issuer.asked == ["/old.json"]


async def test_an_address_with_nothing_is_refused(issuer: Issuer) -> None:
    assert "answers 404: name the address" in await refusal(f"{issuer.url}/missing.json")


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff\xfe\xfd", b"[" * 100_000])
async def test_what_is_no_json_is_refused(issuer: Issuer, content: bytes) -> None:
    issuer.pages["/"] = content
    assert "does not answer with JSON: name the address" in await refusal(f"{issuer.url}/")


@pytest.mark.parametrize("content", [b"[]", b"7", b"{}"])
async def test_json_that_is_no_set_of_keys_is_refused(issuer: Issuer, content: bytes) -> None:
    issuer.pages["/"] = content
    assert "is not a JWK set" in await refusal(f"{issuer.url}/")


async def test_a_set_larger_than_any_is_not_read_to_its_end(issuer: Issuer) -> None:
    issuer.pages |= {"/full": JWKS.ljust(MOST), "/over": JWKS.ljust(MOST + 1)}
    await fetch_keys(f"{issuer.url}/full")
    assert f"more than {MOST} bytes" in await refusal(f"{issuer.url}/over")


async def test_a_host_that_is_not_there_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        said = await refusal(f"http://127.0.0.1:{taken.getsockname()[1]}/jwks.json")
    assert "cannot be reached" in said
    assert "set auth.jwks_file" in said


async def test_a_host_that_stays_silent_is_waited_for_no_longer_than_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "timed out" in await refusal(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout_s=0.05)


@pytest.mark.parametrize("url", ["http://[", "http://127.0.0.1:port/", "http://127.0.0.1/a b"])
async def test_what_is_no_address_is_refused(url: str) -> None:
    assert "cannot be reached" in await refusal(url)


async def test_a_file_is_not_read_by_its_address(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(JWKS)
    assert "neither https nor http" in await refusal(path.as_uri())


async def test_a_house_believes_the_keys_of_the_address_in_its_settings(issuer: Issuer, tmp_path: Path) -> None:
    issuer.pages["/jwks.json"] = JWKS
    house = await open_house(settings_of(tmp_path, f"{issuer.url}/jwks.json"))
    try:
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(house.door), base_url="http://house.test"
        ) as client:
            for _ in range(2):
                answer = await client.post(
                    "/graphql",
                    json={"query": "{ viewer { person } }"},
                    headers={"authorization": f"Bearer {token()}"},
                )
                assert answer.json()["data"] == {"viewer": {"person": "u-1"}}
    finally:
        await house.close()
    assert issuer.asked == ["/jwks.json"]


async def test_a_house_without_its_issuers_keys_does_not_open(issuer: Issuer, tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="answers 404"):
        await open_house(settings_of(tmp_path, f"{issuer.url}/jwks.json"))
    assert not (tmp_path / "house.sqlite").exists()
