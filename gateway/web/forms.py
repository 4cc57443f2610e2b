"""How a form is read: as much of it as may be, its files in memory, never on a disk."""

from collections.abc import AsyncGenerator

from starlette.datastructures import FormData
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from gateway.errors import BadUserInput, BodyTooLarge, Text

__all__ = ["read_form"]


async def read_form(request: Request, most_bytes: int, *, files: int = 0, fields: int) -> FormData:
    """Read a form of at most *most_bytes*, with so many *files* and *fields* at most where it says how many it has.

    Raises:
        BodyTooLarge: it is longer than that; the rest is not read.
        BadUserInput: it is no form.

    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    stream = _counted(request, most_bytes)
    if kind == "application/x-www-form-urlencoded":
        return await FormParser(request.headers, stream).parse()
    if kind != "multipart/form-data":
        raise BadUserInput(Text("the body is no form", "请求体不是表单"))
    parser = MultiPartParser(request.headers, stream, max_files=files, max_fields=fields)
    parser.spool_max_size = most_bytes + 1
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise BadUserInput(Text("the form cannot be read", "表单无法解析")) from error


async def _counted(request: Request, most_bytes: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            raise BodyTooLarge(Text(f"at most {most_bytes} bytes", f"最多 {most_bytes} 字节"))
        yield part
