"""The city that both engines answer from, written once."""

import asyncio
from pathlib import Path

import pytest

from tests.agreement.city import write
from tests.agreement.records import Knowledge, know

_SEED = 80


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the written city; gateways work on copies of it."""
    folder = tmp_path_factory.mktemp("agreement")
    with asyncio.Runner() as runner:
        runner.run(write(folder, _SEED))
    return folder


@pytest.fixture(scope="session")
def knowledge(city: Path) -> Knowledge:
    """Give all that there is to know of the city."""
    with asyncio.Runner() as runner:
        return runner.run(know(city))
