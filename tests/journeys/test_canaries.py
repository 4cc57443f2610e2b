"""Nothing that was answered, and no identity number that was asked, is left in any sink (Art. 17, 19, 20; R9.7)."""

import logging
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
import redis
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import select

from connectors.demonstration import sample
from gateway.access.keys import Keys
from gateway.audit.body import unseal
from gateway.store import Store, open_store
from gateway.store.tables import METADATA, RECORD
from schema.catalogue import AGENCIES
from tests.journeys.questions import EVERYTHING_OF_A_LEGAL_PERSON, EVERYTHING_OF_AN_INDIVIDUAL
from tests.journeys.visitor import CODES, PERSONS, SUPERVISION, Place, Visitor, visiting

NUMBERS = [each["idNumber"] for each in PERSONS.values()]
NAMES = [each["name"] for each in PERSONS.values()]
COMPANIES = [each["name"] for each in sample()["legalPersons"]]
LETTER = {"papers": ["DEMO-LETTER-TAX"]}
BY_NUMBER = """query N($of: IndividualRef!) { subject(by: {individual: $of}) { id name } }"""
PLAIN = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?|[A-Z_]+")
"""A day, a month, or a code of the law's own."""
SHORTEST = 6
"""Characters of a value at least that can be told from what stands everywhere."""
CHANCE = re.compile(r"[0-9a-f]{1,9}")
"""What stands by chance within a digest or an instant: half a million random digits hold such a code now and then."""


def holds(sink: str, canary: str) -> bool:
    """Say whether a value is in a sink; what could be a piece of a digest or of a moment only where it stands alone."""
    if canary not in sink:
        return False
    return not CHANCE.fullmatch(canary) or re.search(rf"(?<![0-9a-f.]){canary}(?![0-9a-f])", sink) is not None


def values(told: object) -> Iterator[str]:
    """Give all texts of an answer's data, without the gateway's own ids, and without what the trail itself tells."""
    if isinstance(told, dict):
        for name, value in told.items():
            if name not in ("id", "__typename", "cursor", "endCursor", "startCursor", "queryLog"):
                yield from values(value)
    elif isinstance(told, list):
        for value in told:
            yield from values(value)
    elif isinstance(told, str):
        yield told


async def ask_everything(visitor: Visitor) -> set[str]:
    """Ask as the journeys do, some of it clumsily; give every value that was answered."""
    number, name = PERSONS["IN-09"]["idNumber"], PERSONS["IN-09"]["name"]
    of = {"idType": "RESIDENT_ID", "idNumber": number, "name": name}
    askers = [("company", "LP-07"), ("tax-officer", "LP-10"), ("public", "LP-06"), ("court-officer", "LP-10")]
    told: list[Any] = [
        await visitor.ask(EVERYTHING_OF_A_LEGAL_PERSON, {"code": CODES[code]}, persona=persona, purpose=SUPERVISION)
        for persona, code in askers * 2
    ]
    own = PERSONS["IN-10"]
    ref = {"idType": "RESIDENT_ID", "idNumber": own["idNumber"], "name": own["name"]}
    told.append(await visitor.ask(EVERYTHING_OF_AN_INDIVIDUAL, {"of": ref}, persona="individual"))
    told.append(
        await visitor.ask(
            EVERYTHING_OF_AN_INDIVIDUAL, {"of": of}, persona="tax-officer", purpose=SUPERVISION, extensions=LETTER
        )
    )
    clumsy = {"code": "SUPERVISION", "text": f"核查{number}与{NUMBERS[0]}的纳税情况"}
    told.append(await visitor.ask(BY_NUMBER, {"of": of}, persona="tax-officer", purpose=clumsy))
    literal = f'query Q_{number} {{ subject(by: {{individual: {{idNumber: "{number}", name: "{name}"}}}}) {{ name }} }}'
    headers = {"x-request-id": number, "x-query-paper": number}
    await visitor.ask(literal, persona="tax-officer", purpose=SUPERVISION, headers=headers)
    await visitor.ask(literal, persona="tax-officer", purpose=SUPERVISION, headers={"x-request-id": number})
    await visitor.ask(BY_NUMBER, {"of": {**of, "idNumber": number[:-1] + "0"}}, persona="tax-officer")
    await visitor.ask(BY_NUMBER, {"of": {**of, "idType": number}}, persona="tax-officer")
    await visitor.ask(f"query {{ {name} }}", persona="public")
    return {value for each in told for value in values(each.json.get("data"))}


async def everything_kept(store: Store, keys: Keys) -> str:
    """Give all rows of all of the trail's tables, the sealed parts opened."""
    kept: list[str] = []
    async with store.engine.connect() as connection:
        for name, table in METADATA.tables.items():
            if name.startswith("audit_"):
                kept += [repr(tuple(row)) for row in await connection.execute(select(table))]
        for row in await connection.execute(select(RECORD)):
            key = keys.month_key(date(row.key_id // 100, row.key_id % 100, 1))[1]
            kept.append(unseal(row.sealed, row.stream, row.seq, key).decode())
            kept.append(bytes(row.head).decode())
            assert orjson.loads(row.head)["sealed"]
    return "\n".join(kept)


def written_files(*folders: Path) -> str:
    """Give the bytes of all files as Latin-1 and as UTF-8."""
    files = [each for folder in folders for each in folder.rglob("*") if each.is_file()]
    content = b"\n".join(each.read_bytes() for each in files)
    return content.decode("latin-1") + content.decode("utf-8", "replace")


@pytest.fixture
def words() -> set[str]:
    """Give what may stand anywhere: the catalogue's and the graph's own words."""
    printed = (Path(__file__).parents[2] / "schema" / "subject.graphql").read_text("utf-8")
    return {printed, *(each.chinese for each in AGENCIES.values()), *AGENCIES}


def test_a_code_is_found_where_it_stands_and_not_within_a_digest() -> None:
    assert holds('{"district":"410105"}', "410105")
    assert holds("district=410105\n", "410105")
    assert not holds("85e6e2e04dc410105e40c10de92163c1", "410105")
    assert not holds("05:31:11.410105Z", "410105")
    assert holds("x410199198811300681", "410199198811300681"), "what is longer is found anywhere"


async def test_no_value_and_no_identity_number_is_left_anywhere(  # noqa: PLR0913 (fixtures)
    *,
    city: Place,
    clean_redis_url: str,
    tmp_path: Path,
    words: set[str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    exporter = InMemorySpanExporter()
    settings = city.settings(
        redis={"url": clean_redis_url}, audit={"anchors": {"folder": tmp_path / "anchors"}, "seal_s": 0.2}
    )
    with caplog.at_level(logging.INFO):
        async with visiting(settings, SimpleSpanProcessor(exporter)) as visitor:
            answered = await ask_everything(visitor)
            metrics = visitor.house.metrics.written().decode()
    store = open_store(city.trail)
    trail = await everything_kept(store, Keys(city.keys))
    await store.close()
    client: Any = redis.Redis.from_url(clean_redis_url)  # redis types its two clients at once
    cache = b"\n".join(place + value for name in client.scan_iter() for place, value in client.hgetall(name).items())
    client.close()
    sinks = {
        "trail": trail,
        "files": written_files(tmp_path),
        "spans": "\n".join(each.to_json() for each in exporter.get_finished_spans()),
        "logs": caplog.text,
        "metrics": metrics,
        "cache": cache.decode("latin-1") + cache.decode("utf-8", "replace"),
        "streams": "".join(capfd.readouterr()),
    }
    assert all(sinks[name] for name in ("trail", "spans", "metrics", "cache"))
    own = "\n".join(words)
    canaries = {each for each in answered if len(each) >= SHORTEST and each not in own}
    assert len(canaries) > 300
    canaries |= {*NUMBERS, *NAMES, *COMPANIES}
    # Who asks for an organisation is recorded with its code, and papers have days of their own.
    canaries = {each for each in canaries if each not in CODES["LP-07"] and not PLAIN.fullmatch(each)}
    found = {name: [each for each in canaries if holds(sink, each)] for name, sink in sinks.items()}
    assert {name: each for name, each in found.items() if each} == {}
