"""Measures the gateway against its peers over HTTP, side by side in one run: ``make bench``.

It is no test: no time makes it fail. It ends with 1 where an answer is wrong or two implementations disagree.
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import asyncpg
import click

from tests.bench import city
from tests.bench.agreement import Disagreement, agree
from tests.bench.implementations import OURS, Implementation, all_of, static_of
from tests.bench.load import WrongAnswer
from tests.bench.measure import measured
from tests.bench.options import parser_of, progress
from tests.bench.report import Result, lines, tree
from tests.bench.servers import StartFailed
from tests.bench.workloads import Workload, leaves, workloads

_FOLDER = Path("var/bench")
_SEED = 2017


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; give 0, or 1 where an answer was wrong."""
    options = _options().parse_args(arguments)
    if options.quick:
        options.seconds, options.rounds = min(options.seconds, 0.6), 1
    _FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        result, asked = _run(options)
    except (Disagreement, StartFailed, WrongAnswer) as error:
        click.echo(f"bench: {type(error).__name__}: {error}", err=True)
        return 1
    except (OSError, asyncpg.PostgresError) as error:
        click.echo(f"bench: PostgreSQL at {options.postgres}: {error}; name another with --postgres", err=True)
        return 1
    told = json.dumps(tree(result), ensure_ascii=False, indent=2)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(told + "\n", encoding="utf-8")
    click.echo(told if options.json else "\n".join(lines(result, asked)))
    return 0


def _run(options: argparse.Namespace) -> tuple[Result, Sequence[Workload]]:
    told = city.ready(options.size, city.server(options.postgres), _FOLDER)
    asked = workloads(told.codes, Random(_SEED))  # noqa: S311 (the same subjects in every run)
    with contextlib.ExitStack() as running:
        implementations = running.enter_context(all_of(told, _FOLDER))
        answers = {each.name: agree(implementations, each) for each in asked}
        sizes = {name: size for name, (_, size) in answers.items()}
        static = running.enter_context(static_of(sizes, implementations[0].headers, _FOLDER))
        implementations.append(static)
        chosen = [each for each in implementations if not options.only or each.name in options.only]
        figures = measured(chosen, asked, options.rounds, options.seconds, progress)
        progress("")
        memory = _memory(implementations)
    values = leaves(answers["W1"][0])
    return Result(options.size, values, sizes, figures, memory, options.rounds, options.seconds), asked


def _memory(implementations: Sequence[Implementation]) -> dict[str, float]:
    found = {each.name: each.server.memory_mb for each in implementations}
    found |= {f"{each.name}, cache warm": each.warm.memory_mb for each in implementations if each.warm}
    return found


def _options() -> argparse.ArgumentParser:
    parser = parser_of("bench", __doc__, turns_of="implementation", quick="one short round, under a minute")
    parser.add_argument("--only", action="append", help=f"measure only this implementation, e.g. {OURS!r}; repeatable")
    parser.add_argument("--out", type=Path, default=_FOLDER / "result.json", help="where to write the JSON")
    parser.add_argument("--json", action="store_true", help="print the JSON instead of the table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
