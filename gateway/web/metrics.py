"""What the house counts of itself, for Prometheus: ``/metrics``. Numbers only: no caller, no subject, no document."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from gateway.answer import Answer
from schema.disclosure import Outcome

__all__ = ["CONTENT_TYPE_LATEST", "Figures", "Metrics"]

Figures = Callable[[], Iterable[tuple[str, str, float]]]
"""Gives what a part of the house counts of itself: name, meaning, value."""

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_TOLD_AS: Final = {Outcome.NOT_FOUND.value: Outcome.DENIED.value}
"""Whoever is not there reads like whoever may not be found, in counts too (R15.8)."""
_UNRECORDED: Final = "UNRECORDED"
"""The outcome of a request whose entry could not be kept, so that nothing was answered."""


class Metrics:
    """Counts answers as they leave: a few additions each, written out only when somebody asks."""

    def __init__(self, figures: Figures | None = None) -> None:
        """Start at nothing; *figures* are asked for whenever somebody looks."""
        self._figures = [] if figures is None else [figures]
        self._requests: Counter[tuple[int, str]] = Counter()
        self._errors: Counter[str] = Counter()
        self._fetches: Counter[tuple[str, str]] = Counter()
        self._hits: Counter[str] = Counter()
        self._misses: Counter[str] = Counter()
        self._seconds = _Durations()
        self._audit_seconds = _Durations()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def watch(self, figures: Figures) -> None:
        """Ask a part that was opened later for its figures too."""
        self._figures.append(figures)

    def note(self, status: int, answer: Answer, duration_ns: int) -> None:
        """Count one answer that left with *status*."""
        self._seconds.note(duration_ns)
        entry = answer.entry
        if entry is None:
            self._requests[status, _UNRECORDED] += 1
            if answer.refused is not None:
                self._errors[answer.refused.code] += 1
            return
        outcome = entry.outcome.value
        self._requests[status, _TOLD_AS.get(outcome, outcome)] += 1
        for code in entry.errors:
            self._errors[code] += 1
        self._audit_seconds.note(answer.stages[-1][1])  # the last stage is the entry's
        for each in answer.timings:
            if each.cached:
                self._hits[each.subgraph] += each.cached
            else:
                self._fetches[each.subgraph, each.failed or "OK"] += 1
                self._misses[each.subgraph] += each.objects

    def written(self) -> bytes:
        """Write everything in Prometheus's text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Give the counts as Prometheus's client library wants them."""
        yield _counter("xinyong_requests", "Answers by HTTP status and outcome", ("status", "outcome"), self._requests)
        yield _counter("xinyong_errors", "Answers that hold an error of this code", ("code",), self._errors)
        yield _counter("xinyong_fetches", "Questions to a connector", ("connector", "result"), self._fetches)
        yield _counter("xinyong_cache_hits", "Subjects answered from kept rows", ("connector",), self._hits)
        yield _counter("xinyong_cache_misses", "Subjects for which it was asked", ("connector",), self._misses)
        yield self._seconds.histogram("xinyong_request_seconds", "From the request's arrival until its answer left")
        yield self._audit_seconds.histogram("xinyong_audit_append_seconds", "Until an entry was durable")
        for name, meaning, value in (told for figures in self._figures for told in figures()):
            yield GaugeMetricFamily(f"xinyong_{name}", meaning, value=float(value))


class _Durations:
    """How many durations fell into each bucket."""

    def __init__(self) -> None:
        self._counts = [0] * (len(_BUCKETS) + 1)
        self._sum_s = 0.0

    def note(self, duration_ns: int) -> None:
        seconds = duration_ns / 1e9
        self._counts[bisect_left(_BUCKETS, seconds)] += 1
        self._sum_s += seconds

    def histogram(self, name: str, meaning: str) -> HistogramMetricFamily:
        total = 0
        buckets: list[tuple[str, float]] = []
        for bound, count in zip((*map(str, _BUCKETS), "+Inf"), self._counts, strict=True):
            total += count
            buckets.append((bound, total))
        return HistogramMetricFamily(name, meaning, buckets=buckets, sum_value=self._sum_s)


_Label = str | tuple[int, str] | tuple[str, str]
L = TypeVar("L", bound=_Label)


def _counter(name: str, meaning: str, labels: Sequence[str], counts: Mapping[L, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, meaning, labels=labels)
    for values, count in counts.items():
        family.add_metric([values] if isinstance(values, str) else [str(each) for each in values], count)
    return family
