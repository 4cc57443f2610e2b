"""The commands that open the house, and say how it stands: serve, demo, migrate, check, token, rules."""

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.line.chosen import DEMONSTRATION, FILE, Chosen, print_json
from gateway.commands.line.graph import with_graph

if TYPE_CHECKING:
    from gateway.settings import Settings

__all__ = ["check", "demo", "migrate", "rules", "serve", "token"]


@click.command()
@click.option("--host", help="Address to listen on (default: server.host).")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on; 0 takes a free one.")
@click.option("--workers", type=click.IntRange(1), help="Processes; more than one needs PostgreSQL.")
@click.option("--supergraph", type=FILE, help="Serve this supergraph (SDL) instead of the credit graph, open to all.")
@click.option("--subgraphs", type=FILE, help="Compose and serve these subgraphs: a JSON list of {name, url, sdl}.")
@click.pass_obj
def serve(
    chosen: Chosen,
    *,
    host: str | None,
    port: int | None,
    workers: int | None,
    supergraph: Path | None,
    subgraphs: Path | None,
) -> None:
    """Open the doors: /graphql and the probes.

    Creates its tables on an empty SQLite database, and refuses a PostgreSQL that `migrate` has not prepared.
    """
    from gateway import app

    settings = with_graph(chosen.settings(), supergraph, subgraphs)
    app.serve(_with_server(settings, host, port, workers))


@click.command()
@click.option("--size", type=click.Choice(["small", "city", "large"]), default="small", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=DEMONSTRATION, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="Port to listen on.")
@click.option("--serve/--no-serve", "serving", default=True, help="Whether to serve after the three answers.")
@click.option("--data-only", is_flag=True, help="Only write the city; ask and serve nothing.")
@click.option("--reset", is_flag=True, help="Remove the demonstration's data, trail and keys first.")
def demo(*, size: str, folder: Path, host: str, port: int, serving: bool, data_only: bool, reset: bool) -> None:
    """Write a synthetic city, ask one subject as three persons, then serve.

    A second run keeps everything, the trail and its keys included.
    """
    from gateway import demo as demonstration

    if reset:
        demonstration.remove(folder)
    demonstration.prepare(size, folder)
    if data_only:
        return
    demonstration.show(folder)
    if serving:
        from gateway import app
        from gateway.settings import load

        app.serve(_with_server(load(folder / "xinyong.yaml"), host, port, None))


@click.command()
@click.pass_obj
def migrate(chosen: Chosen) -> None:
    """Create the gateway's tables, or bring them to this version; what is there is kept."""
    from gateway.commands.check import UNREACHABLE, first_line
    from gateway.errors import StartRefused
    from gateway.store import migrate as bring_up
    from gateway.store import migrate_centre

    settings = chosen.settings()
    try:
        asyncio.run(bring_up(settings.database.url))
    except UNREACHABLE as error:
        message = f"the database cannot be used at database.url: {first_line(error)}"
        raise StartRefused(message) from error
    try:
        if settings.centre.url != settings.database.url:
            asyncio.run(migrate_centre(settings.centre.url))
    except UNREACHABLE as error:
        message = f"the database cannot be used at connectors.CREDIT_CENTRE.url: {first_line(error)}"
        raise StartRefused(message) from error
    click.echo("The database is of this version.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.pass_obj
def check(chosen: Chosen, *, as_json: bool) -> None:
    """Name every problem of settings, catalogue, connectors and database at once."""
    from gateway.commands.check import notes, problems

    found = asyncio.run(problems(chosen.settings))
    noted = asyncio.run(notes(chosen.settings))
    if as_json:
        told = {"problems": [{"room": each.room, "problem": each.text} for each in found]}
        print_json({**told, "notes": [{"room": each.room, "note": each.text} for each in noted]})
    else:
        for each in found:
            click.echo(f"{each.room}: {each.text}")
        for each in noted:
            click.echo(f"(note) {each.room}: {each.text}")
        click.echo("No problem found." if not found else f"{len(found)} problem(s) found.", err=bool(found))
    if found:
        sys.exit(1)


@click.command()
@click.argument("persona")
@click.option("--json", "as_json", is_flag=True, help="Print the claims instead of the token.")
@click.pass_obj
def token(chosen: Chosen, persona: str, *, as_json: bool) -> None:
    """Print a token for PERSONA of the demonstration, e.g. tax-officer; `public` prints nothing.

    Works with the demonstration's key only: a city brings its own issuer.
    """
    from gateway.access import tokens

    if as_json:
        print_json(tokens.claims(persona, time.time()))
        return
    issued = tokens.issue(persona, chosen.demonstration().keys.folder, time.time())
    if issued:
        click.echo(issued)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, with their text.")
@click.pass_obj
def rules(chosen: Chosen, *, as_json: bool) -> None:
    """List the platform's own rules, one for each of the seven matters of Art. 14, with version and owner."""
    from gateway.collection.rulebook import read_rules

    found = read_rules(chosen.settings().rules.file)
    if as_json:
        print_json([{name: getattr(each, name) for name in each.__slots__} for each in found])
        return
    for each in found:
        click.echo(f"{each.topic} {each.title}, version {each.version}, {each.owner}, from {each.in_force_from}")


def _with_server(settings: "Settings", host: str | None, port: int | None, workers: int | None) -> "Settings":
    """Put what the command line says over the settings, and check them again as a whole."""
    from gateway.settings import load_from

    given = {"host": host, "port": port, "workers": workers}
    return load_from(settings, {"server": {key: value for key, value in given.items() if value is not None}})
