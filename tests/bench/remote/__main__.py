"""Measures answers over remote subgraphs: ours against graphql-core, in turns: ``python -m tests.bench.remote``.

Both ways fetch the same from the same three servers on the loopback, with the same client. What is counted are whole
answers per second of one process, from the operation to the answer's bytes, for some that are asked at once: *over
HTTP* with the fetches, and *without network* with the subgraphs' bytes at hand, so that only execution is left. The
front door and the trail are not in it. It is no test: no time makes it fail; a wrong answer does.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path as File
from typing import Any

import click
import uvloop

from connectors.sources.subgraph import SubgraphSource
from connectors.subgraph import GraphqlSource
from gateway.federation.composition import compose
from gateway.federation.planning import JoinedGraph, read_supergraph
from tests.bench.remote.city import NAMES, QUERY, VALUES, subgraphs
from tests.bench.remote.paths import Disagreement, Path, Replaying, paths
from tests.bench.servers import Server, StartFailed, started

_FOLDER = File("var/bench")
_ASKED = {"1 company": 1, "10 companies": 10, "100 companies": 100}
_OVER_HTTP, _NO_NETWORK = "over HTTP", "without network"
_WARMING = 0.25
_TARGET = 10.0

Figures = dict[str, list[float]]


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
    ways = await paths(graph, sources, QUERY, {"first": first})
    figures: Figures = {name: [] for name in ways}
    for number in range(options.rounds):
        names = list(ways)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            await _turn(ways[name], options.seconds * _WARMING, options.at_once)
            figures[name].append(await _turn(ways[name], options.seconds, options.at_once))
    per_second = {name: round(statistics.median(each), 1) for name, each in figures.items()}
    ours = per_second["ours"]
    return {
        "bytes": len(await ways["ours"].answer()),
        "perSecond": per_second,
        "ours": {f"times {name}": round(ours / each, 1) for name, each in per_second.items() if name != "ours"},
        "rounds": {name: [round(each, 1) for each in told] for name, told in figures.items()},
    }


async def _turn(way: Path, seconds: float, at_once: int) -> float:
    """Give answers per second, with so many asked at once; what was begun is waited for."""
    begun = time.perf_counter()
    end, answers = begun + seconds, 0

    async def asking() -> None:
        nonlocal answers
        while time.perf_counter() < end:
            await way.answer()
            answers += 1

    await asyncio.gather(*(asking() for _ in range(at_once)))
    return answers / (time.perf_counter() - begun)


def _lines(result: Mapping[str, Any]) -> list[str]:
    lines = [
        (
            "Answers per second of one process, over three subgraphs; medians of "
            f"{result['rounds']} rounds of {result['seconds']} s, {result['atOnce']} at once."
        ),
        f"{'':32} {'bytes':>8} {'ours':>9} {'core':>9} {'ratio':>6} {'core, no caches':>16} {'ratio':>6}",
    ]
    for workload, ways in result["workloads"].items():
        for how, told in ways.items():
            each, ratio = told["perSecond"], told["ours"]
            lines.append(
                f"{f'{workload}, {how}':32} {told['bytes']:>8} {each['ours']:>9} {each['graphql-core']:>9} "
                f"{ratio['times graphql-core']:>6} {each['graphql-core, no caches']:>16} "
                f"{ratio['times graphql-core, no caches']:>6}"
            )
    return [*lines, f"Aimed at: execution at least {_TARGET:g} times graphql-core's."]


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
