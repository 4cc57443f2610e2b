"""Opens the pages for people of one house: its sessions, how people log in, and the console (contract, section 3)."""

import functools
from dataclasses import dataclass
from typing import Final

from starlette.routing import Route

from gateway.access import tokens
from gateway.access.callers import Verifier
from gateway.answer import Desk
from gateway.errors import StartRefused
from gateway.settings import Settings
from gateway.web.console.console import Console, EvidenceRoom
from gateway.web.console.reporting import Reporting
from gateway.web.console.routes import routes
from gateway.web.login import Ended, Login
from gateway.web.login.issuer import Client, Issuer
from gateway.web.sessions import Seal, Sessions

__all__ = ["Rooms", "client_of", "pages"]

_CALLBACK: Final = "/login/callback"


@dataclass(frozen=True, slots=True, eq=False)
class Rooms:
    """What of an open house its pages stand on."""

    desk: Desk
    evidence: EvidenceRoom
    verifier: Verifier
    session_key: bytes
    ended: Ended
    reporting: Reporting


def pages(settings: Settings, rooms: Rooms) -> list[Route]:
    """Give the routes of all pages for people.

    Raises:
        StartRefused: the file of the client's secret cannot be read.

    """
    public_url = settings.server.public_url or ""
    secure = public_url.startswith("https://")
    sessions = Sessions(Seal(rooms.session_key), settings.auth.session_s, secure=secure)
    login = _login(settings, sessions, rooms)
    most_bytes = settings.limits.body_bytes + settings.evidence.file_bytes
    upload_bytes = settings.limits.body_bytes + settings.workbooks.file_bytes
    return routes(Console(rooms.desk, sessions, login, rooms.evidence, most_bytes, rooms.reporting, upload_bytes))


def _login(settings: Settings, sessions: Sessions, rooms: Rooms) -> Login:
    ended, verifier = rooms.ended, rooms.verifier
    if settings.demo:
        return Login(sessions, ended, verifier, persona_token=functools.partial(_persona_token, settings))
    client, issuer = client_of(settings), settings.auth.issuer
    if client is None or issuer is None:
        return Login(sessions, ended, verifier)
    return Login(sessions, ended, verifier.of_audience(client.id), issuer=Issuer(issuer, client))


def _persona_token(settings: Settings, persona: str, now: float) -> str:
    return tokens.issue(persona, settings.keys.folder, now)


def client_of(settings: Settings) -> Client | None:
    """Give what the gateway is at the issuer; None where nobody logs in there.

    Raises:
        StartRefused: the file of the client's secret cannot be read.

    """
    oidc = settings.auth.oidc
    if oidc.client_id is None:
        return None
    back_to = f"{settings.server.public_url}{_CALLBACK}"
    return Client(oidc.client_id, _secret(settings), oidc.scopes, back_to)


def _secret(settings: Settings) -> str | None:
    path = settings.auth.oidc.client_secret_file
    if path is None:
        return None
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"auth.oidc.client_secret_file: {path} cannot be read: put the client's secret there"
        raise StartRefused(message) from error
    if not secret:
        message = f"auth.oidc.client_secret_file: {path} is empty: put the client's secret there"
        raise StartRefused(message)
    return secret
