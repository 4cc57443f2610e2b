"""Every fetch and every connection of a question leaves a span, kept in the entry and copied, without a value."""

import orjson
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.audit.body import encode
from gateway.audit.entry import Entry
from tests.journeys.questions import EVERYTHING_OF_AN_INDIVIDUAL
from tests.journeys.visitor import CODES, PERSONS, SUPERVISION, Place, visiting

QUERY = """query Two($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
  taxArrears { nodes { taxType } } ... on LegalPerson { branches { totalCount } ranks: taxCreditRatings { totalCount } }
} }"""
TRACE = "0af7651916cd43dd8448eb211c80319c"


async def spans_of(place: Place, query: str, variables: dict[str, str]) -> list[ReadableSpan]:
    """Give the copies that leave for one question of an officer."""
    exporter = InMemorySpanExporter()
    async with visiting(place.settings(), SimpleSpanProcessor(exporter)) as visitor:
        headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-00"}
        await visitor.ask(query, variables, persona="market-officer", purpose=SUPERVISION, headers=headers)
    return list(exporter.get_finished_spans())


async def test_there_is_a_span_for_every_fetch_and_every_connection(files: Place) -> None:
    spans = await spans_of(files, QUERY, {"code": CODES["LP-07"]})
    names = [each.name for each in spans]
    assert names[-1] == "query"
    assert {"fetch TAX", "fetch MARKET_REGULATION"} <= set(names)
    assert [each for each in names if each.startswith("resolve")] == [
        "resolve LegalPerson.taxArrears",
        "resolve LegalPerson.branches",
        "resolve LegalPerson.taxCreditRatings",
    ]
    rows = {each.name: dict(each.attributes or {}).get("xinyong.rows") for each in spans}
    assert rows["resolve LegalPerson.taxCreditRatings"] == 2
    root = spans[-1]
    assert root.start_time
    assert root.end_time
    for each in spans:
        assert each.context
        assert each.context.trace_id == int(TRACE, 16)
        assert each.start_time
        assert each.end_time
        assert root.start_time <= each.start_time <= each.end_time <= root.end_time


async def test_no_value_and_no_number_of_a_person_is_in_a_span(files: Place) -> None:
    person = PERSONS["IN-09"]
    variables = {"number": person["idNumber"], "name": person["name"]}
    spans = await spans_of(files, EVERYTHING_OF_AN_INDIVIDUAL, variables)
    written = " ".join(each.to_json() for each in spans)
    assert len(spans) > 10
    assert not [each for each in (person["idNumber"], person["name"], "无照经营", "程税安") if each in written]


async def test_the_entry_holds_the_same_spans_as_are_copied(files: Place) -> None:
    kept: list[Entry] = []
    exporter = InMemorySpanExporter()
    async with visiting(files.settings(), SimpleSpanProcessor(exporter)) as visitor:
        append = visitor.house.trail.append

        async def noting(entry: Entry) -> object:
            kept.append(entry)
            return await append(entry)

        visitor.house.trail.append = noting  # type: ignore[method-assign,assignment]  # the test listens
        await visitor.ask(QUERY, {"code": CODES["LP-07"]})
    (entry,) = kept
    copied = [each.name for each in exporter.get_finished_spans()]
    assert [name for name, *_ in entry.spans] == copied[:-1]
    assert [each[0] for each in orjson.loads(encode(entry, [0] * len(entry.subjects)))["spans"]] == copied[:-1]


async def test_there_is_a_span_for_every_field_that_the_house_answers_itself(files: Place) -> None:
    spans = await spans_of(files, "{ viewer { person } papers { totalCount } again: viewer { person } }", {})
    assert [each.name for each in spans] == [
        "resolve Query.viewer",
        "resolve Query.papers",
        "resolve Query.viewer",
        "query",
    ]
    root = spans[-1]
    for each in spans:
        assert root.start_time is not None
        assert root.end_time is not None
        assert each.start_time is not None
        assert each.end_time is not None
        assert root.start_time <= each.start_time <= each.end_time <= root.end_time
