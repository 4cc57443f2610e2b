"""The commands on the trail and on what is kept five years: audit, expire, keys (Art. 19, 20)."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.line.chosen import FILE, FOLDER, Chosen, print_json, progress

if TYPE_CHECKING:
    from datetime import datetime


__all__ = ["audit", "expire", "keys"]


@click.group(short_help="The query-audit trail: is it as it was recorded.")
def audit() -> None:
    """The query-audit trail (Art. 19)."""


@audit.command("verify")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day; none: from the first entry.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day; none: to the last entry.")
@click.option("--key", "vkey", help="A public key of the log, as it was published: the present, or a former one.")
@click.option("--anchors", type=FOLDER, help="Folder of an anchor (default: audit.anchors.folder).")
@click.option("--processes", type=click.IntRange(1), default=1, help="How many look at it at once, on PostgreSQL.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_obj
def audit_verify(
    chosen: Chosen,
    *,
    first: "datetime | None",
    last: "datetime | None",
    vkey: str | None,
    anchors: Path | None,
    processes: int,
    as_json: bool,
) -> None:
    """Verify every entry, count, tile and checkpoint, and the anchors; name each row that is not as it was recorded."""
    from gateway.commands import audit as trail

    if first is not None and last is not None and last < first:
        message = "--to lies before --from"
        raise click.UsageError(message)
    report = asyncio.run(trail.verified(chosen.settings(), trail.days(first, last), vkey, anchors, processes))
    if as_json:
        print_json(trail.verified_tree(report))
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
        print_json(proved.tree(proved.proofs[0]))
    else:
        click.echo(proved.proofs[0].text(proved.checkpoint.note), nl=False)


@audit.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--receipt", "receipts", multiple=True, required=True, help="A receipt; may be given several times.")
@click.pass_obj
def audit_export(chosen: Chosen, folder: Path, *, receipts: Sequence[str]) -> None:
    """Write evidence into FOLDER: entries, proofs, the signed checkpoint, and a verifier that needs nothing of ours."""
    from gateway.commands import audit as trail

    proved = asyncio.run(trail.export(chosen.settings(), receipts, folder))
    click.echo(f"{len(proved.proofs)} entries in {folder}: python3 {folder}/verify.py {folder}")
    for receipt in proved.undecided:
        click.echo(
            f"What was decided in {receipt} was lost, or altered: the evidence has it not, and says so.", err=True
        )


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
        print_json(trees)
        return
    for each in trees:
        state = f"released {each['releasedAt']}" if each["releasedAt"] else "in force"
        click.echo(f"{each['id']}: {each['holds']} ({each['article']}): {each['reason']}: {state}")
    if not trees:
        click.echo("Nothing is held.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count the records that would be deleted.")
@click.option("--restore", "restored", type=FILE, help="After a restore: the list of deletions that was saved before.")
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
        records = asyncio.run(deletion.delete(settings, asked, progress("records") if sys.stderr.isatty() else None))
    expired = None if dry_run else asyncio.run(retention.expire(settings))
    tree = {} if expired is None else retention.expired_tree(expired)
    if as_json:
        print_json({**tree, "records": None if records is None else deletion.done_tree(records)})
        return
    for line in () if records is None else deletion.done_lines(records):
        click.echo(line)
    if expired is not None:
        click.echo(f"{expired.entries} entries expired; {expired.kept} of the same time are kept still.")
    if tree.get("keysDestroyed"):
        click.echo(f"The keys of {', '.join(tree['keysDestroyed'])} are destroyed.")


@click.group(short_help="The gateway's own keys.")
def keys() -> None:
    """The gateway's own keys; the runbook says where they lie and how they are kept."""


@keys.command("rotate")
@click.pass_obj
def keys_rotate(chosen: Chosen) -> None:
    """Wrap the keys of all months by a new key-encryption key; the gateway may run meanwhile."""
    from gateway.commands import retention

    count = retention.rotate(chosen.settings())
    click.echo(f"{count} months are wrapped by a new key: back the folder up, and destroy older backups of it.")


@keys.command("rotate-log")
@click.option(
    "--because",
    required=True,
    type=click.Choice(["yearly", "left", "stolen", "lost"]),
    help="Why: it is time; somebody left who had it; or the former key is not to be believed, or not to be had.",
)
@click.pass_obj
def keys_rotate_log(chosen: Chosen, because: str) -> None:
    """Replace the key that signs the log; the gateway may run meanwhile, and takes up the new one by itself.

    Stopped in the middle, run it again. The former key signs the succession, unless it was stolen or lost; it is
    destroyed when the succession is in the log, at every anchor, and in the trail.
    """
    from gateway.audit.seal.succession import Reason
    from gateway.commands import log_key

    replaced = asyncio.run(log_key.rotate(chosen.settings(), Reason(because.upper())))
    for line in log_key.replaced_lines(replaced):
        click.echo(line)


@keys.command("log")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def keys_log(chosen: Chosen, *, as_json: bool) -> None:
    """List the public keys of the log, each with the size of the log beyond which it signs, and why it does."""
    from gateway.commands import log_key

    trees = log_key.keys_tree(asyncio.run(log_key.listed(chosen.settings())))
    if as_json:
        print_json(trees)
        return
    for each in trees:
        since = f"beyond {each['size']}, {each['reason']}, {each['at']}" if each["reason"] else "from the beginning"
        click.echo(f"{each['vkey']}: {since}" + ("" if each["witnessed"] else ", not signed by the one before"))
    if not trees:
        click.echo("Nothing was sealed yet.")


@audit.command("hide")
@click.option("--receipt", help="The receipt of the one entry that is hidden.")
@click.option("--organisation", help="Or: the organisation whose queries are hidden, e.g. COURT.")
@click.option("--purpose", help="With --organisation: only those for this purpose, e.g. ENFORCEMENT.")
@click.option("--article", required=True, help="The rule that is cited.")
@click.option("--reason", required=True, help="Why; it is kept under seal.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day from which it is shown.")
@click.option("--token", "token_file", required=True, type=FILE, help="File with a supervisor's token.")
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
    rule = asyncio.run(hiding.put(chosen.settings(), told, token_file.read_text()))
    click.echo(f"Rule {rule.id} is in force until {until.date()}, or `xinyong audit unhide {rule.id}`.")
    if not rule.hides_something:
        note = f"Nothing is hidden yet: no entry is by {organisation}. If it is misspelt, unhide the rule."
        click.echo(note, err=True)


@audit.command("unhide")
@click.argument("rule")
@click.option("--reason", required=True, help="Why; it is kept under seal.")
@click.option("--token", "token_file", required=True, type=FILE, help="File with a supervisor's token.")
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
        print_json(told)
        return
    for each in told:
        what = each["entry"] or " ".join(filter(None, (each["organisation"], each["purpose"])))
        click.echo(f"{each['id']}: {what}, {each['article']}, until {each['until']}, by {each['setBy']}")
    if not told:
        click.echo("Nothing is hidden.")
