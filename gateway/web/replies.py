"""How a door that is no page replies: the bytes of a refusal, what its headers say, and the sending of it all."""

import orjson

from gateway.errors import (
    AuditUnavailable,
    GatewayError,
    Language,
    MethodNotAllowed,
    RateLimitExceeded,
    Unauthenticated,
    to_graphql,
)
from gateway.web.requests import Send

__all__ = ["Header", "refusal_body", "refusal_headers", "send_reply"]

Header = tuple[bytes, bytes]
Errors = type[GatewayError] | tuple[type[GatewayError], ...]


def refusal_body(error: GatewayError, language: Language, request_id: str) -> bytes:
    """Write a refusal in the one form that errors have at every door (contract, section 6)."""
    return orjson.dumps({"errors": [to_graphql(error, None, language, request_id)]})


def refusal_headers(
    error: GatewayError, allow: bytes, *, passing: Errors = (AuditUnavailable, RateLimitExceeded)
) -> list[Header]:
    """Say which methods the door allows, that a good token is wanted, and, of what is *passing*, when to come again."""
    headers: list[Header] = []
    if isinstance(error, passing):
        headers.append((b"retry-after", str(getattr(error, "retry_after", 1)).encode()))
    if isinstance(error, MethodNotAllowed):
        headers.append((b"allow", allow))
    if isinstance(error, Unauthenticated):
        headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
    return headers


async def send_reply(send: Send, status: int, body: bytes, headers: list[Header]) -> None:
    """Send a whole reply, of which the headers say how long it is."""
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
