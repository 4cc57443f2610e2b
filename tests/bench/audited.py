"""Measures what the trail costs, and how much it takes: ``python -m tests.bench.audited``.

Entries a second of one writer, in groups and one by one; the gateway with its trail beside one without, answering the
same questions in turns; the same with and without spans. It is no test: no time makes it fail.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

import asyncpg
import click
import uvloop

from gateway.access import tokens
from tests.bench import city
from tests.bench.implementations import PERSONA, Implementation, configured, migrate
from tests.bench.lacking import ALL, SPANS, TRAIL, command
from tests.bench.load import WrongAnswer
from tests.bench.measure import Figures, measured
from tests.bench.options import parser_of, progress
from tests.bench.servers import StartFailed, started
from tests.bench.workloads import Workload, workloads
from tests.bench.writing import Written, written

__all__ = ["main"]

_FOLDER = Path("var/bench")
_SEED = 2017
_NAMES = {ALL: "trail and spans", TRAIL: "no trail", SPANS: "no spans"}
_SCHEMAS = {without: f"{city.GATEWAY_SCHEMA}_without_{without}" for without in _NAMES}
_CONNECTIONS = (128, 1)


@dataclass(frozen=True, slots=True)
class Aim:
    """A ratio or rate that the trail is to reach."""

    says: str
    found: float
    aim: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it was reached in this run."""
        return self.found <= self.aim if self.at_most else self.found >= self.aim


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; give 0, or 1 where an answer was wrong or something did not start."""
    options = _options().parse_args(arguments)
    if options.quick:
        options.seconds, options.rounds = min(options.seconds, 0.6), 1
    _FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        entries, figures = _run(options)
    except (StartFailed, WrongAnswer) as error:
        click.echo(f"audited: {type(error).__name__}: {error}", err=True)
        return 1
    except (OSError, asyncpg.PostgresError) as error:
        click.echo(f"audited: PostgreSQL at {options.postgres}: {error}; name another with --postgres", err=True)
        return 1
    aims = list(_aims(entries, figures))
    for line in _lines(entries, figures, aims):
        click.echo(line)
    if options.out:
        told = {
            "entries": [asdict(each) for each in entries],
            "answers": {f"{workload}, {name}": asdict(each) for (workload, name), each in figures.items()},
            "aims": [{**asdict(each), "met": each.is_met} for each in aims],
        }
        options.out.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _run(options: argparse.Namespace) -> tuple[list[Written], Mapping[tuple[str, str], Figures]]:
    place = city.ready(options.size, city.server(options.postgres), _FOLDER, list(_SCHEMAS.values()))
    configs = {without: configured(place, _FOLDER, cached=False, schema=name) for without, name in _SCHEMAS.items()}
    for each in configs.values():
        migrate(each)
    asked = list(_asked(place))
    with _all_of(place, configs) as implementations:
        figures = measured(implementations, asked, options.rounds, options.seconds, progress)
    # Last, since the gateways would have to seal all that is written here.
    return _written(place, options), figures


def _written(place: city.City, options: argparse.Namespace) -> list[Written]:
    url = city.address(place.postgres, _SCHEMAS[ALL])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(written(url, options.seconds, options.rounds))


def _asked(place: city.City) -> Iterator[Workload]:
    w1 = workloads(place.codes, Random(_SEED))[0]  # noqa: S311 (the same subjects in every run)
    for connections in _CONNECTIONS:
        yield replace(w1, name=f"W1@{connections}", connections=connections)


@contextlib.contextmanager
def _all_of(place: city.City, configs: Mapping[str, Path]) -> Iterator[list[Implementation]]:
    """Give the three gateways, running, each with a trail of its own: a process seals what others wrote there too."""
    headers = {"Authorization": f"Bearer {tokens.issue(PERSONA, place.keys_folder, time.time())}"}
    with contextlib.ExitStack() as running:
        yield [
            Implementation(
                name,
                running.enter_context(
                    started(name, command(configs[without], without), _FOLDER / f"without-{without}.log")
                ),
                headers,
            )
            for without, name in _NAMES.items()
        ]


def _aims(entries: Sequence[Written], figures: Mapping[tuple[str, str], Figures]) -> Iterator[Aim]:
    grouped, alone = (max(each.per_second for each in entries if (each.cap > 1) is many) for many in (True, False))
    yield Aim("entries a second of one process, in groups", grouped, 15_000)
    yield Aim("of that to entries one by one", grouped / alone, 10)
    for connections, aim in zip(_CONNECTIONS, (0.85, 0.6), strict=True):
        of = {without: figures[f"W1@{connections}", name] for without, name in _NAMES.items()}
        yield Aim(
            f"W1 at {connections} connections, with the trail to without",
            of[ALL].per_second / of[TRAIL].per_second,
            aim,
        )
        yield Aim(
            f"W1 at {connections}, CPU of the gateway with spans to without",
            of[ALL].cpu_us / of[SPANS].cpu_us,
            1.10,
            at_most=True,
        )


def _lines(
    entries: Sequence[Written], figures: Mapping[tuple[str, str], Figures], aims: Sequence[Aim]
) -> Iterator[str]:
    yield f"{'a writer':28} {'entries/s':>10} {'p50':>9} {'p99':>9} {'CPU':>9}"
    for each in entries:
        said = f"groups of {each.cap}, {each.askers} ask"
        yield f"{said:28} {each.per_second:10,.0f} {each.p50_ms:6.1f} ms {each.p99_ms:6.1f} ms {each.cpu_us:6.0f} us"
    yield f"\n{'the gateway':28} {'answers/s':>10} {'p50':>9} {'p99':>9} {'CPU':>9} {'asker':>6}"
    for (workload, name), one in sorted(figures.items(), reverse=True):
        said = f"{workload}, {name}"
        yield (
            f"{said:28} {one.per_second:10,.0f} {one.p50_us / 1e3:6.1f} ms {one.p99_us / 1e3:6.1f} ms "
            f"{one.cpu_us:6.0f} us {one.client_share:6.0%}"
        )
    yield ""
    for aim in aims:
        bound = "at most" if aim.at_most else "at least"
        yield f"{aim.found:10,.2f}  {aim.says} ({bound} {aim.aim:,g}: {'met' if aim.is_met else 'not met'})"


def _options() -> argparse.ArgumentParser:
    parser = parser_of("audited", __doc__, turns_of="way", quick="one short round")
    parser.add_argument("--out", type=Path, help="write it here as JSON too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
