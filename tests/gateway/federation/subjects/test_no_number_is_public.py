"""Whatever agencies wrote, wherever they wrote it: no identity number is in an answer below tier C (R17.1)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.connector import OPEN, RegisteredSubject
from gateway.federation.subjects.pages import first_page
from gateway.federation.subjects.plan import SubjectPlan
from gateway.federation.subjects.project import Surroundings
from gateway.federation.subjects.records import Reading, Row
from schema.catalogue import ENVELOPE
from schema.identity import born_on, resident_check
from tests.gateway.federation.subjects.credit_plans import EVERYTHING, planned, planner, viewpoint

NUMBER = "410199199003070018"
PLANS = {
    (standing, kind): planned(planner(whole_records=whole), EVERYTHING[kind], viewpoint(standing, kind))
    for standing, kind, whole in [
        ("public", "LEGAL_PERSON", False),
        ("public", "INDIVIDUAL", False),
        ("duty", "LEGAL_PERSON", True),
        ("duty", "INDIVIDUAL", True),
    ]
}
AS_WRITTEN = st.sampled_from(
    [
        "{}",
        "身份证{}号",
        "{}01",
        "{}(见{})",
        "统一社会信用代码91410199DEM0000145, 经营者{}",
        "00{}99",
    ]
)
WRITINGS = st.builds(
    lambda form, spaced, wide, text: form.format(*[_spelt(spaced=spaced, wide=wide)] * 2) + text,
    AS_WRITTEN,
    st.booleans(),
    st.booleans(),
    st.text("0123456789X年-", max_size=8),
)
WORDS = {"RecordType", "Tier", "Polarity", "RecordStatus", "DisputeStatus", "SubmissionMode"}
PLAIN = {"Date": "2024-05-06", "DateTime": "2024-05-06T08:00:00+08:00", "Int": 2024, "Boolean": False, "Decimal": "1.5"}


def _spelt(*, spaced: bool, wide: bool) -> str:
    number = f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}" if spaced else NUMBER
    return number.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if wide else number


def a_row(reading: Reading, written: str, category: str) -> Row:
    """Give a row that has *written* in every column that holds a text."""
    row: Row = []
    for name in reading.layout.columns:
        definition = reading.layout.record.fields.get(name) or ENVELOPE.get(name)
        if name == "counterpartyCategory":
            row.append(category)
        elif name == reading.layout.record.occurred_on and definition is not None and definition.type == "String":
            row.append("2024-05")  # a month, which a connector has read as one
        elif name == OPEN or (definition is not None and definition.type in PLAIN):
            row.append(True if definition is None else PLAIN[definition.type])
        elif definition is not None and definition.is_list and definition.enum is None:
            row.append([written, written])
        elif definition is not None and definition.enum is None and definition.type not in WORDS:
            row.append(written)
        else:
            row.append(None)
    return row


def answer(plan: SubjectPlan, written: str, category: str) -> dict[str, Any]:
    """Give the answer about a subject of whom every agency wrote the same."""
    subject = RegisteredSubject(
        id="id",
        kind=plan.viewpoint.kind,
        identifier="91410199DEM0000145",
        name=written,
        unified_social_credit_code="91410199DEM0000145",
        organization_code=written,
        registration_number=written,
        taxpayer_number=written,
        organization_type=None,
        established_on=None,
        region_code=written,
    )
    readings = plan.readings
    pages = [first_page([a_row(readings[each.record.name], written, category)] * 2, 20) for each in plan.connections]
    return plan.project(subject, pages, Surroundings(logs=[None] * len(plan.logs)))


def texts(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for each in told.values():
            yield from texts(each)
    elif isinstance(told, list):
        for each in told:
            yield from texts(each)


def numbers_in(text: str) -> list[str]:
    code = re.sub(r"[\s-]", "", text.translate(str.maketrans("０１２３４５６７８９ｘＸx", "0123456789XXX")))
    found = (code[start : start + 18] for start in range(len(code)))
    return [
        each
        for each in found
        if re.fullmatch(r"[1-9]\d{5}(18|19|20)\d{9}[0-9X]", each) and born_on(each) and each[-1] == resident_check(each)
    ]


@pytest.mark.parametrize("whose", PLANS, ids=" ".join)
@settings(max_examples=25)
@given(written=WRITINGS, category=st.sampled_from(["LEGAL_PERSON", "NATURAL_PERSON"]))
def test_no_value_of_any_field_has_a_number(whose: tuple[str, str], written: str, category: str) -> None:
    told = list(texts(answer(PLANS[whose], written, category)))
    assert [each for each in told if numbers_in(each)] == []
    assert numbers_in(written)
    assert any("*" in each for each in told)


def test_the_subject_itself_reads_what_was_written() -> None:
    plan = planned(planner(), EVERYTHING["LEGAL_PERSON"], viewpoint("self"))
    told = list(texts(answer(plan, f"身份证{NUMBER}号", "LEGAL_PERSON")))
    assert told.count(f"身份证{NUMBER}号") > 100
