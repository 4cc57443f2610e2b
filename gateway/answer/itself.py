"""What the gateway says of itself: viewer, catalogue, connectors, without asking any agency."""

from collections.abc import Callable, Container
from dataclasses import dataclass

from gateway.access.rules import standing_towards
from gateway.answer.question import Question
from gateway.federation.supergraph import Supergraph
from schema.about import Catalogue, ConnectorStatus, Viewer, catalogue_entry
from schema.catalogue import RecordType
from schema.disclosure import Standing
from schema.envelope import Agency

__all__ = ["AboutItself"]


@dataclass(frozen=True, slots=True)
class AboutItself:
    """Gives graphql-core the root value of a question; *recognised* gives the credit services recognised today."""

    supergraph: Supergraph
    recognised: Callable[[], Container[str]]

    def __call__(self, question: Question) -> "_RootValue":
        """Give the root value of one question."""
        return _RootValue(question, self.recognised(), self.supergraph)


class _RootValue:
    """The root fields without arguments, each made when it is asked."""

    def __init__(self, question: Question, recognised: Container[str], supergraph: Supergraph) -> None:
        self._caller = question.caller
        self._recognised = recognised
        self._supergraph = supergraph

    @property
    def viewer(self) -> Viewer:
        caller = self._caller
        towards_others = standing_towards(caller, None, self._recognised)
        standings = [Standing.PUBLIC, *([Standing.SELF] if caller.subject else [])]
        if towards_others is not Standing.PUBLIC:
            standings.append(towards_others)
        return Viewer(
            person=None if caller.is_public else caller.person,
            organisation=caller.organisation,
            organisation_kind=caller.organisation_kind,
            roles=sorted(caller.roles),
            standings=standings,
        )

    @property
    def catalogue(self) -> Catalogue:
        return catalogue_entry()

    @property
    def connectors(self) -> list[ConnectorStatus]:
        return [
            ConnectorStatus(
                connector=agency,
                agency=Agency(code=agency, name=connector.name),
                record_types=[RecordType[name] for name in connector.records],
            )
            for agency, connector in self._supergraph.connectors.items()
        ]
