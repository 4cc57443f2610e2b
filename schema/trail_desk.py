"""The desk at which auditors read the query log; who executes an operation hands it over in the context (R19.12)."""

from typing import TYPE_CHECKING, Protocol

import strawberry

from schema.context import Context

if TYPE_CHECKING:
    from schema.inspection import (
        QueryLogConnection,
        QueryLogEvidence,
        QueryLogFilter,
        QueryLogSeal,
        QueryLogSummary,
        QueryLogThresholds,
        QueryLogVerification,
    )

__all__ = ["TrailDesk", "desk_of"]


class TrailDesk(Protocol):
    """What one caller may read of the trail, at one moment; every reading is noted for the operation's own entry.

    Every method raises Forbidden for who is no auditor, BadUserInput for what cannot be read, and AuditUnavailable
    where the trail cannot be.
    """

    async def search(self, by: "QueryLogFilter | None", page: tuple[int, str | None]) -> "QueryLogConnection":
        """Give a page (how many, after which cursor) of entries, newest first."""
        ...

    async def summary(self, by: "QueryLogFilter | None", thresholds: "QueryLogThresholds") -> "QueryLogSummary":
        """Give the trail of some days in numbers."""
        ...

    async def evidence(self, receipts: list[str]) -> "QueryLogEvidence":
        """Give evidence of entries, to be checked elsewhere."""
        ...

    async def seal(self, receipt: str) -> "QueryLogSeal | None":
        """Give where an entry stands in the log."""
        ...

    async def verification(self, receipt: str) -> "QueryLogVerification":
        """Verify an entry."""
        ...


def desk_of(info: strawberry.Info) -> TrailDesk:
    """Give the desk of the operation's caller."""
    context: Context = info.context
    return context.trail
