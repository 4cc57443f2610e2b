"""What was measured, as a table to read and as JSON to keep."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.bench.implementations import CACHED, OURS, RAW, STATIC, VANILLA
from tests.bench.measure import Figures
from tests.bench.workloads import Workload

__all__ = ["Result", "lines", "tree"]

_BUSY = 0.9
_MEMORY_MB = 300
_TARGETS: Sequence[tuple[str, str, float]] = (
    ("W1", VANILLA, 25),
    ("W1", CACHED, 15),
    ("W2", VANILLA, 15),
    ("W4", VANILLA, 10),
)
_LATENCY_TARGET = ("W1@1", VANILLA, 10.0)


@dataclass(frozen=True, slots=True)
class Result:
    """All figures of one run."""

    size: str
    values: int
    bytes: Mapping[str, int]
    figures: Mapping[tuple[str, str], Figures]
    memory_mb: Mapping[str, float]
    rounds: int
    seconds: float

    def of(self, workload: str) -> dict[str, Figures]:
        """Give the figures of one workload by implementation, the slowest first."""
        found = {name: figures for (asked, name), figures in self.figures.items() if asked == workload}
        return dict(sorted(found.items(), key=lambda item: item[1].per_second))

    def ratio(self, workload: str, name: str, to: str) -> float | None:
        """Give how many times as many answers per second one gives as another."""
        one, other = self.figures.get((workload, name)), self.figures.get((workload, to))
        return one.per_second / other.per_second if one and other and other.per_second else None


def lines(result: Result, workloads: Sequence[Workload]) -> Iterator[str]:
    """Write the table, then how the figures stand to the ones that are aimed at."""
    yield (
        f"city: {result.size}; W1: {result.values} values; medians of {result.rounds} rounds of {result.seconds:g} s; "
        "one worker each; ours with tiers and entry"
    )
    for workload in workloads:
        yield ""
        yield from _table(result, workload)
    yield ""
    yield "resident memory after the load: " + ", ".join(f"{name} {mb:.0f} MB" for name, mb in result.memory_mb.items())
    yield ""
    yield from _standing(result)
    yield from _doubts(result)


def tree(result: Result) -> dict[str, Any]:
    """Give everything as plain data."""
    return {
        "machine": {"processor": platform.machine(), "python": platform.python_version(), "system": platform.system()},
        "size": result.size,
        "values": result.values,
        "bytes": dict(result.bytes),
        "rounds": result.rounds,
        "seconds": result.seconds,
        "memoryMB": dict(result.memory_mb),
        "workloads": {
            workload: {
                name: {**asdict(figures), "ratios": _ratios(result, workload, name)}
                for name, figures in result.of(workload).items()
            }
            for workload in result.bytes
        },
        "aims": [
            {"what": what, "aim": aim, "measured": measured, "reached": reached}
            for what, aim, measured, reached in _aims(result)
        ],
    }


def _ratios(result: Result, workload: str, name: str) -> dict[str, float | None]:
    return {to: result.ratio(workload, name, to) for to in (VANILLA, CACHED, RAW, STATIC)}


def _table(result: Result, workload: Workload) -> Iterator[str]:
    yield (
        f"{workload.name}: {workload.says}; {workload.connections} "
        f"connection{'s' if workload.connections > 1 else ''}; {result.bytes[workload.name]} bytes"
    )
    yield (
        f"  {'':16}{'answers/s':>11}{'x vanilla':>11}{'x caches':>10}{'x raw':>8}{'% static':>10}"
        f"{'CPU us':>9}{'PG us':>8}{'p50 ms':>9}{'p99 ms':>9}"
    )
    for name, figures in result.of(workload.name).items():
        ratios = _ratios(result, workload.name, name)
        share = ratios[STATIC]
        database = "" if figures.postgres_us is None else f"{figures.postgres_us:.0f}"
        yield (
            f"  {name:16}{figures.per_second:>11.0f}{_times(ratios[VANILLA]):>11}{_times(ratios[CACHED]):>10}"
            f"{_times(ratios[RAW]):>8}{'' if share is None else f'{share * 100:.1f}':>10}"
            f"{figures.cpu_us:>9.0f}{database:>8}{figures.p50_us / 1000:>9.2f}{figures.p99_us / 1000:>9.2f}"
        )


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _aims(result: Result) -> Iterator[tuple[str, float, float, bool]]:
    for workload, to, aim in _TARGETS:
        ratio = result.ratio(workload, OURS, to)
        if ratio is not None:
            yield f"{workload} x {to}", aim, ratio, ratio >= aim
    workload, to, aim = _LATENCY_TARGET
    ours, theirs = result.figures.get((workload, OURS)), result.figures.get((workload, to))
    if ours and theirs:
        lower = theirs.p50_us / ours.p50_us
        yield f"{workload} p50 lower than {to}'s", aim, lower, lower >= aim
    memory = max(mb for name, mb in result.memory_mb.items() if name.startswith(OURS))
    yield "memory in MB, at most", _MEMORY_MB, memory, memory <= _MEMORY_MB


def _standing(result: Result) -> Iterator[str]:
    for what, aim, measured, reached in _aims(result):
        yield f"{'reached' if reached else 'SHORT  '}  {what}: {measured:.1f} (aim {aim:g})"


def _doubts(result: Result) -> Iterator[str]:
    """Say where the client, not the server, was measured."""
    for (workload, name), figures in result.figures.items():
        if figures.client_share > _BUSY:
            yield f"doubt: {workload}, {name}: client at {figures.client_share:.0%} of a core, it may be the limit"
