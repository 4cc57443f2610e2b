"""The commands on working days: which are, by whose notice, and when a time limit ends."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.line.chosen import FILE, Chosen, print_json

if TYPE_CHECKING:
    from datetime import datetime


__all__ = ["calendar"]


@click.group(short_help="Working days: which are, by whose notice, and when a time limit ends.")
def calendar() -> None:
    """The calendar of working days (Art. 12, 23)."""


@calendar.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Check the file and say what it would change; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was changed as JSON.")
@click.pass_obj
def calendar_import(chosen: Chosen, file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Take a notice of the State Council in (YAML or JSON): its year is CONFIRMED from then on, or its days change.

    What is due is reckoned anew; deploy/calendar-2026.yaml shows the form.
    """
    from gateway.commands import calendar as days

    notice, text = days.read_file(file)
    settings = chosen.settings()
    imported = asyncio.run(days.tried(settings, notice) if dry_run else days.take(settings, notice, text))
    if as_json:
        print_json(days.import_tree(notice, imported))
        return
    for line in days.import_lines(notice, imported):
        click.echo(line)
    if dry_run:
        click.echo("Nothing was changed.")
    elif imported.is_new:
        click.echo(f"The notice is in force: version {imported.version} of the calendar.")
    else:
        click.echo(f"The same file was imported before, as version {imported.version}: nothing was changed.")


@calendar.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def calendar_show(chosen: Chosen, *, as_json: bool) -> None:
    """Say which years are CONFIRMED, and which notices were imported."""
    from gateway.commands import calendar as days

    known, notices = asyncio.run(days.known(chosen.settings()))
    tree = days.calendar_tree(known, notices, time.time())
    if as_json:
        print_json(tree)
        return
    for each in tree["years"]:
        click.echo(f"{each['year']}: {each['status']}, {each['document']}")
    for each in tree["notices"]:
        click.echo(
            f"notice {each['version']}: {each['kind']} {each['year']}, {each['document']}, by {each['loadedBy']}"
        )
    for year in tree["provisional"]:
        click.echo(f"{year}: PROVISIONAL, weekends and statutory days alone")


@calendar.command("due")
@click.argument("start", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("working_days", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def calendar_due(chosen: Chosen, start: "datetime", working_days: int, *, as_json: bool) -> None:
    """Say when WORKING_DAYS working days after START end, and count them day by day; START itself is not counted."""
    from gateway.commands import calendar as days

    due = asyncio.run(days.counted(chosen.settings(), start.date(), working_days))
    if as_json:
        print_json(days.due_tree(due))
        return
    for line in days.due_lines(due):
        click.echo(line)
