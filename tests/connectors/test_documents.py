"""What an agency's service answers beside what was asked for does not pass, and what Art. 9 forbids stops all of it."""

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from connectors import Documents
from connectors.connector import Batch, Connector, Found, Rows, Selection, SubjectKey, serves
from connectors.documents import check_rows
from connectors.errors import ProhibitedAnswered, SourceMisbehaved
from schema.catalogue import RECORDS
from schema.records.any_agency import Honour
from schema.tiers import Tier

CANARY = "金丝雀AB型"
ASKED = Selection(RECORDS["Honour"], ("honourName", "documentNumber", "awardedOn"))
NAMES = {"title": "honourName", "no": "documentNumber", "day": "awardedOn"}
GOOD = {"title": "五一劳动奖状", "no": "郑政〔2026〕1号", "day": "2026-05-01"}
PROHIBITED = (
    "血型",
    "bloodType",
    "BLOOD_TYPE",
    "xuexing",
    "民族",
    "religion",
    "病史",
    "fingerprints",
    "个人收入",
    "realEstate",
)


def documents() -> Documents:
    return Documents("WATER", NAMES)


def test_objects_become_rows_in_the_order_asked_for() -> None:
    assert documents().rows(ASKED, [GOOD]) == [["五一劳动奖状", "郑政〔2026〕1号", "2026-05-01"]]
    assert documents().rows(Selection(RECORDS["Honour"], ("provider", "honourName")), [GOOD]) == [
        ["WATER", "五一劳动奖状"]
    ]


def test_a_key_that_is_in_no_mapping_is_left_out() -> None:
    assert CANARY not in repr(documents().rows(ASKED, [GOOD | {"mood": CANARY}]))


@pytest.mark.parametrize("key", PROHIBITED)
@pytest.mark.parametrize("deep", [False, True])
def test_a_prohibited_key_refuses_the_answer_and_its_value_is_in_no_word(key: str, *, deep: bool) -> None:
    strange: Mapping[str, Any] = {"extra": [{"person": {key: CANARY}}]} if deep else {key: CANARY}
    with pytest.raises(ProhibitedAnswered, match="PROHIBITED_FIELD") as refusal:
        documents().rows(ASKED, [GOOD, {**GOOD, **strange}])
    assert key in str(refusal.value)
    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize("strange", [{"title": {"a": CANARY}}, {"title": [[CANARY]]}, {"title": [{"a": CANARY}]}])
def test_an_object_where_a_value_belongs_is_refused(strange: Mapping[str, Any]) -> None:
    with pytest.raises(SourceMisbehaved, match="plain value") as refusal:
        documents().rows(ASKED, [{**GOOD, **strange}])
    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize("strange", [[], "text", None, 7])
def test_what_is_no_object_is_refused(strange: Any) -> None:  # noqa: ANN401 (whatever a service answers)
    with pytest.raises(SourceMisbehaved):
        documents().rows(ASKED, [strange])


def test_many_shapes_of_objects_are_looked_at_within_bounds() -> None:
    reading = documents()
    rows = reading.rows(ASKED, [{**GOOD, f"mood{n}": n} for n in range(1_000)])
    assert len(rows) == 1_000
    with pytest.raises(SourceMisbehaved, match="500 keys"):
        reading.rows(ASKED, [{f"mood{n}": n for n in range(501)}])


@pytest.mark.parametrize("row", [["a"], ["a", "b", "c", CANARY], [], ["a", {"x": CANARY}, "c"]])
def test_a_row_that_is_not_what_was_asked_for_is_refused(row: list[Any]) -> None:
    with pytest.raises(SourceMisbehaved) as refusal:
        check_rows(ASKED, [row])
    assert CANARY not in str(refusal.value)


class Answering(Connector):
    """An agency whose method answers whatever it is told to."""

    agency = "WATER"
    name = "自来水公司"
    told: tuple[list[Any], ...] = ()

    @serves(Honour)
    async def honours(self, batch: Batch) -> Rows:
        """Answer for each subject what was laid down for it."""
        return [Found(([row],)) for row, _ in zip(self.told, batch.keys, strict=True)]


class NoSource:
    """Is never asked."""

    async def gather(self, tables: Any, batch: Any) -> Rows:  # noqa: ANN401 (never asked)
        """Fail."""
        raise NotImplementedError(tables, batch)

    async def close(self) -> None:
        """Hold nothing."""


async def test_a_method_that_answers_more_fails_for_that_subject_alone(caplog: pytest.LogCaptureFixture) -> None:
    connector = Answering(NoSource(), lambda number: number)
    connector.told = (
        ["五一劳动奖状", "1号", "2026-05-01"],
        ["五一劳动奖状", {"bloodType": CANARY}, "2026-05-01"],
        ["五一劳动奖状", "1号", "2026-05-01", CANARY],
    )
    keys = [SubjectKey(str(n), str(n)) for n in range(3)]
    with caplog.at_level(logging.DEBUG):
        first, second, third = await connector.gather(Batch("LEGAL_PERSON", keys, (ASKED,), Tier.PUBLIC))
    assert isinstance(first, Found)
    assert isinstance(second, ProhibitedAnswered)
    assert isinstance(third, SourceMisbehaved)
    assert second.code == third.code == "SOURCE_MISBEHAVED"
    assert CANARY not in caplog.text + str(second) + str(third)
