"""Two gateways over one database: what one took in is in the next answer of the other (Art. 11; R11.3).

They share Redis, or, where there is none, a bell in the folder of their keys.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from gateway.store import migrate
from tests.journeys.reporting import COMPANY, Reporter, honour, reporting, settings_of

SUBMIT = "mutation($input: RecordInput!) { submitRecord(input: $input) { outcome errors { code } } }"


@pytest.fixture(params=["redis", "bell"])
def over(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    """Give the database's address, and what the settings say besides."""
    if request.param == "bell":
        return f"sqlite:///{tmp_path}/house.sqlite", {}
    url: str = request.getfixturevalue("postgres_schema")
    return url, {"redis": {"url": request.getfixturevalue("clean_redis_url")}}


@pytest.fixture
async def two(over: tuple[str, dict[str, Any]], tmp_path: Path) -> AsyncIterator[tuple[Reporter, Reporter]]:
    """Give a reporter at the doors of each of two houses."""
    url, more = over
    await migrate(url)
    async with AsyncExitStack() as houses:
        one = await houses.enter_async_context(reporting(settings_of(url, tmp_path, **more)))
        other = await houses.enter_async_context(reporting(settings_of(url, tmp_path, **more)))
        yield one, other


async def bodies(houses: tuple[Reporter, Reporter]) -> list[list[str]]:
    """Ask both houses, twice, so that whatever may be kept is."""
    return [[each["awardingBody"] for each in await house.honours()] for house in (*houses, *houses)]


async def test_what_is_sent_in_corrected_and_revoked_is_so_in_both(two: tuple[Reporter, Reporter]) -> None:
    one, other = two
    await one.report([honour("0")])  # so that the subject is there, and its having nothing else is kept
    await one.report([honour("0", action="REVOKE")])
    assert await bodies(two) == [[]] * 4
    async with one.leaving(entries=2):  # that it was begun, and that it was taken
        told = await one.report([honour()], mode="BATCH")
    assert told.json["counts"]["accepted"] == 1
    assert await bodies(two) == [["郑州市人民政府"]] * 4

    given = {name: value for name, value in honour(awardingBody="乙").items() if not name.startswith("subject")}
    record = {"recordType": "Honour", "subject": {"unifiedSocialCreditCode": COMPANY}, "values": given}
    async with one.leaving(entries=3):  # the mutation's, and the submission's two
        changed = await other.ask(SUBMIT, {"input": record}, persona="tax-reporter")
    assert changed.data["submitRecord"]["outcome"] == "UPDATED"
    assert await bodies(two) == [["乙"]] * 4

    async with one.leaving(entries=2):
        told = await other.lines([honour(action="REVOKE")])
    assert told.json["counts"]["revoked"] == 1
    assert await bodies(two) == [[]] * 4
