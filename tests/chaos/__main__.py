"""Two gateways over one database while it fails in every way: ``python -m tests.chaos --answers 50000``.

It ends with 1 where an answer has no entry, a digest differs, a count has a gap, a question hung, or a gateway did not
answer again soon after a fault. PostgreSQL's server programs must be on this machine; its server is the run's own.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from tests.chaos.database import binaries
from tests.chaos.faults import FAULTS
from tests.chaos.processes import NotStarted
from tests.chaos.report import is_good, lines, tree
from tests.chaos.running import Plan, run

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; give 0, or 1 where something is wrong."""
    parser = _options()
    options = parser.parse_args(arguments)
    faults = options.faults.split(",") if options.faults else list(FAULTS)
    unknown = [name for name in faults if name not in FAULTS]
    if unknown:
        parser.error(f"no such fault: {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    programs = binaries()
    if programs is None:
        click.echo(
            "chaos: PostgreSQL's server programs (initdb, postgres) are not on this machine: install them", err=True
        )
        return 1
    plan = Plan(faults, options.answers, options.rate, options.askers)
    with tempfile.TemporaryDirectory(prefix="chaos-", dir=options.folder) as folder:
        try:
            outcome = asyncio.run(run(plan, Path(folder), programs, _progress))
        except NotStarted as error:
            click.echo(f"chaos: {error}", err=True)
            return 1
    for line in lines(outcome):
        click.echo(line)
    if options.json:
        options.json.write_text(json.dumps(tree(outcome), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if is_good(outcome) else 1


def _progress(what: str) -> None:
    click.echo(f"\r{what:110}", nl=not sys.stderr.isatty(), err=True)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--answers", type=int, default=50_000, help="until so many were received (default: %(default)s)"
    )
    parser.add_argument("--faults", help=f"only these, with commas between them: {', '.join(FAULTS)}")
    parser.add_argument("--rate", type=float, default=400, help="questions a second at most (default: %(default)s)")
    parser.add_argument("--askers", type=int, default=12, help="askers for each gateway (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="write the table here as JSON too")
    parser.add_argument("--folder", type=Path, help="where the scratch folder is made (default: the system's)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
