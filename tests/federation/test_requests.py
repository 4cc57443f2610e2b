"""How often subgraphs are asked: once for each subgraph and stage, and no stage more than the keys need."""

from tests.federation.stands import LINK, City, Stand, told_of


def stand(name: str, sdl: str, **objects: object) -> Stand:
    return Stand(name, LINK + sdl, objects)


def register() -> Stand:
    return stand(
        "register",
        """
        type Query { companies: [Company!]!  persons: [Person!]!  company: Company }
        type Company @key(fields: "code") { code: ID!  handler: Person!  parent: Company }
        type Person @key(fields: "id") { id: ID!  employer: Company }
        """,
        Query={
            "companies": [
                {"code": "LP-1", "handler": {"id": "IN-1"}, "parent": {"code": "LP-2"}},
                {"code": "LP-2", "handler": {"id": "IN-2"}, "parent": None},
            ],
            "persons": [{"id": "IN-2", "employer": {"code": "LP-1"}}, {"id": "IN-3", "employer": {"code": "LP-3"}}],
            "company": {"code": "LP-3"},
        },
    )


def credit() -> Stand:
    return stand(
        "credit",
        """
        type Company @key(fields: "code") { code: ID!  grade: String! }
        type Person @key(fields: "id") { id: ID!  points: Int! }
        """,
        Company=[{"code": f"LP-{n}", "grade": "ABC"[n - 1]} for n in (1, 2, 3)],
        Person=[{"id": f"IN-{n}", "points": n} for n in (1, 2, 3)],
    )


async def test_entities_of_different_places_are_asked_for_together() -> None:
    told = await City(register(), credit()).ask(
        "{ companies { grade parent { grade } } persons { employer { grade } } company { grade } }"
    )
    assert told.whole == {
        "companies": [{"grade": "A", "parent": {"grade": "B"}}, {"grade": "B", "parent": None}],
        "persons": [{"employer": {"grade": "A"}}, {"employer": {"grade": "C"}}],
        "company": {"grade": "C"},
    }
    assert told.rounds == [["register"], ["credit"]]


async def test_entities_of_different_types_are_asked_for_together() -> None:
    told = await City(register(), credit()).ask("{ companies { grade handler { points } } persons { points } }")
    assert told.whole == {
        "companies": [{"grade": "A", "handler": {"points": 1}}, {"grade": "B", "handler": {"points": 2}}],
        "persons": [{"points": 2}, {"points": 3}],
    }
    assert told.rounds == [["register"], ["credit"]]


async def test_an_entity_that_is_met_at_several_places_is_asked_for_once() -> None:
    told = await City(register(), credit()).ask(
        "{ companies { grade parent { grade } } persons { employer { grade } } }"
    )
    (sent,) = told_of(told.requests, "credit")
    codes = [each["code"] for representations in sent.variables.values() for each in representations]
    assert sorted(codes) == ["LP-1", "LP-2", "LP-3"]


async def test_subgraphs_that_need_the_same_key_are_asked_at_once() -> None:
    tax = stand(
        "tax", 'type Company @key(fields: "code") { code: ID!  due: Int! }', Company=[{"code": "LP-3", "due": 5}]
    )
    court = stand(
        "court", 'type Company @key(fields: "code") { code: ID!  cases: Int! }', Company=[{"code": "LP-3", "cases": 1}]
    )
    told = await City(register(), credit(), tax, court).ask("{ company { grade due cases } }")
    assert told.whole == {"company": {"grade": "C", "due": 5, "cases": 1}}
    assert told.rounds == [["register"], ["court", "credit", "tax"]]


async def test_the_same_root_under_two_names_is_asked_for_once() -> None:
    told = await City(register(), credit()).ask("{ a: company { code } b: company { grade } }")
    assert told.whole == {"a": {"code": "LP-3"}, "b": {"grade": "C"}}
    assert told.rounds == [["register"], ["credit"]]
    (sent,) = told_of(told.requests, "register")
    assert sent.document.count("company") == 1


async def test_a_long_way_is_one_request_for_each_of_its_steps() -> None:
    """Six subgraphs, each of which knows the key of the next."""
    names = ["one", "two", "three", "four", "five", "six"]
    stands = [
        stand(
            "one", 'type Query { step1: Step1 } type Step1 @key(fields: "id") { id: ID! }', Query={"step1": {"id": "1"}}
        )
    ]
    for n, name in enumerate(names[1:], start=1):
        stands.append(
            stand(
                name,
                f'type Step{n} @key(fields: "id") {{ id: ID!  step{n + 1}: Step{n + 1}! }} '
                f'type Step{n + 1} @key(fields: "id") {{ id: ID! }}',
                **{f"Step{n}": [{"id": str(n), f"step{n + 1}": {"id": str(n + 1)}}]},
            )
        )
    told = await City(*stands).ask("{ step1 { step2 { step3 { step4 { step5 { step6 { id } } } } } } }")
    assert told.whole == {"step1": {"step2": {"step3": {"step4": {"step5": {"step6": {"id": "6"}}}}}}}
    assert told.rounds == [[name] for name in names]


async def test_a_node_is_found_by_who_has_it_and_completed_by_the_others() -> None:
    nodes = stand(
        "nodes",
        """
        type Query { node(id: ID!): Node }
        interface Node { id: ID! }
        type Company implements Node @key(fields: "id") { id: ID! }
        type Person implements Node @key(fields: "id") { id: ID! }
        """,
        Query={
            "node": lambda _, args: {
                "__typename": "Company" if args["id"].startswith("LP") else "Person",
                "id": args["id"],
            }
        },
    )
    names = stand(
        "names",
        """
        type Company @key(fields: "id") { id: ID!  name: String! }
        type Person @key(fields: "id") { id: ID!  name: String! }
        """,
        Company=[{"id": "LP-1", "name": "星河"}],
        Person=[{"id": "IN-1", "name": "张某"}],
    )
    told = await City(nodes, names).ask(
        """
        { a: node(id: "LP-1") { id ...Named } b: node(id: "IN-1") { __typename ...Named } }
        fragment Named on Node { ... on Company { name } ... on Person { name } }
        """
    )
    assert told.whole == {"a": {"id": "LP-1", "name": "星河"}, "b": {"__typename": "Person", "name": "张某"}}
    assert told.rounds == [["nodes"], ["names"]]


async def test_what_becomes_ready_by_different_answers_of_one_round_is_asked_for_together() -> None:
    root = stand(
        "register",
        """
        type Query { company: Company  person: Person }
        type Company @key(fields: "code") { code: ID! }
        type Person @key(fields: "id") { id: ID! }
        """,
        Query={"company": {"code": "LP-1"}, "person": {"id": "IN-1"}},
    )
    market = stand(
        "market",
        """
        type Company @key(fields: "code") { code: ID!  licence: Licence }
        type Licence @key(fields: "number") { number: ID! }
        """,
        Company=[{"code": "LP-1", "licence": {"number": "7"}}],
    )
    insurance = stand(
        "insurance",
        """
        type Person @key(fields: "id") { id: ID!  policy: Policy }
        type Policy @key(fields: "number") { number: ID! }
        """,
        Person=[{"id": "IN-1", "policy": None}],
    )
    payments = stand(
        "payments", 'type Policy @key(fields: "number") { number: ID!  paid: Int }', Policy=[{"number": "1", "paid": 1}]
    )
    credit = stand(
        "credit",
        """
        type Licence @key(fields: "number") { number: ID!  kind: Kind }
        type Kind @key(fields: "word") { word: ID! }
        type Person @key(fields: "id") {
          id: ID!  policy: Policy @external  points: Int @requires(fields: "policy { paid }")
        }
        type Policy @key(fields: "number") { number: ID! @external  paid: Int @external }
        """,
        Licence=[{"number": "7", "kind": {"word": "F"}}],
        Person=[{"id": "IN-1", "points": 3}],
    )
    words = stand(
        "words", 'type Kind @key(fields: "word") { word: ID!  label: String }', Kind=[{"word": "F", "label": "food"}]
    )
    told = await City(root, market, insurance, payments, credit, words).ask(
        "{ company { licence { kind { label } } } person { points } }"
    )
    assert told.whole == {"company": {"licence": {"kind": {"label": "food"}}}, "person": {"points": 3}}
    rounds = [["register"], ["insurance", "market"], ["credit"], ["words"]]
    assert told.rounds == rounds, "there is no policy, so nobody waits for its payments"
