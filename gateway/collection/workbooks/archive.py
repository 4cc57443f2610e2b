"""The container of a workbook: a zip that is taken apart with suspicion before anything reads it (R12.7).

What a zip says of itself is not believed: every member is unpacked once, in pieces, and counted. A file of another kind
is told by its first bytes. Macros, links to other files and embedded objects are told by what members there are.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.collection.workbooks.errors import (
    ActiveContent,
    NoWorkbook,
    WorkbookDamaged,
    WorkbookLocked,
    WorkbookTooLarge,
)
from gateway.errors import Text

__all__ = ["Archive", "Bounds", "open_archive"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a workbook is read at most."""

    rows: int = 50_000
    file_bytes: int = 20 * 2**20
    unpacked_bytes: int = 256 * 2**20
    members: int = 500
    small_bytes: int = 8 * 2**20
    """Bytes unpacked of any member that is neither a sheet nor the table of shared texts."""
    ratio: int = 400
    """How many times larger a member may be unpacked, where that is more than a megabyte."""


_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_LARGE: Final = re.compile(r"xl/(?:worksheets/[^/]+\.xml|sharedStrings\.xml)")
_PIECE: Final = 2**18
_MEGABYTE: Final = 2**20
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_ENCRYPTED: Final = 0x1
_END: Final = b"PK\x05\x06"
_END_RECORD: Final = struct.Struct("<4s4H2LH")
_ZIP64: Final = b"PK\x06\x07"
_LONGEST_LINE: Final = 512
"""Bytes of one line of the directory, on average."""

_ACTIVE: Final = re.compile(
    r"(?i)(?:.*vbaproject.*|.*/(?:externallinks|embeddings|activex|ctrlprops|macrosheets|dialogsheets|querytables)/.+"
    r"|xl/connections\.xml|customui/.+|.*\.(?:exe|dll|js|vbs|bat|ps1|lnk|bin))"
)
_HARMLESS: Final = re.compile(r"(?i)xl/printersettings/[^/]+\.bin")
"""Where Excel keeps how a sheet is printed."""


class Archive:
    """A zip whose members were all counted; they are unpacked again as they are asked for, in pieces."""

    def __init__(self, content: bytes, members: dict[str, zipfile.ZipInfo]) -> None:
        """Keep the file and what its directory says."""
        self._content = content
        self._members = members

    def __contains__(self, name: str) -> bool:
        """Say whether there is such a member."""
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        """Give the names of all members."""
        return iter(self._members)

    def size(self, name: str) -> int:
        """Give the bytes of a member, unpacked."""
        return self._members[name].file_size

    def pieces(self, name: str) -> Iterator[bytes]:
        """Unpack a member in pieces.

        Raises:
            WorkbookDamaged: it is not what the directory says, or not there.

        """
        member = self._members.get(name)
        if member is None:
            raise WorkbookDamaged(Text("a part is missing", "缺少必要的部分"))
        return _unpacked(self._content, member)

    def whole(self, name: str) -> bytes:
        """Unpack a small member.

        Raises:
            WorkbookDamaged: it is not what the directory says, or not there.

        """
        return b"".join(self.pieces(name))


def open_archive(content: bytes, bounds: Bounds) -> Archive:
    """Open a file that should be an .xlsx workbook, and count every member of it.

    Raises:
        NoWorkbook: it is a file of another kind.
        WorkbookLocked: it is behind a password.
        WorkbookDamaged: it contradicts itself.
        WorkbookTooLarge: packed, unpacked, or in the number or growth of its members.
        ActiveContent: it has macros, links to other files or embedded objects.

    """
    if len(content) > bounds.file_bytes:
        raise WorkbookTooLarge(Text(f"at most {bounds.file_bytes} bytes", f"最多 {bounds.file_bytes} 字节"))
    _refuse_other_kinds(content)
    members = _directory(content, bounds)
    _refuse_active(members)
    if "[Content_Types].xml" not in members or "xl/workbook.xml" not in members:
        raise NoWorkbook(Text("a zip without a workbook in it", "压缩包内没有工作簿"))
    unpacked = 0
    for member in members.values():
        unpacked += _count(content, member, bounds, unpacked)
    return Archive(content, members)


def _refuse_other_kinds(content: bytes) -> None:
    if content.startswith(_ZIP):
        return
    if content.startswith(_COMPOUND):
        if _LOCKED in content:
            raise WorkbookLocked
        raise NoWorkbook(Text("an older format (.xls or .et)", "旧格式文件(.xls 或 .et)"))
    if not content:
        raise NoWorkbook(Text("the file is empty", "文件为空"))
    if b"\0" not in content[:4096]:
        raise NoWorkbook(Text("a text, such as CSV or HTML, under another name", "文本文件(如 CSV、HTML)改名"))
    raise NoWorkbook


def _directory(content: bytes, bounds: Bounds) -> dict[str, zipfile.ZipInfo]:
    """Read the zip's directory, and refuse one that two readers could read in two ways."""
    _refuse_long_directory(content, bounds)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            found = opened.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        OverflowError,
        NotImplementedError,
        struct.error,
        UnicodeDecodeError,
    ) as broken:
        raise WorkbookDamaged(Text("the zip's directory cannot be read", "压缩目录无法读取")) from broken
    if len(found) > bounds.members:
        raise _too_many_parts(bounds)
    names = {member.filename.lower() for member in found}
    if len(names) != len(found):
        raise WorkbookDamaged(Text("a part is there twice", "内部文件重复"))
    for member in found:
        if member.flag_bits & _ENCRYPTED:
            raise WorkbookLocked
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise WorkbookDamaged(Text("a way of packing that workbooks do not use", "使用了工作簿不采用的压缩方式"))
        if ".." in member.filename or member.filename.startswith(("/", "\\")):
            raise WorkbookDamaged(Text("a part lies outside the workbook", "内部文件路径越界"))
    return {member.filename: member for member in found}


def _refuse_long_directory(content: bytes, bounds: Bounds) -> None:
    """Refuse a directory that is long, before anything of it is read: each line of it would be an object."""
    end = content.rfind(_END)
    if end < 0 or end + _END_RECORD.size > len(content):
        raise WorkbookDamaged(Text("the zip's directory cannot be read", "压缩目录无法读取"))
    if _ZIP64 in content[max(0, end - 20) : end]:
        raise WorkbookDamaged(Text("a form of zip that workbooks do not use", "使用了工作簿不采用的压缩格式"))
    size = _END_RECORD.unpack_from(content, end)[5]
    if size > bounds.members * _LONGEST_LINE:
        raise _too_many_parts(bounds)


def _too_many_parts(bounds: Bounds) -> WorkbookTooLarge:
    return WorkbookTooLarge(Text(f"more than {bounds.members} parts", f"内部文件超过 {bounds.members} 个"))


def _refuse_active(members: dict[str, zipfile.ZipInfo]) -> None:
    active = [name for name in members if _ACTIVE.fullmatch(name) and not _HARMLESS.fullmatch(name)]
    if active:
        raise ActiveContent(sorted({_spoken(name) for name in active}))


def _spoken(name: str) -> str:
    """Say what an active part is, without repeating a name that somebody made up."""
    lowered = name.lower()
    for mark, said in (
        ("vbaproject", "vbaProject (宏)"),
        ("macrosheets", "macrosheets (宏表)"),
        ("externallinks", "externalLinks (外部链接)"),
        ("embeddings", "embeddings (嵌入对象)"),
        ("connections", "connections (数据连接)"),
        ("querytables", "queryTables (查询)"),
    ):
        if mark in lowered:
            return said
    return "controls (控件或程序)"


def _count(content: bytes, member: zipfile.ZipInfo, bounds: Bounds, before: int) -> int:
    """Unpack a member to count its bytes; stop as soon as they are too many."""
    most = bounds.unpacked_bytes - before
    if not _LARGE.fullmatch(member.filename):
        most = min(most, bounds.small_bytes)
    if member.file_size > _MEGABYTE:
        most = min(most, max(1, member.compress_size) * bounds.ratio)
    size = 0
    for piece in _unpacked(content, member, declared=False):
        size += len(piece)
        if size > most:
            raise WorkbookTooLarge(Text("it unpacks to far more than its size", "解压后远超其大小"))
    if size != member.file_size:
        raise WorkbookDamaged(Text("a part is not of the size that it says", "内部文件大小与声明不符"))
    return size


def _unpacked(content: bytes, member: zipfile.ZipInfo, *, declared: bool = True) -> Iterator[bytes]:
    """Unpack a member in pieces of bounded size; *declared* stops where it is longer than it says."""
    packed = _packed(content, member)
    if member.compress_type == zipfile.ZIP_STORED:
        for start in range(0, len(packed), _PIECE):
            yield bytes(packed[start : start + _PIECE])
        return
    inflating, left = zlib.decompressobj(-15), member.file_size
    start, rest = 0, b""
    while not inflating.eof:
        if not rest:
            rest = bytes(packed[start : start + _PIECE])
            start += _PIECE
            if not rest:
                raise WorkbookDamaged(Text("a part is cut off", "内部文件不完整"))
        try:
            piece = inflating.decompress(rest, _PIECE)
        except zlib.error as broken:
            raise WorkbookDamaged(Text("a part cannot be unpacked", "内部文件无法解压")) from broken
        rest = inflating.unconsumed_tail
        left -= len(piece)
        if declared and left < 0:
            raise WorkbookDamaged(Text("a part is not of the size that it says", "内部文件大小与声明不符"))
        yield piece


def _packed(content: bytes, member: zipfile.ZipInfo) -> memoryview:
    """Give the packed bytes of a member, found by its own header, which must say what the directory says."""
    start = member.header_offset
    if start < 0 or start + _LOCAL.size > len(content):
        raise WorkbookDamaged(Text("a part lies outside the file", "内部文件超出范围"))
    header = _LOCAL.unpack_from(content, start)
    mark, flags, method, name_length, extra_length = header[0], header[2], header[3], header[9], header[10]
    begin = start + _LOCAL.size + name_length + extra_length
    end = begin + member.compress_size
    if mark != _ZIP or method != member.compress_type or flags & _ENCRYPTED or end > len(content):
        raise WorkbookDamaged(Text("a part's own header contradicts the directory", "内部文件头与目录不符"))
    return memoryview(content)[begin:end]
