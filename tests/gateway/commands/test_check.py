"""What ``xinyong check`` says of the second wall (Art. 15)."""

import asyncpg
import pytest

from connectors.wall import READERS
from gateway.commands.check import Problem, notes, problems
from gateway.settings import Settings
from gateway.store import migrate, migrate_centre
from schema.tiers import Tier
from tests.conftest import Login, make_roles


async def told(url: str, **more: object) -> tuple[list[Problem], list[Problem]]:
    """Give the problems and the notes of a database."""
    settings = Settings.model_validate({"database": {"url": url}, **more})
    found = await problems(lambda: settings), await notes(lambda: settings)
    return [each for each in found[0] if each.room == "database"], found[1]


async def test_a_wall_that_is_not_up_is_noted_and_is_no_problem(login: Login) -> None:
    await migrate(login.url)
    found, noted = await told(login.url)
    assert found == []
    assert [each.text for each in noted] == [
        "CREDIT_CENTRE: the second wall is not up: run deploy/postgres/roles.sql, then `xinyong migrate`"
    ]


async def test_of_a_wall_that_is_up_there_is_nothing_to_say(postgres_url: str, login: Login) -> None:
    await make_roles(postgres_url, login.name)
    await migrate(login.url)
    assert await told(login.url) == ([], [])


async def test_roles_that_are_not_ours_to_take_are_a_problem(postgres_url: str, login: Login) -> None:
    await make_roles(postgres_url, login.name)
    await migrate(login.url)
    superuser = await asyncpg.connect(postgres_url)
    await superuser.execute(f"REVOKE {READERS[Tier.PUBLIC]} FROM {login.name}")
    await superuser.close()
    (found,), noted = await told(login.url)
    assert "roles are not ours to take" in found.text
    assert noted == []


async def test_a_wall_of_another_version_is_a_problem(postgres_url: str, login: Login) -> None:
    await make_roles(postgres_url, login.name)
    await migrate(login.url)
    superuser = await asyncpg.connect(postgres_url)
    await superuser.execute(f"COMMENT ON POLICY {READERS[Tier.PUBLIC]} ON {login.name}.reported_record IS 'older'")
    await superuser.close()
    (found,), _ = await told(login.url)
    assert "another version: run `xinyong migrate`" in found.text


async def test_the_wall_is_looked_for_where_the_centres_records_are(
    postgres_url: str, login: Login, postgres_schema: str
) -> None:
    await make_roles(postgres_url, login.name)
    await migrate(login.url)
    await migrate(postgres_schema)
    assert await told(postgres_schema, connectors={"CREDIT_CENTRE": {"url": login.url}}) == ([], [])


async def test_a_centre_of_its_own_that_can_take_nothing_in_is_a_problem(login: Login, postgres_schema: str) -> None:
    await migrate(postgres_schema)
    (found,), _ = await told(postgres_schema, connectors={"CREDIT_CENTRE": {"url": login.url}})
    assert found.text.startswith("CREDIT_CENTRE: it has no ")
    assert "record_version" in found.text
    await migrate_centre(login.url)
    assert (await told(postgres_schema, connectors={"CREDIT_CENTRE": {"url": login.url}}))[0] == []


@pytest.mark.parametrize("url", ["sqlite:///var/city.sqlite", "postgresql://nobody@127.0.0.1:1/nothing"])
async def test_of_a_database_that_has_no_walls_or_is_not_there_nothing_is_noted(
    url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("city"))
    assert (await told(url))[1] == []
