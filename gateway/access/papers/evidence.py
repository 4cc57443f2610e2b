"""Files that prove papers: kept by their digest, sealed, for the gateway alone to read, never executed (Art. 18).

A file is what its first bytes say, and must say so itself: PDF, PNG or JPEG, within a size. Nothing of it is logged.
"""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from gateway.access.keys import SealBroken
from gateway.access.papers.paper import File
from gateway.access.papers.rows import Seals
from gateway.errors import BadUserInput, BodyTooLarge, InternalError, NoEvidence, StartRefused, Text
from schema.masks import mask_text

__all__ = ["MEDIA_TYPES", "EvidenceFiles", "folder_problem", "is_digest"]

MEDIA_TYPES: Final[Mapping[str, bytes]] = MappingProxyType(
    {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
)
"""What is taken, by the bytes with which it begins."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LONGEST_NAME: Final = 200


def is_digest(text: str) -> bool:
    """Say whether *text* can be the digest of a file: nothing else ever names one on the disk.

    >>> is_digest("../../etc/passwd")
    False
    """
    return _DIGEST.fullmatch(text) is not None


def folder_problem(folder: Path) -> str | None:
    """Say why files cannot be kept in *folder*, which need not be there yet; None where they can."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return None
    return f"{there} is no folder in which files can be kept: set evidence.folder"


class EvidenceFiles:
    """The files in one folder, each under its digest, sealed."""

    def __init__(self, folder: Path, seals: Seals, most_bytes: int) -> None:
        """Keep files of at most *most_bytes* in *folder*, which is made with mode 0700.

        Raises:
            StartRefused: the folder cannot be made.

        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"{folder} cannot be made a folder of evidence ({error.strerror}): name another, evidence.folder"
            raise StartRefused(message) from error
        self._folder = folder
        self._seals = seals
        self.most_bytes = most_bytes

    async def keep(self, content: bytes, media_type: str, name: str | None) -> File:
        """Keep a file; the same content is kept once.

        Raises:
            BodyTooLarge: it is larger than a file may be.
            NoEvidence: it is of another kind, or not of the kind that it says.
            BadUserInput: it is empty.

        """
        self._look_at(content, media_type)
        digest = hashlib.sha256(content).hexdigest()
        await asyncio.to_thread(self._write, digest, content)
        return File(digest, media_type, len(content), _plain_name(name))

    async def content(self, digest: str) -> bytes:
        """Give the content of a file that was kept.

        Raises:
            InternalError: it is not there, or is not what was kept.

        """
        try:
            sealed = await asyncio.to_thread(self._path(digest).read_bytes)
            content = self._seals.open(sealed, _bound(digest))
        except (OSError, SealBroken) as error:
            message = f"evidence {digest[:12]} cannot be read: {type(error).__name__}"
            raise InternalError(message) from error
        return content

    def _look_at(self, content: bytes, media_type: str) -> None:
        if not content:
            raise BadUserInput(Text("the file is empty", "文件为空"))
        if len(content) > self.most_bytes:
            raise BodyTooLarge(Text(f"at most {self.most_bytes} bytes", f"最多 {self.most_bytes} 字节"))
        begins = MEDIA_TYPES.get(media_type)
        if begins is None:
            known = ", ".join(MEDIA_TYPES)
            raise NoEvidence(Text(f"evidence is {known}", f"证明文件应为 {known}"))
        if not content.startswith(begins):
            raise NoEvidence(Text(f"the content is no {media_type}", f"文件内容并非 {media_type}"))

    def _path(self, digest: str) -> Path:
        if not is_digest(digest):
            message = "no digest"
            raise InternalError(message)
        return self._folder / digest[:2] / digest

    def _write(self, digest: str, content: bytes) -> None:
        """Write beside its place under a name of our own, then put it there whole."""
        path = self._path(digest)
        if path.is_file():
            return
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            draft = path.with_name(f".{digest}.{secrets.token_hex(8)}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(self._seals.seal(content, _bound(digest)))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            message = f"evidence cannot be kept in {self._folder}: {error.strerror}"
            raise InternalError(message) from error


def _bound(digest: str) -> bytes:
    return f"evidence\x00{digest}".encode()


def _plain_name(name: str | None) -> str | None:
    """Keep the last part of a file's name, without what cannot be seen."""
    if name is None:
        return None
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    plain = "".join(each for each in last if each.isprintable())[:_LONGEST_NAME]
    return mask_text(plain) or None
