"""Brings a database to the present shape of the gateway's tables, or says that it is not there yet."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.errors import StartRefused, Text
from gateway.store.engine import Store, open_store
from gateway.store.functions import put_functions
from gateway.store.locks import migrating
from gateway.store.months import add_months
from gateway.store.roles import grant_to_roles
from gateway.store.wall import put_up

__all__ = ["NotMigrated", "migrate", "prepare", "require_migrated"]

_SCRIPTS = Path(__file__).parent / "migrations"


class NotMigrated(StartRefused):
    """The database has not the tables that this version needs."""

    cure = Text("Run `xinyong migrate`, then start again.", "请先运行 `xinyong migrate`，再启动。")


async def migrate(url: str) -> None:
    """Create the tables at *url*, or bring them to the present version; what is there is kept."""
    store = open_store(url)
    try:
        await _upgrade(store)
    finally:
        await store.close()


async def prepare(store: Store) -> None:
    """Make the store ready to be used: an embedded one is brought up to date, a shared one only looked at.

    Raises:
        NotMigrated: where PostgreSQL has not the tables that this version needs.

    """
    if store.address.is_postgresql:
        await require_migrated(store.engine)
    else:
        await _upgrade(store)


async def require_migrated(engine: AsyncEngine) -> None:
    """Refuse a database that is not of this version.

    Raises:
        NotMigrated: naming ``xinyong migrate``.

    """
    async with engine.connect() as connection:
        found = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    needed = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    if found != needed:
        state = "has no tables of the gateway" if found is None else f"is of version {found}, not {needed}"
        message = f"the database {state}: run `xinyong migrate`"
        raise NotMigrated(message)


async def _upgrade(store: Store) -> None:
    schema = store.address.schema
    async with store.engine.begin() as connection:
        await migrating(connection)
        if schema is not None:
            await connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
        await connection.run_sync(_run)


def _run(connection: Connection) -> None:
    scripts = ScriptDirectory(str(_SCRIPTS))
    with EnvironmentContext(
        Config(),
        scripts,
        fn=lambda revision, _: scripts._upgrade_revs("head", revision),  # noqa: SLF001 - Alembic's own way to embed it
    ) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()
    if connection.dialect.name == "postgresql":
        put_functions(connection)
        add_months(connection)
        put_up(connection)
        grant_to_roles(connection)
