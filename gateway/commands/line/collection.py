"""The commands on what agencies report: submit, sync, obligations, violations (Art. 11 to 13, 25)."""

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from gateway.commands.line.chosen import FILE, Chosen, print_json

__all__ = ["obligations", "submit", "sync", "violations"]


@click.command()
@click.argument("file", type=FILE)
@click.option("--agency", required=True, help="The reporting agency's code, e.g. TAX.")
@click.option("--type", "record_type", help="The record type, e.g. TaxArrears; a JSON document may say it itself.")
@click.option(
    "--mode", type=click.Choice(["SYSTEM", "BATCH", "MANUAL"]), help="The way it is reported (default: BATCH)."
)
@click.option("--period", help="The period reported for, like 2026-11 or 2026-Q4.")
@click.option("--number", help="Tells it from an earlier submission of the same content.")
@click.option("--all-or-nothing", is_flag=True, help="Take no row if one is bad.")
@click.option(
    "--marked", type=click.Path(path_type=Path, dir_okay=False), help="Write a workbook's marks into this file."
)
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
@click.pass_obj
def submit(  # noqa: PLR0917 (each an option of the command)
    chosen: Chosen,
    file: Path,
    agency: str,
    record_type: str | None,
    mode: str | None,
    period: str | None,
    number: str | None,
    *,
    all_or_nothing: bool,
    marked: Path | None,
    as_json: bool,
) -> None:
    """Take in FILE for an agency: a JSON document, JSON lines (.jsonl, .ndjson), or a filled-in template (.xlsx).

    What is in stays in: if it breaks off, run it again. Ends with 1 if a row was refused or waits for a person.
    """
    from gateway.commands import submissions

    options = {"recordType": record_type, "mode": mode, "period": period, "number": number}
    said: dict[str, object] = {name: value for name, value in options.items() if value is not None}
    if all_or_nothing:
        said["allOrNothing"] = True
    if marked is not None and not submissions.is_workbook(file):
        message = "--marked is for workbooks (.xlsx)"
        raise click.UsageError(message)
    sending = submissions.Sending(file, agency, said, marked)
    submitted = asyncio.run(submissions.submit(chosen.settings(), sending, _row_counter()))
    if as_json:
        print_json(submissions.submitted_tree(submitted))
    else:
        for line in submissions.submitted_lines(submitted):
            click.echo(line)
    if not submissions.was_taken(submitted.receipt):
        sys.exit(1)


@click.command(short_help="Ask connected systems what changed since they were asked last.")
@click.argument("connector", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the receipts as JSON.")
@click.pass_obj
def sync(chosen: Chosen, connector: str | None, *, as_json: bool) -> None:
    """Ask connected systems (or CONNECTOR's, e.g. TAX) what is new, changed or gone since the last run.

    Their records are read live: the run leaves a receipt for each record type, and caches forget what changed. The
    running gateway does the same every day. Ends with 1 if a system did not answer.
    """
    from gateway.commands import submissions

    receipts, failed = asyncio.run(submissions.sync(chosen.settings(), connector))
    if as_json:
        now = datetime.now(UTC)
        print_json({"receipts": [submissions.receipt_tree(each, now) for each in receipts], "failed": failed})
    else:
        for line in submissions.synced_lines(receipts, failed):
            click.echo(line)
    if failed:
        sys.exit(1)


def _row_counter() -> Callable[[int], None] | None:
    """Give who says on a terminal how many rows are in."""
    if not sys.stderr.isatty():
        return None
    return lambda rows: click.echo(f"\r{rows} rows are in", nl=False, err=True)


@click.command(short_help="Cases of violation: candidates with their evidence, and what was decided.")
@click.option(
    "--look", is_flag=True, help="First look for evidence in the house's own rooms; the gateway does it daily."
)
@click.option("--json", "as_json", is_flag=True, help="Print the cases as JSON.")
@click.pass_obj
def violations(chosen: Chosen, *, look: bool, as_json: bool) -> None:
    """List the violation cases of Art. 25; people decide on them in the console.

    --look checks every stored version against its digest, and brings what is unmet after criticism.
    """
    from gateway.commands import violations as cases

    settings = chosen.settings()
    found = asyncio.run(cases.looked(settings)) if look else None
    listed = asyncio.run(cases.listed(settings))
    if as_json:
        print_json(cases.case_tree(listed))
        return
    if found is not None:
        click.echo(
            f"{found.altered} stored versions are not as they were reported; {found.unmet} obligations are unmet."
        )
    for line in cases.case_lines(listed):
        click.echo(line)
    if not listed:
        click.echo("There is no case.")


_STATES: Final = (
    "PLANNED",
    "DUE",
    "OVERDUE",
    "MET",
    "MET_LATE",
    "REMINDED",
    "ESCALATED",
    "CRITICISED",
    "NOT_CRITICISED",
    "WITHDRAWN",
)


@click.command(short_help="What agencies have to report, by when, and how it stands.")
@click.argument("obligation", required=False)
@click.option("--agency", help="Only those of this agency, by its code.")
@click.option("--type", "record_type", help="Only those of this record type.")
@click.option("--state", type=click.Choice(_STATES), help="Only those in this state now.")
@click.option("--due-before", type=click.DateTime(["%Y-%m-%d"]), help="Only those due before this day.")
@click.option("--most", type=click.IntRange(1, 100_000), default=200, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def obligations(
    chosen: Chosen,
    obligation: str | None,
    *,
    agency: str | None,
    record_type: str | None,
    state: str | None,
    due_before: datetime | None,
    most: int,
    as_json: bool,
) -> None:
    """List what agencies have to report by when (Art. 12), or explain one OBLIGATION day by day.

    Reminders are signed and sent in the console or by `sendReminder`, never here.
    """
    from gateway.commands import obligations as due

    settings = chosen.settings()
    if obligation is not None:
        found = asyncio.run(due.one(settings, obligation))
        if as_json:
            print_json(due.obligation_tree(found, explained=True))
        else:
            click.echo("\n".join(due.obligation_lines(found)))
        return
    wanted = due.Wanted(agency, record_type, state, None if due_before is None else due_before.date())
    listed, total = asyncio.run(due.listed(settings, wanted, most))
    if as_json:
        print_json({"total": total, "obligations": [due.obligation_tree(each) for each in listed]})
        return
    for each in listed:
        late = f", {each.records} record(s) late" if each.records else ""
        click.echo(f"{each.state.value:15} {each.due_on} {each.due_status.value:12} {each.id}{late}")
    click.echo(f"{len(listed)} of {total}.")
