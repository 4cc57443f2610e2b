from tests.federation.stands import LINK, City, Stand, told_of

REGISTER = Stand(
    "register",
    LINK
    + """
    type Query { company(code: String!): Company  companies: [Company!]! }
    type Company @key(fields: "code") { code: String!  name: String! }
    """,
    {
        "Query": {
            "company": lambda _, args: {"__typename": "Company", "code": args["code"]},
            "companies": [{"__typename": "Company", "code": code} for code in ("LP-1", "LP-2", "LP-1")],
        },
        "Company": [{"code": "LP-1", "name": "星河"}, {"code": "LP-2", "name": "中原"}],
    },
)


async def test_an_entity_is_completed_by_its_key_in_one_more_request() -> None:
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "code") { code: String!  taxGrade: String! }',
        {"Company": [{"code": "LP-1", "taxGrade": "A"}, {"code": "LP-2", "taxGrade": "D"}]},
    )
    told = await City(REGISTER, tax).ask('{ company(code: "LP-2") { name taxGrade } }')
    assert told.whole == {"company": {"name": "中原", "taxGrade": "D"}}
    assert told.rounds == [["register"], ["tax"]]


async def test_the_entities_of_a_list_are_one_request_and_each_is_asked_for_once() -> None:
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "code") { code: String!  taxGrade: String! }',
        {"Company": [{"code": "LP-1", "taxGrade": "A"}, {"code": "LP-2", "taxGrade": "D"}]},
    )
    told = await City(REGISTER, tax).ask("{ companies { taxGrade } }")
    assert told.whole == {"companies": [{"taxGrade": "A"}, {"taxGrade": "D"}, {"taxGrade": "A"}]}
    assert told.rounds == [["register"], ["tax"]]
    (sent,) = told_of(told.requests, "tax")
    (representations,) = sent.variables.values()
    assert [each["code"] for each in representations] == ["LP-1", "LP-2"]


async def test_a_field_that_needs_no_entity_is_answered_by_one_request() -> None:
    tax = Stand("tax", LINK + 'type Company @key(fields: "code") { code: String!  taxGrade: String! }')
    told = await City(REGISTER, tax).ask("{ companies { code name } }")
    assert told.rounds == [["register"]]


async def test_of_several_keys_the_one_is_sent_that_both_sides_have() -> None:
    register = Stand(
        "register",
        LINK
        + """
        type Query { company: Company }
        type Company @key(fields: "code") @key(fields: "taxpayerNumber") { code: String!  taxpayerNumber: String! }
        """,
        {"Query": {"company": {"__typename": "Company", "code": "LP-1", "taxpayerNumber": "T-9"}}},
    )
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "taxpayerNumber") { taxpayerNumber: String!  arrears: Int! }',
        {"Company": [{"taxpayerNumber": "T-9", "arrears": 7}]},
    )
    told = await City(register, tax).ask("{ company { arrears } }")
    assert told.whole == {"company": {"arrears": 7}}
    (sent,) = told_of(told.requests, "tax")
    assert list(sent.variables.values()) == [[{"__typename": "Company", "taxpayerNumber": "T-9"}]]


async def test_a_compound_key_is_sent_whole() -> None:
    court = Stand(
        "court",
        LINK
        + """
        type Query { verdicts: [Verdict!]! }
        type Verdict @key(fields: "court number") { court: ID!  number: Int!  decidedOn: String! }
        """,
        {
            "Query": {
                "verdicts": [
                    {"__typename": "Verdict", "court": "4101", "number": 2, "decidedOn": "2026-01-05"},
                    {"__typename": "Verdict", "court": "4102", "number": 2, "decidedOn": "2026-02-06"},
                ]
            }
        },
    )
    enforcement = Stand(
        "enforcement",
        LINK + 'type Verdict @key(fields: "court number") { court: ID!  number: Int!  performed: Boolean! }',
        {
            "Verdict": [
                {"court": "4102", "number": 2, "performed": True},
                {"court": "4101", "number": 2, "performed": False},
            ]
        },
    )
    told = await City(court, enforcement).ask("{ verdicts { decidedOn performed } }")
    assert told.whole == {
        "verdicts": [
            {"decidedOn": "2026-01-05", "performed": False},
            {"decidedOn": "2026-02-06", "performed": True},
        ]
    }


async def test_a_nested_key_is_sent_with_its_inside() -> None:
    market = Stand(
        "market",
        LINK
        + """
        type Query { licence: Licence }
        type Licence @key(fields: "number holder { code }") { number: ID!  holder: Holder!  scope: String! }
        type Holder @shareable { code: String! }
        """,
        {"Query": {"licence": {"number": "L-1", "holder": {"code": "LP-1"}, "scope": "餐饮"}}},
    )
    safety = Stand(
        "safety",
        LINK
        + """
        type Licence @key(fields: "number holder { code }") { number: ID!  holder: Holder!  inspected: Int! }
        type Holder @shareable { code: String! }
        """,
        {"Licence": [{"number": "L-1", "holder": {"code": "LP-1"}, "inspected": 4}]},
    )
    told = await City(market, safety).ask("{ licence { scope inspected } }")
    assert told.whole == {"licence": {"scope": "餐饮", "inspected": 4}}
    (sent,) = told_of(told.requests, "safety")
    ((representation,),) = sent.variables.values()
    assert representation == {"__typename": "Licence", "number": "L-1", "holder": {"code": "LP-1"}}


async def test_an_entity_that_is_only_referred_to_is_resolved_by_the_others() -> None:
    court = Stand(
        "court",
        LINK
        + """
        type Query { debtors: [Company!]! }
        type Company @key(fields: "code", resolvable: false) { code: String! }
        """,
        {"Query": {"debtors": [{"code": "LP-2"}]}},
    )
    told = await City(REGISTER, court).ask("{ debtors { name } }")
    assert told.whole == {"debtors": [{"name": "中原"}]}
    assert told.rounds == [["court"], ["register"]]


async def test_a_key_that_a_subgraph_does_not_resolve_is_never_sent_to_it() -> None:
    court = Stand(
        "court",
        LINK
        + """
        type Query { debtors: [Company!]! }
        type Company @key(fields: "code", resolvable: false) { code: String! }
        """,
        {"Query": {"debtors": []}},
    )
    told = await City(REGISTER, court).ask('{ company(code: "LP-1") { code name } }')
    assert told.rounds == [["register"]]


async def test_a_subgraph_is_reached_over_another_that_knows_both_keys() -> None:
    register = Stand(
        "register",
        LINK
        + """
        type Query { company: Company }
        type Company @key(fields: "code") { code: String! }
        """,
        {"Query": {"company": {"code": "LP-1"}}},
    )
    market = Stand(
        "market",
        LINK
        + 'type Company @key(fields: "code") @key(fields: "registrationNumber") '
        + "{ code: String!  registrationNumber: ID! }",
        {"Company": [{"code": "LP-1", "registrationNumber": "4101"}]},
    )
    archive = Stand(
        "archive",
        LINK + 'type Company @key(fields: "registrationNumber") { registrationNumber: ID!  shelf: String! }',
        {"Company": [{"registrationNumber": "4101", "shelf": "C-3"}]},
    )
    told = await City(register, market, archive).ask("{ company { shelf } }")
    assert told.whole == {"company": {"shelf": "C-3"}}
    assert told.rounds == [["register"], ["market"], ["archive"]]


async def test_the_shorter_of_two_ways_is_taken() -> None:
    register = Stand(
        "register",
        LINK
        + """
        type Query { company: Company }
        type Company @key(fields: "code") { code: String! }
        """,
        {"Query": {"company": {"code": "LP-1"}}},
    )
    market = Stand(
        "market",
        LINK + 'type Company @key(fields: "code") @key(fields: "number") { code: String!  number: ID! }',
        {"Company": [{"code": "LP-1", "number": "4101"}]},
    )
    archive = Stand(
        "archive",
        LINK
        + 'type Company @key(fields: "number") @key(fields: "code") { code: String!  number: ID!  shelf: String! }',
        {"Company": [{"code": "LP-1", "number": "4101", "shelf": "C-3"}]},
    )
    told = await City(register, market, archive).ask("{ company { shelf } }")
    assert told.whole == {"company": {"shelf": "C-3"}}
    assert told.rounds == [["register"], ["archive"]]


async def test_what_has_no_key_is_not_asked_for_and_the_loss_is_told() -> None:
    """An entity whose only key is null cannot be found elsewhere; the others of its list are."""
    register = Stand(
        "register",
        LINK
        + """
        type Query { companies: [Company!]! }
        type Company @key(fields: "taxpayerNumber") { taxpayerNumber: String  name: String! }
        """,
        {"Query": {"companies": [{"name": "星河", "taxpayerNumber": None}, {"name": "中原", "taxpayerNumber": "T-2"}]}},
    )
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "taxpayerNumber") { taxpayerNumber: String  arrears: Int }',
        {"Company": [{"taxpayerNumber": "T-2", "arrears": 5}]},
    )
    told = await City(register, tax).ask("{ companies { name arrears } }")
    assert told.data == {"companies": [{"name": "星河", "arrears": None}, {"name": "中原", "arrears": 5}]}
    assert [each.path for each in told.wrong] == ["companies.0.arrears"]
    (sent,) = told_of(told.requests, "tax")
    ((representation,),) = sent.variables.values()
    assert representation["taxpayerNumber"] == "T-2"


async def test_a_null_entity_needs_no_request() -> None:
    register = Stand(
        "register",
        LINK
        + """
        type Query { company: Company  companies: [Company]! }
        type Company @key(fields: "code") { code: String! }
        """,
        {"Query": {"company": None, "companies": [None, None]}},
    )
    tax = Stand("tax", LINK + 'type Company @key(fields: "code") { code: String!  arrears: Int! }')
    told = await City(register, tax).ask("{ company { arrears } companies { arrears } }")
    assert told.whole == {"company": None, "companies": [None, None]}
    assert told.rounds == [["register"]]
