"""The pages ``/login`` and ``/logout`` (contract, section 3)."""

import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.access.callers import Verified, Verifier
from gateway.errors import ClientError, GatewayError, Text, Unauthenticated
from gateway.web.forms import read_form
from gateway.web.frame import HEADERS, goes_to, page, with_cookies
from gateway.web.login.attempt import HOME, Attempt, local
from gateway.web.login.errors import LoginRefused
from gateway.web.login.issuer import Issuer
from gateway.web.login.people import PEOPLE
from gateway.web.refusal import refusal_page
from gateway.web.sessions import Session, Sessions

__all__ = ["Ended", "Login"]

_LOG: Final = logging.getLogger("xinyong")
_FORM: Final = "login-form"
_MOST_BYTES: Final = 16_384
"""Of a form of these pages: anybody may send one."""
_MOST_FIELDS: Final = 8
_CODE_CHARACTERS: Final = 4_096
_L = TypeVar("_L", bound="Login")


def _guarded(handler: Callable[[_L, Request], Awaitable[Response]]) -> Callable[[_L, Request], Awaitable[Response]]:
    """Make a refusal a page."""

    async def guarded(login: _L, request: Request) -> Response:
        try:
            return await handler(login, request)
        except GatewayError as error:
            if not isinstance(error, ClientError):
                _LOG.error("login: %s", error)
            return refusal_page(error, again="/login")

    return guarded


class Ended(Protocol):
    """Which sessions were ended before their term, whatever their cookies say; each raises SessionsUnavailable."""

    async def has(self, session: Session) -> bool:
        """Say whether a session was ended."""
        ...

    async def end(self, session: Session, now: float) -> None:
        """End a session, everywhere."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Login:
    """Logs people in: as one of the demonstration's people, or by the issuer; else says what is not configured."""

    sessions: Sessions
    ended: Ended
    verifier: Verifier
    """Who checks tokens: of the demonstration, or ID tokens for this gateway."""
    persona_token: Callable[[str, float], str] | None = None
    """Gives the demonstration's token of a persona."""
    issuer: Issuer | None = None

    def routes(self) -> list[Route]:
        """Give the pages' routes."""
        return [
            Route("/login", self.offer, methods=["GET"]),
            Route("/login", self.as_persona, methods=["POST"]),
            Route("/login/oidc", self.begin, methods=["GET"]),
            Route("/login/callback", self.finish, methods=["GET"]),
            Route("/logout", self.leave, methods=["POST"]),
        ]

    async def session(self, request: Request) -> Session | None:
        """Give the session of who sends a request; None where there is none, or none any more.

        Raises:
            SessionsUnavailable: nobody could say whether it was ended.

        """
        found = self.sessions.of(request.cookies, time.time(), secure=self.is_secure(request))
        return None if found is None or await self.ended.has(found) else found

    def is_secure(self, request: Request) -> bool:
        """Say whether this browser reached the house by https, itself or through the city's reverse proxy."""
        return self.sessions.secure or request.url.scheme == "https"

    @_guarded
    async def offer(self, request: Request) -> Response:
        """Show the ways to log in."""
        now, seal = time.time(), self.sessions.seal
        leads_to = local(request.query_params.get("next", HOME))
        told = {"leads_to": leads_to, "people": (), "token": "", "session": None}
        if self.persona_token is None:
            return page("login.html", {**told, "way": "oidc" if self.issuer else "none"})
        attempt = Attempt.of(request.cookies, seal, now) or Attempt.begun(leads_to, now)
        shown = page("login.html", {**told, "way": "demo", "people": PEOPLE, "token": seal.mark(_FORM, attempt.state)})
        return with_cookies(shown, attempt.cookie(seal, secure=self.is_secure(request)))

    @_guarded
    async def as_persona(self, request: Request) -> Response:
        """Log in as one of the demonstration's people."""
        if self.persona_token is None:
            raise LoginRefused(Text("there are no personas here", "此处不能选择演示人员"))
        form = await read_form(request, _MOST_BYTES, fields=_MOST_FIELDS)
        attempt = self._under_way(request)
        given = str(form.get("token", ""))
        if not hmac.compare_digest(self.sessions.seal.mark(_FORM, attempt.state).encode(), given.encode()):
            raise LoginRefused(Text("the form is not of this house", "表单不是由本系统给出的"))
        persona = str(form.get("persona", ""))
        if persona not in {each.persona for each in PEOPLE}:
            raise LoginRefused(Text("there is no such person", "没有该演示人员"))
        now = time.time()
        verified = self.verifier.verified(self.persona_token(persona, now), now)
        return self._logged_in(request, verified, goes_to(local(str(form.get("next", HOME)))))

    @_guarded
    async def begin(self, request: Request) -> Response:
        """Send the browser to the issuer."""
        attempt = Attempt.begun(request.query_params.get("next", HOME), time.time())
        address = await self._issuer().login_address(attempt)
        leaves = RedirectResponse(address, status_code=303, headers=HEADERS)
        return with_cookies(leaves, attempt.cookie(self.sessions.seal, secure=self.is_secure(request)))

    @_guarded
    async def finish(self, request: Request) -> Response:
        """Take the browser back from the issuer; a page of ours leads on, so that the strict cookie goes along."""
        issuer, told, attempt = self._issuer(), request.query_params, self._under_way(request)
        if not hmac.compare_digest(attempt.state.encode(), told.get("state", "").encode()):
            raise LoginRefused(Text("it was not begun in this browser", "登录并非由此浏览器发起"))
        if told.get("iss", issuer.address) != issuer.address:
            raise LoginRefused(Text("the answer is of another issuer", "应答来自其他签发者"))
        code = told.get("code", "")
        if not 0 < len(code) <= _CODE_CHARACTERS:
            raise LoginRefused(Text("the issuer gave no code", "身份认证系统未予登录"))
        verified = self._checked(await issuer.id_token(code, attempt), attempt)
        return self._logged_in(request, verified, page("leaving.html", {"leads_to": attempt.leads_to, "session": None}))

    @_guarded
    async def leave(self, request: Request) -> Response:
        """Log out: only by a form of this session; a copy of its cookie opens nothing any more."""
        session = await self.session(request)
        form = await read_form(request, _MOST_BYTES, fields=_MOST_FIELDS)
        if session is not None:
            if not self.sessions.is_form_of(session, str(form.get("token", ""))):
                raise LoginRefused(Text("the form is not of this session", "表单不属于当前会话"))
            await self.ended.end(session, time.time())
        return with_cookies(goes_to("/login"), self.sessions.ended(secure=self.is_secure(request)))

    def _issuer(self) -> Issuer:
        if self.issuer is None:
            raise LoginRefused(Text("no issuer is configured", "未配置统一身份认证"))
        return self.issuer

    def _under_way(self, request: Request) -> Attempt:
        attempt = Attempt.of(request.cookies, self.sessions.seal, time.time())
        if attempt is None:
            raise LoginRefused(
                Text("it was not begun in this browser, or too long ago", "登录并非由此浏览器发起，或已超时")
            )
        return attempt

    def _checked(self, id_token: str, attempt: Attempt) -> Verified:
        """Check an ID token as any token, and that it answers this attempt (OpenID Connect Core, 3.1.3.7)."""
        try:
            verified = self.verifier.verified(id_token, time.time())
        except Unauthenticated as error:
            raise LoginRefused(error.detail) from error
        nonce = verified.claims.get("nonce")
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()):
            raise LoginRefused(Text("the ID token answers another login (nonce)", "令牌不属于本次登录（nonce）"))
        audience, party = verified.claims.get("aud"), verified.claims.get("azp")
        if party not in (None, self.verifier.audience) or (
            isinstance(audience, list) and len(audience) > 1 and not party
        ):
            raise LoginRefused(Text("the ID token is for another party (azp)", "令牌的被授权方不符（azp）"))
        return verified

    def _logged_in(self, request: Request, verified: Verified, response: Response) -> Response:
        """Begin a new session, whatever session there was."""
        now, secure = time.time(), self.is_secure(request)
        session = self.sessions.begin(verified.caller, verified.expires_at, now)
        return with_cookies(response, self.sessions.cookie(session, now, secure=secure), Attempt.done(secure=secure))
