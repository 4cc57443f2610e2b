"""The root fields by which auditors read the query log (contract, section 5; R19.12)."""

import strawberry
from strawberry import UNSET

from schema.inspection import (
    QueryLogConnection,
    QueryLogEvidence,
    QueryLogFilter,
    QueryLogSummary,
    QueryLogThresholds,
)
from schema.trail_desk import desk_of

__all__ = ["evidence", "query_log", "summary"]


async def query_log(
    info: strawberry.Info,
    filter: QueryLogFilter | None = UNSET,  # noqa: A002 (the contract's name)
    first: int | None = 20,
    after: str | None = UNSET,
) -> QueryLogConnection | None:
    """Give a page of the log."""
    return await desk_of(info).search(filter or None, (20 if first is None else first, after or None))


async def summary(
    info: strawberry.Info,
    filter: QueryLogFilter | None = UNSET,  # noqa: A002 (as above)
    thresholds: QueryLogThresholds | None = UNSET,
) -> QueryLogSummary | None:
    """Give the log of some days in numbers."""
    return await desk_of(info).summary(filter or None, thresholds or QueryLogThresholds())


async def evidence(info: strawberry.Info, receipts: list[str]) -> QueryLogEvidence | None:
    """Give evidence of entries."""
    return await desk_of(info).evidence(receipts)
