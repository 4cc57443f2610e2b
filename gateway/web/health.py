"""The probes: is the process alive, is it ready to answer, and what did it count."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.web.metrics import CONTENT_TYPE_LATEST, Metrics

__all__ = ["routes"]

Probe = Callable[[], Awaitable[dict[str, bool]]]


def routes(probe: Probe, metrics: Callable[[], Metrics | None]) -> list[Route]:
    """Give the probes' routes; *probe* says of each part whether it is ready, *metrics* gives this process's counts."""

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(_: Request) -> Response:
        parts = await probe()
        good = all(parts.values())
        said = {"status": "ready" if good else "not ready", "parts": parts}
        return JSONResponse(said, status_code=200 if good else 503)

    async def counted(_: Request) -> Response:
        counts = metrics()
        if counts is None:
            return Response(status_code=503)
        return Response(counts.written(), media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/health", ready),
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", counted),
    ]
