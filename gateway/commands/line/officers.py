"""The commands on who reports for which agency: ``xinyong officers`` (Art. 10)."""

import asyncio
from pathlib import Path

import click

from gateway.commands.line.chosen import FILE, Chosen, print_json

__all__ = ["officers"]

_TOKEN = click.option("--token", "token_file", required=True, type=FILE, help="File with the token of who names.")


@click.group(invoke_without_command=True, short_help="Whom each agency has named to report for it.")
@click.option("--agency", help="One agency's alone, by its code.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_context
def officers(context: click.Context, *, agency: str | None, as_json: bool) -> None:
    """List whom each agency has named to report for it (Art. 10); without anybody nothing is taken in from it."""
    if context.invoked_subcommand is not None:
        return
    from gateway.commands import officers as named

    chosen: Chosen = context.obj
    found = asyncio.run(named.listed(chosen.settings(), agency))
    if as_json:
        print_json(named.officer_tree(found))
        return
    for line in named.officer_lines(found):
        click.echo(line)


@officers.command("name")
@click.argument("agency")
@click.argument("person")
@click.option("--name", "called", required=True, help="The person's name.")
@click.option("--deputy", is_flag=True, help="Stands in for the officer.")
@click.option("--document", help="The number of the agency's letter: the centre needs one.")
@_TOKEN
@click.pass_obj
def officers_name(
    chosen: Chosen, agency: str, person: str, *, called: str, deputy: bool, document: str | None, token_file: Path
) -> None:
    """Name PERSON (the `sub` of its tokens) to report for AGENCY: its own officer does, or the centre's operator."""
    from gateway.commands import officers as named
    from schema.officers import OfficerInput

    given = OfficerInput(person=person, name=called, deputy=deputy, agency=agency, document=document)
    for line in named.officer_lines([asyncio.run(named.name(chosen.settings(), given, token_file.read_text()))]):
        click.echo(line)


@officers.command("end")
@click.argument("agency")
@click.argument("person")
@click.option("--reason", required=True, help="Why; it stands in the register and in the trail.")
@_TOKEN
@click.pass_obj
def officers_end(chosen: Chosen, agency: str, person: str, *, reason: str, token_file: Path) -> None:
    """Say that PERSON reports for AGENCY no longer."""
    from gateway.commands import officers as named

    told = named.Ending(agency, person, reason)
    for line in named.officer_lines([asyncio.run(named.end(chosen.settings(), told, token_file.read_text()))]):
        click.echo(line)
