"""A request's body and headers, read into a `Question`'s parts; what cannot be used is refused with its cure."""

import random
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import orjson

from gateway.access.purposes import Problem, read_method, read_purpose, read_purpose_header
from gateway.errors import (
    BadUserInput,
    BodyTooLarge,
    Language,
    NotAcceptable,
    PersistedQueryNotFound,
    Text,
    UnsupportedMediaType,
)
from schema.disclosure import Purpose, QueryMethod
from schema.masks import mask_text

__all__ = [
    "Asked",
    "Headers",
    "Message",
    "Receive",
    "Scope",
    "Send",
    "accepted",
    "asked_by_get",
    "asked_by_post",
    "authorization_of",
    "content_type_of",
    "language_of",
    "part_of",
    "passed_on",
    "read_body",
    "request_id_of",
    "too_large",
    "trace_id_of",
]

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
_LONGEST_ID = 64
_TRACE_PARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
"""W3C trace context, version 00."""

Headers = Mapping[bytes, bytes]
Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Asked(NamedTuple):
    """What one request asks, before anything is known of the graph."""

    document: str
    operation_name: str | None
    variables: Mapping[str, Any]
    purpose: Purpose | Problem | None
    papers: tuple[str, ...]
    dry_run: bool
    fail_on_denied: bool
    method: QueryMethod


def asked_by_post(headers: Headers, body: bytes) -> Asked:
    """Read a POST.

    Raises:
        UnsupportedMediaType: the body is no JSON by its own account.
        BadUserInput: it is no JSON, or not of GraphQL's shape.

    """
    if content_type_of(headers) != JSON:
        raise UnsupportedMediaType
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadUserInput(Text(f"the body is no JSON: {error}", f"请求体不是 JSON：{error}")) from error
    if not isinstance(said, dict):
        raise BadUserInput(Text("the body is no JSON object", "请求体不是 JSON 对象"))
    return _asked(said, headers)


def asked_by_get(headers: Headers, query_string: bytes) -> Asked:
    """Read a GET.

    Raises:
        BadUserInput: a parameter is no JSON, or there is no query.

    """
    said: dict[str, Any] = {}
    try:
        given = parse_qs(query_string.decode(), strict_parsing=bool(query_string), max_num_fields=20)
    except (ValueError, UnicodeDecodeError) as error:
        raise BadUserInput(Text(f"the query string cannot be read: {error}", f"查询串无法解析：{error}")) from error
    for name, values in given.items():
        said[name] = values[-1]
    for name in ("variables", "extensions"):
        if name in said:
            try:
                said[name] = orjson.loads(said[name])
            except orjson.JSONDecodeError as error:
                raise BadUserInput(Text(f"{name} is no JSON: {error}", f"{name} 不是 JSON：{error}")) from error
    return _asked(said, headers)


def _asked(said: Mapping[str, Any], headers: Headers) -> Asked:
    document = said.get("query")
    if document is None and _mapping(said, "extensions").get("persistedQuery") is not None:
        raise PersistedQueryNotFound
    if not isinstance(document, str) or not document:
        raise BadUserInput(Text("query: a GraphQL document is missing", "query：缺少 GraphQL 文档"))
    name = said.get("operationName")
    if name is not None and not isinstance(name, str):
        raise BadUserInput(Text("operationName is no text", "operationName 不是文本"))
    variables = _mapping(said, "variables")
    extensions = _mapping(said, "extensions")
    on_denied = extensions.get("onDenied") or "WITHHOLD"
    if on_denied not in ("WITHHOLD", "FAIL"):
        raise BadUserInput(Text("extensions.onDenied is WITHHOLD or FAIL", "extensions.onDenied 应为 WITHHOLD 或 FAIL"))
    dry_run = extensions.get("dryRun") or False
    if not isinstance(dry_run, bool):
        raise BadUserInput(Text("extensions.dryRun is true or false", "extensions.dryRun 应为 true 或 false"))
    return Asked(
        document=document,
        operation_name=name or None,
        variables=variables,
        purpose=_purpose(extensions, headers),
        papers=_papers(extensions, headers),
        dry_run=dry_run,
        fail_on_denied=on_denied == "FAIL",
        method=read_method(_text(headers, b"x-query-method")),
    )


def _mapping(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = said.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadUserInput(Text(f"{name} is no JSON object", f"{name} 不是 JSON 对象"))
    return value


def _purpose(extensions: Mapping[str, Any], headers: Headers) -> Purpose | Problem | None:
    said = extensions.get("purpose")
    if said is None:
        return read_purpose_header(_text(headers, b"x-query-purpose"))
    if not isinstance(said, dict):
        raise BadUserInput(Text('extensions.purpose is {"code", "text"}', 'extensions.purpose 应为 {"code", "text"}'))
    code, text = said.get("code"), said.get("text")
    if (code is not None and not isinstance(code, str)) or (text is not None and not isinstance(text, str)):
        raise BadUserInput(Text("extensions.purpose: code and text are texts", "extensions.purpose 的值应为文本"))
    return read_purpose(code, text)


def _papers(extensions: Mapping[str, Any], headers: Headers) -> tuple[str, ...]:
    listed = extensions.get("papers") or []
    if not isinstance(listed, list):
        raise BadUserInput(Text("extensions.papers is a list", "extensions.papers 应为列表"))
    cited = [*listed, extensions.get("paper"), _text(headers, b"x-query-paper")]
    papers = [each for each in cited if each is not None]
    if not all(isinstance(each, str) and len(each) <= _LONGEST_ID for each in papers):
        raise BadUserInput(Text("a paper is cited by its id", "请以编号引用证明文件"))
    return tuple(papers)


def _text(headers: Headers, name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def content_type_of(headers: Headers) -> str:
    """Give the media type that a body says it has, in lower case and without parameters; empty where it says none."""
    return headers.get(b"content-type", b"").split(b";")[0].strip().lower().decode("latin-1")


def authorization_of(headers: Headers) -> str | None:
    """Give what a request says of who sends it, None of the public's."""
    return _text(headers, b"authorization")


def accepted(headers: Headers) -> str:
    """Give the media type of the answer.

    Raises:
        NotAcceptable: none that is spoken here is accepted.

    """
    accept = headers.get(b"accept", b"*/*").decode("latin-1").lower()
    if RESPONSE_JSON in accept:
        return RESPONSE_JSON
    if JSON in accept or "*/*" in accept or "application/*" in accept:
        return JSON
    raise NotAcceptable


def language_of(headers: Headers) -> Language:
    """Give the language of messages: Chinese for those who ask for it, else English."""
    return "zh" if headers.get(b"accept-language", b"")[:2].lower() == b"zh" else "en"


def passed_on(headers: Headers, names: Iterable[str]) -> dict[str, str]:
    """Give the named headers of a request, those that it has."""
    given = {name: headers.get(name.encode()) for name in names}
    return {name: value.decode("latin-1") for name, value in given.items() if value is not None}


def request_id_of(headers: Headers) -> str:
    """Give the request's id: the caller's own if it is a plain word and nobody's identity number, else a new one."""
    given = headers.get(b"x-request-id")
    if given is not None and 0 < len(given) <= _LONGEST_ID:
        word = given.decode("latin-1")
        if word.isascii() and word.replace("-", "").replace("_", "").isalnum():
            return word if mask_text(word) == word else _new_id()
    return _new_id()


def _new_id() -> str:
    """Give an id that tells requests apart; it is no secret."""
    return f"{random.getrandbits(64):016x}"


def trace_id_of(headers: Headers) -> str:
    """Give the trace's id: that of ``traceparent``, else a new one."""
    parent = _TRACE_PARENT.fullmatch(headers.get(b"traceparent", b""))
    if parent is None or parent[1] == b"0" * 32:
        return f"{random.getrandbits(128):032x}"
    return parent[1].decode()


def too_large(headers: Headers, limit: int) -> None:
    """Refuse a body that says itself that it is too large.

    Raises:
        BodyTooLarge: it is.

    """
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > limit:
        raise BodyTooLarge(Text(f"at most {limit} bytes", f"最多 {limit} 字节"))


async def read_body(receive: Receive, most: int) -> bytes:
    """Give a request's body.

    Raises:
        BodyTooLarge: it is of more than *most* bytes; the rest is not read.
        BadUserInput: it broke off.

    """
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        parts.append(part_of(message))
        more = message.get("more_body", False)
        size += len(parts[-1])
        if size > most:
            raise BodyTooLarge(Text(f"at most {most} bytes", f"最多 {most} 字节"))
    return b"".join(parts)


def part_of(message: Mapping[str, Any]) -> bytes:
    """Give the part of a body that a message brings.

    Raises:
        BadUserInput: whoever sent it is gone, so that the rest will not come.

    """
    if message["type"] == "http.disconnect":
        raise BadUserInput(Text("the body broke off", "请求体中断"))
    body: bytes = message.get("body", b"")
    return body
