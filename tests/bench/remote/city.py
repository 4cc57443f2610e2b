"""A made-up city in three subgraphs: companies with six lists of ten values each, sixty-two values a company."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLResolveInfo, GraphQLSchema, build_schema

from connectors.subgraph import Subgraph

__all__ = ["NAMES", "QUERY", "VALUES", "schema_of", "subgraphs"]

_MACHINERY = "scalar _Any\nunion _Entity = Company\n"
_LISTS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "market": {
        "registrations": {"number": "String", "kind": "String", "status": "String", "capital": "Float", "on": "String"},
        "branches": {"name": "String", "region": "String", "status": "String", "heads": "Int", "on": "String"},
    },
    "tax": {
        "ratings": {"year": "Int", "grade": "Grade", "score": "Float", "authority": "String", "on": "String"},
        "arrears": {"kind": "String", "period": "String", "balance": "Float", "settled": "Boolean", "on": "String"},
    },
    "courts": {
        "judgments": {"number": "String", "court": "String", "role": "String", "amount": "Float", "on": "String"},
        "debts": {"number": "String", "court": "String", "performed": "Boolean", "duty": "String", "on": "String"},
    },
}
"""By subgraph, its lists and their fields."""
_RECORDS = 2
"""How many records each list holds."""
VALUES = 2 + sum(len(fields) * _RECORDS for of in _LISTS.values() for fields in of.values())
"""How many values a company has."""
NAMES = tuple(_LISTS)
_FIRST = NAMES[0]

_SELECTION = " ".join(f"{name} {{ {' '.join(fields)} }}" for of in _LISTS.values() for name, fields in of.items())
QUERY = (
    "query Companies($first: Int!, $skip: Int!) { "
    f"companies(first: $first, skip: $skip) {{ code name {_SELECTION} }} }}"
)
"""Every value of so many companies: one root fetch, then one entity fetch of each other subgraph."""


def subgraphs(urls: Mapping[str, str]) -> Sequence[Subgraph]:
    """Give the subgraphs as their owners publish them."""
    return [Subgraph(name, urls[name], _sdl(name)) for name in NAMES]


def schema_of(name: str) -> GraphQLSchema:
    """Give a subgraph's schema, with data behind it."""
    entities = "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }"
    sdl = _sdl(name) if name == _FIRST else f"{_sdl(name)}\ntype Query\n"  # a subgraph may have no root of its own
    schema = build_schema(f"{_MACHINERY}{sdl}\n{entities}", assume_valid_sdl=True)
    assert schema.query_type is not None
    schema.query_type.fields["_entities"].resolve = _entities
    if name == _FIRST:
        schema.query_type.fields["companies"].resolve = _companies
    company: Any = schema.type_map["Company"]
    for each, fields in _LISTS[name].items():
        company.fields[each].resolve = _records(fields)
    return schema


def _sdl(name: str) -> str:
    lists = _LISTS[name]
    types = "\n".join(
        f"type {_type(each)} {{ {' '.join(f'{field}: {kind}' for field, kind in fields.items())} }}"
        for each, fields in lists.items()
    )
    own = " ".join(f"{each}: [{_type(each)}!]!" for each in lists)
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'
    if name == _FIRST:
        root = "type Query { companies(first: Int!, skip: Int!): [Company!]! }\n"
        return f'{link}{root}type Company @key(fields: "code") {{ code: ID! name: String {own} }}\n{types}'
    enum = "enum Grade { A B M C D }\n" if name == "tax" else ""
    return f'{link}{enum}type Company @key(fields: "code") {{ code: ID! {own} }}\n{types}'


def _type(name: str) -> str:
    return name[:-1].capitalize() if name != "arrears" else "Arrears"


def _companies(_: object, __: GraphQLResolveInfo[Any], first: int, skip: int) -> list[dict[str, Any]]:
    return [
        {"code": f"9141010{number:011}", "name": f"郑州某某{number}有限公司"} for number in range(skip, skip + first)
    ]


def _entities(_: object, __: GraphQLResolveInfo[Any], representations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return representations


def _records(fields: Mapping[str, str]) -> Any:  # noqa: ANN401 (a resolver)
    def resolve(_: object, __: GraphQLResolveInfo[Any]) -> list[dict[str, Any]]:
        return [{name: _value(name, kind, number) for name, kind in fields.items()} for number in range(_RECORDS)]

    return resolve


def _value(name: str, kind: str, number: int) -> object:
    if kind == "Grade":
        return "ABMCD"[number % 5]
    if kind == "Boolean":
        return number % 2 == 0
    if kind == "Int":
        return 2020 + number
    return 1234.5 + number if kind == "Float" else f"{name} 第{number}号 2026"
