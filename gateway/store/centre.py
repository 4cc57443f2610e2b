"""The centre's database: where reported records stand, and all that changes with them (Art. 4, 12).

It may be the gateway's own, whose migration then makes these tables too, or another one.
"""

from sqlalchemy import Connection, inspect, text

from gateway.store.engine import Store, open_store
from gateway.store.locks import migrating
from gateway.store.roles import grant_to_keeper
from gateway.store.tables import CENTRE
from gateway.store.wall import put_up

__all__ = ["migrate_centre", "missing_in_centre", "prepare_centre"]


async def migrate_centre(url: str) -> None:
    """Create the tables of reported records at *url*; what is there is kept."""
    store = open_store(url)
    try:
        await _create(store)
    finally:
        await store.close()


async def prepare_centre(store: Store) -> None:
    """Make the centre's database ready: an embedded one gets its tables, a shared one waits for ``migrate``."""
    if not store.address.is_postgresql:
        await _create(store)


async def missing_in_centre(store: Store) -> list[str]:
    """Give the names of the centre's tables that are not there."""
    async with store.engine.connect() as connection:
        there = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    return sorted(CENTRE.tables.keys() - there)


async def _create(store: Store) -> None:
    schema = store.address.schema
    async with store.engine.begin() as connection:
        await migrating(connection)
        if schema is not None:
            await connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
        await connection.run_sync(_tables)


def _tables(connection: Connection) -> None:
    from connectors.credit_centre import METADATA as REPORTED  # noqa: PLC0415 - a connector is loaded when needed

    REPORTED.create_all(connection, checkfirst=True)
    CENTRE.create_all(connection, checkfirst=True)
    if connection.dialect.name == "postgresql":
        put_up(connection)
        grant_to_keeper(connection)
