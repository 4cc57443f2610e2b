"""The query log in the graph: every field hands its arguments to the auditors' desk (R19.12)."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from schema.disclosure import Outcome, PurposeCode
from schema.graph import graph


class Noting:
    """A desk that notes what it was asked, and finds nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any method of a desk)
        """Give the method of that name."""

        async def method(*arguments: Any) -> None:  # noqa: ANN401 (as above)
            self.asked.append((name, *arguments))

        return method


async def asked(document: str) -> tuple[Any, ...]:
    desk = Noting()
    result = await graph().execute(document, context_value=SimpleNamespace(trail=desk), root_value=SimpleNamespace())
    assert not result.errors
    (one,) = desk.asked
    return one


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ queryLog { nodes { receipt } } }", ("search", None, (20, None))),
        ('{ queryLog(first: 3, after: "c") { nodes { receipt } } }', ("search", None, (3, "c"))),
        ("{ queryLog(first: null) { nodes { receipt } } }", ("search", None, (20, None))),
        ('{ queryLogEvidence(receipts: ["1.2.ab"]) { name } }', ("evidence", ["1.2.ab"])),
    ],
)
async def test_what_is_asked_comes_to_the_desk(document: str, expected: tuple[Any, ...]) -> None:
    assert await asked(document) == expected


async def test_a_filter_comes_to_the_desk_as_it_was_written() -> None:
    written = """{ queryLog(filter: {receipt: "1.2.ab", requester: "a", organisation: "TAX", subject: {id: "x"},
      from: "2026-11-01T00:00:00+08:00", to: "2026-12-01T00:00:00Z", purpose: LICENSING, paper: "P",
      outcome: DENIED, coordinate: "TaxArrears.amount"}) { nodes { receipt } } }"""
    _, by, _ = await asked(written)
    assert (by.receipt, by.requester, by.organisation, by.subject.id) == ("1.2.ab", "a", "TAX", "x")
    assert (by.purpose, by.paper, by.outcome, by.coordinate) == (
        PurposeCode.LICENSING,
        "P",
        Outcome.DENIED,
        "TaxArrears.amount",
    )
    assert by.to == datetime(2026, 12, 1, tzinfo=UTC)
    assert by.from_.utcoffset() is not None


async def test_thresholds_have_their_usual_values_where_none_are_said() -> None:
    name, by, thresholds = await asked("{ queryLogSummary { purposesRead } }")
    assert (name, by) == ("summary", None)
    assert (thresholds.night_queries, thresholds.subjects, thresholds.denials, thresholds.same_purpose) == (
        5,
        50,
        10,
        20,
    )
    _, _, thresholds = await asked("{ queryLogSummary(thresholds: {subjects: 3}) { purposesRead } }")
    assert (thresholds.subjects, thresholds.denials) == (3, 10)
