"""A small real issuer of OpenID Connect on the loopback: it logs in whom the test names, and lies where it says."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import OKPKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.access.signatures import REGISTRY, IssuerKeys

CLIENT = "xinyong-gateway"
SECRET = "a:made up/secret"
OFFICER = {
    "sub": "u-17",
    "name": "程税安",
    "org": "TAX",
    "org_kind": "ADMINISTRATIVE",
    "roles": ["OFFICER"],
}


@dataclass
class Stand:
    """The issuer."""

    key: OKPKey = field(default_factory=lambda: OKPKey.generate_key("Ed25519"))
    address: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: dict(OFFICER))
    lies: dict[str, Any] = field(default_factory=dict)
    """Claims of the ID token that are not as they should be."""
    discovery: dict[str, Any] = field(default_factory=dict)
    """What it says falsely of itself."""
    post_only: bool = False
    answers: str | None = None
    """What it answers instead of a token."""
    asked: list[dict[str, str]] = field(default_factory=list)
    waiting: dict[str, dict[str, str]] = field(default_factory=dict)

    def keys(self) -> IssuerKeys:
        """Give its public keys."""
        self.key.ensure_kid()
        return IssuerKeys({"keys": [self.key.as_dict(private=False)]})

    def routes(self) -> list[Route]:
        """Give its doors."""
        return [
            Route("/.well-known/openid-configuration", self.said),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
        ]

    async def said(self, _: Request) -> Response:
        """Say where everything is."""
        told = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "token_endpoint_auth_methods_supported": [
                "client_secret_post" if self.post_only else "client_secret_basic"
            ],
        }
        return JSONResponse({**told, **self.discovery})

    async def authorize(self, request: Request) -> Response:
        """Log the test's person in: at once, or by a click where the test asks for a page."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.waiting[code] = asked
        back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.address})}"
        if "page" in self.lies:
            return HTMLResponse(
                f'<!doctype html><title>Issuer</title><a id="go" href="{back.replace("&", "&amp;")}">log in</a>'
            )
        return RedirectResponse(back, status_code=302)

    async def token(self, request: Request) -> Response:
        """Exchange a code once, for the client that asked and has the verifier."""
        if self.answers is not None:
            return Response(self.answers, media_type="application/json")
        form = await request.form()
        asked = self.waiting.pop(str(form["code"]), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(form["code_verifier"]).encode()).digest())
        if asked is None or asked["code_challenge"] != challenge.rstrip(b"=").decode():
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        if form["redirect_uri"] != asked["redirect_uri"] or not self._knows(request, form):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        now = int(time.time())
        times = {"iat": now, "exp": now + 600}
        told = {"iss": self.address, "aud": CLIENT, "nonce": asked["nonce"], **times, **self.claims, **self.lies}
        self.key.ensure_kid()
        header = {"alg": "EdDSA", "kid": self.key.kid}
        signed = jwt.encode(header, told, self.key, registry=REGISTRY)
        return JSONResponse({"id_token": signed, "access_token": "unused", "token_type": "Bearer"})

    def _knows(self, request: Request, form: Any) -> bool:  # noqa: ANN401 (a form)
        if self.post_only:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        pair = base64.b64decode(request.headers.get("authorization", "Basic Og==").split()[1]).decode()
        return pair == "xinyong-gateway:a%3Amade+up%2Fsecret"


@contextmanager
def standing(stand: Stand) -> Iterator[Stand]:
    """Let the issuer stand on a free port of the loopback, under the name localhost."""
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=stand.routes()), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        thread.join(0.01)
    stand.address = f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield stand
    finally:
        server.should_exit = True
        thread.join(20)


def payload_of(token: str) -> dict[str, Any]:
    """Read a token without judging it."""
    part = token.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return told
