"""Reading the trail on both engines: by its marks, without writing, as far as it can still be opened."""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from gateway.audit import Entry, SubjectLine
from gateway.audit.errors import TrailUnread
from gateway.audit.head import leaf_of
from gateway.audit.inspection import Trail, Wanted
from gateway.audit.inspection.hiding import Hiding, hide
from gateway.audit.inspection.opening import Opener
from gateway.errors import BadUserInput, StartRefused
from gateway.store import Store
from gateway.store.engine import open_reader
from gateway.store.tables import RECORD
from schema.disclosure import Outcome, PurposeCode, Standing
from schema.inspection import QueryLogThresholds
from schema.line_shapes import ALLOWED, UNDECIDED, LineShape, Ruling
from tests.gateway.audit.inspection.conftest import ReadingKeys

Kept = Callable[[Entry], Awaitable[str]]
Make = Callable[..., Entry]
Line = Callable[..., SubjectLine]
DAY = date(2026, 11, 23)
SILENT = QueryLogThresholds(night_queries=0, subjects=0, denials=0, same_purpose=0)


async def receipts(trail: Trail, first: int = 100, **wanted: Any) -> list[str]:  # noqa: ANN401 (fields of Wanted)
    page = await trail.search(Wanted(**wanted), first, None)
    return [each.receipt for each in page.nodes]


async def test_the_session_cannot_write(store: Store, inspected: Trail) -> None:
    reader = open_reader(store.address, 5.0)
    try:
        async with reader.connect() as connection:
            for statement in (
                "INSERT INTO audit_stream (writer, pid, opened_at) VALUES ('x', 1, CURRENT_TIMESTAMP)",
                "UPDATE audit_tally SET n = 0",
                "DELETE FROM audit_record",
                "CREATE TABLE audit_other (id integer)",
            ):
                with pytest.raises(DBAPIError, match=r"read-?only|readonly"):
                    await connection.execute(text(statement))
                await connection.rollback()
    finally:
        await reader.dispose()
    assert (await inspected.search(Wanted(), 1, None)).nodes == []


async def test_entries_are_found_by_what_leads_and_by_what_is_looked_up_beside(
    inspected: Trail, kept: Kept, entry: Make, line: Line
) -> None:
    other = LineShape([Ruling("TaxArrears.amount", "B", ALLOWED)])
    one = await kept(entry(line("LP-1")))
    two = await kept(entry(line("LP-1", shape=other), line("LP-2"), organisation="COURT", papers=("P-1", "P-2")))
    three = await kept(entry(line("LP-2"), outcome=Outcome.DENIED, purpose_code=PurposeCode.ENFORCEMENT, papers=()))
    assert await receipts(inspected) == [three, two, one]
    assert await receipts(inspected, subject_id="LP-1") == [two, one]
    assert await receipts(inspected, subject_id="LP-1", coordinate="TaxArrears.amount") == [two]
    assert await receipts(inspected, subject_id="LP-1", paper="P-2") == [two]
    assert await receipts(inspected, paper="DEMO-LETTER-TAX") == [one]
    assert await receipts(inspected, paper="P-1", coordinate="TaxArrears.amount") == [two]
    assert await receipts(inspected, coordinate="TaxCreditRating.grade") == [three, two, one]
    assert await receipts(inspected, coordinate="TaxCreditRating.grade", organisation="COURT") == [two]
    assert await receipts(inspected, coordinate="LegalPerson.taxCreditRatings", outcome=2) == [three]
    assert await receipts(inspected, requester="officer Zhang") == [three, two, one]
    assert await receipts(inspected, requester="officer Zhang", organisation="COURT") == [two]
    assert await receipts(inspected, requester="officer Li") == []
    assert await receipts(inspected, purpose="ENFORCEMENT") == [three]
    assert await receipts(inspected, coordinate="Nobody.knows") == []
    stream, seq, _ = two.split(".")
    assert await receipts(inspected, place=(int(stream), int(seq))) == [two]
    assert await receipts(inspected, end=datetime(2020, 1, 1, tzinfo=UTC)) == []


async def test_a_coordinate_of_very_many_plans_is_found_too(
    inspected: Trail, kept: Kept, entry: Make, line: Line
) -> None:
    last = ""
    for n in range(11):
        shapes = [
            LineShape([Ruling("TaxArrears.amount", "B", ALLOWED), Ruling(f"T{n}.{k}", "A", ALLOWED)]) for k in range(10)
        ]
        last = await kept(entry(*(line(f"LP-{k}", shape=shape) for k, shape in enumerate(shapes))))
    found = await receipts(inspected, coordinate="TaxArrears.amount")
    assert len(found) == 11
    assert found[0] == last


async def test_what_stands_at_one_instant_is_paged_without_loss(
    inspected: Trail, kept: Kept, entry: Make, line: Line
) -> None:
    made = [await kept(entry(line(f"LP-{n}"))) for n in range(7)]
    found: list[str] = []
    after = None
    while True:
        page = await inspected.search(Wanted(organisation="TAX"), 3, after)
        found += [each.receipt for each in page.nodes]
        after = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            break
    assert found == made[::-1]
    with pytest.raises(BadUserInput, match="after"):
        await inspected.lines("LP-1", 3, after, None)
    with pytest.raises(BadUserInput, match="after"):
        await inspected.search(Wanted(), 3, "nonsense")


async def test_an_entry_whose_key_is_gone_shows_what_stands_open(
    inspected: Trail,
    reading_keys: ReadingKeys,
    kept: Kept,
    entry: Make,
    line: Line,
) -> None:
    await kept(entry(line("LP-1")))
    reading_keys.months = set()
    (shown,) = (await inspected.search(Wanted(), 5, None)).nodes
    assert (shown.opened, shown.requester, shown.purpose_text, shown.subjects) == (False, None, None, [])
    assert (shown.organisation, shown.purpose, shown.outcome) == ("TAX", PurposeCode.LICENSING, Outcome.DISCLOSED)
    lines = await inspected.lines("LP-1", 5, None, None)
    assert (lines.nodes, lines.unread) == ([], 1), "that somebody looked is not silent"


async def test_a_key_that_cannot_be_used_closes_the_entries_of_its_month_alone(
    store: Store,
    inspected: Trail,
    reading_keys: ReadingKeys,
    kept: Kept,
    entry: Make,
    line: Line,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(2):
        await kept(entry(line("LP-1")))
    async with store.engine.begin() as connection:
        await connection.execute(update(RECORD).where(RECORD.c.seq == 0).values(key_id=199_901))

    def existing_month_key(number: int) -> bytes:
        if number == 199_901:
            message = "month-199901.key does not open: restore it"
            raise StartRefused(message)
        return b"m" * 32

    monkeypatch.setattr(reading_keys, "existing_month_key", existing_month_key)
    newest, oldest = (await inspected.search(Wanted(), 5, None)).nodes
    assert (newest.opened, oldest.opened, oldest.organisation) == (True, False, "TAX")
    assert "month-199901.key does not open" in caplog.text
    lines = await inspected.lines("LP-1", 5, None, None)
    assert (len(lines.nodes), lines.unread) == (1, 1)


@pytest.mark.parametrize(
    "written",
    [
        b"no JSON",
        b"[]",
        b'{"shapes":["xx"],"papers":3}',
        b'{"shapes":7,"subjects":[[]]}',
        b'{"subjects":[["00"]],"shapes":[]}',
        b'{"papers":[],"subjects":{"a":1},"shapes":["00"]}',
    ],
)
async def test_a_head_that_somebody_wrote_anew_does_not_stop_the_reading(
    store: Store, inspected: Trail, kept: Kept, entry: Make, line: Line, written: bytes
) -> None:
    await kept(entry(line("LP-1")))
    untouched = await kept(entry(line("LP-2")))
    async with store.engine.begin() as connection:
        changed: dict[str, Any] = {"head": written, "purpose": "NO_SUCH_PURPOSE", "way": 99, "outcome": 99}
        changed["leaf"] = leaf_of(written)
        await connection.execute(update(RECORD).where(RECORD.c.seq == 0).values(changed))
    newest, oldest = (await inspected.search(Wanted(), 5, None)).nodes
    assert newest.receipt == untouched
    assert (oldest.purpose, oldest.outcome) == (None, Outcome.FAILED)
    assert (oldest.opened, oldest.papers, oldest.response_digest, oldest.trace_id) == (False, None, None, None)
    lines = await inspected.lines("LP-1", 5, None, None)
    assert len(lines.nodes) + lines.unread == 1


@pytest.mark.parametrize("change", ["DELETE FROM audit_shape", "UPDATE audit_shape SET tier = 'C'"])
async def test_a_line_whose_decisions_are_lost_is_not_told_as_if_nothing_had_been_decided(
    store: Store, inspected: Trail, kept: Kept, entry: Make, line: Line, change: str
) -> None:
    await kept(entry(line("LP-1")))
    await kept(entry(line("LP-1", shape=UNDECIDED)))
    async with store.engine.begin() as connection:
        await connection.execute(text(change))
    page = await inspected.lines("LP-1", 5, None, None)
    undecided, lost = page.nodes
    assert (undecided.fields, undecided.withheld, undecided.rows) == ([], [], []), (
        "nothing was decided, and that is known"
    )
    assert (lost.fields, lost.withheld, lost.rows, page.unread) == (None, None, None, 0)
    assert (lost.requester, lost.tier, lost.paper) == ("officer Zhang", "B", "DEMO-LETTER-TAX"), "what is known is told"
    for one, line_of in zip((await inspected.search(Wanted(), 5, None)).nodes, page.nodes, strict=True):
        (subject,) = one.subjects or []
        assert one.opened
        assert (subject.fields, subject.withheld, subject.rows) == (line_of.fields, line_of.withheld, line_of.rows)


async def test_bytes_in_place_of_a_text_are_decisions_that_are_lost(
    store: Store, inspected: Trail, kept: Kept, entry: Make, line: Line
) -> None:
    """SQLite lets anything stand in a column."""
    await kept(entry(line("LP-1")))
    async with store.engine.begin() as connection:
        one, other = "UPDATE audit_shape SET tier = 'C'", "UPDATE audit_shape SET tier = x'43'"
        await connection.execute(text(one if store.address.is_postgresql else other))
    assert [each.fields for each in (await inspected.lines("LP-1", 5, None, None)).nodes] == [None]


async def test_more_decisions_than_are_remembered_are_told_all_the_same(
    inspected: Trail, kept: Kept, entry: Make, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspected, "_opener", Opener(ReadingKeys(), remembered=1))
    for n in range(3):
        await kept(entry(line("LP-1", shape=LineShape([Ruling(f"TaxArrears.{n}", "B", ALLOWED)]))))
    lines = (await inspected.lines("LP-1", 5, None, None)).nodes
    assert [[each.coordinate for each in one.fields or ()] for one in lines] == [[f"TaxArrears.{n}"] for n in (2, 1, 0)]


async def test_a_text_in_place_of_the_bytes_does_not_stop_the_reading(
    store: Store, inspected: Trail, kept: Kept, entry: Make, line: Line
) -> None:
    """SQLite lets anything stand in a column."""
    await kept(entry(line("LP-1")))
    if not store.address.is_postgresql:
        async with store.engine.begin() as connection:
            await connection.execute(text("UPDATE audit_record SET head = 'text', sealed = 'text', leaf = 'text'"))
    (shown,) = (await inspected.search(Wanted(), 5, None)).nodes
    assert shown.organisation == "TAX"


async def test_a_subject_sees_its_lines_and_not_what_is_hidden(
    store: Store, inspected: Trail, kept: Kept, entry: Make, line: Line
) -> None:
    await kept(entry(line("LP-1"), line("LP-2"), purpose_text="both"))
    await kept(entry(line("LP-1", standing=Standing.PUBLIC, counted=False), purpose_text="viewed"))
    hidden = await kept(entry(line("LP-1"), organisation="COURT", purpose_text="covert"))
    rule = Hiding("r1", "Art. 54", "why", DAY + timedelta(days=1), "S", organisation="COURT", purpose="LICENSING")
    await hide(store.engine, rule, datetime.now(UTC))
    await hide(store.engine, dataclasses.replace(rule, id="r2", purpose="ENFORCEMENT"), datetime.now(UTC))

    async def seen(day: date | None) -> list[str | None]:
        return [each.purpose_text for each in (await inspected.lines("LP-1", 9, None, day)).nodes]

    assert await seen(DAY) == [None, "both"], "of a view of what is public nobody is named, nor why"
    assert await seen(DAY + timedelta(days=1)) == ["covert", None, "both"]
    assert await seen(None) == ["covert", "viewed", "both"]
    assert await inspected.hidden_counts(["LP-1", "LP-2"], DAY) == {"LP-1": 1}
    assert await inspected.hidden_counts(["LP-1"], DAY + timedelta(days=1)) == {}
    public = (await inspected.lines("LP-1", 9, None, DAY)).nodes[0]
    assert (public.requester, public.organisation, public.paper, public.nth) == (None, None, None, None)
    assert (await inspected.lines("LP-1", 9, None, None)).nodes[0].receipt == hidden


async def test_numbers_count_days_organisations_and_denials(
    inspected: Trail, kept: Kept, entry: Make, line: Line
) -> None:
    for n in range(3):
        await kept(entry(line(f"LP-{n}")))
    await kept(entry(organisation="COURT", outcome=Outcome.DENIED, subjects=()))
    now = datetime.now(UTC)
    told = await inspected.summary(now - timedelta(hours=1), now + timedelta(hours=1), SILENT)
    assert sum(each.entries for each in told.days) == 4
    assert sum(each.denied for each in told.days) == 1
    assert {each.of for each in told.days} <= {(now + timedelta(hours=8 + n)).date().isoformat() for n in (0, -1)}
    assert [(each.of, each.entries, each.denied) for each in told.organisations] == [("TAX", 3, 0), ("COURT", 1, 1)]
    assert (told.anomalies, told.purposes_read) == ([], 0)
    before = await inspected.summary(now - timedelta(hours=2), now - timedelta(hours=1), SILENT)
    assert (before.days, before.organisations) == ([], [])


async def test_what_passes_a_threshold_is_named_with_its_entries(
    inspected: Trail, kept: Kept, entry: Make, line: Line
) -> None:
    made = [await kept(entry(line(f"LP-{n}"), purpose_text="always the same")) for n in range(3)]
    await kept(entry(line("LP-9"), person="officer Li", purpose_text="something else"))
    for _ in range(2):
        await kept(entry(person="officer Wang", outcome=Outcome.DENIED, purpose_text=None))
    now = datetime.now(UTC)
    between = now - timedelta(hours=1), now + timedelta(hours=1)
    thresholds = dataclasses.replace(SILENT, subjects=3, denials=2, same_purpose=3)
    told = await inspected.summary(*between, thresholds)
    by_kind = {each.kind: each for each in told.anomalies}
    assert set(by_kind) == {"MANY_SUBJECTS", "MANY_DENIALS", "SAME_PURPOSE"}
    assert (by_kind["MANY_SUBJECTS"].requester, by_kind["MANY_SUBJECTS"].count) == ("officer Zhang", 3)
    assert (by_kind["MANY_DENIALS"].requester, by_kind["MANY_DENIALS"].count) == ("officer Wang", 2)
    assert by_kind["SAME_PURPOSE"].purpose_text == "always the same"
    assert by_kind["SAME_PURPOSE"].receipts == made[::-1]
    assert (told.purposes_read, told.purposes_unread) == (6, 0)
    higher = dataclasses.replace(SILENT, subjects=4, denials=3, same_purpose=4)
    assert (await inspected.summary(*between, higher)).anomalies == []


async def test_purposes_that_cannot_be_opened_are_not_counted_as_compared(
    inspected: Trail, reading_keys: ReadingKeys, kept: Kept, entry: Make, line: Line
) -> None:
    for n in range(3):
        await kept(entry(line(f"LP-{n}"), purpose_text="always the same"))
    reading_keys.months = set()
    now = datetime.now(UTC)
    thresholds = dataclasses.replace(SILENT, subjects=3, same_purpose=3)
    told = await inspected.summary(now - timedelta(hours=1), now + timedelta(hours=1), thresholds)
    assert (told.purposes_read, told.purposes_unread) == (0, 3)
    assert [(each.kind, each.count, each.requester) for each in told.anomalies] == [("MANY_SUBJECTS", 3, None)]


@pytest.mark.parametrize(("hour", "at_night"), [(21, False), (22, True), (2, True), (5, True), (6, False), (12, False)])
async def test_the_night_is_from_22_to_6_in_zhengzhou(
    store: Store, inspected: Trail, kept: Kept, entry: Make, line: Line, hour: int, *, at_night: bool
) -> None:
    await kept(entry(line("LP-1")))
    day = datetime.now(UTC).replace(hour=0, minute=30, second=0, microsecond=0)
    at = day + timedelta(hours=(hour - 8) % 24)
    async with store.engine.begin() as connection:
        await connection.execute(update(RECORD).values(at=at))
    told = await inspected.summary(
        day - timedelta(days=1), day + timedelta(days=2), dataclasses.replace(SILENT, night_queries=1)
    )
    assert [each.kind for each in told.anomalies] == (["NIGHT_QUERIES"] if at_night else [])


async def test_a_database_that_is_gone_is_said_to_be(store: Store, inspected: Trail) -> None:
    async with store.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE audit_shape RENAME TO audit_elsewhere"))
    with pytest.raises(TrailUnread):
        await inspected.search(Wanted(coordinate="TaxArrears.amount"), 5, None)
