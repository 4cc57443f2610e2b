"""Pages of records: one connection type for each record type (Art. 15, 26)."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import UNSET

from schema.catalogue import CATEGORIES, RECORDS
from schema.definition import RecordDefinition
from schema.errors import AnsweredByThePlan
from schema.tiers import tier

__all__ = ["CONNECTIONS", "PageInfo", "connection_field"]


@strawberry.type(description="Where a page lies among all that this caller may see")
class PageInfo:
    """Relay's page: cursors are opaque."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None = None
    end_cursor: str | None = None


def _connection(definition: RecordDefinition) -> type:
    body = {
        "__doc__": f"A page of {definition.name}, newest first.",
        "__module__": __name__,
        "__annotations__": {
            "nodes": list[definition.python_type],  # type: ignore[name-defined]  # the type is a value here
            "page_info": PageInfo,
            "total_count": int | None,
        },
        "total_count": strawberry.field(
            default=None, description="How many there are for this caller; null where a source could not be asked"
        ),
    }
    description = f"{definition.chinese}: a page, newest first"
    return strawberry.type(type(f"{definition.name}Connection", (), body), description=description)


CONNECTIONS: Mapping[str, type] = {name: _connection(definition) for name, definition in RECORDS.items()}
"""The connection type of each record type, by the record type's name."""


def connection_field(definition: RecordDefinition) -> Any:  # noqa: ANN401  # Strawberry fields have no public type
    """Give the field of a subject that leads to its records of one type; a lost agency makes it null, and only it."""
    articles = ", ".join(CATEGORIES[code].article for code in definition.categories)
    return strawberry.field(
        resolver=_page,
        graphql_type=CONNECTIONS[definition.name] | None,
        name=definition.graph_field,
        description=f"{definition.chinese} (Art. {articles}; tier {definition.tier.value})",
        directives=[tier(definition.tier)],
    )


def _page(first: int | None = 20, after: str | None = UNSET) -> None:
    message = f"a page of {first} after {after or 'the start'}"
    raise AnsweredByThePlan(message)
