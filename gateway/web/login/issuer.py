"""The issuer as OpenID Connect has it: where it logs people in, and how a code becomes an ID token."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import aiohttp
import orjson

from gateway.web.login.attempt import Attempt
from gateway.web.login.errors import IssuerLost, LoginRefused

__all__ = ["Client", "Issuer"]

_DISCOVERY: Final = "/.well-known/openid-configuration"
_DEADLINE_S: Final = 5.0
_MOST_BYTES: Final = 256 * 1024
_REMEMBERED_S: Final = 3_600.0
_OK: Final = 200
_BAD_REQUEST: Final = 400


@dataclass(frozen=True, slots=True)
class Client:
    """What the gateway is at the issuer."""

    id: str
    secret: str | None = field(repr=False)
    scopes: str
    back_to: str
    """Where the issuer sends people back: an address of this house."""


@dataclass(frozen=True, slots=True)
class _Endpoints:
    authorization: str
    token: str
    secret_in_body: bool
    read_at: float


class Issuer:
    """One issuer, asked when somebody logs in; what it says of itself is remembered for an hour."""

    def __init__(self, address: str, client: Client) -> None:
        """Ask the issuer at *address* as *client*."""
        self.address = address
        self._client = client
        self._known: _Endpoints | None = None

    async def login_address(self, attempt: Attempt) -> str:
        """Give the address at which the issuer lets somebody log in, for one attempt.

        Raises:
            IssuerLost: it does not say where.

        """
        endpoint = (await self._endpoints()).authorization
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self._client.back_to,
            "scope": self._client.scopes,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    async def id_token(self, code: str, attempt: Attempt) -> str:
        """Exchange a code for the ID token of who logged in; nothing of it is judged here.

        Raises:
            LoginRefused: the issuer does not take the code.
            IssuerLost: it does not answer.

        """
        endpoints = await self._endpoints()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.back_to,
            "code_verifier": attempt.verifier,
        }
        headers = {"accept": "application/json"}
        if self._client.secret is None or endpoints.secret_in_body:
            form["client_id"] = self._client.id
        if self._client.secret is not None and endpoints.secret_in_body:
            form["client_secret"] = self._client.secret
        elif self._client.secret is not None:
            # RFC 6749, 2.3.1: both are form-encoded before they are joined
            pair = (quote_plus(self._client.id), quote_plus(self._client.secret))
            headers["authorization"] = aiohttp.encode_basic_auth(*pair)
        status, told = await _asked("POST", endpoints.token, data=form, headers=headers)
        token = told.get("id_token")
        if _BAD_REQUEST <= status < _BAD_REQUEST + 100:
            message = f"the issuer did not take the code: {told.get('error')!s:.40}"
            raise LoginRefused(message)
        if status != _OK or not isinstance(token, str):
            message = f"{endpoints.token} answers {status} without an ID token"
            raise IssuerLost(message)
        return token

    async def _endpoints(self) -> _Endpoints:
        now = time.monotonic()
        if self._known is None or now - self._known.read_at > _REMEMBERED_S:
            self._known = await self._discovered(now)
        return self._known

    async def _discovered(self, now: float) -> _Endpoints:
        """Read what the issuer says of itself (OpenID Connect Discovery 1.0)."""
        address = self.address.rstrip("/") + _DISCOVERY
        status, told = await _asked("GET", address)
        if status != _OK or told.get("issuer") != self.address:
            message = f"{address} answers {status}, and is not the discovery document of {self.address}"
            raise IssuerLost(message)
        ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return _Endpoints(
            self._trusted(told, "authorization_endpoint"),
            self._trusted(told, "token_endpoint"),
            isinstance(ways, list) and "client_secret_basic" not in ways,
            now,
        )

    def _trusted(self, told: Mapping[str, Any], name: str) -> str:
        """Give an endpoint that is no less private than the issuer itself."""
        endpoint = told.get(name)
        schemes = {"https", urlsplit(self.address).scheme}
        if not isinstance(endpoint, str) or urlsplit(endpoint).scheme not in schemes:
            message = f"{self.address}: its {name} cannot be used"
            raise IssuerLost(message)
        return endpoint


async def _asked(method: str, address: str, **sent: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 (aiohttp's own)
    """Ask once, without proxy, cookie or redirection; give the status and the JSON object."""
    limit = aiohttp.ClientTimeout(total=_DEADLINE_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(method, address, allow_redirects=False, **sent) as reply,
        ):
            content = await _body(reply)
            status = reply.status
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        message = f"{address}: {type(error).__name__}"
        raise IssuerLost(message) from error
    try:
        told = orjson.loads(content)
    except orjson.JSONDecodeError:
        told = None
    return status, told if isinstance(told, dict) else {}


async def _body(reply: aiohttp.ClientResponse) -> bytes:
    content = b""
    async for part in reply.content.iter_any():
        content += part
        if len(content) > _MOST_BYTES:
            message = "the answer is too large"
            raise ValueError(message)
    return content
