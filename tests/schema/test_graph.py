"""The printed graph is committed, true, and says the tier of every field (Art. 15, 26)."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from graphql import GraphQLInterfaceType, GraphQLNonNull, GraphQLObjectType, build_schema, get_directive_values
from graphql.type import GraphQLField

from schema.about import catalogue_entry
from schema.catalogue import ENVELOPE, RECORDS
from schema.definition import RecordDefinition
from schema.errors import AnsweredByThePlan
from schema.graph import graph, print_graph

COMMITTED = Path(__file__).parents[2] / "schema" / "subject.graphql"
PRINTED = build_schema(print_graph())


def record_type(definition: RecordDefinition) -> GraphQLObjectType:
    found = PRINTED.type_map[definition.name]
    assert isinstance(found, GraphQLObjectType)
    return found


def level(field: GraphQLField | GraphQLObjectType) -> object:
    node = field.ast_node
    assert node is not None
    values = get_directive_values(next(each for each in PRINTED.directives if each.name == "tier"), node)
    return None if values is None else values["level"]


def test_the_committed_graph_is_the_printed_one() -> None:
    hint = "the graph has changed: write it anew with `xinyong schema print > schema/subject.graphql`"
    assert COMMITTED.read_text("utf-8") == print_graph(), hint


def test_no_root_field_takes_the_others_with_it_but_those_that_the_contract_says_are_never_null() -> None:
    query, mutation = PRINTED.query_type, PRINTED.mutation_type
    assert query is not None
    assert mutation is not None
    never_null = {name for name, each in query.fields.items() if isinstance(each.type, GraphQLNonNull)}
    assert never_null == {"viewer", "subjects", "catalogue", "connectors"}
    assert [name for name, each in mutation.fields.items() if isinstance(each.type, GraphQLNonNull)] == []


@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_every_field_of_every_record_type_says_its_tier(definition: RecordDefinition) -> None:
    made = record_type(definition)
    expected = {name: said.tier.value for name, said in ENVELOPE.items()}
    expected |= {name: field.tier.value for name, field in definition.fields.items()}
    assert {name: level(field) for name, field in made.fields.items()} == expected
    assert level(made) == definition.tier.value


@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_every_field_has_the_catalogues_type_and_words(definition: RecordDefinition) -> None:
    made = record_type(definition)
    for name, field in definition.fields.items():
        assert str(made.fields[name].type) == field.type
        assert field.chinese in str(made.fields[name].description)
    assert definition.chinese in str(made.description)


def test_every_record_is_a_credit_record_with_the_whole_envelope() -> None:
    interface = PRINTED.type_map["CreditRecord"]
    assert isinstance(interface, GraphQLInterfaceType)
    assert list(interface.fields) == list(ENVELOPE)
    assert all(interface in record_type(definition).interfaces for definition in RECORDS.values())
    for name, said in ENVELOPE.items():
        assert str(interface.fields[name].type) == said.type + ("!" if said.non_null else "")


def test_a_subject_has_the_records_of_its_kind_and_no_others() -> None:
    fields = {name: set(PRINTED.type_map[name].fields) for name in ("Subject", "LegalPerson", "Individual")}  # type: ignore[attr-defined]  # object types
    for definition in RECORDS.values():
        has = {name for name, names in fields.items() if definition.graph_field in names}
        kinds = {"LEGAL_PERSON": "LegalPerson", "INDIVIDUAL": "Individual"}
        expected = {kinds[kind] for kind in definition.subject_kinds}
        assert has == (expected | {"Subject"} if len(expected) == len(kinds) else expected)


def test_a_page_of_records_may_be_lost_alone() -> None:
    subject = PRINTED.type_map["LegalPerson"]
    assert isinstance(subject, GraphQLObjectType)
    for definition in RECORDS.values():
        if "LEGAL_PERSON" in definition.subject_kinds:
            page = subject.fields[definition.graph_field]
            assert str(page.type) == f"{definition.name}Connection"
            assert {name: str(argument.type) for name, argument in page.args.items()} == {
                "first": "Int",
                "after": "String",
            }


@pytest.mark.parametrize(
    "question",
    [
        '{ subject(by: {id: "1"}) { id } }',
        "{ subjects(by: []) { id } }",
        '{ searchSubjects(text: "a") { totalCount } }',
    ],
)
def test_what_has_arguments_is_answered_by_the_plan_alone(question: str) -> None:
    answer = graph().execute_sync(question)
    assert answer.errors is not None
    assert [type(error.original_error) for error in answer.errors] == [AnsweredByThePlan]


def test_a_page_of_records_is_answered_by_the_plan_alone() -> None:
    honours = graph()._schema.type_map["LegalPerson"].fields["honours"]  # type: ignore[attr-defined]  # noqa: SLF001  # graphql-core's own schema
    with pytest.raises(AnsweredByThePlan, match="a page of 20"):
        honours.resolve(None, SimpleNamespace(field_name="honours"))


def test_the_catalogue_answers_for_itself() -> None:
    root = SimpleNamespace(catalogue=catalogue_entry())
    query = "{ catalogue { version categories { code article } recordTypes { name tier fields { name tier } } } }"
    answer = asyncio.run(graph().execute(query, root_value=root))
    assert answer.errors is None
    assert answer.data is not None
    shown = answer.data["catalogue"]
    assert len(shown["categories"]) == 18
    assert [entry["name"] for entry in shown["recordTypes"]] == list(RECORDS)
    assert sum(len(entry["fields"]) for entry in shown["recordTypes"]) == 356
