"""A visit: one request on its way through a door at which no question to the graph is asked."""

import time

from gateway.access.callers import PUBLIC_CALLER, Caller, Verifier
from gateway.errors import GatewayError, Language
from gateway.web import requests
from gateway.web.replies import refusal_body
from gateway.web.requests import Headers, Scope

__all__ = ["Visit"]


class Visit:
    """Who comes, in which language that is answered, and by which id it is found in the log."""

    __slots__ = ("caller", "headers", "language", "request_id", "scope")

    def __init__(self, scope: Scope) -> None:
        """Take up a request; until it is admitted it is the public's."""
        self.scope = scope
        self.headers: Headers = dict(scope["headers"])
        self.caller: Caller = PUBLIC_CALLER
        self.language: Language = requests.language_of(self.headers)
        self.request_id = requests.request_id_of(self.headers)

    @property
    def method(self) -> str:
        """The HTTP method."""
        method: str = self.scope["method"]
        return method

    def admit(self, verifier: Verifier) -> None:
        """Learn who asks.

        Raises:
            Unauthenticated: a token was sent that is not good.

        """
        self.caller = verifier.caller_of(requests.authorization_of(self.headers), time.time())

    def below(self, path: str) -> str:
        """Give what the address names below a door's *path*, empty for the door itself."""
        named: str = self.scope["path"].removeprefix(path).removeprefix("/")
        return named

    def refusal_of(self, error: GatewayError) -> bytes:
        """Write a refusal in the visitor's language."""
        return refusal_body(error, self.language, self.request_id)
