"""The running house deletes once a day, in one process alone, and tries a day that failed again (Art. 20)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from gateway.collection.retention import DailyDeletion
from gateway.store.locks import Lock, is_mine
from tests.gateway.collection.retention.cellar import NOT_OVER, OVER, TODAY, Cellar, penalty


def figures(daily: DailyDeletion) -> dict[str, float]:
    return {name: value for name, _, value in daily.figures()}


async def test_each_day_is_done_once_and_the_next_one_again(cellar: Cellar) -> None:
    day = TODAY
    daily = DailyDeletion(cellar.deletion(), lambda: day)
    await cellar.put(penalty("first", OVER), penalty("second", NOT_OVER))
    await daily.go_round()
    await daily.go_round()
    assert await cellar.left() == ["second"]
    assert len(cellar.entries) == 1
    day = TODAY + timedelta(1)
    await daily.go_round()
    assert await cellar.left() == []
    assert figures(daily) == {"records_deleted": 2, "records_deletion_failures": 0, "records_unreadable": 0}
    await daily.close()


async def test_records_that_nobody_looked_at_yet_are_not_counted_as_none(cellar: Cellar) -> None:
    daily = DailyDeletion(cellar.deletion(), lambda: TODAY)
    await cellar.put(penalty("odd", "no day"))
    assert figures(daily) == {"records_deleted": 0, "records_deletion_failures": 0}
    await daily.go_round()
    assert figures(daily)["records_unreadable"] == 1
    await daily.close()


async def test_a_day_that_failed_is_tried_again(cellar: Cellar) -> None:
    daily = DailyDeletion(cellar.deletion(), lambda: TODAY)
    await cellar.put(penalty("old", OVER), penalty("odd", "no day"))
    cellar.trail_is_down = True
    await daily.go_round()
    assert (await cellar.left(), figures(daily)["records_deletion_failures"]) == (["odd", "old"], 1)
    cellar.trail_is_down = False
    await daily.go_round()
    assert await cellar.left() == ["odd"]
    assert figures(daily) == {"records_deleted": 1, "records_deletion_failures": 1, "records_unreadable": 1}
    await daily.close()


async def test_a_house_that_has_just_opened_answers_first(cellar: Cellar) -> None:
    asked: list[date] = []

    def today() -> date:
        asked.append(TODAY)
        return TODAY

    daily = DailyDeletion(cellar.deletion(), today)
    await daily.close()
    assert asked == []


async def test_nothing_is_deleted_after_the_clock_was_set(cellar: Cellar, monkeypatch: pytest.MonkeyPatch) -> None:
    daily = DailyDeletion(cellar.deletion(), lambda: TODAY)
    await cellar.put(penalty("old", OVER))
    monkeypatch.setattr(daily, "_begun_s", daily._begun_s + 120)  # noqa: SLF001 (as if it had been set)
    await daily.go_round()
    assert (await cellar.left(), figures(daily)["records_deletion_failures"]) == (["old"], 1)
    await daily.close()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_one_process_at_a_time_deletes(cellar: Cellar) -> None:
    daily = DailyDeletion(cellar.deletion(), lambda: TODAY)
    await cellar.put(penalty("old", OVER))
    async with cellar.centre.store.engine.connect() as other:
        assert await is_mine(other, Lock.DELETION)
        await daily.go_round()
        assert await cellar.left() == ["old"]
        await other.execute(text("SELECT pg_advisory_unlock_all()"))
    await daily.go_round()
    assert await cellar.left() == []
    await daily.close()
