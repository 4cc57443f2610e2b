"""Serves the city's subgraphs: ``python -m tests.bench.remote.subgraphs PORT``, one path for each.

What is asked is answered once by graphql-core and then kept, entity by entity since they come in any company, so that
the subgraphs cost next to nothing and the gateway is what is measured.
"""

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import uvicorn
from graphql import graphql_sync

from tests.bench.remote.city import NAMES, schema_of

_Message = MutableMapping[str, Any]
_KEPT = 20_000


class _Subgraphs:
    """The ASGI application."""

    def __init__(self) -> None:
        self._schemas = {f"/{name}": schema_of(name) for name in NAMES}
        self._kept: dict[tuple[str, bytes], bytes] = {}

    async def __call__(
        self,
        scope: _Message,
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        answer = self._answer(scope["path"], body)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, path: str, body: bytes) -> bytes:
        asked = orjson.loads(body)
        representations = asked.get("variables", {}).get("representations")
        if representations is None:
            return self._known(path, body, lambda: orjson.dumps(self._executed(path, asked)))
        entities = b",".join(self._entity(path, asked, each) for each in representations)
        return b'{"data":{"_entities":[' + entities + b"]}}"

    def _entity(self, path: str, asked: dict[str, Any], representation: dict[str, Any]) -> bytes:
        def made() -> bytes:
            alone = {**asked, "variables": {**asked["variables"], "representations": [representation]}}
            return orjson.dumps(self._executed(path, alone)["data"]["_entities"][0])

        return self._known(path, f"{asked['query']} {representation['code']}".encode(), made)

    def _executed(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        result = graphql_sync(
            self._schemas[path],
            asked["query"],
            variable_values=asked.get("variables"),
            operation_name=asked.get("operationName"),
            type_resolver=lambda value, *_: value["__typename"],
        )
        return dict(result.formatted)

    def _known(self, path: str, asked: bytes, made: Callable[[], bytes]) -> bytes:
        kept = self._kept.get((path, asked))
        if kept is None:
            kept = made()
            if len(self._kept) < _KEPT:
                self._kept[path, asked] = kept
        return kept


if __name__ == "__main__":
    uvicorn.run(
        _Subgraphs(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
