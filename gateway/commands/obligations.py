"""The command that lists what agencies have to report by when, as it stands now (Art. 12, 13)."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gateway.access.callers import Caller
from gateway.access.keys import Keys
from gateway.app import ledger_of
from gateway.collection.centre import Centre
from gateway.collection.obligations import ObligationsRoom
from gateway.collection.opening import obligations_of, offset_s
from gateway.errors import StartRefused
from gateway.settings import Settings
from gateway.store import open_store, prepare
from schema.catalogue import RECORDS
from schema.disclosure import OrganizationKind, Role
from schema.obligations import Obligation, ObligationFilter, ObligationState

__all__ = ["Wanted", "listed", "obligation_lines", "obligation_tree", "one"]

_AT_ONCE: Final = 100
_OPERATOR: Final = Caller(
    person="COMMAND",
    name="COMMAND",
    organisation="CREDIT_CENTRE",
    organisation_kind=OrganizationKind.CREDIT_CENTRE,
    roles=frozenset({Role.OPERATOR}),
    subject=None,
    token_id="",
)
"""Who runs a command on the gateway's own machine reads as the centre does."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which obligations; None: whichever."""

    agency: str | None = None
    record_type: str | None = None
    state: str | None = None
    due_before: date | None = None


async def listed(settings: Settings, wanted: Wanted, most: int) -> tuple[list[Obligation], int]:
    """Give obligations, the first due first, and how many there are in all.

    Raises:
        StartRefused: there is no such state or record type.
        ObligationsUnavailable: a database did not answer.

    """
    if wanted.record_type is not None and wanted.record_type not in RECORDS:
        message = f"the catalogue knows no {wanted.record_type}: `xinyong catalogue export` lists all"
        raise StartRefused(message)
    by = ObligationFilter(
        agency=wanted.agency,
        record_type=wanted.record_type,
        state=None if wanted.state is None else ObligationState[wanted.state],
        due_before=wanted.due_before,
    )
    found: list[Obligation] = []
    async with _opened(settings) as (room, now):
        desk, after, total = room.desk(_OPERATOR, now), None, 0
        while len(found) < most:
            page = await desk.obligations(by, (min(_AT_ONCE, most - len(found)), after))
            found, total = [*found, *page.nodes], page.total_count
            if not page.page_info.has_next_page:
                break
            after = page.page_info.end_cursor
    return found, total


async def one(settings: Settings, obligation_id: str) -> Obligation:
    """Give one obligation.

    Raises:
        StartRefused: there is none of that id.

    """
    async with _opened(settings) as (room, now):
        found = await room.desk(_OPERATOR, now).obligation(obligation_id)
    if found is None:
        message = f"there is no obligation {obligation_id}: `xinyong obligations` lists them"
        raise StartRefused(message)
    return found


def obligation_tree(each: Obligation, *, explained: bool = False) -> dict[str, Any]:
    """Give an obligation as JSON; *explained* with each day of its count and each step."""
    tree: dict[str, Any] = {
        "id": each.id,
        "agency": each.agency,
        "recordType": each.record_type,
        "kind": each.kind.value,
        "mode": each.mode.value,
        "period": each.period,
        "dueOn": each.due_on.isoformat(),
        "dueAt": each.due_at.isoformat(),
        "dueStatus": each.due_status.value,
        "state": each.state.value,
        "metAt": None if each.met_at is None else each.met_at.isoformat(),
        "submission": each.submission,
        "records": each.records,
        "reminder": each.reminder,
        "report": each.report,
    }
    if explained:
        tree["days"] = [
            {
                "day": day.day.isoformat(),
                "nth": day.nth,
                "kind": day.kind.value,
                "reason": day.reason,
                "reasonChinese": day.reason_chinese,
                "document": day.document,
            }
            for day in each.days
        ]
        tree["history"] = [
            {"at": step.at.isoformat(), "from": step.from_, "to": step.to, "actor": step.actor, "reason": step.reason}
            for step in each.history
        ]
    return tree


def obligation_lines(each: Obligation) -> Iterator[str]:
    """Give an obligation line by line, with its days."""
    yield f"{each.id}: {each.state.value}, due on {each.due_on} ({each.due_status.value}), Art. 12(1)(2)"
    for day in each.days:
        number = "  -" if day.nth is None else f"{day.nth:3}"
        by = "" if day.document is None else f" ({day.document})"
        yield f"{number}  {day.day}  {day.reason}{by}"
    for step in each.history:
        yield f"{step.at:%Y-%m-%d %H:%M} {step.from_ or '-'} -> {step.to} by {step.actor}: {step.reason or ''}"


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[ObligationsRoom, float]]:
    """Open the room beside the gateway, which may run."""
    keys, store = Keys(settings.keys.folder), open_store(settings.database.url)
    centre = Centre(open_store(settings.centre.url))
    try:
        await prepare(store)
        room = obligations_of(settings, store, centre, ledger_of(settings, keys), keys)
        yield room, time.time() + offset_s(settings)
    finally:
        await centre.close()
        await store.close()
