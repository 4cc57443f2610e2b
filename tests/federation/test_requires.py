import json

from tests.federation.stands import LINK, City, Stand, told_of


def stand(name: str, sdl: str, **objects: object) -> Stand:
    return Stand(name, LINK + sdl, objects)


async def test_a_field_is_computed_of_what_another_subgraph_serves() -> None:
    tax = stand(
        "tax",
        'type Query { company: Company } type Company @key(fields: "code") { code: ID!  due: Int!  paid: Int! }',
        Query={"company": {"code": "LP-1", "due": 30, "paid": 12}},
        Company=[{"code": "LP-1", "due": 30, "paid": 12}],
    )
    court = stand(
        "court",
        """
        type Company @key(fields: "code") {
          code: ID!  due: Int! @external  paid: Int! @external
          arrears: Int! @requires(fields: "due paid")
        }
        """,
        Company=[{"code": "LP-1", "arrears": lambda of, _: of["due"] - of["paid"]}],
    )
    told = await City(tax, court).ask("{ company { arrears } }")
    assert told.whole == {"company": {"arrears": 18}}
    assert told.rounds == [["tax"], ["court"]]


async def test_what_is_required_is_not_shown_unless_it_is_asked_for() -> None:
    tax = stand(
        "tax",
        'type Query { company: Company } type Company @key(fields: "code") { code: ID!  due: Int! }',
        Query={"company": {"code": "LP-1", "due": 30}},
    )
    court = stand(
        "court",
        """
        type Company @key(fields: "code") {
          code: ID!  due: Int! @external  isLarge: Boolean! @requires(fields: "due")
        }
        """,
        Company=[{"code": "LP-1", "isLarge": lambda of, _: of["due"] > 20}],
    )
    city = City(tax, court)
    assert (await city.ask("{ company { isLarge } }")).whole == {"company": {"isLarge": True}}
    assert (await city.ask("{ company { isLarge sum: due } }")).whole == {"company": {"isLarge": True, "sum": 30}}


async def test_requirements_chain_over_subgraphs() -> None:
    market = stand(
        "market",
        'type Query { company: Company } type Company @key(fields: "code") { code: ID!  capital: Int! }',
        Query={"company": {"code": "LP-1", "capital": 200}},
        Company=[{"code": "LP-1", "capital": 200}],
    )
    tax = stand(
        "tax",
        """
        type Company @key(fields: "code") {
          code: ID!  capital: Int! @external  size: String! @requires(fields: "capital")
        }
        """,
        Company=[{"code": "LP-1", "size": lambda of, _: "大型" if of["capital"] > 100 else "小型"}],
    )
    labour = stand(
        "labour",
        """
        type Company @key(fields: "code") {
          code: ID!  size: String! @external  quota: String! @requires(fields: "size")
        }
        """,
        Company=[{"code": "LP-1", "quota": lambda of, _: f"{of['size']}企业"}],
    )
    told = await City(market, tax, labour).ask("{ company { quota } }")
    assert told.whole == {"company": {"quota": "大型企业"}}
    assert told.rounds == [["market"], ["tax"], ["labour"]]


async def test_two_subgraphs_may_require_of_each_other_in_turn() -> None:
    """Each computes one field of the other's: no cycle of fields, though one of subgraphs."""
    tax = stand(
        "tax",
        """
        type Query { company: Company }
        type Company @key(fields: "code") {
          code: ID!  declared: Int!  audited: Int! @external  gap: Int! @requires(fields: "audited")
        }
        """,
        Query={"company": {"code": "LP-1", "declared": 5}},
        Company=[{"code": "LP-1", "declared": 5, "gap": lambda of, _: of["audited"] - 5}],
    )
    audit = stand(
        "audit",
        """
        type Company @key(fields: "code") {
          code: ID!  declared: Int! @external  audited: Int! @requires(fields: "declared")
          gap: Int! @external  finding: String! @requires(fields: "gap")
        }
        """,
        Company=[
            {
                "code": "LP-1",
                "audited": lambda of, _: of["declared"] * 3,
                "finding": lambda of, _: f"差额 {of['gap']}",
            }
        ],
    )
    told = await City(tax, audit).ask("{ company { finding } }")
    assert told.whole == {"company": {"finding": "差额 10"}}
    assert told.rounds == [["tax"], ["audit"], ["tax"], ["audit"]]


async def test_a_requirement_has_its_own_arguments_whatever_the_caller_gives() -> None:
    tax = stand(
        "tax",
        """
        type Query { company: Company }
        type Company @key(fields: "code") { code: ID!  paid(year: Int! unit: String = "元"): String! }
        """,
        Query={"company": {"__typename": "Company", "code": "LP-1"}},
        Company=[{"code": "LP-1", "paid": lambda _, args: f"{args['year']}{args['unit']}"}],
    )
    grading = stand(
        "grading",
        """
        type Company @key(fields: "code") {
          code: ID!  paid(year: Int! unit: String = "元"): String! @external
          grade: String! @requires(fields: "paid(year: 2025, unit: \\"万元\\")")
        }
        """,
        Company=[{"code": "LP-1", "grade": lambda of, _: f"A of {of['paid']}"}],
    )
    told = await City(tax, grading).ask("{ company { paid(year: 1999) grade } }")
    assert told.whole == {"company": {"paid": "1999元", "grade": "A of 2025万元"}}


async def test_requirements_that_differ_in_arguments_are_met_apart() -> None:
    tax = stand(
        "tax",
        """
        type Query { company: Company }
        type Company @key(fields: "code") { code: ID!  paid(year: Int!): Int! }
        """,
        Query={"company": {"__typename": "Company", "code": "LP-1"}},
        Company=[{"code": "LP-1", "paid": lambda _, args: args["year"] * 10}],
    )
    grading = stand(
        "grading",
        """
        type Company @key(fields: "code") {
          code: ID!  paid(year: Int!): Int! @external
          now: Int! @requires(fields: "paid(year: 2026)")
          before: Int! @requires(fields: "paid(year: 2025)")
        }
        """,
        Company=[{"code": "LP-1", "now": lambda of, _: of["paid"], "before": lambda of, _: of["paid"]}],
    )
    told = await City(tax, grading).ask("{ company { now before } }")
    assert told.whole == {"company": {"now": 20260, "before": 20250}}
    assert told.rounds == [["tax"], ["grading"]]


async def test_a_requirement_reaches_into_lists_and_objects() -> None:
    market = stand(
        "market",
        """
        type Query { companies: [Company!]! }
        type Company @key(fields: "code") { code: ID!  branches: [Branch!]! }
        type Branch { city: String!  staff: Int }
        """,
        Query={
            "companies": [
                {"code": "LP-1", "branches": [{"city": "郑州", "staff": 3}, {"city": "洛阳", "staff": None}]},
                {"code": "LP-2", "branches": []},
            ]
        },
    )
    labour = stand(
        "labour",
        """
        type Company @key(fields: "code") {
          code: ID!  branches: [Branch!]! @external  staff: String! @requires(fields: "branches { staff }")
        }
        type Branch { staff: Int @external }
        """,
        Company=[
            {"code": code, "staff": lambda of, _: json.dumps([each["staff"] for each in of["branches"]])}
            for code in ("LP-1", "LP-2")
        ],
    )
    told = await City(market, labour).ask("{ companies { staff } }")
    assert told.whole == {"companies": [{"staff": "[3, null]"}, {"staff": "[]"}]}
    assert told.rounds == [["market"], ["labour"]]


async def test_a_requirement_chooses_by_type_with_fragments() -> None:
    register = stand(
        "register",
        """
        type Query { filings: [Filing!]! }
        type Filing @key(fields: "id") { id: ID!  subject: Subject! }
        interface Subject { id: ID! }
        type Company implements Subject { id: ID!  capital: Int! }
        type Person implements Subject { id: ID!  age: Int! }
        """,
        Query={
            "filings": [
                {"id": "1", "subject": {"__typename": "Company", "id": "LP-1", "capital": 9}},
                {"id": "2", "subject": {"__typename": "Person", "id": "IN-1", "age": 44}},
            ]
        },
    )
    fees = stand(
        "fees",
        """
        type Filing @key(fields: "id") {
          id: ID!  subject: Subject! @external
          fee: String! @requires(fields: "subject { id ... on Company { capital } ... on Person { age } }")
        }
        interface Subject { id: ID! }
        type Company implements Subject { id: ID! @external  capital: Int! @external }
        type Person implements Subject { id: ID! @external  age: Int! @external }
        """,
        Filing=[
            {
                "id": id_,
                "fee": lambda of, _: " ".join(str(of["subject"].get(name)) for name in ("id", "capital", "age")),
            }
            for id_ in ("1", "2")
        ],
    )
    told = await City(register, fees).ask("{ filings { fee } }")
    assert told.whole == {"filings": [{"fee": "LP-1 9 None"}, {"fee": "IN-1 None 44"}]}


async def test_a_null_that_is_required_is_sent_as_null() -> None:
    tax = stand(
        "tax",
        'type Query { company: Company } type Company @key(fields: "code") { code: ID!  due: Int }',
        Query={"company": {"code": "LP-1", "due": None}},
    )
    court = stand(
        "court",
        'type Company @key(fields: "code") { code: ID!  due: Int @external  told: String! @requires(fields: "due") }',
        Company=[{"code": "LP-1", "told": lambda of, _: f"due: {of['due']}"}],
    )
    told = await City(tax, court).ask("{ company { told } }")
    assert told.whole == {"company": {"told": "due: None"}}


async def test_what_is_required_is_fetched_together_with_what_is_asked_for() -> None:
    """Fields of one subgraph at one place are one request, whether the caller or a subgraph wants them."""
    register = stand(
        "register",
        'type Query { company: Company } type Company @key(fields: "code") { code: ID! }',
        Query={"company": {"code": "LP-1"}},
    )
    tax = stand(
        "tax",
        'type Company @key(fields: "code") { code: ID!  due: Int!  paid: Int! }',
        Company=[{"code": "LP-1", "due": 30, "paid": 12}],
    )
    court = stand(
        "court",
        'type Company @key(fields: "code") { code: ID!  due: Int! @external  share: Int! @requires(fields: "due") }',
        Company=[{"code": "LP-1", "share": lambda of, _: of["due"] // 2}],
    )
    told = await City(register, tax, court).ask("{ company { paid share } }")
    assert told.whole == {"company": {"paid": 12, "share": 15}}
    assert told.rounds == [["register"], ["tax"], ["court"]]


async def test_a_field_of_the_same_subgraph_goes_along_with_a_computed_one() -> None:
    register = stand(
        "register",
        'type Query { company: Company } type Company @key(fields: "code") { code: ID!  capital: Int! }',
        Query={"company": {"code": "LP-1", "capital": 8}},
    )
    court = stand(
        "court",
        """
        type Company @key(fields: "code") {
          code: ID!  capital: Int! @external  cases: Int!  ratio: Int! @requires(fields: "capital")
        }
        """,
        Company=[{"code": "LP-1", "cases": 2, "ratio": lambda of, _: of["capital"] * 2}],
    )
    told = await City(register, court).ask("{ company { cases ratio } }")
    assert told.whole == {"company": {"cases": 2, "ratio": 16}}
    assert told.rounds == [["register"], ["court"]]
    assert len(told_of(told.requests, "court")) == 1


async def test_a_requirement_may_lie_in_another_entity() -> None:
    court = stand(
        "court",
        """
        type Query { verdict: Verdict }
        type Verdict @key(fields: "id") { id: ID!  debtor: Company! }
        type Company @key(fields: "code") { code: ID! }
        """,
        Query={"verdict": {"id": "V-1", "debtor": {"code": "LP-1"}}},
    )
    register = stand(
        "register",
        'type Company @key(fields: "code") { code: ID!  name: String! }',
        Company=[{"code": "LP-1", "name": "星河"}],
    )
    notices = stand(
        "notices",
        """
        type Verdict @key(fields: "id") {
          id: ID!  debtor: Company! @external  text: String! @requires(fields: "debtor { name }")
        }
        type Company @key(fields: "code", resolvable: false) { code: ID!  name: String! @external }
        """,
        Verdict=[{"id": "V-1", "text": lambda of, _: f"公告：{of['debtor']['name']}"}],
    )
    told = await City(court, register, notices).ask("{ verdict { text } }")
    assert told.whole == {"verdict": {"text": "公告：星河"}}
    assert told.rounds == [["court"], ["register"], ["notices"]]
