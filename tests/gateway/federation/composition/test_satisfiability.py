"""Satisfiability: every field on every path can be asked of some subgraph, or the path and the reasons are told."""

import pytest

from gateway.federation.composition import Problem
from tests.gateway.federation.composition.agencies import Case, check, composed, problems

_ASK = "type Query { firm: Firm } "
_FIRM = 'type Firm @key(fields: "code") { code: ID! '


def _unsatisfied(what: str, at: str, whose: str, **sdls: str) -> Case:
    return Case(what, "SATISFIABILITY_ERROR", at, whose, sdls)


CASES = [
    _unsatisfied(
        "a type without a key",
        "Firm.suits",
        "tax",
        tax=_ASK + "type Firm @shareable { code: ID! }",
        courts="type Firm @shareable { code: ID! suits: Int }",
    ),
    _unsatisfied(
        "a key that is not resolvable",
        "Firm.suits",
        "tax",
        tax=_ASK + _FIRM + "}",
        courts='type Firm @key(fields: "code", resolvable: false) { code: ID! suits: Int }',
    ),
    _unsatisfied(
        "a key that nobody knows",
        "Firm.suits",
        "tax",
        tax=_ASK + _FIRM + "}",
        courts='type Firm @key(fields: "number") { number: ID! suits: Int }',
    ),
    _unsatisfied(
        "a key whose inner field is not known",
        "Firm.suits",
        "tax",
        tax=_ASK + _FIRM + "seat: Seat @shareable } type Seat { street: ID @shareable }",
        courts='type Firm @key(fields: "seat { number }") { seat: Seat @shareable suits: Int } type Seat {'
        " number: ID }",
    ),
    _unsatisfied(
        "a key that is external",
        "Firm.suits",
        "tax",
        tax=_ASK + 'type Firm @key(fields: "code") { code: ID! @external }',
        courts=_FIRM + "suits: Int }",
    ),
    _unsatisfied(
        "requirements that cannot be had",
        "Firm.risk",
        "tax",
        tax=_ASK + _FIRM + 'debt: Int @external risk: Int @requires(fields: "debt") }',
        courts='type Firm @key(fields: "number") { number: ID! debt: Int }',
    ),
    _unsatisfied(
        "requirements of each other",
        "Firm.risk",
        "tax",
        tax=_ASK + _FIRM + 'debt: Int @external risk: Int @requires(fields: "debt") }',
        courts=_FIRM + 'risk: Int @external debt: Int @requires(fields: "risk") }',
    ),
    _unsatisfied(
        "requirements of a type that cannot be entered again",
        "Firm.risk",
        "tax",
        tax=_ASK
        + 'type Firm @key(fields: "code", resolvable: false) { code: ID! debt: Int @external'
        + ' risk: Int @requires(fields: "debt") }',
        courts=_FIRM + "debt: Int }",
    ),
    _unsatisfied(
        "a field that is provided on one path only",
        "Firm.debt",
        "tax",
        tax='type Query { one: Firm @provides(fields: "debt") other: Firm }'
        ' type Firm @key(fields: "code", resolvable: false) { code: ID! debt: Int @external }',
        courts='type Firm @key(fields: "code", resolvable: false) { code: ID! debt: Int @shareable }',
    ),
    _unsatisfied(
        "a member that lacks a field where it comes from",
        "Firm.suits",
        "tax",
        tax="type Query { party: Party } union Party = Firm type Firm @shareable { code: ID! }",
        courts="type Query { firm: Firm } type Firm @shareable { code: ID! suits: Int }",
    ),
    _unsatisfied(
        "an interface object whose type nobody can tell",
        "Subject",
        "courts",
        tax='type Query { s: Subject } interface Subject @key(fields: "id", resolvable: false) { id: ID! }'
        ' type Firm implements Subject @key(fields: "id", resolvable: false) { id: ID! }',
        courts='type Query { t: Subject } type Subject @interfaceObject @key(fields: "id") { id: ID! suits: Int }',
    ),
    _unsatisfied(
        "a field that has moved where it cannot be reached",
        "Firm.debt",
        "tax",
        tax=_ASK + _FIRM + "debt: Int }",
        courts='type Firm @key(fields: "code", resolvable: false) { code: ID!'
        ' debt: Int @override(from: "tax", label: "soon") }',
    ),
    _unsatisfied(
        "a context that is not set on the way",
        "Case.fee",
        "tax",
        tax='type Query { firm: Firm case: Case } type Firm @key(fields: "code") @context(name: "firm") { code: ID!'
        ' open: Case } type Case @key(fields: "id") { id: ID! fee(of: ID @fromContext(field: "$firm { code }")): Int }',
    ),
    _unsatisfied(
        "what follows a mutation that each subgraph answers in part",
        "Done.by",
        "tax",
        tax="type Query { a: Int } type Mutation { file: Done @shareable } type Done { on: Int }",
        courts="type Mutation { file: Done @shareable } type Done { by: Int }",
    ),
    Case(
        "a shared field of types that have nothing in common",
        "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
        "Query.party",
        "tax courts",
        {
            "tax": "type Query { party: Party @shareable } union Party = Firm type Firm { a: Int }",
            "courts": "type Query { party: Party @shareable } union Party = Person type Person { b: Int }",
        },
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_a_field_that_cannot_be_reached_is_refused(case: Case) -> None:
    check(case)


def _only(found: tuple[Problem, ...]) -> str:
    assert len(found) == 1
    return found[0].message.english


def test_the_message_tells_the_shortest_path_and_why_each_subgraph_cannot_be_asked() -> None:
    told = _only(
        problems(
            tax="type Query { city: City } type City { firms: [Firm] main: Firm } " + _FIRM + "}",
            courts='type Firm @key(fields: "number") { number: ID! suits: [Suit] } type Suit { on: Int }',
            water='type Firm @key(fields: "code", resolvable: false) { code: ID! suits: [Suit] @external '
            'owes: Int @requires(fields: "suits { on }") } type Suit { on: Int @external }',
        )[-1:]
    )
    assert told.startswith("The query { city { firms { owes } } } cannot be answered: ")
    assert '"tax" has no field "Firm.owes"' in told
    assert '"water" has "Firm.owes", but cannot be entered at "Firm": no @key of it is resolvable there' in told


def test_the_message_names_the_key_that_cannot_be_had() -> None:
    found = problems(tax=_ASK + _FIRM + "}", courts='type Firm @key(fields: "number") { number: ID! suits: Int }')
    told = next(each.message.english for each in found if each.coordinate == "Firm.suits")
    assert '"courts" has "Firm.suits", but cannot be entered from "tax": its key "number" cannot be had there' in told


def test_the_message_names_a_key_that_is_external_where_something_is_required() -> None:
    told = _only(
        problems(
            tax=_ASK + _FIRM + "debt: Int }",
            courts='type Firm @key(fields: "code") { code: ID! @external debt: Int @external'
            ' owes: Int @requires(fields: "debt") }',
        )
    )
    assert '"courts" resolves "Firm.owes" only with "debt", which cannot be had there: of its own @key, ' in told
    assert '"Firm.code" is external there; take @external off' in told


def test_a_path_through_a_member_is_told_with_its_type_condition() -> None:
    told = _only(
        problems(
            tax="type Query { party: Party } union Party = Firm type Firm @shareable { code: ID! }",
            courts="type Query { firm: Firm } type Firm @shareable { code: ID! suits: Int }",
        )
    )
    assert told.startswith("The query { party { ... on Firm { suits } } } cannot be answered: ")


def test_a_path_from_a_mutation_says_so() -> None:
    told = _only(
        problems(
            tax="type Query { a: Int } type Mutation { file: Done @shareable } type Done @shareable { on: Int }",
            courts="type Query { d: Done @shareable } type Done @shareable { on: Int by: Int }",
            water="type Query { d: Done @shareable } type Done @shareable { on: Int by: Int }",
        )
    )
    assert told.startswith("The query mutation { file { by } } cannot be answered: ")


@pytest.mark.parametrize(
    "sdls",
    [
        pytest.param(
            {
                "tax": _ASK + _FIRM + "}",
                "register": _FIRM + 'number: ID! } extend type Firm @key(fields: "number")',
                "courts": 'type Firm @key(fields: "number") { number: ID! suits: Int }',
            },
            id="by a third subgraph that knows both keys",
        ),
        pytest.param(
            {
                "tax": _ASK + _FIRM + "a: Int @shareable }",
                "water": _FIRM + "b: Int @shareable }",
                "courts": 'type Firm @key(fields: "a b") { a: Int b: Int suits: Int }',
            },
            id="by a key that two subgraphs know together",
        ),
        pytest.param(
            {
                "tax": _ASK + _FIRM + "owner: Person @shareable } " + 'type Person @key(fields: "id") { id: ID! }',
                "courts": 'type Firm @key(fields: "owner { id }") { owner: Person suits: Int }'
                ' type Person @key(fields: "id") { id: ID! }',
            },
            id="by a nested key",
        ),
        pytest.param(
            {
                "tax": "type Query { firm: Firm @shareable } type Firm @shareable { seat: Seat } type Seat { a: Int }",
                "courts": "type Query { firm: Firm @shareable } type Firm @shareable { seat: Seat } type Seat {"
                " b: Int }",
            },
            id="by asking the shared parent of both",
        ),
        pytest.param(
            {
                "tax": _ASK + _FIRM + 'debt: Int @external risk: Int @requires(fields: "debt") }',
                "courts": _FIRM + 'risk: Int @external debt: Int rank: Int @requires(fields: "risk") }',
            },
            id="by requirements one after the other",
        ),
        pytest.param(
            {
                "tax": 'type Query { one: Firm @provides(fields: "seat { street }") }'
                ' type Firm @key(fields: "code", resolvable: false) { code: ID! seat: Seat @external }'
                " type Seat { street: String @external }",
                "courts": 'type Firm @key(fields: "code", resolvable: false) { code: ID! seat: Seat @shareable }'
                " type Seat { street: String @shareable }",
            },
            id="by what is provided, nested",
        ),
        pytest.param(
            {
                "tax": 'type Query { one: Subject @provides(fields: "... on Firm { debt }") } interface Subject'
                " { id: ID }"
                ' type Firm implements Subject @key(fields: "id", resolvable: false) { id: ID debt: Int @external }',
                "courts": 'type Firm @key(fields: "id", resolvable: false) { id: ID debt: Int @shareable }',
            },
            id="by what is provided for one implementation",
        ),
        pytest.param(
            {
                "tax": 'type Query { s: Subject } interface Subject @key(fields: "id") { id: ID! }'
                ' type Firm implements Subject @key(fields: "id") { id: ID! name: String }',
                "courts": 'type Query { sued: Subject } type Subject @interfaceObject @key(fields: "id") { id:'
                " ID! n: Int }",
                "water": 'type Subject @interfaceObject @key(fields: "id") { id: ID! used: Int }',
            },
            id="by way of the subgraph that knows an interface object's type",
        ),
        pytest.param(
            {
                "tax": "type Query { firm: Firm } type Firm { code: ID! home: Query }",
                "courts": "type Query { suits: Int }",
            },
            id="by a root that is reached again further down",
        ),
        pytest.param(
            {
                "tax": _ASK
                + _FIRM
                + 'party: Party @external risk: Int @requires(fields: "party { ... on Person { id } __typename }") }'
                " interface Party { id: ID } type Person implements Party { id: ID @external }",
                "courts": _FIRM + "party: Party } interface Party { id: ID } type Person implements Party { id: ID }"
                " type Court implements Party { id: ID }",
            },
            id="by requirements of one type only",
        ),
        pytest.param(
            {
                "tax": 'type Query { a: A b: B } type A @key(fields: "id") @key(fields: "b { id }") { id: ID!'
                " b: B @shareable }"
                ' type B @key(fields: "id") { id: ID! }',
                "courts": 'type A @key(fields: "b { id }") { b: B @shareable x: Int }'
                ' type B @key(fields: "id") { id: ID! a: A }',
            },
            id="by keys of each other",
        ),
        pytest.param(
            {
                "tax": _ASK + _FIRM + 'debt: Int @override(from: "courts", label: "soon") }',
                "courts": _FIRM + "debt: Int }",
            },
            id="whether or not a field has moved",
        ),
        pytest.param(
            {
                "tax": "type Query { a: Int } type Mutation { file: Done @shareable } type Done @shareable { on: Int }",
                "courts": "type Mutation { file: Done @shareable } type Done @shareable { on: Int by: Int }",
            },
            id="by one of the subgraphs that carry out a mutation",
        ),
        pytest.param(
            {
                "tax": "type Query { party: Party @shareable } union Party = Firm | Person"
                " type Firm @shareable { a: Int } type Person { hidden: Int }",
                "courts": "type Query { party: Party @shareable firm: Firm } union Party = Firm"
                " type Firm @shareable { a: Int } type Person { shown: Int }",
            },
            id="for the types that all sharers of a field may give",
        ),
        pytest.param(
            {
                "tax": _ASK + _FIRM + "secret: Int @inaccessible }",
                "courts": 'type Firm @key(fields: "number") { number: ID! @inaccessible suits: Int @inaccessible }',
            },
            id="for what is in the API only",
        ),
    ],
)
def test_a_field_that_can_be_reached_composes(sdls: dict[str, str]) -> None:
    assert composed(**sdls).supergraph
