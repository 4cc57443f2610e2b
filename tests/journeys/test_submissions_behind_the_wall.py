"""A gateway that owns no table takes submissions in as the role that keeps records, and reads them as its readers."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from gateway.store import migrate
from tests.conftest import Login, make_roles
from tests.journeys.reporting import PERSON, Reporter, honour, reporting, settings_of


@pytest.fixture
async def reporter(postgres_url: str, login: Login, tmp_path: Path) -> AsyncIterator[Reporter]:
    """Give a reporter at the door of a house whose login is let into its roles, and owns nothing."""
    name = f"xinyong_test_{uuid.uuid4().hex[:12]}"
    superuser: Any = await asyncpg.connect(postgres_url)  # asyncpg ships no types
    try:
        await superuser.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'")
        await make_roles(postgres_url, name)
        await make_roles(postgres_url, login.name)
        await migrate(login.url)
        parts = urlsplit(login.url)
        url = parts._replace(netloc=f"{name}:secret@{parts.netloc.rpartition('@')[2]}").geturl()
        async with reporting(settings_of(url, tmp_path)) as someone:
            yield someone
        await superuser.execute(f"DROP OWNED BY {name} CASCADE")
        await superuser.execute(f"DROP ROLE {name}")
    finally:
        await superuser.close()


async def test_what_is_reported_comes_in_is_corrected_and_revoked(reporter: Reporter) -> None:
    own = {name: value for name, value in honour().items() if not name.startswith("subject")}
    told = await reporter.report([honour(), {**own, **PERSON}, honour("2", awardedOn="?")])
    assert told.status == 201, told.body
    assert {name: n for name, n in told.json["counts"].items() if n} == {"accepted": 2, "refused": 1}
    told = await reporter.report([honour(awardingBody="乙")])
    assert told.json["counts"]["updated"] == 1
    (shown,) = await reporter.honours()
    assert shown["awardingBody"] == "乙"
    told = await reporter.report([honour(action="REVOKE")], allOrNothing=True)
    assert told.json["counts"]["revoked"] == 1
    assert await reporter.honours() == []


async def test_a_version_that_was_written_is_never_changed(reporter: Reporter) -> None:
    await reporter.report([honour()])
    assert reporter.house.graph.collection is not None
    centre = reporter.house.graph.collection.intake.centre
    for change in ("UPDATE record_version SET payload = '{}'", "UPDATE record_version SET officer = 'nobody'"):
        with pytest.raises(Exception, match="permission denied"):
            async with centre.writing() as connection:
                await connection.exec_driver_sql(change)
