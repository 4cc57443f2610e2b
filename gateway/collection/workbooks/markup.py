"""XML read with suspicion: UTF-8 alone, no document type, bounded tags and depth; a piece at a time (R12.7).

Expat keeps a tag until it has seen its end, so pieces are cut before a ``<``, and a tag without an end is refused.
Without a document type there are no entities but XML's own five, so nothing grows.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final
from xml.parsers import expat

from gateway.collection.workbooks.errors import WorkbookDamaged
from gateway.errors import Text

__all__ = ["Started", "local", "walk", "windows"]

Started = Callable[[str, dict[str, str], int], None]
"""Takes the local name of a tag that begins, its attributes, and how many tags are around it."""

_LONGEST: Final = 2**20
_DEEPEST: Final = 64
_DECLARED: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_NAMES_OF_UTF8: Final = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\0")


def windows(pieces: Iterable[bytes], mark: bytes = b"<") -> Iterator[bytes]:
    """Give XML in windows of whole tags, each but the first beginning with *mark*, or with any tag where it is rare.

    Raises:
        WorkbookDamaged: it is not in UTF-8, or a tag or a text is longer than any may be.

    """
    kept, first = b"", True
    for piece in pieces:
        kept += piece
        if first and len(kept) >= 4:  # noqa: PLR2004  # enough to see how it is encoded
            _refuse_other_encodings(kept)
            first = False
        cut = kept.rfind(mark)
        if cut <= 0 and len(kept) > _LONGEST:
            cut = kept.rfind(b"<")
            if cut <= 0:
                raise WorkbookDamaged(Text("a tag or a text without an end", "XML 标记或文本过长"))
        if cut > 0:
            yield kept[:cut]
            kept = kept[cut:]
    if kept:
        yield kept


def _refuse_other_encodings(start: bytes) -> None:
    declared = _DECLARED.match(start)
    if (
        start[:4].find(b"\0") >= 0
        or start.startswith(_WIDE)
        or (declared and declared[1].lower() not in _NAMES_OF_UTF8)
    ):
        raise WorkbookDamaged(Text("a part is not in UTF-8", "内部文件不是 UTF-8 编码"))


def walk(pieces: Iterable[bytes], started: Started, text: Callable[[str], None] | None = None) -> None:
    """Walk through XML from its start to its end.

    Raises:
        WorkbookDamaged: it is no XML, has a document type, or is too deep.

    """
    parser = expat.ParserCreate()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth >= _DEEPEST:
            raise WorkbookDamaged(Text("its parts lie too deep within each other", "XML 嵌套过深"))
        started(local(name), attributes, depth)
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise WorkbookDamaged(Text("it declares a document type", "XML 含有文档类型声明(DOCTYPE)"))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    if text is not None:
        parser.buffer_text = True
        parser.CharacterDataHandler = text
    try:
        for window in windows(pieces):
            parser.Parse(window, False)  # noqa: FBT003  # expat takes it by place alone
        parser.Parse(b"", True)  # noqa: FBT003  # as above
    except expat.ExpatError as broken:
        raise WorkbookDamaged(Text("a part is no XML", "内部文件不是有效的 XML")) from broken


def local(name: str) -> str:
    """Give a tag's name without its prefix, as the reader of workbooks takes it.

    >>> local("x:sheet")
    'sheet'
    """
    return name.rpartition(":")[2]
