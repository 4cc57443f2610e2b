"""The credit graph is a joined graph like any other: planned by the same planner, from the same entry."""

import pytest
from graphql import OperationDefinitionNode, OperationType, parse

from gateway.federation.cost import Bounds, Guard
from gateway.federation.operations import Operations
from gateway.federation.planning import JoinedGraph, Plan, draw_needs
from gateway.federation.planning.needs import NeedsReader
from gateway.federation.subjects.graph import OFFICE, REGISTER, TYPE_NAMES, join
from gateway.federation.subjects.roots import planned_roots
from gateway.federation.subjects.supergraph import Supergraph
from schema.catalogue import RECORDS
from schema.graph import graph
from tests.gateway.federation.subjects.credit_plans import EVERYTHING, our_connectors, planned, planner, viewpoint
from tests.gateway.federation.supergraphs import composed

SCHEMA = graph()._schema  # noqa: SLF001 (Strawberry has no public way to its graphql-core schema)
SUPERGRAPH = Supergraph.of(our_connectors(), {})
CREDIT = join(SCHEMA, SUPERGRAPH)
OPERATIONS = Operations(SCHEMA, 10_000, Guard(Bounds(*[10_000] * 6), {}).check)


def roots_of(text: str, variables: dict[str, object] | None = None) -> Plan:
    return planned_roots(CREDIT, OPERATIONS.read(text, None), variables or {})


def test_every_connector_is_a_subgraph_beside_the_register_and_the_office() -> None:
    assert list(CREDIT.subgraphs) == [REGISTER, *SUPERGRAPH.connectors, OFFICE]
    assert list(SUPERGRAPH.connectors)[-1] == "CREDIT_CENTRE"


@pytest.mark.parametrize("kind", TYPE_NAMES)
def test_the_homes_of_records_are_the_connectors_that_serve_them(kind: str) -> None:
    for record in RECORDS.values():
        if kind in record.subject_kinds:
            serving = [each.agency for each in SUPERGRAPH.serving.get((record.name, kind), ())]
            assert CREDIT.homes(TYPE_NAMES[kind], record.graph_field) == serving, record.name
            assert CREDIT.is_joint(TYPE_NAMES[kind], record.graph_field)


def test_every_field_of_the_roots_has_one_home() -> None:
    for root in CREDIT.roots.values():
        assert all(len(CREDIT.homes(root, name)) == 1 for name in CREDIT.types[root].fields), root
    assert CREDIT.homes("Query", "subject") == [REGISTER]
    assert CREDIT.homes("Query", "viewer") == [OFFICE]


@pytest.mark.parametrize("kind", TYPE_NAMES)
def test_a_subject_with_everything_is_one_request_to_each_in_one_stage(kind: str) -> None:
    plan = planned(planner(), EVERYTHING[kind], viewpoint("self", kind)).asked
    assert type(plan) is Plan
    assert (plan.root_type, plan.stages) == (TYPE_NAMES[kind], 1)
    asked = [each.subgraph for each in plan.batches]
    assert len(asked) == len(set(asked))
    assert {"TAX", "COURT", OFFICE} <= set(asked)


def test_a_records_way_back_to_its_subject_asks_nobody_again() -> None:
    back = "subject { name ... on LegalPerson { taxArrears { nodes { taxType } } } }"
    text = f'{{ subject(by: {{id: "x"}}) {{ ... on LegalPerson {{ taxArrears {{ nodes {{ {back} }} }} }} }} }}'
    plan = planned(planner(), text, viewpoint("public")).asked
    assert [each.subgraph for each in plan.batches] == ["TAX"]
    assert "taxType" in plan.fetches[0].text


def test_what_is_withheld_is_in_no_need_and_so_in_no_plan() -> None:
    text = EVERYTHING["LEGAL_PERSON"]
    told = planned(planner(), text, viewpoint("public"))
    assert any(each.coordinate == "LegalPerson.socialInsurancePayments" for each in told.denied)
    assert not any("socialInsurancePayments" in each.text for each in told.asked.fetches)


def test_roots_are_asked_of_the_register_and_the_office_once_each() -> None:
    plan = roots_of(
        'query($no: Boolean!) { viewer { person } a: subject(by: {id: "x"}) { id } b: subject(by: {id: "y"}) { id } '
        'searchSubjects(text: "公司") { totalCount } catalogue @skip(if: $no) { version } }',
        {"no": True},
    )
    assert sorted(each.subgraph for each in plan.batches) == [OFFICE, REGISTER]
    by = {each.subgraph: each.text for each in plan.fetches}
    assert "catalogue" not in by[OFFICE]
    assert by[REGISTER].count("{ id }") == 3


def test_a_mutation_is_the_offices() -> None:
    plan = roots_of('mutation { withdrawGrant(id: "x", reason: "y") { __typename } }')
    assert ([each.subgraph for each in plan.batches], plan.operation) == ([OFFICE], "mutation")


def _drawn(by: JoinedGraph, text: str) -> Plan:
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.operation is OperationType.QUERY
    return draw_needs(by, operation, NeedsReader(by, {}, {}).read(operation.selection_set, "Query"))


def test_the_credit_graph_and_a_foreign_one_are_planned_by_the_same_entry() -> None:
    credit = _drawn(CREDIT, '{ viewer { person } subject(by: {id: "x"}) { name sources { connector } } }')
    foreign = _drawn(
        composed(
            office="type Query { viewer: Viewer } type Viewer { person: String } "
            'type Subject @key(fields: "id") { id: ID! sources: [Source!]! } type Source { connector: String }',
            register='type Query { subject(by: ID): Subject } type Subject @key(fields: "id") { id: ID! name: String }',
        ),
        '{ viewer { person } subject(by: "x") { name sources { connector } } }',
    )
    assert type(credit) is type(foreign)
    told = [
        [(each.subgraph.lower(), each.stage, each.operation) for each in plan.batches] for plan in (credit, foreign)
    ]
    assert told[0] == told[1]
    assert credit.as_tree()[0] == foreign.as_tree()[0] == "query: 3 requests in 2 stages"
