from tests.federation.stands import LINK, City, Stand


def stand(name: str, sdl: str, **objects: object) -> Stand:
    return Stand(name, LINK + sdl, objects)


REGISTER = """
type Query { companies: [Company!]! }
type Company @key(fields: "code") { code: ID!  name: String! @shareable  city: String! }
"""
COMPANIES = [{"code": "LP-1", "name": "星河", "city": "郑州"}, {"code": "LP-2", "name": "中原", "city": "洛阳"}]


def register() -> Stand:
    return stand("register", REGISTER, Query={"companies": COMPANIES}, Company=COMPANIES)


async def test_what_a_field_provides_needs_no_request_to_its_owner() -> None:
    court = stand(
        "court",
        """
        type Query { debtors: [Company!]! @provides(fields: "name") }
        type Company @key(fields: "code") { code: ID!  name: String! @external }
        """,
        Query={"debtors": [{"code": "LP-2", "name": "中原"}]},
    )
    told = await City(register(), court).ask("{ debtors { code name } }")
    assert told.whole == {"debtors": [{"code": "LP-2", "name": "中原"}]}
    assert told.rounds == [["court"]]


async def test_what_is_provided_on_one_way_is_not_there_on_another() -> None:
    court = stand(
        "court",
        """
        type Query { debtors: [Company!]! @provides(fields: "name")  plaintiffs: [Company!]! }
        type Company @key(fields: "code") { code: ID!  name: String! @external }
        """,
        Query={"debtors": [{"code": "LP-2", "name": "中原"}], "plaintiffs": [{"code": "LP-1"}]},
    )
    told = await City(register(), court).ask("{ debtors { name } plaintiffs { name } }")
    assert told.whole == {"debtors": [{"name": "中原"}], "plaintiffs": [{"name": "星河"}]}
    assert told.rounds == [["court"], ["register"]]


async def test_what_is_not_provided_comes_from_its_owner() -> None:
    court = stand(
        "court",
        """
        type Query { debtors: [Company!]! @provides(fields: "name") }
        type Company @key(fields: "code") { code: ID!  name: String! @external }
        """,
        Query={"debtors": [{"code": "LP-2", "name": "中原"}]},
    )
    told = await City(register(), court).ask("{ debtors { name city } }")
    assert told.whole == {"debtors": [{"name": "中原", "city": "洛阳"}]}
    assert told.rounds == [["court"], ["register"]]


async def test_an_inner_entity_is_provided_with_its_field() -> None:
    filings = stand(
        "filings",
        """
        type Query { filing: Filing }
        type Filing @key(fields: "id") { id: ID!  party: Company! @shareable }
        type Company @key(fields: "code") { code: ID!  name: String! @shareable }
        """,
        Query={"filing": {"id": "F-1", "party": {"code": "LP-1", "name": "星河"}}},
        Filing=[{"id": "F-1", "party": {"code": "LP-1", "name": "星河"}}],
    )
    notices = stand(
        "notices",
        """
        type Query { notice: Notice }
        type Notice { filing: Filing! @provides(fields: "party { name }") }
        type Filing @key(fields: "id") { id: ID!  party: Company! @external }
        type Company @key(fields: "code") { code: ID!  name: String! @external }
        """,
        Query={"notice": {"filing": {"id": "F-1", "party": {"code": "LP-1", "name": "星河"}}}},
    )
    told = await City(filings, notices).ask("{ notice { filing { party { name } } } }")
    assert told.whole == {"notice": {"filing": {"party": {"name": "星河"}}}}
    assert told.rounds == [["notices"]]


async def test_a_union_provides_what_each_of_its_members_has() -> None:
    subjects = stand(
        "subjects",
        """
        type Query { anyone: String }
        type Company @key(fields: "id") { id: ID!  name: String! @shareable }
        type Person @key(fields: "id") { id: ID!  name: String! @shareable }
        """,
        Company=[{"id": "LP-1", "name": "星河"}],
        Person=[{"id": "IN-1", "name": "张某"}],
    )
    court = stand(
        "court",
        """
        type Query { parties: [Party!]! @provides(fields: "... on Company { name }") }
        union Party = Company | Person
        type Company @key(fields: "id") { id: ID!  name: String! @external }
        type Person @key(fields: "id") { id: ID! }
        """,
        Query={
            "parties": [
                {"__typename": "Company", "id": "LP-1", "name": "星河"},
                {"__typename": "Person", "id": "IN-1"},
            ]
        },
    )
    city = City(subjects, court)
    told = await city.ask("{ parties { ... on Company { name } } }")
    assert told.whole == {"parties": [{"name": "星河"}, {}]}
    assert told.rounds == [["court"]]
    told = await city.ask("{ parties { ... on Company { name } ... on Person { name } } }")
    assert told.whole == {"parties": [{"name": "星河"}, {"name": "张某"}]}
    assert told.rounds == [["court"], ["subjects"]]
