"""Serves one peer as the gateway is served: ``python -m tests.bench.peer NAME PORT ARGUMENT``, one worker, uvloop."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import uvicorn

from tests.bench import raw
from tests.bench.vanilla.app import app as vanilla

_APPS: Mapping[str, Callable[[str], Any]] = {
    "vanilla": lambda postgres: vanilla(postgres, caches=False),
    "vanilla-cached": lambda postgres: vanilla(postgres, caches=True),
    "raw": raw.raw,
    "static": raw.static,
}


def main(name: str, port: str, argument: str) -> None:
    """Serve until stopped."""
    app = _APPS[name](argument)
    uvicorn.run(
        app, host="127.0.0.1", port=int(port), loop="uvloop", http="httptools", access_log=False, log_level="warning"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
