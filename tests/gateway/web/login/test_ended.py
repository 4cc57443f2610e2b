"""A session that was ended is ended for every process of the house, and nothing of it is kept after its term."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, text

from gateway.access.callers import PUBLIC_CALLER
from gateway.store import Store, migrate, open_store
from gateway.store.tables import SESSION_ENDED
from gateway.web.login import EndedSessions
from gateway.web.login.errors import SessionsUnavailable
from gateway.web.sessions import Session

NOW = 1_795_600_000.0
KEY = bytes(range(32))


@pytest.fixture
async def stores(url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Give the database as two processes open it."""
    await migrate(url)
    one, other = open_store(url), open_store(url)
    yield one, other
    await one.close()
    await other.close()


def a_session(own_id: str, until: float = NOW + 60) -> Session:
    return Session(PUBLIC_CALLER, until, own_id)


async def test_what_one_process_ended_is_ended_for_all(stores: tuple[Store, Store]) -> None:
    here, there = (EndedSessions(each.engine, KEY) for each in stores)
    await here.end(a_session("a"), NOW)
    assert await there.has(a_session("a"))
    assert not await there.has(a_session("b"))
    await there.end(a_session("a"), NOW)
    assert await here.has(a_session("a")), "ended twice it stays so"


async def test_what_is_kept_names_nobody_and_goes_at_its_term(stores: tuple[Store, Store]) -> None:
    store, _ = stores
    ended = EndedSessions(store.engine, KEY)
    await ended.end(a_session("a", NOW + 60), NOW)
    assert not await EndedSessions(store.engine, b"o" * 32).has(a_session("a")), "a mark is of one house"
    async with store.engine.connect() as connection:
        assert (await connection.execute(select(SESSION_ENDED.c.mark))).scalar_one() != "a"
    await ended.end(a_session("b", NOW + 600), NOW + 59)
    assert await ended.has(a_session("a"))
    await ended.end(a_session("c", NOW + 600), NOW + 60)
    assert not await ended.has(a_session("a")), "its cookie is worth nothing by now"
    async with store.engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(SESSION_ENDED))).scalar_one() == 2


async def test_where_the_database_does_not_answer_nobody_says_that_a_session_goes_on(
    stores: tuple[Store, Store],
) -> None:
    store, _ = stores
    async with store.engine.begin() as connection:
        await connection.execute(text("DROP TABLE session_ended"))
    ended = EndedSessions(store.engine, KEY)
    with pytest.raises(SessionsUnavailable):
        await ended.has(a_session("a"))
    with pytest.raises(SessionsUnavailable):
        await ended.end(a_session("a"), NOW)
