"""The frame of every page for people: templates, the headers that keep a page harmless, and words made visible.

No page needs a script, and none may be run: what an agency wrote is text, whatever it says.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.web import collection_words, words
from gateway.web.sessions import Cookie
from schema.days import ZONE

__all__ = ["ASSETS", "HEADERS", "goes_to", "page", "visible", "with_cookies"]

HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""What every page says of itself to the browser."""

_FOLDER: Final = Path(__file__).parent / "templates"
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


def visible(text: str) -> str:
    """Give a text in which nothing is hidden and nothing turns the writing around: such characters are named.

    >>> visible("付款\u202e元001")
    '付款⟦U+202E⟧元001'
    """
    return _UNSEEN.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", text)


def _shown(value: object) -> object:
    """Make every text of a page visible before it is escaped; a template cannot forget it."""
    return visible(value) if type(value) is str else value


def _moment(instant: str) -> str:
    """Write an instant of an answer as the city's clocks have it.

    >>> _moment("2026-11-23T01:30:05.123456+00:00")
    '2026-11-23 09:30'
    """
    return datetime.fromisoformat(instant).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _version(name: str) -> str:
    return hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]


_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"moment": _moment, "worded": words.worded}
_TEMPLATES.globals |= {"words": words, "collected": collection_words, "style": f"/style-{_version('style.css')}.css"}


def page(template: str, told: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
    """Give a page made of a template and what it is told."""
    return HTMLResponse(_TEMPLATES.get_template(template).render(told), status_code=status, headers=HEADERS)


def goes_to(path: str) -> RedirectResponse:
    """Send the browser on to another page of this house, by GET."""
    return RedirectResponse(path, status_code=303, headers=HEADERS)


def with_cookies(response: Response, *cookies: Cookie) -> Response:
    """Let a response set cookies."""
    for each in cookies:
        response.headers.append("set-cookie", each.header())
    return response


def _asset(name: str, media_type: str) -> Response:
    headers = {**HEADERS, "cache-control": "public, max-age=31536000, immutable"}
    return Response((_FOLDER / name).read_bytes(), media_type=media_type, headers=headers)


async def _style(_: Request) -> Response:
    return _asset("style.css", "text/css")


async def _icon(_: Request) -> Response:
    return _asset("icon.svg", "image/svg+xml")


ASSETS: Final = (Route(str(_TEMPLATES.globals["style"]), _style), Route("/icon.svg", _icon))
"""The style and the icon: the only files that a page loads."""
