"""What Art. 9(3) allows with consent is taken in with an accepted consent alone (R9.5, AMB-10)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, update

from gateway.access.papers.scopes import write_scope
from gateway.store.tables import PAPER, PAPER_SUBJECT
from schema.catalogue import RECORDS
from schema.disclosure import Scope
from schema.reporting import Reported, Row, RowProblem, read_row
from tests.gateway.collection.quarantine.room import NOW, Coming, Room

TODAY = date(2026, 11, 23)
ARREARS = RECORDS["TaxArrears"]


def arrears(**values: object) -> Reported:
    said: dict[str, object] = {
        "subjectKind": "INDIVIDUAL",
        "subjectIdNumber": "410199199003070018",
        "subjectName": "王小明",
        "taxpayerNumber": "410199199003070018",
        "taxType": "个人经营所得",
        "arrearsPeriod": "2026-Q3",
        "arrearsBalance": "88888.00",
        "settlementStatus": "UNSETTLED",
        "announcedOn": "2026-10-20",
        "announcingAuthority": "某税务局",
    }
    found = read_row(ARREARS, Row(3, said | values), today=TODAY)
    assert isinstance(found, Reported), found
    return found


async def consent(
    room: Room, paper_id: str = "CC-1", items: tuple[str, ...] = ("TaxArrears.arrearsBalance",), **changed: object
) -> None:
    row = {
        "id": paper_id,
        "kind": "COLLECTION_CONSENT",
        "state": "ACCEPTED",
        "organisation": "TAX",
        "number": None,
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 1, 1),
        "purposes": "",
        "scope": write_scope(Scope(restricted=frozenset(items))),
        "uses": 0,
        "presented_by": "demo:tax-reporter",
        "presented_at": datetime(2026, 1, 1, tzinfo=UTC),
        "sealed": b"",
    }
    async with room.store.engine.begin() as connection:
        await connection.execute(insert(PAPER).values(row | changed))
        await connection.execute(insert(PAPER_SUBJECT).values(paper_id=paper_id, subject_id="IN-1", position=0, uses=0))


async def asked(
    room: Room, *rows: Reported, subject: str = "IN-1", coming: Coming | None = None
) -> list[RowProblem | None]:
    async with room.store.engine.connect() as connection:
        return list(await room.firewall.refused(connection, coming or Coming(), [(each, subject) for each in rows]))


async def test_without_consent_the_row_is_refused_and_the_value_is_in_no_word_of_it(room: Room) -> None:
    (refused,) = await asked(room, arrears())
    assert refused is not None
    assert (refused.code, refused.column, refused.article, refused.row) == (
        "CONSENT_REQUIRED",
        "arrearsBalance",
        "9(3)",
        3,
    )
    assert "88888" not in repr(refused)


async def test_with_an_accepted_consent_it_is_taken(room: Room) -> None:
    await consent(room)
    assert await asked(room, arrears(), arrears(arrearsBalance=None)) == [None, None]


async def test_each_item_needs_its_own_consent(room: Room) -> None:
    await consent(room)
    (refused,) = await asked(room, arrears(newArrears="5.00"))
    assert refused is not None
    assert refused.column == "newArrears"
    await consent(room, "CC-2", items=("TaxArrears.newArrears",))
    assert await asked(room, arrears(newArrears="5.00")) == [None]


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "SUBMITTED"},
        {"state": "REVOKED"},
        {"state": "REJECTED"},
        {"valid_from": date(2026, 11, 24)},
        {"valid_to": date(2026, 11, 22)},
        {"organisation": "COURT"},
        {"kind": "AUTHORISATION"},
        {"items": ("TaxArrears.newArrears",)},
        {"items": ("MajorTaxViolation",)},
    ],
    ids=str,
)
async def test_a_consent_that_is_not_accepted_over_or_for_something_else_is_none(
    room: Room, changed: dict[str, Any]
) -> None:
    await consent(room, **changed)
    assert await asked(room, arrears()) != [None]


async def test_another_persons_consent_is_none(room: Room) -> None:
    await consent(room)
    assert await asked(room, arrears(), subject="IN-2") != [None]


async def test_the_last_day_of_a_consent_counts_in_the_citys_own_time(room: Room) -> None:
    await consent(room, valid_to=TODAY)
    late = replace(Coming(), at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC))  # the next day's midnight in Zhengzhou
    assert await asked(room, arrears(), coming=Coming(at=NOW)) == [None]
    assert await asked(room, arrears(), coming=late) != [None]


async def test_a_withdrawal_counts_from_the_next_chunk_on(room: Room) -> None:
    await consent(room)
    assert await asked(room, arrears()) == [None]
    async with room.store.engine.begin() as connection:
        await connection.execute(update(PAPER).values(state="REVOKED"))
    assert await asked(room, arrears()) != [None]


def test_of_a_legal_person_no_consent_is_asked_but_of_an_individual_business() -> None:
    company = arrears(
        subjectKind=None,
        subjectIdNumber=None,
        subjectUnifiedSocialCreditCode="91410199DEM0000145",
        taxpayerNumber="91410199DEM0000145",
    )
    business = arrears(
        subjectKind=None,
        subjectIdNumber=None,
        subjectUnifiedSocialCreditCode="92410199DEM000022W",
        taxpayerNumber="92410199DEM000022W",
    )
    assert company.consent_items == ()
    assert business.consent_items == ("arrearsBalance",)
