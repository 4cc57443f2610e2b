"""A linked feature that is for security or execution is carried out, or the graph is not served."""

import pytest

from gateway.federation.composition import unserved
from tests.gateway.federation.composition.agencies import composed

CODE = "UNSUPPORTED_LINKED_FEATURE"
LINKS = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  {links} {{ query: Query }}
type Query {{ open: Int  mine: Int {mark} }}
type Case {type_mark} {{ number: Int }}
"""


def told(links: str = "", mark: str = "", type_mark: str = "") -> list[tuple[str, str | None]]:
    found = unserved(LINKS.format(links=links, mark=mark, type_mark=type_mark))
    return [(each.code, each.coordinate) for each in found]


@pytest.mark.parametrize(
    "links",
    [
        "",
        '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)',
        '@core(feature: "https://specs.apollo.dev/inaccessible/v0.1", as: "hidden", for: SECURITY)',
        '@link(url: "https://specs.apollo.dev/tag/v0.3")',
        '@link(url: "https://zz.example/weight/v1.0", import: ["@weight"])',
    ],
)
def test_what_is_carried_out_or_not_demanded_is_served(links: str) -> None:
    assert told(links, "@weight") == []


@pytest.mark.parametrize(
    ("links", "mark"),
    [
        ('@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)', "@authenticated"),
        ('@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "known", for: SECURITY)', "@known"),
        (
            '@link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY, import: [{name: "@policy", as: "@p"}])',
            '@p(policies: [["x"]])',
        ),
        (
            '@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)',
            '@requiresScopes(scopes: [["x"]])',
        ),
        (
            '@link(url: "https://specs.apollo.dev/connect/v0.2", for: EXECUTION)',
            '@join__directive(graphs: [A], name: "connect", args: {})',
        ),
        ('@core(feature: "https://zz.example/seal/v1.0", for: SECURITY)', "@seal"),
        ('@link(url: "https://zz.example/inaccessible/v0.2", for: SECURITY)', "@inaccessible"),
        ('@link(url: "https://zz.example/seal", for: SECURITY)', "@seal"),
    ],
)
def test_what_is_demanded_and_not_carried_out_is_told_where_it_stands(links: str, mark: str) -> None:
    assert told(links, mark, mark) == [(CODE, "Query.mine"), (CODE, "Case")]


def test_what_is_demanded_and_nowhere_used_is_told_all_the_same() -> None:
    assert told('@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)') == [(CODE, None)]


def test_an_argument_from_a_context_is_not_filled_and_so_not_served() -> None:
    found = composed(
        tax="""type Query { firm: Firm }
        type Firm @key(fields: "code") @context(name: "firm") { code: ID! region: String case: Case }
        type Case @key(fields: "id") { id: ID! rate(region: String @fromContext(field: "$firm { region }")): Int }"""
    )
    assert [each.coordinate for each in unserved(found.supergraph)] == ["Case.rate", "Firm"]
