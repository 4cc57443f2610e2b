from prometheus_client.parser import text_string_to_metric_families

from gateway.answer import Answer
from gateway.errors import AuditUnavailable
from gateway.federation.execution.timing import Timing
from gateway.web.metrics import Metrics
from schema.disclosure import Outcome
from tests.gateway.audit.test_spans import entry

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(metrics: Metrics) -> Samples:
    """Read the text as Prometheus does."""
    families = text_string_to_metric_families(metrics.written().decode())
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}


def labelled(**labels: str) -> frozenset[tuple[str, str]]:
    return frozenset(labels.items())


def answer(*timings: Timing, errors: tuple[str, ...] = ()) -> Answer:
    return Answer(200, b"", "1.1.ab", None, (("plan", 1), ("audit", 3_000_000)), entry(errors=errors), timings)


def test_answers_errors_fetches_and_kept_rows_are_counted() -> None:
    metrics = Metrics()
    asked = Timing("TAX", 0, 1, 2, None, 0)
    lost = Timing("COURT", 0, 1, 2, "SOURCE_UNAVAILABLE", 0)
    kept = Timing("TAX", 0, 0, 5, None, 5)
    for _ in range(2):
        metrics.note(200, answer(asked, lost, kept, errors=("TIER_FORBIDDEN", "SOURCE_UNAVAILABLE")), 20_000_000)
    found = samples(metrics)
    assert found["xinyong_requests_total", labelled(status="200", outcome="DISCLOSED")] == 2
    assert found["xinyong_errors_total", labelled(code="TIER_FORBIDDEN")] == 2
    assert found["xinyong_fetches_total", labelled(connector="TAX", result="OK")] == 2
    assert found["xinyong_fetches_total", labelled(connector="COURT", result="SOURCE_UNAVAILABLE")] == 2
    assert found["xinyong_cache_hits_total", labelled(connector="TAX")] == 10
    assert found["xinyong_cache_misses_total", labelled(connector="TAX")] == 4
    assert found["xinyong_request_seconds_count", frozenset()] == 2
    assert found["xinyong_request_seconds_bucket", labelled(le="0.01")] == 0
    assert found["xinyong_request_seconds_bucket", labelled(le="0.025")] == 2
    assert found["xinyong_request_seconds_bucket", labelled(le="+Inf")] == 2
    assert round(found["xinyong_audit_append_seconds_sum", frozenset()], 6) == 0.006


def test_what_could_not_be_recorded_is_counted_apart() -> None:
    metrics = Metrics()
    metrics.note(503, Answer(503, b"", None, AuditUnavailable("no disk")), 1)
    found = samples(metrics)
    assert found["xinyong_requests_total", labelled(status="503", outcome="UNRECORDED")] == 1
    assert found["xinyong_errors_total", labelled(code="AUDIT_UNAVAILABLE")] == 1
    assert found["xinyong_audit_append_seconds_count", frozenset()] == 0


def test_a_duration_on_a_bound_belongs_to_its_bucket() -> None:
    metrics = Metrics()
    metrics.note(200, answer(), 5_000_000)
    assert samples(metrics)["xinyong_request_seconds_bucket", labelled(le="0.005")] == 1


def test_who_is_not_there_is_counted_like_who_may_not_be_found() -> None:
    metrics = Metrics()
    for outcome in (Outcome.NOT_FOUND, Outcome.DENIED):
        told = answer()
        assert told.entry is not None
        metrics.note(200, told._replace(entry=told.entry._replace(outcome=outcome)), 1)
    found = samples(metrics)
    assert found["xinyong_requests_total", labelled(status="200", outcome="DENIED")] == 2
    assert ("xinyong_requests_total", labelled(status="200", outcome="NOT_FOUND")) not in found
