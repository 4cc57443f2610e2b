"""Individuals' negative records are deleted after five years, everywhere, and a tombstone stays (Art. 20, R20.1-4)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from connectors.credit_centre import REPORTED_RECORD
from gateway.audit.codes import DELETION
from gateway.collection.retention import NotDeleted, Tombstones, deletion, scanning
from gateway.collection.retention.tombstones import ListUnreadable, read_list
from gateway.errors import AuditUnavailable
from schema.retention import Anchor
from tests.gateway.collection.retention.cellar import BUSINESS, CANARY, NOT_OVER, OVER, TODAY, Cellar, other, penalty


async def test_a_record_goes_on_the_day_after_its_five_years_and_not_before(cellar: Cellar) -> None:
    await cellar.put(penalty("old", OVER), penalty("younger", NOT_OVER))
    assert (await cellar.deletion().run(TODAY - timedelta(1))).total == 0
    assert await cellar.left() == ["old", "younger"]
    deleted = await cellar.deletion().run(TODAY)
    assert (deleted.records, deleted.total) == ({"AdministrativePenalty": 1}, 1)
    assert await cellar.left() == ["younger"]


async def test_only_negative_records_of_those_whom_the_article_protects_go(cellar: Cellar) -> None:
    await cellar.enter("company", "91410199DEM0000158")
    await cellar.enter("business", BUSINESS)
    await cellar.put(
        penalty("person's", OVER),
        penalty("company's", OVER, "company", kind="LEGAL_PERSON"),
        penalty("business's", OVER, "business", kind="LEGAL_PERSON"),
        penalty("nobody's", OVER, "unknown", kind="LEGAL_PERSON"),
        other("honest", OVER, "POSITIVE"),
        other("bad", OVER, "NEGATIVE"),
    )
    deleted = await cellar.deletion().run(TODAY)
    assert deleted.records == {"AdministrativePenalty": 2, "OtherRecord": 1}
    assert await cellar.left() == ["company's", "honest", "nobody's"]


async def test_of_a_deleted_record_nothing_is_left_but_its_tombstone(cellar: Cellar) -> None:
    old = penalty("文号甲", OVER, "who-it-was")
    await cellar.put(old)
    await cellar.put_versions({**old, "version": 0})
    assert CANARY in await cellar.whole()
    deleted = await cellar.deletion().run(TODAY)
    assert await cellar.counts() == (0, 0, 0, 1)
    whole = await cellar.whole()
    for gone in (CANARY, "文号甲", "who-it-was", old["natural_key"]):
        assert gone not in whole
    (stone,) = await cellar.tombstones()
    told = (stone.record_type, stone.provider, stone.deleted_on, stone.run)
    assert told == ("AdministrativePenalty", "TAX", TODAY, deleted.run)
    assert (len(stone.id), len(stone.digest)) == (20, 64)


async def test_a_record_lives_five_years_after_its_conduct_ended_unless_the_city_reads_it_stricter(
    cellar: Cellar,
) -> None:
    await cellar.put(
        penalty("ended later", "2019-01-01", terminated_on=date(2022, 1, 1)),
        penalty("ended by the payload", "2019-01-01", values={"terminatedOn": "2023-01-01"}),
    )
    assert (await cellar.deletion().run(TODAY)).total == 0
    assert (await cellar.deletion(Anchor.DECISION).run(TODAY)).total == 2


async def test_a_record_that_is_not_dated_counts_from_its_report_in_the_city(cellar: Cellar) -> None:
    undated = penalty("undated", OVER, reported_at="2021-11-22T16:30:00Z", values={"decisionDate": None})
    await cellar.put(undated)
    assert (await cellar.deletion().run(TODAY - timedelta(1))).total == 0
    assert (await cellar.deletion().run(TODAY)).total == 1


async def test_it_is_announced_in_the_trail_or_it_is_not_done(cellar: Cellar) -> None:
    await cellar.put(penalty("old", OVER))
    cellar.trail_is_down = True
    with pytest.raises(AuditUnavailable):
        await cellar.deletion().run(TODAY)
    assert await cellar.left() == ["old"]
    cellar.trail_is_down = False
    deleted = await cellar.deletion().run(TODAY)
    (entry,) = cellar.entries
    assert (entry.kind, entry.person) == (DELETION, "GATEWAY")
    assert entry.about == {
        "run": deleted.run,
        "day": "2026-11-24",
        "records": 1,
        "versions": 0,
        "waiting": 0,
        "of AdministrativePenalty": 1,
    }


async def test_where_nothing_is_over_nothing_is_said_or_done(cellar: Cellar) -> None:
    await cellar.put(penalty("younger", NOT_OVER))
    assert (await cellar.deletion().run(TODAY)).run == ""
    assert (cellar.entries, cellar.dropped) == ([], [])


async def test_what_is_due_is_counted_and_nothing_is_deleted(cellar: Cellar) -> None:
    await cellar.put(penalty("old", OVER), other("bad", OVER, "NEGATIVE"))
    due = await cellar.deletion().find(TODAY)
    assert (due.records, due.total) == ({"AdministrativePenalty": 1, "OtherRecord": 1}, 2)
    assert (await cellar.counts())[0] == 2
    assert cellar.entries == []


async def test_caches_forget_the_subjects_before_and_after(cellar: Cellar) -> None:
    await cellar.put(penalty("a", OVER, "one"), penalty("b", OVER, "two"), penalty("c", NOT_OVER, "three"))
    await cellar.deletion().run(TODAY)
    assert cellar.dropped == [{"one", "two"}] * 2


async def test_ended_in_the_middle_it_goes_on_with_the_rest_and_repeats_nothing(
    cellar: Cellar, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (scanning, deletion):
        monkeypatch.setattr(module, "CHUNK", 10)
    await cellar.put(*(penalty(f"{n:03}", OVER if n % 3 else NOT_OVER, f"s{n:03}") for n in range(45)))
    cellar.drops_left = 3  # the second chunk fails before its transaction ends
    with pytest.raises(NotDeleted, match="were deleted before it failed: the cache is away"):
        await cellar.deletion().run(TODAY)
    records, versions, heads, stones = await cellar.counts()
    assert 0 < stones < 30
    assert records == versions == heads == 45 - stones
    cellar.drops_left = None
    heard: list[tuple[int, int]] = []
    again = await cellar.deletion().run(TODAY, lambda done, of: heard.append((done, of)))
    assert again.total == 30 - stones
    assert await cellar.counts() == (15, 15, 15, 30)
    assert heard[-1] == (30 - stones, 30 - stones)
    assert [entry.about and entry.about["records"] for entry in cellar.entries] == [30, 30 - stones]


async def test_versions_of_a_record_that_is_negative_no_more_go_by_themselves(cellar: Cellar) -> None:
    now = other("corrected", OVER, "NEUTRAL", version=3)
    await cellar.put(now)
    await cellar.put_versions(
        other("corrected", OVER, "NEGATIVE", version=1), other("corrected", NOT_OVER, "NEGATIVE", version=2)
    )
    deleted = await cellar.deletion().run(TODAY)
    assert (deleted.total, deleted.versions) == (0, 1)
    assert await cellar.counts() == (1, 2, 1, 0)


async def test_versions_of_a_record_that_lives_on_stay_with_it(cellar: Cellar) -> None:
    await cellar.put(penalty("on", "2019-01-01", version=2, terminated_on=date(2023, 1, 1)))
    await cellar.put_versions(penalty("on", "2019-01-01", version=1))
    assert (await cellar.deletion().find(TODAY)).versions == 0


async def test_a_version_without_its_record_goes_and_leaves_a_tombstone(cellar: Cellar) -> None:
    await cellar.put_versions(penalty("alone", OVER))
    deleted = await cellar.deletion().run(TODAY)
    assert (deleted.total, deleted.versions) == (0, 1)
    assert await cellar.counts() == (0, 0, 0, 1)


async def test_what_cannot_be_reckoned_is_counted_and_keeps_nothing_else(cellar: Cellar) -> None:
    await cellar.put(penalty("odd", "no day"), penalty("old", OVER))
    deleted = await cellar.deletion().run(TODAY)
    assert (deleted.total, deleted.unreadable) == (1, 1)
    assert await cellar.left() == ["odd"]


async def test_after_a_restore_what_was_deleted_goes_again_by_the_saved_list(cellar: Cellar) -> None:
    ended = penalty("came back", "2019-01-01", terminated_on=date(2023, 1, 1))
    await cellar.put(ended)
    await cellar.deletion(Anchor.DECISION).run(TODAY)
    saved = [each.line() for each in await cellar.tombstones()]
    assert CANARY not in "".join(saved)
    await cellar.empty()
    async with cellar.centre.writing() as connection:  # as it was in the backup: not over by its end
        await connection.execute(insert(REPORTED_RECORD).values(ended))
    assert (await cellar.deletion().run(TODAY)).total == 0
    stones = list(read_list([*saved, ""]))
    async with cellar.centre.writing() as connection:
        await Tombstones.put(connection, stones)
        await Tombstones.put(connection, stones)
    assert (await cellar.deletion().run(TODAY)).total == 1
    assert (await cellar.counts())[0] == 0
    assert await cellar.tombstones() == stones


@pytest.mark.parametrize("line", ["x", "[]", '{"digest": "00"}', "{" * 2_000, '{"digest":7}'])
def test_a_list_that_is_none_says_which_line(line: str) -> None:
    with pytest.raises(ListUnreadable, match="line 1 is no deletion"):
        list(read_list([line]))
