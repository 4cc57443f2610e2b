"""What the gateway says of itself: viewer, catalogue, connectors, without asking any agency."""

from dataclasses import dataclass

from gateway.access.held import Held
from gateway.access.standings import look_at
from gateway.answer.question import Question
from gateway.federation.subjects.supergraph import Supergraph
from schema.about import Catalogue, ConnectorStatus, Viewer, catalogue_entry
from schema.catalogue import RecordType
from schema.disclosure import Standing
from schema.envelope import Agency

__all__ = ["AboutItself"]


@dataclass(frozen=True, slots=True)
class AboutItself:
    """Gives graphql-core the root value of a question."""

    supergraph: Supergraph

    def __call__(self, question: Question, held: Held) -> "_RootValue":
        """Give the root value of one question, whose caller holds what it holds."""
        return _RootValue(question, held, self.supergraph)


class _RootValue:
    """The root fields without arguments, each made when it is asked."""

    def __init__(self, question: Question, held: Held, supergraph: Supergraph) -> None:
        self._question = question
        self._held = held
        self._supergraph = supergraph

    @property
    def viewer(self) -> Viewer:
        caller, held = self._question.caller, self._held
        standings = [Standing.PUBLIC, *([Standing.SELF] if held.own else [])]
        towards = {look_at(caller, each, held, self._question.purpose).sight.standing for each in _subjects_of(held)}
        standings += sorted(towards - set(standings), key=list(Standing).index)
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


def _subjects_of(held: Held) -> set[str]:
    """Name all whom a cited paper lists, and somebody whom none does."""
    listed = {own_id for letter in held.letters for own_id in letter.subject_ids}
    return {"", *listed, *(each.subject_id for each in held.authorisations)}
