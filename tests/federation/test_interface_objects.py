from tests.federation.stands import LINK, City, Stand, told_of

SUBJECTS = [
    {"__typename": "Company", "id": "LP-1", "name": "星河"},
    {"__typename": "Person", "id": "IN-1", "name": "张某"},
]


def register() -> Stand:
    return Stand(
        "register",
        LINK
        + """
        type Query { subjects: [Subject!]! }
        interface Subject @key(fields: "id") { id: ID!  name: String! }
        type Company implements Subject @key(fields: "id") { id: ID!  name: String! }
        type Person implements Subject @key(fields: "id") { id: ID!  name: String! }
        """,
        {
            "Query": {"subjects": SUBJECTS},
            "Subject": SUBJECTS,
            "Company": SUBJECTS[:1],
            "Person": SUBJECTS[1:],
        },
    )


def ratings(**more: object) -> Stand:
    return Stand(
        "ratings",
        LINK
        + """
        type Query { best: Subject }
        type Subject @interfaceObject @key(fields: "id") { id: ID!  points: Int! }
        """,
        {
            "Query": {"best": {"__typename": "Subject", "id": "IN-1", "points": 9}},
            "Subject": [{"id": "LP-1", "points": 7}, {"id": "IN-1", "points": 9}],
            **more,
        },
    )


async def test_every_type_of_an_interface_gets_the_fields_of_its_object() -> None:
    city = City(register(), ratings())
    told = await city.ask("{ subjects { name points } }")
    assert told.whole == {"subjects": [{"name": "星河", "points": 7}, {"name": "张某", "points": 9}]}
    assert told.rounds == [["register"], ["ratings"]]
    told = await city.ask("{ subjects { ... on Person { points } } }")
    assert told.whole == {"subjects": [{}, {"points": 9}]}


async def test_the_object_is_asked_for_by_the_name_of_the_interface() -> None:
    told = await City(register(), ratings()).ask("{ subjects { points } }")
    (sent,) = told_of(told.requests, "ratings")
    (representations,) = sent.variables.values()
    assert {each["__typename"] for each in representations} == {"Subject"}


async def test_what_the_object_is_can_be_learnt_from_who_knows() -> None:
    city = City(register(), ratings())
    told = await city.ask("{ best { __typename } }")
    assert told.whole == {"best": {"__typename": "Person"}}
    assert told.rounds == [["ratings"], ["register"]]
    told = await city.ask("{ best { points ... on Person { name } ... on Company { id } } }")
    assert told.whole == {"best": {"points": 9, "name": "张某"}}
    assert told.rounds == [["ratings"], ["register"]]


async def test_the_object_alone_needs_nobody_else() -> None:
    told = await City(register(), ratings()).ask("{ best { id points } }")
    assert told.whole == {"best": {"id": "IN-1", "points": 9}}
    assert told.rounds == [["ratings"]]


async def test_a_field_asked_for_on_the_interface_and_again_on_a_type_is_fetched() -> None:
    told = await City(register(), ratings()).ask("{ subjects { points ... on Person { points } } }")
    assert told.whole == {"subjects": [{"points": 7}, {"points": 9}]}
    assert told.rounds == [["register"], ["ratings"]]


async def test_the_object_computes_of_what_the_interface_has() -> None:
    labels = Stand(
        "labels",
        LINK
        + """
        type Subject @interfaceObject @key(fields: "id") {
          id: ID!  name: String! @external  label: String! @requires(fields: "name")
        }
        """,
        {"Subject": [{"id": each["id"], "label": lambda of, _: f"【{of['name']}】"} for each in SUBJECTS]},
    )
    told = await City(register(), labels).ask("{ subjects { label } }")
    assert told.whole == {"subjects": [{"label": "【星河】"}, {"label": "【张某】"}]}
    assert told.rounds == [["register"], ["labels"]]


async def test_an_object_that_resolves_nothing_refers_to_the_interface() -> None:
    docket = Stand(
        "docket",
        LINK
        + """
        type Query { sued: [Subject!]! }
        type Subject @interfaceObject @key(fields: "id", resolvable: false) { id: ID! }
        """,
        {"Query": {"sued": [{"id": "LP-1"}, {"id": "IN-1"}]}},
    )
    told = await City(register(), docket).ask("{ sued { __typename name } }")
    assert told.whole == {"sued": [{"__typename": "Company", "name": "星河"}, {"__typename": "Person", "name": "张某"}]}
    assert told.rounds == [["docket"], ["register"]]


async def test_a_type_that_nobody_can_tell_is_an_error_and_no_name_of_an_interface() -> None:
    stand = ratings()
    stand.objects["Query"]["best"] = {"__typename": "Subject", "id": "XX-9", "points": 1}
    told = await City(register(), stand).ask("{ best { __typename points } }")
    assert told.data == {"best": None}
    assert [(each.path.startswith("best"), each.subgraph) for each in told.wrong] == [(True, "register")]
