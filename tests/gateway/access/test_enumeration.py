import pytest

from gateway.access.enumeration import DistinctSubjects
from gateway.errors import RateLimitExceeded

AT_NOON = 1_795_000_000.0 - 1_795_000_000 % 3_600


def test_the_same_subjects_again_cost_nothing() -> None:
    counts = DistinctSubjects(2)
    for _ in range(5):
        counts.admit("TAX/officer", ["one", "two"], AT_NOON)


def test_one_more_than_a_client_may_is_refused_until_the_hour_ends() -> None:
    counts = DistinctSubjects(2)
    counts.admit("TAX/officer", ["one", "two"], AT_NOON)
    with pytest.raises(RateLimitExceeded) as refused:
        counts.admit("TAX/officer", ["three"], AT_NOON + 600)
    assert refused.value.retry_after == 3_001
    with pytest.raises(RateLimitExceeded):
        counts.admit("TAX/officer", ["one"], AT_NOON + 601)
    counts.admit("TAX/officer", ["three"], AT_NOON + 3_600)


def test_clients_are_counted_apart() -> None:
    counts = DistinctSubjects(1)
    counts.admit("TAX/officer", ["one"], AT_NOON)
    counts.admit("TAX/another", ["two"], AT_NOON)
    counts.admit("127.0.0.1", ["three"], AT_NOON)


def test_without_a_limit_nothing_is_counted() -> None:
    DistinctSubjects(None).admit("TAX/officer", map(str, range(100_000)), AT_NOON)
