"""The written city as a whole: repeatable, moved with its day, and as uneven as a real one."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

import pytest

from connectors.demonstration import CROWDS, METADATA, benchmark_subjects, city, sample
from connectors.demonstration.codes import credit_code

CITY = (130, 30)


@contextmanager
def opened(written: Any, agency: str) -> Iterator[sqlite3.Connection]:  # noqa: ANN401 (the conftest's City)
    with closing(sqlite3.connect(written.urls[agency].removeprefix("sqlite:///"))) as connection:
        yield connection


def dump(written: Any) -> dict[str, str]:  # noqa: ANN401 (the conftest's City)
    texts = {}
    for agency in METADATA:
        with opened(written, agency) as connection:
            texts[agency] = "\n".join(connection.iterdump())
    return texts


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the city so small that it is written at once."""
    monkeypatch.setattr(city, "CROWDS", {**CROWDS, "city": CITY})


@pytest.mark.usefixtures("few")
def test_the_same_seed_and_day_write_the_same_rows(new_city: Callable[[], Any]) -> None:
    first, second = new_city(), new_city()
    first.write("city")
    second.write("city")
    assert dump(first) == dump(second)


@pytest.mark.usefixtures("few")
def test_another_seed_writes_others(new_city: Callable[[], Any]) -> None:
    first, second = new_city(), new_city()
    first.write("city", seed=1)
    second.write("city", seed=2)
    assert dump(first)["TAX"] != dump(second)["TAX"]


def test_writing_again_leaves_nothing_of_before(new_city: Callable[[], Any]) -> None:
    written = new_city()
    written.write()
    before = dump(written)
    written.write()
    assert {agency: sorted(text.splitlines()) for agency, text in dump(written).items()} == {
        agency: sorted(text.splitlines()) for agency, text in before.items()
    }


def test_all_days_move_with_the_city(new_city: Callable[[], Any]) -> None:
    written = new_city()
    written.write(as_of=date(2026, 12, 3))
    with opened(written, "CREDIT_CENTRE") as connection:
        ((established,),) = connection.execute(
            "SELECT established_on FROM subject WHERE name = '郑州云岫精密机械有限公司'"
        )
    assert established == "2009-06-28"


@pytest.mark.parametrize("as_of", [date(2028, 2, 28), date(2028, 2, 29), date(2027, 3, 31), date(2027, 1, 1)])
def test_the_city_can_stand_on_any_day(new_city: Callable[[], Any], as_of: date) -> None:
    written = new_city()
    written.write(as_of=as_of)
    with opened(written, "MARKET_REGULATION") as connection:
        latest, reported = connection.execute("SELECT max(CF_JDRQ), max(GXSJ) FROM XZ_CF").fetchone()
    assert latest <= as_of.isoformat()
    assert reported[:10] <= as_of.isoformat()


def test_no_identity_number_is_in_the_register(new_city: Callable[[], Any]) -> None:
    written = new_city()
    written.write()
    with opened(written, "CREDIT_CENTRE") as connection:
        rows = connection.execute("SELECT * FROM subject WHERE kind = 'INDIVIDUAL'").fetchall()
    assert len(rows) == 10
    for individual in sample()["individuals"]:
        number = individual["idNumber"]
        assert not any(number in str(value) or number.encode() in _bytes(value) for row in rows for value in row)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


@pytest.mark.usefixtures("few")
def test_every_subject_is_in_the_register_once_with_right_codes(new_city: Callable[[], Any]) -> None:
    written = new_city()
    written.write("city")
    with opened(written, "CREDIT_CENTRE") as connection:
        codes = [code for (code,) in connection.execute("SELECT identifier FROM subject WHERE kind = 'LEGAL_PERSON'")]
        ((people,),) = connection.execute("SELECT count(DISTINCT id_digest) FROM subject WHERE kind = 'INDIVIDUAL'")
    assert len(set(codes)) == len(codes) == CITY[0] + 20
    assert people == CITY[1] + 10
    assert [code for code in codes if credit_code(code[:2], code[8:17]) != code] == []


@pytest.mark.usefixtures("few")
async def test_a_crowd_is_uneven(new_city: Callable[[], Any], ask_of: Callable[..., Awaitable[list[Any]]]) -> None:
    written = new_city()
    written.write("city")
    with opened(written, "MARKET_REGULATION") as connection:
        ((most,),) = connection.execute(
            "SELECT count(DISTINCT XK_WSH) FROM XZ_XK GROUP BY XK_XDR_SHXYM ORDER BY 1 DESC LIMIT 1"
        )
        ((doubled,),) = connection.execute("SELECT count(*) - count(DISTINCT XK_WSH) FROM XZ_XK")
    assert most == 191
    assert doubled
    for code in benchmark_subjects("city", 3):
        for record in (
            "TaxCreditRating",
            "EffectiveJudgment",
            "AdministrativeLicence",
            "EnforcementCase",
            "KeyPersonnel",
        ):
            assert len(await ask_of(written, code, record)) >= 2, record
        assert await ask_of(written, code, "AdministrativePenalty")
        assert len(await ask_of(written, code, "SocialInsurancePayment")) == 12


def test_those_to_be_measured_are_named_without_a_database() -> None:
    named = benchmark_subjects("city", 100)
    assert len(set(named)) == 100
    assert named == benchmark_subjects("city")[:100]
    assert benchmark_subjects("large")[:100] == named
    assert set(benchmark_subjects("small")) < {each["unifiedSocialCreditCode"] for each in sample()["legalPersons"]}


@pytest.mark.usefixtures("few")
def test_progress_is_told_to_its_end(new_city: Callable[[], Any]) -> None:
    told: list[tuple[str, int, int]] = []
    urls = new_city().urls
    written = city.write_city(
        "city",
        urls,
        as_of=date(2026, 11, 23),
        seed=1,
        subject_id=lambda prefix, canonical: prefix + canonical,
        seal=lambda plaintext, context: plaintext[:0] + context,
        id_digest=str.encode,
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    assert ("individuals", CITY[1], CITY[1]) in told
    assert ("legal persons", CITY[0], CITY[0]) in told
    assert told[-1] == ("indexes", 5, 5)
    assert (written.legal_persons, written.individuals) == (CITY[0] + 20, CITY[1] + 10)
    assert written.rows > 2_000


async def test_what_cannot_be_read_is_lost_with_its_name_and_takes_nothing_else_with_it(
    new_city: Callable[[], Any], ask_of: Callable[..., Awaitable[list[Any]]]
) -> None:
    written = new_city()
    written.write()
    with opened(written, "MARKET_REGULATION") as connection, connection:
        connection.execute(
            "UPDATE XZ_CF SET CF_CFLB = '罚没款', CF_JDRQ = '2024-02-30' WHERE CF_XDR_MC LIKE '河南麦垄%'"
        )
    (penalty,) = await ask_of(written, "91410199DEM001025G", "AdministrativePenalty")
    assert penalty["lost"] == ["penaltyTypes", "decisionDate"]
    assert (penalty["penaltyTypes"], penalty["decisionDate"]) == (None, None)
    assert penalty["fineAmount"] == "38000.00"
