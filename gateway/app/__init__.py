"""Puts the house together: settings in, an ASGI application out. The only room that knows every other.

Read from the top: `serving` starts processes, each with a `front`, which has the house opened (`opening`) out of its
parts: the trail and its seal, who checks tokens, the credit graph over the agencies' connectors and the caches.
"""

from gateway.app.caches import cache_of, dropping_from
from gateway.app.connectors import ledger_of
from gateway.app.house import House
from gateway.app.opening import open_foreign_house, open_house
from gateway.app.serving import application, serve
from gateway.app.verifier import verifier_of

__all__ = [
    "House",
    "application",
    "cache_of",
    "dropping_from",
    "ledger_of",
    "open_foreign_house",
    "open_house",
    "serve",
    "verifier_of",
]
