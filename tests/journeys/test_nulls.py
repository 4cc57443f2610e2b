"""The checker of nulls finds what is planted into an answer, and nothing in an honest one."""

import copy
from typing import Any

import pytest

from tests.journeys.nulls import misplaced_nulls

QUERY = """query Asked($code: String!) {
  me: viewer { ...Who standings }
  them: subjects(by: [{unifiedSocialCreditCode: $code}, {id: "x"}]) {
    id
    ... on LegalPerson { rated: taxCreditRatings {
      totalCount list: nodes { __typename ratingYear } pageInfo { more: hasNextPage } } }
    ... on Subject { sources { connector asked } }
  }
  __schema { queryType { name } }
  __type(name: "Nothing") { name }
}
fragment Who on Viewer { person }
query Other { viewer { person } }"""
SAID: dict[str, Any] = {"query": QUERY, "variables": {"code": "1"}, "operationName": "Asked"}
HONEST: dict[str, Any] = {
    "me": {"person": None, "standings": ["PUBLIC"]},
    "them": [
        {
            "id": "1",
            "rated": {
                "totalCount": None,
                "list": [{"__typename": "TaxCreditRating", "ratingYear": None}],
                "pageInfo": {"more": False},
            },
            "sources": [{"connector": "TAX", "asked": True}],
        },
        {"id": "2", "sources": []},
        None,
    ],
    "__schema": {"queryType": {"name": "Query"}},
    "__type": None,
}


@pytest.mark.parametrize("data", [HONEST, None, {**HONEST, "them": [{**HONEST["them"][0], "rated": None}]}])
def test_nothing_is_found_in_an_honest_answer(data: dict[str, Any] | None) -> None:
    assert misplaced_nulls(SAID, data) == []


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (("me",), "Viewer!"),
        (("me", "standings"), "[Standing!]!"),
        (("me", "standings", 0), "Standing!"),
        (("them",), "[Subject]!"),
        (("them", 0, "id"), "ID!"),
        (("them", 0, "rated", "list"), "[TaxCreditRating!]!"),
        (("them", 0, "rated", "list", 0), "TaxCreditRating!"),
        (("them", 0, "rated", "pageInfo", "more"), "Boolean!"),
        (("them", 1, "sources"), "[SourceStatus!]!"),
        (("them", 0, "sources", 0, "connector"), "String!"),
        (("__schema",), "__Schema!"),
        (("__schema", "queryType"), "__Type!"),
    ],
)
def test_a_null_that_is_planted_is_found(place: tuple[str | int, ...], kind: str) -> None:
    data = copy.deepcopy(HONEST)
    holder: Any = data
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = None
    assert misplaced_nulls(SAID, data) == [f"{'.'.join(map(str, place))}: null for {kind}"]


def test_what_was_not_asked_for_is_no_answer_of_any_type() -> None:
    with pytest.raises(AssertionError, match="no Viewer has"):
        misplaced_nulls(SAID, {"me": {"organisation": None}})
