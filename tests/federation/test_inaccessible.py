import pytest

from tests.federation.stands import LINK, City, Stand


def city() -> City:
    register = Stand(
        "register",
        LINK
        + """
        type Query { company: Company  subjects: [Subject!]!  raw: Row @inaccessible }
        type Company implements Subject @key(fields: "rowId") {
          rowId: ID! @inaccessible  name: String!  status(since: Int, trace: Boolean @inaccessible): Status!
        }
        type Row implements Subject @inaccessible { name: String!  bytes: String! }
        interface Subject { name: String! }
        enum Status { ACTIVE  REVOKED  MIGRATED @inaccessible }
        """,
        {
            "Query": {
                "company": {"rowId": "7", "name": "星河", "status": "ACTIVE"},
                "subjects": [
                    {"__typename": "Company", "rowId": "7", "name": "星河", "status": "MIGRATED"},
                    {"__typename": "Row", "name": "行", "bytes": ""},
                ],
            }
        },
    )
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "rowId") { rowId: ID! @inaccessible  grade: String! }',
        {"Company": [{"rowId": "7", "grade": "A"}]},
    )
    return City(register, tax)


def test_what_is_inaccessible_is_not_in_the_graph() -> None:
    api = city().api
    for hidden in ("rowId", "Row", "MIGRATED", "raw", "trace"):
        assert hidden not in api
    assert "status(since: Int): Status!" in api


@pytest.mark.parametrize(
    "document",
    [
        "{ company { rowId } }",
        "{ raw { bytes } }",
        "{ company { status(trace: true) } }",
        "{ subjects { ... on Row { bytes } } }",
    ],
)
def test_what_is_inaccessible_cannot_be_asked_for(document: str) -> None:
    assert city().objections(document)


async def test_a_key_may_be_inaccessible() -> None:
    told = await city().ask("{ company { name grade } }")
    assert told.whole == {"company": {"name": "星河", "grade": "A"}}
    assert told.rounds == [["register"], ["tax"]]


async def test_the_graph_that_is_introspected_is_the_accessible_one() -> None:
    told = await city().ask('{ __type(name: "Company") { fields { name } } __schema { types { name } } }')
    assert [each["name"] for each in told.whole["__type"]["fields"]] == ["name", "status", "grade"]
    names = {each["name"] for each in told.whole["__schema"]["types"]}
    assert {"Company", "Status"} <= names
    assert not {"Row", "_Entity", "_Service", "join__Graph"} & names
    assert told.rounds == []


async def test_a_value_that_is_inaccessible_is_no_value() -> None:
    """An object of a hidden type, and a hidden value of an enum, are lost, and the loss is told."""
    told = await city().ask("{ subjects { ... on Company { status } } }")
    assert told.data is None
    assert {each.path for each in told.wrong} <= {"subjects.0.status", "subjects.1"}
    assert told.wrong


@pytest.mark.parametrize(
    ("imported", "name"),
    [
        ('"@key", "@inaccessible"', "inaccessible"),
        ('"@key", {name: "@inaccessible", as: "@hidden"}', "hidden"),
        ('"@key"', "federation__inaccessible"),
    ],
)
def test_what_is_inaccessible_is_hidden_by_whatever_name(imported: str, name: str) -> None:
    sdl = f"""
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [{imported}])
    type Query {{ company: Company }}
    type Company @key(fields: "code") {{ code: ID!  rowId: ID! @{name} }}
    """
    api = City(Stand("register", sdl)).api
    assert "code" in api
    assert "rowId" not in api
