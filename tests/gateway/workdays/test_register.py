"""Notices in the database: imported once, seen by every process (AMB-14)."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from gateway.store import Store, migrate, open_store
from gateway.workdays import Calendars, DayKind, DueStatus, read_notice

AT = datetime(2026, 11, 26, 8, tzinfo=UTC)
NOTICE = """
year: 2027
document: 国办发明电〔2026〕99号
title: 国务院办公厅关于2027年部分节假日安排的通知
issuedOn: 2026-11-04
daysOff:
  - {festival: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {festival: 春节, from: 2027-02-05, to: 2027-02-12}
  - {festival: 清明节, from: 2027-04-03, to: 2027-04-05}
  - {festival: 劳动节, from: 2027-05-01, to: 2027-05-05}
  - {festival: 端午节, from: 2027-06-09}
  - {festival: 中秋节, from: 2027-09-15}
  - {festival: 国庆节, from: 2027-10-01, to: 2027-10-07}
makeUpDays:
  - {festival: 元旦, day: 2027-01-09}
"""
AMENDMENT = """
year: 2027
kind: AMENDMENT
document: 国办发明电〔2027〕1号
title: 关于延长2027年元旦假期的通知
issuedOn: 2026-12-30
daysOff:
  - {festival: 元旦, from: 2027-01-04}
ordinary: [2027-01-09]
"""


@pytest.fixture
async def stores(url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Give one migrated database as two processes have it open."""
    await migrate(url)
    here, there = open_store(url), open_store(url)
    yield here, there
    await here.close()
    await there.close()


async def take(calendars: Calendars, text: str) -> bool:
    return (await calendars.take(read_notice(text), text, by="root", at=AT)).is_new


async def test_what_one_process_imports_another_counts_by_at_once(stores: tuple[Store, Store]) -> None:
    here, there = (Calendars(each.engine) for each in stores)
    before = (await there.current()).due(date(2026, 12, 31), 10)
    assert (before.day, before.status) == (date(2027, 1, 15), DueStatus.PROVISIONAL)
    assert await take(here, NOTICE)
    after = (await there.current()).due(date(2026, 12, 31), 10)
    assert (after.day, after.status) == (date(2027, 1, 14), DueStatus.CONFIRMED)
    assert await take(there, AMENDMENT)
    amended = (await here.current()).due(date(2026, 12, 31), 10)
    assert (amended.day, (await here.current()).version) == (date(2027, 1, 18), 2)
    assert amended.days[3].document == "国办发明电〔2027〕1号"


async def test_the_same_file_again_changes_nothing(stores: tuple[Store, Store]) -> None:
    here, there = (Calendars(each.engine) for each in stores)
    assert await take(here, NOTICE)
    assert not await take(there, NOTICE)
    (kept,) = await there.notices()
    assert (kept.version, kept.notice, kept.loaded_by, kept.loaded_at) == (1, read_notice(NOTICE), "root", AT)


async def test_an_import_says_which_days_it_changes_and_a_try_changes_none(stores: tuple[Store, Store]) -> None:
    calendars = Calendars(stores[0].engine)
    tried = await calendars.tried(read_notice(NOTICE))
    assert (await calendars.current()).version == 0
    told = {each.after.day: (each.before.kind, each.after.kind) for each in tried.changed}
    assert told[date(2027, 1, 9)] == (DayKind.WEEKEND, DayKind.MAKE_UP)
    assert told[date(2027, 2, 9)] == (DayKind.WORKING, DayKind.HOLIDAY)
    assert date(2027, 1, 1) not in told  # off by law, and off by the notice
    assert tried.working_days == 261 - 18 + 1  # weekdays of the year, less those off, and one Saturday
