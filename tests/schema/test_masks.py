"""The masks of the catalogue, vector by vector (Art. 17)."""

import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.definition import Mask
from schema.identifiers import check_unified_social_credit_code, registration_check
from schema.identity import born_on, resident_check
from schema.masks import mask, mask_code, mask_identity_number, mask_name, mask_phone, mask_text

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))["masks"]
MASKS = {"NAME": mask_name, "ID": mask_identity_number, "PHONE": mask_phone}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["input"])
def test_a_value_is_masked_as_the_vectors_say(vector: dict[str, Any]) -> None:
    assert MASKS[vector["kind"]](vector["input"]) == vector["output"]


def test_a_name_is_masked_only_where_it_is_a_persons() -> None:
    assert mask(Mask.NAME_IF_INDIVIDUAL, "欧阳若兰", "INDIVIDUAL") == "欧***"
    assert mask(Mask.NAME_IF_INDIVIDUAL, "某某公司", "LEGAL_PERSON") == "某某公司"
    assert mask(Mask.NAME, "张三", "LEGAL_PERSON") == "张*"
    assert mask(Mask.ID, "410199199003070018", "LEGAL_PERSON") == "4101************18"


@pytest.mark.parametrize("short", ["", "张", "1234567"])
def test_what_is_too_short_to_mask_in_part_is_masked_whole(short: str) -> None:
    assert mask_identity_number(short) == "*" * len(short)
    assert mask_name(short[:1]) == "*" * len(short[:1])


def test_identity_numbers_of_third_persons_in_texts_are_masked() -> None:
    assert mask_text("李某(身份证41019919790630009X)与王某410199199003070010") == (
        "李某(身份证4101************9X)与王某4101************10"
    )


def test_codes_of_legal_persons_in_texts_are_left() -> None:
    text = "向91410199DEM0000145支付, 注册号410199000000018, 案号(2020)豫0199执1号"
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ID410199199003070018", "ID4101************18"),
        ("410199199003070018号", "4101************18号"),
        ("410199199003070018A", "4101************18A"),
        ("410199199003070018" + "41019919790630009x", "4101************18" + "4101************9x"),
        ("41019919790630009X" + "410199199003070010", "4101************9X" + "4101************10"),
        ("证号４１０１９９１９９００３０７００１８。", "证号４１０１************１８。"),
        ("４１０１９９１９７９０６３０００９Ｘ", "４１０１************９Ｘ"),
        ("410199 19900307 0018", "4101** ******** **18"),
        ("410199-19900307-0018", "4101**-********-**18"),
        ("410199－19900307\u30000010", "4101**－********\u3000**10"),
        ("4 1 0 1 9 9 1 9 9 0 0 3 0 7 0 0 1 8", "4 1 0 1 * * * * * * * * * * * * 1 8"),
        ("00410199199003070018777", "004101************18777"),
        ("410199  19900307  0018", "4101**  ********  **18"),
        ("410199, 1990.03.07, 0018", "4101**, ****.**.**, **18"),
        ("410199_19900307_0018", "4101**_********_**18"),
        ("410199\n19900307\t0018", "4101**\n********\t**18"),
        ("410199\u200b19900307\u200b0018", "4101**\u200b********\u200b**18"),
        ("410199(19900307)0018", "4101**(********)**18"),
        ("٤١٠١٩٩١٩٩٠٠٣٠٧٠٠١٨", "٤١٠١************١٨"),
        ("41019919790630009Х", "4101************9Х"),
        ("41019919790630009Ⅹ", "4101************9Ⅹ"),
        ("旧证号410199900307001", "旧证号4101*********01"),
        ("410199 900307 001", "4101** ****** *01"),
        ("４１０１９９９００３０７００１", "４１０１*********０１"),
    ],
)
def test_a_number_is_masked_however_it_is_written(text: str, masked: str) -> None:
    assert mask_text(text) == masked
    assert len(masked) == len(text)


def test_a_mistyped_number_beside_other_digits_is_masked() -> None:
    assert mask_text("410199199003070010 13800000000") == "4101************10 13800000000"
    assert mask_text("91410199DEM0000145 410199199003070010") == "91410199DEM0000145 4101************10"


def test_of_numbers_that_overlap_no_hidden_digit_is_shown() -> None:
    first, second = "410199199003071918", "900307191801010013"
    assert first[8:] == second[:10]
    assert resident_check(first) + resident_check(second) == first[-1] + second[-1]
    assert mask_text(first[:8] + second) == "4101" + "*" * 20 + second[-2:]


@pytest.mark.parametrize(
    "text",
    [
        "410199199013070018",  # no thirteenth month
        "0410199199003070010",  # nineteen digits, none of them a number with a good check character
        "14101991990023000180",  # no thirtieth of February
        "410199  199003070010",  # two blanks, and no good check character
        "410199, 19900307, 0010",
        "410199    199003070018",  # four blanks: not one run
        "4101991990030700X8",
        "2020-01-15 2019-12-31 2018-06-30",
        "41019919900307001",
    ],
)
def test_what_is_no_number_is_left(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "410199000000018",  # no month
        "410199901307001",  # no thirteenth month
        "410199900230001",  # no thirtieth of February
        "990199900307001",  # no such province
        "410199260307001",  # of 1926, or rather the number of a document of 2026
        "4101999003070011",  # sixteen digits: an account
        "41019990030700",
        "41 0199 900307 001",  # no parts of such a number
        "X410199900307001X",
    ],
)
def test_fifteen_digits_that_are_no_old_number_are_left(text: str) -> None:
    assert mask_text(text) == text


def test_a_credit_code_of_digits_alone_is_left_though_it_has_a_day_in_it() -> None:
    code = "124101199012010108"
    assert check_unified_social_credit_code(code).valid
    assert mask_text(f"向{code}支付") == f"向{code}支付"
    assert mask_code(code) == code


def test_a_code_that_is_good_as_a_persons_number_is_masked_wherever_it_stands() -> None:
    both = next(
        code
        for code in (credit_code(f"1241011990{day:04d}{n:02d}") for day in range(101, 1232) for n in range(100))
        if code is not None and code[-1] == resident_check(code) and born_on(code)
    )
    assert check_unified_social_credit_code(both).valid
    assert mask_text(both) == mask_code(both) == f"{both[:4]}************{both[-2:]}"


def credit_code(body: str) -> str | None:
    """Give the credit code of digits alone that begins so, if there is one."""
    codes = (f"{body}{check}{last}" for check in range(10) for last in range(10))
    return next((code for code in codes if check_unified_social_credit_code(code).valid), None)


@pytest.mark.parametrize(
    ("code", "masked"),
    [
        ("410199199003070018", "4101************18"),
        ("41019919790630009x", "4101************9x"),
        ("41019919900307001801", "4101************1801"),  # the taxpayer number of an individual business of old
        ("410199900307001", "4101*********01"),
        ("见410199199003070018号材料", "见4101************18号材料"),
    ],
)
def test_a_persons_number_in_the_place_of_a_code_is_masked(code: str, masked: str) -> None:
    assert mask_code(code) == masked


@pytest.mark.parametrize("code", ["310115600985533", "410199DEM000014", "91410199DEM0000145", "12410000415800001X"])
def test_legal_persons_codes_are_left(code: str) -> None:
    assert mask_code(code) == code


@given(st.integers(0, 10**8 - 1).map(lambda n: f"410105{n:08d}"))
def test_no_registration_number_is_taken_for_a_persons(body: str) -> None:
    number = body + registration_check(body)
    assert mask_code(number) == number


@given(st.text("0189 -X４年", max_size=80))
def test_a_mask_changes_nothing_but_hidden_digits(text: str) -> None:
    masked = mask_text(text)
    assert len(masked) == len(text)
    assert all(after in (before, "*") for before, after in zip(text, masked, strict=True))


@given(st.text("0123456789 x", max_size=30), st.text("0123456789 x", max_size=30))
def test_a_number_never_comes_out_of_the_digits_around_it(before: str, after: str) -> None:
    assert "991990030700" not in mask_text(f"{before}410199199003070018{after}")


NUMBERS = st.builds(
    lambda region, born, order: (body := f"{region}{born:%Y%m%d}{order:03d}") + resident_check(body),
    st.sampled_from(["410199", "110101", "650102", "810000", "999999"]),
    st.dates(date(1850, 1, 1), date(2050, 1, 1)),
    st.integers(0, 999),
)
SIGNS = st.text(" -\u3000.,，、:()_/\u200b\n", max_size=3)


def numbers_in(text: str) -> list[str]:
    """Find each number with a good check character, whatever signs are between its digits: the law's own test."""
    code = "".join(unicodedata.normalize("NFKC", each) for each in text).upper()
    code = re.sub(r"[^0-9X一-鿿A-Z*]", "", code)
    found = (code[start : start + 18] for start in range(len(code)))
    return [
        each
        for each in found
        if re.fullmatch(r"[1-9]\d{5}(18|19|20)\d{9}[0-9X]", each) and born_on(each) and each[-1] == resident_check(each)
    ]


@given(
    st.lists(st.one_of(NUMBERS, st.text("0123456789xX年号A", max_size=24)), max_size=6), st.lists(SIGNS, max_size=80)
)
def test_no_text_has_a_number_with_a_good_check_character_however_it_is_spread(
    parts: list[str], signs: list[str]
) -> None:
    joined = iter(signs)
    text = "".join(character + next(joined, "") for character in "".join(parts))
    for masked in (mask_text(text), mask_code(text)):
        assert not numbers_in(masked)
        assert len(masked) == len(text)


@given(st.lists(NUMBERS, min_size=1, max_size=4).map("".join))
def test_the_laws_own_test_finds_what_was_not_masked(text: str) -> None:
    assert numbers_in(text)
