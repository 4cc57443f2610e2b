import asyncio

from gateway.store import migrate, migrate_centre, missing_in_centre, open_store, prepare_centre
from gateway.store.tables import CENTRE


async def missing(url: str) -> list[str]:
    store = open_store(url)
    try:
        return await missing_in_centre(store)
    finally:
        await store.close()


async def test_the_centres_tables_are_made_in_a_database_of_its_own(url: str) -> None:
    assert await missing(url) == sorted(CENTRE.tables)
    await asyncio.gather(migrate_centre(url), migrate_centre(url)) if "postgres" in url else await migrate_centre(url)
    await migrate_centre(url)
    assert await missing(url) == []


async def test_the_centres_tables_come_with_the_gateways_where_it_is_one_database(url: str) -> None:
    await migrate(url)
    assert await missing(url) == []


async def test_an_embedded_centre_gets_its_tables_and_a_shared_one_waits_for_migrate(url: str) -> None:
    store = open_store(url)
    try:
        await prepare_centre(store)
        assert bool(await missing_in_centre(store)) is store.address.is_postgresql
    finally:
        await store.close()
