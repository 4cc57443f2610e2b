"""Where checkpoints are laid down outside the gateway: what nobody inside can then change unnoticed (R19.10).

Stolen key and rebuilt log, or an old backup put back: only from outside can these be seen. An anchor that fails is an
alarm, and never stops an answer.
"""

import asyncio
import os
import secrets
from pathlib import Path
from typing import Final, Protocol

import aiohttp

from gateway.audit.seal.errors import AnchorFailed, LogRefused
from gateway.audit.seal.notes import Checkpoint, NoteRefused, Reader
from gateway.audit.seal.rows import Sealed
from gateway.audit.seal.stored import StoredLog
from gateway.audit.seal.succession import LogKeys
from gateway.audit.seal.suites import HASH_BYTES
from gateway.audit.seal.tiles import WIDTH, Place, expected_width, grown_places, number_path

__all__ = ["Anchor", "FolderAnchor", "HttpAnchor", "read_anchored", "tile_path"]

_NEWEST: Final = "checkpoint"
_ALL: Final = "checkpoints"
_KEY: Final = "log.vkey"
_KEYS: Final = "keys"
_SUCCESSIONS: Final = "successions"
_ANSWER_S: Final = 5.0


class Anchor(Protocol):
    """One place outside."""

    @property
    def name(self) -> str:
        """What it is called in logs and metrics."""
        ...

    async def publish(self, sealed: Sealed) -> None:
        """Lay a checkpoint down.

        Raises:
            AnchorFailed: it could not be.
            LogRefused: the anchor knows another log under our name.

        """
        ...


class FolderAnchor:
    """A folder, best on a volume that only adds: every anchored checkpoint by its size, and the tiles for stock tools.

    Only the files ``checkpoint`` and ``log.vkey`` are ever replaced, by newer ones; everything else is written once.
    """

    name = "folder"

    def __init__(self, folder: Path, reader: Reader, log: StoredLog) -> None:
        """Take the folder, the key that a log would be begun with, and the log itself, to compare and to copy."""
        self._folder = folder
        self._reader = reader
        self._log = log

    async def agree(self) -> Checkpoint | None:
        """Find the newest anchored checkpoint to be of this very log, and give it; None where there is none.

        Raises:
            AnchorFailed: the folder cannot be read.
            LogRefused: it knows a longer log, or another one.

        """
        keys = await self._keys()
        try:
            known = await asyncio.to_thread(self._newest, keys)
        except OSError as failure:
            message = f"{self._folder} cannot be read: {failure.strerror}"
            raise AnchorFailed(message) from failure
        if known is None:
            return None
        size = await self._log.size()
        if known.size > size:
            message = f"{self._folder} has a checkpoint of {known.size} entries, the log only {size}: it was set back"
            raise LogRefused(message)
        if await self._log.root(known.size) != known.root:
            message = f"{self._folder} has another root for {known.size} entries than the log: it was rebuilt"
            raise LogRefused(message)
        return known

    async def publish(self, sealed: Sealed) -> None:
        """Lay down the tiles, then the checkpoint, and what tells of the log's keys."""
        known = await self.agree()
        before = known.size if known else 0
        places = list(grown_places(before, sealed.size)) if before < sealed.size else []
        for at in range(0, len(places), WIDTH):
            tiles = await self._log.tiles(places[at : at + WIDTH])
            await asyncio.to_thread(self._lay_tiles, tiles, sealed.size)
        keys = await self._keys()
        await asyncio.to_thread(self._lay_successions, keys)
        if before <= sealed.size:
            await asyncio.to_thread(self._lay_checkpoint, sealed, keys)
        await asyncio.to_thread(self._lay_key, keys)

    async def _keys(self) -> LogKeys:
        return await self._log.keys() or LogKeys(self._reader.vkey)

    def _newest(self, keys: LogKeys) -> Checkpoint | None:
        try:
            note = (self._folder / _NEWEST).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            return keys.open(note)
        except NoteRefused as refused:
            message = f"{self._folder / _NEWEST} is not of this log: {refused}"
            raise LogRefused(message) from refused

    def _lay_tiles(self, tiles: dict[Place, bytes], size: int) -> None:
        for place, hashes in tiles.items():
            width = expected_width(place, size)
            self._lay(tile_path(place, width), hashes[: width * HASH_BYTES])

    def _lay_checkpoint(self, sealed: Sealed, keys: LogKeys) -> None:
        self._lay(f"{_ALL}/{number_path(sealed.size)}", sealed.note.encode())
        self._put(_NEWEST, keys.newest(sealed.size, sealed.note))

    def _lay_successions(self, keys: LogKeys) -> None:
        """Lay down the keys in their order, and what leads from each to the next, before anything is signed with it."""
        for number, vkey in enumerate(keys.vkeys if keys.successions else ()):
            self._lay(f"{_KEYS}/{number_path(number)}", f"{vkey}\n".encode())
        for each in keys.successions:
            self._lay(f"{_SUCCESSIONS}/{number_path(each.number)}", each.note.encode())

    def _lay_key(self, keys: LogKeys) -> None:
        """Put the present key in the place of a former one; any other is not ours."""
        path = self._folder / _KEY
        if not path.exists() or self._read(path).strip() not in keys.vkeys:
            self._lay(_KEY, f"{keys.present}\n".encode())
        self._put(_KEY, f"{keys.present}\n")

    def _put(self, name: str, content: str) -> None:
        """Write a file in the place of an older one, unless it is the same."""
        path = self._folder / name
        if not path.exists() or self._read(path) != content:
            self._write(path, content.encode(), replace=True)

    def _read(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8", errors="replace")
        except OSError as failure:
            message = f"{path} cannot be read: {failure.strerror}"
            raise AnchorFailed(message) from failure

    def _lay(self, name: str, content: bytes) -> None:
        """Write a file that is not there; one that is must be the same.

        Raises:
            AnchorFailed: the folder takes none.
            LogRefused: it is another.

        """
        path = self._folder / name
        try:
            if path.exists():
                same = path.read_bytes() == content
            else:
                self._write(path, content, replace=False)
                same = True
        except OSError as failure:
            message = f"{path} cannot be written: {failure.strerror}"
            raise AnchorFailed(message) from failure
        if not same:
            message = f"{path} is there already, and is another: the log was rebuilt, or the anchor is not ours"
            raise LogRefused(message)

    def _write(self, path: Path, content: bytes, *, replace: bool) -> None:
        """Put a file in place whole and synced, or not at all."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                draft.replace(path)
            else:
                draft.rename(path)
        except OSError as failure:
            message = f"{path} cannot be written: {failure.strerror}"
            raise AnchorFailed(message) from failure


class HttpAnchor:
    """An address of another department, to which each anchored checkpoint is posted as it is signed."""

    name = "http"

    def __init__(self, url: str) -> None:
        """Take the address."""
        self._url = url

    async def publish(self, sealed: Sealed) -> None:
        """Post the signed note."""
        timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self._url, data=sealed.note.encode(), headers=headers, allow_redirects=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError) as failure:
            message = f"{self._url} did not answer: {type(failure).__name__} {failure}"
            raise AnchorFailed(message) from failure
        if status not in range(200, 300):
            message = f"{self._url} answered {status}"
            raise AnchorFailed(message)


def tile_path(place: Place, width: int) -> str:
    """Write where a tile lies, as C2SP has it.

    >>> tile_path(Place(0, 273), 112)
    'tile/0/273.p/112'
    """
    whole = f"tile/{place.level}/{number_path(place.number)}"
    return whole if width == WIDTH else f"{whole}.p/{width}"


def read_anchored(folder: Path) -> tuple[str | None, dict[Path, str]]:
    """Give what an anchor's folder holds: its public key, and every signed checkpoint and succession by its file.

    Raises:
        OSError: it cannot be read.

    """
    key = folder / _KEY
    laid = (path for name in (_ALL, _SUCCESSIONS) for path in (folder / name).rglob("*"))
    files = sorted(path for path in laid if path.is_file() and not path.name.startswith("."))
    if (folder / _NEWEST).is_file():
        files.append(folder / _NEWEST)
    notes = {path: path.read_text(encoding="utf-8", errors="replace") for path in files}
    return (key.read_text(encoding="utf-8").strip() if key.is_file() else None), notes
