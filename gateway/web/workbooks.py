"""The door of templates: ``GET /templates/{RecordType}.xlsx``, open to all (Art. 26).

What the catalogue asks for is public, and a template says nothing more: there is no value of anybody in it. So no entry
is made either: nothing of a subject was queried.
"""

import hashlib
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.collection.workbooks import media_type, template
from gateway.collection.workbooks.errors import NoSuchTemplate
from gateway.web import requests
from gateway.web.replies import refusal_body
from schema.catalogue import RECORDS

__all__ = ["routes"]

_SUFFIX: Final = ".xlsx"
_SAFE: Final = {"x-content-type-options": "nosniff", "cache-control": "public, max-age=300"}


def routes() -> list[Route]:
    """Give the route of templates."""
    return [Route("/templates/{name}", _give)]


async def _give(request: Request) -> Response:
    """Give one template, or say that it has not changed since the asker fetched it."""
    name: str = request.path_params["name"]
    record_type = name.removesuffix(_SUFFIX)
    if record_type not in RECORDS or not name.endswith(_SUFFIX):
        return _refusal(request)
    content = await run_in_threadpool(template, record_type)
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={**_SAFE, "etag": tag})
    shown = quote(f"{RECORDS[record_type].chinese}{_SUFFIX}", safe="")
    headers = {
        **_SAFE,
        "etag": tag,
        "content-disposition": f"attachment; filename=\"{record_type}{_SUFFIX}\"; filename*=UTF-8''{shown}",
    }
    return Response(content, media_type=media_type, headers=headers)


def _refusal(request: Request) -> Response:
    headers = dict(request.scope["headers"])
    error = NoSuchTemplate()
    body = refusal_body(error, requests.language_of(headers), requests.request_id_of(headers))
    return Response(body, error.status, {"x-content-type-options": "nosniff"}, "application/json")
