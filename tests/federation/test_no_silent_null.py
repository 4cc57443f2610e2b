"""What a subgraph loses or garbles is told: an error with its path, its subgraph and a code; the rest is answered."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from tests.federation.stands import LINK, City, Reply, Stand, Wrong

Data = dict[str, Any]
_MISBEHAVED, _UNAVAILABLE = "SOURCE_MISBEHAVED", "SOURCE_UNAVAILABLE"


def city() -> City:
    """Give companies of one subgraph, their tax grades and their licences of two others."""
    names = {"LP-1": "星河", "LP-2": "中原"}
    register = Stand(
        "register",
        LINK
        + """
        type Query { companies: [Company!]  first: Company!  subject: Subject }
        type Company implements Subject @key(fields: "code") { code: ID!  name: String!  kind: Kind }
        type Person implements Subject { code: ID! }
        interface Subject { code: ID! }
        enum Kind { LIMITED STATE SECRET @inaccessible }
        """,
        {
            "Query": {
                "companies": [{"code": code, "name": name, "kind": "STATE"} for code, name in names.items()],
                "first": {"code": "LP-1", "name": "星河", "kind": "LIMITED"},
                "subject": {"__typename": "Company", "code": "LP-1", "name": "星河", "kind": None},
            }
        },
    )
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "code") { code: ID!  grade: String  due: Int!  paid: [Int!]! }',
        {
            "Company": [
                {"code": "LP-1", "grade": "A", "due": 5, "paid": [1]},
                {"code": "LP-2", "grade": None, "due": 6, "paid": []},
            ]
        },
    )
    market = Stand(
        "market",
        LINK
        + """
        type Company @key(fields: "code") { code: ID!  licences: [Licence]  latest: Document }
        type Licence implements Document { number: ID!  scope: String! }
        type Permit implements Document { number: ID! }
        interface Document { number: ID! }
        """,
        {
            "Company": [
                {
                    "code": code,
                    "licences": [{"number": f"{code}/1", "scope": "餐饮"}, {"number": f"{code}/2", "scope": "运输"}],
                    "latest": {"__typename": "Licence", "number": f"{code}/2", "scope": "运输"},
                }
                for code in names
            ]
        },
    )
    return City(register, tax, market)


def answering(stand: Stand, change: Callable[[Data], object]) -> Reply:
    """Give a reply that is the right one, changed in its data."""

    def reply(request: GraphqlRequest) -> GraphqlResponse:
        told = stand.answered(request)
        data: Data = dict(told.data or {})
        change(data)
        return GraphqlResponse(data, told.errors)

    return reply


def garbled(where: str, change: Callable[[Data], object]) -> City:
    """Give the city, of which one subgraph's data are changed."""
    made = city()
    made.stands[where].reply = answering(made.stands[where], change)
    return made


def first_of(data: Data) -> Data:
    """Give the first entity of a response."""
    entity: Data = data["_entities"][0]
    return entity


def only(alias: str, within: Mapping[str, Any]) -> str:
    """Give the key under which a field stands in a response, whatever it is called there."""
    return next(key for key in within if key.split("__", maxsplit=1)[0] == alias)


RIGHT = {"companies": [{"name": "星河", "due": 5}, {"name": "中原", "due": 6}]}


async def test_the_city_answers() -> None:
    assert (await city().ask("{ companies { name due } }")).whole == RIGHT


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (SourceUnavailable("no answer within 5 s"), _UNAVAILABLE),
        (SourceMisbehaved("no JSON"), _MISBEHAVED),
        (GraphqlResponse(None, [{"message": "down"}]), None),
        (GraphqlResponse(None, [{"message": "no", "extensions": {"code": "FORBIDDEN"}}]), "FORBIDDEN"),
        (GraphqlResponse(None, []), _MISBEHAVED),
        (GraphqlResponse({}, []), _MISBEHAVED),
        (GraphqlResponse({"_entities": None}, []), _MISBEHAVED),
        (GraphqlResponse({"_entities": {}}, []), _MISBEHAVED),
        (GraphqlResponse({"_entities": []}, []), _MISBEHAVED),
        (GraphqlResponse({"_entities": [None, None]}, []), _MISBEHAVED),
        (GraphqlResponse({"_entities": ["LP-1", 2]}, []), _MISBEHAVED),
    ],
)
async def test_a_subgraph_that_gives_nothing_is_told_at_each_place_and_the_rest_is_answered(
    failure: GraphqlResponse | SourceError, code: str | None
) -> None:
    made = city()
    made.stands["tax"].reply = lambda _: failure
    told = await made.ask("{ companies { name grade licences { scope } } }")
    licences = [{"scope": "餐饮"}, {"scope": "运输"}]
    assert told.data == {
        "companies": [
            {"name": "星河", "grade": None, "licences": licences},
            {"name": "中原", "grade": None, "licences": licences},
        ]
    }
    assert [each.path for each in told.wrong] == ["companies.0.grade", "companies.1.grade"]
    assert {each.subgraph for each in told.wrong} == {"tax"}
    assert all(each.code == code if code else each.code for each in told.wrong)


async def test_a_root_that_is_lost_is_told_and_the_other_roots_are_answered() -> None:
    other = Stand("weather", LINK + "type Query { sunny: Boolean! }", {"Query": {"sunny": True}})
    made = City(city().stands["register"], other)
    made.stands["register"].reply = lambda _: SourceUnavailable("no answer")
    told = await made.ask("{ companies { name } sunny }")
    assert told.data == {"companies": None, "sunny": True}
    assert told.wrong == [Wrong("companies", _UNAVAILABLE, "register")]


async def test_a_null_for_a_non_null_is_told_and_travels_up() -> None:
    made = garbled("tax", lambda data: first_of(data).update(due=None))
    told = await made.ask("{ companies { name due } first { code } }")
    assert told.data == {"companies": None, "first": {"code": "LP-1"}}
    assert told.wrong == [Wrong("companies.0.due", _MISBEHAVED, "tax")]


async def test_a_null_that_is_allowed_is_no_error() -> None:
    told = await city().ask("{ companies { grade } }")
    assert told.whole == {"companies": [{"grade": "A"}, {"grade": None}]}


async def test_a_lost_non_null_at_the_top_leaves_no_data() -> None:
    made = garbled("register", lambda data: data.update({only("first", data): None}))
    told = await made.ask("{ first { code } }")
    assert told.data is None
    assert told.wrong == [Wrong("first", _MISBEHAVED, "register")]


async def test_a_null_in_a_list_of_non_nulls_is_told_at_its_item() -> None:
    made = garbled("tax", lambda data: first_of(data).update(paid=[1, None]))
    told = await made.ask("{ companies { name paid } }")
    assert told.data == {"companies": None}
    assert told.wrong == [Wrong("companies.0.paid.1", _MISBEHAVED, "tax")]


@pytest.mark.parametrize("value", ["NO_SUCH_KIND", "SECRET", 5, ["STATE"], {}])
async def test_a_value_outside_its_enum_is_told(value: object) -> None:
    def change(data: Data) -> None:
        data[only("companies", data)][1]["kind"] = value

    told = await garbled("register", change).ask("{ companies { name kind } }")
    assert told.data == {"companies": [{"name": "星河", "kind": "STATE"}, {"name": "中原", "kind": None}]}
    assert told.wrong == [Wrong("companies.1.kind", _MISBEHAVED, "register")]


@pytest.mark.parametrize("value", [{"a": 1}, ["A"], 7, True])
async def test_a_leaf_of_a_wrong_kind_is_told(value: object) -> None:
    told = await garbled("tax", lambda data: first_of(data).update(grade=value)).ask("{ companies { name grade } }")
    assert told.data == {"companies": [{"name": "星河", "grade": None}, {"name": "中原", "grade": None}]}
    assert told.wrong == [Wrong("companies.0.grade", _MISBEHAVED, "tax")]


@pytest.mark.parametrize("value", ["5", 2**40, 1.5, {}, [5]])
async def test_a_number_that_is_none_is_told(value: object) -> None:
    told = await garbled("tax", lambda data: first_of(data).update(due=value)).ask("{ companies { due } }")
    assert told.data == {"companies": None}
    assert told.wrong == [Wrong("companies.0.due", _MISBEHAVED, "tax")]


@pytest.mark.parametrize("value", ["餐饮", {"scope": "餐饮"}, 3])
async def test_what_should_be_a_list_and_is_none_is_told(value: object) -> None:
    made = garbled("market", lambda data: first_of(data).update(licences=value))
    told = await made.ask("{ companies { name licences { scope } } }")
    assert told.data["companies"][0] == {"name": "星河", "licences": None}
    assert told.data["companies"][1]["licences"] == [{"scope": "餐饮"}, {"scope": "运输"}]
    assert told.wrong == [Wrong("companies.0.licences", _MISBEHAVED, "market")]


@pytest.mark.parametrize("value", ["餐饮", [], 3])
async def test_what_should_be_an_object_and_is_none_is_told(value: object) -> None:
    def change(data: Data) -> None:
        first_of(data)["licences"][1] = value

    told = await garbled("market", change).ask("{ companies { licences { scope } } }")
    assert told.data["companies"][0] == {"licences": [{"scope": "餐饮"}, None]}
    assert told.wrong == [Wrong("companies.0.licences.1", _MISBEHAVED, "market")]


async def test_a_field_that_is_missing_from_a_response_is_told() -> None:
    told = await garbled("tax", lambda data: first_of(data).pop("grade")).ask("{ companies { grade } }")
    assert told.data == {"companies": [{"grade": None}, {"grade": None}]}
    assert told.wrong == [Wrong("companies.0.grade", _MISBEHAVED, "tax")]


async def test_a_missing_entity_is_told() -> None:
    def change(data: Data) -> None:
        data["_entities"][1] = None

    told = await garbled("tax", change).ask("{ companies { name grade } }")
    assert told.data == {"companies": [{"name": "星河", "grade": "A"}, {"name": "中原", "grade": None}]}
    assert told.wrong == [Wrong("companies.1.grade", _MISBEHAVED, "tax")]


@pytest.mark.parametrize(
    "change",
    [
        lambda entities: entities.pop(),
        lambda entities: entities.append(dict(entities[0])),
        lambda entities: entities.reverse(),
    ],
    ids=["too few", "too many", "another order"],
)
async def test_entities_that_are_not_those_asked_for_are_told(change: Callable[[list[Data]], object]) -> None:
    """Whose values they are cannot be known, so none is given to anybody."""
    told = await garbled("tax", lambda data: change(data["_entities"])).ask("{ companies { name due first: paid } }")
    assert told.data == {"companies": None}
    assert told.wrong
    assert {(each.code, each.subgraph) for each in told.wrong} == {(_MISBEHAVED, "tax")}
    assert all(each.path.startswith("companies.") for each in told.wrong)


@pytest.mark.parametrize("name", ["Permit", "NoSuchType", None, 5])
async def test_a_lie_about_the_type_of_an_entity_is_told(name: object) -> None:
    told = await garbled("tax", lambda data: first_of(data).update(__typename=name)).ask("{ companies { name grade } }")
    assert told.data["companies"][0] == {"name": "星河", "grade": None}
    assert Wrong("companies.0.grade", _MISBEHAVED, "tax") in told.wrong


@pytest.mark.parametrize("name", ["Company", "NoSuchType", None, 5])
async def test_an_abstract_type_that_cannot_be_learnt_is_told(name: object) -> None:
    made = garbled("market", lambda data: first_of(data)["latest"].update(__typename=name))
    told = await made.ask("{ companies { latest { __typename number } } }")
    assert told.data["companies"][0] == {"latest": None}
    assert told.data["companies"][1] == {"latest": {"__typename": "Licence", "number": "LP-2/2"}}
    assert [(each.code, each.subgraph) for each in told.wrong] == [(_MISBEHAVED, "market")]
    assert told.wrong[0].path.startswith("companies.0.latest")


async def test_the_error_of_a_subgraph_is_passed_on_at_the_place_of_the_answer() -> None:
    made = city()
    stand = made.stands["tax"]

    def reply(request: GraphqlRequest) -> GraphqlResponse:
        told = stand.answered(request)
        data = dict(told.data or {})
        data["_entities"][1]["grade"] = None
        error = {
            "message": "档案已封存",
            "path": ["_entities", 1, "grade"],
            "extensions": {"code": "SEALED", "until": 2030},
        }
        return GraphqlResponse(data, [error])

    stand.reply = reply
    told = await made.ask("{ all: companies { name level: grade due } }")
    assert told.data == {"all": [{"name": "星河", "level": "A", "due": 5}, {"name": "中原", "level": None, "due": 6}]}
    assert told.wrong == [Wrong("all.1.level", "SEALED", "tax")]


async def test_an_error_without_a_place_is_told_where_something_is_missing() -> None:
    made = city()
    stand = made.stands["tax"]

    def reply(request: GraphqlRequest) -> GraphqlResponse:
        data = dict(stand.answered(request).data or {})
        data["_entities"][0] = None
        return GraphqlResponse(data, [{"message": "half of it failed", "extensions": {"code": "HALF"}}])

    stand.reply = reply
    told = await made.ask("{ companies { grade } }")
    assert told.data == {"companies": [{"grade": None}, {"grade": None}]}
    assert Wrong("companies.0.grade", "HALF", "tax") in told.wrong


@pytest.mark.parametrize(
    "error", [{}, {"message": 5}, {"message": "x", "path": "grade"}, {"message": "x", "extensions": 1}]
)
async def test_an_error_that_is_malformed_hides_nothing(error: Mapping[str, Any]) -> None:
    made = city()
    made.stands["tax"].reply = lambda _: GraphqlResponse(None, [error])
    told = await made.ask("{ companies { grade } }")
    assert told.data == {"companies": [{"grade": None}, {"grade": None}]}
    assert [each.path for each in told.wrong] == ["companies.0.grade", "companies.1.grade"]
    assert all(each.code and each.subgraph == "tax" for each in told.wrong)


async def test_what_is_lost_is_not_computed_with() -> None:
    """A required value that could not be had is not sent as null: the field computed of it is lost too, and told."""
    court = Stand(
        "court",
        LINK
        + 'type Company @key(fields: "code") '
        + '{ code: ID!  grade: String @external  told: String @requires(fields: "grade") }',
        {"Company": [{"code": code, "told": lambda of, _: f"等级 {of['grade']}"} for code in ("LP-1", "LP-2")]},
    )
    stands = city().stands
    made = City(stands["register"], stands["tax"], court)
    assert (await made.ask("{ companies { told } }")).whole == {
        "companies": [{"told": "等级 A"}, {"told": "等级 None"}]
    }
    stands["tax"].reply = lambda _: SourceUnavailable("no answer")
    told = await made.ask("{ companies { name told } }")
    assert told.data == {"companies": [{"name": "星河", "told": None}, {"name": "中原", "told": None}]}
    assert [each.path for each in told.wrong] == ["companies.0.told", "companies.1.told"]
    assert told.rounds == [["register"], ["tax"]]


async def test_a_required_value_that_cannot_be_read_is_not_computed_with() -> None:
    court = Stand(
        "court",
        LINK
        + 'type Company @key(fields: "code") '
        + '{ code: ID!  paid: [Int!]! @external  sum: Int @requires(fields: "paid") }',
        {"Company": [{"code": code, "sum": lambda of, _: len(of["paid"])} for code in ("LP-1", "LP-2")]},
    )
    stands = city().stands
    made = City(stands["register"], stands["tax"], court)
    stands["tax"].reply = answering(stands["tax"], lambda data: first_of(data).update(paid=[1, None]))
    told = await made.ask("{ companies { name sum } }")
    assert told.data == {"companies": [{"name": "星河", "sum": None}, {"name": "中原", "sum": 0}]}
    assert [(each.path, each.code) for each in told.wrong] == [("companies.0.sum", _MISBEHAVED)]


async def test_a_lost_item_of_a_required_list_is_not_computed_with() -> None:
    """The list may have nulls; this one is no null, but a value that its subgraph could not give."""
    lost = ValueError("the second payment cannot be read")
    tax = Stand(
        "tax",
        LINK + 'type Query { payer: Payer } type Payer @key(fields: "id") { id: ID!  paid: [Int] }',
        {"Query": {"payer": {"id": "1", "paid": [3, lost]}}},
    )
    court = Stand(
        "court",
        LINK + 'type Payer @key(fields: "id") { id: ID!  paid: [Int] @external  sum: Int @requires(fields: "paid") }',
        {"Payer": [{"id": "1", "sum": lambda of, _: len(of["paid"])}]},
    )
    made = City(tax, court)
    told = await made.ask("{ payer { sum } }")
    assert told.data == {"payer": {"sum": None}}
    assert [(each.path, each.subgraph) for each in told.wrong] == [("payer.sum", "tax")]
    assert told.rounds == [["tax"]]
    tax.objects["Query"]["payer"] = {"id": "1", "paid": [3, None]}
    assert (await made.ask("{ payer { sum } }")).whole == {"payer": {"sum": 2}}


async def test_entities_in_another_order_are_noticed_by_a_nested_key() -> None:
    court = Stand(
        "court",
        LINK
        + """
        type Query { cited: [Verdict] }
        type Verdict @key(fields: "file { number }", resolvable: false) { file: File! }
        type File @shareable { number: ID! }
        """,
        {"Query": {"cited": [{"file": {"number": "1"}}, {"file": {"number": "2"}}]}},
    )
    archive = Stand(
        "archive",
        LINK
        + """
        type Verdict @key(fields: "file { number }") { file: File!  text: String! }
        type File @shareable { number: ID! }
        """,
        {"Verdict": [{"file": {"number": number}, "text": f"判决{number}"} for number in "12"]},
    )
    made = City(court, archive)
    assert (await made.ask("{ cited { text } }")).whole == {"cited": [{"text": "判决1"}, {"text": "判决2"}]}
    archive.reply = answering(archive, lambda data: data["_entities"].reverse())
    told = await made.ask("{ cited { text } }")
    assert told.data == {"cited": [None, None]}
    assert told.wrong
    assert {(each.code, each.subgraph) for each in told.wrong} == {(_MISBEHAVED, "archive")}


async def test_a_null_that_a_subgraph_promised_not_to_give_is_told() -> None:
    """The graph allows the null, since another subgraph may have none; this one said that it always has a value."""
    sdl = 'type Company @key(fields: "code") { code: ID!  name: String%s @shareable }'
    court = Stand(
        "court",
        LINK + "type Query { debtors: [Company!]! }" + sdl % "!",
        {"Query": {"debtors": [{"code": "LP-1", "name": "星河"}]}},
    )
    made = City(court, Stand("archive", LINK + sdl % ""))
    court.reply = lambda _: GraphqlResponse({"debtors": [{"code": "LP-1", "name": None}]})
    told = await made.ask("{ debtors { code name } }")
    assert told.data == {"debtors": [{"code": "LP-1", "name": None}]}
    assert told.wrong == [Wrong("debtors.0.name", _MISBEHAVED, "court")]


async def test_a_promised_value_that_is_null_is_not_computed_with() -> None:
    sdl = 'type Company @key(fields: "code") { code: ID!  name: String%s @shareable }'
    court = Stand(
        "court",
        LINK + "type Query { debtors: [Company!]! }" + sdl % "!",
        {"Query": {"debtors": [{"code": "LP-1", "name": "星河"}]}},
    )
    notices = Stand(
        "notices",
        LINK
        + 'type Company @key(fields: "code") { code: ID!  name: String @external '
        + 'notice: String @requires(fields: "name") }',
        {"Company": [{"code": "LP-1", "notice": lambda of, _: f"公告：{of['name']}"}]},
    )
    made = City(court, Stand("archive", LINK + sdl % ""), notices)
    assert (await made.ask("{ debtors { notice } }")).whole == {"debtors": [{"notice": "公告：星河"}]}
    court.reply = answering(court, lambda data: data[only("debtors", data)][0].update(name=None))
    told = await made.ask("{ debtors { notice } }")
    assert told.data == {"debtors": [{"notice": None}]}
    assert [each.path for each in told.wrong] == ["debtors.0.notice"]


async def test_a_null_that_the_concrete_type_forbids_is_not_computed_with() -> None:
    """The interface allows the null, and so does the interface object that requires it; the type itself does not."""
    register = Stand(
        "register",
        LINK
        + """
        type Query { company: Company  person: Person }
        interface Subject @key(fields: "id") { id: ID!  name: String }
        type Company implements Subject @key(fields: "id") { id: ID!  name: String! }
        type Person implements Subject @key(fields: "id") { id: ID!  name: String }
        """,
        {
            "Query": {"company": {"id": "LP-1", "name": "星河"}, "person": {"id": "IN-1", "name": None}},
        },
    )
    labels = Stand(
        "labels",
        LINK
        + """
        type Subject @interfaceObject @key(fields: "id") {
          id: ID!  name: String @external  label: String @requires(fields: "name")
        }
        """,
        {"Subject": [{"id": id_, "label": lambda of, _: f"【{of['name']}】"} for id_ in ("LP-1", "IN-1")]},
    )
    made = City(register, labels)
    told = await made.ask("{ company { label } person { label } }")
    assert told.whole == {"company": {"label": "【星河】"}, "person": {"label": "【None】"}}
    register.reply = answering(register, lambda data: data[only("company", data)].update(name=None))
    told = await made.ask("{ company { label } person { label } }")
    assert told.data == {"company": {"label": None}, "person": {"label": "【None】"}}
    assert [each.path for each in told.wrong] == ["company.label"]


async def test_a_key_that_is_lost_is_told_at_what_it_would_have_found() -> None:
    def change(data: Data) -> None:
        data[only("companies", data)][0]["code"] = None

    told = await garbled("register", change).ask("{ companies { name grade } }")
    assert told.data == {"companies": [{"name": "星河", "grade": None}, {"name": "中原", "grade": None}]}
    assert [each.path for each in told.wrong] == ["companies.0.grade"]


async def test_two_subgraphs_that_do_not_agree_on_a_list_are_told() -> None:
    one = Stand(
        "one",
        LINK + "type Query { seats: [Seat!] @shareable } type Seat { city: String! }",
        {"Query": {"seats": [{"city": "郑州"}, {"city": "洛阳"}]}},
    )
    two = Stand(
        "two",
        LINK + "type Query { seats: [Seat!] @shareable } type Seat { postcode: String! }",
        {"Query": {"seats": [{"postcode": "450000"}]}},
    )
    told = await City(one, two).ask("{ seats { city postcode } }")
    assert told.data == {"seats": None}
    assert told.wrong
    assert all(each.path.startswith("seats") and each.code == _MISBEHAVED for each in told.wrong)


async def test_a_subgraph_that_fails_at_one_place_is_no_error_elsewhere() -> None:
    made = garbled("market", lambda data: first_of(data).update(licences=None, latest=5))
    told = await made.ask("{ companies { licences { scope } latest { number } due } }")
    assert told.data["companies"][0] == {"licences": None, "latest": None, "due": 5}
    assert told.wrong == [Wrong("companies.0.latest", _MISBEHAVED, "market")]
