"""The commands by which records come in at the gateway's own machine: submit, and sync for connected systems (Art. 12).

They are taken in by the same room as what comes through the door, beside a gateway that may run: its caches are told.
"""

import getpass
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from connectors.errors import SourceError
from gateway.app import open_house
from gateway.collection.intake import Given, Intake, Receipt
from gateway.collection.intake.reading import read_document, rows_of, rows_of_lines
from gateway.collection.intake.sending import read_sending
from gateway.collection.intake.shown import problem_tree, receipt_tree
from gateway.collection.intake.spool import Spool
from gateway.collection.intake.sync import Synchronisation
from gateway.errors import ClientError, CollectionUnavailable, StartRefused
from gateway.settings import Settings
from schema.reporting import RowOutcome, RowProblem

__all__ = ["receipt_tree", "submit", "submitted_lines", "submitted_tree", "sync", "synced_lines", "was_taken"]

_LINES: Final = (".jsonl", ".ndjson")
_PART: Final = 65_536
_SHOWN: Final = 50
_ALL: Final = 50_000
_BAD: Final = (RowOutcome.REFUSED, RowOutcome.QUARANTINED)


async def submit(
    settings: Settings, file: Path, agency: str, said: Mapping[str, object], progress: Callable[[int], None] | None
) -> tuple[Receipt, list[RowProblem]]:
    """Take in a file for an agency, and give the receipt with its problems.

    Raises:
        StartRefused: it was not taken in, and why.

    """
    house = await open_house(settings)
    try:
        intake = house.graph.intake
        if intake is None:  # pragma: no cover (the credit graph has one)
            message = "this graph takes nothing in"
            raise StartRefused(message)
        with Spool() as spool:
            for part in _parts(file):
                spool.write(part)
            receipt = await _taken(intake, file, agency, spool, said, progress)
        return receipt, await intake.problems(receipt.id, _ALL, 0) if receipt.problems else []
    except (ClientError, CollectionUnavailable) as refused:
        message = f"{refused.code}: {refused.message()} {refused.hint()}"
        raise StartRefused(message) from refused
    finally:
        await house.close()


async def _taken(  # noqa: PLR0913, PLR0917 (all that a submission is made of)
    intake: Intake,
    file: Path,
    agency: str,
    spool: Spool,
    said: Mapping[str, object],
    progress: Callable[[int], None] | None,
) -> Receipt:
    rows: Iterable[Given]
    if file.suffix.lower() in _LINES:
        rows = rows_of_lines(spool.parts())
    else:
        document = read_document(b"".join(spool.parts()))
        said, rows = {**said, **document.said}, rows_of(document.rows)
    submission = read_sending(said, agency, f"command:{getpass.getuser()}", spool.digest)
    return await intake.submit(submission, rows, progress=progress)


async def sync(settings: Settings, named: str | None) -> tuple[list[Receipt], dict[str, str]]:
    """Run over the connected systems, or the one that is named: receipts, and which could not be asked and why.

    Raises:
        StartRefused: no such system is connected.

    """
    house = await open_house(settings)
    try:
        intake = house.graph.intake
        if intake is None:  # pragma: no cover (the credit graph has one)
            message = "this graph takes nothing in"
            raise StartRefused(message)
        run = Synchronisation(intake, house.graph.connectors, house.keys)
        systems = run.systems()
        if named is not None and named not in systems:
            message = f"no system of {named} is connected, only those of {', '.join(systems) or 'nobody'}"
            raise StartRefused(message)
        receipts: list[Receipt] = []
        failed: dict[str, str] = {}
        for agency in systems if named is None else [named]:
            try:
                receipts += await run.run(agency)
            except (SourceError, CollectionUnavailable) as failure:
                failed[agency] = failure.code
        return receipts, failed
    finally:
        await house.close()


def _parts(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while part := content.read(_PART):
            yield part


def was_taken(receipt: Receipt) -> bool:
    """Say whether every row was taken in."""
    return not any(receipt.counts[each] for each in _BAD)


def submitted_tree(receipt: Receipt, problems: list[RowProblem]) -> dict[str, Any]:
    """Give a receipt as JSON, with all its problems."""
    return {**receipt_tree(receipt), "problems": problem_tree(problems, "en")}


def submitted_lines(receipt: Receipt, problems: list[RowProblem]) -> Iterator[str]:
    """Give a receipt as text, with its first problems."""
    counts = ", ".join(f"{receipt.counts[each]} {each.value.lower()}" for each in RowOutcome if receipt.counts[each])
    again = " (it had come before; nothing was changed)" if receipt.again else ""
    yield f"{receipt.id}: {receipt.rows} rows, {counts or 'a nil submission'}{again}"
    for each in problems[:_SHOWN]:
        place = f"row {each.row}" + (f", {each.column}" if each.column else "")
        yield f"  {place}: {each.code} {each.message.english} · {each.message.chinese}"
    if receipt.problems > _SHOWN:
        yield f"  and {receipt.problems - _SHOWN} more: --json prints all"


def synced_lines(receipts: list[Receipt], failed: Mapping[str, str]) -> Iterator[str]:
    """Give the receipts of a run as text, a line each, and which systems could not be asked."""
    words = {
        RowOutcome.ACCEPTED: "new",
        RowOutcome.UPDATED: "changed",
        RowOutcome.UNCHANGED: "the same",
        RowOutcome.REVOKED: "gone",
    }
    for each in receipts:
        counts = ", ".join(f"{each.counts[outcome]} {word}" for outcome, word in words.items() if each.counts[outcome])
        yield f"{each.provider} {each.record_type}: {counts or 'nothing'} ({each.id})"
    for agency, code in failed.items():
        yield f"{agency}: {code}; the next run goes on"
