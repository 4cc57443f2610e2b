import asyncpg
import redis


async def test_a_test_gets_a_schema_of_its_own(postgres_schema: str) -> None:
    url, _, name = postgres_schema.partition("?schema=")
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname = $1", name)
    finally:
        await connection.close()
    assert found == 1


def test_a_test_gets_an_empty_redis(clean_redis_url: str) -> None:
    client = redis.Redis.from_url(clean_redis_url)
    try:
        assert client.dbsize() == 0
    finally:
        client.close()
