"""What is withheld is never read: neither a selection nor a statement names it (R15.2, R15.9)."""

import itertools
import re
from collections.abc import Iterator, Mapping

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors

from connectors.connector import OPEN, Batch, Connector, Key, Selection, Table
from connectors.credit_centre import CreditCentre
from connectors.sources.sql import SqlSource
from connectors.sources.statement import build
from gateway.access.matrix import Requester
from gateway.access.rules import clearance
from gateway.access.standings import Sight
from gateway.federation.subjects.plan import SubjectPlan, Viewpoint
from schema.catalogue import ENVELOPE, RECORDS
from schema.definition import RecordDefinition
from schema.disclosure import Scope
from schema.tiers import Tier
from tests.gateway.federation.subjects.credit_plans import (
    CLEARANCES,
    EVERYTHING,
    planned,
    planner,
    records_of,
    viewpoint,
)

PLANNERS = {"rows not kept": planner(), "rows kept whole": planner(whole_records=True)}
DIALECTS: Mapping[str, Dialect] = {
    "postgresql": SqlSource("postgresql://nobody@nowhere/nothing").dialect,
    "sqlite": SqlSource("sqlite:////nowhere").dialect,
}
KINDS = tuple(EVERYTHING)
ASKED = Key(*(sa.literal_column(name, sa.Text) for name in ("i", "s", "o", "h")))

every_plan = pytest.mark.parametrize(
    ("kept", "kind", "standing"), [*itertools.product(PLANNERS, KINDS, CLEARANCES)], ids=" ".join
)
every_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def plans(kept: str, kind: str, standing: str) -> Iterator[SubjectPlan]:
    """Plan everything at once, and each record type alone with next to nothing asked of it."""
    seen = viewpoint(standing, kind)
    yield planned(PLANNERS[kept], EVERYTHING[kind], seen)
    for record in RECORDS.values():
        if kind in record.subject_kinds:
            yield planned(PLANNERS[kept], records_of(kind, record.graph_field, "id recordTier"), seen)


def selections(plan: SubjectPlan) -> Iterator[tuple[Connector, Selection]]:
    for fetch in plan.fetches:
        for selection in fetch.selections:
            yield fetch.connector, selection


def tier_of(record: RecordDefinition, column: str) -> Tier:
    if column == OPEN:  # no value of the record: whether it exists
        return Tier.PUBLIC
    return (record.fields.get(column) or ENVELOPE[column]).tier


def statement(plan: SubjectPlan, dialect: str, record: str | None = None) -> str:
    """Give the SQL of all of a plan's fetches, or of one record type's."""
    found = []
    for fetch in plan.fetches:
        wanted = tuple(each for each in fetch.selections if record in (None, each.record.name))
        if wanted:
            seen = plan.viewpoint
            batch = Batch(seen.kind, (), wanted, fetch.highest, fetch.own)
            found.append(build(fetch.connector._tables, batch, DIALECTS[dialect]).sql)  # noqa: SLF001 (what it hands its source)
    return "\n".join(found)


@every_plan
def test_no_selection_holds_a_column_above_the_clearance_except_a_natural_key(
    kept: str, kind: str, standing: str
) -> None:
    for plan in plans(kept, kind, standing):
        highest = plan.viewpoint.clearance.highest
        for connector, selection in selections(plan):
            above = {name for name in selection.columns if tier_of(selection.record, name) > highest}
            assert above <= set(selection.record.key), f"{connector.agency}: {selection.record.name}"


@every_plan
def test_a_natural_key_above_the_clearance_is_in_no_answer(kept: str, kind: str, standing: str) -> None:
    plan = planned(PLANNERS[kept], EVERYTHING[kind], viewpoint(standing, kind))
    highest = plan.viewpoint.clearance.highest
    withheld = set(plan.withheld)
    for _, selection in selections(plan):
        for name in selection.record.key:
            if tier_of(selection.record, name) > highest:
                assert f"{selection.record.name}.{name}" in withheld
                assert f"{selection.record.name}.{name}" not in plan.fields


@every_plan
def test_what_is_open_is_asked_where_several_agencies_serve_a_type_and_nowhere_else(
    kept: str, kind: str, standing: str
) -> None:
    serving = PLANNERS[kept].supergraph.serving
    several = set()
    for plan in plans(kept, kind, standing):
        for _, selection in selections(plan):
            agencies = serving[selection.record.name, kind]
            assert (OPEN in selection.columns) is (len(agencies) > 1), selection.record.name
            several.add(len(agencies) > 1)
    assert several == {False, True}


def columns_in(*expressions: sa.sql.ClauseElement | None) -> set[str]:
    """Name the agency's columns that expressions stand on."""
    return {
        f"{part.table.name}.{part.name}"
        for each in expressions
        if each is not None
        for part in visitors.iterate(each)
        if isinstance(part, sa.Column)
    }


def stands_on(table: Table, field: str) -> set[str]:
    column = table.fields.get(field)
    return columns_in(column.column) if column is not None else set()


def needed_anyway(table: Table, selection: Selection, plan: SubjectPlan) -> set[str]:
    """Name the columns by which a record is found, merged, or kept out; and those of what is open."""
    record, highest = selection.record, plan.viewpoint.clearance.highest
    found_by = columns_in(table.matches[plan.viewpoint.kind](ASKED), table.where, table.record_tier)
    if isinstance(table.rows, sa.Join):
        found_by |= columns_in(table.rows.onclause)
    rules = {name for rule in record.tier_rules for name in rule.when.fields}
    open_fields = {name for name in table.fields if tier_of(record, name) <= highest}
    return found_by.union(*(stands_on(table, name) for name in {*record.key, *rules, *open_fields}))


@every_dialect
@every_plan
def test_no_statement_names_a_column_of_what_is_withheld(kept: str, kind: str, standing: str, dialect: str) -> None:
    checked = 0
    for plan in plans(kept, kind, standing):
        for connector, selection in selections(plan):
            table = connector._tables[selection.record.name]  # noqa: SLF001 (what it hands its source)
            sql = statement(plan, dialect, selection.record.name)
            named = set(re.findall(r"\w+[.]\w+", sql.replace('"', "")))
            above = {
                name for name in table.fields if tier_of(selection.record, name) > plan.viewpoint.clearance.highest
            }
            if isinstance(connector, CreditCentre):
                for name in above - set(selection.record.key):
                    checked += 1
                    assert f"'{name}'" not in sql
            columns = set[str]().union(*(stands_on(table, name) for name in above))
            for column in columns - needed_anyway(table, selection, plan):
                checked += 1
                assert column not in named
    assert checked > 10 or standing == "self"


NEVER_FOR_DUTY = {
    "SocialInsurancePayment": ("ac43.aae020", "ac43.aae022"),
    "MajorTaxViolation": ("zdwf_aj.zrr_sfzjhm",),
    "AdministrativePenalty": ("CF_FR_ZJHM", "dj_nsrxx.sfzjhm"),
}
"""Columns that only tier C opens, and the record types by which they would be read."""


@every_dialect
@pytest.mark.parametrize("kept", PLANNERS)
@pytest.mark.parametrize("record", NEVER_FOR_DUTY)
def test_amounts_paid_and_numbers_of_persons_are_in_the_statement_for_the_subject_alone(
    record: str, kept: str, dialect: str
) -> None:
    sql = {
        standing: statement(planned(PLANNERS[kept], EVERYTHING["LEGAL_PERSON"], viewpoint(standing)), dialect, record)
        for standing in CLEARANCES
    }
    for column in NEVER_FOR_DUTY[record]:
        assert column in sql["self"].replace('"', "")
        assert column not in sql["duty"].replace('"', "")
        assert column not in sql["public"].replace('"', "")


@every_dialect
@pytest.mark.parametrize("kept", PLANNERS)
def test_only_grade_a_is_asked_for_the_public(kept: str, dialect: str) -> None:
    asked = records_of("LEGAL_PERSON", "taxCreditRatings", "ratingYear")
    sql = {each: statement(planned(PLANNERS[kept], asked, viewpoint(each)), dialect) for each in CLEARANCES}
    assert re.search(r"pjjb_dm IN \('1'\)", sql["public"])
    assert "pjjb_dm IN" not in sql["duty"] + sql["self"]


@every_dialect
@pytest.mark.parametrize("kept", PLANNERS)
@pytest.mark.parametrize("standing", CLEARANCES)
def test_a_sealed_judgment_is_asked_for_nobody_not_even_the_subject(standing: str, kept: str, dialect: str) -> None:
    asked = records_of("LEGAL_PERSON", "effectiveJudgments", "caseNumber")
    sql = statement(planned(PLANNERS[kept], asked, viewpoint(standing)), dialect)
    assert re.search(r"sfgbk IN \('0', ", sql)
    assert not re.search(r"sfgbk IN \([^)]*'1'", sql)


@every_dialect
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("standing", "tiers"), [("public", "'A'"), ("duty", "'A', 'B'"), ("self", "'A', 'B', 'C'")])
def test_a_record_reported_above_the_clearance_is_not_asked_for(
    standing: str, tiers: str, kind: str, dialect: str
) -> None:
    asked = records_of(kind, "honours", "id")
    sql = statement(planned(PLANNERS["rows not kept"], asked, viewpoint(standing, kind)), dialect)
    assert f"record_tier END IN ({tiers})" in sql  # of a sealed record it is none of these


@pytest.mark.parametrize("kept", PLANNERS)
@pytest.mark.parametrize(("kind", "standing"), [*itertools.product(KINDS, CLEARANCES)])
def test_a_connection_that_can_hold_no_record_for_the_standing_is_in_no_fetch(
    kept: str, kind: str, standing: str
) -> None:
    plan = planned(PLANNERS[kept], EVERYTHING[kind], viewpoint(standing, kind))
    fetched = {selection.record.name for _, selection in selections(plan)}
    decide = plan.viewpoint.clearance.decide
    closed = {record.name for record in RECORDS.values() if kind in record.subject_kinds} - fetched
    assert closed == {
        record.name
        for record in RECORDS.values()
        if kind in record.subject_kinds
        and not all(
            decide(level).allowed
            for level in (
                record.tier,
                *(rule.tier for rule in record.tier_rules if rule.tier and rule.when.text == f"subjectKind == {kind}"),
            )
        )
    }


def test_of_an_individual_the_public_reads_no_judgment_and_no_penalty() -> None:
    for field in ("effectiveJudgments", "enforcementCases", "administrativePenalties"):
        plan = planned(
            PLANNERS["rows not kept"], records_of("INDIVIDUAL", field, "id"), viewpoint("public", "INDIVIDUAL")
        )
        assert plan.fetches == ()
        assert [each.coordinate for each in plan.denied] == [f"Individual.{field}"]


def test_all_that_is_asked_of_one_connector_is_one_fetch() -> None:
    plan = planned(PLANNERS["rows not kept"], EVERYTHING["LEGAL_PERSON"], viewpoint("self"))
    agencies = [fetch.connector.agency for fetch in plan.fetches]
    assert len(agencies) == len(set(agencies)) == 5


def test_kept_rows_serve_any_later_question_of_the_clearance() -> None:
    """Two questions for different fields of one type ask for the same selection."""
    one, other = (
        planned(PLANNERS["rows kept whole"], records_of("LEGAL_PERSON", "taxArrears", fields), viewpoint("duty"))
        for fields in ("taxType", "arrearsBalance settledOn recordStatus")
    )
    assert one.places == other.places
    assert one.places


PENALTIES, PAYMENTS = "AdministrativePenalty", "SocialInsurancePayment"
NAMED = {
    "a penalty's remarks": (PENALTIES, "INDIVIDUAL", Scope(shared=frozenset({f"{PENALTIES}.remarks"}))),
    "a payment's amount": (PAYMENTS, "LEGAL_PERSON", Scope(restricted=frozenset({f"{PAYMENTS}.paidAmount"}))),
    "a judgment's amount, and all of tier B": (
        *("EffectiveJudgment", "INDIVIDUAL"),
        Scope(all_shared=True, restricted=frozenset({"EffectiveJudgment.amount"})),
    ),
}
"""Papers that name one field of records that nothing else opens: of what type and kind of subject, and how."""


@pytest.mark.parametrize("paper", NAMED)
@pytest.mark.parametrize("kept", PLANNERS)
def test_where_a_paper_names_one_field_no_other_is_told(kept: str, paper: str) -> None:
    name, kind, scope = NAMED[paper]
    seen = Viewpoint(clearance(Sight(Requester.THIRD_PARTY, purpose_fits=True, scope=scope)), kind, True, False)  # noqa: FBT003 (its order)
    plan = planned(PLANNERS[kept], EVERYTHING[kind], seen)
    (named,) = scope.shared | scope.restricted
    own = {each for each in plan.fields if each.partition(".")[0] == name} - {f"{name}.{each}" for each in ENVELOPE}
    assert own == {named}
    assert {f"{name}.{each}" for each in RECORDS[name].fields} - {named} <= set(plan.withheld)


def test_a_day_that_a_paper_does_not_name_is_not_told_by_the_envelope() -> None:
    name, kind, scope = NAMED["a payment's amount"]
    seen = Viewpoint(clearance(Sight(Requester.THIRD_PARTY, purpose_fits=True, scope=scope)), kind, False, False)  # noqa: FBT003 (its order)
    plan = planned(PLANNERS["rows not kept"], records_of(kind, RECORDS[name].graph_field, "id occurredOn"), seen)
    assert f"{name}.id" in plan.fields
    assert f"{name}.occurredOn" in plan.withheld
