"""The trail and the seal over it, opened in the gateway's own database before anything can be asked (Art. 19)."""

from dataclasses import dataclass
from typing import Final

from gateway.access.keys import Keys
from gateway.access.log_key import LogKeyFiles
from gateway.audit.seal import Seal, Sealing, open_seal
from gateway.audit.trail import Trail, open_trail
from gateway.settings import Settings
from gateway.store import Store, open_store, prepare
from gateway.store.durability import require_durable

__all__ = ["SealedTrail", "open_sealed_trail"]

_START_S: Final = 5.0
"""How long the database may take at the start to say what it keeps."""


@dataclass(frozen=True, slots=True, eq=False)
class SealedTrail:
    """The trail, the seal that watches what is written to it, and the database that both are in."""

    trail: Trail
    seal: Seal
    store: Store


async def open_sealed_trail(settings: Settings, keys: Keys) -> SealedTrail:
    """Open both.

    Raises:
        StartRefused: the database is not of this version, or does not keep what it is given.

    """
    store, audit = open_store(settings.database.url), settings.audit
    await prepare(store)
    if not settings.demo:
        await require_durable(
            store.address, require_standby=audit.require_standby, timeout_s=max(audit.deadline_s, _START_S)
        )
    seal = await open_seal(store, keys.log, _sealing(settings), LogKeyFiles(settings.keys.folder).all)
    trail = await open_trail(
        store, keys, deadline_s=audit.deadline_s, require_standby=audit.require_standby, kept=seal.kept
    )
    return SealedTrail(trail, seal, store)


def _sealing(settings: Settings) -> Sealing:
    audit = settings.audit
    return Sealing(
        audit.origin, audit.suite, audit.seal_s, audit.anchors.folder, audit.anchors.url, audit.anchors.every_s
    )
