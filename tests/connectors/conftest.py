"""A small city on every engine that answers, and a way to ask its agencies as the gateway would."""

import asyncio
import hashlib
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
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


async def ask_city(
    city: City, who: str, record: str, *, kind: str = "LEGAL_PERSON", highest: Tier = Tier.RESTRICTED
) -> list[Record]:
    """Read all records of a type from all agencies, each with the agency's code and what of it was lost."""
    found: list[Record] = []
    key = SubjectKey(subject_id("uscc" if kind == "LEGAL_PERSON" else "rid", who), who)
    selection = Selection(RECORDS[record], (*RECORDS[record].fields, *(set(ENVELOPE) - set(RECORDS[record].fields))))
    for agency in AGENCIES:
        connector = agency(SqlSource(city.urls[agency.agency]), pseudonym=lambda number: f"key of {number}")
        if connector.serves_kind(record, kind):
            (answer,) = await connector.gather(Batch(kind, [key], (selection,), highest))
            found += _records(agency.agency, answer, selection)
        await connector.close()
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
def ask(city: City) -> Ask:
    """Give the reading of one story subject's records, by its key and a record type."""
    identifiers = {each["key"]: each["unifiedSocialCreditCode"] for each in sample()["legalPersons"]}
    identifiers |= {each["key"]: each["idNumber"] for each in sample()["individuals"]}

    async def read(key: str, record: str, highest: Tier = Tier.RESTRICTED) -> list[Record]:
        kind = "LEGAL_PERSON" if key.startswith("LP") else "INDIVIDUAL"
        return await ask_city(city, identifiers[key], record, kind=kind, highest=highest)

    return read


@pytest.fixture
def ask_of() -> Callable[..., Awaitable[list[Record]]]:
    """Give the reading of any subject of any city."""
    return ask_city
