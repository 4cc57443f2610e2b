"""Federation 1 subgraphs: brought to the meaning of Federation 2 without a word changed by their owners."""

import pytest

from tests.gateway.federation.composition.agencies import Case, check, composed, written

CASES = [
    Case(
        "an extension of nothing",
        "EXTENSION_WITH_NO_BASE",
        "Firm",
        "tax",
        {
            "tax": '#1\ntype Query { firm: Firm } extend type Firm @key(fields: "code") { code: ID! @external'
            " debt: Int }"
        },
    ),
    Case(
        "a type that only knows what nobody uses",
        "TYPE_WITH_ONLY_UNUSED_EXTERNAL",
        "Seat",
        "tax",
        {
            "tax": "#1\ntype Query { seat: Seat } extend type Seat { street: ID @external }",
            "courts": "#1\ntype Seat { street: ID }",
        },
    ),
    Case(
        "an interface object whose interface has its key in Federation 1",
        "INTERFACE_OBJECT_USAGE_ERROR",
        "Subject",
        "courts tax",
        {
            "tax": '#1\ntype Query { s: Subject } interface Subject @key(fields: "id") { id: ID! }'
            ' type Firm implements Subject @key(fields: "id") { id: ID! }',
            "courts": 'type Subject @interfaceObject @key(fields: "id") { id: ID! suits: Int }',
        },
    ),
    Case(
        "a directive of Federation 2",
        "INVALID_GRAPHQL",
        "shareable",
        "tax",
        {"tax": "#1\ntype Query { a: Int @shareable }"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_what_cannot_be_brought_to_federation_2_is_refused(case: Case) -> None:
    check(case)


def test_the_key_of_an_extension_is_known_though_it_is_external() -> None:
    found = written(
        tax='#1\ntype Query { firm: Firm } type Firm @key(fields: "code") { code: ID! name: String }',
        courts='#1\nextend type Firm @key(fields: "code") { code: ID! @external name: String @external suits: Int'
        ' title: String @requires(fields: "name") }',
    )
    assert found.directives("Firm") == {
        '@join__type(graph: TAX, key: "code")',
        '@join__type(graph: COURTS, key: "code")',
    }
    assert found.directives("Firm.code") == set()
    assert found.directives("Firm.name") == {"@join__field(graph: TAX)", "@join__field(graph: COURTS, external: true)"}
    assert found.directives("Firm.title") == {'@join__field(graph: COURTS, requires: "name")'}


def test_an_extension_without_a_key_takes_the_key_of_the_type() -> None:
    found = written(
        tax='#1\ntype Query { firm: Firm } type Firm @key(fields: "code") { code: ID! }',
        courts="#1\ntype Query { sued: Firm } extend type Firm { code: ID! @external }",
    )
    assert found.directives("Firm.code") == set()


def test_extends_and_extend_mean_the_same() -> None:
    sdl = '{word} Firm {mark} @key(fields: "code") {{ code: ID! @external suits: Int }}'
    base = '#1\ntype Query { firm: Firm } type Firm @key(fields: "code") { code: ID! }'
    by_word = written(tax=base, courts="#1\n" + sdl.format(word="extend type", mark=""))
    by_mark = written(tax=base, courts="#1\n" + sdl.format(word="type", mark="@extends"))
    assert by_word.directives("Firm.suits") == by_mark.directives("Firm.suits") == {"@join__field(graph: COURTS)"}
    assert by_word.directives("Firm.code") == by_mark.directives("Firm.code") == set()


def test_value_types_need_no_mark_to_be_shared() -> None:
    found = written(
        tax="#1\ntype Query { seat: Seat } type Seat { street: String }",
        courts="#1\ntype Query { place: Seat } type Seat { street: String }",
    )
    assert found.directives("Seat.street") == set()


def test_a_value_type_may_be_shared_with_federation_2() -> None:
    found = written(
        tax="#1\ntype Query { seat: Seat } type Seat { street: String }",
        courts="type Query { place: Seat } type Seat @shareable { street: String }",
    )
    assert found.fields("Seat") == ["street"]


def test_what_had_no_effect_has_none() -> None:
    found = written(
        tax='#1\ntype Query { s: Subject @provides(fields: "name") } interface Subject @key(fields: "id") { id:'
        " ID! @external"
        " name: String } type Firm implements Subject @external @key(fields: id) { id: ID! name: String unused:"
        " Int @external"
        ' size: Int @provides(fields: "x") }',
        courts='#1\nextend type Firm @key(fields: ["id"]) { id: ID! @external unused: Int }',
    )
    assert found.directives("Subject") == {"@join__type(graph: TAX)"}
    assert found.directives("Query.s") == {"@join__field(graph: TAX)"}
    assert found.directives("Firm.unused") == {"@join__field(graph: COURTS)"}
    assert found.directives("Firm.size") == {"@join__field(graph: TAX)"}


def test_only_what_is_external_is_required_or_provided() -> None:
    found = written(
        tax='#1\ntype Query { firm: Firm @provides(fields: "name size") } type Firm @key(fields: "code") { code: ID!'
        " size: Int name: String @external }",
        courts='#1\ntype Firm @key(fields: "code") { code: ID! name: String }',
    )
    assert found.directives("Query.firm") == {'@join__field(graph: TAX, provides: "name")'}


def test_what_is_external_below_stays_required() -> None:
    found = written(
        tax='#1\ntype Query { firm: Firm } type Firm @key(fields: "code") { code: ID! size: Int seat: Seat party: Party'
        ' risk: Int @requires(fields: "seat { street size } party { ... on Person { id name } ... on Court { id } }") }'
        ' type Seat @key(fields: "size") { street: String @external size: Int } union Party = Person | Court'
        ' type Person @key(fields: "id") { id: ID name: String @external } type Court { id: ID }',
        courts='#1\ntype Seat @key(fields: "size") { street: String size: Int }'
        ' type Person @key(fields: "id") { id: ID name: String }',
    )
    assert found.directives("Firm.risk") == {
        '@join__field(graph: TAX, requires: "seat { street } party { ... on Person { name } }")'
    }


def test_a_tag_on_an_external_field_that_is_tagged_elsewhere_is_no_fault() -> None:
    found = written(
        tax='#1\ntype Query { firm: Firm } type Firm @key(fields: "code") { code: ID! name: String @tag(name:'
        ' "open") }',
        courts='#1\nextend type Firm @key(fields: "code") { code: ID! @external name: String @external'
        ' @tag(name: "open")'
        ' title: String @requires(fields: "name") }',
    )
    assert '@tag(name: "open")' in found.directives("Firm.name")


def test_a_type_that_nobody_refers_to_and_knows_nothing_is_left_out() -> None:
    supergraph = composed(
        tax="#1\ntype Query { a: Int } extend type Seat { street: ID @external }",
        courts="#1\ntype Query { seat: Seat } type Seat { street: ID }",
    ).supergraph
    assert "type Seat\n  @join__type(graph: COURTS)\n{" in supergraph
