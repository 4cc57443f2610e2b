"""The measuring: rounds in which every implementation has its turn at every workload, in changing order."""

import multiprocessing
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass

from tests.bench.implementations import Implementation
from tests.bench.load import Job, run
from tests.bench.servers import postgres_cpu_s
from tests.bench.workloads import Workload

__all__ = ["Figures", "Turn", "measured"]

_WARMING = 0.25
"""How long each turn is warmed up, as a share of its time."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one implementation did in one round of one workload."""

    per_second: float
    p50_us: float
    p99_us: float
    cpu_us: float
    postgres_us: float | None
    client_share: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The medians over all rounds."""

    per_second: float
    p50_us: float
    p99_us: float
    cpu_us: float
    postgres_us: float | None
    client_share: float
    rounds: tuple[float, ...]
    """Answers per second of each round, to see how much they vary."""


def measured(
    implementations: Sequence[Implementation],
    workloads: Sequence[Workload],
    rounds: int,
    seconds: float,
    told: Callable[[str], None],
) -> Mapping[tuple[str, str], Figures]:
    """Give the figures by workload and implementation.

    Raises:
        WrongAnswer: one answer was not right.

    """
    turns: dict[tuple[str, str], list[Turn]] = defaultdict(list)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as client:
        for number in range(rounds):
            for workload, each in _turns(implementations, workloads, number):
                told(f"round {number + 1} of {rounds}: {workload.name}, {each.name}")
                turns[workload.name, each.name].append(_turn(client, each, workload, seconds))
    return {key: _medians(each) for key, each in turns.items()}


def _turns(
    implementations: Sequence[Implementation], workloads: Sequence[Workload], number: int
) -> Iterator[tuple[Workload, Implementation]]:
    """Give the turns of a round; every round begins with another implementation."""
    start = number % len(implementations)
    rotated = (*implementations[start:], *implementations[:start])
    for workload in workloads:
        yield from ((workload, each) for each in rotated if each.answers(workload))


def _turn(client: Executor, implementation: Implementation, workload: Workload, seconds: float) -> Turn:
    server = implementation.server_of(workload)
    requests = implementation.requests(workload)
    client.submit(run, Job(server.port, requests, workload.connections, seconds * _WARMING)).result()
    cpu_s, database_s = server.cpu_s, postgres_cpu_s()
    load = client.submit(run, Job(server.port, requests, workload.connections, seconds)).result()
    used_s, database_after_s = server.cpu_s - cpu_s, postgres_cpu_s()
    database = None if database_s is None or database_after_s is None else database_after_s - database_s
    answers = max(load.answers, 1)
    return Turn(
        load.per_second,
        load.p50_us,
        load.p99_us,
        used_s / answers * 1e6,
        None if database is None else database / answers * 1e6,
        load.client_share,
    )


def _medians(turns: Sequence[Turn]) -> Figures:
    def median(of: Callable[[Turn], float]) -> float:
        return statistics.median(map(of, turns))

    databases = [turn.postgres_us for turn in turns if turn.postgres_us is not None]
    return Figures(
        median(lambda turn: turn.per_second),
        median(lambda turn: turn.p50_us),
        median(lambda turn: turn.p99_us),
        median(lambda turn: turn.cpu_us),
        statistics.median(databases) if databases else None,
        max(turn.client_share for turn in turns),
        tuple(turn.per_second for turn in turns),
    )
