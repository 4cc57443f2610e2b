"""The commands by which records come in at the gateway's own machine: submit, and sync for connected systems (Art. 12).

They are taken in by the same room as what comes through the door, beside a gateway that may run: its caches are told. A
workbook goes back marked where a file for it is named.
"""

import asyncio
import getpass
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from connectors.errors import SourceError
from gateway.app import open_house
from gateway.collection.intake import Given, Intake, Receipt, Wanted
from gateway.collection.intake.entries import Sender
from gateway.collection.intake.reading import read_document, rows_of, rows_of_lines
from gateway.collection.intake.sending import read_sending, said_of
from gateway.collection.intake.shown import problem_tree, receipt_tree
from gateway.collection.intake.spool import Spool
from gateway.collection.intake.sync import Synchronisation
from gateway.collection.workbooks import OpenedWorkbook, bounds_of, mark, open_workbook
from gateway.errors import (
    BadUserInput,
    ClientError,
    CollectionUnavailable,
    OfficerRequired,
    StartRefused,
    Text,
    TooManyRows,
)
from gateway.settings import Settings
from schema.days import ZONE
from schema.reporting import RowOutcome, RowProblem

__all__ = [
    "Sending",
    "is_workbook",
    "receipt_tree",
    "submit",
    "submitted_lines",
    "submitted_tree",
    "sync",
    "synced_lines",
    "was_taken",
]

_LINES: Final = (".jsonl", ".ndjson")
_WORKBOOK: Final = ".xlsx"
_PART: Final = 65_536
_SHOWN: Final = 50
_FEW: Final = 10
_ALL: Final = 50_000
_BAD: Final = (RowOutcome.REFUSED, RowOutcome.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Sending:
    """A file that is sent for an agency, and what is said beside its rows; ``marked`` gets the marked workbook."""

    file: Path
    agency: str
    said: Mapping[str, object]
    marked: Path | None = None


class Submitted(NamedTuple):
    """What came of a file: its receipt and problems, and which submissions of its agency broke off at this instant."""

    receipt: Receipt
    problems: list[RowProblem]
    unfinished: list[Receipt]
    at: datetime


def is_workbook(file: Path) -> bool:
    """Say whether a file is taken for a workbook."""
    return file.suffix.lower() == _WORKBOOK


async def submit(settings: Settings, sending: Sending, progress: Callable[[int], None] | None) -> Submitted:
    """Take in a file for an agency, and give the receipt with its problems.

    Raises:
        StartRefused: it was not taken in, and why.

    """
    house = await open_house(settings)
    try:
        collection = house.graph.collection
        if collection is None:  # pragma: no cover (the credit graph has one)
            message = "this graph takes nothing in"
            raise StartRefused(message)
        intake = collection.intake
        return await _taken(intake, settings, sending, progress)
    except (ClientError, CollectionUnavailable) as refused:
        message = f"{refused.code}: {refused.message()} {refused.hint()}"
        raise StartRefused(message) from refused
    finally:
        await house.close()


async def _taken(
    intake: Intake, settings: Settings, sending: Sending, progress: Callable[[int], None] | None
) -> Submitted:
    with Spool() as spool:
        for part in _parts(sending.file):
            spool.write(part)
        officer = f"command:{getpass.getuser()}"
        try:
            rows, said, opened = await asyncio.to_thread(_read, settings, sending, spool)
            submission = read_sending(said, sending.agency, officer, spool.digest)
        except ClientError as refused:
            sender = Sender(sending.agency, officer, None)
            await intake.turn_away(sender, refused, spool.digest, secrets.token_hex(8))
            raise
        receipt = await intake.submit(submission, rows, progress=progress)
    problems = await intake.problems(receipt.id, _ALL, 0) if receipt.problems else []
    if opened is not None and sending.marked is not None:
        await asyncio.to_thread(_send_back, opened, problems, sending.marked)
    at = intake.now()
    return Submitted(receipt, problems, await intake.receipts(Wanted(sending.agency, unfinished_at=at), _FEW, None), at)


def _read(
    settings: Settings, sending: Sending, spool: Spool
) -> tuple[Iterable[Given], Mapping[str, object], OpenedWorkbook | None]:
    """Give the rows of a file and all that is said beside them; the workbook, where it is one."""
    said, name = sending.said, sending.file.suffix.lower()
    if name in _LINES:
        _refuse_too_many(spool.lines, settings)
        return rows_of_lines(spool.parts()), said, None
    content = b"".join(spool.parts())
    if not is_workbook(sending.file):
        document = read_document(content)
        _refuse_too_many(len(document.rows), settings)
        return rows_of(document.rows), said_of(said, document.said), None
    opened = open_workbook(content, bounds_of(settings.workbooks))
    record_type = opened.definition.name
    if said.get("recordType", record_type) != record_type:
        raise BadUserInput(Text(f"the workbook is of {record_type}", f"该工作簿为 {record_type}"))
    return opened.rows(), {**said, "recordType": record_type}, opened


def _refuse_too_many(count: int, settings: Settings) -> None:
    most = settings.collection.rows
    if count > most:
        raise TooManyRows(Text(f"at most {most} at once", f"一次最多 {most} 行"))


def _send_back(opened: OpenedWorkbook, problems: Iterable[RowProblem], into: Path) -> None:
    """Write the marked workbook, for nobody else to read: it holds what was sent."""
    told: dict[int, list[RowProblem]] = {}
    for each in problems:
        told.setdefault(each.row, []).append(each)
    into.touch(mode=0o600)
    with into.open("wb") as file:
        mark(opened, told, file)


async def sync(settings: Settings, named: str | None) -> tuple[list[Receipt], dict[str, str]]:
    """Run over the connected systems, or the one that is named: receipts, and which could not be asked and why.

    Raises:
        StartRefused: no such system is connected.

    """
    house = await open_house(settings)
    try:
        collection = house.graph.collection
        if collection is None:  # pragma: no cover (the credit graph has one)
            message = "this graph takes nothing in"
            raise StartRefused(message)
        intake = collection.intake
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
            except (SourceError, OfficerRequired, CollectionUnavailable) as failure:
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


def submitted_tree(submitted: Submitted) -> dict[str, Any]:
    """Give a receipt as JSON, with all its problems, and what else its agency has not finished."""
    told = receipt_tree(submitted.receipt, submitted.at)
    unfinished = [receipt_tree(each, submitted.at) for each in submitted.unfinished]
    return {**told, "problems": problem_tree(submitted.problems, "en"), "unfinishedBefore": unfinished}


def submitted_lines(submitted: Submitted) -> Iterator[str]:
    """Give a receipt as text, with its first problems, and what else its agency has not finished."""
    receipt, problems = submitted.receipt, submitted.problems
    counts = ", ".join(f"{receipt.counts[each]} {each.value.lower()}" for each in RowOutcome if receipt.counts[each])
    again = " (it had come before; nothing was changed)" if receipt.again else ""
    yield f"{receipt.id}: {receipt.rows} rows, {counts or 'a nil submission'}{again}"
    for each in problems[:_SHOWN]:
        place = f"row {each.row}" + (f", {each.column}" if each.column else "")
        yield f"  {place}: {each.code} {each.message.english} · {each.message.chinese}"
    if receipt.behind and not receipt.again:
        yield f"  it had broken off: {receipt.behind} rows were in before, and it went on behind them"
    for other in submitted.unfinished:
        begun = other.begun_at.astimezone(ZONE)
        yield (
            f"unfinished: {other.id}, {other.record_type}, begun {begun:%Y-%m-%d %H:%M} by {other.officer},"
            f" {other.rows} rows are in; send the same file again (sha256 {other.digest})"
        )
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
