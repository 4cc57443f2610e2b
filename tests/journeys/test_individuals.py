"""Individuals are found by number and name alone, by those who may; and what has run out is gone (Art. 15, 20)."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.questions import EVERYTHING_OF_AN_INDIVIDUAL, above
from tests.journeys.visitor import AS_OF, CODES, PERSONS, SUPERVISION, Place, Told, Visitor, visiting

FIND = "query Find($by: SubjectRef!) { subject(by: $by) { kind name } }"
ADJUDICATION = {"code": "ADJUDICATION", "text": "（2026）豫01民终100号案件审理"}
OF_THIS_ANSWER = re.compile(rb'"(?:receipt|asOf)":"[^"]*"')
"""What is another in every answer: the entry's receipt, and the second in which a source was asked."""


def ref(number: str, name: str) -> dict[str, Any]:
    return {"by": {"individual": {"idNumber": number, "name": name}}}


IN_08 = ref(PERSONS["IN-08"]["idNumber"], "韩雪宁")
IN_10 = ref(PERSONS["IN-10"]["idNumber"], "欧阳澈")
NOBODY = ref("410199199001010011", "无名氏")


def but_for_its_moment(told: Told) -> bytes:
    return OF_THIS_ANSWER.sub(b"", told.body)


def headers_of(told: Told) -> list[str]:
    return [name for name, _ in told.headers.multi_items()]


async def test_an_officer_with_a_purpose_finds_an_individual_by_number_and_name(visitor: Visitor) -> None:
    told = await visitor.ask(FIND, IN_08, persona="market-officer", purpose=SUPERVISION)
    assert told.data == {"subject": {"kind": "INDIVIDUAL", "name": "韩雪宁"}}


async def test_an_individual_finds_itself(visitor: Visitor) -> None:
    told = await visitor.ask(FIND, IN_10, persona="individual")
    assert told.data == {"subject": {"kind": "INDIVIDUAL", "name": "欧阳澈"}}


@pytest.mark.parametrize(
    ("persona", "purpose"),
    [
        ("public", None),
        ("public", SUPERVISION),
        ("individual", None),
        ("company", None),
        ("third-party", None),
        ("market-officer", None),
        ("court-officer", ADJUDICATION),
        ("tax-reporter", SUPERVISION),
        ("credit-service", {"code": "CREDIT_SERVICE", "text": "客户尽职调查报告"}),
        ("auditor", SUPERVISION),
    ],
)
async def test_whom_one_may_not_find_reads_like_one_who_is_not_there(
    visitor: Visitor, persona: str, purpose: Mapping[str, str] | None
) -> None:
    async with visitor.leaving(entries=2):
        there = await visitor.ask(FIND, IN_08, persona=persona, purpose=purpose, headers={"x-request-id": "one"})
        nobody = await visitor.ask(FIND, NOBODY, persona=persona, purpose=purpose, headers={"x-request-id": "one"})
    assert there.data == {"subject": None}
    assert but_for_its_moment(there) == but_for_its_moment(nobody)
    assert headers_of(there) == headers_of(nobody)


async def test_a_wrong_name_reads_like_a_wrong_number(visitor: Visitor) -> None:
    how: dict[str, Any] = {"persona": "market-officer", "purpose": SUPERVISION, "headers": {"x-request-id": "one"}}
    wrong_name = await visitor.ask(FIND, ref(PERSONS["IN-08"]["idNumber"], "韩雪"), **how)
    nobody = await visitor.ask(FIND, NOBODY, **how)
    assert wrong_name.data == {"subject": None}
    assert but_for_its_moment(wrong_name) == but_for_its_moment(nobody)


async def test_the_id_of_an_individual_finds_it_for_nobody_who_may_not(visitor: Visitor) -> None:
    query = "query Find($by: SubjectRef!) { subject(by: $by) { id } }"
    found = await visitor.ask(query, IN_08, persona="market-officer", purpose=SUPERVISION)
    its_id = found.data["subject"]["id"]
    assert PERSONS["IN-08"]["idNumber"] not in its_id
    same: dict[str, str] = {"x-request-id": "one"}
    by_id = await visitor.ask(FIND, {"by": {"id": its_id}}, headers=same)
    nobody = await visitor.ask(FIND, {"by": {"id": its_id[::-1]}}, headers=same)
    assert by_id.data == {"subject": None}
    assert but_for_its_moment(by_id) == but_for_its_moment(nobody)


async def test_searching_by_name_finds_legal_persons_alone(visitor: Visitor) -> None:
    query = '{ searchSubjects(text: "%s", first: 100) { totalCount nodes { kind name } } }'
    for person in PERSONS.values():
        told = await visitor.ask(query % person["name"], persona="market-officer", purpose=SUPERVISION)
        assert told.data["searchSubjects"]["totalCount"] == len(told.data["searchSubjects"]["nodes"])
        assert all(each["kind"] == "LEGAL_PERSON" for each in told.data["searchSubjects"]["nodes"])
    some = (await visitor.ask(query % "郑州")).data["searchSubjects"]
    assert some["totalCount"] == len(some["nodes"]) > 3


async def test_an_officer_sees_of_an_individual_what_its_tier_allows(visitor: Visitor) -> None:
    for key, person in PERSONS.items():
        variables = {"number": person["idNumber"], "name": person["name"]}
        told = await visitor.ask(EVERYTHING_OF_AN_INDIVIDUAL, variables, persona="market-officer", purpose=SUPERVISION)
        assert told.data["subject"]["name"] == person["name"]
        assert list(above(told.data["subject"], "B")) == [], key


PENALTIES = """query Penalties($by: SubjectRef!) { subject(by: $by) {
  ... on Individual { administrativePenalties { totalCount nodes { violationType retentionUntil } } } } }"""


async def penalties(place: Place, after_days: int) -> list[dict[str, Any]]:
    by = ref(PERSONS["IN-09"]["idNumber"], PERSONS["IN-09"]["name"])
    async with visiting(place.settings(as_of=AS_OF + timedelta(days=after_days))) as visitor:
        told = await visitor.ask(PENALTIES, by, persona="market-officer", purpose=SUPERVISION)
    connection = told.data["subject"]["administrativePenalties"]
    assert connection["totalCount"] == len(connection["nodes"])
    return list(connection["nodes"])


async def test_a_penalty_is_read_until_its_five_years_have_passed_and_not_a_day_longer(city: Place) -> None:
    found = [await penalties(city, after_days) for after_days in (0, 1, 2)]
    last_day = (AS_OF + timedelta(days=1)).isoformat()
    running_out = {"violationType": "无照经营", "retentionUntil": last_day}
    assert [running_out in each for each in found] == [True, True, False]
    assert [len(each) for each in found] == [2, 2, 1]


async def test_a_penalty_of_a_legal_person_does_not_run_out(city: Place) -> None:
    query = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
      administrativePenalties { nodes { retentionUntil } } } }"""
    counts = []
    for years in (0, 20):
        async with visiting(city.settings(as_of=AS_OF.replace(year=AS_OF.year + years))) as visitor:
            told = await visitor.ask(query, {"code": CODES["LP-04"]}, persona="market-officer", purpose=SUPERVISION)
        counts.append(told.data["subject"]["administrativePenalties"]["nodes"])
    assert counts[0] == counts[1]
    assert [each["retentionUntil"] for each in counts[0]] == [None] * len(counts[0])
