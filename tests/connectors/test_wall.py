"""The second wall: in PostgreSQL no role reads a record above its tier, whatever the statement asks (Art. 15)."""

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import asyncpg
import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from connectors.connector import OPEN, Batch, Found, Rows, Selection, SubjectKey
from connectors.credit_centre import REPORTED_RECORD, WALL, CreditCentre
from connectors.errors import SourceMisbehaved
from connectors.register import Register
from connectors.sources import statement
from connectors.sources.sql import SqlSource
from connectors.wall import KEEPER, READERS
from gateway.federation.subjects.records import Layout, Reading
from gateway.store import migrate
from schema.catalogue import RECORDS
from schema.definition import RecordDefinition
from schema.tiers import Tier
from tests.conftest import Login, make_roles

TYPES = tuple(each.name for each in WALL.definitions)
KINDS = ("LEGAL_PERSON", "INDIVIDUAL")
READ = ("provider", "version", "recordTier", "reportedAt")


@pytest.fixture
async def city(postgres_url: str, login: Login) -> str:
    """Give the database of a city that has made the roles, with some hundred records in it."""
    await make_roles(postgres_url, login.name)
    await migrate(login.url)
    await fill(login.url)
    return login.url


@pytest.fixture
async def plain_city(login: Login) -> str:
    """Give the same of a city that has made no roles, or none for its gateway."""
    await migrate(login.url)
    await fill(login.url)
    return login.url


def reported() -> Iterator[dict[str, Any]]:
    """Make records of every type, kind and tier, with every value on which a rule rests, and values of no list."""
    chance = random.Random(15)  # noqa: S311 (the same in every run)
    for n in range(1_200):
        definition = RECORDS[TYPES[n % len(TYPES)]]
        payload = {name: chance.choice(_words(definition, name)) for name in _ruling(definition)}
        payload |= {name: _key_part(definition, name, n) for name in definition.key if name not in payload}
        kind = chance.choice(definition.subject_kinds)
        yield {
            "record_type": definition.name,
            "provider": chance.choice(("TAX", "MARKET_REGULATION", "ECOLOGY")),
            "subject_id": f"{kind} {n % 2}",
            "natural_key": str(n),
            "kind": str(kind),
            "version": chance.randrange(1, 4),
            "reported_at": "2024-05-06T08:00:00+08:00",
            "submission_id": f"S{n}",
            "submission_mode": "BATCH",
            "record_status": "ACTIVE",
            "dispute_status": "NONE",
            "sealed": chance.random() < 0.1,
            "record_tier": max(str(definition.tier.value), chance.choice("AAABC")),
            "catalogue_version": "1",
            "payload": orjson.dumps({name: value for name, value in payload.items() if value is not None}).decode(),
        }


def _ruling(definition: RecordDefinition) -> set[str]:
    return {name for rule in definition.tier_rules for name in rule.when.fields if name in definition.fields}


def _key_part(definition: RecordDefinition, name: str, n: int) -> str | int:
    """Give a value of a natural key as its field holds one."""
    said = definition.fields[name]
    if said.enum is not None:
        return sorted(said.enum.__members__)[n % len(said.enum.__members__)]
    if said.type == "Int":
        return 1900 + n
    return "2024-05-06" if said.type == "Date" else f"{name} {n}"


def _words(definition: RecordDefinition, name: str) -> list[Any]:
    named = definition.fields[name].enum
    return [None, "—", *([True, False] if named is None else named.__members__)]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:  # asyncpg ships no types
    parsed = make_url(url)
    plain = parsed.set(query={}).render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain, server_settings={"search_path": str(parsed.query["schema"])})
    try:
        yield connection
    finally:
        await connection.close()


async def fill(url: str) -> None:
    rows = list(reported())
    async with connected(url) as owner:
        await owner.copy_records_to_table(
            REPORTED_RECORD.name, records=[tuple(row.values()) for row in rows], columns=list(rows[0])
        )


@asynccontextmanager
async def reading(url: str, *, walled: bool = True) -> AsyncIterator[CreditCentre]:
    centre = CreditCentre(SqlSource(url, wall=WALL if walled else None), lambda number: number, frozenset(TYPES))
    try:
        yield centre
    finally:
        await centre.close()


async def ask(centre: CreditCentre, name: str, kind: str, highest: Tier, *more: str, own: str = "") -> list[list[Any]]:
    """Read all records of a type; what names it stands first in each row."""
    definition = RECORDS[name]
    columns = ("submissionId", *definition.key, *READ, *sorted(_ruling(definition)), *more)
    keys = [SubjectKey(f"{kind} {n}", f"c{n}") for n in range(3)]
    rows: Rows = await centre.gather(Batch(kind, keys, (Selection(definition, columns),), highest, own))
    return sorted([row for each in rows if isinstance(each, Found) for row in each.rows[0]], key=str)


def visible(name: str, kind: str, highest: Tier) -> list[str]:
    """Give the names of what exists for a clearance, by the catalogue and the slow way (R15.2)."""
    definition = RECORDS[name]
    wanted = Layout.always(definition, expires=False) | {"recordTier", "sealed"} | _ruling(definition)
    slow = Reading(Layout(definition, tuple(sorted(wanted))), kind, expires=False, identity=b"")
    found = []
    for each in reported():
        payload = orjson.loads(each["payload"])
        said = payload | {"recordTier": each["record_tier"], "sealed": each["sealed"]}
        row = [None if said.get(column) == "—" else said.get(column) for column in slow.layout.columns]
        if (each["record_type"], each["kind"]) == (name, kind) and slow.exists(row, highest):
            found.append(each["submission_id"])
    return sorted(found)


def _nothing_of_the_tier(*_: object) -> Iterator[Any]:
    yield from ()


# What the wall shows


@pytest.mark.parametrize("highest", list(Tier))
async def test_a_statement_that_forgets_the_tier_gives_no_record_above_it(
    city: str, highest: Tier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "_within_tier", _nothing_of_the_tier)
    shown = 0
    async with reading(city) as centre, reading(city, walled=False) as unguarded:
        for name in TYPES:
            for kind in KINDS:
                if centre.serves_kind(name, kind):
                    found = await ask(centre, name, kind, highest)
                    assert sorted(row[0] for row in found) == visible(name, kind, highest)
                    assert len(await ask(unguarded, name, kind, highest)) >= len(found)
                    shown += len(found)
    assert shown


async def test_without_the_wall_the_forgotten_tier_shows_all(plain_city: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(plain_city) as centre:
        guarded = await ask(centre, "AdministrativePenalty", "LEGAL_PERSON", Tier.PUBLIC)
    monkeypatch.setattr(statement, "_within_tier", _nothing_of_the_tier)
    async with reading(plain_city) as centre:
        everything = await ask(centre, "AdministrativePenalty", "LEGAL_PERSON", Tier.PUBLIC)
    assert len(everything) > len(guarded) > 0


@pytest.mark.parametrize("own", ["", "TAX"])
@pytest.mark.parametrize("more", [(), (OPEN,)])
async def test_behind_the_wall_every_question_has_the_answer_that_it_has_without(
    city: str, more: tuple[str, ...], own: str
) -> None:
    closed = 0
    async with reading(city) as walled, reading(city, walled=False) as plain:
        for highest in Tier:
            for name in TYPES:
                for kind in KINDS:
                    if walled.serves_kind(name, kind):
                        found = await ask(walled, name, kind, highest, *more, own=own)
                        assert found == await ask(plain, name, kind, highest, *more, own=own), (name, kind, highest)
                        closed += sum(row[-1] is False for row in found if more)
    assert bool(closed) is bool(more)


async def test_what_is_sealed_is_shown_to_no_role(city: str) -> None:
    judgments = replace(WALL, definitions=(RECORDS["EffectiveJudgment"],))
    kinds, words, seals = KINDS, ("JUDGMENT", "MEDIATION", "—", None), (True, False)
    rows = [(kind, word, sealed) for kind in kinds for word in words for sealed in seals]
    like = next(iter(reported()))
    async with connected(city) as owner:
        await owner.execute("DELETE FROM reported_record WHERE record_type = 'EffectiveJudgment'")
        for n, (kind, word, sealed) in enumerate(rows):
            own = {"record_type": "EffectiveJudgment", "natural_key": f"J{n}", "record_tier": "A"}
            said = (
                like | own | {"kind": kind, "sealed": sealed, "payload": orjson.dumps({"documentType": word}).decode()}
            )
            await owner.copy_records_to_table(REPORTED_RECORD.name, records=[tuple(said.values())], columns=list(said))
        for highest in Tier:
            asked = sa.select(REPORTED_RECORD.c.natural_key).where(judgments.visible(highest))
            dialect = SqlSource(city).dialect
            written = str(asked.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
            shown = {row[0] for row in await owner.fetch(written)}
            assert shown == {
                f"J{n}"
                for n, (kind, word, sealed) in enumerate(rows)
                if not sealed
                and (kind != "INDIVIDUAL" or highest is Tier.RESTRICTED)
                and (word != "MEDIATION" or highest > Tier.PUBLIC)
            }


async def test_of_what_is_hidden_nothing_but_the_natural_key_and_the_version_is_told(city: str) -> None:
    async with connected(city) as someone:
        for highest, role in READERS.items():
            await someone.execute(f"SET ROLE {role}")
            rows = await someone.fetch("SELECT * FROM hidden_administrative_penalty")
            assert rows, highest  # what is sealed is hidden from every role
            for row in rows:
                assert set(row.keys()) == {"record_type", "provider", "subject_id", "version", "payload"}
                assert set(orjson.loads(row["payload"])) <= set(RECORDS[row["record_type"]].key)


# Who may do what


async def test_a_reader_writes_nothing_and_a_keeper_writes(city: str) -> None:
    async with connected(city) as someone:
        everything = await someone.fetchval("SELECT count(*) FROM reported_record")
        shown = []
        for role in READERS.values():
            await someone.execute(f"SET ROLE {role}")
            shown.append(await someone.fetchval("SELECT count(*) FROM reported_record"))
            for forbidden in ("DELETE FROM reported_record", "UPDATE reported_record SET record_tier = 'A'"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await someone.execute(forbidden)
        assert 0 < shown[0] < shown[1] < shown[2] <= everything
        await someone.execute(f"SET ROLE {KEEPER}")
        assert await someone.execute("UPDATE reported_record SET version = version + 1") == f"UPDATE {everything}"
        await someone.execute("RESET ROLE")
        assert await someone.execute("UPDATE reported_record SET version = version + 1") == f"UPDATE {everything}"


async def test_a_record_of_a_type_that_is_not_in_the_catalogue_is_hidden(city: str) -> None:
    async with connected(city) as someone:
        await someone.execute("UPDATE reported_record SET record_type = 'NewType', record_tier = 'A', sealed = false")
        for role in READERS.values():
            await someone.execute(f"SET ROLE {role}")
            assert await someone.fetchval("SELECT count(*) FROM reported_record") == 0


async def test_the_register_is_read_as_the_role_that_reads_the_least(city: str) -> None:
    source = SqlSource(city, wall=WALL)
    try:
        assert await Register(source, lambda sealed, _: sealed).find("id", ["nobody"]) == [None]
        ((role,),) = await source.fetch("SELECT current_user::text", ())
        assert role == READERS[Tier.PUBLIC]
    finally:
        await source.close()


async def test_each_role_keeps_its_connection_and_takes_its_role_once(
    city: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[str] = []
    original = asyncpg.Connection.execute

    async def execute(self: Any, query: str, *arguments: Any, **more: Any) -> Any:  # noqa: ANN401 (asyncpg's own)
        executed.append(query)
        return await original(self, query, *arguments, **more)

    monkeypatch.setattr(asyncpg.Connection, "execute", execute)
    async with reading(city) as centre:
        for _ in range(3):
            for highest in (*Tier, *reversed(Tier)):
                await ask(centre, "Honour", "LEGAL_PERSON", highest)
    taken = [query for query in executed if "ROLE" in query]
    assert sorted(taken) == sorted(f"SET ROLE {role}" for role in READERS.values())


async def test_behind_a_wall_whose_roles_are_not_ours_nothing_is_read_and_the_script_is_named(
    postgres_url: str, city: str, login: Login
) -> None:
    async with connected(f"{postgres_url}?schema={login.name}") as superuser:
        await superuser.execute(f"REVOKE {READERS[Tier.SHARED]} FROM {login.name}")
    async with reading(city) as centre:
        with pytest.raises(SourceMisbehaved, match=r"roles\.sql"):
            await ask(centre, "Honour", "LEGAL_PERSON", Tier.PUBLIC)


# How it is put up


async def test_the_roles_can_be_made_twice_and_the_wall_put_up_twice(
    postgres_url: str, city: str, login: Login
) -> None:
    await make_roles(postgres_url, login.name)
    await migrate(city)
    async with reading(city) as centre:
        assert await ask(centre, "Honour", "LEGAL_PERSON", Tier.RESTRICTED)


async def test_roles_for_a_gateway_that_is_not_there_are_refused(postgres_url: str) -> None:
    with pytest.raises(asyncpg.RaiseError, match="no role nobody_of_that_name"):
        await make_roles(postgres_url, "nobody_of_that_name")


async def test_a_wall_of_another_version_is_put_up_anew_by_migrate(city: str) -> None:
    policy = READERS[Tier.PUBLIC]
    async with connected(city) as owner:
        await owner.execute(f"ALTER POLICY {policy} ON reported_record USING (true)")
        await owner.execute(f"COMMENT ON POLICY {policy} ON reported_record IS 'another'")
    await migrate(city)
    async with connected(city) as owner:
        standing = await owner.fetchrow(WALL.standing())
        assert tuple(standing) == (True, True, WALL.digest(), True)
        await owner.execute(f"SET ROLE {policy}")
        assert await owner.fetchval("SELECT max(record_tier) FROM reported_record") == "A"


async def test_a_role_that_may_take_no_other_migrates_as_ever(plain_city: str) -> None:
    async with connected(plain_city) as owner:
        assert tuple(await owner.fetchrow(WALL.standing())) == (True, False, None, False)


def test_the_wall_hides_by_the_same_rules_in_every_process() -> None:
    assert WALL.digest() == WALL.digest()
    assert len(list(WALL.statements())) == len(set(WALL.statements()))
