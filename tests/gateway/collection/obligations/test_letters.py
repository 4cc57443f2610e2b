"""What reminders and reports say, and how they are set (Art. 13; AMB-36)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gateway.collection.obligations.duties import Duty, ahead
from gateway.collection.obligations.letter_pdf import as_pdf
from gateway.collection.obligations.letters import (
    Item,
    Written,
    digest_of,
    explained,
    reminder_letter,
    report_letter,
)
from gateway.collection.obligations.rules import Rules, due_of, grace_of
from gateway.workdays import official_calendar
from schema.definition import Cycle
from schema.terms import SubmissionMode

CALENDAR = official_calendar()
WRITTEN = Written("市信用中心", "税务机关", "TAX", date(2026, 10, 21), "信催〔2026〕1号", "钟信维")


def items(agency: str = "TAX", record_type: str = "TaxArrears", override: str | None = None) -> list[Item]:
    duty = Duty(agency, record_type, SubmissionMode.BATCH, Cycle.MONTHLY)
    kept = next(ahead(duty, date(2026, 9, 1), date(2026, 9, 1), Rules(), CALENDAR))
    due = due_of(kept.kind, kept.record_type, kept.period, Rules(), CALENDAR)
    return [Item(replace(kept, override_basis=override), due)]


def letter(written: Written = WRITTEN, told: list[Item] | None = None) -> dict[str, Any]:
    return reminder_letter(written, items() if told is None else told, grace_of(written.on, Rules(), CALENDAR))


def words(told: dict[str, Any]) -> str:
    return "".join([told["title"], *told["opening"], *told["closing"]])


def test_a_reminder_names_law_duty_grace_and_what_follows() -> None:
    told = letter()
    for part in ("郑政办〔2017〕80号", "第十二条", "第十三条", "2026年10月28日24时前", "报市政府", "零报送"):
        assert part in words(told)
    assert told["sender"] == "市信用中心（签发：钟信维）"
    assert told["rows"] == [
        {
            "recordType": "欠税信息",
            "period": "2026-09",
            "dueOn": "2026年10月20日",
            "explained": "自2026年9月30日次日起第10个工作日，至2026年10月20日24时"
            "（10月1日至10月7日国庆节放假；10月10日因国庆节调休上班）",
        }
    ]


def test_a_court_is_asked_in_other_words() -> None:
    court = replace(WRITTEN, addressee="人民法院", agency="COURT")
    told = letter(court, items("COURT", "EnforcementCase"))
    assert "商请贵院" in words(told)
    assert "催报" not in words(told)
    assert "报市政府" not in words(told)


def test_another_laws_time_limit_is_cited() -> None:
    (row,) = letter(told=items(override="欠税公告办法"))["rows"]
    assert row["explained"].endswith("；另有规定：欠税公告办法")


def test_a_report_says_what_was_asked_for_in_vain() -> None:
    told = {
        "agency": "税务机关",
        "number": "信催〔2026〕1号",
        "sent_on": date(2026, 10, 21),
        "grace_on": date(2026, 10, 28),
    }
    report = report_letter(replace(WRITTEN, addressee="市政府", number="信报〔2026〕1号"), items(), told)
    for part in ("税务机关", "2026年10月21日", "信催〔2026〕1号", "2026年10月28日24时前", "第十三条", "请予审定"):
        assert part in words(report)


@pytest.mark.parametrize(
    ("start", "days", "said"),
    [
        (date(2026, 7, 31), 10, "自2026年7月31日次日起第10个工作日，至2026年8月14日24时"),
        (
            date(2026, 2, 13),
            7,
            (
                "自2026年2月13日次日起第7个工作日，至2026年3月2日24时"
                "（2月14日因春节调休上班；2月15日至2月23日春节放假；2月28日因春节调休上班）"
            ),
        ),
    ],
)
def test_a_day_is_explained_in_a_sentence(start: date, days: int, said: str) -> None:
    assert explained(CALENDAR.due(start, days)) == said


def test_a_digest_is_of_every_word() -> None:
    told = letter()
    assert told["digest"] == digest_of(told)
    assert digest_of({**told, "dated": "2026年1月1日"}) != told["digest"]


def test_a_letter_is_set_as_pdf_the_same_each_time() -> None:
    told = letter()
    pdf = as_pdf(told)
    assert pdf.startswith(b"%PDF-")
    assert b"/STSong-Light" in pdf
    assert as_pdf(told) == pdf
    assert as_pdf({**told, "number": "信催〔2026〕2号"}) != pdf


def test_what_somebody_called_themselves_is_text_in_a_pdf_and_a_long_letter_has_pages() -> None:
    named = replace(WRITTEN, addressee="<b>某局</b> & <img src='x'/>")
    pdf = as_pdf(letter(named, items() * 200))
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") > 5
