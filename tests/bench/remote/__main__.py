"""Measures answers over remote subgraphs: ours against graphql-core, in turns: ``python -m tests.bench.remote``.

Both ways fetch the same from the same three servers on the loopback, with the same client, for questions about ever
other companies. What is counted are whole answers per second of one process, from the operation to the answer's bytes,
for some that are asked at once: *over HTTP* with the fetches (of which ours joins those that wait), and *without
network* with the subgraphs' bytes at hand, so that only execution is left. The front door and the trail are not in it.
It is no test: no time makes it fail; a wrong answer does.
"""

import argparse
import asyncio
import gc
import itertools
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path as File
from typing import Any, NamedTuple

import click
import uvloop

from connectors.sources.subgraph import SubgraphSource
from connectors.subgraph import GraphqlSource
from gateway.federation.composition import compose
from gateway.federation.planning import JoinedGraph, read_supergraph
from tests.bench.remote.city import NAMES, QUERY, VALUES, subgraphs
from tests.bench.remote.paths import Disagreement, Path, Question, Replaying, paths, questions
from tests.bench.servers import Server, StartFailed, started

_FOLDER = File("var/bench")
_ASKED = {"1 company": 1, "10 companies": 10, "100 companies": 100}
_DIFFERENT = 32
"""Questions about so many different companies are asked in turn, so that no two at once are alike."""
_OVER_HTTP, _NO_NETWORK = "over HTTP", "without network"
_WARMING = 0.25
_TARGET = 10.0


class _Turn(NamedTuple):
    """What one way did in one turn."""

    per_second: float
    cpu_us: float
    """Of this process, for each answer: what other processes do meanwhile does not change it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; give 0, or 1 where an answer was wrong."""
    options = _options().parse_args(arguments)
    if options.quick:
        options.seconds, options.rounds = 0.4, 1
    _FOLDER.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.bench.remote.subgraphs", "{port}"]
    try:
        with (
            started("subgraphs", command, _FOLDER / "subgraphs.log") as server,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            result = runner.run(_measured(server, options))
    except (Disagreement, StartFailed) as error:
        click.echo(f"bench: {type(error).__name__}: {error}", err=True)
        return 1
    told = json.dumps(result, ensure_ascii=False, indent=2)
    options.out.write_text(told + "\n", encoding="utf-8")
    click.echo(told if options.json else "\n".join(_lines(result)))
    return 0


async def _measured(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    urls = {name: f"http://127.0.0.1:{server.port}/{name}" for name in NAMES}
    graph = read_supergraph(compose(subgraphs(urls)).supergraph)
    sources = {name: SubgraphSource(url) for name, url in urls.items()}
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # for both ways as the house has it
    try:
        return {
            "seconds": options.seconds,
            "rounds": options.rounds,
            "atOnce": options.at_once,
            "valuesOfACompany": VALUES,
            "workloads": {
                name: {
                    _OVER_HTTP: await _compared(graph, sources, first, options),
                    _NO_NETWORK: await _compared(
                        graph, {name: Replaying(source) for name, source in sources.items()}, first, options
                    ),
                }
                for name, first in _ASKED.items()
            },
        }
    finally:
        for source in sources.values():
            await source.close()


async def _compared(
    graph: JoinedGraph, sources: Mapping[str, GraphqlSource], first: int, options: argparse.Namespace
) -> dict[str, Any]:
    """Give each way's answers per second, the medians over the rounds; every round begins with another way."""
    asked = await questions(
        graph, sources, QUERY, [{"first": first, "skip": first * number} for number in range(_DIFFERENT)]
    )
    ways = await paths(graph, sources, QUERY, asked)
    turns: dict[str, list[_Turn]] = {name: [] for name in ways}
    for number in range(options.rounds):
        names = list(ways)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            await _turn(ways[name], asked, options.seconds * _WARMING, options.at_once)
            turns[name].append(await _turn(ways[name], asked, options.seconds, options.at_once))
    per_second = {name: statistics.median(turn.per_second for turn in each) for name, each in turns.items()}
    cpu_us = {name: statistics.median(turn.cpu_us for turn in each) for name, each in turns.items()}
    others = [name for name in ways if name != "ours"]
    return {
        "bytes": len(await ways["ours"].answer(asked[0])),
        "perSecond": {name: round(each, 1) for name, each in per_second.items()},
        "cpuMicroseconds": {name: round(each) for name, each in cpu_us.items()},
        "timesPerSecond": {name: round(per_second["ours"] / per_second[name], 1) for name in others},
        "timesCpu": {name: round(cpu_us[name] / cpu_us["ours"], 1) for name in others},
        "rounds": {name: [round(turn.per_second, 1) for turn in each] for name, each in turns.items()},
    }


async def _turn(way: Path, asked: Sequence[Question], seconds: float, at_once: int) -> _Turn:
    """Let one way answer, with so many asked at once; what was begun is waited for."""
    begun, cpu = time.perf_counter(), time.process_time()
    end, answers, following = begun + seconds, 0, itertools.cycle(asked)

    async def asking() -> None:
        nonlocal answers
        while time.perf_counter() < end:
            await way.answer(next(following))
            answers += 1

    await asyncio.gather(*(asking() for _ in range(at_once)))
    return _Turn(answers / (time.perf_counter() - begun), (time.process_time() - cpu) / answers * 1e6)


def _lines(result: Mapping[str, Any]) -> list[str]:
    medians = f"medians of {result['rounds']} rounds of {result['seconds']} s, {result['atOnce']} at once"
    lines = [
        f"Answers per second of one process over three subgraphs, and its CPU for each; {medians}.",
        f"{'':30}{'bytes':>8}  {'way':24}{'per second':>11}{'ours is':>9}{'CPU us':>9}{'ours is':>9}",
    ]
    for workload, ways in result["workloads"].items():
        for how, told in ways.items():
            place = f"{f'{workload}, {how}':30}{told['bytes']:>8}"
            for name, per_second in told["perSecond"].items():
                times, less = (told[key].get(name, 1.0) for key in ("timesPerSecond", "timesCpu"))
                cpu_us = told["cpuMicroseconds"][name]
                lines.append(f"{place}  {name:24}{per_second:>11}{times:>8}x{cpu_us:>9}{less:>8}x")
                place = " " * len(place)
    return [*lines, f"Aimed at: execution at least {_TARGET:g} times graphql-core's throughput."]


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.remote", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="seconds of each turn (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each way (default: %(default)s)")
    parser.add_argument("--at-once", type=int, default=16, help="questions under way at once (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--out", type=File, default=_FOLDER / "remote.json", help="where to write the JSON")
    parser.add_argument("--json", action="store_true", help="print the JSON instead of the table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
