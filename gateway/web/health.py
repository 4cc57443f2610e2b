"""The probes: is the process alive, and is it ready to answer."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

__all__ = ["routes"]

Probe = Callable[[], Awaitable[dict[str, bool]]]


def routes(probe: Probe) -> list[Route]:
    """Give the probes' routes; *probe* says of each part whether it is ready."""

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(_: Request) -> Response:
        parts = await probe()
        good = all(parts.values())
        said = {"status": "ready" if good else "not ready", "parts": parts}
        return JSONResponse(said, status_code=200 if good else 503)

    return [Route("/health", ready), Route("/health/live", live), Route("/health/ready", ready)]
