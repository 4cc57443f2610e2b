"""What one connector is asked for: columns of some record types, up to a tier, of whoever reports them.

A plan's selection for an agency becomes such requests. What is open up to another tier, or is one's own, is asked for
apart: it is another need, since the tier is an argument of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.connector import Connector, Selection, Selections
from gateway.federation.planning.needs import Arguments, Need, Needs
from gateway.federation.planning.sites import Selected
from gateway.federation.planning.sites import Selection as Planned
from schema.catalogue import BY_GRAPH_FIELD
from schema.definition import RecordDefinition
from schema.tiers import Tier

__all__ = ["RowsRequest", "UpTo", "place_of", "reach_of", "records_needed", "requests_of"]


_NONE = Arguments()


class UpTo(Arguments):
    """The arguments of records in a plan: up to which tier they are asked for, and whose; empty: whosever they are."""

    __slots__ = ("highest", "own")

    def __init__(self, highest: Tier, own: str = "") -> None:
        """Ask up to *highest*; *own* is the agency whose records alone are asked for."""
        super().__init__(f'(upTo: {highest.value}, of: "{own}")' if own else f"(upTo: {highest.value})")
        self.highest = highest
        self.own = own


@dataclass(frozen=True, slots=True)
class RowsRequest:
    """What one connector is asked: all selections of one subject in one question that are open up to one tier."""

    connector: Connector
    selections: Selections
    highest: Tier
    own: str = ""
    """The agency whose records alone are asked for; empty: whosever they are."""

    @property
    def places(self) -> Iterator[str]:
        """Where a cache keeps each of its selections."""
        return (place_of(self.connector, each, self.highest, self.own) for each in self.selections)


def place_of(connector: Connector, selection: Selection, highest: Tier, own: str = "") -> str:
    """Name the place at which a cache keeps a selection of a connector's rows: each clearance has its own."""
    whose = f":{own}" if own else ""
    return f"{connector.agency}:{highest.value}{whose}:{selection.digest}"


def records_needed(
    on: str, record: RecordDefinition, columns: tuple[str, ...], reach: UpTo, among: frozenset[str]
) -> Need:
    """Need some columns of the records of one type of each *on*, of those agencies *among* that have any."""
    below = Needs(record.name)
    for name in columns:
        below.items[record.name, name] = Need(record.name, name, name, _NONE, None)
    key = "_".join(filter(None, (f"{record.graph_field}__{reach.highest.value}", reach.own)))
    need = Need(on, record.graph_field, key, reach, below)
    need.among = among
    return need


def reach_of(field: Selected) -> tuple[Tier, str]:
    """Give up to which tier records are asked for, and whose."""
    given = field.arguments
    return (given.highest, given.own) if isinstance(given, UpTo) else (Tier.PUBLIC, "")


def requests_of(connector: Connector, asked: Planned) -> tuple[RowsRequest, ...]:
    """Give what a plan's selection asks of a connector; records without a tier are asked for up to the first."""
    found: dict[tuple[Tier, str], list[Selection]] = {}
    for field in asked.fields.values():
        if field.selection is not None:
            columns = tuple(sorted({each.name for each in field.selection.fields.values()}))
            found.setdefault(reach_of(field), []).append(Selection(BY_GRAPH_FIELD[field.name], columns))
    return tuple(RowsRequest(connector, Selections(of), *reach) for reach, of in found.items())
