"""Who looked at a subject, as one of its fields: planned like its records, read from the trail (Art. 19)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, Protocol

from graphql import FieldNode

from gateway.federation.selections import Argument, Selector
from gateway.federation.subjects.shape import Constant, Fields, Nested, RecordValue, Shape

__all__ = ["CONNECTION", "LogPlan", "SubjectLogs", "log_fields", "log_told"]

CONNECTION: Final = "QueryLogLineConnection"
_BELOW: Final[Mapping[tuple[str, str], str]] = {
    (CONNECTION, "nodes"): "QueryLogLine",
    (CONNECTION, "pageInfo"): "PageInfo",
    ("QueryLogLine", "fields"): "QueryLogField",
    ("QueryLogLine", "withheld"): "QueryLogField",
    ("QueryLogLine", "rows"): "QueryLogRows",
}
_CAPITAL: Final = re.compile(r"([A-Z])")


class SubjectLogs(Protocol):
    """Reads what the trail has about subjects: `gateway.audit.inspection.Trail`."""

    async def lines(self, subject_id: str, first: int, after: str | None, hidden_on: date | None) -> Any:  # noqa: ANN401 (read by its fields' names)
        """Give a page of lines, and how many are ``unread``; a line's list is None where it cannot be read any more.

        The subject itself is shown it without those hidden on the day, auditors (None) all.
        """
        ...

    async def hidden_counts(self, subject_ids: Sequence[str], day: date) -> Mapping[str, int]:
        """Give how many counted queries are hidden from subjects on a day, of those that have any."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class LogPlan:
    """One log of the answer: which page of it, and where it stands."""

    path: tuple[str | int, ...]
    first: Argument
    after: Argument
    under: int | None
    """The connection whose records' way back holds the path."""
    fields: Fields

    @property
    def lists(self) -> list[tuple[str | int, ...]]:
        """Where its lines stand, under each of their response keys."""
        return [(*self.path, key) for key, _ in self._nodes]

    def undecided(self, lines: Sequence[Any]) -> list[tuple[str | int, ...]]:
        """Where lists of its *lines* would stand that are None: what was decided cannot be read any more."""
        return [
            (*self.path, key, n, own)
            for key, fields in self._nodes
            for n, line in enumerate(lines)
            for own, shape in fields.members
            if isinstance(shape, Nested) and getattr(line, shape.attribute) is None
        ]

    @property
    def _nodes(self) -> list[tuple[str, Fields]]:
        """The response keys of its lines, and what is asked of each line there."""
        members = self.fields.members
        return [(key, each.fields) for key, each in members if isinstance(each, Nested) and each.attribute == "nodes"]


def log_fields(selector: Selector, nodes: Sequence[FieldNode], type_name: str = CONNECTION) -> Fields:
    """Shape what is selected of a log: it is read by its fields' names."""
    selected = selector.under(nodes, (type_name,))
    return Fields(tuple((key, _shape(selector, below, type_name)) for key, below in selected.items()))


def log_told(fields: Fields, value: object) -> dict[str, Any]:
    """Give an object of a log as it is answered."""
    return {key: _told(shape, value) for key, shape in fields.members}


def _shape(selector: Selector, nodes: Sequence[FieldNode], type_name: str) -> Shape:
    name = nodes[0].name.value
    if name == "__typename":
        return Constant(type_name)
    attribute, below = _CAPITAL.sub(r"_\1", name).lower(), _BELOW.get((type_name, name))
    return RecordValue(attribute) if below is None else Nested(attribute, log_fields(selector, nodes, below))


def _told(shape: Shape, value: object) -> Any:  # noqa: ANN401 (JSON)
    match shape:
        case Constant(constant):
            return constant
        case Nested(attribute, fields):
            below = getattr(value, attribute)
            if below is None:
                return None
            return [log_told(fields, each) for each in below] if isinstance(below, list) else log_told(fields, below)
        case RecordValue(attribute):
            return _written(getattr(value, attribute))
    message = f"a log has no {shape}"
    raise TypeError(message)


def _written(value: Any) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value
