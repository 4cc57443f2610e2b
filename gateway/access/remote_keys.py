"""The issuer's public keys from its own address, read once when the gateway starts (contract, section 4)."""

import asyncio
import json
from http.client import HTTPException, HTTPMessage
from typing import IO, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from gateway.access.signatures import IssuerKeys
from gateway.errors import StartRefused

__all__ = ["fetch_keys"]

_MOST_BYTES: Final = 256 * 1024
_SETTING: Final = "auth.jwks_url"


async def fetch_keys(url: str, timeout_s: float = 5.0) -> IssuerKeys:
    """Give the keys of the JWK set at *url*; the issuer is waited for at most *timeout_s* each time it falls silent.

    No proxy is asked, and nothing is followed to another host: whoever names the keys, names who may ask.

    Raises:
        StartRefused: where they cannot be had or used, and what to do.

    """
    content = await asyncio.to_thread(_read, url, timeout_s)
    try:
        jwks = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"{_SETTING}: {url} does not answer with JSON: name the address of the issuer's JWK set"
        raise StartRefused(message) from error
    return IssuerKeys(jwks if isinstance(jwks, dict) else {}, f"{_SETTING}: {url}")


class _SameHost(HTTPRedirectHandler):
    """Follows a redirection only where scheme, host and port stay."""

    def redirect_request(  # noqa: PLR0913, PLR0917 (the signature is urllib's)
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        """Give the next request, or refuse it."""
        here, there = urlsplit(req.full_url), urlsplit(urljoin(req.full_url, newurl))
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            fp.close()
            message = f"{_SETTING}: {req.full_url} redirects to another host, {newurl}: name that one if you trust it"
            raise StartRefused(message)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _read(url: str, timeout_s: float) -> bytes:
    """Read what stands at *url*; without a proxy, since only the settings read the environment."""
    if not url.startswith(("https://", "http://")):
        message = f"{_SETTING}: {url} is neither https nor http: name the address of the issuer's JWK set"
        raise StartRefused(message)
    try:
        with build_opener(ProxyHandler({}), _SameHost).open(url, timeout=timeout_s) as reply:
            content: bytes = reply.read(_MOST_BYTES + 1)
    except HTTPError as error:
        error.close()
        message = f"{_SETTING}: {url} answers {error.code}: name the address of the issuer's JWK set, or set jwks_file"
        raise StartRefused(message) from error
    except (OSError, HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        message = f"{_SETTING}: {url} cannot be reached ({reason}): let the gateway reach it, or set auth.jwks_file"
        raise StartRefused(message) from error
    if len(content) > _MOST_BYTES:
        message = f"{_SETTING}: {url} answers with more than {_MOST_BYTES} bytes: name the address of the JWK set"
        raise StartRefused(message)
    return content
