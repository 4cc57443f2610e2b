"""Plans as the gateway makes them, without a gateway: our own connectors, and sources that nobody ever asks."""

from collections.abc import Mapping

from graphql import FieldNode, OperationDefinitionNode, parse

from connectors.connector import Connector
from connectors.courts import Courts
from connectors.credit_centre import CreditCentre
from connectors.market_regulation import MarketRegulation
from connectors.social_insurance import SocialInsurance
from connectors.sources.sql import SqlSource
from connectors.tax import Tax
from gateway.access.matrix import Requester
from gateway.access.rules import clearance
from gateway.access.standings import Sight
from gateway.federation.selections import Selector
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.deciding import SubjectPlanner
from gateway.federation.subjects.plan import SubjectPlan, Viewpoint
from gateway.federation.subjects.supergraph import Supergraph
from schema.disclosure import Clearance
from tests.journeys.questions import EVERYTHING_OF_A_LEGAL_PERSON, EVERYTHING_OF_AN_INDIVIDUAL

EVERYTHING: Mapping[str, str] = {
    "LEGAL_PERSON": EVERYTHING_OF_A_LEGAL_PERSON,
    "INDIVIDUAL": EVERYTHING_OF_AN_INDIVIDUAL,
}
TYPE_NAMES = {"LEGAL_PERSON": "LegalPerson", "INDIVIDUAL": "Individual"}
CLEARANCES: Mapping[str, Clearance] = {
    "public": clearance(Sight(Requester.PUBLIC)),
    "duty": clearance(Sight(Requester.ORGAN, purpose_fits=True)),
    "self": clearance(Sight(Requester.SUBJECT)),
}
"""Up to tier A, up to tier B, up to tier C."""


def our_connectors() -> list[Connector]:
    """Give our connectors, whose databases are nowhere."""
    return [
        agency(SqlSource("sqlite:////nowhere"), lambda number: f"key of {number}")
        for agency in (Tax, Courts, SocialInsurance, MarketRegulation, CreditCentre)
    ]


def planner(*, whole_records: bool = False) -> SubjectPlanner:
    """Give a planner; *whole_records* as with a cache."""
    graph = Supergraph.of(our_connectors(), {})
    return SubjectPlanner(graph, Cursors(b"cursor key"), b"identity key", whole_records=whole_records)


def viewpoint(standing: str, kind: str = "LEGAL_PERSON") -> Viewpoint:
    """Give the viewpoint of ``public``, ``duty`` or ``self``."""
    return Viewpoint(CLEARANCES[standing], kind, kind == "INDIVIDUAL", standing == "self")


def planned(by: SubjectPlanner, document: str, seen: Viewpoint) -> SubjectPlan:
    """Plan a document's only subject."""
    (operation,) = parse(document).definitions
    assert isinstance(operation, OperationDefinitionNode)
    nodes = [each for each in operation.selection_set.selections if isinstance(each, FieldNode)]
    return by.plan(nodes, Selector({}, {}), seen)


def records_of(kind: str, graph_field: str, fields: str) -> str:
    """Write the question for some fields of one record type."""
    return (
        f'{{ subject(by: {{id: "x"}}) {{ ... on {TYPE_NAMES[kind]} {{ {graph_field} {{ nodes {{ {fields} }} }} }} }} }}'
    )
