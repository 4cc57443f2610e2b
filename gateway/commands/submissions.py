"""The commands by which an agency's files come in at the gateway's own machine: submit (Art. 12).

They are taken in by the same room as what comes through the door, beside a gateway that may run: its caches are told.
"""

import getpass
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from gateway.app import open_house
from gateway.collection.intake import Given, Intake, Receipt
from gateway.collection.intake.reading import read_document, rows_of, rows_of_lines
from gateway.collection.intake.sending import read_sending
from gateway.collection.intake.shown import problem_tree, receipt_tree
from gateway.collection.intake.spool import Spool
from gateway.errors import ClientError, CollectionUnavailable, StartRefused
from gateway.settings import Settings
from schema.reporting import RowOutcome, RowProblem

__all__ = ["submit", "submitted_lines", "submitted_tree", "was_taken"]

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
