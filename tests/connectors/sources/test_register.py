"""The register: by any code, in the order asked; by a name, word for word."""

import datetime as dt
from typing import Any

import pytest

from connectors.credit_centre import METADATA, SUBJECT
from connectors.register import LOOKED_UP_BY, Register
from tests.connectors.sources.conftest import Database

PERSON = "410199199001010015"
CODES = {
    "organization_code": "DEM001076",
    "registration_number": "410199000010068",
    "taxpayer_number": "91410199DEM001076Q",
}
NAMES = [
    "郑州百分之百有限公司",
    "郑州100%有限公司",
    "郑州100_有限公司",
    "郑州100\\有限公司",
    "郑州1000有限公司",
    "上海'公司",
]


def seal(plain: str, bound_to: str) -> bytes:
    return f"{bound_to}|{plain[::-1]}".encode()


def unseal(sealed: bytes, bound_to: bytes) -> bytes:
    owner, reversed_plain = sealed.decode().split("|")
    assert owner == bound_to.decode()
    return reversed_plain[::-1].encode()


def company(own_id: str, name: str, code: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (columns)
    return {"id": own_id, "kind": "LEGAL_PERSON", "name": name, "identifier": code, **more}


@pytest.fixture
async def register(database: Database) -> Register:
    """Give a register of seven companies and a person."""
    named = [company(f"lp{n}", name, f"91{n}") for n, name in enumerate(NAMES)]
    whole = company(
        "lp-whole",
        "齐全公司",
        "91410199DEM001076Q",
        organization_type="有限责任公司",
        established_on=dt.date(2011, 2, 3),
        region_code="410199",
        **CODES,
    )
    person = {"id": "in1", "kind": "INDIVIDUAL", "name": "郑州", "sealed_identifier": seal(PERSON, "in1")}
    await database.hold(METADATA, {SUBJECT: [*named, whole, person]})
    return Register(database.source, unseal)


@pytest.mark.parametrize(("by", "code"), [("id", "lp-whole"), *CODES.items()])
async def test_a_subject_is_found_by_each_of_its_codes_and_told_whole(register: Register, by: str, code: str) -> None:
    assert by in LOOKED_UP_BY
    (found,) = await register.find(by, [code])
    assert found is not None
    assert found == (
        "lp-whole",
        "LEGAL_PERSON",
        "91410199DEM001076Q",
        "齐全公司",
        "91410199DEM001076Q",
        *CODES.values(),
        "有限责任公司",
        "2011-02-03",
        "410199",
    )


@pytest.mark.parametrize("by", LOOKED_UP_BY)
async def test_nobody_is_found_by_another_code(register: Register, by: str) -> None:
    others = [code for name, code in {"id": "lp-whole", **CODES}.items() if name != by]
    assert await register.find(by, [*others, "' OR '1'='1"]) == [None] * (len(others) + 1)


@pytest.mark.parametrize("asked", [[""], ["", "lp1"], ["lp1", ""], ["", ""]])
async def test_there_is_an_answer_for_every_code_even_an_empty_one(register: Register, asked: list[str]) -> None:
    found = await register.find("id", asked)
    assert [each.id if each else None for each in found] == [each or None for each in asked]


async def test_answers_stand_in_the_order_asked(register: Register) -> None:
    found = await register.find("id", ["lp3", "nobody", "lp1", "lp3"])
    assert [each.id if each else None for each in found] == ["lp3", None, "lp1", "lp3"]


async def test_a_sealed_identity_number_is_opened_for_its_own_subject(register: Register) -> None:
    (found,) = await register.find("id", ["in1"])
    assert found is not None
    assert (found.identifier, found.unified_social_credit_code) == (PERSON, None)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("100", NAMES[1:5]),
        ("100%", ["郑州100%有限公司"]),
        ("0%有", ["郑州100%有限公司"]),
        ("100_", ["郑州100_有限公司"]),
        ("100\\", ["郑州100\\有限公司"]),
        ("%", ["郑州100%有限公司"]),
        ("_", ["郑州100_有限公司"]),
        ("\\", ["郑州100\\有限公司"]),
        ("'", ["上海'公司"]),
        ("' OR '1'='1", []),
    ],
)
async def test_what_is_searched_is_meant_word_for_word(register: Register, text: str, names: list[str]) -> None:
    assert [each.name for each in await register.search(text, "", 100)] == names
    assert await register.count(text) == len(names)


async def test_a_search_finds_no_individual(register: Register) -> None:
    assert {each.kind for each in await register.search("郑州", "", 100)} == {"LEGAL_PERSON"}
    assert await register.count("郑州") == 5


async def test_a_search_goes_on_after_a_code(register: Register) -> None:
    first = await register.search("郑州", "", 2)
    rest = await register.search("郑州", first[-1].identifier, 100)
    assert [each.name for each in [*first, *rest]] == NAMES[:5]
