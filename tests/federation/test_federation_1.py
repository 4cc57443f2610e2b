"""Subgraphs of Federation 1: no link, ``extend type``, ``@external`` keys, values that are shared without a word."""

from tests.federation.stands import LINK, City, Stand

REGISTER = Stand(
    "register",
    """
    type Query { company: Company }
    type Company @key(fields: "code") { code: ID!  name: String!  seat: Seat }
    type Seat { city: String! }
    """,
    {
        "Query": {"company": {"code": "LP-1", "name": "星河", "seat": {"city": "郑州"}}},
        "Company": [{"code": "LP-1", "name": "星河", "seat": {"city": "郑州"}}],
    },
)


async def test_an_extension_adds_to_an_entity() -> None:
    tax = Stand(
        "tax",
        'extend type Company @key(fields: "code") { code: ID! @external  grade: String! }',
        {"Company": [{"code": "LP-1", "grade": "A"}]},
    )
    told = await City(REGISTER, tax).ask("{ company { name grade } }")
    assert told.whole == {"company": {"name": "星河", "grade": "A"}}
    assert told.rounds == [["register"], ["tax"]]


async def test_an_extension_gives_back_the_key_that_it_calls_external() -> None:
    court = Stand(
        "court",
        """
        extend type Query { debtors: [Company!]! }
        extend type Company @key(fields: "code") { code: ID! @external }
        """,
        {"Query": {"debtors": [{"code": "LP-1"}]}},
    )
    city = City(REGISTER, court)
    told = await city.ask("{ debtors { code } }")
    assert told.whole == {"debtors": [{"code": "LP-1"}]}
    assert told.rounds == [["court"]]
    assert (await city.ask("{ debtors { name } }")).rounds == [["court"], ["register"]]


async def test_an_extension_requires_and_provides() -> None:
    tax = Stand(
        "tax",
        """
        extend type Query { payers: [Company!]! @provides(fields: "name") }
        extend type Company @key(fields: "code") {
          code: ID! @external
          name: String! @external
          label: String! @requires(fields: "name")
        }
        """,
        {
            "Query": {"payers": [{"code": "LP-1", "name": "星河"}]},
            "Company": [{"code": "LP-1", "label": lambda of, _: f"纳税人{of['name']}"}],
        },
    )
    city = City(REGISTER, tax)
    told = await city.ask("{ company { label } }")
    assert told.whole == {"company": {"label": "纳税人星河"}}
    assert told.rounds == [["register"], ["tax"]]
    told = await city.ask("{ payers { name } }")
    assert told.whole == {"payers": [{"name": "星河"}]}
    assert told.rounds == [["tax"]]


async def test_values_are_shared_without_saying_so() -> None:
    tax = Stand(
        "tax",
        "extend type Query { office: Seat! } type Seat { city: String! }",
        {"Query": {"office": {"city": "洛阳"}}},
    )
    told = await City(REGISTER, tax).ask("{ company { seat { city } } office { city } }")
    assert told.whole == {"company": {"seat": {"city": "郑州"}}, "office": {"city": "洛阳"}}
    assert told.rounds == [["register", "tax"]]


async def test_federation_1_and_2_make_one_graph() -> None:
    tax = Stand(
        "tax",
        LINK
        + """
        type Query { payers: [Company!]! }
        type Company @key(fields: "code") { code: ID!  grade: String! }
        type Seat @shareable { city: String! }
        """,
        {"Query": {"payers": [{"code": "LP-1", "grade": "B"}]}, "Company": [{"code": "LP-1", "grade": "B"}]},
    )
    told = await City(REGISTER, tax).ask("{ payers { grade seat { city } } company { grade } }")
    assert told.whole == {"payers": [{"grade": "B", "seat": {"city": "郑州"}}], "company": {"grade": "B"}}
    assert told.rounds == [["register", "tax"], ["register", "tax"]]


async def test_an_external_field_of_a_federation_2_extension_is_not_served_there() -> None:
    tax = Stand(
        "tax",
        LINK
        + """
        type Query { payers: [Company!]! }
        extend type Company @key(fields: "code") {
          code: ID!
          name: String! @external
          label: String! @requires(fields: "name")
        }
        """,
        {"Query": {"payers": [{"code": "LP-1"}]}},
    )
    told = await City(REGISTER, tax).ask("{ payers { name } }")
    assert told.whole == {"payers": [{"name": "星河"}]}
    assert told.rounds == [["tax"], ["register"]]
