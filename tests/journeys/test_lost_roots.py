"""What fails at the root: where the graph says never null the data are null as a whole, elsewhere it alone is null."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLObjectType,
    get_nullable_type,
    is_required_argument,
    is_required_input_field,
)

from gateway.answer import itself
from gateway.federation.subjects.graph import OF_THE_REGISTER
from tests.journeys.questions import GRAPH
from tests.journeys.visitor import CODES, SUPERVISION, Place, Visitor, visiting

LP_07 = {"unifiedSocialCreditCode": CODES["LP-07"]}
ENTRY = """query Entry($filter: QueryLogFilter!) { queryLog(filter: $filter) { nodes { kind outcome tier errors
  subjects { outcome tier counted nth fields { coordinate } rows { coordinate records } } } } }"""
FAILING = {
    "viewer": ("look_at", "viewer { person }"),
    "catalogue": ("catalogue_entry", "catalogue { version }"),
    "connectors": ("ConnectorStatus", "connectors { connector }"),
}


class Broken(Exception):
    """Nobody foresaw it."""


def broken(*_: object, **__: object) -> None:
    raise Broken


@pytest.mark.parametrize("root", FAILING)
async def test_where_what_is_never_null_fails_nothing_is_told_and_nothing_is_recorded_as_told(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, root: str
) -> None:
    name, asked = FAILING[root]
    beside = "subject(by: $by) { name ... on LegalPerson { taxCreditRatings { nodes { grade } } } }"
    queried = "query Count($by: SubjectRef!) { subject(by: $by) { queryCount } }"
    before = await visitor.ask(queried, {"by": LP_07}, persona="auditor")
    async with visitor.leaving(entries=1):
        with monkeypatch.context() as patch:
            patch.setattr(itself, name, broken)
            told = await visitor.ask(
                f"query Lost($by: SubjectRef!) {{ {beside} it: {asked} __typename }}",
                {"by": LP_07},
                persona="market-officer",
                purpose=SUPERVISION,
            )
    assert (told.status, told.data) == (200, None)
    assert [(each["path"], each["extensions"]["code"]) for each in told.errors] == [(["it"], "INTERNAL_SERVER_ERROR")]
    receipt = told.json["extensions"]["xinyong"]["receipt"]
    (entry,) = (await visitor.ask(ENTRY, {"filter": {"receipt": receipt}}, persona="auditor")).data["queryLog"]["nodes"]
    assert (entry["kind"], entry["outcome"], entry["tier"]) == ("QUERY", "FAILED", "")
    assert entry["errors"] == ["INTERNAL_SERVER_ERROR"]
    (line,) = entry["subjects"]
    assert line.pop("rows") in ([], [{"coordinate": "LegalPerson.taxCreditRatings", "records": 0}])
    assert line == {"outcome": "FAILED", "tier": "", "counted": False, "nth": None, "fields": []}
    after = await visitor.ask(queried, {"by": LP_07}, persona="auditor")
    counted_between = after.data["subject"]["queryCount"] - before.data["subject"]["queryCount"]
    assert counted_between == 1, "the auditor's own first look counts, what was lost does not"


async def test_what_an_auditor_read_and_was_not_told_is_an_inspection_that_failed(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "query Lost($by: SubjectRef!) { queryLog(filter: {subject: $by}) { nodes { receipt } } viewer { person } }"
    with monkeypatch.context() as patch:
        patch.setattr(itself, "look_at", broken)
        told = await visitor.ask(asked, {"by": LP_07}, persona="auditor")
    assert told.data is None
    receipt = told.json["extensions"]["xinyong"]["receipt"]
    (entry,) = (await visitor.ask(ENTRY, {"filter": {"receipt": receipt}}, persona="auditor")).data["queryLog"]["nodes"]
    assert (entry["kind"], entry["outcome"]) == ("AUDIT_READ", "FAILED")
    assert [(each["outcome"], each["counted"], each["fields"]) for each in entry["subjects"]] == [("FAILED", False, [])]


# Every root field of the gateway's own, in one operation


def written(kind: Any) -> str:  # noqa: ANN401 (any type of an input)
    """Write the least value of an input type."""
    least = get_nullable_type(kind)
    if isinstance(least, GraphQLList):
        return f"[{written(least.of_type)}]"
    if isinstance(least, GraphQLEnumType):
        return str(next(iter(least.values)))
    if isinstance(least, GraphQLInputObjectType):
        fields = {name: each.type for name, each in least.fields.items() if is_required_input_field(each)}
        fields = fields or dict([next((name, each.type) for name, each in least.fields.items())])
        return f"{{{', '.join(f'{name}: {written(each)}' for name, each in fields.items())}}}"
    return {"Int": "1", "Boolean": "true", "Date": '"2026-11-23"', "DateTime": '"2026-11-23T09:00:00+08:00"'}.get(
        least.name, '"x"'
    )


def asked_of(root: GraphQLObjectType, but: frozenset[str]) -> str:
    """Write every root field but some, with what it must be given."""
    parts = []
    for name, each in root.fields.items():
        if name not in but:
            given = [f"{key}: {written(one.type)}" for key, one in each.args.items() if is_required_argument(one)]
            parts.append(name + (f"({', '.join(given)})" if given else "") + " { __typename }")
    return f"{{ {' '.join(parts)} }}"


QUERY, MUTATION = GRAPH.query_type, GRAPH.mutation_type
assert QUERY is not None
assert MUTATION is not None
QUERIES = asked_of(QUERY, frozenset(OF_THE_REGISTER))
MUTATIONS = f"mutation {asked_of(MUTATION, frozenset())}"
ROOMS = ("catalogue_version", "obligation", "reporting_officer", "submission", "quarantined_row", "violation_case")
LOST = {
    "catalogueVersions",
    "criticismReports",
    "obligations",
    "quarantine",
    "reportingOfficers",
    "reportingQuality",
    "reportingReminders",
    "submissions",
    "violations",
}


@pytest.mark.parametrize("persona", ["centre-operator", "centre-approver"])
async def test_where_the_rooms_registers_are_gone_what_is_not_theirs_stands(
    files: Place, tmp_path: Path, persona: str
) -> None:
    centre = tmp_path / "credit_centre.sqlite"
    shutil.copy(centre, tmp_path / "own.sqlite")
    (tmp_path / "own.sqlite").rename(centre)  # a file of its own in the place of the link
    async with visiting(files.settings()) as visitor:
        whole = await visitor.ask(QUERIES, persona=persona)
        assert {name for name in LOST if whole.data[name] is None} == set()
        for path in (centre, tmp_path / "trail.sqlite"):
            with closing(sqlite3.connect(path)) as database:
                for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    if name.startswith(ROOMS):
                        database.execute(f"ALTER TABLE {name} RENAME TO gone_{name}")
        told = await visitor.ask(QUERIES, persona=persona)
    assert told.status == 200
    lost = {each["path"][0] for each in told.errors if each["extensions"]["code"] == "SOURCE_UNAVAILABLE"}
    assert lost >= LOST
    assert {name for name in lost if told.data[name] is not None} == set()
    assert {
        name for name in ("viewer", "catalogue", "connectors", "papers", "grants") if told.data[name] is None
    } == set()


@pytest.mark.parametrize("persona", ["public", "market-officer", "centre-operator", "supervisor", "auditor"])
async def test_a_mutation_that_fails_loses_nothing_of_the_others(visitor: Visitor, persona: str) -> None:
    assert MUTATION is not None
    told = await visitor.ask(MUTATIONS, persona=persona)
    assert told.status == 200
    assert set(told.data) == set(MUTATION.fields)
    assert {name for name, value in told.data.items() if value is None} == {each["path"][0] for each in told.errors}
    assert told.errors
