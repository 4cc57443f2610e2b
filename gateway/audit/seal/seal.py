"""The seal of one process: seals when it is its turn, anchors, watches; beside the answers, never before them."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.audit.entry import Receipt
from gateway.audit.seal.anchors import Anchor, FolderAnchor, HttpAnchor
from gateway.audit.seal.errors import AnchorFailed, LogRefused, SealingFailed
from gateway.audit.seal.keyring import Keyring, Signing
from gateway.audit.seal.rows import Sealed
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.stored import StoredLog
from gateway.audit.seal.suites import suite_named
from gateway.audit.seal.turn import Turn
from gateway.audit.seal.watch import Watch
from gateway.store import Store

__all__ = ["Seal", "Sealing", "open_seal"]

_log = logging.getLogger(__name__)

_WATCH_S: Final = 1.0
_WITHIN_S: Final = 10.0
"""How soon what was acknowledged must be sealed, or the process is not ready."""
_TICK_S: Final = 10.0
"""How long one tick may take; a database that holds it longer loses its turn."""
_CLOSE_S: Final = 5.0
_AGAIN_S: Final = 5.0
"""How soon an anchor that failed is tried again."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """How the log of a house is sealed and anchored."""

    origin: str
    suite: str
    every_s: float
    folder: Path | None
    url: str | None
    anchor_every_s: float


class Seal:
    """Works in the background from `open_seal` to `close`."""

    def __init__(self, store: Store, signing: Signing, sealing: Sealing) -> None:
        """Start to work in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._store = store
        self._sealing = sealing
        self._suite = suite_named(sealing.suite)
        self._turn = Turn(store, max(3 * sealing.every_s, 5.0))
        self._sealer = Sealer(self._turn, signing, self._suite)
        self._watch = Watch(store.engine, self._suite, _WITHIN_S + sealing.every_s, self._loop.time)
        log = StoredLog(store.engine, self._suite)
        self._folder = FolderAnchor(sealing.folder, signing.reader, log) if sealing.folder else None
        self._anchors = _anchors(self._folder, sealing.url)
        self._newest: Sealed | None = None
        self._anchored: dict[str, int] = {}
        self._due = asyncio.Event()
        self._refused: str | None = None
        self._failures: Counter[str] = Counter()
        self._failing: set[str] = set()
        self._tasks = [
            self._loop.create_task(work, name=f"audit {name}")
            for name, work in (("sealer", self._seal()), ("anchors", self._anchor()), ("watch", self._look()))
        ]

    @property
    def well(self) -> bool:
        """Whether all that this process acknowledged is in the log, or still has time, and the log may be sealed."""
        return self._watch.well and not self._sealer.broken and self._refused is None

    def kept(self, receipt: Receipt) -> None:
        """Remember that an entry was acknowledged."""
        self._watch.note(receipt)

    def figures(self) -> Iterable[tuple[str, str, float]]:
        """Give what is counted: name, meaning, value."""
        yield "audit_log_size", "Entries in the log, as this process last sealed it", self._newest_size
        yield (
            "audit_seal_waiting_seconds",
            "Since when the oldest acknowledged entry is unsealed",
            self._watch.waiting_s,
        )
        alarms = len(self._watch.altered) + len(self._sealer.broken) + (self._refused is not None) + self._watch.late
        yield "audit_seal_alarms", "What is wrong with the log: look at the log file and run audit verify", alarms
        for anchor in self._anchors:
            meaning = f"Checkpoints that the anchor ({anchor.name}) did not take"
            yield f"audit_anchor_{anchor.name}_failures", meaning, self._failures[anchor.name]
            yield f"audit_anchor_{anchor.name}_failing", "1 while it does not", anchor.name in self._failing

    async def close(self) -> None:
        """Seal and anchor what is there, let another process have the turn, and stop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                while await self._tick():
                    pass
                await self._publish()
        await self._turn.give_back()

    async def _seal(self) -> None:
        while True:
            await asyncio.sleep(self._sealing.every_s)
            try:
                async with asyncio.timeout(_TICK_S):
                    while await self._tick():
                        pass
            except TimeoutError:
                _log.warning("the log could not be sealed within %.0f s", _TICK_S)

    async def _tick(self) -> bool:
        """Seal one page; say whether it was full.

        What came meanwhile can wait: else a busy house would seal all the time.
        """
        try:
            await self._agree()
            sealed = await self._sealer.tick()
        except SealingFailed as failure:
            _log.warning("the log could not be sealed: %s", failure)
            return False
        except LogRefused as refused:
            self._refuse(refused)
            return False
        self._refused = None
        if sealed is None:
            return False
        self._newest = sealed
        self._due.set()
        return self._sealer.is_behind

    async def _agree(self) -> None:
        """Sign nothing that forks from what was anchored: look before the first checkpoint, and after a refusal."""
        if self._folder is None or (self._newest is not None and self._refused is None):
            return
        try:
            await self._folder.agree()
        except AnchorFailed as failure:
            self._failed(self._folder, failure)

    def _refuse(self, refused: LogRefused) -> None:
        if self._refused is None:
            _log.critical("the log is not sealed: %s", refused)
        self._refused = str(refused)

    async def _anchor(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            await self._publish()
            pause_s = self._sealing.anchor_every_s
            await asyncio.sleep(min(pause_s, _AGAIN_S) if self._failing else pause_s)

    async def _publish(self) -> None:
        sealed = self._newest
        if sealed is None:
            return
        await asyncio.gather(*(self._publish_at(anchor, sealed) for anchor in self._anchors))

    async def _publish_at(self, anchor: Anchor, sealed: Sealed) -> None:
        if self._anchored.get(anchor.name) == sealed.size:
            return
        try:
            await anchor.publish(sealed)
        except LogRefused as refused:
            self._refuse(refused)
        except (AnchorFailed, SealingFailed) as failure:
            self._failed(anchor, failure)
        else:
            self._failing.discard(anchor.name)
            self._anchored[anchor.name] = sealed.size

    def _failed(self, anchor: Anchor, failure: Exception) -> None:
        self._failures[anchor.name] += 1
        self._failing.add(anchor.name)
        self._due.set()  # it is tried again, with what is newest then
        _log.error("an anchor of the log (%s) failed: %s", anchor.name, failure)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_WATCH_S)
            await self._watch.look()

    @property
    def _newest_size(self) -> int:
        return self._newest.size if self._newest else 0


async def open_seal(store: Store, seed: bytes, sealing: Sealing, again: Callable[[], Iterable[bytes]] = tuple) -> Seal:
    """Begin to seal the log of *store* with the key of *seed*; it belongs to the running event loop.

    *again* reads all that may be the key, when the log's was replaced meanwhile.
    """
    return Seal(store, Keyring(sealing.origin, seed, again), sealing)


def _anchors(folder: FolderAnchor | None, url: str | None) -> Sequence[Anchor]:
    return [*([folder] if folder else []), *([HttpAnchor(url)] if url else [])]
