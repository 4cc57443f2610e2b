from tests.federation.stands import LINK, City, Stand, told_of


def stand(name: str, sdl: str, **objects: object) -> Stand:
    return Stand(name, LINK + sdl, objects)


async def test_a_value_is_whole_wherever_it_is_met() -> None:
    tax = stand(
        "tax",
        """
        type Query { arrears: Money! }
        type Money @shareable { yuan: Int!  said: String! }
        """,
        Query={"arrears": {"yuan": 7, "said": "七元"}},
    )
    court = stand(
        "court",
        """
        type Query { judged: Money! }
        type Money @shareable { yuan: Int!  said: String! }
        """,
        Query={"judged": {"yuan": 9, "said": "九元"}},
    )
    told = await City(tax, court).ask("{ arrears { said yuan } judged { yuan said } }")
    assert told.whole == {"arrears": {"said": "七元", "yuan": 7}, "judged": {"yuan": 9, "said": "九元"}}
    assert told.rounds == [["court", "tax"]]


async def test_the_parts_of_a_value_come_from_the_subgraphs_that_share_its_field() -> None:
    register = stand(
        "register",
        """
        type Query { company: Company }
        type Company @key(fields: "code") { code: ID!  seat: Seat! @shareable }
        type Seat { city: String! @shareable  postcode: String! }
        """,
        Query={"company": {"code": "LP-1", "seat": {"city": "郑州", "postcode": "450000"}}},
    )
    map_office = stand(
        "map",
        """
        type Company @key(fields: "code") { code: ID!  seat: Seat! @shareable }
        type Seat { city: String! @shareable  latitude: Float! }
        """,
        Company=[{"code": "LP-1", "seat": {"city": "郑州", "latitude": 34.75}}],
    )
    told = await City(register, map_office).ask("{ company { seat { city postcode latitude } } }")
    assert told.whole == {"company": {"seat": {"city": "郑州", "postcode": "450000", "latitude": 34.75}}}
    assert told.rounds == [["register"], ["map"]]


async def test_a_list_of_values_is_put_together_item_by_item() -> None:
    register = stand(
        "register",
        """
        type Query { seats: [Seat]! @shareable }
        type Seat { city: String! @shareable  postcode: String! }
        """,
        Query={"seats": [{"city": "郑州", "postcode": "450000"}, None, {"city": "洛阳", "postcode": "471000"}]},
    )
    map_office = stand(
        "map",
        """
        type Query { seats: [Seat]! @shareable }
        type Seat { city: String! @shareable  latitude: Float! }
        """,
        Query={"seats": [{"city": "郑州", "latitude": 34.75}, None, {"city": "洛阳", "latitude": 34.62}]},
    )
    told = await City(register, map_office).ask("{ seats { latitude postcode } }")
    assert told.whole == {
        "seats": [{"latitude": 34.75, "postcode": "450000"}, None, {"latitude": 34.62, "postcode": "471000"}]
    }
    assert told.rounds == [["map", "register"]]


async def test_a_shared_root_is_asked_of_the_subgraph_that_has_all() -> None:
    register = stand(
        "register",
        """
        type Query { company(code: ID!): Company @shareable }
        type Company @key(fields: "code") { code: ID!  name: String! }
        """,
        Query={"company": {"code": "LP-1", "name": "星河"}},
    )
    tax = stand(
        "tax",
        """
        type Query { company(code: ID!): Company @shareable }
        type Company @key(fields: "code") { code: ID!  grade: String! }
        """,
        Query={"company": {"code": "LP-1", "grade": "A"}},
    )
    city = City(register, tax)
    assert (await city.ask('{ company(code: "LP-1") { grade } }')).rounds == [["tax"]]
    assert (await city.ask('{ company(code: "LP-1") { name } }')).rounds == [["register"]]


async def test_a_shared_root_is_asked_of_several_at_once_where_each_has_a_part() -> None:
    """No subgraph waits for another's key where its own root gives the same object: one stage, not two."""
    register = stand(
        "register",
        """
        type Query { company(code: ID!): Company @shareable }
        type Company @key(fields: "code") { code: ID!  name: String! }
        """,
        Query={"company": {"code": "LP-1", "name": "星河"}},
        Company=[{"code": "LP-1", "name": "星河"}],
    )
    tax = stand(
        "tax",
        """
        type Query { company(code: ID!): Company @shareable }
        type Company @key(fields: "code") { code: ID!  grade: String! }
        """,
        Query={"company": {"code": "LP-1", "grade": "A"}},
        Company=[{"code": "LP-1", "grade": "A"}],
    )
    told = await City(register, tax).ask('{ company(code: "LP-1") { name grade } }')
    assert told.whole == {"company": {"name": "星河", "grade": "A"}}
    assert len(told.requests) == 2


async def test_a_shared_field_is_asked_where_the_gateway_already_is() -> None:
    register = stand(
        "register",
        """
        type Query { company: Company }
        type Company @key(fields: "code") { code: ID!  name: String! @shareable }
        """,
        Query={"company": {"code": "LP-1", "name": "星河"}},
    )
    tax = stand(
        "tax",
        """
        type Query { payer: Company }
        type Company @key(fields: "code") { code: ID!  name: String! @shareable  grade: String! }
        """,
        Query={"payer": {"code": "LP-1", "name": "星河", "grade": "A"}},
    )
    told = await City(register, tax).ask("{ company { name } payer { name grade } }")
    assert told.whole == {"company": {"name": "星河"}, "payer": {"name": "星河", "grade": "A"}}
    assert told.rounds == [["register", "tax"]]
    assert len(told_of(told.requests, "tax")) == 1


async def test_a_field_is_nullable_if_any_subgraph_says_so() -> None:
    tax = stand("tax", "type Query { grade: String! @shareable }", Query={"grade": "A"})
    market = stand("market", "type Query { grade: String @shareable }", Query={"grade": "A"})
    assert "grade: String\n" in City(tax, market).api
