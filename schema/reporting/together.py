"""What the values of a row say together: days in their order, what the law asks of a type, units (Art. 7, 8, 20).

Each check gives problems of its own; a check that lacks a value says nothing, since that is said of the value itself.
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from schema.definition import RecordDefinition
from schema.identifiers import check_organization_code
from schema.reporting.problems import RowCode
from schema.reporting.subject import SubjectNamed
from schema.retention import Term, dating, polarity_of
from schema.text import Text

__all__ = ["Checks", "Finding", "Findings", "checks_of", "inner_code", "of_the_subject", "of_the_term", "of_the_values"]

Values: TypeAlias = Mapping[str, Any]  # Any: canonical values of JSON, by field name


class Finding(NamedTuple):
    """Something about a row: its column, its code, its words, its article; or only a remark."""

    column: str | None
    code: str
    said: Text
    article: str | None = None
    warning: bool = False


Findings: TypeAlias = Iterator[Finding]


# --- days

_AHEAD: Final = re.compile(r"(?:To|Until|From|^plannedRemovalOn)$")
"""The days that may be to come: of terms, and of what is planned."""
_NOT_AHEAD: Final = frozenset({"overdueFrom"})

_ORDER: Final = (
    ("validFrom", "validTo"),
    ("operatingTermFrom", "operatingTermTo"),
    ("banFrom", "banTo"),
    ("startedOn", "endedOn"),
    ("appointedOn", "leftOn"),
    ("listedOn", "removedOn"),
    ("listedOn", "delistedOn"),
    ("listedOn", "plannedRemovalOn"),
    ("filedOn", "concludedOn"),
    ("filedOn", "removedOn"),
    ("determinedOn", "liftedOn"),
    ("issuedOn", "liftedOn"),
    ("issuedOn", "revokedOn"),
    ("awardedOn", "revokedOn"),
    ("decisionDate", "liftedOn"),
    ("registeredOn", "deregisteredOn"),
    ("occurredOn", "terminatedOn"),
    ("overdueFrom", "settledOn"),
    ("foundOn", "banUntil"),
    ("decisionDate", "publicityUntil"),
)
"""Days of which the second is not before the first."""


class _Dated(NamedTuple):
    """The days of a record type: those that are not to come, and pairs of which the second is not before the first."""

    past: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def _dated(definition: RecordDefinition) -> _Dated:
    days = [field.name for field in definition.fields.values() if field.type == "Date"]
    past = tuple(name for name in days if name in _NOT_AHEAD or _AHEAD.search(name) is None)
    return _Dated(past, tuple((first, last) for first, last in _ORDER if first in days and last in days))


def _to_come(name: str) -> Finding:
    if name == "effectiveOn":
        return Finding(name, RowCode.NOT_EFFECTIVE, Text("it is not in force yet", "该文书尚未生效"), "7(7)")
    return Finding(name, RowCode.FUTURE_DATE, Text("this day is in the future", "日期晚于今日"), "11")


def _out_of_order(definition: RecordDefinition, first: str, last: str) -> Finding:
    said = Text(f"{last} is before {first}", f"早于“{definition.fields[first].chinese}”")
    return Finding(last, RowCode.DATES_OUT_OF_ORDER, said, "11")


# --- what the law asks of a record type


def _major(values: Values, statement: str | None) -> Findings:
    if values.get("accidentLevel") == "GENERAL" and not statement:
        said = Text(
            "a general accident counts only with the agency's statement that it is a major one under its rule",
            "一般事故须附报送单位说明其依本行业规定属于重大事故",
        )
        yield Finding("statement", RowCode.STATEMENT_REQUIRED, said, "7(10)")


def _on_duty(values: Values, _statement: str | None) -> Findings:
    if values.get("dutyRelated") is False:
        said = Text("only punishments for acts in the course of duty are collected", "只收履行职责过程中受到的刑罚")
        yield Finding("dutyRelated", RowCode.OUT_OF_SCOPE, said, "7(13)")


def _until_when(values: Values, _statement: str | None) -> Findings:
    if values.get("lifetime") is False and values.get("banTo") is None:
        yield Finding(
            "banTo", RowCode.REQUIRED, Text("a ban that is not for life has an end", "非终身禁入须填写截止日"), "7(13)"
        )
    if values.get("lifetime") is True and values.get("banTo") is not None:
        yield Finding("banTo", RowCode.FORMAT, Text("a ban for life has no end", "终身禁入不填截止日"), "7(13)")


_OF_THE_LAW: Final[Mapping[str, Callable[[Values, str | None], Findings]]] = {
    "MajorAccident": _major,
    "OfficerCriminalPunishment": _on_duty,
    "IndustryBan": _until_when,
}


# --- units

_SUM_IN_TEXT: Final = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,6})?\s*(亿|万)?元", re.ASCII)
_UNITS: Final[Mapping[str | None, int]] = {None: 1, "": 1, "万": 10_000, "亿": 100_000_000}
_TEN_THOUSAND: Final = Decimal(10_000)
_LARGE_FINE: Final = Decimal(100_000_000)
"""Yuan from which a sum of one decision is looked at twice."""
_MOST_SUMS: Final = 20


_FINES: Final = ("fineAmount", "confiscatedAmount")


def _unit(name: str, value: str, text: str) -> Finding | None:
    """Remark on a sum that is ten thousand times what the decision's own text says, or a ten-thousandth of it."""
    if _is_said(value, text):
        return None
    amount, said = Decimal(value), _sums(text)
    if not amount or amount in said:
        return None
    if amount * _TEN_THOUSAND in said or amount / _TEN_THOUSAND in said:
        told = Text(
            "the decision's text has ten thousand times this sum, or a ten-thousandth: yuan or 万元?",
            "与处罚内容所载金额相差一万倍: 请核对单位是元还是万元",
        )
        return Finding(name, RowCode.IMPLAUSIBLE, told, "11", warning=True)
    if amount >= _LARGE_FINE:
        told = Text("so large a sum: yuan typed into a 万元 column?", "金额异常大: 是否在万元列中填了元?")
        return Finding(name, RowCode.IMPLAUSIBLE, told, "11", warning=True)
    return None


def _is_said(value: str, text: str) -> bool:
    """Say, quickly, whether a text has just this sum, as most do; it may have it in another spelling all the same.

    >>> _is_said("5000.00", "罚款5000元"), _is_said("5000.00", "罚款25000元"), _is_said("5000.00", "罚款0.5万元")
    (True, False, False)
    """
    whole = value.removesuffix(".00")
    at = text.find(f"{whole}元")
    return at >= 0 and (at == 0 or not (text[at - 1].isdigit() or text[at - 1] in ".,"))


def _sums(text: str) -> frozenset[Decimal]:
    found = (match for match, _ in zip(_SUM_IN_TEXT.finditer(text), range(_MOST_SUMS), strict=False))
    return frozenset(Decimal(match[1].replace(",", "") + (match[2] or "")) * _UNITS[match[3]] for match in found)


# --- inner codes


@functools.lru_cache(maxsize=4096)
def _is_whole(code: str) -> bool:
    """Say whether the organisation code inside a credit code passes its own check."""
    return check_organization_code(code[8:17]).valid


def inner_code(column: str, code: str, *, strict: bool) -> Finding | None:
    """Give what is odd about a credit code that passes its own check, if anything; *strict* calls it wrong."""
    return None if _is_whole(code) else _odd_inside(column, strict=strict)


def _odd_inside(column: str, *, strict: bool) -> Finding:
    said = Text(
        "the organisation code inside, characters 9 to 17, has a wrong check character: look at the certificate",
        "第9-17位组织机构代码校验码不符: 请与证照核对",
    )
    return Finding(column, RowCode.CODE_ODD, said, "7(1)", warning=not strict)


class Checks(NamedTuple):
    """What is looked at in the values of a record type, worked out once."""

    definition: RecordDefinition
    dated: _Dated
    asked: Callable[[Values, str | None], Findings] | None
    credit_codes: tuple[str, ...]
    fines: tuple[str, ...]


def checks_of(definition: RecordDefinition) -> Checks:
    """Work out what is looked at in the values of a record type."""
    fields = definition.fields.values()
    credit_codes = tuple(each.name for each in fields if each.type == "UnifiedSocialCreditCode")
    return Checks(
        definition,
        _dated(definition),
        _OF_THE_LAW.get(definition.name),
        credit_codes,
        fines=_FINES if "fineAmount" in definition.fields else (),
    )


def of_the_values(checks: Checks, values: Values, today: date, *, statement: str | None, strict: bool) -> Findings:
    """Give what is wrong with, or odd about, a record's values taken together."""
    value_of, now = values.get, today.isoformat()
    for name in checks.dated.past:
        if (day := value_of(name)) is not None and day > now:
            yield _to_come(name)
    for first, last in checks.dated.pairs:
        if (begun := value_of(first)) is not None and (ended := value_of(last)) is not None and ended < begun:
            yield _out_of_order(checks.definition, first, last)
    if checks.asked is not None:
        yield from checks.asked(values, statement)
    for name in checks.credit_codes:
        if (code := value_of(name)) is not None and not _is_whole(code):
            yield _odd_inside(name, strict=strict)
    for name in checks.fines:
        if (fine := value_of(name)) is not None and (odd := _unit(name, fine, value_of("penaltyContent") or "")):
            yield odd


# --- the subject

_OF_AGE: Final = 18


def of_the_subject(definition: RecordDefinition, values: Values, subject: SubjectNamed) -> Findings:
    """Give what keeps a negative record of one whom Art. 9 protects from being taken: that it was a minor (AMB-46)."""
    born, conduct = subject.born_on, _dated_on(definition, values)
    if born is None or conduct is None or _age(born, conduct) >= _OF_AGE:
        return
    if polarity_of(definition, values.get) == "NEGATIVE":
        said = Text(
            "negative information about a minor's conduct is not collected", "行为发生时未满十八周岁, 不得归集不良信息"
        )
        yield Finding(None, RowCode.MINOR, said, "9(4)")


def _dated_on(definition: RecordDefinition, values: Values) -> date | None:
    """Give the day that dates a record by its own values."""
    value = None if definition.occurred_on is None else values.get(definition.occurred_on)
    return None if value is None else date.fromisoformat(dating(definition)(value))


def of_the_term(term: Term, values: Values, today: date) -> tuple[date | None, Findings]:
    """Give until when a protected subject's record is kept, and what is said where that is over (R20.1, R20.4)."""
    until = term.kept_through(values.get)
    return until, _over(until, today)


def _over(until: date | None, today: date) -> Findings:
    if until is not None and until < today:
        said = Text("its five years are over: it would have to be deleted at once", "已超过五年保存期限, 不得再次报送")
        yield Finding(None, RowCode.RETENTION_EXPIRED, said, "20")


def _age(born: date, on: date) -> int:
    """Give the years that a person has completed on a day.

    >>> _age(date(2008, 3, 2), date(2026, 3, 1)), _age(date(2008, 3, 2), date(2026, 3, 2))
    (17, 18)
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
