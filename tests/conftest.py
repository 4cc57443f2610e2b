"""What all tests may ask for: PostgreSQL and Redis where they answer, each time a clean place in them."""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import asyncpg
import hypothesis
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
ROLES = Path(__file__).parents[1] / "deploy/postgres/roles.sql"
REDIS = "redis://127.0.0.1:6379/15"
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
"""Which of the processes that share the suite this is: what they would disturb each other in is each one's own."""
ROLES_ARE_CHANGED = 20170199
"""Number of the advisory lock under which tests change what a whole server has once: its roles and their rights."""

# The machine may be slow; an example is wrong by its outcome, never by its time.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """Give the address of a PostgreSQL server in which schemas may be made; without one the test is skipped."""
    url = os.environ.get("XINYONG_TEST_POSTGRES_URL", POSTGRES)

    async def ask() -> None:
        connection = await asyncpg.connect(url, timeout=5)
        await connection.close()

    try:
        with asyncio.Runner() as runner:
            runner.run(ask())
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        _missing("PostgreSQL", url, "XINYONG_TEST_POSTGRES_URL", error)
    return url


@pytest.fixture
async def postgres_schema(postgres_url: str) -> AsyncIterator[str]:
    """Give ``postgresql://…?schema=NAME`` of a new, empty schema, which is dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    connection: Any = await asyncpg.connect(postgres_url)  # asyncpg ships no types
    try:
        await connection.execute(f'CREATE SCHEMA "{name}"')
        yield f"{postgres_url}{'&' if urlsplit(postgres_url).query else '?'}schema={name}"
        await connection.execute(f'DROP SCHEMA "{name}" CASCADE')
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an empty database, once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/house.sqlite"
    return str(request.getfixturevalue("postgres_schema"))


@contextmanager
def kept_schema(postgres_url: str, name: str, *makes: Callable[[str], Coroutine[Any, Any, None]]) -> Iterator[str]:
    """Give the address of a schema in which *makes* make tables: many tests share it one after the other."""
    schema = f"test_{name}_{uuid.uuid4().hex[:8]}"
    url = f"{postgres_url}{'&' if urlsplit(postgres_url).query else '?'}schema={schema}"

    async def drop() -> None:
        connection: Any = await asyncpg.connect(postgres_url)  # asyncpg ships no types
        try:
            await connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        finally:
            await connection.close()

    try:
        for make in makes:
            asyncio.run(make(url))
        yield url
    finally:
        asyncio.run(drop())


async def make_roles(url: str, gateway: str) -> None:
    """Run the script that makes the second wall's roles, for the role *gateway*."""
    connection: Any = await asyncpg.connect(url, server_settings={"xinyong.gateway": gateway})  # asyncpg ships no types
    try:
        async with _changing_roles(connection):
            await connection.execute(ROLES.read_text("utf-8"))
    finally:
        await connection.close()


@asynccontextmanager
async def _changing_roles(connection: Any) -> AsyncIterator[None]:  # noqa: ANN401 (asyncpg ships no types)
    """Let no other process that runs tests change the roles of this server meanwhile."""
    await connection.execute("SELECT pg_advisory_lock($1::bigint)", ROLES_ARE_CHANGED)
    try:
        yield
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1::bigint)", ROLES_ARE_CHANGED)


@dataclass(frozen=True)
class Login:
    """A role of a city's own, which is nobody special, and a schema that it owns."""

    name: str
    url: str


@pytest.fixture
async def login(postgres_url: str) -> AsyncIterator[Login]:
    """Give a role that may take no other, with an empty schema; both are gone after the test."""
    name = f"xinyong_test_{uuid.uuid4().hex[:12]}"
    parts = urlsplit(postgres_url)
    own = parts._replace(netloc=f"{name}:secret@{parts.netloc.rpartition('@')[2]}").geturl()
    connection: Any = await asyncpg.connect(postgres_url)  # as above
    try:
        await connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'")
        await connection.execute(f"CREATE SCHEMA {name} AUTHORIZATION {name}")
        async with _changing_roles(connection):
            await connection.execute(
                f"GRANT CREATE ON DATABASE {await connection.fetchval('SELECT current_database()')} TO {name}"
            )
        yield Login(name, f"{own}{'&' if parts.query else '?'}schema={name}")
        async with _changing_roles(connection):
            await connection.execute(f"DROP SCHEMA {name} CASCADE")
            await connection.execute(f"DROP OWNED BY {name} CASCADE")
            await connection.execute(f"DROP ROLE {name}")
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Give the address of a Redis database that the tests may fill; without one the test is skipped."""
    url = _own_database(os.environ.get("XINYONG_TEST_REDIS_URL", REDIS))
    client = redis.Redis.from_url(url, socket_connect_timeout=5, retry=Retry(NoBackoff(), 0))
    try:
        client.ping()
    except redis.RedisError as error:
        _missing("Redis", url, "XINYONG_TEST_REDIS_URL", error)
    finally:
        client.close()
    return url


def _own_database(url: str) -> str:
    """Give each process that runs tests a database of its own."""
    parts = urlsplit(url)
    return parts._replace(path=f"/{(int(parts.path.strip('/') or 0) - WORKER) % 16}").geturl()


@pytest.fixture
def clean_redis_url(redis_url: str) -> str:
    """Give the address of the tests' Redis database, emptied."""
    client = redis.Redis.from_url(redis_url)
    try:
        client.flushdb()
    finally:
        client.close()
    return redis_url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of a real Chromium; without one the test is skipped."""
    path = os.environ.get("XINYONG_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        _absent("There is no Chromium on the path: install it, or set XINYONG_TEST_CHROMIUM")
    return path


def _missing(service: str, url: str, variable: str, error: Exception) -> NoReturn:
    parts = urlsplit(url)
    reason = f"{service} does not answer at {parts.hostname}:{parts.port} ({type(error).__name__}): set {variable}"
    _absent(reason)


def _absent(reason: str) -> NoReturn:
    """Skip with the reason, or fail where nothing may be skipped."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
