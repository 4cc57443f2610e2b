"""The commands on the graph: as it is printed, what a subgraph would change, what a question would fetch."""

import asyncio
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.line.chosen import FILE, Chosen, print_json

if TYPE_CHECKING:
    from gateway.settings import Settings

__all__ = ["explain", "schema", "with_graph"]


@click.group(short_help="The graph as it is printed, and whether that is true.")
def schema() -> None:
    """The graph as it is printed."""


@schema.command("print")
def schema_print() -> None:
    """Print the graph in the schema language, with every tier."""
    from schema.graph import print_graph

    click.echo(print_graph(), nl=False)


@schema.command("check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--subgraphs", type=FILE, help="Check these subgraphs instead: a JSON list of {name, url, sdl}.")
@click.option("--with", "replaced", multiple=True, metavar="NAME=SDLFILE", help="Add or replace a subgraph.")
@click.option("--against", type=FILE, help="Compare with this supergraph, or list of subgraphs.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON; with --subgraphs.")
def schema_check(
    file: Path | None, *, subgraphs: Path | None, replaced: Sequence[str], against: Path | None, as_json: bool
) -> None:
    """Say whether the committed graph (or FILE) is the one that the records declare.

    With --subgraphs: whether the subgraphs compose, and what the new or changed ones change and break.
    """
    if subgraphs is not None:
        _check_subgraphs(file, subgraphs, replaced, against, as_json=as_json)
        return
    if replaced or against is not None or as_json:
        message = "--with, --against and --json go with --subgraphs"
        raise click.UsageError(message)
    from gateway.commands.graph import differences

    found = differences(file)
    for line in found:
        click.echo(line)
    if found:
        click.echo("The printed graph is not true: run `xinyong schema print > schema/subject.graphql`.", err=True)
        sys.exit(1)
    click.echo("The printed graph is true.")


def _check_subgraphs(
    file: Path | None, subgraphs: Path, replaced: Sequence[str], against: Path | None, *, as_json: bool
) -> None:
    from gateway.commands.subgraphs import Unreadable, check_subgraphs, checked_lines, checked_tree

    pairs = [(name, Path(sdl)) for name, _, sdl in (each.partition("=") for each in replaced)]
    if file is not None or not all(name and sdl.is_file() for name, sdl in pairs):
        message = "--with takes NAME=SDLFILE, a file that is there; FILE does not go with --subgraphs"
        raise click.UsageError(message)
    try:
        checked = check_subgraphs(subgraphs, pairs, against)
    except Unreadable as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        print_json(checked_tree(checked))
    else:
        for line in checked_lines(checked):
            click.echo(line)
    if not checked.fine:
        problems = checked.problems or checked.unserved
        count = len(problems) or checked.breaking
        what = "problem(s)" if problems else "breaking change(s)"
        click.echo(f"{count} {what}.", err=True)
        sys.exit(1)


@click.command()
@click.argument("query", required=False)
@click.option("--persona", default="public", show_default=True, help="As whom to ask.")
@click.option("--purpose", help="The purpose, as 'CODE text'.")
@click.option("--variables", default="{}", help="The query's variables, as a JSON object.")
@click.option("--paper", "papers", multiple=True, help="The id of a paper to be cited; may be given several times.")
@click.option("--matrix", is_flag=True, help="Print who may see which tier, with the articles, and nothing else.")
@click.option("--supergraph", type=FILE, help="Plan against this supergraph (SDL) instead of the credit graph.")
@click.option("--subgraphs", type=FILE, help="Plan against these subgraphs: a JSON list of {name, url, sdl}.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def explain(
    chosen: Chosen,
    query: str | None,
    *,
    persona: str,
    purpose: str | None,
    variables: str,
    papers: tuple[str, ...],
    matrix: bool,
    supergraph: Path | None,
    subgraphs: Path | None,
    as_json: bool,
) -> None:
    """Say what QUERY would fetch, and what would be withheld and why; no agency is asked."""
    from gateway.commands import explain as explained

    lines: Iterable[str]
    if matrix:
        from gateway.commands.matrix import matrix_lines, matrix_tree

        told, lines = matrix_tree(), matrix_lines()
    elif query is None:
        message = "Give a QUERY, or --matrix"
        raise click.UsageError(message)
    else:
        reason = explained.read_purpose_option(purpose)
        given = explained.read_variables_option(variables)
        settings = with_graph(chosen.settings(), supergraph, subgraphs)
        if settings.foreign.is_served:
            from gateway.commands.explain_foreign import explain_foreign

            plan = explain_foreign(settings, query, given)
            told, lines = plan.tree, plan.lines
        else:
            told = asyncio.run(explained.planned(settings, persona, explained.Asking(query, given, reason, papers)))
            lines = explained.plan_lines(told)
    if as_json:
        print_json(told)
        return
    for line in lines:
        click.echo(line)


def with_graph(settings: "Settings", supergraph: Path | None, subgraphs: Path | None) -> "Settings":
    """Put the graph that the command line names over the settings' own, and check them again as a whole."""
    from gateway.settings import load_from

    if supergraph is not None and subgraphs is not None:
        message = "Give --supergraph or --subgraphs, not both"
        raise click.UsageError(message)
    if supergraph is None and subgraphs is None:
        return settings
    return load_from(settings, {"foreign": {"supergraph": supergraph, "subgraphs": subgraphs}})
