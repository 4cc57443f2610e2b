"""The rules that one subgraph must keep by itself."""

import pytest

from tests.gateway.federation.composition.agencies import Case, check, composed, linking

_FIRM = "type Query { firm: Firm } "
_PERSON = ' type Person @key(fields: "id") { id: ID! name: String }'


def _one(what: str, code: str, at: str, sdl: str) -> Case:
    return Case(what, code, at, "tax", {"tax": sdl})


CASES = [
    _one(
        "a key of an unknown field", "KEY_INVALID_FIELDS", "Firm", _FIRM + 'type Firm @key(fields: "no") { code: ID! }'
    ),
    _one("a key of nothing", "KEY_INVALID_FIELDS", "Firm", _FIRM + 'type Firm @key(fields: "") { code: ID! }'),
    _one(
        "a key that is no selection",
        "KEY_INVALID_FIELDS",
        "Firm",
        _FIRM + 'type Firm @key(fields: "code {") { code: ID! }',
    ),
    _one(
        "a key with an alias", "KEY_INVALID_FIELDS", "Firm", _FIRM + 'type Firm @key(fields: "c: code") { code: ID! }'
    ),
    _one(
        "a key with a fragment's name",
        "KEY_INVALID_FIELDS",
        "Firm",
        _FIRM + 'type Firm @key(fields: "...F") { code: ID! }',
    ),
    _one(
        "a key that is a list",
        "KEY_INVALID_FIELDS_TYPE",
        "Firm",
        _FIRM + 'type Firm @key(fields: ["code"]) { code: ID! }',
    ),
    _one(
        "a key with arguments",
        "KEY_FIELDS_HAS_ARGS",
        "Firm",
        _FIRM + 'type Firm @key(fields: "code") { code(x: Int): ID! }',
    ),
    _one(
        "a key with a directive",
        "KEY_DIRECTIVE_IN_FIELDS_ARG",
        "Firm",
        _FIRM + 'type Firm @key(fields: "code @include(if: true)") { code: ID! }',
    ),
    _one(
        "a key of a union",
        "KEY_FIELDS_SELECT_INVALID_TYPE",
        "Firm",
        _FIRM + 'type Firm @key(fields: "seat { ... on Place { id } }") { seat: Seat } union Seat = Place type Place'
        " { id: ID }",
    ),
    _one(
        "a key of an interface before 2.3",
        "KEY_UNSUPPORTED_ON_INTERFACE",
        "Subject",
        linking("2.2", "@key") + 'type Query { s: Subject } interface Subject @key(fields: "id") { id: ID }'
        ' type Firm implements Subject @key(fields: "id") { id: ID }',
    ),
    _one(
        "requirements of an unknown field",
        "REQUIRES_INVALID_FIELDS",
        "Firm.risk",
        _FIRM + 'type Firm @key(fields: "code") { code: ID! risk: Int @requires(fields: "no") }',
    ),
    _one(
        "requirements of a wrong argument",
        "REQUIRES_INVALID_FIELDS",
        "Firm.risk",
        _FIRM + 'type Firm { debt(in: Int): Int @external risk: Int @requires(fields: "debt(on: 1)") }',
    ),
    _one(
        "requirements that are no string",
        "REQUIRES_INVALID_FIELDS_TYPE",
        "Firm.risk",
        _FIRM + "type Firm { debt: Int @external risk: Int @requires(fields: 3) }",
    ),
    _one(
        "requirements with a directive",
        "REQUIRES_DIRECTIVE_IN_FIELDS_ARG",
        "Firm.risk",
        _FIRM + 'type Firm { debt: Int @external risk: Int @requires(fields: "debt @skip(if: true)") }',
    ),
    _one(
        "requirements of what is known anyway",
        "REQUIRES_FIELDS_MISSING_EXTERNAL",
        "Firm.risk",
        _FIRM + 'type Firm { debt: Int risk: Int @requires(fields: "debt") }',
    ),
    _one(
        "requirements of an extension's key",
        "REQUIRES_FIELDS_MISSING_EXTERNAL",
        "Firm.risk",
        _FIRM + 'type Firm @extends @key(fields: "code") { code: ID! @external risk: Int @requires(fields: "code") }',
    ),
    _one(
        "requirements on an interface",
        "REQUIRES_UNSUPPORTED_ON_INTERFACE",
        "Subject.risk",
        'type Query { s: Subject } interface Subject { debt: Int risk: Int @requires(fields: "debt") }'
        " type Firm implements Subject { debt: Int risk: Int }",
    ),
    _one(
        "provisions of an unknown field",
        "PROVIDES_INVALID_FIELDS",
        "Firm.owner",
        _FIRM + 'type Firm { owner: Person @provides(fields: "no") }' + _PERSON,
    ),
    _one(
        "provisions that are no string",
        "PROVIDES_INVALID_FIELDS_TYPE",
        "Firm.owner",
        _FIRM + "type Firm { owner: Person @provides(fields: name) }" + _PERSON,
    ),
    _one(
        "provisions with a directive",
        "PROVIDES_DIRECTIVE_IN_FIELDS_ARG",
        "Firm.owner",
        _FIRM + 'type Firm { owner: Person @provides(fields: "name @skip(if: true)") }' + _PERSON,
    ),
    _one(
        "provisions with arguments",
        "PROVIDES_FIELDS_HAS_ARGS",
        "Firm.owner",
        _FIRM
        + 'type Firm { owner: Person @provides(fields: "name") }'
        + ' type Person @key(fields: "id") { id: ID! name(in: Int): String @external }',
    ),
    _one(
        "provisions of what is resolved anyway",
        "PROVIDES_FIELDS_MISSING_EXTERNAL",
        "Firm.owner",
        _FIRM + 'type Firm { owner: Person @provides(fields: "name") }' + _PERSON,
    ),
    _one(
        "provisions of a number",
        "PROVIDES_ON_NON_OBJECT_FIELD",
        "Firm.size",
        _FIRM + 'type Firm { size: Int @provides(fields: "name") }',
    ),
    _one(
        "provisions by an external field",
        "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE",
        "Firm.owner",
        _FIRM + 'type Firm { owner: Person @external @provides(fields: "name") }' + _PERSON,
    ),
    _one(
        "provisions on an interface",
        "PROVIDES_UNSUPPORTED_ON_INTERFACE",
        "Subject.owner",
        'type Query { s: Subject } interface Subject { owner: Person @provides(fields: "name") }'
        " type Firm implements Subject { owner: Person }" + _PERSON,
    ),
    _one(
        "an external field that nothing uses",
        "EXTERNAL_UNUSED",
        "Firm.debt",
        _FIRM + 'type Firm @key(fields: "code") { code: ID! debt: Int @external }',
    ),
    _one(
        "an external field of an interface",
        "EXTERNAL_ON_INTERFACE",
        "Subject.debt",
        "type Query { s: Subject } interface Subject { debt: Int @external } type Firm implements Subject {"
        " debt: Int }",
    ),
    _one(
        "an interface's key that an implementation lacks",
        "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
        "Subject",
        'type Query { s: Subject } interface Subject @key(fields: "id") { id: ID! } type Firm implements'
        " Subject { id: ID! }",
    ),
    _one(
        "an interface's key that an implementation does not resolve",
        "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
        "Subject",
        'type Query { s: Subject } interface Subject @key(fields: "id") { id: ID! }'
        ' type Firm implements Subject @key(fields: "id", resolvable: false) { id: ID! }',
    ),
    _one(
        "an interface object without a key",
        "INTERFACE_OBJECT_USAGE_ERROR",
        "Subject",
        "type Query { s: Subject } type Subject @interfaceObject { id: ID! }",
    ),
    _one(
        "@shareable twice on a type",
        "INVALID_SHAREABLE_USAGE",
        "Firm",
        _FIRM + "type Firm @shareable @shareable { code: ID! }",
    ),
    _one(
        "@shareable on an interface's field",
        "INVALID_SHAREABLE_USAGE",
        "Subject.id",
        "type Query { s: Subject } interface Subject { id: ID! @shareable } type Firm implements Subject { id: ID! }",
    ),
    _one(
        "a demand on an interface",
        "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
        "Subject",
        "type Query { s: Subject } interface Subject @authenticated { id: ID! } type Firm implements Subject {"
        " id: ID! }",
    ),
    _one(
        "a demand on an interface's field",
        "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
        "Subject.id",
        'type Query { s: Subject } interface Subject { id: ID! @policy(policies: [["p"]]) }'
        " type Firm implements Subject { id: ID! }",
    ),
    _one(
        "a cost on an interface's field",
        "COST_APPLIED_TO_INTERFACE_FIELD",
        "Subject.id",
        "type Query { s: Subject } interface Subject { id: ID! @cost(weight: 2) } type Firm implements Subject"
        " { id: ID! }",
    ),
    _one(
        "a size of what is no list",
        "LIST_SIZE_APPLIED_TO_NON_LIST",
        "Query.firm",
        "type Query { firm: Int @listSize(assumedSize: 2) }",
    ),
    _one(
        "a negative size",
        "LIST_SIZE_INVALID_ASSUMED_SIZE",
        "Query.firms",
        "type Query { firms: [Int] @listSize(assumedSize: -2) }",
    ),
    _one(
        "a slice by a text",
        "LIST_SIZE_INVALID_SLICING_ARGUMENT",
        "Query.firms",
        'type Query { firms(first: String): [Int] @listSize(slicingArguments: ["first"]) }',
    ),
    _one(
        "the size of an unknown field",
        "LIST_SIZE_INVALID_SIZED_FIELD",
        "Query.firms",
        'type Query { firms: Page @listSize(sizedFields: ["nodes"]) } type Page { count: Int }',
    ),
    _one(
        "the size of a field that is no list",
        "LIST_SIZE_APPLIED_TO_NON_LIST",
        "Query.firms",
        'type Query { firms: Page @listSize(sizedFields: ["count"]) } type Page { count: Int }',
    ),
]

_CASE = 'type Case @key(fields: "id") {{ id: ID! fee(of: ID {mark}): Int }}'


def _context(what: str, code: str, at: str, mark: str, name: str = "firm") -> Case:
    sdl = _FIRM + f'type Firm @key(fields: "code") @context(name: "{name}") {{ code: ID! size: Int open: Case }}'
    return _one(what, code, at, sdl + _CASE.format(mark=mark))


CASES += [
    _context("a context's name with a line", "CONTEXT_NAME_INVALID", "Firm", "", name="the_firm"),
    _context(
        "an argument of no context", "NO_CONTEXT_IN_SELECTION", "Case.fee(of:)", '@fromContext(field: "{ code }")'
    ),
    _context(
        "an argument of a context that is never set",
        "CONTEXT_NOT_SET",
        "Case.fee(of:)",
        '@fromContext(field: "$person { id }")',
    ),
    _context(
        "an argument with a default and a context",
        "CONTEXT_NOT_SET",
        "Case.fee(of:)",
        '= "1" @fromContext(field: "$firm { code }")',
    ),
    _context(
        "two fields for one argument",
        "CONTEXT_INVALID_SELECTION",
        "Case.fee(of:)",
        '@fromContext(field: "$firm { code size }")',
    ),
    _context(
        "a field of another type than the argument's",
        "CONTEXT_INVALID_SELECTION",
        "Case.fee(of:)",
        '@fromContext(field: "$firm { size }")',
    ),
    _context(
        "a field that is not there",
        "CONTEXT_INVALID_SELECTION",
        "Case.fee(of:)",
        '@fromContext(field: "$firm { name }")',
    ),
    _context(
        "an alias in a context's selection",
        "CONTEXT_INVALID_SELECTION",
        "Case.fee(of:)",
        '@fromContext(field: "$firm { c: code }")',
    ),
    _context(
        "a context's selection that is none",
        "CONTEXT_INVALID_SELECTION",
        "Case.fee(of:)",
        '@fromContext(field: "$firm { code")',
    ),
    _one(
        "a context for an interface's field",
        "CONTEXT_NOT_SET",
        "Paid.fee(of:)",
        _FIRM + 'type Firm @key(fields: "code") @context(name: "firm") { code: ID! paid: Paid }'
        ' interface Paid { fee(of: ID @fromContext(field: "$firm { code }")): Int }'
        " type Case implements Paid { fee(of: ID): Int }",
    ),
    _one(
        "a context for a field that an interface has",
        "CONTEXT_NOT_SET",
        "Case.fee(of:)",
        _FIRM + 'type Firm @key(fields: "code") @context(name: "firm") { code: ID! paid: Paid } interface Paid {'
        " fee(of: ID): Int }"
        ' type Case implements Paid @key(fields: "id") { id: ID! fee(of: ID @fromContext(field: "$firm { code'
        ' }")): Int }',
    ),
    _one(
        "a context for a type without a key",
        "CONTEXT_NO_RESOLVABLE_KEY",
        "Case",
        _FIRM + 'type Firm @key(fields: "code") @context(name: "firm") { code: ID! open: Case }'
        ' type Case { fee(of: ID @fromContext(field: "$firm { code }")): Int }',
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_a_subgraph_that_breaks_a_rule_is_refused(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    "sdl",
    [
        pytest.param(
            _FIRM + 'type Firm @key(fields: "seat { street }") { seat: Seat } type Seat { street: String }',
            id="a compound key",
        ),
        pytest.param(
            _FIRM
            + 'type Firm @key(fields: "code") @key(fields: "name seat { street }") { code: ID! name: ID! seat: Seat }'
            " type Seat { street: String }",
            id="two keys",
        ),
        pytest.param(
            'type Query { s: Subject } interface Subject @key(fields: "id name") { id: ID! name: ID! }'
            ' type Firm implements Subject @key(fields: "name id") { id: ID! name: ID! }',
            id="an interface's key in another order",
        ),
        pytest.param(
            _FIRM + "type Firm @shareable { code: ID! } extend type Firm @shareable { name: String }",
            id="@shareable on a type and on its extension",
        ),
        pytest.param(
            'type Query { page(first: Int): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes"]) }'
            " type Page { nodes: [Int] }",
            id="a page with its size",
        ),
    ],
)
def test_a_subgraph_that_keeps_the_rules_composes(sdl: str) -> None:
    assert composed(tax=sdl).supergraph


def test_a_context_may_be_selected_by_type() -> None:
    sdl = (
        'type Query { s: Subject } union Subject @context(name: "who") = Firm | Person'
        ' type Firm { code: ID! open: Case } type Person { id: ID! open: Case } type Case @key(fields: "no") { no: ID!'
        ' fee(of: ID @fromContext(field: "$who ... on Firm { code } ... on Person { id }")): Int }'
    )
    assert 'contextArguments: [{context: "tax__who", name: "of", type: "ID"' in composed(tax=sdl).supergraph
