"""What is said beside the rows: record type, way, period, and whether all or nothing is to be taken (Art. 12)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from gateway.collection.intake.submission import Submission
from gateway.errors import BadUserInput, Text
from schema.catalogue import RECORDS
from schema.terms import SubmissionMode

__all__ = ["read_sending", "said_of"]

_PERIOD: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?|-Q[1-4]|-H[12])?", re.ASCII)
_NUMBER: Final = re.compile(r"[A-Za-z0-9._/-]{1,64}", re.ASCII)
_FLAGS: Final[Mapping[object, bool]] = {True: True, False: False, "true": True, "false": False, None: False}


def read_sending(said: Mapping[str, object], provider: str, officer: str, digest: str) -> Submission:
    """Give the submission of an officer for an agency, whose file has this digest.

    Raises:
        BadUserInput: something that is said means nothing.

    """
    said = {
        name: value if isinstance(value, str | bool) else None if value is None else "?" for name, value in said.items()
    }
    record_type, period, number = (said.get(name) for name in ("recordType", "period", "number"))
    mode, whole = said.get("mode") or SubmissionMode.BATCH.name, said.get("allOrNothing")
    _ask(record_type in RECORDS, "recordType: a record type of the catalogue", "recordType：须为目录中的信息类型")
    _ask(mode in SubmissionMode.__members__, "mode: SYSTEM, BATCH or MANUAL", "mode：SYSTEM、BATCH 或 MANUAL")
    _ask(
        _is(period, _PERIOD) and _is_of_calendar(period),
        "period: like 2026-11, 2026-Q4, 2026-H2, 2026 or 2026-11-26",
        "period：如 2026-11、2026-Q4、2026-H2、2026",
    )
    _ask(_is(number, _NUMBER), "number: up to 64 letters, digits and . _ / -", "number：最多 64 个字母、数字及 . _ / -")
    _ask(whole in _FLAGS, "allOrNothing: true or false", "allOrNothing：true 或 false")
    return Submission(
        provider=provider,
        officer=officer,
        record_type=str(record_type),
        mode=SubmissionMode[str(mode)],
        digest=digest,
        period=None if period is None else str(period),
        all_or_nothing=_FLAGS[whole],
        number=None if number is None else str(number),
    )


def said_of(address: Mapping[str, object], document: Mapping[str, object]) -> Mapping[str, object]:
    """Give what the address and the document say of one submission together; a null says nothing.

    Raises:
        BadUserInput: they say different things of the same.

    """
    said = {name: value for name, value in document.items() if value is not None}
    for name in address.keys() & said.keys():
        written = str(said[name]).lower() if isinstance(said[name], bool) else said[name]
        _ask(address[name] == written, f"{name}: the address and the body differ", f"{name}：地址与请求体不一致")
    return {**address, **said}


def _is_of_calendar(period: object) -> bool:
    """Say whether the day, or the year, of a period is one of the calendar.

    >>> [_is_of_calendar(each) for each in (None, "2026-Q4", "2026-02-28", "2026-02-30", "0000")]
    [True, True, True, False, False]
    """
    if not isinstance(period, str):
        return True
    written = period if len(period) == len("2026-11-26") else f"{period[:4]}-01-01"
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _is(value: object, pattern: "re.Pattern[str]") -> bool:
    return value is None or (isinstance(value, str) and pattern.fullmatch(value) is not None)


def _ask(good: object, english: str, chinese: str) -> None:
    if not good:
        raise BadUserInput(Text(english, chinese))
