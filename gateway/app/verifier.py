"""Who checks the tokens of those who ask, as the settings have it (Art. 19)."""

from gateway.access import tokens
from gateway.access.callers import PUBLIC_CALLER, Caller, Verifier
from gateway.access.remote_keys import fetch_keys
from gateway.access.signatures import IssuerKeys
from gateway.settings import Settings

__all__ = ["verifier_of", "verifier_of_foreign"]


async def verifier_of(settings: Settings) -> Verifier:
    """Give who checks tokens; the issuer's keys are read here, once.

    Raises:
        StartRefused: the issuer's keys cannot be had.

    """
    auth = settings.auth
    if settings.demo:
        return Verifier(tokens.issuer_keys(settings.keys.folder), tokens.ISSUER, tokens.AUDIENCE)
    if auth.issuer is not None and auth.jwks_url is not None:
        return Verifier(await fetch_keys(auth.jwks_url), auth.issuer, auth.audience)
    if auth.issuer is not None and auth.jwks_file is not None:
        return Verifier(IssuerKeys.from_file(auth.jwks_file), auth.issuer, auth.audience)
    return Verifier(IssuerKeys.none(), "", auth.audience)


async def verifier_of_foreign(settings: Settings) -> Verifier:
    """Give who checks tokens before a foreign graph: without an issuer nobody does.

    Raises:
        StartRefused: the issuer's keys cannot be had.

    """
    if settings.demo or settings.auth.issuer is not None:
        return await verifier_of(settings)
    return _Anybody(IssuerKeys.none(), "", settings.auth.audience)


class _Anybody(Verifier):
    """Takes everybody for the public: without an issuer, what a foreign graph's asker sends is for its subgraphs."""

    def caller_of(self, authorization_header: str | None, now: float) -> Caller:  # noqa: ARG002 (the door's own call)
        """Give the public."""
        return PUBLIC_CALLER
