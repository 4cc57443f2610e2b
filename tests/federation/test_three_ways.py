"""Three ways of one seam: a service, a connector's rows and a schema in this process answer one operation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry
from graphql import parse

from connectors.connector import Batch, Connector, Found, Loss, Rows
from connectors.credit_centre import CreditCentre
from connectors.errors import SourceError, SourceUnavailable
from connectors.subgraph import Subgraph
from connectors.tax import Tax
from gateway.federation.composition import compose
from gateway.federation.execution import FederatedAnswer, Federation
from gateway.federation.execution.ways.local import Local
from gateway.federation.execution.ways.remote import Remote
from gateway.federation.execution.ways.rows import Rows as RowsWay
from gateway.federation.planning import JoinedGraph, read_supergraph
from gateway.federation.rows.line import Line
from schema.tiers import Tier
from tests.federation.stands import LINK, Stand

REGISTER = """
type Query { companies: [LegalPerson!]! }
type LegalPerson @key(fields: "id identifier") { id: ID! identifier: String! name: String! }
"""
AGENCY = """
type LegalPerson @key(fields: "id identifier") {
  id: ID! @shareable
  identifier: String! @shareable
  taxArrears: [TaxArrears!]! @shareable
}
type TaxArrears @shareable { taxType: String arrearsPeriod: String }
"""
COMPANIES = [{"id": f"id-{n}", "identifier": f"code-{n}", "name": f"Company {n}"} for n in (1, 2)]


@strawberry.federation.type(keys=["id"])
class LegalPerson:
    """What the office says of a company."""

    id: strawberry.ID

    @strawberry.field
    def remark(self, info: strawberry.Info) -> str:
        """Give what is remarked of it."""
        if self.id == "id-2" and info.context == "secretive":
            message = "that is not told"
            raise PermissionError(message)
        return f"remarked of {self.id}"

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "LegalPerson":  # noqa: A002 (the key's own name)
        """Know a company again."""
        return cls(id=id)


@strawberry.type
class Query:
    """What the office answers itself."""

    @strawberry.field
    def motto(self) -> str:
        """Give the office's motto."""
        return "Decide, then read"


def one_row(batch: Batch, code: str) -> Found:
    """Give a row for each selection, whose values say whose they are."""
    rows = tuple([[f"{name} of {code}" for name in each.columns]] for each in batch.selections)
    return Found(rows)


@dataclass
class Memory:
    """A source of rows that remembers what it was asked."""

    answer: Callable[[Batch, str], Found | SourceError] = one_row
    fails_with: SourceError | None = None
    asked: list[Batch] = field(default_factory=list)

    async def gather(self, tables: Any, batch: Batch) -> Rows:  # noqa: ANN401, ARG002 (its tables are of no interest here)
        """Answer a batch."""
        self.asked.append(batch)
        if self.fails_with is not None:
            raise self.fails_with
        return [self.answer(batch, key.identifier) for key in batch.keys]

    async def close(self) -> None:
        """Have nothing to give back."""


def unhashed(number: str) -> str:
    return number


class Town:
    """A register that is a service, two agencies' rows, and an office in this process."""

    def __init__(self, *, context: str = "") -> None:
        self.register = Stand("register", LINK + REGISTER, {"Query": {"companies": COMPANIES}})
        self.tax, self.centre = Memory(), Memory(lambda *_: Found(([],)))
        office = strawberry.federation.Schema(Query, types=[LegalPerson])
        self.graph = self._joined(office.as_str())
        agencies: dict[str, Connector] = {"tax": Tax(self.tax, unhashed), "centre": CreditCentre(self.centre, unhashed)}
        self.federation = Federation(
            self.graph,
            {
                "register": Remote(self.register),
                "office": Local(office._schema, context=context),  # noqa: SLF001 (Strawberry has no public way to it)
                **{name: RowsWay(Line(each, 1, 60, 60)) for name, each in agencies.items()},
            },
        )

    @staticmethod
    def _joined(office: str) -> JoinedGraph:
        sdl = {"register": LINK + REGISTER, "tax": LINK + AGENCY, "centre": LINK + AGENCY, "office": office}
        graph = read_supergraph(
            compose([Subgraph(name, f"http://{name}", text) for name, text in sdl.items()]).supergraph
        )
        graph.types["LegalPerson"].joint = frozenset({"taxArrears"})
        return graph

    async def ask(self, text: str) -> FederatedAnswer:
        """Ask one operation."""
        return await self.federation.answer(parse(text), None, {})


def arrears(code: str) -> dict[str, str]:
    return {"taxType": f"taxType of {code}", "period": f"arrearsPeriod of {code}"}


ALL = "{ motto companies { name remark taxArrears { taxType period: arrearsPeriod } } }"


async def test_one_operation_spans_the_three() -> None:
    town = Town()
    answer = await town.ask(ALL)
    assert answer.errors == []
    assert answer.data == {
        "motto": "Decide, then read",
        "companies": [
            {"name": f"Company {n}", "remark": f"remarked of id-{n}", "taxArrears": [arrears(f"code-{n}")]}
            for n in (1, 2)
        ],
    }


async def test_all_of_a_stage_is_one_request_to_each_and_rows_are_asked_for_columns_open_to_everybody() -> None:
    town = Town()
    answer = await town.ask(ALL)
    assert sorted((each.subgraph, each.objects) for each in answer.fetches) == [
        ("centre", 2), ("office", 0), ("office", 2), ("register", 0), ("tax", 2),
    ]  # fmt: skip
    (batch,) = town.tax.asked
    assert ([key.identifier for key in batch.keys], batch.kind) == (["code-1", "code-2"], "LEGAL_PERSON")
    assert (batch.highest, batch.own) == (Tier.PUBLIC, "")
    assert [each.columns for each in batch.selections] == [("arrearsPeriod", "taxType")]


async def test_of_a_joint_field_every_home_is_asked_and_what_they_say_is_joined() -> None:
    town = Town()
    town.centre.answer = lambda batch, code: one_row(batch, f"the copy of {code}")
    answer = await town.ask("{ companies { taxArrears { taxType } } }")
    assert answer.errors == []
    assert answer.data is not None
    told = [{each["taxType"] for each in company["taxArrears"]} for company in answer.data["companies"]]
    assert told == [{f"taxType of code-{n}", f"taxType of the copy of code-{n}"} for n in (1, 2)]


@pytest.mark.parametrize("failing", ["tax", "centre"])
async def test_a_part_of_a_joint_field_that_was_lost_is_an_error_and_the_others_are_told(failing: str) -> None:
    town = Town()
    town.centre.answer = one_row
    getattr(town, failing).fails_with = SourceUnavailable("down")
    answer = await town.ask("{ companies { name taxArrears { taxType } } }")
    assert answer.data is not None
    assert [company["taxArrears"] for company in answer.data["companies"]] == [
        [{"taxType": f"taxType of code-{n}"}] for n in (1, 2)
    ]
    assert {(each.code, each.subgraph) for each in answer.errors} == {("SOURCE_UNAVAILABLE", failing)}
    assert {each.subgraph: each.failed for each in answer.fetches if each.subgraph == failing} == {
        failing: "SOURCE_UNAVAILABLE"
    }


async def test_a_joint_field_of_which_every_part_was_lost_is_null_with_its_errors() -> None:
    town = Town()
    town.tax.fails_with = town.centre.fails_with = SourceUnavailable("down")
    answer = await town.ask("{ companies { taxArrears { taxType } } }")
    assert answer.data is None
    assert {each.subgraph for each in answer.errors} == {"tax", "centre"}


async def test_one_subject_that_fails_at_a_connector_takes_nothing_from_the_other() -> None:
    town = Town()
    lost = SourceUnavailable("its file is being written")
    town.tax.answer = lambda batch, code: lost if code == "code-1" else one_row(batch, code)
    answer = await town.ask("{ companies { taxArrears { taxType } } }")
    assert answer.data == {"companies": [{"taxArrears": []}, {"taxArrears": [{"taxType": "taxType of code-2"}]}]}
    assert [each.code for each in answer.errors] == ["SOURCE_UNAVAILABLE"]


async def test_a_value_that_cannot_be_read_is_an_error_at_its_place() -> None:
    town = Town()

    def with_a_loss(batch: Batch, code: str) -> Found:
        found = one_row(batch, code)
        row = found.rows[0][0]
        row[0] = None
        return Found(found.rows, (Loss(row, "taxType"),) if code == "code-1" else ())

    town.tax.answer = with_a_loss
    answer = await town.ask("{ companies { taxArrears { taxType } } }")
    assert [(each.path, each.code) for each in answer.errors] == [
        (("companies", 0, "taxArrears", 0, "taxType"), "SOURCE_MISBEHAVED")
    ]


async def test_an_error_of_a_resolver_in_this_process_stands_where_its_value_would() -> None:
    answer = await Town(context="secretive").ask("{ companies { name } }")
    assert answer.errors == []
    answer = await Town(context="secretive").ask("{ companies { remark } }")
    assert answer.data is None
    assert [(each.path, each.subgraph) for each in answer.errors] == [(("companies", 1, "remark"), "office")]


class Unfiltering(Tax):
    """A tax authority that leaves it to others to filter its records."""

    filters_tiers = False


def test_a_connector_that_does_not_filter_by_tier_has_no_place_where_nobody_does() -> None:
    with pytest.raises(ValueError, match="TAX does not filter"):
        RowsWay(Line(Unfiltering(Memory(), unhashed), 1, 60, 60))
