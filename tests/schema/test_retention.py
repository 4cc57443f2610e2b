import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.seal.expiry import purgeable_from
from schema.catalogue import RECORDS
from schema.retention import Anchor, AnchorKind, Term, keep_through, protects

VECTORS = json.loads((Path(__file__).parent / "retention_vectors.json").read_text("utf-8"))


def anchored(record_type: str, values: Mapping[str, object], anchor: Anchor = Anchor.END) -> tuple[str, str] | None:
    found = Term(RECORDS[record_type], anchor).anchored(values.get)
    return None if found is None else (found.on.isoformat(), str(found.kind))


def kept_through(record_type: str, values: Mapping[str, object], anchor: Anchor = Anchor.END) -> str | None:
    found = Term(RECORDS[record_type], anchor).kept_through(values.get)
    return None if found is None else found.isoformat()


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: str(vector["generatedOn"]))
def test_a_term_of_five_years_ends_as_the_vectors_say(vector: Mapping[str, str]) -> None:
    begun = date.fromisoformat(vector["generatedOn"])
    assert keep_through(begun).isoformat() == vector["keepThrough"]
    assert purgeable_from(begun).isoformat() == vector["purgeableFrom"]


@pytest.mark.parametrize("vector", VECTORS["zone"], ids=lambda vector: str(vector["utc"]))
def test_an_instant_counts_from_its_day_in_the_city(vector: Mapping[str, str]) -> None:
    values = {"reportedAt": vector["utc"]}
    assert anchored("AdministrativePenalty", values) == (vector["asiaShanghaiDate"], "REPORT")
    assert kept_through("AdministrativePenalty", values) == vector["keepThrough"]


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(1, 10))
def test_a_term_is_whole_years_and_never_a_day_more(begun: date, years: int) -> None:
    ended = keep_through(begun, years)
    assert ended.year - begun.year == years
    assert timedelta() <= begun.replace(year=2000) - ended.replace(year=2000) <= timedelta(1)


PENALTY: Mapping[str, Any] = {"decisionDate": "2020-03-04", "reportedAt": "2020-03-10T10:00:00+08:00"}
ARREARS: Mapping[str, Any] = {"announcedOn": "2019-01-02", "settlementStatus": "UNSETTLED"}


def test_a_term_counts_from_the_end_then_from_the_decision_then_from_the_report() -> None:
    ended = {**PENALTY, "terminatedOn": "2021-09-09"}
    assert anchored("AdministrativePenalty", ended) == ("2021-09-09", AnchorKind.END)
    assert anchored("AdministrativePenalty", PENALTY) == ("2020-03-04", AnchorKind.DECISION)
    undated = {"reportedAt": datetime.fromisoformat("2020-03-10T17:30:00+00:00")}
    assert anchored("AdministrativePenalty", undated) == ("2020-03-11", AnchorKind.REPORT)


def test_conduct_that_goes_on_has_not_begun_to_expire() -> None:
    assert kept_through("TaxArrears", ARREARS) is None
    assert kept_through("TaxArrears", {**ARREARS, "settledOn": "2022-05-06"}) == "2027-05-06"


def test_the_stricter_anchor_counts_from_the_decision_whatever_followed() -> None:
    assert kept_through("TaxArrears", ARREARS, Anchor.DECISION) == "2024-01-02"
    ended = {**PENALTY, "terminatedOn": "2021-09-09"}
    assert anchored("AdministrativePenalty", ended, Anchor.DECISION) == ("2020-03-04", AnchorKind.DECISION)


def test_what_is_not_negative_has_no_term() -> None:
    assert kept_through("Honour", {"reportedAt": "2010-01-01T00:00:00+08:00"}) is None
    other = {"occurredOn": "2010-01-01", "reportedAt": "2010-01-01T00:00:00+08:00"}
    assert kept_through("OtherRecord", {**other, "polarity": "POSITIVE"}) is None
    assert kept_through("OtherRecord", {**other, "polarity": "NEGATIVE"}) == "2015-01-01"


def test_individuals_and_individual_businesses_are_protected_and_nobody_else() -> None:
    assert protects("INDIVIDUAL", None)
    assert protects("INDIVIDUAL", "41019919790630009X")
    assert protects("LEGAL_PERSON", "92410199DEM0000166")
    assert not protects("LEGAL_PERSON", "91410199DEM0000158")
    assert not protects("LEGAL_PERSON", None)
