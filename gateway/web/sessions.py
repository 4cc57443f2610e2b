"""Sessions: who is logged in with a browser, in a cookie that only this house can read or write (contract, section 3).

Nothing is kept here: any process of the house that has the key ``session`` reads the cookie. It holds what the token
said of its holder, never the token, and dies with it, or earlier where `gateway.web.login.ended` says so.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.access.callers import Caller
from schema.disclosure import OrganizationKind, Role

__all__ = ["Cookie", "Seal", "Session", "Sessions"]

_NONCE_BYTES: Final = 12
_ID_BYTES: Final = 16
_SEALED_CHARACTERS: Final = 4_096
_SESSION: Final = "session/1"


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's login: who it is, and until when (seconds since 1970)."""

    caller: Caller
    expires_at: float
    id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie to be set, or to be removed where ``lives_s`` is 0; no script can read it."""

    name: str
    value: str = field(repr=False)
    path: str
    lives_s: int
    same_site: str
    secure: bool

    def header(self) -> str:
        """Write it as ``Set-Cookie`` wants it."""
        secure = "; Secure" if self.secure else ""
        attributes = f"Path={self.path}; Max-Age={self.lives_s}; HttpOnly; SameSite={self.same_site}{secure}"
        return f"{self.name}={self.value}; {attributes}"


class Seal:
    """Seals small things into texts that fit a cookie; each use has its own, and none opens as another."""

    __slots__ = ("_aead", "_key")

    def __init__(self, key: bytes) -> None:
        """Seal with one of the house's keys, of 32 bytes."""
        self._key = key
        self._aead = AESGCM(hmac.digest(key, b"seal", hashlib.sha256))

    def close(self, use: str, told: Mapping[str, Any]) -> str:
        """Give *told* (JSON) as a sealed text for one *use*."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _written(nonce + self._aead.encrypt(nonce, orjson.dumps(told), use.encode()))

    def open(self, use: str, text: str) -> dict[str, Any] | None:
        """Give what was sealed for *use*; None where a byte or the use differs."""
        if len(text) > _SEALED_CHARACTERS:
            return None
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            told = orjson.loads(self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], use.encode()))
        except (InvalidTag, ValueError, binascii.Error):
            return None
        return told if isinstance(told, dict) else None

    def mark(self, use: str, of: str) -> str:
        """Give a text that only this house can make of *of*, for one *use*."""
        return _written(hmac.digest(self._key, f"{use}\x00{of}".encode(), hashlib.sha256))


class Sessions:
    """Begins sessions, writes them into cookies, and reads them back."""

    def __init__(self, seal: Seal, lives_s: int, *, secure: bool) -> None:
        """Let a session live at most *lives_s* seconds; *secure* where browsers reach the house by https alone."""
        self.seal = seal
        self._lives_s = lives_s
        self.secure = secure

    def cookie_name(self, *, secure: bool) -> str:
        """Give the name under which a browser keeps it: one that no other host can set, where it is by https."""
        return "__Host-xinyong" if self.secure or secure else "xinyong"

    def begin(self, caller: Caller, token_expires_at: float, now: float) -> Session:
        """Begin a session, always under a new id, that ends with the token at the latest."""
        return Session(caller, min(token_expires_at, now + self._lives_s), secrets.token_urlsafe(_ID_BYTES))

    def cookie(self, session: Session, now: float, *, secure: bool) -> Cookie:
        """Give the cookie of a session; *secure* where this browser came by https."""
        value = self.seal.close(_SESSION, _told(session))
        return self._cookie(value, max(1, int(session.expires_at - now)), secure=secure)

    def ended(self, *, secure: bool) -> Cookie:
        """Give the cookie that makes a browser forget its session."""
        return self._cookie("", 0, secure=secure)

    def of(self, cookies: Mapping[str, str], now: float, *, secure: bool) -> Session | None:
        """Give the session of a request's cookies: None where there is none, or it has ended."""
        sealed = cookies.get(self.cookie_name(secure=secure))
        told = None if sealed is None else self.seal.open(_SESSION, sealed)
        session = None if told is None else _read(told)
        return session if session is not None and now < session.expires_at else None

    def form_token(self, session: Session) -> str:
        """Give what every form of this session carries, so that no other site's form is taken for one of ours."""
        return self.seal.mark("form", session.id)

    def is_form_of(self, session: Session, token: str) -> bool:
        """Say whether a form with this *token* was given to this session."""
        return hmac.compare_digest(self.form_token(session).encode(), token.encode())

    def _cookie(self, value: str, lives_s: int, *, secure: bool) -> Cookie:
        name = self.cookie_name(secure=secure)
        return Cookie(name, value, "/", lives_s, "Strict", secure=self.secure or secure)


def _told(session: Session) -> dict[str, Any]:
    caller = session.caller
    return {
        "id": session.id,
        "until": session.expires_at,
        "person": caller.person,
        "name": caller.name,
        "organisation": caller.organisation,
        "kind": caller.organisation_kind,
        "roles": sorted(caller.roles),
        "subject": caller.subject,
        "token": caller.token_id,
    }


def _read(told: Mapping[str, Any]) -> Session | None:
    """Read what this house once sealed; None where another version did, with words that are not known here."""
    try:
        caller = Caller(
            person=told["person"],
            name=told["name"],
            organisation=told["organisation"],
            organisation_kind=None if told["kind"] is None else OrganizationKind(told["kind"]),
            roles=frozenset(Role(each) for each in told["roles"]),
            subject=None if told["subject"] is None else (told["subject"][0], told["subject"][1]),
            token_id=told["token"],
        )
        return Session(caller, float(told["until"]), told["id"])
    except (LookupError, ValueError, TypeError):
        return None


def _written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
