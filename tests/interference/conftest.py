"""The city that all worlds are made of, the documents that are asked of all, and each document read once."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agreement.city import registered
from tests.interference.asking import Document, documents
from tests.interference.comparing import read_once
from tests.interference.worlds import CITY_SEED, the_city

DOCUMENTS = 80


@pytest.fixture(scope="session")
def seed() -> int:
    """Give the number from which all that is random follows."""
    return int(os.environ.get("XINYONG_TEST_SEED", "1"))


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the written city; worlds are copies of it."""
    with asyncio.Runner() as runner:
        return runner.run(the_city(tmp_path_factory.mktemp("interference"), CITY_SEED))


@pytest.fixture(scope="session")
def known(city: Path, seed: int) -> list[Document]:
    """Give the documents that are asked."""
    return documents(seed, DOCUMENTS, registered(city))


@pytest.fixture(scope="module", autouse=True)
def _each_document_is_read_once() -> Iterator[None]:
    with read_once():
        yield
