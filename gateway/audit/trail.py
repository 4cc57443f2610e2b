"""The trail as the rest of the gateway sees it: entries in, receipts out, counts (Art. 19)."""

from collections.abc import Callable, Sequence
from typing import Protocol

from gateway.audit.body import MonthKeys
from gateway.audit.entry import Entry, Receipt
from gateway.audit.postgresql import PostgresqlStreams
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.sqlite import SqliteStreams
from gateway.audit.writer import Limits, Writer
from gateway.store import Store

__all__ = ["Keys", "Trail", "open_trail"]


class Keys(MonthKeys, Protocol):
    """The secrets that the trail needs: the key of pseudonyms, and a key for each month."""

    @property
    def pseudonym(self) -> bytes:
        """The 32 bytes under which subjects and askers are named."""
        ...

    def destroy_month(self, number: int) -> None:
        """Remove the key of month *number* (YYYYMM) for ever, when nothing is left that it opens."""
        ...


class Trail(Protocol):
    """Where every query is kept before it is answered."""

    async def append(self, entry: Entry) -> Receipt:
        """Give the receipt of *entry* once it is durable.

        Raises:
            AuditUnavailable: within the deadline, where it is not known to be; nothing may be answered then.

        """
        ...

    async def query_count(self, subject_ids: Sequence[str]) -> dict[str, int]:
        """Give each subject's cumulative count of queries (R19.7), 0 for one never queried."""
        ...

    async def close(self) -> None:
        """Write what waits, as far as the deadline allows, and take no more."""
        ...


async def open_trail(  # noqa: PLR0913 (each a setting, and said by its name)
    store: Store,
    keys: Keys,
    *,
    deadline_s: float = 2.0,
    require_standby: bool = False,
    heartbeat_s: float = 5.0,
    kept: Callable[[Receipt], None] | None = None,
) -> Trail:
    """Open the trail of *store*, whose tables must be there; it belongs to the running event loop.

    Nothing is kept without a synchronous standby where *require_standby* asks for one. *kept* hears of what was
    acknowledged: the last receipt of each group.
    """
    names = Pseudonyms(keys.pseudonym)
    streams, lanes = (PostgresqlStreams, 2) if store.address.is_postgresql else (SqliteStreams, 1)
    limits = Limits(deadline_s=deadline_s, heartbeat_s=heartbeat_s, lanes=lanes)
    opened = streams(store.address, keys, deadline_s, require_standby=require_standby)
    return Writer(opened, names, store.engine, limits, kept)
