"""The command that lists violation cases, and looks at once for evidence in the house's own rooms (Art. 25)."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from gateway.collection.centre import Centre
from gateway.collection.violations import CaseRegister, Cases
from gateway.collection.violations.allegations import Allegations, Found
from gateway.collection.violations.case import Case
from gateway.commands.retention import trail_beside
from gateway.settings import Settings
from gateway.store import open_store

__all__ = ["case_lines", "case_tree", "listed", "looked"]

_MOST: Final = 1_000


async def looked(settings: Settings) -> Found:
    """Look for evidence now: what is unmet after criticism, what is stored otherwise than it was reported.

    Raises:
        GatewayError: a database failed, or the trail.

    """
    async with trail_beside(settings) as (store, _, trail), _centre(settings) as centre:
        opening = Cases(CaseRegister(store.engine), trail.append)
        return await Allegations(store.engine, centre, opening).look(datetime.now(UTC))


async def listed(settings: Settings) -> list[Case]:
    """Give the newest cases."""
    async with trail_beside(settings) as (store, _, _trail):
        return (await CaseRegister(store.engine).page([], _MOST, None))[0]


def case_lines(cases: Sequence[Case]) -> Iterator[str]:
    """Write cases, a line each."""
    for each in cases:
        evidence = "; ".join(found.evidence.said.english for found in each.evidence)
        told = f"{each.id} {each.kind.value} {each.agency}: {each.state.value}, since {each.opened_at:%Y-%m-%d}"
        yield f"{told}: {evidence}"


def case_tree(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Give cases as JSON."""
    return [
        {
            "id": each.id,
            "kind": each.kind.value,
            "agency": each.agency,
            "state": each.state.value,
            "openedAt": each.opened_at.isoformat(),
            "openedBy": each.opened_by,
            "evidence": [
                {
                    "source": found.evidence.source,
                    "reference": found.evidence.reference,
                    "said": found.evidence.said.english,
                    "saidChinese": found.evidence.said.chinese,
                }
                for found in each.evidence
            ],
        }
        for each in cases
    ]


@asynccontextmanager
async def _centre(settings: Settings) -> AsyncIterator[Centre]:
    centre = Centre(open_store(settings.centre.url))
    try:
        yield centre
    finally:
        await centre.close()
