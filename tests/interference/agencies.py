"""An agency that serves nothing below a tier: whether it is there at all is above whoever may see less."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import ClassVar

import sqlalchemy as sa

from connectors import columns as read
from connectors.connector import Connector, Key, Table
from schema.records.any_agency import OtherRecord
from schema.records.enums import EmploymentState
from schema.records.social_insurance import EmploymentStatus
from schema.tiers import Tier
from tests.agreement.city import Registered

__all__ = ["hidden_above", "write"]

_METADATA = sa.MetaData()
_NOTE = sa.Table(
    "jl",
    _METADATA,
    *(sa.Column(name, sa.Text) for name in ("dm", "bh", "sx", "nr", "xz", "rq", "dw")),
)
_POLARITIES = {"1": "POSITIVE", "0": "NEGATIVE"}


def _named(key: Key) -> sa.ColumnElement[bool]:
    return _NOTE.c.dm == key.identifier


class _Notes(Connector):
    """Serves notes of tier B, on legal persons alone."""

    agency = "CIVIL_AFFAIRS"
    name = "郑州市民政局(演示)"
    tables: ClassVar = (
        Table(
            OtherRecord,
            _NOTE,
            {"LEGAL_PERSON": _named},
            {
                "recordNumber": read.text(_NOTE.c.bh),
                "title": read.text(_NOTE.c.sx),
                "content": read.text(_NOTE.c.nr),
                "polarity": read.code(_NOTE.c.xz, _POLARITIES),
                "occurredOn": read.day(_NOTE.c.rq),
                "authorityName": read.text(_NOTE.c.dw),
            },
        ),
    )


class _Employments(Connector):
    """Serves employments, of tier C, on individuals."""

    agency = "CIVIL_AFFAIRS"
    name = "郑州市民政局(演示)"
    tables: ClassVar = (
        Table(
            EmploymentStatus,
            _NOTE,
            {"INDIVIDUAL": _named},
            {
                "personKey": read.person_key(_NOTE.c.bh),
                "state": read.code(_NOTE.c.xz, {"1": EmploymentState.EMPLOYED, "0": EmploymentState.RETIRED}),
                "employerName": read.text(_NOTE.c.dw),
                "startedOn": read.day(_NOTE.c.rq),
            },
        ),
    )


def hidden_above(highest: Tier) -> type[Connector]:
    """Give an agency all of whose records are above a tier."""
    return _Notes if highest is Tier.PUBLIC else _Employments


def write(path: Path, subjects: Sequence[Registered], chance: Random) -> None:
    """Write its notes on every subject."""
    rows = [
        (each.identifier, f"{each.id}{n}", "事项", "内容", chance.choice("01"), f"2024-0{n + 1}-11", "民政局")
        for each in subjects
        for n in range(chance.randrange(5))
    ]
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE jl (dm TEXT, bh TEXT, sx TEXT, nr TEXT, xz TEXT, rq TEXT, dw TEXT)")
        database.executemany("INSERT INTO jl VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    database.close()
