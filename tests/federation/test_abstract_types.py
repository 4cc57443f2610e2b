from connectors.subgraph import GraphqlResponse
from tests.federation.stands import LINK, City, Stand, told_of


def stand(name: str, sdl: str, **objects: object) -> Stand:
    return Stand(name, LINK + sdl, objects)


SUBJECTS = """
type Query { subjects: [Subject!]! }
interface Subject { id: ID!  name: String! }
type Company implements Subject @key(fields: "id") { id: ID!  name: String! }
type Person implements Subject @key(fields: "id") { id: ID!  name: String! }
"""
EVERYONE = [
    {"__typename": "Company", "id": "LP-1", "name": "星河"},
    {"__typename": "Person", "id": "IN-1", "name": "张某"},
    {"__typename": "Company", "id": "LP-2", "name": "中原"},
]


def register() -> Stand:
    return stand("register", SUBJECTS, Query={"subjects": EVERYONE})


async def test_a_field_of_an_interface_is_answered_without_asking_for_each_type() -> None:
    told = await City(register()).ask("{ subjects { name } }")
    assert told.whole == {"subjects": [{"name": "星河"}, {"name": "张某"}, {"name": "中原"}]}
    (sent,) = told.requests
    assert "... on" not in sent.request.document


async def test_each_type_of_an_interface_is_completed_by_one_request_for_all() -> None:
    credit = stand(
        "credit",
        """
        type Company @key(fields: "id") { id: ID!  grade: String! }
        type Person @key(fields: "id") { id: ID!  points: Int! }
        """,
        Company=[{"id": "LP-1", "grade": "A"}, {"id": "LP-2", "grade": "B"}],
        Person=[{"id": "IN-1", "points": 600}],
    )
    told = await City(register(), credit).ask(
        "{ subjects { __typename ... on Company { grade } ... on Person { points } } }"
    )
    assert told.whole == {
        "subjects": [
            {"__typename": "Company", "grade": "A"},
            {"__typename": "Person", "points": 600},
            {"__typename": "Company", "grade": "B"},
        ]
    }
    assert told.rounds == [["register"], ["credit"]]


async def test_a_field_that_a_subgraph_has_on_each_type_but_not_on_its_interface() -> None:
    """The supergraph's interface has the field; the subgraph's own has not, so its types are asked one by one."""
    credit = stand(
        "credit",
        """
        type Query { rated: [Subject!]! }
        interface Subject { id: ID! }
        type Company implements Subject @key(fields: "id") { id: ID!  grade: String! }
        type Person implements Subject @key(fields: "id") { id: ID!  grade: String! }
        """,
        Query={
            "rated": [
                {"__typename": "Person", "id": "IN-1", "grade": "C"},
                {"__typename": "Company", "id": "LP-1", "grade": "A"},
            ]
        },
    )
    office = stand(
        "office",
        """
        type Query { served: [Subject!]! }
        interface Subject { id: ID!  grade: String! }
        type Company implements Subject @key(fields: "id") { id: ID!  grade: String! @external }
        type Person implements Subject @key(fields: "id") { id: ID!  grade: String! @external }
        """,
        Query={"served": [{"__typename": "Company", "id": "LP-1"}]},
    )
    city = City(register(), credit, office)
    told = await city.ask("{ rated { grade } }")
    assert told.whole == {"rated": [{"grade": "C"}, {"grade": "A"}]}
    assert told.rounds == [["credit"]]


async def test_an_interface_field_that_is_external_comes_from_its_owner() -> None:
    credit = stand(
        "credit",
        """
        interface Subject { id: ID!  grade: String! }
        type Company implements Subject @key(fields: "id") { id: ID!  grade: String! }
        type Person implements Subject @key(fields: "id") { id: ID!  grade: String! }
        """,
        Company=[{"id": "LP-1", "grade": "A"}],
        Person=[{"id": "IN-1", "grade": "C"}],
    )
    office = stand(
        "office",
        """
        type Query { served: [Subject!]! }
        interface Subject { id: ID!  grade: String! }
        type Company implements Subject @key(fields: "id") { id: ID!  grade: String! @external }
        type Person implements Subject @key(fields: "id") { id: ID!  grade: String! @external }
        """,
        Query={"served": [{"__typename": "Company", "id": "LP-1"}, {"__typename": "Person", "id": "IN-1"}]},
    )
    told = await City(register(), credit, office).ask("{ served { grade } }")
    assert told.whole == {"served": [{"grade": "A"}, {"grade": "C"}]}
    assert told.rounds == [["office"], ["credit"]]


async def test_the_members_of_a_union_may_differ_by_subgraph() -> None:
    """Nobody is asked for a type that it does not know: such a fragment finds nothing there."""
    court = stand(
        "court",
        """
        type Query { decisions: [Decision!]! }
        union Decision = Verdict | Ruling
        type Verdict @shareable { number: ID! }
        type Ruling @shareable { number: ID! }
        """,
        Query={"decisions": [{"__typename": "Verdict", "number": "V-1"}, {"__typename": "Ruling", "number": "R-1"}]},
    )
    market = stand(
        "market",
        """
        type Query { penalties: [Decision!]! }
        union Decision = Fine | Verdict
        type Fine { number: ID!  yuan: Int! }
        type Verdict @shareable { number: ID! }
        """,
        Query={"penalties": [{"__typename": "Fine", "number": "F-1", "yuan": 500}]},
    )
    told = await City(court, market).ask(
        """
        { decisions { ...Parts } penalties { ...Parts } }
        fragment Parts on Decision {
          ... on Verdict { number } ... on Ruling { __typename number } ... on Fine { yuan }
        }
        """
    )
    assert told.whole == {
        "decisions": [{"number": "V-1"}, {"__typename": "Ruling", "number": "R-1"}],
        "penalties": [{"yuan": 500}],
    }
    assert "Fine" not in told_of(told.requests, "court")[0].document
    assert "Ruling" not in told_of(told.requests, "market")[0].document


async def test_who_gives_a_shared_union_a_member_that_others_do_not_know_is_named() -> None:
    """Whichever subgraph were asked must be able to answer, so that member's fields are asked of nobody."""
    court = stand(
        "court",
        """
        type Query { latest: Decision @shareable  hearings: Int }
        union Decision = Verdict | Ruling
        type Verdict @shareable { number: ID }
        type Ruling { chamber: String }
        """,
        Query={"latest": {"__typename": "Ruling", "chamber": "民二庭"}, "hearings": 3},
    )
    market = stand(
        "market",
        """
        type Query { latest: Decision @shareable }
        union Decision = Verdict
        type Verdict @shareable { number: ID }
        """,
        Query={"latest": {"__typename": "Verdict", "number": "V-1"}},
    )
    told = await City(court, market).ask("{ hearings latest { ... on Verdict { number } ... on Ruling { chamber } } }")
    assert told.data == {"hearings": 3, "latest": {"chamber": None}}
    assert [(each.path, each.subgraph) for each in told.wrong] == [("latest.chamber", "court")]
    assert told.messages == [
        "Subgraph court gave an object of type Ruling, which not every subgraph knows that can be asked for it here"
    ]


async def test_a_value_that_was_asked_for_and_left_out_is_told_otherwise() -> None:
    court = stand(
        "court",
        """
        type Query { latest: Decision }
        union Decision = Verdict | Ruling
        type Verdict { number: ID }
        type Ruling { chamber: String }
        """,
        Query={"latest": {"__typename": "Ruling", "chamber": "民二庭"}},
    )
    court.reply = lambda _: GraphqlResponse({"latest": {"__typename": "Ruling"}})
    told = await City(court).ask("{ latest { ... on Verdict { number } ... on Ruling { chamber } } }")
    assert told.data == {"latest": {"chamber": None}}
    assert told.messages == ["Subgraph court gave no value at all"]


async def test_a_fragment_on_an_interface_finds_those_whose_subgraph_does_not_say_so() -> None:
    """That a licence is issued is known to one subgraph only; the other's licences are issued all the same."""
    issuing = stand(
        "issuing",
        """
        type Query { issued: [Issued!]! }
        interface Issued { id: ID! }
        type Licence implements Issued @key(fields: "id") { id: ID!  issuer: String! }
        """,
        Query={"issued": []},
        Licence=[{"id": "L-1", "issuer": "市监局"}],
    )
    market = stand(
        "market",
        """
        type Query { papers: [Paper!]! }
        union Paper = Licence | Letter
        type Licence @key(fields: "id") { id: ID! }
        type Letter { text: String! }
        """,
        Query={"papers": [{"__typename": "Licence", "id": "L-1"}, {"__typename": "Letter", "text": "函"}]},
    )
    told = await City(issuing, market).ask(
        "{ papers { ... on Issued { id ... on Licence { issuer } } ... on Letter { text } } }"
    )
    assert told.whole == {"papers": [{"id": "L-1", "issuer": "市监局"}, {"text": "函"}]}
    assert told.rounds == [["market"], ["issuing"]]


async def test_one_response_key_may_be_another_field_in_each_type() -> None:
    registry = stand(
        "registry",
        """
        type Query { subjects: [Subject!]! }
        union Subject = Company | Person
        type Company @key(fields: "id") { id: ID!  founded: Int! }
        type Person @key(fields: "id") { id: ID!  born: Int! }
        """,
        Query={
            "subjects": [
                {"__typename": "Company", "id": "LP-1", "founded": 1998},
                {"__typename": "Person", "id": "IN-1", "born": 1973},
            ]
        },
    )
    told = await City(registry).ask("{ subjects { ... on Company { since: founded } ... on Person { since: born } } }")
    assert told.whole == {"subjects": [{"since": 1998}, {"since": 1973}]}


async def test_an_interface_that_leads_back_to_itself() -> None:
    register = stand(
        "register",
        """
        type Query { company: Owner }
        interface Owner { id: ID!  owners: [Owner!]! }
        type Company implements Owner @key(fields: "id") { id: ID!  owners: [Owner!]! }
        type Person implements Owner @key(fields: "id") { id: ID!  owners: [Owner!]! }
        """,
        Query={
            "company": {
                "__typename": "Company",
                "id": "LP-1",
                "owners": [
                    {
                        "__typename": "Company",
                        "id": "LP-2",
                        "owners": [{"__typename": "Person", "id": "IN-1", "owners": []}],
                    }
                ],
            }
        },
    )
    names = stand(
        "names",
        'type Person @key(fields: "id") { id: ID!  name: String! }',
        Person=[{"id": "IN-1", "name": "张某"}],
    )
    told = await City(register, names).ask(
        "{ company { owners { id owners { ... on Person { name } owners { id } } } } }"
    )
    assert told.whole == {"company": {"owners": [{"id": "LP-2", "owners": [{"name": "张某", "owners": []}]}]}}
    assert told.rounds == [["register"], ["names"]]


async def test_a_fragment_that_always_holds_asks_what_its_place_does_not_declare() -> None:
    """A union of one, an interface of one, and two interfaces of the same types."""
    market = stand(
        "market",
        """
        type Query { papers: [Paper]  issued: Issued  dated: Dated }
        union Paper = Licence
        interface Issued { id: ID! }
        interface Dated { on: String }
        type Licence implements Issued & Dated { id: ID!  on: String  scope: String! }
        """,
        Query={
            "papers": [{"__typename": "Licence", "id": "1", "on": "2026-01-01", "scope": "餐饮"}, None],
            "issued": {"__typename": "Licence", "id": "2", "on": None, "scope": "运输"},
            "dated": {"__typename": "Licence", "id": "3", "on": None, "scope": "烟草"},
        },
    )
    told = await City(market).ask(
        """
        {
          papers { ... on Licence { scope } ... on Dated { on } }
          issued { ... on Licence { scope } ... on Dated { on } }
          dated { ... on Issued { id } }
        }
        """
    )
    assert told.whole == {
        "papers": [{"scope": "餐饮", "on": "2026-01-01"}, None],
        "issued": {"scope": "运输", "on": None},
        "dated": {"id": "3"},
    }


async def test_an_object_of_a_union_of_one_that_is_lost_is_told() -> None:
    market = stand(
        "market",
        "type Query { papers: [Paper] } union Paper = Licence type Licence { scope: String! }",
        Query={"papers": [{"__typename": "Licence", "scope": ValueError("the scope cannot be read")}]},
    )
    told = await City(market).ask("{ papers { ... on Licence { scope } } }")
    assert told.data == {"papers": [None]}
    assert [(each.path, each.subgraph) for each in told.wrong] == [("papers.0.scope", "market")]


async def test_a_field_asked_on_an_interface_and_on_the_type_it_turns_out_to_be_is_one_answer() -> None:
    """The type's own list is never null, the interface's may be: a request needs two names for the one field."""
    parties = stand(
        "parties",
        """
        type Query { owner: Party! }
        interface Party @key(fields: "id") { id: ID!  holdings: [Company] }
        type Company implements Party @key(fields: "id") { id: ID!  name: String!  holdings: [Company]! }
        """,
        Query={
            "owner": {
                "__typename": "Company",
                "id": "LP-1",
                "holdings": [{"id": "LP-2", "name": "中原"}, None, {"id": "LP-3", "name": "星河"}],
            }
        },
    )
    credit = stand(
        "credit",
        'type Party @key(fields: "id") @interfaceObject { id: ID!  grade: String }',
        Party=[{"id": "LP-2", "grade": "A"}, {"id": "LP-3", "grade": "B"}],
    )
    told = await City(parties, credit).ask(
        "{ owner { all: holdings { grade } ... on Company { holdings { called: name } } } }"
    )
    assert told.whole == {
        "owner": {
            "all": [{"grade": "A"}, None, {"grade": "B"}],
            "holdings": [{"called": "中原"}, None, {"called": "星河"}],
        }
    }
    (asked, _) = told.requests
    assert asked.request.document.count("holdings") == 3, "one of them under another name"
