"""One attempt to log in, kept by the browser in a sealed cookie of ten minutes until it is done (RFC 6749, 10.12)."""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.web.sessions import Cookie, Seal

__all__ = ["HOME", "Attempt", "local"]

HOME: Final = "/console"
_NAME: Final = "xinyong-login"
_PATH: Final = "/login"
_USE: Final = "login/1"
_LIVES_S: Final = 600
_SECRET_BYTES: Final = 32
_LOCAL: Final = re.compile(r"/console(/[A-Za-z0-9_/-]*)?(\?[A-Za-z0-9_=&%.-]*)?", re.ASCII)


def local(path: str) -> str:
    """Give *path* where it is a page of the console, else the console's first: nobody is sent elsewhere.

    >>> local("/console/papers?state=SUBMITTED"), local("https://elsewhere.example/console"), local("//elsewhere")
    ('/console/papers?state=SUBMITTED', '/console', '/console')
    """
    return path if _LOCAL.fullmatch(path) else HOME


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is remembered of a login that has begun: what the issuer must give back, and where the person would go."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    leads_to: str
    until: float

    @classmethod
    def begun(cls, leads_to: str, now: float) -> "Attempt":
        """Begin one, with new secrets."""
        state, nonce, verifier = (secrets.token_urlsafe(_SECRET_BYTES) for _ in range(3))
        return cls(state, nonce, verifier, local(leads_to), now + _LIVES_S)

    @classmethod
    def of(cls, cookies: Mapping[str, str], seal: Seal, now: float) -> "Attempt | None":
        """Read the one that this browser has under way."""
        told = seal.open(_USE, cookies.get(_NAME, ""))
        if told is None or not now < told["until"]:
            return None
        return cls(told["state"], told["nonce"], told["verifier"], told["next"], told["until"])

    @property
    def challenge(self) -> str:
        """What the issuer is told of the verifier: its SHA-256 (RFC 7636, S256)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def cookie(self, seal: Seal, *, secure: bool) -> Cookie:
        """Give the cookie that remembers it: sent along when the issuer sends the browser back."""
        told = {
            "state": self.state,
            "nonce": self.nonce,
            "verifier": self.verifier,
            "next": self.leads_to,
            "until": self.until,
        }
        return Cookie(_NAME, seal.close(_USE, told), _PATH, _LIVES_S, "Lax", secure)

    @staticmethod
    def done(*, secure: bool) -> Cookie:
        """Give the cookie that makes a browser forget it."""
        return Cookie(_NAME, "", _PATH, 0, "Lax", secure)
