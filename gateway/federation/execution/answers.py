"""What comes of a federated operation: data, errors with their places, and how each request went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.federation.execution.timing import Timing

__all__ = ["Cause", "FederatedAnswer", "FieldError", "Path"]

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One error of an answer: what was lost, where, and by whom."""

    message: str
    path: Path | None
    code: str
    subgraph: str | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)
    """What the subgraph's own error had besides; never its code."""

    def formatted(self) -> dict[str, Any]:
        """Give the error as GraphQL answers it."""
        extensions = {**self.extensions, "code": self.code}
        if self.subgraph is not None:
            extensions["subgraph"] = self.subgraph
        written: dict[str, Any] = {"message": self.message, "extensions": extensions}
        if self.path is not None:
            written["path"] = list(self.path)
        return written


@dataclass(slots=True, eq=False)
class Cause:
    """Why something was lost; ``below`` is where in it, by the subgraph's own error."""

    message: str
    code: str
    subgraph: str | None
    extensions: Mapping[str, Any] = field(default_factory=dict)
    below: Path = ()
    origin: "Cause | None" = None
    """What was lost first, where this was lost with it."""

    def spread(self) -> "Cause":
        """Give the cause of what was lost besides."""
        return Cause(self.message, self.code, self.subgraph, self.extensions, origin=self.origin or self)


@dataclass(slots=True)
class FederatedAnswer:
    """What is answered."""

    data: dict[str, Any] | None
    """To be read only: parts of it may be in other answers too."""
    errors: Sequence[FieldError]
    fetches: Sequence[Timing]
