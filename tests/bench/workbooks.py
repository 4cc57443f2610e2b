"""Measures workbooks: ``python -m tests.bench.workbooks --rows 10000`` beside openpyxl, which only reads.

A workbook of administrative penalties, one row in a hundred bad, is written once; then each way is a process of its own
that says how much processor time it took and how much memory it had at most, so that what else the machine does tells
little. Ours looks the file through, reads it, checks every row and, apart, writes the marked workbook. It is no test:
no time fails it. Memory is read as Linux tells it.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from gateway.collection.workbooks import Bounds, OpenedWorkbook, marked, open_workbook
from schema.reporting import RowProblem, read_row

_TODAY: Final = date(2026, 11, 23)
_EVERY: Final = 100
"""One row in so many is bad."""
_TYPE: Final = "AdministrativePenalty"


def _rows(count: int) -> Iterator[dict[str, Any]]:
    """Give penalties as an agency would fill them in, with every hundredth bad."""
    from connectors.demonstration import sample  # noqa: PLC0415  # what is measured has not loaded it

    persons = sample()["legalPersons"]
    for number in range(count):
        person = persons[number % len(persons)]
        decided = date(2021, 12, 1) + timedelta(days=number % 1_500)
        row = {
            "counterpartyName": person["name"],
            "counterpartyCategory": "法人及非法人组织",
            "unifiedSocialCreditCode": person["unifiedSocialCreditCode"],
            "legalRepresentativeName": f"法人代表{number % 977}",
            "penaltyDocumentNumber": f"郑市监罚〔{decided.year}〕{number}号",
            "violationType": "未按照规定的期限公示年度报告",
            "violationFacts": f"经查, 当事人于{decided:%Y年%m月}未按规定公示年度报告, 证据确凿, 案卷{number}号。",
            "penaltyBasis": "《企业信息公示暂行条例》第十七条第一款",
            "penaltyTypes": "警告;罚款",
            "penaltyContent": f"警告, 并处罚款{1_000 + number % 90_000}元",
            "fineAmount": float(1_000 + number % 90_000),
            "decisionDate": decided,
            "validTo": decided + timedelta(days=1_095),
            "publicityUntil": decided + timedelta(days=365),
            "severity": "一般",
            "simplifiedProcedure": "否",
            "authorityName": "郑州市市场监督管理局",
            "authorityCode": "11410199DEM0000490",
            "sourceUnitName": "郑州市市场监督管理局",
            "sourceUnitCode": "11410199DEM0000490",
        }
        if number % _EVERY == 0:
            row |= {"decisionDate": "2026-02-30", "unifiedSocialCreditCode": 91410199.0}
        yield row


# --- each way, in a process of its own


def _checked(opened: OpenedWorkbook) -> dict[int, list[RowProblem]]:
    read = ((row.number, read_row(opened.definition, row, today=_TODAY)) for row in opened.rows())
    return {number: told for number, told in read if isinstance(told, list)}


def _ours(content: bytes) -> int:
    return len(_checked(open_workbook(content, Bounds(rows=90_000))))


def _ours_marked(content: bytes) -> int:
    opened = open_workbook(content, Bounds(rows=90_000))
    return len(marked(opened, _checked(opened)))


def _looked_through(content: bytes) -> int:
    return open_workbook(content, Bounds(rows=90_000)).last_row


def _openpyxl(content: bytes, *, read_only: bool) -> int:
    import openpyxl  # noqa: PLC0415  # of the bench alone, and only in its own process

    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=read_only).worksheets[0]
    return sum(1 for _ in sheet.iter_rows(values_only=True))


_WAYS: Final[dict[str, Callable[[bytes], int]]] = {
    "looked through and opened": _looked_through,
    "and every row checked": _ours,
    "and the marked workbook": _ours_marked,
    "openpyxl, reading alone": lambda content: _openpyxl(content, read_only=False),
    "openpyxl, read_only": lambda content: _openpyxl(content, read_only=True),
}


class _Reading(NamedTuple):
    seconds: float
    megabytes: float


def _measure(way: str, file: Path) -> None:
    """Go one way, and print how much processor time it took and the most memory it had."""
    content = file.read_bytes()
    start = time.process_time()
    _WAYS[way](content)
    seconds = time.process_time() - start
    click.echo(json.dumps([seconds, _most_memory()]))


def _most_memory() -> float:
    """Give the most megabytes this process had: those of who started it are not counted."""
    told = Path("/proc/self/status").read_text("utf-8")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1_024


def _asked(way: str, file: Path, repeats: int) -> _Reading:
    """Let another process go one way several times; the least time and the most memory count."""
    command = [sys.executable, "-m", "tests.bench.workbooks", "--way", way, "--file", str(file)]
    readings = []
    for _ in range(repeats):
        told = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)  # itself
        readings.append(_Reading(*json.loads(told.stdout)))
    return _Reading(min(each.seconds for each in readings), max(each.megabytes for each in readings))


def main() -> None:
    """Write the workbook, go every way, and print them beside each other."""
    from tests.gateway.collection.workbooks.filled import filled  # noqa: PLC0415  # as above

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--without-openpyxl", action="store_true", help="go only our own ways")
    parser.add_argument("--way", choices=list(_WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.way is not None:
        _measure(said.way, said.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "penalties.xlsx"
        file.write_bytes(filled(_TYPE, _rows(said.rows)))
        click.echo(f"{said.rows} rows of {_TYPE}, 1 in {_EVERY} bad, {file.stat().st_size / 2**20:.1f} MB")
        ways = [way for way in _WAYS if not (said.without_openpyxl and way.startswith("openpyxl"))]
        readings = {way: _asked(way, file, said.repeats) for way in ways}
    ours = readings["and every row checked"].seconds
    for way, reading in readings.items():
        beside = f"  {reading.seconds / ours:5.1f} times ours" if way.startswith("openpyxl") else ""
        click.echo(f"{way:28} {reading.seconds:7.2f} s {reading.megabytes:7.0f} MB{beside}")


if __name__ == "__main__":
    main()
