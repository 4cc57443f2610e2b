"""What composition has to say: problems that refuse it, and hints that do not; each in two languages."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.errors import Text
from gateway.federation.composition.mends import mend_of

__all__ = ["CompositionRefused", "Findings", "Hint", "Problem", "listed"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why the subgraphs cannot be composed: the rule, where, whose, and how to mend it.

    ``code`` is Apollo's; ``coordinate`` is a type, ``Type.field`` or ``Type.field(argument:)``, or None where the
    whole subgraph is meant; ``subgraphs`` are those that take part, in the order given.
    """

    code: str
    message: Text
    subgraphs: tuple[str, ...]
    coordinate: str | None
    mend: Text

    def __str__(self) -> str:
        """Give the problem in one English line."""
        return f"{self.code}: {self.message.english}"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that composes, and that its owners may want to know."""

    code: str
    message: Text
    subgraphs: tuple[str, ...]
    coordinate: str | None


class CompositionRefused(Exception):
    """The subgraphs do not compose; every problem that was found is there."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep all *problems*."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(each) for each in self.problems))


@dataclass(slots=True)
class Findings:
    """Where the rules write down what they find."""

    problems: list[Problem] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)

    def refuse(self, code: str, message: Text, subgraphs: Iterable[str], coordinate: str | None) -> None:
        """Write down a problem, with the mend of its code; the same problem is written once."""
        problem = Problem(code, message, tuple(subgraphs), coordinate, mend_of(code))
        if problem not in self.problems:
            self.problems.append(problem)

    def hint(self, code: str, message: Text, subgraphs: Iterable[str], coordinate: str | None) -> None:
        """Write down a hint."""
        self.hints.append(Hint(code, message, tuple(subgraphs), coordinate))

    def settle(self) -> None:
        """End a stage: what comes after may rely on what was checked.

        Raises:
            CompositionRefused: if a problem was found.

        """
        if self.problems:
            raise CompositionRefused(self.problems)


def listed(names: Iterable[object], mark: str = '"') -> str:
    """Write names one after the other, as both languages read them.

    >>> listed(["tax", "courts"])
    '"tax", "courts"'
    """
    return ", ".join(f"{mark}{name}{mark}" for name in names)
