"""Fetches carried out: what is asked, what is remembered, and what a source may do wrong."""

import asyncio
import gc
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors.connector import Batch, Connector, Found, Loss, Rows, SubjectKey, Table
from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable
from connectors.social_insurance import SocialInsurance
from connectors.tax import Tax
from gateway.federation.execution.timing import Timing
from gateway.federation.rows.cache import ProcessCache
from gateway.federation.rows.line import Line
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.deciding import SubjectPlanner
from gateway.federation.subjects.gathering import Gathered, Gathering
from gateway.federation.subjects.plan import SubjectPlan
from gateway.federation.subjects.supergraph import Supergraph
from tests.gateway.federation.subjects.credit_plans import planned, records_of, viewpoint

ARREARS = records_of("LEGAL_PERSON", "taxArrears", "taxType arrearsPeriod")
RATINGS = records_of("LEGAL_PERSON", "taxCreditRatings", "grade")
BOTH = ARREARS.replace("taxArrears", "socialInsurancePayments { totalCount } taxArrears")
ONE, OTHER = SubjectKey("id-1", "code-1"), SubjectKey("id-2", "code-2")


def a_row(batch: Batch, key: SubjectKey) -> Found:
    """Give a row for each selection: the subject's own code in every column."""
    return Found(tuple([[key.identifier] * len(each.columns)] for each in batch.selections))


@dataclass
class Told:
    """A source that remembers what it was asked."""

    answer: Callable[[Batch, SubjectKey], Found | SourceError] = a_row
    fails_with: SourceError | None = None
    forgets: int = 0
    gate: asyncio.Event | None = None
    asked: list[Batch] = field(default_factory=list)

    async def gather(self, tables: Any, batch: Batch) -> Rows:  # noqa: ANN401 (its tables are of no interest here)
        """Answer a batch, when the gate is open."""
        assert all(isinstance(each, Table) for each in tables.values())
        self.asked.append(batch)
        if self.gate is not None:
            await self.gate.wait()
        if self.fails_with is not None:
            raise self.fails_with
        return [self.answer(batch, key) for key in batch.keys][self.forgets :]

    async def close(self) -> None:
        """Have nothing to give back."""


def unhashed(number: str) -> str:
    return number


class House:
    """Gathering over the tax authority and social insurance."""

    def __init__(self, *, kept: bool = False, agency: type[Connector] = Tax) -> None:
        self.tax, self.dues = Told(), Told()
        agencies = [agency(self.tax, unhashed), SocialInsurance(self.dues, unhashed)]
        self.planner = SubjectPlanner(Supergraph.of(agencies, {}), Cursors(b"c"), b"i", whole_records=kept)
        self.cache = ProcessCache(100) if kept else None
        self.gathering = Gathering({each.agency: Line(each, 1, 60, 3_600) for each in agencies}, self.cache)
        self.timings: list[Timing] = []
        self.saw: dict[str, list[float | None]] = {}

    def plan(self, document: str, standing: str = "self") -> SubjectPlan:
        """Plan a question about one subject."""
        return planned(self.planner, document, viewpoint(standing))

    async def ask(self, plan: SubjectPlan, *keys: SubjectKey) -> list[Gathered]:
        """Fetch for these subjects."""

        def saw(agency: str, at: float | None) -> None:
            self.saw.setdefault(agency, []).append(at)

        return await self.gathering.gather(plan, keys, self.timings, saw)


def of_arrears(gathered: Sequence[Gathered]) -> list[list[str]]:
    """Give whose rows each subject got."""
    return [[row[0] for rows in each.rows.get("TaxArrears", ()) for row in rows] for each in gathered]


async def test_several_subjects_are_one_question_and_each_gets_its_own() -> None:
    house = House()
    assert of_arrears(await house.ask(house.plan(ARREARS), OTHER, ONE)) == [["code-2"], ["code-1"]]
    assert [each.keys for each in house.tax.asked] == [(OTHER, ONE)]
    assert house.dues.asked == []


class WatchedRow(list[str]):
    """A row of which it can be seen that it is gone."""


async def test_what_was_found_is_let_go_without_the_collector_of_garbage() -> None:
    house = House()
    seen: list[weakref.ref[WatchedRow]] = []

    def watched(batch: Batch, key: SubjectKey) -> Found:
        row = WatchedRow([key.identifier] * len(batch.selections[0].columns))
        seen.append(weakref.ref(row))
        return Found(([row],))

    house.tax.answer = watched
    gc.disable()
    try:
        assert of_arrears(await house.ask(house.plan(ARREARS), ONE)) == [["code-1"]]
        await asyncio.sleep(0)
        assert [each() for each in seen] == [None]
    finally:
        gc.enable()


async def test_questions_of_several_callers_are_joined_and_a_shared_subject_is_asked_once() -> None:
    house = House()
    house.tax.gate = asyncio.Event()
    plan = house.plan(ARREARS)
    busy = asyncio.ensure_future(house.ask(house.plan(RATINGS), ONE))
    for _ in range(5):
        await asyncio.sleep(0)
    waiting = [asyncio.ensure_future(house.ask(plan, *keys)) for keys in ((ONE, OTHER), (ONE,))]
    await asyncio.sleep(0)
    house.tax.gate.set()
    both, alone = await asyncio.gather(*waiting)
    await busy
    assert (of_arrears(both), of_arrears(alone)) == ([["code-1"], ["code-2"]], [["code-1"]])
    assert [list(each.keys) for each in house.tax.asked[1:]] == [[ONE, OTHER]]


async def test_who_leaves_takes_nobody_elses_answer_away() -> None:
    house = House()
    house.tax.gate = asyncio.Event()
    busy = asyncio.ensure_future(house.ask(house.plan(RATINGS), ONE))
    for _ in range(5):
        await asyncio.sleep(0)
    plan = house.plan(ARREARS)
    leaves, stays = (asyncio.ensure_future(house.ask(plan, ONE)) for _ in range(2))
    await asyncio.sleep(0)
    leaves.cancel()
    await asyncio.sleep(0)
    house.tax.gate.set()
    assert of_arrears(await stays) == [["code-1"]]
    assert leaves.cancelled()
    await busy
    assert [each.keys for each in house.tax.asked[1:]] == [(ONE,)]


async def test_a_subject_whose_part_failed_takes_nothing_from_the_others_and_is_not_kept() -> None:
    house = House(kept=True)
    failure = SourceMisbehaved("more records than it may give")
    house.tax.answer = lambda batch, key: failure if key == ONE else a_row(batch, key)
    plan = house.plan(ARREARS)
    for _ in range(2):
        one, other = await house.ask(plan, ONE, OTHER)
        assert (one.failures, other.failures) == ({"TAX": failure}, {})
        assert of_arrears([one, other]) == [[], ["code-2"]]
    assert [each.keys for each in house.tax.asked] == [(ONE, OTHER), (ONE,)]


async def test_two_clearances_never_share_a_question() -> None:
    house = House()
    await asyncio.gather(*(house.ask(house.plan(RATINGS, each), ONE) for each in ("public", "duty", "self")))
    assert sorted(str(each.highest.value) for each in house.tax.asked) == ["A", "B", "C"]


async def test_a_source_that_fails_loses_its_own_part_alone() -> None:
    house = House()
    house.dues.fails_with = SourceUnavailable("down")
    (found,) = await house.ask(house.plan(BOTH), ONE)
    assert of_arrears([found]) == [["code-1"]]
    assert found.failures == {"SOCIAL_INSURANCE": house.dues.fails_with}
    assert house.saw["SOCIAL_INSURANCE"] == [None]
    assert {each.subgraph: each.failed for each in house.timings} == {
        "TAX": None,
        "SOCIAL_INSURANCE": "SOURCE_UNAVAILABLE",
    }


async def test_an_answer_about_fewer_subjects_than_asked_is_misbehaviour() -> None:
    house = House()
    house.tax.forgets = 1
    gathered = await house.ask(house.plan(ARREARS), ONE, OTHER)
    assert [type(each.failures["TAX"]) for each in gathered] == [SourceMisbehaved, SourceMisbehaved]


async def test_an_answer_without_a_record_type_that_was_asked_is_misbehaviour() -> None:
    house = House()
    house.tax.answer = lambda _, __: Found(())
    (found,) = await house.ask(house.plan(ARREARS), ONE)
    assert isinstance(found.failures["TAX"], SourceMisbehaved)


class Unfiltering(Tax):
    """A tax authority that cannot filter by itself."""

    filters_tiers = False


def grades(batch: Batch, _: SubjectKey) -> Found:
    (selection,) = batch.selections
    return Found(([[{"grade": grade}.get(name) for name in selection.columns] for grade in ("A", "B", None)],))


@pytest.mark.parametrize(("standing", "expected"), [("public", ["A"]), ("duty", ["A", "B", None])])
async def test_what_a_source_cannot_filter_the_gateway_does(standing: str, expected: list[str | None]) -> None:
    house = House(agency=Unfiltering)
    house.tax.answer = grades
    plan = house.plan(records_of("LEGAL_PERSON", "taxCreditRatings", "ratingYear"), standing)
    (found,) = await house.ask(plan, ONE)
    at = plan.readings["TaxCreditRating"].layout.position["grade"]
    assert [row[at] for rows in found.rows["TaxCreditRating"] for row in rows] == expected


# With rows kept


async def test_what_is_kept_is_not_asked_again_and_only_the_rest_is() -> None:
    house = House(kept=True)
    plan = house.plan(ARREARS)
    await house.ask(plan, ONE)
    assert of_arrears(await house.ask(plan, OTHER, ONE)) == [["code-2"], ["code-1"]]
    assert [each.keys for each in house.tax.asked] == [(ONE,), (OTHER,)]
    assert sorted((each.objects, each.cached) for each in house.timings[1:]) == [(1, 0), (1, 1)]


async def test_of_two_record_types_only_the_one_that_is_not_kept_is_asked() -> None:
    house = House(kept=True)
    await house.ask(house.plan(ARREARS), ONE)
    (found,) = await house.ask(
        house.plan(ARREARS.replace("taxArrears", "taxCreditRatings { totalCount } taxArrears")), ONE
    )
    assert [[each.record.name for each in batch.selections] for batch in house.tax.asked] == [
        ["TaxArrears"],
        ["TaxCreditRating"],
    ]
    assert of_arrears([found]) == [["code-1"]]
    assert found.rows["TaxCreditRating"]


async def test_rows_kept_for_one_clearance_are_never_given_to_another() -> None:
    house = House(kept=True)
    for standing in ("self", "duty", "public"):
        await house.ask(house.plan(RATINGS, standing), ONE)
    assert [str(each.highest.value) for each in house.tax.asked] == ["C", "B", "A"]


async def test_failures_and_rows_with_a_lost_value_are_not_kept() -> None:
    house = House(kept=True)
    plan = house.plan(ARREARS)
    house.tax.fails_with = SourceUnavailable("down")
    await house.ask(plan, ONE)
    house.tax.fails_with = None

    def with_a_loss(batch: Batch, key: SubjectKey) -> Found:
        found = a_row(batch, key)
        return Found(found.rows, (Loss(found.rows[0][0], "taxType"),))

    house.tax.answer = with_a_loss
    (found,) = await house.ask(plan, ONE)
    assert len(found.losses) == 1
    house.tax.answer = a_row
    (found,) = await house.ask(plan, ONE)
    assert found.losses == []
    await house.ask(plan, ONE)
    assert len(house.tax.asked) == 3


async def test_what_was_being_fetched_when_its_subject_was_dropped_is_answered_but_not_kept() -> None:
    house = House(kept=True)
    house.tax.gate = asyncio.Event()
    plan = house.plan(ARREARS)
    under_way = asyncio.ensure_future(house.ask(plan, ONE))
    for _ in range(5):
        await asyncio.sleep(0)
    assert house.tax.asked
    assert house.cache is not None
    await house.cache.drop(ONE.id)
    house.tax.gate.set()
    assert of_arrears(await under_way) == [["code-1"]]
    await house.ask(plan, ONE)
    assert len(house.tax.asked) == 2
