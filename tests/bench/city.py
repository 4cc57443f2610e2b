"""The data: a synthetic city on PostgreSQL, one schema an agency, written once and kept with the keys of its ids."""

import asyncio
import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import click

from connectors.demonstration import METADATA, Size, benchmark_subjects, sample, write_city
from gateway.access.keys import Keys

__all__ = ["GATEWAY_SCHEMA", "SCHEMAS", "City", "address", "ready", "server"]

SCHEMAS = {agency: f"bench_{agency.lower()}" for agency in METADATA}
GATEWAY_SCHEMA = "bench_gateway"
_SEED = 80
_SUBJECTS = 2_000
_MADE_BY = ("connectors/*.py", "connectors/demonstration/*.py", "connectors/demonstration/*.json")
_KEPT_IN = SCHEMAS["CREDIT_CENTRE"]


@dataclass(frozen=True, slots=True)
class City:
    """Where the city is: the server, the keys under which its ids were made, and whom to ask about."""

    size: Size
    postgres: str
    keys_folder: Path
    as_of: date
    codes: tuple[str, ...]


def server(url: str) -> str:
    """Give the address of a server and database alone, as asyncpg takes it.

    >>> server("postgresql+asyncpg://me@db/city?schema=credit")
    'postgresql://me@db/city'
    """
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql", query=""))


def address(postgres: str, schema: str) -> str:
    """Give the address of one schema of the server."""
    return urlunsplit(urlsplit(postgres)._replace(query=f"schema={schema}"))


def ready(size: Size, postgres: str, folder: Path, gateways: Sequence[str] = (GATEWAY_SCHEMA,)) -> City:
    """Give the city, written anew unless the server holds the same already; the gateway's own schema is emptied."""
    keys_folder = folder / "keys"
    city = City(size, postgres, keys_folder, _as_of(), tuple(benchmark_subjects(size, _SUBJECTS)))
    keys = Keys(keys_folder)
    mark = _mark(city, keys)
    if asyncio.run(_written_before(postgres)) != mark:
        _write(city, keys)
        asyncio.run(_remember(postgres, mark))
    for schema in gateways:
        asyncio.run(_run(postgres, f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
    return city


def _as_of() -> date:
    """Give the day of the stories: the city does not age, so that it is written once."""
    return date.fromisoformat(sample()["asOf"])


def _write(city: City, keys: Keys) -> None:
    urls = {agency: address(city.postgres, schema) for agency, schema in SCHEMAS.items()}
    written = write_city(
        city.size,
        urls,
        as_of=city.as_of,
        seed=_SEED,
        subject_id=lambda kind, code: keys.subject_id("uscc" if kind == "uscc" else "rid", code),
        seal=keys.seal,
        id_digest=keys.id_number_digest,
        progress=_progress if sys.stderr.isatty() else None,
    )
    click.echo(f"a city was written: {written.legal_persons} legal persons, {written.rows} rows", err=True)


def _progress(what: str, done: int, total: int) -> None:
    click.echo(f"\r{what}: {done} of {total}   ", nl=done == total, err=True)


def _mark(city: City, keys: Keys) -> str:
    """Name everything on which the written rows depend: size, day, keys, and the code that writes them."""
    told = hashlib.sha256(f"{city.size} {city.as_of} {_SEED} {keys.subject_id('uscc', 'bench')}".encode())
    for file in _sources():
        told.update(file.read_bytes())
    return told.hexdigest()


def _sources() -> Iterable[Path]:
    root = Path(__file__).parents[2]
    return sorted(file for pattern in _MADE_BY for file in root.glob(pattern))


async def _written_before(postgres: str) -> str | None:
    connection = await asyncpg.connect(postgres)
    try:
        if await connection.fetchval("SELECT to_regclass($1)", f"{_KEPT_IN}.bench_mark") is None:
            return None
        mark: str | None = await connection.fetchval(f"SELECT mark FROM {_KEPT_IN}.bench_mark")  # noqa: S608 (our own name)
        return mark
    finally:
        await connection.close()


async def _remember(postgres: str, mark: str) -> None:
    await _run(
        postgres,
        f"DROP TABLE IF EXISTS {_KEPT_IN}.bench_mark; "
        f"CREATE TABLE {_KEPT_IN}.bench_mark AS SELECT '{mark}'::text AS mark; VACUUM",
    )


async def _run(postgres: str, statements: str) -> None:
    connection = await asyncpg.connect(postgres)
    try:
        for statement in statements.split("; "):
            await connection.execute(statement)
    finally:
        await connection.close()
