"""Serving: one process, or several that the server starts, until told to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from gateway.app.front import Front
from gateway.app.opening import foreign_graph_of, open_named
from gateway.errors import StartRefused
from gateway.settings import Settings, handed_down, load
from gateway.web.requests import Receive, Scope, Send

__all__ = ["application", "serve"]


def application(settings: Settings | None = None) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Give the ASGI application of *settings*, or of the configuration's file and environment.

    Raises:
        StartRefused: the foreign graph that the settings name cannot be served.

    """
    return Front(settings or load())


def serve(settings: Settings) -> None:
    """Serve until told to stop.

    Raises:
        StartRefused: a part is missing, or the port is taken; with the cure.

    """
    server = settings.server
    options: dict[str, Any] = {
        "host": server.host,
        "port": server.port,
        "loop": "uvloop",
        "http": "httptools",
        "access_log": False,
        "log_level": "warning",
        "lifespan": "on",
        "date_header": True,
        "server_header": False,
    }
    if server.workers == 1:
        front = Front(settings)
        try:
            uvicorn.run(front, **options)
        except SystemExit as ended:
            message = f"{server.host} port {server.port} cannot be listened on: take another by --port or server.port"
            raise front.refused or StartRefused(message) from ended
        return
    asyncio.run(_proved(settings))
    with handed_down(settings):
        uvicorn.run("gateway.app:application", factory=True, workers=server.workers, **options)


async def _proved(settings: Settings) -> None:
    """Open the house once before several processes do, so that what is missing is told once."""
    house = await open_named(settings, foreign_graph_of(settings))
    await house.close()
