"""Replaces the log's key by another: in the database by one row, before anything is signed with the new one."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.audit.seal.errors import LogRefused, SealingFailed
from gateway.audit.seal.notes import Checkpoint, Signer
from gateway.audit.seal.rows import Sealed, log_keys, newest_checkpoint
from gateway.audit.seal.succession import LogKeys, Reason, Succession, signed_succession
from gateway.store.locks import Lock, in_turn
from gateway.store.tables import LOG_KEY

__all__ = ["former_of", "replace_key"]

_NOTHING: Final = "nothing was sealed yet, so there is no key to replace: start the gateway first"
_TRIES: Final = 20
_NOT_FOR_LONG: Final = "SELECT set_config('idle_in_transaction_session_timeout', '3000', true)"
"""Nobody seals while the lock is held: who is stopped meanwhile loses it."""


async def replace_key(engine: AsyncEngine, present: Signer | None, successor: Signer, reason: Reason) -> LogKeys:
    """Let *successor* sign the log from its present size on, and give all its keys.

    *present* is who holds ``log.key``. Where the successor signs already, nothing is done.

    Raises:
        LogRefused: nothing was sealed yet, or *reason* does not go with the key that is there.
        SealingFailed: the database could not be used; nothing was done.

    """
    for _ in range(_TRIES):
        try:
            async with engine.connect() as connection:
                done = await _replace_key(connection, present, successor, reason)
        except IntegrityError:  # another replaced it at the same time
            continue
        except (SQLAlchemyError, OSError) as failure:
            raise SealingFailed(str(failure)) from failure
        if done is not None:
            return done
    message = "the log grows faster than its key can be replaced: try again"
    raise LogRefused(message)


async def _replace_key(
    connection: AsyncConnection, present: Signer | None, successor: Signer, reason: Reason
) -> LogKeys | None:
    """Write the succession; None where the log grew meanwhile."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(_NOT_FOR_LONG))
    await in_turn(connection, Lock.LOG_KEY)
    keys, newest = await log_keys(connection), await newest_checkpoint(connection)
    if keys and keys.successions and keys.present == successor.reader.vkey:
        return keys
    former = former_of(keys, present, reason)
    if keys is None or newest is None:
        raise LogRefused(_NOTHING)
    new = _succession(keys, newest, former, successor, reason)
    columns = [column.name for column in LOG_KEY.columns]
    await connection.execute(LOG_KEY.insert(), {name: getattr(new, name) for name in columns})
    # SQLite lets nobody else write from here on; what was sealed before that has to be seen.
    if await newest_checkpoint(connection) != newest:
        return None
    await connection.commit()
    return LogKeys(keys.first, (*keys.successions, new))


def former_of(keys: LogKeys | None, present: Signer | None, reason: Reason) -> Signer | str:
    """Give who signs the succession as the former key, or its public part where it does not.

    Raises:
        LogRefused: nothing was sealed yet, or *reason* does not go with the key that is there.

    """
    if keys is None:
        raise LogRefused(_NOTHING)
    former = present.signer_of(keys.present) if present else None
    if reason.is_witnessed and former is None:
        message = (
            f"log.key is not {keys.present}, by which the log is signed: restore it, or replace it as LOST or STOLEN"
        )
        raise LogRefused(message)
    if reason is Reason.LOST and former is not None:
        message = "log.key is there, and is the log's: it is not lost"
        raise LogRefused(message)
    return keys.present if former is None or not reason.is_witnessed else former


def _succession(keys: LogKeys, newest: Sealed, former: Signer | str, successor: Signer, reason: Reason) -> Succession:
    at = datetime.now(UTC)
    checkpoint = Checkpoint(successor.name, newest.size, newest.root, at)
    note = signed_succession(checkpoint, reason, former, successor)
    number = len(keys.successions) + 1
    return Succession(number, newest.size, successor.reader.vkey, reason, at, note)
