"""A notice of the State Council as a file: read whole, refused with every problem (AMB-14)."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.workdays import DueStatus, NoticeKind, NoticeRefused, official_calendar, read_notice
from gateway.workdays.register import over

ROOT = Path(__file__).parents[3]
NOTICE: dict[str, Any] = {
    "year": 2027,
    "document": "国办发明电〔2026〕99号",
    "title": "国务院办公厅关于2027年部分节假日安排的通知",
    "issuedOn": "2026-11-04",
    "daysOff": [
        {"festival": "元旦", "from": "2027-01-01", "to": "2027-01-03"},
        {"festival": "春节", "from": "2027-02-05", "to": "2027-02-12"},
        {"festival": "清明节", "from": "2027-04-03", "to": "2027-04-05"},
        {"festival": "劳动节", "from": "2027-05-01", "to": "2027-05-05"},
        {"festival": "端午节", "from": "2027-06-09"},
        {"festival": "中秋节", "from": "2027-09-15", "to": "2027-09-15"},
        {"festival": "国庆节", "from": "2027-10-01", "to": "2027-10-07"},
    ],
    "makeUpDays": [{"festival": "元旦", "day": "2027-01-09"}, {"festival": "春节", "day": "2027-02-20"}],
}


def written(**changes: object) -> str:
    return json.dumps({**NOTICE, **changes}, ensure_ascii=False, indent=1)


def refused(text: str) -> str:
    with pytest.raises(NoticeRefused) as error:
        read_notice(text)
    return "\n".join(error.value.problems)


def test_an_annual_notice_makes_its_year_sure_and_changes_what_is_due() -> None:
    before = official_calendar()
    after = over(before, 1, read_notice(written()))
    assert before.due(date(2026, 12, 31), 10).status is DueStatus.PROVISIONAL
    due = after.due(date(2026, 12, 31), 10)
    assert (due.day, due.status) == (date(2027, 1, 14), DueStatus.CONFIRMED)  # 9 January is worked
    assert due.days[8].document == "国办发明电〔2026〕99号"
    assert after.version == 1


def test_a_notice_may_be_written_as_yaml_or_json_and_days_quoted_or_plain() -> None:
    quoted = yaml.safe_dump(NOTICE, allow_unicode=True)
    assert "'2027-01-01'" in quoted
    assert read_notice(quoted) == read_notice(quoted.replace("'", "")) == read_notice(written())


def test_the_pattern_that_is_shipped_says_what_is_known_already() -> None:
    notice = read_notice((ROOT / "deploy/calendar-2026.yaml").read_text("utf-8"))
    before = official_calendar()
    after = over(before, 1, notice)
    days = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]
    assert [before.works(day) for day in days] == [after.works(day) for day in days]


def test_an_amendment_changes_days_in_the_middle_of_a_year_and_makes_no_year_sure() -> None:
    amended = {"year": 2027, "kind": "AMENDMENT", "daysOff": [{"festival": "春节", "from": "2027-02-15"}]}
    more: Mapping[str, Any] = {**amended, "makeUpDays": [], "ordinary": ["2027-02-20"], "issuedOn": "2027-02-01"}
    annual = over(official_calendar(), 1, read_notice(written()))
    after = over(annual, 2, read_notice(written(**more)))
    assert (annual.works(date(2027, 2, 15)), after.works(date(2027, 2, 15))) == (True, False)
    assert (annual.works(date(2027, 2, 20)), after.works(date(2027, 2, 20))) == (True, False)
    alone = over(official_calendar(), 1, read_notice(written(**more)))
    assert not alone.works(date(2027, 2, 15))
    assert not alone.is_confirmed(date(2027, 2, 15))


def test_the_extension_of_spring_festival_2020_moves_a_running_clock() -> None:
    first = {
        "year": 2020,
        "issuedOn": "2019-11-21",
        "daysOff": [
            {"festival": "元旦", "from": "2020-01-01"},
            {"festival": "春节", "from": "2020-01-24", "to": "2020-01-30"},
            {"festival": "清明节", "from": "2020-04-04", "to": "2020-04-06"},
            {"festival": "劳动节", "from": "2020-05-01", "to": "2020-05-05"},
            {"festival": "端午节", "from": "2020-06-25", "to": "2020-06-27"},
            {"festival": "国庆节、中秋节", "from": "2020-10-01", "to": "2020-10-08"},
        ],
        "makeUpDays": [{"festival": "春节", "day": "2020-01-19"}, {"festival": "春节", "day": "2020-02-01"}],
    }
    extended = {
        "year": 2020,
        "kind": "AMENDMENT",
        "issuedOn": "2020-01-27",
        "daysOff": [{"festival": "春节", "from": "2020-01-31", "to": "2020-02-02"}],
        "makeUpDays": [],
    }
    before = over(official_calendar(), 1, read_notice(written(**first)))
    after = over(before, 2, read_notice(written(**extended)))
    assert before.due(date(2020, 1, 23), 7).day == date(2020, 2, 7)
    assert after.due(date(2020, 1, 23), 7).day == date(2020, 2, 11)
    assert after.due(date(2020, 1, 23), 7).status is DueStatus.CONFIRMED


def test_a_notice_that_reaches_into_the_year_before_changes_that_day_alone() -> None:
    days = [{"festival": "元旦", "from": "2026-12-31", "to": "2027-01-03"}, *NOTICE["daysOff"][1:]]
    after = over(official_calendar(), 1, read_notice(written(daysOff=days)))
    assert not after.works(date(2026, 12, 31))
    assert after.works(date(2026, 12, 30))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"year": "next"}, "year: a year from 2004"),
        ({"year": True}, "year: a year from 2004"),
        ({"kind": "NEWS"}, "kind: one of ANNUAL, AMENDMENT"),
        ({"document": ""}, "document: 2 to 200 characters"),
        ({"title": "x" * 201}, "title: 2 to 200 characters"),
        ({"issuedOn": "yesterday"}, "issuedOn: a day"),
        ({"issuedOn": "2031-01-01"}, "is no day on which 2027 was announced"),
        ({"more": 1}, "more: no such key"),
        ({"daysOff": "all"}, "daysOff: a list"),
        ({"daysOff": [3]}, "daysOff[0]: write {festival, from, to}"),
        ({"daysOff": NOTICE["daysOff"][1:]}, "daysOff: 元旦 is missing"),
        ({"daysOff": NOTICE["daysOff"][1:]}, "2027-01-01 is a statutory holiday"),
        ({"daysOff": [*NOTICE["daysOff"], NOTICE["daysOff"][0]]}, "2027-01-01 is listed twice"),
        (
            {"daysOff": [{"festival": "元旦", "from": "2027-01-03", "to": "2027-01-01"}]},
            "is no holiday of 1 to 16 days",
        ),
        ({"daysOff": [{"festival": "大雪", "from": "2027-01-03"}]}, "daysOff[0].festival: 元旦"),
        ({"makeUpDays": [{"festival": "元旦", "day": "2027-01-04"}]}, "2027-01-04 is a Monday, which is worked anyhow"),
        ({"makeUpDays": [{"festival": "元旦", "day": "2029-01-06"}]}, "2029-01-06 lies outside 2027"),
        ({"ordinary": ["2027-03-01"]}, "ordinary: for an AMENDMENT only"),
        ({"ordinary": "2027-03-01"}, "ordinary: a list"),
        ({"kind": "AMENDMENT", "daysOff": [], "makeUpDays": []}, "changes nothing"),
    ],
)
def test_what_is_wrong_is_told(changes: dict[str, Any], problem: str) -> None:
    assert problem in refused(written(**changes))


def test_every_problem_is_told_at_once() -> None:
    told = refused(written(year=1, document="", issuedOn=None))
    assert [problem.partition(":")[0] for problem in told.splitlines()] == ["year", "document", "issuedOn"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[", "not YAML"),
        ("- 2027", "not a notice"),
        ("", "not a notice"),
        ("x" * 70_000, "more than 65536 bytes"),
        ("[" * 30_000, "not YAML"),
        ("a: &a [1, 1]\nb: *a", "references"),
        ("!!python/object/apply:os.system ['true']", "not YAML"),
    ],
)
def test_what_is_no_notice_at_all_is_refused_at_once(text: str, problem: str) -> None:
    assert problem in refused(text)


def test_a_notice_is_annual_unless_it_says_otherwise() -> None:
    assert read_notice(written()).kind is NoticeKind.ANNUAL
