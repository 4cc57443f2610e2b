"""A small city on every engine that answers, and a way to ask its agencies as the gateway would."""

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from connectors.connector import Batch, Connector, Found, Selection, SubjectKey
from connectors.courts import Courts
from connectors.credit_centre import CreditCentre
from connectors.demonstration import METADATA, sample, write_city
from connectors.market_regulation import MarketRegulation
from connectors.social_insurance import SocialInsurance
from connectors.sources.sql import SqlSource
from connectors.tax import Tax
from schema.catalogue import ENVELOPE, RECORDS
from schema.tiers import Tier

AS_OF = date(2026, 11, 23)
AGENCIES: tuple[type[Connector], ...] = (Tax, Courts, SocialInsurance, MarketRegulation, CreditCentre)


def subject_id(prefix: str, canonical: str) -> str:
    """Stand in for the gateway's keyed id."""
    return hashlib.sha256(f"{prefix}:{canonical}".encode()).hexdigest()[:24]


def seal(plaintext: bytes, context: bytes) -> bytes:
    """Stand in for the gateway's sealing: nothing of the plaintext is in it."""
    return hashlib.sha256(plaintext + context).digest()


def id_digest(number: str) -> bytes:
    """Stand in for the gateway's keyed digest."""
    return hashlib.sha256(number.encode()).digest()


@dataclass(frozen=True)
class City:
    """The databases of a written city, by agency."""

    urls: Mapping[str, str]

    def write(self, size: Any = "small", as_of: date = AS_OF, seed: int = 1) -> None:  # noqa: ANN401 (a literal's name)
        """Write it (anew)."""
        write_city(size, self.urls, as_of=as_of, seed=seed, subject_id=subject_id, seal=seal, id_digest=id_digest)


def sqlite_city(folder: Path) -> City:
    """Name a file for each agency."""
    return City({agency: f"sqlite:///{folder}/{agency.lower()}.db" for agency in METADATA})


@pytest.fixture(scope="session")
def new_city(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], City]:
    """Give cities that are not yet written, each in a folder of its own."""
    return lambda: sqlite_city(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, new_city: Callable[[], City]) -> Iterator[City]:
    """Give the small city, once on each engine."""
    if request.param == "sqlite":
        written = new_city()
        written.write()
        yield written
        return
    url = request.getfixturevalue("postgres_url")
    run = uuid.uuid4().hex[:8]
    schemas = {agency: f"test_{run}_{agency.lower()}" for agency in METADATA}
    written = City({agency: f"{url}{'&' if '?' in url else '?'}schema={name}" for agency, name in schemas.items()})
    try:
        written.write()
        yield written
    finally:
        with asyncio.Runner() as runner:
            runner.run(_drop(url, list(schemas.values())))


async def _drop(url: str, schemas: list[str]) -> None:
    connection = await asyncpg.connect(url)
    for schema in schemas:
        await connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
    await connection.close()


Record = dict[str, Any]
Ask = Callable[..., Awaitable[list[Record]]]
IDENTIFIERS = {each["key"]: each["unifiedSocialCreditCode"] for each in sample()["legalPersons"]}
IDENTIFIERS |= {each["key"]: each["idNumber"] for each in sample()["individuals"]}


@asynccontextmanager
async def connected(city: City) -> AsyncIterator[list[Connector]]:
    """Give the connectors of a city's agencies, and close them."""
    opened = [
        agency(SqlSource(city.urls[agency.agency]), pseudonym=lambda number: f"key of {number}") for agency in AGENCIES
    ]
    try:
        yield opened
    finally:
        for each in opened:
            await each.close()


async def read_records(
    opened: list[Connector], who: Iterable[str], record: str, highest: Tier, *, kind: str
) -> list[Record]:
    """Read all records of a type from all agencies, each with the agency's code and what of it was lost."""
    prefix = "uscc" if kind == "LEGAL_PERSON" else "rid"
    keys = [SubjectKey(subject_id(prefix, each), each) for each in who]
    selection = Selection(RECORDS[record], (*RECORDS[record].fields, *(set(ENVELOPE) - set(RECORDS[record].fields))))
    found: list[Record] = []
    for each in opened:
        if each.serves_kind(record, kind):
            for answer in await each.gather(Batch(kind, keys, (selection,), highest)):
                assert isinstance(answer, Found), answer
                found += _records(each.agency, answer, selection)
    return found


def _records(agency: str, answer: Found, selection: Selection) -> list[Record]:
    return [
        {
            "agency": agency,
            "lost": [loss.field for loss in answer.losses if loss.row is row],
            **dict(zip(selection.columns, row, strict=True)),
        }
        for row in answer.rows[0]
    ]


@pytest.fixture
async def ask(city: City) -> AsyncIterator[Ask]:
    """Give the reading of one story subject's records, by its key and a record type."""
    async with connected(city) as opened:

        async def read(key: str, record: str, highest: Tier = Tier.RESTRICTED) -> list[Record]:
            kind = "LEGAL_PERSON" if key.startswith("LP") else "INDIVIDUAL"
            return await read_records(opened, [IDENTIFIERS[key]], record, highest, kind=kind)

        yield read


@pytest.fixture
async def ask_everyone(city: City) -> AsyncIterator[Ask]:
    """Give the reading of all story subjects' records of a type."""
    async with connected(city) as opened:

        async def read(record: str) -> list[Record]:
            found: list[Record] = []
            for kind in RECORDS[record].subject_kinds:
                letters = "LP" if kind == "LEGAL_PERSON" else "IN"
                who = [each for key, each in IDENTIFIERS.items() if key.startswith(letters)]
                found += await read_records(opened, who, record, Tier.RESTRICTED, kind=kind)
            return found

        yield read


@pytest.fixture
def ask_of() -> Ask:
    """Give the reading of a legal person of any city."""

    async def read(city: City, code: str, record: str) -> list[Record]:
        async with connected(city) as opened:
            return await read_records(opened, [code], record, Tier.RESTRICTED, kind="LEGAL_PERSON")

    return read
