"""Compares random federations with the monolith: ``python -m tests.federation.fuzz --graphs 200 --operations 100``.

It ends with 1 where a value is wrong or was lost without an error, and prints the seed, the subgraphs, the least
operation that shows it and both answers.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Sequence

import click

from tests.federation.fuzz.fuzzing import Failing, Fuzz

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; give 0, or 1 where something is wrong."""
    options = _options().parse_args(arguments)
    fuzz = Fuzz(options.seed, options.operations, faults=options.faults, most=options.most, brief=options.brief)
    graphs = [options.only] if options.only is not None else range(options.graphs)
    failing: list[Failing] = []
    with asyncio.Runner() as runner:
        for n, graph in enumerate(graphs):
            found = runner.run(fuzz.of(graph))
            failing += found
            for each in found:
                click.echo(f"\n{each}\n{'-' * 100}")
            if sys.stderr.isatty():
                click.echo(f"\r{n + 1} graphs, {fuzz.tried} operations, {len(failing)} wrong", nl=False, err=True)
            if len(failing) >= options.most:
                break
    click.echo(f"\n{fuzz.tried} operations over {fuzz.graphs} supergraphs: {len(failing)} wrong; {fuzz.told()}")
    for what, count in Counter(each.kind for each in failing).most_common():
        click.echo(f"  {count} x {what}")
    return 1 if failing else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--graphs", type=int, default=20, help="how many supergraphs (default: %(default)s)")
    parser.add_argument("--operations", type=int, default=50, help="how many of each (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="where the numbers begin (default: %(default)s)")
    parser.add_argument("--only", type=int, help="the number of one supergraph, to see it again")
    parser.add_argument("--faults", action="store_true", help="let subgraphs fail")
    parser.add_argument("--most", type=int, default=10, help="stop after so many failures (default: %(default)s)")
    parser.add_argument("--brief", action="store_true", help="print no subgraphs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
