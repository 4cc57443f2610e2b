"""What was decided while a subject's plan was drawn: which coordinates are open, which are withheld, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.errors import Forbidden, Text, Withheld, withheld
from gateway.federation.subjects.graph import TYPE_NAMES
from gateway.federation.subjects.plan import ConnectionPlan, Denied, Disclosed, Path, Viewpoint
from schema.disclosure import Decision, LegalBasis
from schema.line_shapes import LineShape, Ruling, cited
from schema.tiers import Tier

__all__ = ["Decisions"]


@dataclass
class Decisions:
    """The decisions of one plan, in the order in which they fell."""

    viewpoint: Viewpoint
    denied: list[Denied] = field(default_factory=list)
    disclosed: dict[str, Disclosed] = field(default_factory=dict)

    def disclose(self, coordinate: str, level: Tier, path: Path, decision: Decision | None = None) -> None:
        """Note what is open; what is not, though it is shown, is so in one's own agency's records."""
        if decision is None:
            decision = self.viewpoint.clearance.public
        opened = decision if decision.allowed else _OF_ONES_OWN_AGENCY
        self.disclosed.setdefault(coordinate, Disclosed(path, coordinate, level, opened))

    def deny(self, path: Path, coordinate: str, level: Tier, decision: Decision, under: int | None) -> None:
        """Note what is above the clearance, once for each place."""
        if not any(each.path == path and each.coordinate == coordinate for each in self.denied):
            self.denied.append(Denied(path, coordinate, withheld(coordinate, level, decision), under))

    def forbid(self, coordinate: str, path: Path, under: int | None, said: Text) -> None:
        """Note what is for the subject itself and for auditors (Art. 19)."""
        self.denied.append(Denied(path, coordinate, Forbidden(said, legal_basis=LegalBasis("19")), under))

    @property
    def highest(self) -> Tier:
        """The strictest tier among what is open."""
        return max((each.tier for each in self.disclosed.values()), default=Tier.PUBLIC)

    def line_shape(self, connections: Sequence[ConnectionPlan]) -> LineShape:
        """Give what the trail says of every line that the plan answers."""
        name, public = TYPE_NAMES[self.viewpoint.kind], self.viewpoint.clearance.public
        told = [Ruling.told(each.coordinate, each.tier, each.decision) for each in self.disclosed.values()]
        counted = [f"{name}.{each.record.graph_field}" for each in connections]
        return LineShape(told + [_withheld(each) for each in self.denied], counted, cited(public.legal_basis))


def _withheld(denied: Denied) -> Ruling:
    error = denied.error
    if not isinstance(error, Withheld):
        return Ruling.withheld(denied.coordinate, Tier.PUBLIC, error.code, error.legal_basis)
    missing = error.decision.missing_paper
    basis = error.decision.legal_basis
    return Ruling.withheld(denied.coordinate, error.tier, error.code, basis, missing.value if missing else "")


_OF_ONES_OWN_AGENCY = Decision(
    allowed=True, legal_basis=LegalBasis("15", item="2"), reason="An agency reads the records that it reported"
)
