"""Which connectors are let in, and what is said to those that are not."""

from importlib.metadata import EntryPoint

import pytest
import sqlalchemy as sa

from connectors import columns as read
from connectors import registry
from connectors.connector import Batch, Connector, Rows, Table, serves
from connectors.courts import Courts
from connectors.credit_centre import CreditCentre
from connectors.market_regulation import MarketRegulation
from connectors.registry import ConnectorsRefused
from connectors.social_insurance import SocialInsurance
from connectors.tax import Tax
from schema.catalogue import RECORDS
from schema.records.any_agency import AdministrativePenalty, Honour
from schema.records.tax import TaxArrears, TaxCreditRating

OURS = (Tax, Courts, SocialInsurance, MarketRegulation, CreditCentre)
ROWS = sa.table("rows", sa.column("code"), sa.column("number"), sa.column("grade"), sa.column("year"))
RATING = {
    "taxpayerNumber": read.text(ROWS.c.number),
    "ratingYear": read.number(ROWS.c.year),
    "grade": read.code(ROWS.c.grade, {"1": "A", "5": "D"}),
}
BY_CODE = {"LEGAL_PERSON": lambda key: ROWS.c.code == key.identifier}


def connector(*tables: Table, **attributes: object) -> type[Connector]:
    named = {"agency": "WATER", "name": "自来水公司", "tables": tables, "__module__": "zz_water"}
    return type("Water", (Connector,), named | attributes)


def test_our_five_are_let_in() -> None:
    assert list(registry.register(OURS)) == [
        "TAX",
        "COURT",
        "SOCIAL_INSURANCE",
        "MARKET_REGULATION",
        "CREDIT_CENTRE",
    ]


def test_every_record_type_of_the_catalogue_is_served_by_some_connector() -> None:
    served = {table.record.__name__ for each in OURS for table in each.tables}
    assert served == set(RECORDS)


@pytest.mark.parametrize("each", OURS)
def test_ours_map_all_that_the_catalogue_requires_and_when_it_was_reported(each: type[Connector]) -> None:
    for table in each.tables:
        required = {name for name, field in RECORDS[table.record.__name__].fields.items() if field.required}
        assert required | {"reportedAt"} <= set(table.fields), table.record.__name__


@pytest.mark.parametrize("each", OURS)
def test_ours_know_every_kind_of_subject_that_a_type_is_about(each: type[Connector]) -> None:
    for table in each.tables:
        assert set(table.matches) == set(RECORDS[table.record.__name__].subject_kinds)


def test_no_agency_reads_an_identity_number_for_a_persons_key() -> None:
    for each in (Courts, SocialInsurance, MarketRegulation):
        for table in each.tables:
            for name, column in table.fields.items():
                if name.endswith(("personKey", "PersonKey", "officerKey")):
                    assert column.needs_pseudonym, f"{table.record.__name__}.{name}"
                    assert column.column is not None
                    assert column.column.name not in {"sfzhm", "aac002", "CERNO"}


def test_two_that_speak_for_one_agency_are_refused() -> None:
    fits = Table(TaxCreditRating, ROWS, BY_CODE, RATING)
    with pytest.raises(ConnectorsRefused, match="both speak for WATER"):
        registry.register([connector(fits), connector(fits)])


def test_a_record_type_unknown_to_the_catalogue_is_refused() -> None:
    unknown = type("WaterBill", (), {})
    (problem,) = registry.check(connector(Table(unknown, ROWS, BY_CODE, {})))
    assert "WaterBill" in problem
    assert "catalogue" in problem


def test_an_unknown_field_is_refused_and_the_known_ones_are_named() -> None:
    (problem,) = registry.check(
        connector(Table(TaxCreditRating, ROWS, BY_CODE, RATING | {"bloodType": read.text(ROWS.c.number)}))
    )
    assert "bloodType" in problem
    assert "taxpayerNumber" in problem


def test_a_key_that_is_not_mapped_is_refused() -> None:
    without = {name: column for name, column in RATING.items() if name != "ratingYear"}
    (problem,) = registry.check(connector(Table(TaxCreditRating, ROWS, BY_CODE, without)))
    assert "ratingYear is part of its natural key" in problem


def test_a_field_that_decides_on_a_tier_must_be_closed() -> None:
    open_grade = RATING | {"grade": read.text(ROWS.c.grade)}
    (problem,) = registry.check(connector(Table(TaxCreditRating, ROWS, BY_CODE, open_grade)))
    assert "grade decides on a tier" in problem
    assert "code()" in problem


def test_a_constant_that_decides_on_a_tier_is_closed() -> None:
    fields = {"penaltyDocumentNumber": read.text(ROWS.c.number), "severity": read.constant("MINOR")}
    assert registry.check(connector(Table(AdministrativePenalty, ROWS, BY_CODE, fields))) == []


def test_a_kind_that_the_type_is_not_about_is_refused() -> None:
    matches = BY_CODE | {"INDIVIDUAL": BY_CODE["LEGAL_PERSON"]}
    (problem,) = registry.check(connector(Table(TaxCreditRating, ROWS, matches, RATING)))
    assert "not about INDIVIDUAL" in problem
    (problem,) = registry.check(connector(Table(TaxCreditRating, ROWS, {}, RATING)))
    assert "LEGAL_PERSON" in problem


def test_one_type_served_twice_is_refused() -> None:
    fits = Table(TaxCreditRating, ROWS, BY_CODE, RATING)
    (problem,) = registry.check(connector(fits, fits))
    assert "twice" in problem


def test_a_method_may_serve_what_no_table_does() -> None:
    @serves(Honour)
    async def honours(_self: Connector, batch: Batch) -> Rows:
        raise NotImplementedError(batch)

    assert registry.check(connector(honours=honours)) == []
    strange = serves(type("WaterBill", (), {}))(honours)
    (problem,) = registry.check(connector(bills=strange))
    assert "WaterBill" in problem


def test_an_agencys_column_that_art_9_forbids_is_refused_under_whatever_name_it_is_served() -> None:
    strange = sa.table("rows", sa.column("xuexing"), sa.column("number"), sa.column("code"))
    for column in (strange.c.xuexing, sa.func.coalesce(strange.c.xuexing, strange.c.number)):
        fields = {"penaltyDocumentNumber": read.text(strange.c.number), "remarks": read.text(column)}
        matches = {"LEGAL_PERSON": lambda key: strange.c.code == key.identifier}
        (problem,) = registry.check(connector(Table(AdministrativePenalty, strange, matches, fields)))
        assert "PROHIBITED_FIELD: remarks" in problem
        assert "9(2)" in problem
        assert "xuexing" in problem


def test_an_agencys_column_that_needs_consent_is_let_in_where_consent_is_asked() -> None:
    strange = sa.table("rows", sa.column("salary"), sa.column("number"), sa.column("code"))
    matches = {"INDIVIDUAL": lambda key: strange.c.code == key.identifier}
    own = {"taxpayerNumber": read.text(strange.c.number), "taxType": read.text(strange.c.number)}
    own |= {"arrearsPeriod": read.text(strange.c.number)}
    declared = own | {"arrearsBalance": read.yuan(strange.c.salary)}
    undeclared = own | {"announcingAuthority": read.text(strange.c.salary)}
    assert registry.check(connector(Table(TaxArrears, strange, matches, declared))) == []
    (problem,) = registry.check(connector(Table(TaxArrears, strange, matches, undeclared)))
    assert "9(3)" in problem


def test_all_problems_are_told_at_once() -> None:
    bad = Table(TaxCreditRating, ROWS, BY_CODE, {"bloodType": read.text(ROWS.c.number)})
    with pytest.raises(ConnectorsRefused) as refused:
        registry.register([connector(bad, agency="water", name="")])
    assert len(refused.value.problems) == 5
    assert all("zz_water.Water" in problem for problem in refused.value.problems)


def test_a_connector_that_serves_nothing_is_refused() -> None:
    (problem,) = registry.check(connector())
    assert "serves nothing" in problem


def test_installed_connectors_are_found_by_their_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = [
        EntryPoint("tax", "connectors.tax:Tax", registry.GROUP),
        EntryPoint("courts", "connectors.courts:Courts", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: [each for each in installed if each.group == group])
    assert registry.discover() == {"COURT": Courts, "TAX": Tax}


def test_what_cannot_be_loaded_or_is_no_connector_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = [
        EntryPoint("gas", "zz_gas.connector:Gas", registry.GROUP),
        EntryPoint("tax", "connectors.tax:METADATA", registry.GROUP),
        EntryPoint("water", "connectors.tax:Water", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: [each for each in installed if each.group == group])
    with pytest.raises(ConnectorsRefused) as refused:
        registry.discover()
    assert [problem.split(" = ")[0] for problem in refused.value.problems] == [
        "The entry point gas",
        "The entry point tax",
        "The entry point water",
    ]
