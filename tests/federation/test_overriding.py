from tests.federation.stands import LINK, City, Stand


def never(*_: object) -> str:
    message = "this subgraph does not serve the field any more"
    raise AssertionError(message)


async def test_a_field_that_was_taken_over_is_asked_of_its_new_owner() -> None:
    register = Stand(
        "register",
        LINK
        + "type Query { company: Company } "
        + 'type Company @key(fields: "code") { code: ID!  name: String!  grade: String! }',
        {"Query": {"company": {"code": "LP-1", "name": "星河", "grade": never}}},
    )
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "code") { code: ID!  grade: String! @override(from: "register") }',
        {"Company": [{"code": "LP-1", "grade": "A"}]},
    )
    told = await City(register, tax).ask("{ company { name grade } }")
    assert told.whole == {"company": {"name": "星河", "grade": "A"}}
    assert told.rounds == [["register"], ["tax"]]


async def test_a_root_field_that_was_taken_over_is_asked_of_its_new_owner() -> None:
    old = Stand("old", LINK + "type Query { grade: String!  year: Int! }", {"Query": {"grade": never, "year": 2026}})
    new = Stand("new", LINK + 'type Query { grade: String! @override(from: "old") }', {"Query": {"grade": "A"}})
    told = await City(old, new).ask("{ grade year }")
    assert told.whole == {"grade": "A", "year": 2026}


async def test_overriding_a_subgraph_that_is_not_there_changes_nothing() -> None:
    register = Stand(
        "register",
        LINK + 'type Query { company: Company } type Company @key(fields: "code") { code: ID! }',
        {"Query": {"company": {"code": "LP-1"}}},
    )
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "code") { code: ID!  grade: String! @override(from: "archive") }',
        {"Company": [{"code": "LP-1", "grade": "A"}]},
    )
    told = await City(register, tax).ask("{ company { grade } }")
    assert told.whole == {"company": {"grade": "A"}}


async def test_what_was_taken_over_may_be_required() -> None:
    register = Stand(
        "register",
        LINK + 'type Query { company: Company } type Company @key(fields: "code") { code: ID!  due: Int! }',
        {"Query": {"company": {"code": "LP-1", "due": never}}},
    )
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "code") { code: ID!  due: Int! @override(from: "register") }',
        {"Company": [{"code": "LP-1", "due": 4}]},
    )
    court = Stand(
        "court",
        LINK
        + 'type Company @key(fields: "code") { code: ID!  due: Int! @external  told: Int! @requires(fields: "due") }',
        {"Company": [{"code": "LP-1", "told": lambda of, _: of["due"] * 2}]},
    )
    told = await City(register, tax, court).ask("{ company { told } }")
    assert told.whole == {"company": {"told": 8}}
    assert told.rounds == [["register"], ["tax"], ["court"]]


async def test_an_interface_still_lists_what_its_type_has_given_away() -> None:
    register = Stand(
        "register",
        LINK
        + """
        type Query { rated: [Rated!]! }
        interface Rated { grade: String! }
        type Company implements Rated @key(fields: "code") { code: ID!  grade: String! }
        type Shop implements Rated { grade: String! }
        """,
        {
            "Query": {
                "rated": [
                    {"__typename": "Company", "code": "LP-1", "grade": never},
                    {"__typename": "Shop", "grade": "C"},
                ]
            }
        },
    )
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "code") { code: ID!  grade: String! @override(from: "register") }',
        {"Company": [{"code": "LP-1", "grade": "A"}]},
    )
    told = await City(register, tax).ask("{ rated { grade } }")
    assert told.whole == {"rated": [{"grade": "A"}, {"grade": "C"}]}
