"""What a reminder and a report say, sentence by sentence, as official documents do (Art. 13; R13.2, R13.3). Pure.

A court is asked, not told (AMB-36). Each due date is explained: from which day it was counted, and which days in
between were off or worked.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gateway.collection.obligations.duties import is_court
from gateway.collection.obligations.obligation import KeptObligation
from gateway.workdays.calendar import Counted, DayKind, Due
from schema.catalogue import RECORDS
from schema.obligations import ObligationKind

__all__ = ["Item", "Written", "chinese_day", "digest_of", "explained", "reminder_letter", "report_letter"]

_MEASURES: Final = "《郑州市公共信用信息管理暂行办法》（郑政办〔2017〕80号）"
_OVERRIDE: Final = "另有规定："


@dataclass(frozen=True, slots=True)
class Item:
    """An obligation with the count of its days."""

    obligation: KeptObligation
    due: Due


@dataclass(frozen=True, slots=True)
class Written:
    """Who writes to whom, on which day, under which number, signed by whom."""

    sender: str
    addressee: str
    agency: str
    on: date
    number: str
    signatory: str = ""


def reminder_letter(written: Written, items: Sequence[Item], grace: Due) -> dict[str, Any]:
    """Give a reminder's parts (R13.2)."""
    asked, name = is_court(written.agency), _called(written.agency)
    title = "关于商请报送公共信用信息的函" if asked else "关于报送公共信用信息的催报通知"
    days = f"{chinese_day(grace.day)}24时前"
    if asked:
        closing = [
            f"现依照{_MEASURES}第十三条，商请{name}于{days}补报；确无应报信息的，请作零报送。",
            "如有困难或对期限计算有异议，请函告我中心。敬请支持为盼。",
        ]
    else:
        closing = [
            f"现依照{_MEASURES}第十三条予以书面催报，请{name}于{days}补报；确无应报信息的，请作零报送。",
            "经催报仍不能按要求提供的，将依照该条报市政府。对期限计算有异议的，请于上述期限内书面提出。",
        ]
    duty = f"依照{_MEASURES}第十二条，{name}应当按期向市社会信用信息平台报送公共信用信息。"
    opening = [f"{duty}截至{chinese_day(written.on)}，下列信息尚未收到："]
    return _letter(title, written, opening, items, [*closing, f"补报期限：{explained(grace)}。"])


def report_letter(written: Written, items: Sequence[Item], reminder: Mapping[str, Any]) -> dict[str, Any]:
    """Give a report's parts (R13.3): what was asked for, when, and that it was in vain."""
    agency, number, sent_on, grace = (reminder[each] for each in ("agency", "number", "sent_on", "grace_on"))
    late = f"{agency}未按{_MEASURES}第十二条规定的期限报送公共信用信息。"
    asked = f"我中心已于{chinese_day(sent_on)}发出书面催报（{number}），请其于{chinese_day(grace)}24时前补报。"
    opening = [f"{late}{asked}截至{chinese_day(written.on)}，下列信息仍未报送："]
    closing = [f"依照{_MEASURES}第十三条，现予报告，是否给予通报批评，请予审定。"]
    return _letter(f"关于{agency}未按规定报送公共信用信息的报告", written, opening, items, closing)


def explained(due: Due) -> str:
    """Say in a sentence how a day was counted: from when, how many, and what was out of the ordinary.

    >>> from gateway.workdays import official_calendar
    >>> explained(official_calendar().due(date(2026, 9, 30), 10))
    '自2026年9月30日次日起第10个工作日，至2026年10月20日24时（10月1日至10月7日国庆节放假；10月10日因国庆节调休上班）'
    """
    counted = max((each.nth or 0 for each in due.days), default=0)
    until = f"至{chinese_day(due.day)}24时"
    if due.day == due.start:
        return f"当日24时（每日报送一次），{until}"
    unusual = "；".join(_unusual(due.days))
    return f"自{chinese_day(due.start)}次日起第{counted}个工作日，{until}" + (f"（{unusual}）" if unusual else "")


def chinese_day(day: date) -> str:
    """Write a day as documents do.

    >>> chinese_day(date(2026, 11, 6))
    '2026年11月6日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def digest_of(letter: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a letter's text, line by line."""
    return hashlib.sha256("\n".join(_lines(letter)).encode()).hexdigest()


def _letter(
    title: str, written: Written, opening: list[str], items: Sequence[Item], closing: list[str]
) -> dict[str, Any]:
    letter = {
        "title": title,
        "number": written.number,
        "addressee": written.addressee,
        "opening": opening,
        "rows": [_row(each) for each in items],
        "closing": closing,
        "sender": f"{written.sender}（签发：{written.signatory}）" if written.signatory else written.sender,
        "dated": chinese_day(written.on),
    }
    return {**letter, "digest": digest_of(letter)}


def _row(item: Item) -> dict[str, str]:
    each = item.obligation
    why = (
        explained(item.due)
        if each.override_basis is None
        else f"{explained(item.due)}；{_OVERRIDE}{each.override_basis}"
    )
    return {
        "recordType": RECORDS[each.record_type].chinese,
        "period": f"{each.period.name}决定" if each.kind is ObligationKind.DECISION else each.period.name,
        "dueOn": chinese_day(each.due.on),
        "explained": why,
    }


def _lines(letter: Mapping[str, Any]) -> Iterator[str]:
    yield from (letter["title"], letter["number"], letter["addressee"], *letter["opening"])
    for row in letter["rows"]:
        yield "\t".join(row.values())
    yield from (*letter["closing"], letter["sender"], letter["dated"])


def _unusual(days: Iterable[Counted]) -> Iterator[str]:
    """Name holidays as ranges, and make-up days one by one; a plain weekend is nothing unusual."""
    run: list[Counted] = []
    for each in days:
        if each.kind is DayKind.HOLIDAY and (not run or each.reason.chinese.partition("，")[2] == _reason(run[0])):
            run.append(each)
            continue
        yield from _range(run)
        run = [each] if each.kind is DayKind.HOLIDAY else []
        if each.kind is DayKind.MAKE_UP:
            yield f"{_short(each.day)}{_reason(each)}"
    yield from _range(run)


def _range(run: Sequence[Counted]) -> Iterator[str]:
    if run:
        first, last = _short(run[0].day), _short(run[-1].day)
        yield f"{first if first == last else f'{first}至{last}'}{_reason(run[0])}"


def _reason(day: Counted) -> str:
    return day.reason.chinese.partition("，")[2]


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _called(agency: str) -> str:
    return "贵院" if is_court(agency) else "贵单位"
