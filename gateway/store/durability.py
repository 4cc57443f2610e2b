"""Whether PostgreSQL keeps what it acknowledges: an entry that is not on its disk is no entry (Art. 19).

Asked at the start, by ``xinyong check``, when a stream of the trail is opened, and every few seconds while it is open.
"""

from collections.abc import Mapping
from typing import Any, Final

import asyncpg

from gateway.errors import StartRefused, Text
from gateway.store.engine import Address, connect_postgresql

__all__ = ["ASKED", "SESSION", "Unsafe", "require_durable", "unsafe"]

SESSION: Final = {
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
    "idle_in_transaction_session_timeout": "1000",
    "lock_timeout": "1500",
    "tcp_user_timeout": "3000",
    "jit": "off",
    "timezone": "UTC",
}
"""What a session that writes entries says for itself, whatever the server's defaults are."""

ASKED: Final = """
SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('synchronous_standby_names') AS synchronous_standby_names,
       pg_is_in_recovery() AS in_recovery"""

_ALLOWED: Final[Mapping[str, tuple[str, ...]]] = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
}


class Unsafe(StartRefused):
    """The database may lose what it acknowledged, so that nothing may be answered (Art. 19)."""

    cure = Text(
        "Set the database's settings as said, reload it, and start again; `xinyong check` names what is left.",
        "请按提示修改数据库设置并重新加载后再启动；`xinyong check` 会列出其余问题。",
    )


def unsafe(found: Mapping[str, Any], *, require_standby: bool = False) -> list[str]:
    """Give what is unsafe in the answer to `ASKED`, each with its cure; nothing where entries are kept.

    >>> unsafe({"fsync": "off", "full_page_writes": "on", "synchronous_commit": "on", "in_recovery": False})
    ['fsync is off: set it to on, or entries may be lost']
    """
    said = [
        f"{name} is {found[name]}: set it to {allowed[0]}, or entries may be lost"
        for name, allowed in _ALLOWED.items()
        if found[name] not in allowed
    ]
    if found["in_recovery"]:
        said.append("the server is a standby: name the primary in database.url")
    if require_standby and not found["synchronous_standby_names"]:
        said.append(
            "synchronous_standby_names is empty: name a standby that commits wait for, or entries may be lost with the "
            "primary (audit.require_standby)"
        )
    return said


async def require_durable(address: Address, *, require_standby: bool, timeout_s: float) -> None:
    """Refuse a PostgreSQL that may lose entries; a file of SQLite is flushed by each of our own connections.

    Raises:
        Unsafe: naming every setting, and what to set it to.

    """
    if not address.is_postgresql:
        return
    try:
        connection = await connect_postgresql(address, SESSION, timeout_s)
        try:
            found = await connection.fetchrow(ASKED, timeout=timeout_s)
        finally:
            connection.terminate()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        message = f"the database cannot be used at database.url: {error}"
        raise StartRefused(message) from error
    said = unsafe(found, require_standby=require_standby)
    if said:
        raise Unsafe("; ".join(said))
