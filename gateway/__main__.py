"""The commands: ``xinyong …``. Each says what went wrong and what to do, and ends with 0, 1 or 2.

0 is done, 1 refused, 2 misused. What a program may read comes with ``--json``. Rooms are imported by the
command that needs them, so that ``--help`` is there at once.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.settings import Settings

__all__ = ["cli", "main"]

DEMONSTRATION: Final = Path("var/demo")
"""Folder of the demonstration: its databases, its keys, and ``xinyong.yaml`` that names them."""
_FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER: Final = click.Path(path_type=Path, exists=True, file_okay=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stood before the command: which settings to read, and how much to say of an error."""

    config: Path | None
    demo: bool
    debug: bool

    def settings(self) -> "Settings":
        """Read the settings, or the demonstration's.

        Raises:
            StartRefused: where there is no demonstration yet.
            SettingsError: naming every problem.

        """
        from gateway.settings import load

        return self.demonstration() if self.demo else load(self.config)

    def demonstration(self) -> "Settings":
        """Read the demonstration's settings: those of ``--config`` if they are one.

        Raises:
            StartRefused: where there is no demonstration yet, or the settings are not one.

        """
        from gateway.errors import StartRefused
        from gateway.settings import load

        file = self.config or DEMONSTRATION / "xinyong.yaml"
        if self.config is None and not file.is_file():
            message = f"there is no demonstration in {DEMONSTRATION} yet: run `make demo SERVE=0` first"
            raise StartRefused(message)
        settings = load(file)
        if not settings.demo:
            message = f"{file} is not of a demonstration (demo: true), and only that has personas"
            raise StartRefused(message)
        return settings


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--demo", is_flag=True, help="Work on the demonstration's data.")
@click.option("--config", type=click.Path(path_type=Path), help="Settings file (default: xinyong.yaml if it exists).")
@click.option("--debug", is_flag=True, help="Show where in the program an unforeseen error arose.")
@click.version_option(package_name="xinyong", prog_name="xinyong")
@click.pass_context
def cli(context: click.Context, config: Path | None, *, demo: bool, debug: bool) -> None:
    """Answer questions about a subject's public credit information (信用): one question, all agencies, recorded.

    Settings come from a YAML file and from variables XINYONG_SECTION__KEY; docs/settings.md lists them.
    """
    if demo and config is not None:
        message = "--demo has settings of its own: leave --config out"
        raise click.UsageError(message)
    context.obj = Chosen(config, demo, debug)


@cli.command()
@click.option("--host", help="Address to listen on (default: server.host).")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on; 0 takes a free one.")
@click.option("--workers", type=click.IntRange(1), help="Processes; more than one needs PostgreSQL.")
@click.option("--supergraph", type=_FILE, help="Serve this supergraph (SDL) instead of the credit graph, open to all.")
@click.option("--subgraphs", type=_FILE, help="Compose and serve these subgraphs: a JSON list of {name, url, sdl}.")
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

    settings = _with_graph(chosen.settings(), supergraph, subgraphs)
    app.serve(_with_server(settings, host, port, workers))


@cli.command()
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


@cli.command()
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


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.pass_obj
def check(chosen: Chosen, *, as_json: bool) -> None:
    """Name every problem of settings, catalogue, connectors and database at once."""
    from gateway.commands.check import notes, problems

    found = asyncio.run(problems(chosen.settings))
    noted = asyncio.run(notes(chosen.settings))
    if as_json:
        told = {"problems": [{"room": each.room, "problem": each.text} for each in found]}
        _print_json({**told, "notes": [{"room": each.room, "note": each.text} for each in noted]})
    else:
        for each in found:
            click.echo(f"{each.room}: {each.text}")
        for each in noted:
            click.echo(f"(note) {each.room}: {each.text}")
        click.echo("No problem found." if not found else f"{len(found)} problem(s) found.", err=bool(found))
    if found:
        sys.exit(1)


@cli.command()
@click.argument("persona")
@click.option("--json", "as_json", is_flag=True, help="Print the claims instead of the token.")
@click.pass_obj
def token(chosen: Chosen, persona: str, *, as_json: bool) -> None:
    """Print a token for PERSONA of the demonstration, e.g. tax-officer; `public` prints nothing.

    Works with the demonstration's key only: a city brings its own issuer.
    """
    from gateway.access import tokens

    if as_json:
        _print_json(tokens.claims(persona, time.time()))
        return
    issued = tokens.issue(persona, chosen.demonstration().keys.folder, time.time())
    if issued:
        click.echo(issued)


@cli.group(short_help="The graph as it is printed, and whether that is true.")
def schema() -> None:
    """The graph as it is printed."""


@schema.command("print")
def schema_print() -> None:
    """Print the graph in the schema language, with every tier."""
    from schema.graph import print_graph

    click.echo(print_graph(), nl=False)


@schema.command("check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--subgraphs", type=_FILE, help="Check these subgraphs instead: a JSON list of {name, url, sdl}.")
@click.option("--with", "replaced", multiple=True, metavar="NAME=SDLFILE", help="Add or replace a subgraph.")
@click.option("--against", type=_FILE, help="Compare with this supergraph, or list of subgraphs.")
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
        _print_json(checked_tree(checked))
    else:
        for line in checked_lines(checked):
            click.echo(line)
    if not checked.fine:
        count = len(checked.problems) or checked.breaking
        what = "problem(s)" if checked.problems else "breaking change(s)"
        click.echo(f"{count} {what}.", err=True)
        sys.exit(1)


@cli.command()
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


@cli.group(short_help="The indicator catalogue.")
def catalogue() -> None:
    """The indicator catalogue (Art. 26)."""


@catalogue.command("export")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON; without, one line a record type.")
def catalogue_export(*, as_json: bool) -> None:
    """Print the catalogue as the declared records say it."""
    from gateway.commands.graph import catalogue_lines
    from schema.catalogue import export

    if as_json:
        _print_json(export())
        return
    for line in catalogue_lines():
        click.echo(line)


_TOKEN = click.option("--token", "token_file", required=True, type=_FILE, help="File with the token of who decides.")
_REASON = click.option("--reason", required=True, help="Why.")
_REGION = click.option("--region", default="410100", show_default=True, help="The city, or a county such as 410181.")
_ACCEPTS = click.option("--accept/--reject", "accepts", default=True, help="What is decided.")


@catalogue.command("propose")
@click.argument("file", type=_FILE)
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
        _print_json(versions.version_tree(found))
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
        _print_json(versions.change_tree(found))
    else:
        for line in versions.change_lines(found):
            click.echo(line)
        click.echo(f"{sum(each.breaking for each in found)} breaking of {len(found)} change(s).", err=True)
    if any(each.breaking for each in found):
        sys.exit(1)


@cli.command()
@click.argument("query", required=False)
@click.option("--persona", default="public", show_default=True, help="As whom to ask.")
@click.option("--purpose", help="The purpose, as 'CODE text'.")
@click.option("--variables", default="{}", help="The query's variables, as a JSON object.")
@click.option("--paper", "papers", multiple=True, help="The id of a paper to be cited; may be given several times.")
@click.option("--matrix", is_flag=True, help="Print who may see which tier, with the articles, and nothing else.")
@click.option("--supergraph", type=_FILE, help="Plan against this supergraph (SDL) instead of the credit graph.")
@click.option("--subgraphs", type=_FILE, help="Plan against these subgraphs: a JSON list of {name, url, sdl}.")
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
        settings = _with_graph(chosen.settings(), supergraph, subgraphs)
        if settings.foreign.is_served:
            from gateway.commands.explain_foreign import explain_foreign

            plan = explain_foreign(settings, query, given)
            told, lines = plan.tree, plan.lines
        else:
            told = asyncio.run(explained.planned(settings, persona, explained.Asking(query, given, reason, papers)))
            lines = explained.plan_lines(told)
    if as_json:
        _print_json(told)
        return
    for line in lines:
        click.echo(line)


@cli.command()
@click.argument("file", type=_FILE)
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
def submit(  # noqa: PLR0917 (as above)
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
    receipt, problems = asyncio.run(submissions.submit(chosen.settings(), sending, _row_counter()))
    if as_json:
        _print_json(submissions.submitted_tree(receipt, problems))
    else:
        for line in submissions.submitted_lines(receipt, problems):
            click.echo(line)
    if not submissions.was_taken(receipt):
        sys.exit(1)


@cli.command()
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
        _print_json({"receipts": [submissions.receipt_tree(each) for each in receipts], "failed": failed})
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


@cli.group(short_help="The query-audit trail: is it as it was recorded.")
def audit() -> None:
    """The query-audit trail (Art. 19)."""


@audit.command("verify")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day; none: from the first entry.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day; none: to the last entry.")
@click.option("--key", "vkey", help="The log's public key, as it was published (default: of keys.folder).")
@click.option("--anchors", type=_FOLDER, help="Folder of an anchor (default: audit.anchors.folder).")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_obj
def audit_verify(
    chosen: Chosen,
    *,
    first: "datetime | None",
    last: "datetime | None",
    vkey: str | None,
    anchors: Path | None,
    as_json: bool,
) -> None:
    """Verify every entry, count, tile and checkpoint, and the anchors; name each row that is not as it was recorded."""
    from gateway.commands import audit as trail

    if first is not None and last is not None and last < first:
        message = "--to lies before --from"
        raise click.UsageError(message)
    report = asyncio.run(trail.verified(chosen.settings(), trail.days(first, last), vkey, anchors))
    if as_json:
        _print_json(trail.verified_tree(report))
    else:
        for line in trail.verified_lines(report):
            click.echo(line)
    if not report.is_clean:
        sys.exit(1)


@audit.command("proof")
@click.argument("receipt")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with the packed form of at most a kilobyte.")
@click.pass_obj
def audit_proof(chosen: Chosen, receipt: str, *, as_json: bool) -> None:
    """Prove that the entry of RECEIPT stands in the log: a c2sp.org/tlog-proof, or JSON."""
    from gateway.commands import audit as trail

    proved = asyncio.run(trail.proofs_of(chosen.settings(), [receipt]))
    if as_json:
        _print_json(proved.tree(proved.proofs[0]))
    else:
        click.echo(proved.proofs[0].text(proved.checkpoint.note), nl=False)


@audit.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--receipt", "receipts", multiple=True, required=True, help="A receipt; may be given several times.")
@click.pass_obj
def audit_export(chosen: Chosen, folder: Path, *, receipts: Sequence[str]) -> None:
    """Write evidence into FOLDER: entries, proofs, the signed checkpoint, and a verifier that needs nothing of ours."""
    from gateway.commands import audit as trail

    count = asyncio.run(trail.export(chosen.settings(), receipts, folder))
    click.echo(f"{count} entries in {folder}: python3 {folder}/verify.py {folder}")


@audit.command("hold")
@click.option("--subject", help="A subject, by its id or as uscc:CODE.")
@click.option("--receipt", help="One entry, by its receipt.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day of a period, with --to.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day of it.")
@click.option("--reason", required=True, help="Why it is held.")
@click.option("--article", required=True, help="The law on which it is held.")
@click.pass_obj
def audit_hold(
    chosen: Chosen,
    *,
    subject: str | None,
    receipt: str | None,
    first: "datetime | None",
    last: "datetime | None",
    reason: str,
    article: str,
) -> None:
    """Keep entries beyond five years: those about a subject, one by its receipt, or those of a period."""
    from gateway.commands import retention

    if (first is None) != (last is None) or sum(each is not None for each in (subject, receipt, first)) != 1:
        message = "Name one of --subject, --receipt, or --from with --to"
        raise click.UsageError(message)
    named = retention.Named(subject, receipt, first, last)
    number = asyncio.run(retention.place(chosen.settings(), named, reason, article))
    click.echo(f"Hold {number} is in force, until `xinyong audit release {number}`.")


@audit.command("release")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it need not be held any more.")
@click.pass_obj
def audit_release(chosen: Chosen, number: int, *, reason: str) -> None:
    """Release hold NUMBER: what is older than five years then expires."""
    from gateway.commands import retention

    asyncio.run(retention.release(chosen.settings(), number, reason))
    click.echo(f"Hold {number} is released.")


@audit.command("holds")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def audit_holds(chosen: Chosen, *, as_json: bool) -> None:
    """List what is held beyond five years, and what was."""
    from gateway.commands import retention

    trees = [retention.held_tree(each) for each in asyncio.run(retention.holds(chosen.settings()))]
    if as_json:
        _print_json(trees)
        return
    for each in trees:
        state = f"released {each['releasedAt']}" if each["releasedAt"] else "in force"
        click.echo(f"{each['id']}: {each['holds']} ({each['article']}): {each['reason']}: {state}")
    if not trees:
        click.echo("Nothing is held.")


@cli.command()
@click.option("--dry-run", is_flag=True, help="Only count the records that would be deleted.")
@click.option("--restore", "restored", type=_FILE, help="After a restore: the list of deletions that was saved before.")
@click.option("--save", "saved", type=click.Path(path_type=Path, dir_okay=False), help="Write the list of deletions.")
@click.option("--json", "as_json", is_flag=True, help="Print what was deleted as JSON.")
@click.pass_obj
def expire(chosen: Chosen, *, dry_run: bool, restored: Path | None, saved: Path | None, as_json: bool) -> None:
    """Delete what is five years old: individuals' negative records (Art. 20), entries that nothing holds (Art. 19).

    The running gateway does it by itself, records once a day, entries every hour. Ended in the middle, it goes on with
    the rest. The list of deletions names nobody: keep it beside the backups, and give it by --restore after a restore.
    """
    from gateway.commands import deletion, retention

    settings = chosen.settings()
    records = None
    if not settings.foreign.is_served:
        asked = deletion.Asked(dry_run, restored, saved)
        records = asyncio.run(deletion.delete(settings, asked, _progress("records") if sys.stderr.isatty() else None))
    expired = None if dry_run else asyncio.run(retention.expire(settings))
    tree = {} if expired is None else retention.expired_tree(expired)
    if as_json:
        _print_json({**tree, "records": None if records is None else deletion.done_tree(records)})
        return
    for line in () if records is None else deletion.done_lines(records):
        click.echo(line)
    if expired is not None:
        click.echo(f"{expired.entries} entries expired; {expired.kept} of the same time are kept still.")
    if tree.get("keysDestroyed"):
        click.echo(f"The keys of {', '.join(tree['keysDestroyed'])} are destroyed.")


@cli.command()
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
        _print_json(cases.case_tree(listed))
        return
    if found is not None:
        click.echo(
            f"{found.altered} stored versions are not as they were reported; {found.unmet} obligations are unmet."
        )
    for line in cases.case_lines(listed):
        click.echo(line)
    if not listed:
        click.echo("There is no case.")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, with their text.")
@click.pass_obj
def rules(chosen: Chosen, *, as_json: bool) -> None:
    """List the platform's own rules, one for each of the seven matters of Art. 14, with version and owner."""
    from gateway.collection.rulebook import read_rules

    found = read_rules(chosen.settings().rules.file)
    if as_json:
        _print_json([{name: getattr(each, name) for name in each.__slots__} for each in found])
        return
    for each in found:
        click.echo(f"{each.topic} {each.title}, version {each.version}, {each.owner}, from {each.in_force_from}")


@cli.group(short_help="The gateway's own keys.")
def keys() -> None:
    """The gateway's own keys; the runbook says where they lie and how they are kept."""


@keys.command("rotate")
@click.pass_obj
def keys_rotate(chosen: Chosen) -> None:
    """Wrap the keys of all months by a new key-encryption key; the gateway may run meanwhile."""
    from gateway.commands import retention

    count = retention.rotate(chosen.settings())
    click.echo(f"{count} months are wrapped by a new key: back the folder up, and destroy older backups of it.")


@audit.command("hide")
@click.option("--receipt", help="The receipt of the one entry that is hidden.")
@click.option("--organisation", help="Or: the organisation whose queries are hidden, e.g. COURT.")
@click.option("--purpose", help="With --organisation: only those for this purpose, e.g. ENFORCEMENT.")
@click.option("--article", required=True, help="The rule that is cited.")
@click.option("--reason", required=True, help="Why; it is kept under seal.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day from which it is shown.")
@click.option("--token", "token_file", required=True, type=_FILE, help="File with a supervisor's token.")
@click.pass_obj
def audit_hide(
    chosen: Chosen,
    *,
    receipt: str | None,
    organisation: str | None,
    purpose: str | None,
    article: str,
    reason: str,
    until: "datetime",
    token_file: Path,
) -> None:
    """Hide entries from their subjects, by a rule that is cited, until a day; auditors see them all along."""
    from gateway.commands import hiding

    told = hiding.Told(article, reason, until.date(), receipt, organisation, purpose)
    number = asyncio.run(hiding.put(chosen.settings(), told, token_file.read_text()))
    click.echo(f"Rule {number} is in force until {until.date()}, or `xinyong audit unhide {number}`.")


@audit.command("unhide")
@click.argument("rule")
@click.option("--reason", required=True, help="Why; it is kept under seal.")
@click.option("--token", "token_file", required=True, type=_FILE, help="File with a supervisor's token.")
@click.pass_obj
def audit_unhide(chosen: Chosen, rule: str, *, reason: str, token_file: Path) -> None:
    """Show again what RULE hides, before its day."""
    from gateway.commands import hiding

    asyncio.run(hiding.take_away(chosen.settings(), rule, reason, token_file.read_text()))
    click.echo(f"Rule {rule} has ended.")


@audit.command("hidden")
@click.option("--json", "as_json", is_flag=True, help="Print the rules as JSON.")
@click.pass_obj
def audit_hidden(chosen: Chosen, *, as_json: bool) -> None:
    """List the rules by which entries are hidden from their subjects."""
    from gateway.commands import hiding

    told = [hiding.hidden_tree(each) for each in asyncio.run(hiding.hidden(chosen.settings()))]
    if as_json:
        _print_json(told)
        return
    for each in told:
        what = each["entry"] or " ".join(filter(None, (each["organisation"], each["purpose"])))
        click.echo(f"{each['id']}: {what}, {each['article']}, until {each['until']}, by {each['setBy']}")
    if not told:
        click.echo("Nothing is hidden.")


@cli.group(short_help="Working days: which are, by whose notice, and when a time limit ends.")
def calendar() -> None:
    """The calendar of working days (Art. 12, 23)."""


@calendar.command("import")
@click.argument("file", type=_FILE)
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
        _print_json(days.import_tree(notice, imported))
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
        _print_json(tree)
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
        _print_json(days.due_tree(due))
        return
    for line in days.due_lines(due):
        click.echo(line)


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


@cli.command()
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
    due_before: "datetime | None",
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
            _print_json(due.obligation_tree(found, explained=True))
        else:
            click.echo("\n".join(due.obligation_lines(found)))
        return
    wanted = due.Wanted(agency, record_type, state, None if due_before is None else due_before.date())
    listed, total = asyncio.run(due.listed(settings, wanted, most))
    if as_json:
        _print_json({"total": total, "obligations": [due.obligation_tree(each) for each in listed]})
        return
    for each in listed:
        late = f", {each.records} record(s) late" if each.records else ""
        click.echo(f"{each.state.value:15} {each.due_on} {each.due_status.value:12} {each.id}{late}")
    click.echo(f"{len(listed)} of {total}.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; every error is told with its cure, and never as a stack trace unless --debug asks for it."""
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="xinyong")
    except Exception as error:  # the front door of the command line: nobody above could tell it better
        if "--debug" in (sys.argv if arguments is None else arguments):
            raise
        _tell(*_words(error))
    sys.exit(1)


def _words(error: Exception) -> tuple[str, str]:
    """Give what happened and what to do about it."""
    from gateway.errors import GatewayError

    if isinstance(error, GatewayError):
        return error.detail.english or error.said.english, error.hint()
    if isinstance(error, OSError):
        place = f": {error.filename}" if error.filename else ""
        return f"{error.strerror or error}{place}", "Mend that, then try again."
    return f"{type(error).__name__}: {error}", "This should not happen: run `xinyong --debug ...` and report it."


def _tell(what: str, cure: str) -> None:
    first, *others = what.splitlines() or [""]
    click.echo(f"xinyong: {first}", err=True)
    for line in others:
        click.echo(f"         {line}", err=True)
    click.echo(f"         {cure}", err=True)


def _progress(what: str) -> Callable[[int, int], None]:
    """Give what shows on the terminal how far a long work is."""

    def show(done: int, of: int) -> None:
        click.echo(f"\r{what}: {done} of {of}", nl=done >= of, err=True)

    return show


def _print_json(tree: object) -> None:
    import json

    click.echo(json.dumps(tree, ensure_ascii=False, indent=2, default=str))


def _with_graph(settings: "Settings", supergraph: Path | None, subgraphs: Path | None) -> "Settings":
    """Put the graph that the command line names over the settings' own, and check them again as a whole."""
    from gateway.settings import load_from

    if supergraph is not None and subgraphs is not None:
        message = "Give --supergraph or --subgraphs, not both"
        raise click.UsageError(message)
    if supergraph is None and subgraphs is None:
        return settings
    return load_from(settings, {"foreign": {"supergraph": supergraph, "subgraphs": subgraphs}})


def _with_server(settings: "Settings", host: str | None, port: int | None, workers: int | None) -> "Settings":
    """Put what the command line says over the settings, and check them again as a whole."""
    from gateway.settings import load_from

    given = {"host": host, "port": port, "workers": workers}
    return load_from(settings, {"server": {key: value for key, value in given.items() if value is not None}})


if __name__ == "__main__":
    main()
