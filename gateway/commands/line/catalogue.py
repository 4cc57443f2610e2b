"""The commands on the indicator catalogue: its export and templates, its versions (Art. 26)."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.line.chosen import FILE, Chosen, print_json

if TYPE_CHECKING:
    from datetime import datetime


__all__ = ["catalogue", "template"]


@click.command()
@click.argument("record_type", metavar="RECORD_TYPE")
def template(record_type: str) -> None:
    """Write the template of a record type, as an .xlsx workbook: xinyong template TaxArrears > TaxArrears.xlsx.

    An agency fills it in and sends it with `xinyong submit`. There is no value of anybody in it.
    """
    from gateway.commands.workbooks import template_of

    if sys.stdout.isatty():
        message = f"A workbook is no text: send it to a file, > {record_type}.xlsx"
        raise click.UsageError(message)
    click.echo(template_of(record_type), nl=False)


@click.group(short_help="The indicator catalogue.")
def catalogue() -> None:
    """The indicator catalogue (Art. 26)."""


@catalogue.command("export")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON; without, one line a record type.")
def catalogue_export(*, as_json: bool) -> None:
    """Print the catalogue as the declared records say it."""
    from gateway.commands.graph import catalogue_lines
    from schema.catalogue import export

    if as_json:
        print_json(export())
        return
    for line in catalogue_lines():
        click.echo(line)


_TOKEN = click.option("--token", "token_file", required=True, type=FILE, help="File with the token of who decides.")
_REASON = click.option("--reason", required=True, help="Why.")
_REGION = click.option("--region", default="410100", show_default=True, help="The city, or a county such as 410181.")
_ACCEPTS = click.option("--accept/--reject", "accepts", default=True, help="What is decided.")


@catalogue.command("propose")
@click.argument("file", type=FILE)
@click.option("--effective-from", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day of its force.")
@_REASON
@_TOKEN
@click.pass_obj
def catalogue_propose(chosen: Chosen, file: Path, *, effective_from: "datetime", reason: str, token_file: Path) -> None:
    """Propose FILE: a whole catalogue as `catalogue export --json` prints it, or a county's overlay.

    An agency's officer or an operator of the centre proposes; what it would change is said, breaking changes first.
    """
    from gateway.commands import catalogue as versions

    token = token_file.read_text()
    done = asyncio.run(versions.propose(chosen.settings(), file, effective_from.date(), reason, token))
    for line in versions.proposed_lines(done):
        click.echo(line)


@catalogue.command("review")
@click.argument("version")
@_REGION
@_ACCEPTS
@_REASON
@_TOKEN
@click.pass_obj
def catalogue_review(
    chosen: Chosen, version: str, *, region: str, accepts: bool, reason: str, token_file: Path
) -> None:
    """Review VERSION for the centre: an approver who did not propose it."""
    from gateway.commands import catalogue as versions

    told = versions.Decided(version, region, reason, token_file.read_text(), accepts)
    click.echo(f"{version}: {asyncio.run(versions.review(chosen.settings(), told)).state.value}")


@catalogue.command("approve")
@click.argument("version")
@_REGION
@_ACCEPTS
@_REASON
@_TOKEN
@click.pass_obj
def catalogue_approve(
    chosen: Chosen, version: str, *, region: str, accepts: bool, reason: str, token_file: Path
) -> None:
    """Approve VERSION for the supervisor: a third person."""
    from gateway.commands import catalogue as versions

    told = versions.Decided(version, region, reason, token_file.read_text(), accepts)
    click.echo(f"{version}: {asyncio.run(versions.approve(chosen.settings(), told)).state.value}")


@catalogue.command("publish")
@click.argument("version")
@_REGION
@click.option("--breaking", "knows_breaking", is_flag=True, help="Publish it though it breaks something.")
@_REASON
@_TOKEN
@click.pass_obj
def catalogue_publish(
    chosen: Chosen, version: str, *, region: str, knows_breaking: bool, reason: str, token_file: Path
) -> None:
    """Publish VERSION, which was approved; what it breaks is named, and needs --breaking."""
    from gateway.commands import catalogue as versions

    told = versions.Decided(version, region, reason, token_file.read_text())
    done = asyncio.run(versions.publish(chosen.settings(), told, knows_breaking=knows_breaking))
    click.echo(f"{version}: {done.state.value}, from {done.effective_from}")


@catalogue.command("list")
@click.option("--region", help="The city (410100), or a county; none: all.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, with every step.")
@click.pass_obj
def catalogue_list(chosen: Chosen, *, region: str | None, as_json: bool) -> None:
    """List the versions of the catalogue; a star is before those in force."""
    from gateway.commands import catalogue as versions

    found = asyncio.run(versions.listed(chosen.settings(), region))
    if as_json:
        print_json(versions.version_tree(found))
        return
    for line in versions.version_lines(found):
        click.echo(line)
    if not found:
        click.echo("No version was proposed yet: what runs is what is declared.")


@catalogue.command("diff")
@click.option("--before", help="A version, `declared` or a file; none: the one in force.")
@click.option("--after", help="A version, `declared` or a file; none: declared, which is what runs.")
@_REGION
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
@click.pass_obj
def catalogue_diff(chosen: Chosen, *, before: str | None, after: str | None, region: str, as_json: bool) -> None:
    """Say what one version changes of another, breaking changes first; ends with 1 where there is one."""
    from gateway.commands import catalogue as versions

    found = asyncio.run(versions.compared(chosen.settings(), region, before, after))
    if as_json:
        print_json(versions.change_tree(found))
    else:
        for line in versions.change_lines(found):
            click.echo(line)
        click.echo(f"{sum(each.breaking for each in found)} breaking of {len(found)} change(s).", err=True)
    if any(each.breaking for each in found):
        sys.exit(1)
